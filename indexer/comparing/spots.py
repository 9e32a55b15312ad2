"""The moments behind numbers: in which calls, and at which second of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from indexer.metrics import figure_of
from indexer.metrics.heard import heard
from indexer.metrics.lists import ENGLISH
from indexer.metrics.turns import Turn, backchannels, turns, without
from indexer.metrics.wording import is_punctuated
from indexer.store.contract import Store
from models import CallRecord, Side, Transcript, Utterance
from models.outline import CallOutline

_S: Final = 1000
_READ: Final = 3  # times as many calls are read: the most silence in all need not be the longest


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A moment that makes a number what it is: it begins with an utterance and lasts a while."""

    record: CallRecord
    utterance: Utterance
    length_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """The most telling moments by one metric, the longest first."""

    metric: str
    title: str
    spots: tuple[Spot, ...]


def telling_moments(calls: Sequence[CallOutline], store: Store, *, limit: int = 3) -> list[Moments]:
    """The longest monologues, customer stories and silences, each in `limit` calls at most."""
    found = []
    for metric, title, find in _FINDERS:
        spots = sorted(_spots(calls, metric, find, store, _READ * limit), key=_by_length)
        found.append(Moments(metric=metric, title=title, spots=tuple(spots[:limit])))
    return [one for one in found if one.spots]


def _by_length(spot: Spot) -> tuple[float, str]:
    return -spot.length_s, spot.record.call.id


def _spots(
    calls: Iterable[CallOutline], metric: str, find: "Finder", store: Store, limit: int
) -> Iterator[Spot]:
    figures = [(figure_of(call, metric), call.id) for call in calls]
    known = sorted((-figure, call_id) for figure, call_id in figures if figure)
    for _, call_id in known[:limit]:
        record = store.get(call_id)
        transcript = record.recording if record else None
        if record is None or transcript is None:  # gone, or changed meanwhile
            continue
        place = find(transcript)
        if place is not None:
            start_ms, length_ms = place
            utterance = _at(transcript, start_ms)
            if utterance is not None:
                yield Spot(record=record, utterance=utterance, length_s=length_ms / _S)


def _longest_turn(transcript: Transcript, side: Side) -> tuple[int, int] | None:
    """When the longest turn of a side begins, and how long it is, in milliseconds."""
    held = [turn for turn in _floor(transcript) if turn.side is side]
    longest = max(held, key=lambda turn: turn.end_ms - turn.start_ms, default=None)
    return None if longest is None else (longest.start_ms, longest.end_ms - longest.start_ms)


def _longest_silence(transcript: Transcript) -> tuple[int, int] | None:
    """When the utterance before the longest silence begins, and how long that silence is."""
    best: tuple[int, int] | None = None
    last: tuple[int, int] | None = None
    for one in heard(transcript.utterances, ENGLISH):
        if one.start_ms is None or one.end_ms is None:
            continue
        if last is not None and one.start_ms > last[1]:
            gap = one.start_ms - last[1]
            best = (last[0], gap) if best is None or gap > best[1] else best
        last = (one.start_ms, max(one.end_ms, last[1] if last else one.end_ms))
    return best


def _floor(transcript: Transcript) -> list[Turn]:
    """Who holds the floor when, as the metrics have it."""
    said = heard(transcript.utterances, ENGLISH)
    passed = turns(said)
    listening = backchannels(passed, ENGLISH, punctuated=is_punctuated(said))
    return without(passed, listening)


def _at(transcript: Transcript, start_ms: int) -> Utterance | None:
    return next(
        (
            u
            for u in transcript.utterances
            if u.start_s is not None and round(u.start_s * _S) == start_ms and u.text.strip()
        ),
        None,
    )


Finder = Callable[[Transcript], tuple[int, int] | None]

_FINDERS: Final[tuple[tuple[str, str, Finder], ...]] = (
    (
        "longest_monologue_s",
        "Longest monologues",
        lambda transcript: _longest_turn(transcript, Side.USER),
    ),
    (
        "longest_customer_story_s",
        "Longest customer stories",
        lambda transcript: _longest_turn(transcript, Side.CONTACT),
    ),
    ("silence_s", "Longest silences", _longest_silence),
)
