"""No call is missed while others vanish or come in between two pages."""

import random
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from indexer.close import Close
from tests.indexer.close.talking import Calls, a_close, a_page, a_row, ago, query

SEEDS = range(6)


class Shifting(Calls):
    """Changes by chance before each answer but the first."""

    def __init__(
        self, *rows: dict[str, Any], change: Callable[["Shifting"], object], seed: int = 0
    ) -> None:
        super().__init__(*rows)
        self.change = change
        self.random = random.Random(seed)
        self.there_all_along = {str(row["id"]) for row in rows}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.requests:
            self.change(self)
        return super().__call__(request)

    def delete(self, place: int) -> None:
        if place < len(self.rows):
            self.there_all_along.discard(str(self.rows.pop(place)["id"]))

    def insert(self, place: int) -> None:
        """Let a call come in at a place, dated as the one that was there."""
        new = self.rows[place] | {"id": f"acti_new_{self.random.random()}"}
        self.rows.insert(place, new)

    def anywhere(self) -> int:
        return self.random.randrange(max(1, len(self.rows)))


def some_vanish(calls: Shifting) -> None:
    for _ in range(calls.random.choice((0, 0, 1, 1, 2, 7))):
        calls.delete(calls.anywhere())


def some_come_in(calls: Shifting) -> None:
    for _ in range(calls.random.choice((0, 0, 1, 1, 2, 7))):
        calls.insert(calls.anywhere())


def some_do_either(calls: Shifting) -> None:
    some_vanish(calls)
    some_come_in(calls)


def the_first_vanishes(calls: Shifting) -> None:
    calls.delete(0)


def shuffle(calls: Shifting) -> None:
    calls.random.shuffle(calls.rows)


def now_and_then(change: Callable[[Shifting], object]) -> Callable[[Shifting], object]:
    return lambda calls: calls.random.random() < 0.2 and change(calls)


def hourly(count: int) -> list[dict[str, Any]]:
    return [a_row(f"acti_{n}", ago(hours=n)) for n in range(count)]


def at_once(count: int) -> list[dict[str, Any]]:
    return [a_row(f"acti_{n}", ago(days=2)) for n in range(count)]


def seen(close: Close) -> set[str]:
    return {s.call_id for window in close.history() for s in window.sightings}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rows", [hourly(690), at_once(1_500)], ids=["hourly", "at once"])
@pytest.mark.parametrize("change", [some_vanish, some_come_in, some_do_either, the_first_vanishes])
def test_no_call_is_missed_while_others_vanish_or_come_in(
    change: Callable[[Shifting], object], rows: list[dict[str, Any]], seed: int
) -> None:
    calls = Shifting(*rows, change=change, seed=seed)
    close = a_close(calls)

    found = seen(close)

    assert calls.there_all_along <= found
    assert close.stats.gaps == 0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("page_rows", [2, 3, 10])
def test_no_call_is_missed_however_short_pages_are(page_rows: int, seed: int) -> None:
    calls = Shifting(*hourly(120), change=now_and_then(some_do_either), seed=seed)
    calls.page_rows = page_rows

    found = seen(a_close(calls))

    assert calls.there_all_along <= found


@pytest.mark.parametrize("seed", SEEDS)
def test_no_call_is_missed_while_skips_are_refused(seed: int) -> None:
    calls = Shifting(*hourly(690), change=some_do_either, seed=seed)
    calls.max_skip = 150

    found = seen(a_close(calls))

    assert calls.there_all_along <= found


@pytest.mark.parametrize("seed", SEEDS)
def test_no_call_is_missed_among_rows_without_an_id(seed: int) -> None:
    rows = hourly(690)
    for row in rows[::3]:
        row["id"] = None
    calls = Shifting(*rows, change=some_vanish, seed=seed)

    found = seen(a_close(calls))

    assert calls.there_all_along - {"None"} <= found


@pytest.mark.parametrize("vanishing", [1, 100, 1_500])
def test_no_call_is_missed_when_many_vanish_at_once(vanishing: int) -> None:
    def many_vanish(calls: Shifting) -> None:
        if len(calls.requests) == 20:
            for _ in range(vanishing):
                calls.delete(0)

    calls = Shifting(*at_once(2_500), change=many_vanish)

    found = seen(a_close(calls))

    assert calls.there_all_along <= found


def test_no_call_is_missed_while_many_vanish_all_the_time() -> None:
    def many_vanish(calls: Shifting) -> None:
        for _ in range(20):
            calls.delete(0)

    calls = Shifting(*at_once(2_500), change=many_vanish)
    close = a_close(calls)

    found = seen(close)

    assert len(calls.there_all_along - found) == close.stats.gaps == 0
    assert len(calls.there_all_along) > 1_000


def test_a_list_that_vanishes_while_it_is_read_ends() -> None:
    calls = Shifting(*at_once(990), change=lambda calls: calls.rows.clear())
    close = a_close(calls)

    assert len(seen(close)) == 100
    assert close.stats.gaps == 0


def test_a_call_that_comes_in_where_pages_meet_costs_a_request_or_two() -> None:
    def one_comes_in(calls: Shifting) -> None:
        if query(calls.requests[-1]).get("_skip") == "99":
            calls.insert(198)

    calls = Shifting(*at_once(990), change=one_comes_in)

    found = seen(a_close(calls))

    assert calls.there_all_along <= found
    assert len(calls.requests) <= 14


def test_pages_of_one_row_are_read_as_they_come() -> None:
    calls = Shifting(*hourly(30), change=now_and_then(some_vanish), seed=1)
    calls.page_rows = 1

    assert len(seen(a_close(calls))) > 20


@pytest.mark.parametrize("count", [99, 100, 101, 199, 200, 990])
def test_a_list_that_stays_as_it_is_costs_one_row_more_a_page(count: int) -> None:
    calls = Calls(*at_once(count))

    seen(a_close(calls))

    read = sum("date_created__gte" in query(request) for request in calls.requests)
    assert read == 1 + max(0, -(-(count - 100) // 99))


# Lists that keep no order.


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("count", [150, 500, 1_000])
def test_calls_of_one_stamp_that_keep_no_order_are_nearly_all_seen(count: int, seed: int) -> None:
    calls = Shifting(*at_once(count), change=shuffle, seed=seed)

    assert len(seen(a_close(calls))) > 0.95 * count
    assert len(calls.requests) < 200


def test_a_list_that_never_comes_in_order_is_told_of() -> None:
    close = a_close(Shifting(*at_once(5_000), change=shuffle))

    assert len(seen(close)) > 4_500
    assert close.stats.gaps > 0


def test_a_close_that_has_nothing_beyond_some_depth_is_told_of() -> None:
    calls = Calls(*at_once(990))

    def shallow(request: httpx.Request) -> httpx.Response:
        answer = calls(request)
        return a_page([]) if int(query(request).get("_skip", 0)) > 500 else answer

    close = a_close(shallow)

    assert len(seen(close)) > 500
    assert close.stats.gaps > 0
