"""Ranking is exact: it equals scoring every call."""

import random

import pytest

from indexer.feedback import unsharpened
from indexer.pipeline import index_calls
from indexer.ranking import rank
from indexer.store.memory import MemoryStore
from models import Grain, Kind, Mode, SearchFilter, Side
from tests.contract.test_congruence import WORDS, a_random_filter, a_random_record
from tests.factories import an_entry
from tests.fakes import WordEmbedder

CALLS = 60


@pytest.fixture(scope="module")
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture(scope="module")
def store(embedder: WordEmbedder) -> MemoryStore:
    rng = random.Random(20)
    store = MemoryStore()
    for number in range(CALLS):
        record = a_random_record(rng, number).with_passages(())
        index_calls([(record, an_entry(record.call.id))], store=store, embedder=embedder)
    return store


def every_score(
    text: str, mode: Mode, where: SearchFilter, store: MemoryStore, embedder: WordEmbedder
) -> dict[str, float]:
    """The documented formula over every call that passes."""
    vector = embedder.embed_query(text)

    def best(grain: Grain) -> dict[str, float]:
        hits = store.nearest(vector, grain=grain, limit=CALLS, where=where)
        return {hit.call_id: hit.score for hit in hits}

    utterances, windows, written = map(best, (Grain.UTTERANCE, Grain.WINDOW, Grain.WRITTEN))
    words = {h.call_id: h.score for h in store.matching(text, limit=CALLS, where=where)}
    meaning = {}
    for call_id in {*utterances, *windows, *written}:
        spoken = [part[call_id] for part in (utterances, windows) if call_id in part]
        mean = sum(spoken) / len(spoken) if spoken else 0
        meaning[call_id] = max(mean, written.get(call_id, 0), 0)
    if mode is Mode.SEMANTIC:
        return meaning
    if mode is Mode.KEYWORD:
        return words
    return {
        call_id: meaning.get(call_id, 0) + 0.12 * words.get(call_id, 0)
        for call_id in {*meaning, *words}
    }


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("seed", range(40))
def test_the_ranking_equals_scoring_every_call(
    store: MemoryStore, embedder: WordEmbedder, mode: Mode, seed: int
) -> None:
    rng = random.Random(seed)
    where, needed = a_random_filter(rng, CALLS), rng.choice([1, 2, 5, 100])
    text = " ".join(rng.sample(WORDS, k=rng.randint(1, 3)))
    vectors = {} if mode is Mode.KEYWORD else unsharpened(embedder.embed_query(text))
    print(where, needed, text)

    ranking = rank(text, vectors, mode=mode, where=where, needed=needed, store=store, first_depth=2)

    truth = every_score(text, mode, where, store, embedder)
    best_first = sorted(truth.values(), reverse=True)
    assert len(ranking.calls) >= min(needed, len(truth))
    for call, best in zip(ranking.calls, best_first, strict=False):
        assert call.score == pytest.approx(best, abs=1e-5)
        assert call.score == pytest.approx(truth[call.call_id], abs=1e-5)


def test_a_side_filter_leaves_out_what_nobody_said(
    store: MemoryStore, embedder: WordEmbedder
) -> None:
    where = SearchFilter(side=Side.CONTACT, kinds=(Kind.NOTE,))
    vectors = unsharpened(embedder.embed_query("price"))
    assert rank("price", vectors, mode=Mode.HYBRID, where=where, needed=9, store=store).calls == []
