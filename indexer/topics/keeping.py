"""Topic analyses that are kept: opened again, and followed to the moments of each topic."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from indexer.papers import Folder, Written
from indexer.store.contract import Papers, Store
from indexer.topics.describing import mark_of
from indexer.topics.finding import FoundTopics
from models import CallRecord, Kind, Utterance
from models.errors import QueryInvalid
from models.topic import Place, TopicAnalysis, TopicMembers

ANALYSES: Final = Folder("topic analysis", TopicAnalysis)
_MEMBERS: Final = Folder("topic members", TopicMembers)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMoment:
    """Where something of a topic is said. `nearness` is the cosine to the topic's centre."""

    record: CallRecord
    kind: Kind
    index: int
    utterance: Utterance
    nearness: float | None = None


def keep(
    found: FoundTopics, *, store: Papers, by: str | None, at: datetime
) -> Written[TopicAnalysis]:
    """Keep an analysis with the passages of its topics.

    Raises:
        PaperNameTaken: another one has its name.
    """
    analysis = ANALYSES.new(found.analysis)
    members = _MEMBERS.new(found.members, paper_id=analysis.id, within=analysis.id)
    [kept] = ANALYSES.read(store.write([analysis, members], by=by, at=at))
    return kept


def forget(analysis_id: str, store: Papers) -> None:
    """Delete an analysis.

    Raises:
        PaperNotFound: there is none.
    """
    known = ANALYSES.get(store, analysis_id)
    ANALYSES.discard(store, [known.id])
    _MEMBERS.discard(store, [known.id])


def size_of(known: Written[TopicAnalysis], number: int) -> int:
    """How many passages a topic has.

    Raises:
        QueryInvalid: the analysis has no topic of that number.
    """
    topic = known.body.topic(number)
    if topic is None:
        raise QueryInvalid("n", f"there are topics 1 to {known.body.k}")
    return topic.passages


def moments_of(
    known: Written[TopicAnalysis], number: int, *, store: Store, skip: int = 0, limit: int | None
) -> Iterator[TopicMoment | None]:
    """The passages of a topic, the nearest to its centre first.

    None stands for one that is no longer there: its call is gone, or other words are.

    Raises:
        QueryInvalid: the analysis has no topic of that number.
    """
    upto = size_of(known, number) if limit is None else skip + limit
    members = _MEMBERS.get(store, known.id).body
    for member in members.topics[number - 1][skip:upto]:
        place = Place(
            call_id=members.calls[member.call], kind=member.kind,
            utterance=member.utterance, mark=member.mark,
        )  # fmt: skip
        yield moment_at(place, store, nearness=member.nearness)


def moment_at(place: Place, store: Store, *, nearness: float | None = None) -> TopicMoment | None:
    """What is said at a place; None if that is not what was said there once."""
    record = store.get(place.call_id)
    said = record.utterances(place.kind) if record is not None else ()
    if record is None or place.utterance >= len(said):
        return None
    utterance = said[place.utterance]
    if mark_of(utterance.text) != place.mark:
        return None
    return TopicMoment(
        record=record, kind=place.kind, index=place.utterance, utterance=utterance,
        nearness=nearness,
    )  # fmt: skip
