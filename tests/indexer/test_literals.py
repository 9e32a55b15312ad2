"""What must be said is found everywhere it is said, and nowhere else, page by page."""

import random
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from indexer.pipeline import index_calls
from indexer.search import search
from indexer.store.contract import Store
from indexer.store.embedded import EmbeddedStore
from indexer.store.memory import MemoryStore
from models import (
    CallRecord,
    End,
    Kind,
    Lead,
    Mode,
    Part,
    SearchFilter,
    SearchQuery,
    Side,
    Transcript,
)
from tests.factories import a_record, a_transcript, an_entry, said
from tests.fakes import WordEmbedder

EMBEDDER = WordEmbedder()
FORMS = {
    "refund": ["refund", "refunds", "Refunded", "REFUNDING"],
    "price": ["price", "prices", "Priced"],
    "cafe": ["cafe", "café", "Cafés"],
    "we": ["we", "We"],
    "call": ["call", "calls", "calling"],
    "报": ["报"],
    "שלום": ["שלום"],
}
GLUE = [" ", " ", " ", ", ", "-", " ... ", "? ", " 👍 "]


def words(text: str) -> list[str]:
    """Lower-cased, accents folded, split at what is neither letter nor digit."""
    plain = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return "".join(c if c.isalnum() else " " for c in bare).split()


STEM_OF = {words(form)[0]: stem for stem, forms in FORMS.items() for form in forms}


def in_a_row(phrase: Sequence[str], line: Sequence[str]) -> bool:
    return any(list(line[n : n + len(phrase)]) == list(phrase) for n in range(len(line)))


# -- a question, as it is typed and as it is meant --


@dataclass(frozen=True)
class Asked:
    """A question, and whether it holds of some lines by themselves."""

    text: str

    def holds(self, lines: Sequence[list[str]]) -> bool:
        raise NotImplementedError


@dataclass(frozen=True)
class Phrase(Asked):
    def holds(self, lines: Sequence[list[str]]) -> bool:
        return any(in_a_row(words(self.text), line) for line in lines)


@dataclass(frozen=True)
class Word(Asked):
    def holds(self, lines: Sequence[list[str]]) -> bool:
        stem = STEM_OF[words(self.text)[0]]
        return any(STEM_OF.get(word) == stem for line in lines for word in line)


@dataclass(frozen=True)
class Joined(Asked):
    parts: tuple[Asked, ...]
    how: str

    def holds(self, lines: Sequence[list[str]]) -> bool:
        each = [part.holds(lines) for part in self.parts]
        return {"and": all(each), "or": any(each), "not": not each[0]}[self.how]


def a_sentence(rng: random.Random) -> str:
    chosen = [rng.choice(FORMS[rng.choice(list(FORMS))]) for _ in range(rng.randint(1, 6))]
    return "".join(word + rng.choice(GLUE) for word in chosen)


def an_atom(rng: random.Random) -> Asked:
    chosen = [rng.choice(FORMS[rng.choice(list(FORMS))]) for _ in range(rng.choice([1, 2, 2, 3]))]
    if len(chosen) == 1 and rng.random() < 0.5:
        return Word(chosen[0])
    return Phrase("".join(word + rng.choice([" ", "-", "! "]) for word in chosen))


def bare_or_quoted(asked: Asked) -> str:
    return f'"{asked.text}"' if isinstance(asked, Phrase) else asked.text


def an_expression(rng: random.Random, depth: int = 0) -> Asked:
    how = rng.choice(["atom", "atom", "and", "or", "not"]) if 0 < depth < 3 else "and" if depth == 0 else "atom"  # fmt: skip
    if how == "atom":
        atom = an_atom(rng)
        return replace(Joined(bare_or_quoted(atom), (atom,), "and"))
    if how == "not":
        inner = an_expression(rng, depth + 1)
        return Joined(f"{rng.choice(['NOT ', '-'])}({inner.text})", (inner,), "not")
    parts = tuple(an_expression(rng, depth + 1) for _ in range(2))
    side_by_side = " " if depth else " AND "
    sign = rng.choice([" AND ", side_by_side]) if how == "and" else " OR "
    return Joined(sign.join(f"({part.text})" for part in parts), parts, how)


# -- what a reader finds who reads every line --


