"""Clusters in whole numbers: exact, seeded, and as good as those of a well-kept library."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from indexer.topics.clustering import LENGTH, Grid, cluster, cosines, near, on_grid, stability


def blobs(groups: int, each: int, *, seed: int = 0, spread: float = 0.4) -> tuple[Grid, list[int]]:
    """Rows around so many directions, and which of them each is around."""
    chance = np.random.default_rng(seed)
    centres = chance.normal(size=(groups, 48))
    labels = np.repeat(np.arange(groups), each)
    rows = centres[labels] + spread * chance.normal(size=(groups * each, 48))
    return on_grid(rows / np.linalg.norm(rows, axis=1, keepdims=True)), labels.tolist()


def test_rows_are_whole_numbers_whose_products_are_exact() -> None:
    rows, _ = blobs(3, 50)
    assert np.array_equal(rows, np.rint(rows))
    exact = rows.astype(np.int64) @ rows.astype(np.int64).T
    assert np.array_equal((rows @ rows.T).astype(np.int64), exact)
    assert np.abs(exact).max() < 2**24
    assert np.sqrt(exact.diagonal()) == pytest.approx(LENGTH, rel=0.002)


def test_a_row_of_zeros_stays_one() -> None:
    assert not on_grid(np.zeros((1, 8))).any()


def test_groups_that_are_there_are_found() -> None:
    rows, truth = blobs(5, 60)
    assert adjusted_rand_score(truth, cluster(rows, 5, seed="0").labels) == 1.0


def test_it_divides_as_well_as_scikit_learn() -> None:
    rows, truth = blobs(6, 80, spread=1.1, seed=3)
    ours = adjusted_rand_score(truth, cluster(rows, 6, seed="0").labels)
    theirs = KMeans(6, n_init=5, random_state=0).fit_predict(rows / LENGTH)
    assert ours >= adjusted_rand_score(truth, theirs) - 0.02


def test_one_seed_gives_one_answer_however_the_machine_adds_up() -> None:
    """A permutation of the dimensions adds every product up in another order."""
    rows, _ = blobs(4, 80, spread=1.5)
    other_way = rows[:, np.random.default_rng(1).permutation(rows.shape[1])]
    ours, theirs = cluster(rows, 7, seed="a"), cluster(other_way, 7, seed="a")
    assert np.array_equal(ours.labels, theirs.labels)
    assert not np.array_equal(ours.labels, cluster(rows, 7, seed="b").labels)


def test_rows_that_are_all_one_are_one_cluster() -> None:
    rows = on_grid(np.tile(np.eye(4)[0], (30, 1)))
    found = cluster(rows, 3, seed="0")
    assert set(found.labels.tolist()) == {0}
    assert cosines(rows, found) == pytest.approx(np.ones(30))


def test_a_row_no_nearer_than_the_rows_of_other_clusters_is_left_out() -> None:
    rows, truth = blobs(3, 60, spread=0.2)
    stray = on_grid(np.random.default_rng(9).normal(size=(6, 48)))
    found = cluster(np.vstack([rows, stray]), 3, seed="0")
    is_near = near(np.vstack([rows, stray]), found, than=0.99)
    assert is_near[: len(truth)].all()
    assert is_near[len(truth) :].sum() <= 1


def test_what_is_there_is_found_again_and_what_is_not_is_not() -> None:
    real, _ = blobs(4, 60, spread=0.3)
    groups = [f"call {n // 6}" for n in range(len(real))]
    steady = stability(real, groups, cluster(real, 4, seed="0"), seed="0")
    assert min(steady) > 0.95

    noise = on_grid(np.random.default_rng(5).normal(size=(240, 48)))
    shaky = stability(noise, groups, cluster(noise, 8, seed="0"), seed="0")
    assert max(shaky) < 0.6


def test_halves_are_no_larger_than_they_may_be() -> None:
    rows, _ = blobs(3, 40)
    groups = [f"call {n}" for n in range(len(rows))]
    few = stability(rows, groups, cluster(rows, 3, seed="0"), seed="0", most=2)
    assert few == [0.0, 0.0, 0.0]  # two rows cannot be divided by three
