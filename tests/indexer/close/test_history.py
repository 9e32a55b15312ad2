"""Finding every call there is: windows, pages, and Closes that do not play along."""

import itertools
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from indexer.close import Close
from models.errors import CloseRefused, CloseTimedOut, CloseUnreadable
from tests.indexer.close.talking import NOW, Calls, Told, a_close, a_page, a_row, ago, query


def seen(close: Close, before: datetime | None = None) -> list[str]:
    return [s.call_id for window in close.history(before=before) for s in window.sightings]


def windows(calls: Calls) -> list[tuple[str, str | None]]:
    """The windows asked for, without the questions what is older."""
    asked = [query(request) for request in calls.requests]
    return [
        (q["date_created__gte"], q.get("date_created__lt"))
        for q in asked
        if "date_created__gte" in q and q["_limit"] != "1" and "_skip" not in q
    ]


def every(step: timedelta, count: int, since: datetime = NOW) -> list[dict[str, object]]:
    return [a_row(f"acti_{n}", since - n * step) for n in range(count)]


def test_every_call_of_every_window_is_seen_once() -> None:
    calls = Calls(*every(timedelta(days=1), 400))

    found = seen(a_close(calls))

    assert len(found) == len(set(found)) == 400


def test_windows_go_back_without_a_gap_and_only_the_first_is_open() -> None:
    calls = Calls(*every(timedelta(days=1), 400))

    list(a_close(calls).history())

    asked = windows(calls)
    assert asked[0] == ("2026-02-09T12:00:00Z", None)
    assert all(older[1] == newer[0] for newer, older in itertools.pairwise(asked))


def test_each_window_says_how_far_back_everything_is_known_and_the_last_that_all_is() -> None:
    calls = Calls(a_row("acti_1", ago(days=3)), a_row("acti_2", ago(days=40)))

    first, last = a_close(calls).history()

    assert first.drained_from == ago(days=30)
    assert last.drained_from is None
    assert [s.call_id for s in last.sightings] == ["acti_2"]


def test_an_account_without_calls_has_one_empty_window() -> None:
    (window,) = a_close(Calls()).history()

    assert (window.sightings, window.drained_from) == ((), None)


def test_a_call_dated_in_the_future_is_seen() -> None:
    assert seen(a_close(Calls(a_row("acti_1", ago(days=-400))))) == ["acti_1"]


def test_a_walk_cut_short_goes_on_where_it_stood() -> None:
    calls = Calls(*every(timedelta(days=9), 20))
    first = next(a_close(calls).history())

    rest = seen(a_close(calls), before=first.drained_from)

    assert sorted([s.call_id for s in first.sightings] + rest) == sorted(
        row["id"] for row in calls.rows
    )


def test_no_words_are_asked_for() -> None:
    calls = Calls(a_row("acti_1"))

    list(a_close(calls).history())

    assert {query(request)["_fields"] for request in calls.requests} == {
        "id,date_created,date_updated"
    }


def test_stamps_are_sent_without_a_plus_sign() -> None:
    calls = Calls(a_row("acti_1"))

    list(a_close(calls).history(before=datetime(2026, 3, 1, 4, 5, 6, 700, tzinfo=UTC)))

    asked = [str(request.url) for request in calls.requests]
    assert "date_created__lt=2026-03-01T04:05:06.000700Z" in asked[0]
    assert not any("+" in url or "%2B" in url for url in asked)


def test_calls_that_share_a_stamp_are_all_seen() -> None:
    calls = Calls(*(a_row(f"acti_{n}", ago(days=30)) for n in range(250)))

    assert len(set(seen(a_close(calls)))) == 250


def test_a_short_page_is_not_the_end() -> None:
    calls = Calls(*every(timedelta(hours=1), 50))
    calls.page_rows = 7

    assert len(seen(a_close(calls))) == 50


def test_an_empty_page_that_promises_more_is_asked_for_again() -> None:
    told = Told(a_page([], has_more=True), a_page([a_row("acti_1")]), a_page([]))

    assert seen(a_close(told)) == ["acti_1"]


def test_a_page_that_stays_empty_and_promises_more_is_an_error() -> None:
    with pytest.raises(CloseUnreadable, match="has_more true"):
        list(a_close(Told(a_page([], has_more=True))).history())


