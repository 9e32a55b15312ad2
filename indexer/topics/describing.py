"""Clusters as topics: their passages, words, example, sizes, and calls over time."""

from collections import Counter
from collections.abc import Sequence
from zlib import crc32

from indexer.topics.naming import names_of
from indexer.topics.periods import start_of
from indexer.topics.reading import Reading
from indexer.words import stems
from models.topic import Member, Period, Place, Step, Topic, TopicMembers


def mark_of(text: str) -> int:
    """What tells, of an utterance that is pointed at, whether its words have changed."""
    return crc32(text.encode())


def members_of(
    reading: Reading, topics: Sequence[int], nearness: Sequence[float], *, k: int
) -> TopicMembers:
    """The passages of each topic, nearest first; `topics` has each passage's, -1 for none."""
    calls = sorted(reading.when)
    call_of = {call_id: n for n, call_id in enumerate(calls)}
    held: list[list[Member]] = [[] for _ in range(k)]
    for passage, topic, near in zip(reading.passages, topics, nearness, strict=True):
        if topic >= 0:
            member = Member(
                call=call_of[passage.call_id],
                kind=passage.kind,
                utterance=passage.utterance,
                mark=mark_of(passage.text),
                nearness=round(float(near), 4),
            )
            held[topic].append(member)
    return TopicMembers(
        calls=tuple(calls),
        topics=tuple(tuple(sorted(ms, key=lambda m: (-m.nearness, m[:3]))) for ms in held),
    )


def topics_of(
    reading: Reading,
    topics: Sequence[int],
    members: TopicMembers,
    *,
    stability: Sequence[float],
    step: Step,
    periods: Sequence[Period],
) -> tuple[Topic, ...]:
    """Each topic, in the order of `members`."""
    names = names_of(
        [passage.text for passage in reading.passages],
        [passage.call_id for passage in reading.passages],
        topics,
        k=len(members.topics),
        people=reading.names,
    )
    texts = {(p.call_id, p.kind, p.utterance): p.text for p in reading.passages}
    found = []
    for n, (words, held) in enumerate(zip(names, members.topics, strict=True)):
        places = [_place(member, members) for member in held]
        calls = {place.call_id for place in places}
        touched = Counter(start_of(reading.when[call_id], step) for call_id in calls)
        said = [texts[place.call_id, place.kind, place.utterance] for place in places]
        found.append(
            Topic(
                number=n + 1,
                words=words,
                example=places[_most_telling(said, words)],
                passages=len(held),
                calls=len(calls),
                stability=round(stability[n], 3),
                by_period=tuple(touched[period.start] for period in periods),
            )
        )
    return tuple(found)


def _most_telling(texts: Sequence[str], words: Sequence[str]) -> int:
    """The first text that says one of the words; else the first."""
    wanted = {stem for word in words for stem in stems(word)}
    return next((n for n, text in enumerate(texts) if wanted & set(stems(text))), 0)


def _place(member: Member, members: TopicMembers) -> Place:
    return Place(
        call_id=members.calls[member.call], kind=member.kind,
        utterance=member.utterance, mark=member.mark,
    )  # fmt: skip