def turns_that_count(record: CallRecord, where: SearchFilter) -> Iterator[list[list[str]]]:
    """The words of every line that counts, turn by turn; a note or a name is one by itself."""
    for kind in (Kind.RECORDING, Kind.VOICEMAIL):
        transcript = record.transcript(kind)
        if transcript is not None and (not where.kinds or kind in where.kinds):
            yield from spoken_turns(transcript, where)
    if where.side or where.part or where.asked:
        return
    summaries = [t.summary_text for t in (record.recording, record.voicemail) if t]
    names = [record.lead.name if record.lead else None]
    names += [record.call.user_name]
    written = {Kind.NOTE: [record.call.note], Kind.SUMMARY: summaries, None: names}
    for written_kind, texts in written.items():
        if not where.kinds or written_kind in where.kinds:
            yield from ([words(text)] for text in texts if text)


def spoken_turns(transcript: Transcript, where: SearchFilter) -> Iterator[list[list[str]]]:
    times = [u.start_s for u in transcript.utterances if u.start_s is not None]
    length = max(times, default=0.0) + 2
    before, turn = None, list[list[str]]()
    for utterance in transcript.utterances:
        if utterance.side is not before and turn:
            yield turn
            turn = []
        before = utterance.side
        counts = where.side in (None, utterance.side)
        if where.asked:
            counts = counts and "?" in utterance.text
        if where.part and utterance.start_s is not None:
            reach = length * where.part.amount / 100 if where.part.is_percent else where.part.amount
            away = utterance.start_s
            if where.part.end is End.LAST:
                away = length - utterance.start_s - 2
            counts = counts and away < reach
        if counts:
            turn.append(words(utterance.text))
    if turn:
        yield turn


def expected(asked: Asked, records: Sequence[CallRecord], where: SearchFilter) -> set[str]:
    found = set()
    for record in records:
        turns = list(turns_that_count(record, where))
        together = turns if where.in_one_turn else [[line for turn in turns for line in turn]]
        if where.user_ids and record.call.user_id not in where.user_ids:
            continue
        if turns and any(asked.holds(lines) for lines in together):
            found.add(record.call.id)
    return found


# -- random calls, filters, and pages --


def a_random_call(rng: random.Random, number: int) -> CallRecord:
    def transcript() -> Transcript:
        sides = [rng.choice([Side.USER, Side.USER, Side.CONTACT]) for _ in range(rng.randint(1, 8))]
        spoken = [said(side, a_sentence(rng), n * 3.0) for n, side in enumerate(sides)]
        return a_transcript(*spoken, summary_text=rng.choice([None, a_sentence(rng)]))

    return a_record(
        call_id=f"acti_{number:03}",
        recording=rng.choice([None, transcript(), transcript()]),
        voicemail=rng.choice([None, None, transcript()]),
        note=rng.choice([None, a_sentence(rng)]),
        user_id=f"user_{number % 5}",
        user_name=a_sentence(rng).strip(),
        lead_id=f"lead_{number}",
        lead=Lead(id=f"lead_{number}", name=a_sentence(rng)),
    )


def a_random_filter(rng: random.Random) -> SearchFilter:
    fields: dict[str, object] = {
        "side": rng.choice([Side.USER, Side.CONTACT]),
        "part": Part(rng.choice(list(End)), rng.choice([4, 10, 25]), rng.choice([True, False])),
        "asked": True,
        "in_one_turn": True,
        "kinds": tuple(rng.sample(list(Kind), k=rng.randint(1, 3))),
        "user_ids": ("user_1", "user_2"),
    }
    chosen = rng.sample(sorted(fields), k=rng.choice([0, 0, 1, 1, 2, 3]))
    return SearchFilter(**{name: fields[name] for name in chosen})  # type: ignore[arg-type]


def every_answer(store: Store, query: SearchQuery, limit: int) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        asked = replace(query, limit=limit, cursor=cursor)
        page = search(asked, store=store, embedder=EMBEDDER)
        found += [call.record.call.id for call in page.calls]
        cursor = page.next_cursor
        if cursor is None:
            assert len(set(found)) == len(found)
            return found


def agree(store: Store, records: Sequence[CallRecord], rng: random.Random, mode: Mode) -> int:
    where = a_random_filter(rng)
    atom = an_atom(rng)
    is_phrase = rng.random() < 0.4 or where.in_one_turn
    asked: Asked = Phrase(atom.text) if is_phrase else an_expression(rng)
    text = f'"{asked.text}"' if is_phrase else asked.text
    print(f"{text!r} {mode} {where}")
    truth = expected(asked, records, where)
    query = SearchQuery(text=text, mode=mode, where=where)
    assert set(every_answer(store, query, rng.choice([3, 100]))) == truth
    return len(truth)