def test_pages_that_repeat_for_ever_are_an_error() -> None:
    calls = Calls(*every(timedelta(hours=1), 150))
    calls.ignored = {"_skip"}

    with pytest.raises(CloseUnreadable, match="_skip was not honoured"):
        list(a_close(calls).history())

    assert len(calls.requests) < 10


def test_a_row_that_repeats_because_a_call_came_in_is_seen_once() -> None:
    calls = Calls(*every(timedelta(hours=1), 150))

    def with_a_new_call(request: httpx.Request) -> httpx.Response:
        answer = calls(request)
        if len(calls.requests) == 1:
            calls.rows.insert(0, a_row("acti_new", ago(hours=-1)))
        return answer

    found = seen(a_close(with_a_new_call))

    assert len(found) == len(set(found)) == 150


def test_a_page_that_repeats_because_a_call_came_in_is_no_error() -> None:
    calls = Calls(*every(timedelta(hours=1), 5))
    calls.page_rows = 1

    def with_a_new_call(request: httpx.Request) -> httpx.Response:
        answer = calls(request)
        if len(calls.requests) == 1:
            calls.rows.insert(0, a_row("acti_new", ago(hours=-1)))
        return answer

    assert len(seen(a_close(with_a_new_call))) == 5


@pytest.mark.parametrize("answer", [{"data": []}, {"has_more": False}, {"data": {}, "has_more": 0}])
def test_an_answer_that_is_no_list_is_an_error(answer: dict[str, object]) -> None:
    with pytest.raises(CloseUnreadable, match="no list"):
        list(a_close(Told(httpx.Response(200, json=answer))).history())


@pytest.mark.parametrize("name", ["date_created__gte", "date_created__lt"])
@pytest.mark.parametrize("count", [2, 20])
def test_a_filter_that_close_ignores_is_named(name: str, count: int) -> None:
    calls = Calls(*every(timedelta(days=40), count))
    calls.ignored = {name}

    with pytest.raises(CloseUnreadable, match=name):
        list(a_close(calls).history())


def test_windows_grow_where_calls_are_few() -> None:
    calls = Calls(*every(timedelta(days=10), 60))

    list(a_close(calls).history())

    spans = [
        datetime.fromisoformat(until) - datetime.fromisoformat(since)
        for since, until in windows(calls)
        if until
    ]
    assert spans[:3] == [timedelta(days=60), timedelta(days=120), timedelta(days=240)]


def test_windows_shrink_where_calls_are_dense() -> None:
    calls = Calls(*every(timedelta(minutes=10), 6_000))

    list(a_close(calls).history())

    (_, _), (since, until) = windows(calls)[:2]
    assert until is not None
    width = datetime.fromisoformat(until) - datetime.fromisoformat(since)
    assert width == timedelta(days=15)


def test_a_long_silence_is_leapt_over() -> None:
    calls = Calls(a_row("acti_1"), a_row("acti_2", ago(days=3000)))

    assert seen(a_close(calls)) == ["acti_1", "acti_2"]
    assert windows(calls)[1][1] == "2017-12-23T12:00:01Z"


def test_no_silence_is_leapt_over_that_is_none() -> None:
    """Close need not list newest first: the one older call it shows may not be the newest."""
    calls = Calls(a_row("acti_1"), *every(timedelta(days=100), 9, since=ago(days=100)))

    def oldest_first(request: httpx.Request) -> httpx.Response:
        calls.rows.sort(key=lambda row: str(row["date_created"]))
        return calls(request)

    found = seen(a_close(oldest_first))

    assert len(found) == 10


def test_a_skip_that_close_refuses_halves_the_window() -> None:
    calls = Calls(*every(timedelta(hours=1), 700), max_skip=200)

    found = seen(a_close(calls))

    assert len(set(found)) == 700
    assert [w[0] for w in windows(calls)][:3] == [
        "2026-02-09T12:00:00Z",
        "2026-02-24T12:00:00Z",
        "2026-03-04T00:00:00Z",
    ]


def test_more_calls_dated_in_the_future_than_close_lists_are_all_seen() -> None:
    calls = Calls(*every(timedelta(hours=1), 500, since=ago(days=-40)), max_skip=200)

    assert len(set(seen(a_close(calls)))) == 500


