import pytest

from indexer.statistics.planning import margin_of, sample_size, size_for_rare


@pytest.mark.parametrize(
    ("population", "margin", "level", "size"),
    [(1000, 0.05, 0.95, 278), (400, 0.1, 0.95, 78), (100, 0.1, 0.95, 50), (None, 0.03, 0.95, 1068), (60_000, 0.03, 0.99, 1789), (1, 0.05, 0.95, 1), (3, 0.001, 0.95, 3)],
)  # fmt: skip
def test_sizes_are_those_that_are_published(
    population: int | None, margin: float, level: float, size: int
) -> None:
    assert sample_size(population, margin=margin, level=level) == size


@pytest.mark.parametrize(("rate", "size"), [(0.05, 59), (0.02, 149), (0.01, 299), (1.0, 1)])
def test_rare_cases_need_as_many_calls_as_published(rate: float, size: int) -> None:
    assert size_for_rare(rate) == size


def test_few_calls_need_fewer_for_a_rare_case_and_never_more_than_there_are() -> None:
    """Of 20 calls 2 are cases: 15 drawn miss both with 5/20 · 4/19 = .053, 16 with .032."""
    assert size_for_rare(0.1, population=20) == 16
    assert size_for_rare(0.01, population=10) == 10
    assert size_for_rare(0.05, population=10**6) == 59


@pytest.mark.parametrize("population", [None, 400, 5000])
def test_a_margin_undoes_a_size(population: int | None) -> None:
    size = sample_size(population, margin=0.07, rate=0.3)

    assert margin_of(size, population, rate=0.3) <= 0.07 < margin_of(size - 1, population, rate=0.3)


def test_every_call_leaves_no_margin() -> None:
    assert margin_of(40, 40) == margin_of(1, 1) == 0


def test_what_cannot_be_planned_is_refused() -> None:
    for margin in (0.0, 1.0, -0.1):
        with pytest.raises(ValueError, match="margin"):
            sample_size(10, margin=margin)
    with pytest.raises(ValueError, match="cannot be drawn from"):
        sample_size(0, margin=0.1)
    with pytest.raises(ValueError, match="rate"):
        sample_size(10, margin=0.1, rate=1.2)
    with pytest.raises(ValueError, match="level"):
        sample_size(10, margin=0.1, level=95)
    with pytest.raises(ValueError, match="in no sample"):
        size_for_rare(0.0)
    for n in (0, 11):
        with pytest.raises(ValueError, match="cannot be drawn of 10"):
            margin_of(n, 10)
