"""The engine on disk agrees with the oracle in memory, whatever is stored and asked."""

import random
from pathlib import Path

import numpy as np
import pytest

from indexer.lines import Lines
from indexer.store.contract import Store
from indexer.store.embedded import EmbeddedStore
from indexer.store.memory import MemoryStore
from indexer.vectors import normalise
from models import (
    AllOf,
    AnyOf,
    CallRecord,
    End,
    Expression,
    Facet,
    Grain,
    Hit,
    Kind,
    Lead,
    Not,
    Part,
    SearchFilter,
    Side,
    Term,
)
from tests.factories import NOON, TINY, a_record, a_transcript, an_entry, hours, said, vectors_for

WORDS = "price quote budget invoice truck crew boiler renewal demo zebra".split()
TOLERANCE = 1e-4


def a_random_record(rng: random.Random, number: int) -> CallRecord:
    def sentence() -> str:
        return " ".join(rng.choices(WORDS, k=rng.randint(1, 8)))

    def transcript() -> object:
        sides = rng.choice([[Side.USER], [Side.CONTACT], list(Side)])
        spoken = [
            said(rng.choice(sides), sentence() + rng.choice(["", ".", "?"]), n * 3.0)
            for n in range(rng.randint(0, 12))
        ]
        return a_transcript(*spoken, summary_text=rng.choice([None, sentence()]))

    lead_id = f"lead_{rng.randint(0, 20)}"
    return a_record(
        call_id=f"acti_{number:03}",
        lead=Lead(id=lead_id, name=f"{WORDS[len(lead_id)]} {lead_id}"),
        recording=rng.choice([None, transcript(), transcript()]),
        voicemail=rng.choice([None, None, transcript()]),
        note=rng.choice([None, "", sentence()]),
        user_id=rng.choice(["user_1", "user_2", "user_3", None]),
        lead_id=lead_id,
        disposition=rng.choice(["answered", "busy", "vm-left", None]),
        duration_s=rng.randint(0, 600),
        date_created=NOON + hours(rng.randint(0, 48)),
    )


def a_random_filter(rng: random.Random, calls: int) -> SearchFilter:
    fields: dict[str, object] = {
        "call_ids": tuple(f"acti_{rng.randrange(calls):03}" for _ in range(rng.randint(0, 5))),
        "except_ids": tuple(f"acti_{rng.randrange(calls):03}" for _ in range(3)),
        "user_ids": tuple(rng.sample(["user_1", "user_2", "user_3"], k=rng.randint(0, 2))),
        "lead_ids": (f"lead_{rng.randint(0, 20)}",),
        "dispositions": tuple(rng.sample(["answered", "busy", "vm-left"], k=rng.randint(0, 2))),
        "since": NOON + hours(rng.randint(0, 48)),
        "until": NOON + hours(rng.randint(0, 48)),
        "min_duration_s": rng.randint(0, 600),
        "max_duration_s": rng.randint(0, 600),
        "side": rng.choice([Side.USER, Side.CONTACT]),
        "kinds": tuple(rng.sample(list(Kind), k=rng.randint(0, 3))),
        "part": Part(rng.choice(list(End)), rng.randint(1, 40), rng.choice([True, False])),
        "asked": True,
        "said": a_random_expression(rng),
        "in_one_turn": True,
    }
    chosen = rng.sample(sorted(fields), k=rng.choice([0, 1, 1, 2, 3, 4]))
    return SearchFilter(**{name: fields[name] for name in chosen})  # type: ignore[arg-type]


def a_random_expression(rng: random.Random, depth: int = 0) -> Expression:
    words = " ".join(rng.choices(WORDS, k=rng.choice([1, 1, 2])))
    form = rng.choice(["term", "term", "not", "all", "any"][: 5 if depth < 2 else 2])
    if form == "term":
        exact = rng.random() < 0.5
        return Term(words if exact else f"{words}s", exact=exact)
    if form == "not":
        return Not(a_random_expression(rng, depth + 1))
    parts = tuple(a_random_expression(rng, depth + 1) for _ in range(rng.randint(1, 3)))
    return AllOf(parts) if form == "all" else AnyOf(parts)


