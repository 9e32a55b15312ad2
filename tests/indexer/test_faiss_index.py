"""The meaning index: the best of what counts, by every way of finding them, whatever happens."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.store import faiss_index, segments
from indexer.store.faiss_index import FaissIndex, Seen
from indexer.store.keys import Keys, in_rows, of_grain, of_kinds, rows_of, said_by
from indexer.store.segments import Segment, Wanted
from indexer.vectors import Vectors, normalise
from models import Grain, Kind, Side

DIMENSIONS = 16


def vectors(count: int, seed: int = 0) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(count, DIMENSIONS)).astype(np.float32)
    return normalise(rows).astype(np.float16).astype(np.float32)


def keys(calls: int, each: int, seed: int = 0, first: int = 1) -> Keys:
    """Keys in rising order, of calls from a row on, with whatever low bits."""
    rows = np.repeat(np.arange(first, first + calls), each) << 26
    ordinals = np.tile(np.arange(each), calls) << 6
    low = np.random.default_rng(seed).integers(0, 64, calls * each)
    return (rows | ordinals | low).astype(np.int64)


def by_hand(keys: Keys, rows: Vectors, query: Vectors, limit: int, wanted: Wanted) -> list[int]:
    """The best keys: every vector multiplied."""
    counts = np.ones(len(keys), np.bool_)
    if wanted.grain:
        counts &= of_grain(keys, wanted.grain)
    if wanted.kinds:
        counts &= of_kinds(keys, wanted.kinds)
    if wanted.side:
        counts &= said_by(keys, wanted.side)
    if wanted.rows is not None:
        counts &= in_rows(keys, wanted.rows)
    if wanted.counts:
        counts &= wanted.counts(keys)
    order = np.lexsort((keys[counts], -np.round(rows[counts] @ query, 5)))
    return [int(key) for key in keys[counts][order][:limit]]


def an_index(folder: Path, found: Keys, rows: Vectors, parts: int = 1) -> FaissIndex:
    index = FaissIndex(folder)
    index.load(DIMENSIONS, up_to=Seen(10**6, 10**6))
    for n, part in enumerate(np.array_split(np.arange(len(found)), parts), 1):
        index.update(removed_rows=found[:0], added=[(found[part], rows[part])], seen=Seen(n, 0))
    return index


def some_wanted(choose: st.DataObject) -> Wanted:
    return Wanted(
        grain=choose.draw(st.none() | st.sampled_from(Grain)),
        kinds=choose.draw(st.sampled_from([(), (Kind.RECORDING,), (Kind.NOTE, Kind.SUMMARY)])),
        side=choose.draw(st.none() | st.sampled_from([Side.USER, Side.CONTACT])),
        rows=choose.draw(
            st.none()
            | st.lists(st.integers(0, 45), unique=True).map(lambda r: np.array(r, np.int64))
        ),
        counts=choose.draw(st.sampled_from([None, lambda keys: keys % 3 == 0])),
    )


@pytest.mark.parametrize("way", ["_GATHERED", "_RANGED", "all", "scan"])
@given(choose=st.data())
@settings(max_examples=40, deadline=None)
def test_the_best_of_what_counts_are_found_in_every_way(way: str, choose: st.DataObject) -> None:
    found, rows = keys(40, 30), vectors(1200)
    wanted, limit = some_wanted(choose), choose.draw(st.integers(1, 50))
    query = vectors(1, seed=choose.draw(st.integers(1, 99)))[0]
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_GATHERED", "_RANGED") if way == "all" else (way,) if way != "scan" else ():
            patch.setattr(segments, name, 0 if name == "_RANGED" else 10)
        index = an_index(Path("nowhere"), found, rows, parts=choose.draw(st.integers(1, 12)))
        got, scores = index.search(query, limit, wanted)
    best = by_hand(found, rows, query, limit, wanted)
    assert [round(float(s), 4) for s in scores] == pytest.approx(
        [round(float(rows[np.searchsorted(found, key)] @ query), 4) for key in best], abs=1e-3
    )
    assert len(set(got.tolist()) ^ set(best)) <= 2  # equals of the last one


def test_what_is_removed_is_gone_from_every_segment(tmp_path: Path) -> None:
    found, rows = keys(40, 30), vectors(1200)
    index = an_index(tmp_path, found, rows, parts=3)
    gone = np.array([1, 7, 40, 99])
    index.update(removed_rows=gone, added=[], seen=Seen(3, 4))
    got, _ = index.search(rows[0], 9999, Wanted())
    assert set(rows_of(got).tolist()) == set(range(1, 41)) - set(gone.tolist())
    assert len(index) == len(got) == 37 * 30


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments are large, and have codes, from a few vectors on."""
    monkeypatch.setattr(faiss_index, "_SMALL", 300)
    monkeypatch.setattr(segments, "_CODED", 2000)
    monkeypatch.setattr(segments, "_TRAINED_ON", 1024)
    for name in ("_GATHERED", "_RANGED", "_LOOKED_AT_LEAST"):
        monkeypatch.setattr(segments, name, 100)


