"""Calibrations as they are kept, without HTTP: what is frozen, ordered, named and drawn."""

from dataclasses import replace

import numpy as np
import pytest

from indexer import calibrating
from indexer.calibrating.bands import band_of_alpha, band_of_kappa
from indexer.calibrating.ordering import order
from indexer.papers import Written
from indexer.reviewing import REVIEWS, SCORECARDS, Reviewer, finish, reviews_of
from indexer.store.memory import MemoryStore
from models.calibration import MOST_REVIEWS, Calibration
from models.errors import PaperChanged, QueryInvalid
from models.estimate import Estimate, Interval
from models.scorecard import Scorecard
from tests.factories import NOON, hours
from tests.indexer.reviewing.making import a_sample, a_scorecard, answers, with_calls


@pytest.fixture
def store() -> MemoryStore:
    return with_calls(MemoryStore(), 6)


@pytest.fixture
def scorecard(store: MemoryStore) -> Written[Scorecard]:
    return a_scorecard(store)


def begun(store: MemoryStore, scorecard: Written[Scorecard], *names: str) -> Written[Calibration]:
    chosen = calibrating.named([f"acti_{n:02}" for n in range(6)], store=store)
    return calibrating.begin(
        "Week 11", chosen, [Reviewer(name=one) for one in names or ("Quinn", "Uma")], scorecard,
        store=store, by="Quinn", at=NOON,
    )  # fmt: skip


def judged(store: MemoryStore, known: Written[Calibration]) -> None:
    for n, review in enumerate(reviews_of(store, known.id)):
        given = answers(needs=1 + n % 5)
        finish(store, review.id, given, by=review.body.reviewer, at=NOON)


def test_what_is_written_after_closing_counts_for_nothing(
    store: MemoryStore, scorecard: Written[Scorecard]
) -> None:
    known = begun(store, scorecard)
    judged(store, known)
    closed = calibrating.close(known, store=store, by="Uma", at=NOON)
    before = calibrating.report_of(closed, store=store)
    first = reviews_of(store, known.id)[0]
    REVIEWS.change(store, first, replace(first.body, score=1.0), by="Uma", at=NOON + hours(1))
    SCORECARDS.change(
        store, scorecard, replace(scorecard.body, sections=scorecard.body.sections[:1]),
        by="Uma", at=NOON,
    )  # fmt: skip
    assert calibrating.report_of(closed, store=store) == before
    assert calibrating.reviews_in(closed, store=store)[0].version == first.version


def test_two_cannot_close_it_at_once(store: MemoryStore, scorecard: Written[Scorecard]) -> None:
    known = begun(store, scorecard)
    judged(store, known)
    calibrating.close(known, store=store, by="Uma", at=NOON)
    with pytest.raises(PaperChanged):
        calibrating.close(known, store=store, by="Quinn", at=NOON)


def test_with_few_calls_the_question_of_the_lowest_alpha_is_named_but_nothing_is_ordered(
    store: MemoryStore, scorecard: Written[Scorecard]
) -> None:
    known = begun(store, scorecard)
    for n, review in enumerate(reviews_of(store, known.id)):
        call, who = divmod(n, 2)
        given = answers(notice=call % 2, needs=1 + (call + 2 * who) % 5, price=call % 2)
        finish(store, review.id, given, by=review.body.reviewer, at=NOON)
    told = calibrating.report_of(
        calibrating.close(known, store=store, by="Uma", at=NOON), store=store
    )
    assert not told.order.is_ordered
    assert "The lowest is that of 'Explored needs?': -" in told.order.why
    assert [one.question.id for one in told.questions] == ["notice", "needs", "price"]


def test_an_ambiguous_question_is_told_from_clear_ones(
    store: MemoryStore, scorecard: Written[Scorecard]
) -> None:
    store = with_calls(MemoryStore(), 30)
    scorecard = a_scorecard(store)
    chosen = calibrating.named([f"acti_{n:02}" for n in range(30)], store=store)
    reviewers = [Reviewer(name=one) for one in ("Quinn", "Uma", "Vic")]
    known = calibrating.begin(
        "Week 11", chosen, reviewers, scorecard, store=store, by="Quinn", at=NOON
    )
    random = np.random.default_rng(5)
    for n, review in enumerate(reviews_of(store, known.id)):
        call = n // 3
        slips = random.random() < 0.03
        given = answers(
            notice=int((call % 3 > 0) ^ slips), needs=1 + call % 5, price=int(random.integers(2))
        )
        finish(store, review.id, given, by=review.body.reviewer, at=NOON)
    told = calibrating.report_of(
        calibrating.close(known, store=store, by="Uma", at=NOON), store=store
    )
    assert told.order.is_ordered
    assert [one.question.id for one in told.questions if one.place == 1] == ["price"]
    assert told.questions[0].question.id == "price"