def as_rows(lines: Lines, store: Store) -> dict[tuple[object, ...], float]:
    ids = store.ids_of(lines.calls)
    columns = (lines.kinds, lines.positions, lines.turns, lines.starts_ms, lines.ends_ms)
    rows = zip(lines.calls.tolist(), *(column.tolist() for column in columns), strict=True)
    named = [(ids[call], *rest) for call, *rest in rows]
    assert len(set(named)) == len(named)
    return dict(zip(named, lines.scores.tolist(), strict=True))


def assert_same_hits(ours: list[Hit], truth: list[Hit], limit: int) -> None:
    """The same calls with the same scores; calls whose scores are as good as equal may swap."""
    assert len(ours) == min(limit, len(truth))
    by_call = {hit.call_id: hit.score for hit in truth}
    for mine, best in zip(ours, truth, strict=False):
        assert mine.score == pytest.approx(best.score, abs=TOLERANCE)
        assert mine.score == pytest.approx(by_call[mine.call_id], abs=TOLERANCE)


@pytest.mark.parametrize("seed", range(6))
def test_random_calls_filters_and_removals(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Filters that many calls pass go another way: every other run has "many" begin at 3.
    monkeypatch.setattr("indexer.store.caches._FEW_ROWS", 2000 if seed % 2 else 3)
    rng = random.Random(seed)
    oracle, engine = MemoryStore(), EmbeddedStore(tmp_path)
    stores = (oracle, engine)
    for store in stores:
        store.remember_embedder(TINY)
    for round_ in range(4):
        for number in rng.sample(range(80), k=40):
            record = a_random_record(rng, number)
            for store in stores:
                store.put(record, vectors_for(record), an_entry(record.call.id))
        gone = [f"acti_{rng.randrange(80):03}" for _ in range(rng.randint(0, 10))]
        for store in stores:
            store.remove(gone)
        for question in range(25):
            agree_on_a_random_question(oracle, engine, rng, f"{seed=} {round_=} {question=}")
        if round_ == 1:
            engine.close()
            engine = EmbeddedStore(tmp_path)
            stores = (oracle, engine)
    assert engine.check() == []
    engine.close()


def agree_on_a_random_question(
    oracle: MemoryStore, engine: EmbeddedStore, rng: random.Random, where_we_are: str
) -> None:
    where = a_random_filter(rng, 80)
    limit = rng.choice([1, 3, 10, 200])
    vector = normalise(np.array([rng.gauss(0, 1) for _ in range(3)]))
    text = " ".join(rng.sample(WORDS, k=2))
    print(where_we_are, where, limit, text)
    for grain in (Grain.UTTERANCE, Grain.WINDOW, Grain.WRITTEN):
        truth = oracle.nearest(vector, grain=grain, limit=200, where=where)
        assert_same_hits(
            engine.nearest(vector, grain=grain, limit=limit, where=where), truth, limit
        )
    truth = oracle.matching(text, limit=200, where=where)
    ours = engine.matching(text, limit=limit, where=where)
    assert len(ours) == min(limit, len(truth))
    assert {h.call_id for h in ours} <= {h.call_id for h in truth}
    assert [h.score for h in ours] == sorted((h.score for h in ours), reverse=True)
    assert engine.calls(where, limit=limit) == oracle.calls(where, limit=limit)
    assert engine.count(where) == oracle.count(where)
    assert engine.passing(where, limit=limit) == oracle.passing(where, limit=limit)
    for facet in rng.sample(list(Facet), k=2):
        assert engine.counts(facet, where) == oracle.counts(facet, where)
    expression = a_random_expression(rng)
    print(expression)
    saying = (store.lines_saying(expression, where=where) for store in (oracle, engine))
    near = (store.lines_near(vector, at_least=0.1, where=where) for store in (oracle, engine))
    for truth_lines, our_lines in (saying, near):
        truth_rows, our_rows = as_rows(truth_lines, oracle), as_rows(our_lines, engine)
        assert our_rows == pytest.approx(truth_rows, abs=TOLERANCE)
        assert (np.diff(our_lines.places) > 0).all()
