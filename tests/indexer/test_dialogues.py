"""Dialogue search finds what a slow reader finds who tries every choice of utterances."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pytest

from indexer.pipeline import index_calls
from indexer.search import search
from indexer.store.contract import Store
from indexer.store.embedded import EmbeddedStore
from indexer.store.memory import MemoryStore
from models import (
    CallRecord,
    Dialogue,
    End,
    FoundCall,
    Gap,
    GapUnit,
    Group,
    Kind,
    Mode,
    Part,
    SearchFilter,
    SearchPage,
    SearchQuery,
    Side,
    Step,
    Term,
    Transcript,
    Utterance,
)
from tests.factories import a_record, a_transcript, an_entry, said
from tests.fakes import WordEmbedder

EMBEDDER = WordEmbedder()
PHRASES = ["too dear", "no discount", "call back", "dear no"]
FILLERS = ["too", "dear", "no", "discount", "call", "back", "well"]
KINDS = (Kind.RECORDING, Kind.VOICEMAIL)


# -- the slow reader: straight from the docstrings of models, no numpy, no code of ours --


@dataclass(frozen=True)
class Heard:
    """An utterance with its place, its turn and, where known, its milliseconds."""

    position: int
    turn: int
    words: tuple[str, ...]
    side: Side
    span: tuple[int, int] | None
    length: int


def read(transcript: Transcript) -> list[Heard]:
    heard: list[Heard] = []
    spans = [span_of(u) for u in transcript.utterances]
    ends = [
        span[1]
        for u, span in zip(transcript.utterances, spans, strict=True)
        if span and u.text.strip()
    ]
    turn = -1
    for position, utterance in enumerate(transcript.utterances):
        before = transcript.utterances[position - 1] if position else None
        if before is None or (before.side, before.speaker) != (utterance.side, utterance.speaker):
            turn += 1
        words = tuple(utterance.text.split())
        heard.append(
            Heard(position, turn, words, utterance.side, spans[position], max(ends, default=0))
        )
    return heard


def span_of(utterance: Utterance) -> tuple[int, int] | None:
    """Without an end, or with one before its start, an utterance is a point."""
    if utterance.start_s is None:
        return None
    start = round(utterance.start_s * 1000)
    return start, max(start, round((utterance.end_s or 0) * 1000))


def lies_in(utterance: Heard, part: Part | None) -> bool:
    if part is None:
        return True
    if utterance.span is None:
        return False
    start, end = utterance.span
    reach = part.amount * utterance.length / 100 if part.is_percent else part.amount * 1000
    return start < reach if part.end is End.FIRST else utterance.length - end < reach


def fits(utterance: Heard, step: Step, where: SearchFilter) -> bool:
    assert isinstance(step.said, Term)
    phrase = tuple(step.said.text.split())
    side, part = step.side or where.side, step.part or where.part
    says = any(utterance.words[n : n + len(phrase)] == phrase for n in range(len(utterance.words)))
    return says and side in (None, utterance.side) and lies_in(utterance, part)


def is_near(before: Heard | None, after: Heard, within: Gap | None) -> bool:
    if before is None or within is None:
        return True
    if within.unit is GapUnit.TURNS:
        return after.turn - before.turn <= within.amount
    if before.span is None or after.span is None:
        return False
    return after.span[0] - before.span[1] <= within.amount * 1000


def happens(
    steps: Sequence[Step], chosen: Sequence[Heard], heard: Sequence[Heard], where: SearchFilter
) -> bool:
    """Whether these utterances, one for each step that is no absence, are the pattern."""
    before: Heard | None = None
    rest = list(chosen)
    for n, step in enumerate(steps):
        if not step.never:
            spoken = rest.pop(0)
            comes_later = before is None or spoken.position > before.position
            if not (
                comes_later and fits(spoken, step, where) and is_near(before, spoken, step.within)
            ):
                return False
            before = spoken
            continue
        is_last = all(later.never for later in steps[n:])
        following = None if is_last else rest[0]
        for utterance in heard:
            is_after = before is None or utterance.position > before.position
            is_before = following is None or utterance.position < following.position
            is_inside = is_after and is_before and is_near(before, utterance, step.within)
            if fits(utterance, step, where) and (step.anywhere or is_inside):
                return False
    return True


End_ = tuple[str, Kind, int | None]
"""A call, a transcript, and the position of the utterance that ends the pattern there."""


def every_happening(
    steps: Sequence[Step], records: Sequence[CallRecord], where: SearchFilter
) -> set[End_]:
    found: set[End_] = set()
    wanted = sum(not step.never for step in steps)
    for record in records:
        for kind in where.kinds or KINDS:
            transcript = record.transcript(kind)
            heard = read(transcript) if transcript else []
            counts = [
                u
                for u in heard
                if u.words and where.side in (None, u.side) and lies_in(u, where.part)
            ]
            worth = [
                u for u in heard if any(fits(u, step, where) for step in steps if not step.never)
            ]
            if not wanted and counts and happens(steps, (), heard, where):
                found.add((record.call.id, kind, None))
            for chosen in combinations(worth, wanted) if wanted else ():
                if happens(steps, chosen, heard, where):
                    found.add((record.call.id, kind, chosen[-1].position))
    return found


# -- random conversations and patterns --


def a_random_transcript(rng: random.Random) -> Transcript:
    voices = rng.sample([(Side.USER, "Ann"), (Side.CONTACT, "Bo"), (Side.CONTACT, "Cy"), (Side.UNKNOWN, "")], k=rng.choice([2, 2, 3]))  # fmt: skip
    spoken: list[Utterance] = []
    now, voice = 0.0, voices[0]
    for _ in range(rng.choice([1, 2, 5, 12, 30])):
        voice = rng.choice([voice, *voices])
        text = " ".join(
            rng.choice([*PHRASES, *FILLERS, *FILLERS]) for _ in range(rng.randint(1, 3))
        )
        now += rng.choice([0, 0, 0.5, 1, 2, 3])
        start = rng.choice([None, now, now, now, now, now])
        end = rng.choice([None, 0.0, now + 1, now + 1, now + 2, now + 4])
        spoken.append(said(voice[0], rng.choice([text, text, text, text, text, " "]), start, speaker=voice[1], end_s=end))  # fmt: skip
    return a_transcript(*spoken)


def a_random_call(rng: random.Random, number: int) -> CallRecord:
    return a_record(
        call_id=f"acti_{number:03}",
        recording=rng.choice([None, a_random_transcript(rng), a_random_transcript(rng)]),
        voicemail=rng.choice([None, None, a_random_transcript(rng)]),
        note="too dear no discount call back",
    )


def a_random_pattern(rng: random.Random) -> Dialogue:
    steps: list[Step] = []
    absences = rng.choice([0.0, 0.3, 0.5, 1.0])
    for _ in range(rng.randint(1, 4)):
        is_first = all(step.never for step in steps)
        never = rng.random() < absences
        anywhere = never and rng.random() < 0.15
        gaps = [
            None,
            Gap(rng.randint(1, 4), GapUnit.SECONDS),
            Gap(rng.randint(1, 3), GapUnit.TURNS),
        ]
        parts = [
            None,
            None,
            Part(rng.choice(list(End)), rng.randint(1, 30), rng.choice([True, False])),
        ]
        steps.append(
            Step(
                said=Term(rng.choice(PHRASES), exact=True),
                side=rng.choice([None, Side.USER, Side.CONTACT]),
                part=rng.choice(parts),
                within=None if is_first or anywhere else rng.choice(gaps),
                never=never,
                anywhere=anywhere,
            )
        )
    return Dialogue(tuple(steps))


def a_random_filter(rng: random.Random) -> SearchFilter:
    return rng.choice(
        [
            SearchFilter(),
            SearchFilter(),
            SearchFilter(kinds=(rng.choice(KINDS),)),
            SearchFilter(side=rng.choice([Side.USER, Side.CONTACT])),
            SearchFilter(part=Part(End.FIRST, 50, is_percent=True)),
        ]
    )


def typed(dialogue: Dialogue) -> str:
    """A pattern as somebody types it into the box."""
    steps = []
    for step in dialogue.steps:
        assert isinstance(step.said, Term)
        absence = " never" * step.never + " anywhere" * step.anywhere
        within = f" within {step.within}" if step.within else ""
        part = f" in {step.part}" if step.part else ""
        steps.append(f'{step.side or "anyone"}{absence}: "{step.said.text}"{within}{part}')
    return " -> ".join(steps)


# -- asking --


def pages(store: Store, query: SearchQuery, limit: int) -> Iterator[SearchPage]:
    cursor = None
    while True:
        asked = SearchQuery(text=query.text, dialogue=query.dialogue, where=query.where, group=query.group, mode=query.mode, limit=limit, cursor=cursor)  # fmt: skip
        page = search(asked, store=store, embedder=EMBEDDER)
        yield page
        cursor = page.next_cursor
        if cursor is None:
            return


def answers(store: Store, query: SearchQuery, limit: int = 1000) -> list[FoundCall]:
    every = list(pages(store, query, limit))
    calls = [call for page in every for call in page.calls]
    assert {page.total for page in every} == {len(calls)}
    assert [call.rank for call in calls] == list(range(1, len(calls) + 1))
    return calls


def shown(call: FoundCall) -> tuple[Kind | None, list[tuple[int, int]]]:
    """The transcript an answer is from; its steps and the utterances that are them."""
    matched = [
        (moment.step or 0, quote.index)
        for moment in call.moments
        for quote in moment.quotes
        if quote.matched
    ]
    kinds = {moment.kind for moment in call.moments}
    assert len(kinds) <= 1
    assert len(matched) == len(call.moments)
    return next(iter(kinds), None), matched


def assert_it_happens(call: FoundCall, steps: Sequence[Step], where: SearchFilter) -> End_:
    """What an answer shows is the pattern; where it ends."""
    kind, matched = shown(call)
    assert [number for number, _ in matched] == [n for n, s in enumerate(steps, 1) if not s.never]
    assert kind is not None
    transcript = call.record.transcript(kind)
    assert transcript is not None
    heard = read(transcript)
    assert happens(steps, [heard[position] for _, position in matched], heard, where)
    return call.record.call.id, kind, matched[-1][1]


def agree(store: Store, records: Sequence[CallRecord], rng: random.Random) -> int:
    """Ask a random pattern; how often it happens."""
    dialogue, where = a_random_pattern(rng), a_random_filter(rng)
    text = typed(dialogue)
    print(text, where)
    truth = every_happening(dialogue.steps, records, where)
    asked = rng.choice([{"text": text}, {"dialogue": dialogue}])
    query = SearchQuery(where=where, mode=rng.choice(list(Mode)), **asked)  # type: ignore[arg-type]
    calls = answers(store, query, rng.choice([1, 2, 3, 1000]))
    often = Counter(call_id for call_id, _, _ in truth)
    assert {call.record.call.id: call.moments_total for call in calls} == often
    by_moment = SearchQuery(text=query.text, dialogue=query.dialogue, where=where, mode=query.mode, group=Group.MOMENT)  # fmt: skip
    moments = answers(store, by_moment, rng.choice([1, 2, 3, 1000]) if len(truth) < 60 else 1000)
    assert all(call.score == 1.0 for call in (*calls, *moments))
    if all(step.never for step in dialogue.steps):
        assert Counter(call.record.call.id for call in moments) == often
        assert all(call.moments == () for call in moments)
    else:
        ends = [assert_it_happens(call, dialogue.steps, where) for call in moments]
        assert len(ends) == len(truth)
        assert set(ends) == truth
        for call in calls:
            assert_it_happens(call, dialogue.steps, where)
    return len(truth)


def add(store: Store, *records: CallRecord) -> None:
    index_calls([(r, an_entry(r.call.id)) for r in records], store=store, embedder=EMBEDDER)


@pytest.mark.parametrize("seed", range(12))
def test_patterns_are_found_as_a_slow_reader_finds_them(seed: int) -> None:
    rng, store = random.Random(seed), MemoryStore()
    records = [a_random_call(rng, number) for number in range(25)]
    add(store, *records)
    happened = [agree(store, records, rng) for _ in range(20)]
    assert sum(n > 0 for n in happened) >= 8
    assert 0 in happened


@pytest.mark.parametrize("seed", range(3))
def test_the_engine_on_disk_finds_them_too_after_removals_and_changes(
    seed: int, tmp_path: Path
) -> None:
    rng = random.Random(100 + seed)
    with closing(EmbeddedStore(tmp_path)) as store:
        calls = {number: a_random_call(rng, number) for number in range(40)}
        add(store, *calls.values())
        for _ in range(10):
            agree(store, list(calls.values()), rng)
        for number in rng.sample(range(40), k=10):
            calls[number] = a_random_call(rng, number)
            add(store, calls[number])
        gone = rng.sample(range(40), k=10)
        store.remove([calls.pop(number).call.id for number in gone])
        for _ in range(25):
            agree(store, list(calls.values()), rng)


# -- single cases, to be read --


def at(second: float, side: Side, text: str, **fields: float | None) -> Utterance:
    return said(side, text, second, **fields)


HAGGLING = a_transcript(
    at(0, Side.USER, "this call is on a recorded line", end_s=4),
    at(5, Side.CONTACT, "it is too dear", end_s=7),
    at(8, Side.USER, "let me see", end_s=9),
    at(9, Side.USER, "i can give a discount", end_s=12),
    at(13, Side.CONTACT, "that is fine", end_s=14),
    at(20, Side.CONTACT, "still too dear", end_s=22),
)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ('contact: "too dear"', 2),
        ('user: "too dear"', 0),
        ('contact: "too dear" -> user: "discount"', 1),
        ('user: "discount" -> contact: "too dear"', 1),
        ('contact: "too dear" -> user: "discount" within 2s', 1),
        ('contact: "too dear" -> user: "discount" within 1s', 0),
        ('contact: "too dear" -> user: "discount" within 1 turn', 1),
        ('user: "recorded line" -> user: "discount" within 1 turn', 0),
        ('user: "recorded line" -> user: "discount" within 2 turns', 1),
        ('user: "see" -> user: "discount" within 1 turn', 1),
        ('contact: "too" -> contact: "dear"', 1),
        ('contact: "it is" -> contact: "dear" within 5s', 0),
        ('contact: "too dear" -> user never: "discount"', 1),
        ('contact: "it is" -> user never: "discount"', 0),
        ('contact: "it is" -> user never: "discount" within 1s', 1),
        ('contact: "it is" -> user never: "discount" within 2s', 0),
        ('contact: "it is" -> user never: "discount" -> user: "see"', 1),
        ('contact: "it is" -> user never: "discount" -> contact: "fine"', 0),
        ('contact: "it is" -> never: "see" -> user: "discount"', 0),
        ('contact: "it is" -> never: "discount" -> user: "discount"', 1),
        ('user never: "recorded line" -> contact: "dear"', 0),
        ('user never: "recorded line" in last 10s -> contact: "dear"', 2),
        ('user never: "recorded line"', 0),
        ('contact never: "recorded line"', 1),
        ('user never: "discount" in first 9s', 1),
        ('user never: "discount" in first 10s', 0),
        ('contact: "fine" -> never anywhere: "discount"', 0),
        ('contact: "fine" -> never: "discount"', 1),
        ('contact: "fine" in last 40%', 1),
        ('contact: "fine" in last 30%', 0),
        ('anyone: "line" OR "fine"', 2),
        ('contact: "dear" -"still"', 1),
    ],
)
def test_what_happens_in_one_conversation(text: str, times: int) -> None:
    store = MemoryStore()
    add(store, a_record(recording=HAGGLING))
    page = search(SearchQuery(text=text, group=Group.MOMENT), store=store, embedder=EMBEDDER)
    assert page.total == times


def found(store: Store, text: str, **fields: object) -> SearchPage:
    return search(SearchQuery(text=text, **fields), store=store, embedder=EMBEDDER)  # type: ignore[arg-type]


def positions(page: SearchPage) -> list[list[int]]:
    return [[position for _, position in shown(call)[1]] for call in page.calls]


def test_a_pattern_does_not_go_from_the_recording_into_the_voicemail() -> None:
    store = MemoryStore()
    record = a_record(recording=a_transcript("too dear"), voicemail=a_transcript("no discount"))
    add(store, record)
    assert found(store, '"too dear" -> "no discount"').total == 0
    assert found(store, 'anyone never: "discount"').calls[0].moments_total == 1


def test_the_nearest_of_equal_ways_is_shown() -> None:
    store = MemoryStore()
    add(store, a_record("too dear", "too dear", "well", "no discount"))
    assert positions(found(store, '"too dear" -> "no discount"')) == [[1, 3]]


def test_steps_by_meaning_take_the_closest_utterances_in_the_right_order() -> None:
    store = MemoryStore()
    talk = ["discount for you maybe", "it is much too expensive for us", "we could give you a discount", "let us talk again soon"]  # fmt: skip
    add(store, a_record(*talk))
    page = found(
        store, "contact: much too expensive -> user: give you a discount", mode=Mode.SEMANTIC
    )
    assert positions(page) == [[1, 2]]
    assert page.calls[0].score == pytest.approx(sum(m.score for m in page.calls[0].moments) / 2, abs=1e-5)  # fmt: skip


def test_a_step_may_ask_for_words_and_meaning_at_once() -> None:
    store = MemoryStore()
    add(
        store,
        a_record(
            "expensive seats are what we sell", "this is an expensive boiler", call_id="acti_1"
        ),
        a_record("a boiler is what we sell", "this is an expensive zebra", call_id="acti_2"),
    )
    page = found(store, 'contact: "expensive" boiler -> never: zebra')
    assert [call.record.call.id for call in page.calls] == ["acti_1"]
    assert positions(page) == [[1]]


def test_only_by_words_a_step_needs_every_telling_word_in_one_utterance() -> None:
    store = MemoryStore()
    add(store, a_record("the boiler and the renewal", "the boiler", "the renewal of it"))
    page = found(store, "renewal of boilers -> renewals", mode=Mode.KEYWORD)
    assert positions(page) == [[0, 2]]
    assert page.calls[0].score == 1.0