def add(store: Store, *records: CallRecord) -> None:
    index_calls([(r, an_entry(r.call.id)) for r in records], store=store, embedder=EMBEDDER)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("seed", range(4))
def test_every_literal_match_is_found_and_nothing_else(seed: int, mode: Mode) -> None:
    rng, store = random.Random(seed), MemoryStore()
    records = [a_random_call(rng, number) for number in range(30)]
    add(store, *records)
    found = [agree(store, records, rng, mode) for _ in range(40)]
    assert sum(0 < n < len(records) for n in found) >= 12


@pytest.mark.parametrize("seed", range(3))
def test_the_engine_on_disk_finds_them_too_after_removals_and_changes(
    seed: int, tmp_path: Path
) -> None:
    rng = random.Random(100 + seed)
    with closing(EmbeddedStore(tmp_path)) as store:
        calls = {number: a_random_call(rng, number) for number in range(40)}
        add(store, *calls.values())
        for _ in range(10):
            agree(store, list(calls.values()), rng, rng.choice(list(Mode)))
        for number in rng.sample(range(40), k=15):
            calls[number] = a_random_call(rng, number)
            add(store, calls[number])
        gone = rng.sample(range(40), k=10)
        store.remove([calls.pop(number).call.id for number in gone])
        for _ in range(40):
            agree(store, list(calls.values()), rng, rng.choice(list(Mode)))


@pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.KEYWORD])
@pytest.mark.parametrize("text", ["price", '"price"'])
def test_a_word_of_every_call_is_found_still_when_most_calls_have_changed(
    text: str, mode: Mode, tmp_path: Path
) -> None:
    with closing(EmbeddedStore(tmp_path)) as store:
        add(store, *(a_record("the price", call_id=f"acti_{n}") for n in range(9)))
        assert len(every_answer(store, SearchQuery(text=text, mode=mode), 3)) == 9
        add(store, *(a_record("a price", call_id=f"acti_{n}") for n in range(6)))
        store.remove(["acti_8"])
        assert len(every_answer(store, SearchQuery(text=text, mode=mode), 3)) == 8


@pytest.mark.parametrize("mode", Mode)
def test_a_phrase_that_is_only_in_a_name_or_a_word_by_itself_is_found(mode: Mode) -> None:
    store = MemoryStore()
    add(
        store,
        a_record(call_id="acti_1", user_name="Zebra Jones"),
        a_record("Zebra.", "and then we met them there", call_id="acti_2"),
        a_record("nothing of the kind was said", call_id="acti_3"),
    )
    for where, found in ((SearchFilter(), 2), (SearchFilter(side=Side.USER), 1)):
        query = SearchQuery(text='"zebra"', mode=mode, where=where)
        assert len(every_answer(store, query, 1)) == found


@pytest.mark.parametrize("share", [1 / 2000, 0.01, 0.1, 0.5, 1.0])
def test_every_literal_match_is_found_however_few_calls_pass(share: float, tmp_path: Path) -> None:
    rng = random.Random(int(share * 1000))
    with closing(EmbeddedStore(tmp_path)) as store:
        records = [
            a_record(
                a_sentence(rng), call_id=f"acti_{n:04}", user_id=f"user_{n % 2000 / 2000 < share}"
            )
            for n in range(2000)
        ]
        add(store, *records)
        for text in ("refund", "price call", "We"):
            where = SearchFilter(user_ids=("user_True",))
            truth = {
                r.call.id
                for r in records
                if r.call.user_id == "user_True"
                and Phrase(text).holds([words(r.utterances(Kind.RECORDING)[0].text)])
            }
            query = SearchQuery(text=f'"{text}"', where=where)
            assert set(every_answer(store, query, 100)) == truth
        assert sum(r.call.user_id == "user_True" for r in records) == max(1, 2000 * share)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("text", ['"the" zebra', '"the" OR zebra', "NOT zebra OR hello"])
def test_what_is_demanded_is_found_by_words_that_rank_nothing(mode: Mode, text: str) -> None:
    store = MemoryStore()
    record = a_record("it is the one")
    index_calls([(record, an_entry())], store=store, embedder=EMBEDDER)
    assert every_answer(store, SearchQuery(text=text, mode=mode), 3) == ["acti_1"]