def test_a_window_that_was_halved_is_not_soon_too_wide_again() -> None:
    calls = Calls(*every(timedelta(hours=1), 3_000), max_skip=200)

    list(a_close(calls).history())

    refused = [q for q in map(query, calls.requests) if int(q.get("_skip", 0)) > 200]
    assert len(refused) <= 3


def test_of_more_calls_in_a_second_than_close_lists_those_it_lists_come_and_it_is_told() -> None:
    dense = [a_row(f"acti_{n}", ago(days=2)) for n in range(400)]
    others = [a_row("acti_new", ago(days=1)), a_row("acti_old", ago(days=3))]
    close = a_close(Calls(*others, *dense, max_skip=200))

    found = set(seen(close))

    assert {"acti_new", "acti_old"} < found
    assert 290 < len(found) <= 300
    assert close.stats.dense_seconds == 1


def test_a_refusal_of_a_later_page_for_another_reason_halves_nothing() -> None:
    told = Told(a_page([a_row("acti_1")], has_more=True), httpx.Response(402))

    with pytest.raises(CloseRefused) as raised:
        list(a_close(told).history())

    assert raised.value.status == 402
    assert len(told.requests) == 2


def test_a_refusal_of_the_first_page_is_not_taken_for_depth() -> None:
    told = Told(httpx.Response(400, json={"error": "max_limit = 50"}))

    with pytest.raises(CloseRefused, match="max_limit = 50"):
        list(a_close(told).history())

    assert len(told.requests) == 1


class Slow(Calls):
    """Times out when a window holds more calls than it can list in time."""

    def __init__(self, *rows: dict[str, object], at_most: int, page_at_most: int = 100) -> None:
        super().__init__(*rows)
        self.at_most = at_most
        self.page_at_most = page_at_most

    def __call__(self, request: httpx.Request) -> httpx.Response:
        asked = query(request)
        is_wide = asked["_limit"] != "1" and len(self.held(asked)) > self.at_most
        if is_wide or int(asked["_limit"]) > self.page_at_most:
            self.requests.append(request)
            raise httpx.ReadTimeout("slow")
        return super().__call__(request)

    def held(self, asked: dict[str, str]) -> list[str]:
        since, until = asked.get("date_created__gte", ""), asked.get("date_created__lt", "9999")
        return [
            row["id"] for row in self.rows if since[:19] <= row["date_created"][:19] < until[:19]
        ]


def test_a_window_that_times_out_is_halved() -> None:
    calls = Slow(*every(timedelta(hours=1), 300), at_most=50)

    assert len(set(seen(a_close(calls)))) == 300


def test_the_narrowest_window_that_times_out_is_read_in_small_pages() -> None:
    calls = Slow(*every(timedelta(hours=1), 3), at_most=999, page_at_most=20)

    assert len(seen(a_close(calls, tries=1))) == 3


def test_a_window_that_times_out_however_small_is_an_error() -> None:
    calls = Slow(*every(timedelta(hours=1), 3), at_most=999, page_at_most=1)

    with pytest.raises(CloseTimedOut):
        list(a_close(calls, tries=1).history())


def test_a_close_that_answers_nothing_in_time_is_not_asked_for_ever_smaller_windows() -> None:
    told = Told(httpx.ReadTimeout("slow"))

    with pytest.raises(CloseTimedOut):
        list(a_close(told, tries=3).history())

    assert len(told.requests) == 2 + 3


def test_a_row_without_readable_dates_is_still_seen() -> None:
    told = Told(a_page([{"id": "acti_1", "date_created": "soon"}]), a_page([]))

    (window,) = a_close(told).history()

    (sighting,) = window.sightings
    assert (sighting.call_id, sighting.date_created, sighting.date_updated) == (
        "acti_1",
        None,
        None,
    )


@pytest.mark.parametrize("row", [{}, {"id": None}, {"id": ""}, {"id": 7}, "acti_1", None, ["id"]])
def test_a_row_without_an_id_is_counted(row: object) -> None:
    close = a_close(Told(a_page([row, a_row("acti_1")]), a_page([])))

    assert seen(close) == ["acti_1"]
    assert close.stats.rows_without_id == 1


def test_an_older_call_that_cannot_be_read_does_not_keep_the_walk_from_ending() -> None:
    told = Told(a_page([{"date_created": "long ago"}]))

    *_, last = a_close(told).history()

    assert last.drained_from is None
