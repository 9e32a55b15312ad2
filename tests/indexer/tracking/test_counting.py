"""How often something is said: by week, by rep, in which share of calls."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from indexer.statistics.proportions import proportion
from indexer.store.memory import MemoryStore
from indexer.tracking import Counts, ask, count, monday
from models import EVERYTHING, SearchFilter, Side
from models.tracker import By
from tests.factories import a_record, hours
from tests.indexer.tracking.watching import EMBEDDER, a_talk, a_tracker, put

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)  # of 2026-W10


def counted(store: MemoryStore, by: By, where: SearchFilter = EVERYTHING, **options: Any) -> Counts:
    tracker = a_tracker(store, side=Side.CONTACT)
    asked = ask(tracker.id, where, store=store, embedder=EMBEDDER)
    return count(asked.found, by, where, store=store, **options)


@pytest.fixture
def store() -> MemoryStore:
    """Week 10: two calls, one with two hits. Week 11: none. Week 12: one call, no hit, one deaf."""
    store = MemoryStore()
    put(
        store,
        a_talk(
            1, "the price", "price again", date_created=MONDAY, user_id="user_b", user_name="Bea"
        ),
        a_talk(
            2,
            "nothing of it",
            date_created=MONDAY + hours(7 * 24 - 0.001),
            user_id="user_a",
            user_name="Al",
        ),
        a_talk(
            3,
            "nothing of it",
            date_created=MONDAY + hours(14 * 24),
            user_id="user_b",
            user_name="Bea B.",
        ),
        a_record(call_id="acti_4", date_created=MONDAY + hours(14 * 24), user_id="user_c"),
        a_talk(5, "a price", date_created=MONDAY + hours(1)),
    )
    return store


def test_weeks_are_counted_and_one_without_calls_is_no_zero(store: MemoryStore) -> None:
    counts = counted(store, By.WEEK)
    rows = [
        (r.key, r.starts, r.calls, r.with_hits, r.hits, r.share.value, r.hits_per_100_calls)
        for r in counts.rows
    ]
    assert rows == [
        ("2026-W10", date(2026, 3, 2), 3, 2, 3, 2 / 3, 100.0),
        ("2026-W11", date(2026, 3, 9), 0, 0, 0, None, None),
        ("2026-W12", date(2026, 3, 16), 1, 0, 0, 0.0, 0.0),
    ]
    assert counts.rows[0].share == proportion(2, 3)
    assert counts.rows[1].share.why == "there are no calls"
    assert (counts.total.calls, counts.total.with_hits, counts.total.hits) == (4, 2, 3)
    assert counts.passing == 5  # one call passes, and nothing was said in it


def test_weeks_that_were_asked_for_are_there_whatever_happened(store: MemoryStore) -> None:
    counts = counted(store, By.WEEK, weeks=(date(2026, 2, 23), date(2026, 3, 9)))
    assert [(row.key, row.calls) for row in counts.rows] == [
        ("2026-W09", 0),
        ("2026-W10", 3),
        ("2026-W11", 0),
    ]


def test_reps_are_counted_in_order_of_their_names(store: MemoryStore) -> None:
    rows = [(r.key, r.label, r.calls, r.with_hits, r.hits) for r in counted(store, By.REP).rows]
    assert rows == [
        ("user_a", "Al", 1, 0, 0),
        ("user_b", "Bea B.", 2, 1, 2),  # as the newest call has it
        ("", "no rep", 1, 1, 1),
    ]


@pytest.mark.parametrize("by", list(By))
def test_a_filter_that_selects_nothing_counts_nothing(store: MemoryStore, by: By) -> None:
    counts = counted(store, by, SearchFilter(user_ids=("user_none",)))
    assert counts.rows == ()
    assert (counts.total.calls, counts.passing) == (0, 0)
    assert counts.total.share.value is None
    assert counts.total.hits_per_100_calls is None


def test_a_week_begins_on_monday_in_utc() -> None:
    assert monday(datetime.fromisoformat("2026-03-09T00:30:00+02:00")) == date(2026, 3, 2)
    assert monday(datetime(2026, 3, 9, tzinfo=UTC)) == date(2026, 3, 9)
    assert monday(datetime(2027, 1, 1, tzinfo=UTC)) == date(2026, 12, 28)


def test_an_iso_week_belongs_to_the_year_of_its_thursday() -> None:
    store = MemoryStore()
    put(store, a_talk(1, "the price", date_created=datetime(2027, 1, 1, tzinfo=UTC)))
    assert [row.key for row in counted(store, By.WEEK).rows] == ["2026-W53"]