def test_many_segments_become_few_and_nothing_is_lost(tmp_path: Path, small: None) -> None:
    found, rows = keys(200, 30), vectors(6000)
    index = an_index(tmp_path, found, rows, parts=80)
    index.update(removed_rows=np.array([3, 150]), added=[], seen=Seen(80, 2))
    index.save()
    got, _ = index.search(rows[0], 9999, Wanted(rows=np.arange(1, 300)))
    assert set(got.tolist()) == set(found[~in_rows(found, np.array([3, 150]))].tolist())
    assert len(index._segments or ()) <= 12


def test_what_is_removed_while_segments_merge_is_gone(
    tmp_path: Path, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, rows = keys(200, 30), vectors(6000)
    index = FaissIndex(tmp_path)
    index.load(DIMENSIONS, up_to=Seen(9, 9))
    half = 3000
    index.update(removed_rows=found[:0], added=[(found[:half], rows[:half])], seen=Seen(1, 0))
    merged = Segment.merged

    def removing(sources: list[Segment], dimensions: int) -> Segment:
        made = merged(sources, dimensions)
        index.update(removed_rows=np.array([3, 150]), added=[], seen=Seen(2, 2))
        return made

    monkeypatch.setattr(Segment, "merged", removing)
    index.update(removed_rows=found[:0], added=[(found[half:], rows[half:])], seen=Seen(2, 0))
    if (merging := index._merging) is not None:
        merging.join()
    assert len(index._segments or ()) == 1
    got, _ = index.search(rows[0], 9999, Wanted(rows=np.arange(1, 300)))
    assert set(got.tolist()) == set(found[~in_rows(found, np.array([3, 150]))].tolist())


def test_codes_find_nearly_all_of_the_true_best(small: None) -> None:
    found, rows = keys(200, 30), vectors(6000)
    segment = Segment.of([(found, rows)], DIMENSIONS)
    assert segment.codes is not None
    shares = []
    for seed in range(1, 30):
        query = vectors(1, seed=seed)[0]
        wanted = Wanted(counts=lambda keys: keys % 5 != 0)
        got, scores = segment.search(query, 20, wanted)
        best = by_hand(found, rows, query, 20, wanted)
        shares.append(len(set(got.tolist()) & set(best)) / 20)
        exact = rows[np.searchsorted(found, got)] @ query
        np.testing.assert_allclose(scores, exact, atol=1e-4)
    assert np.mean(shares) > 0.9


def test_a_saved_index_is_read_as_it_was(tmp_path: Path, small: None) -> None:
    found, rows = keys(200, 30), vectors(6000)
    index = an_index(tmp_path, found, rows, parts=4)
    index.update(removed_rows=np.array([3]), added=[], seen=Seen(4, 1))
    index.save()
    again = FaissIndex(tmp_path)
    again.load(DIMENSIONS, up_to=Seen(4, 1))
    assert again.seen == Seen(4, 1)
    for wanted in (Wanted(), Wanted(rows=np.array([3, 4, 5]))):
        np.testing.assert_array_equal(
            again.search(rows[5], 50, wanted)[0], index.search(rows[5], 50, wanted)[0]
        )


def test_a_second_save_writes_only_what_is_new(tmp_path: Path) -> None:
    found, rows = keys(40, 30), vectors(1200)
    index = an_index(tmp_path, found, rows)
    index.save()
    before = {file: file.stat().st_mtime_ns for file in tmp_path.glob("*.faiss")}
    new = keys(2, 30, first=41)
    index.update(removed_rows=np.array([2]), added=[(new, vectors(60, seed=3))], seen=Seen(9, 1))
    index.save()
    after = {file: file.stat().st_mtime_ns for file in tmp_path.glob("*.faiss")}
    assert before.items() < after.items()
    assert [state.name for state in tmp_path.glob("*.json")] == [f"vectors-{DIMENSIONS}-9-1.json"]


def test_a_state_newer_than_the_data_is_not_taken(tmp_path: Path) -> None:
    an_index(tmp_path, keys(4, 3), vectors(12)).save()
    older = FaissIndex(tmp_path)
    older.load(DIMENSIONS, up_to=Seen(0, 0))
    assert (len(older), older.seen) == (0, Seen())