def test_severity_tells_who_is_the_harder(
    store: MemoryStore, scorecard: Written[Scorecard]
) -> None:
    known = begun(store, scorecard)
    for n, review in enumerate(reviews_of(store, known.id)):
        needs = 2 + n // 4 + (review.body.reviewer == "Uma")
        finish(store, review.id, answers(needs=needs), by=review.body.reviewer, at=NOON)
    closed = calibrating.close(known, store=store, by="Uma", at=NOON)
    quinn, uma = calibrating.report_of(closed, store=store).severity
    # One step of four on a section of weight two beside one of weight one.
    assert uma.difference.value == pytest.approx(100 / 4 * 2 / 3)
    assert quinn.difference.value == pytest.approx(-100 / 4 * 2 / 3)


def test_calls_are_drawn_from_a_sample_and_the_same_seed_draws_the_same(
    store: MemoryStore,
) -> None:
    sample = a_sample(store, drawn=5, of=6)
    one = calibrating.drawn_from_sample(sample, size=3, seed="s", store=store)
    other = calibrating.drawn_from_sample(sample, size=3, seed="s", store=store)
    assert one == other
    assert {call.call_id for call in one.calls} <= {c.call_id for c in sample.body.calls}
    assert one.draw is not None
    assert (one.draw.eligible, one.draw.sample_id) == (5, sample.id)
    with pytest.raises(QueryInvalid, match="at most 5"):
        calibrating.drawn_from_sample(sample, size=6, seed="s", store=store)


def test_it_has_no_more_reviews_than_anybody_does() -> None:
    with pytest.raises(QueryInvalid, match="take fewer calls"):
        Calibration(
            name="x", call_ids=tuple(map(str, range(MOST_REVIEWS // 2 + 1))), reviewers=("a", "b"),
            scorecard_id="c", scorecard_version=1,
        )  # fmt: skip


def alpha(value: float | None, low: float | None = None, high: float | None = None) -> Estimate:
    interval = None
    if low is not None and high is not None:
        interval = Interval(low=low, high=high, method="bootstrap")
    return Estimate(value=value, n=12, interval=interval)


def test_questions_are_ordered_where_intervals_tell_them_apart() -> None:
    told = order(
        [alpha(0.9, 0.8, 1.0), alpha(0.1, -0.1, 0.3), alpha(None), alpha(0.25, 0.05, 0.5),
         alpha(0.7, 0.55, 0.9)]
    )  # fmt: skip
    # The fifth is not told from the first: their intervals overlap.
    assert told.places == (2, 1, None, 1, 2)
    assert told.is_ordered
    assert told.why.startswith("Least agreement comes first")


@pytest.mark.parametrize(
    ("alphas", "why"),
    [
        ([alpha(0.1, 0, 0.6), alpha(0.7, 0.5, 0.9)], "intervals overlap"),
        ([alpha(0.1), alpha(0.9)], "without intervals"),
        ([alpha(0.1, 0, 0.2)], "Only one question"),
        ([alpha(None), alpha(None)], "no alpha"),
    ],
)
def test_where_intervals_do_not_tell_nothing_is_ordered_and_it_says_why(
    alphas: list[Estimate], why: str
) -> None:
    told = order(alphas)
    assert not told.is_ordered
    assert why in told.why
    assert set(told.places) <= {1, None}


@pytest.mark.parametrize(
    ("value", "name"),
    [(-0.1, "poor"), (0.0, "slight"), (0.2, "slight"), (0.21, "fair"), (0.5, "moderate"),
     (0.61, "substantial"), (0.81, "almost perfect"), (1.0, "almost perfect")],
)  # fmt: skip
def test_a_kappa_has_landis_and_kochs_name(value: float, name: str) -> None:
    band = band_of_kappa(alpha(value))
    assert band is not None
    assert (band.name, band.lowest) == (name, None)
    assert "Landis & Koch (1977)" in band.source


@pytest.mark.parametrize(
    ("value", "name"),
    [(0.8, "reliable"), (0.799, "tentative"), (0.667, "tentative"), (0.666, "not reliable")],
)
def test_an_alpha_has_krippendorffs_name_and_those_of_its_interval(value: float, name: str) -> None:
    band = band_of_alpha(alpha(value, 0.5, 0.9))
    assert band is not None
    assert (band.name, band.lowest, band.highest) == (name, "not reliable", "reliable")


def test_what_has_no_value_has_no_name() -> None:
    assert band_of_alpha(alpha(None)) is None
    assert band_of_kappa(alpha(None)) is None
