"""Whole calls by id: by list where that works, one by one where it does not."""

from collections.abc import Callable

import httpx
import pytest

from indexer.close import FIELDS, Fetched, Unreadable
from models.errors import CloseNotFound, CloseUnauthorized, CloseUnavailable
from tests.indexer.close.talking import (
    Calls,
    Told,
    Waits,
    a_close,
    a_page,
    a_row,
    ok,
    paths,
    query,
)

LIST = "/activity/call/"


def some_calls(count: int) -> Calls:
    return Calls(*(a_row(f"acti_{n}") for n in range(count)))


def ids(fetched: Fetched) -> list[str]:
    return [record.call.id for record in fetched.records]


def test_calls_come_in_the_order_asked_for_each_once() -> None:
    calls = some_calls(5)

    fetched = a_close(calls).fetch(["acti_3", "acti_1", "acti_3"])

    assert ids(fetched) == ["acti_3", "acti_1"]
    assert query(calls.requests[0])["id__in"] == "acti_3,acti_1"


def test_the_ids_and_every_field_are_named_with_plain_commas() -> None:
    calls = some_calls(2)

    a_close(calls).fetch(["acti_0", "acti_1"])

    (request,) = calls.requests
    assert b"id__in=acti_0,acti_1&" in request.url.raw_path
    assert query(request)["_fields"] == ",".join(FIELDS)


def test_no_address_is_longer_than_close_takes() -> None:
    wanted = [f"acti_{n:043}" for n in range(60)]
    calls = Calls(*(a_row(call_id) for call_id in wanted))

    assert ids(a_close(calls).fetch(wanted)) == wanted

    lengths = [len(str(request.url)) for request in calls.requests]
    assert max(lengths) < 2000
    assert len(lengths) < 5


def test_nothing_asked_for_is_no_request() -> None:
    calls = some_calls(0)

    assert a_close(calls).fetch([]) == Fetched()
    assert calls.requests == []


def test_all_pages_of_a_list_are_read() -> None:
    calls = some_calls(9)
    calls.page_rows = 2

    assert len(a_close(calls).fetch([f"acti_{n}" for n in range(9)]).records) == 9
    assert set(paths(calls.requests)) == {LIST}


def test_a_call_that_is_gone_is_missing() -> None:
    calls = some_calls(2)

    close = a_close(calls)

    listed = close.fetch(["acti_0", "acti_gone", "acti_1"])
    alone = close.fetch(["acti_gone", "acti_0"], alone=True)

    assert (ids(listed), listed.unlisted, listed.missing) == (
        ["acti_0", "acti_1"], ("acti_gone",), (),
    )  # fmt: skip
    assert (ids(alone), alone.unlisted, alone.missing) == (["acti_0"], (), ("acti_gone",))
    assert paths(calls.requests) == [LIST, f"{LIST}acti_gone/", f"{LIST}acti_0/"]


def test_one_call_is_asked_for_alone_at_once() -> None:
    assert a_close(some_calls(1)).fetch(["acti_gone"]).missing == ("acti_gone",)


def test_a_call_left_out_of_the_list_is_not_taken_to_be_gone() -> None:
    calls = some_calls(3)

    def forgetful(request: httpx.Request) -> httpx.Response:
        return a_page([a_row("acti_0")]) if "id__in" in query(request) else calls(request)

    close = a_close(forgetful)
    fetched = close.fetch(["acti_0", "acti_1", "acti_2"])
    assert (fetched.unlisted, fetched.missing) == (("acti_1", "acti_2"), ())
    assert len(close.fetch(fetched.unlisted, alone=True).records) == 2
    assert query(calls.requests[0]) == {"_fields": ",".join(FIELDS)}


def test_a_list_that_ignores_the_ids_is_never_asked_again() -> None:
    calls = some_calls(300)
    calls.ignored = {"id__in"}
    close = a_close(calls)

    first, second = close.fetch(["acti_7", "acti_299"]), close.fetch(["acti_8", "acti_9"])

    assert (ids(first), ids(second)) == (["acti_7", "acti_299"], ["acti_8", "acti_9"])
    assert paths(calls.requests).count(LIST) == 1


def test_a_call_that_cannot_be_read_says_why_and_stops_nothing() -> None:
    calls = Calls(a_row("acti_0"), a_row("acti_1", recording_transcript={"utterances": ["hm"]}))

    fetched = a_close(calls).fetch(["acti_0", "acti_1"])

    assert ids(fetched) == ["acti_0"]
    assert fetched.unreadable == (
        Unreadable(
            call_id="acti_1",
            reason="call acti_1: recording_transcript.utterances[0] is not an object",
        ),
    )


@pytest.mark.parametrize("call_id", ["", "..", "acti_\ud800", "acti_\n", "a" * 201])
def test_what_can_be_no_id_is_never_asked_for(call_id: str) -> None:
    calls = some_calls(1)

    fetched = a_close(calls).fetch([call_id])

    assert [u.call_id for u in fetched.unreadable] == [call_id]
    assert calls.requests == []


class Poisoned(Calls):
    """Calls of which some cannot be answered, alone or in a list."""

    def __init__(self, count: int, poison: set[str], harm: Callable[[], httpx.Response]) -> None:
        super().__init__(*(a_row(f"acti_{n}") for n in range(count)))
        self._poison = poison
        self._harm = harm

    def __call__(self, request: httpx.Request) -> httpx.Response:
        asked = set(query(request).get("id__in", "").split(","))
        if (asked | {request.url.path.split("/")[-2]}) & self._poison:
            self.requests.append(request)
            return self._harm()
        return super().__call__(request)


def time_out() -> httpx.Response:
    raise httpx.ReadTimeout("slow")


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda: httpx.Response(500), id="500"),
        pytest.param(time_out, id="timeout"),
        pytest.param(lambda: httpx.Response(400, json={"error": "no"}), id="400"),
        pytest.param(lambda: httpx.Response(200, content=b'{"data": ['), id="cut"),
    ],
)
def test_one_poisoned_call_spoils_no_other(harm: Callable[[], httpx.Response]) -> None:
    calls = Poisoned(16, {"acti_5"}, harm)

    fetched = a_close(calls).fetch([f"acti_{n}" for n in range(16)])

    assert len(fetched.records) == 15
    assert [u.call_id for u in fetched.unreadable] == ["acti_5"]
    assert "GET /activity/call/acti_5/" in fetched.unreadable[0].reason


def test_a_list_that_times_out_twice_is_halved() -> None:
    calls = Poisoned(2, {"acti_0"}, time_out)

    a_close(calls).fetch(["acti_0", "acti_1"])

    assert sum("id__in" in query(request) for request in calls.requests) == 2


def test_several_poisoned_calls_in_a_row_do_not_pass_for_an_outage() -> None:
    poison = {f"acti_{n}" for n in range(4)}
    calls = Poisoned(8, poison, lambda: httpx.Response(500))

    fetched = a_close(calls).fetch([f"acti_{n}" for n in range(8)])

    assert {u.call_id for u in fetched.unreadable} == poison
    assert len(fetched.records) == 4


def test_calls_that_fail_one_after_the_other_without_end_are_an_outage() -> None:
    """Close answers the shortest question still, but no call: that is not the calls' fault."""
    everything = {f"acti_{n}" for n in range(40)}
    close = a_close(Poisoned(40, everything, lambda: httpx.Response(500)), tries=1)
    close.fetch(["acti_0", "acti_1", "acti_2", "acti_3"])

    with pytest.raises(CloseUnavailable):
        close.fetch([f"acti_{n}" for n in range(4, 40)])


def test_a_call_hidden_from_us_is_unreadable_not_missing() -> None:
    calls = some_calls(1)

    def hiding(request: httpx.Request) -> httpx.Response:
        return httpx.Response(403) if "acti_x" in request.url.path else calls(request)

    fetched = a_close(hiding).fetch(["acti_0", "acti_x"], alone=True)

    assert [u.call_id for u in fetched.unreadable] == ["acti_x"]
    assert fetched.missing == ()


def test_a_list_forbidden_for_one_of_its_calls_is_halved_down_to_it() -> None:
    poison = {"acti_3"}
    close = a_close(Poisoned(8, poison, lambda: httpx.Response(403)), tries=1)

    fetched = close.fetch([f"acti_{n}" for n in range(8)])

    assert len(fetched.records) == 7
    assert [u.call_id for u in fetched.unreadable] == ["acti_3"]


def test_an_answer_for_another_call_is_not_taken() -> None:
    fetched = a_close(Told(ok(a_row("acti_2")))).fetch(["acti_1"])

    assert [u.call_id for u in fetched.unreadable] == ["acti_1"]


def test_a_close_that_fails_throughout_is_down() -> None:
    told, waits = Told(httpx.Response(503)), Waits()

    with pytest.raises(CloseUnavailable):
        a_close(told, waits, tries=3).fetch([f"acti_{n}" for n in range(20)])

    assert len(told.requests) == 3 + 3


def test_three_single_calls_that_fail_in_a_row_are_an_outage() -> None:
    calls = some_calls(300)
    calls.ignored = {"id__in"}
    close = a_close(calls, tries=2)
    close.fetch(["acti_0", "acti_299"])
    calls.__class__ = Down
    calls.requests.clear()

    with pytest.raises(CloseUnavailable):
        close.fetch([f"acti_{n}" for n in range(20)])

    assert paths(calls.requests[::2]) == [*(f"{LIST}acti_{n}/" for n in range(3)), LIST]


class Down(Calls):
    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(500)


def test_calls_that_fail_now_and_then_are_no_outage() -> None:
    poison = {f"acti_{n}" for n in range(0, 40, 2)}
    calls = Poisoned(40, poison, lambda: httpx.Response(500))
    calls.ignored = {"id__in"}

    fetched = a_close(calls, tries=1).fetch([f"acti_{n}" for n in range(40)])

    assert len(fetched.records) == len(fetched.unreadable) == 20


@pytest.mark.parametrize("call_ids", [["acti_0"], ["acti_0", "acti_1"]])
def test_a_close_that_cannot_be_reached_is_down(call_ids: list[str]) -> None:
    told = Told(httpx.ConnectError("refused"))

    with pytest.raises(CloseUnavailable, match="no connection"):
        a_close(told, tries=3).fetch(call_ids)

    assert len(told.requests) == 3


def test_a_limit_that_never_lifts_is_no_fault_of_a_call() -> None:
    with pytest.raises(CloseUnavailable, match="429"):
        a_close(Told(httpx.Response(429))).fetch(["acti_0"])


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_stop_everything(status: int) -> None:
    with pytest.raises(CloseUnauthorized):
        a_close(Told(httpx.Response(status))).fetch(["acti_0", "acti_1"])


def test_credentials_refused_for_one_call_stop_everything_too() -> None:
    with pytest.raises(CloseUnauthorized):
        a_close(Told(httpx.Response(401))).fetch(["acti_0"])


def test_a_list_that_is_not_there_makes_no_call_missing() -> None:
    """A wrong base URL answers 404 to everything: that must not read as `all deleted`."""
    with pytest.raises(CloseNotFound):
        a_close(Told(httpx.Response(404))).fetch(["acti_0", "acti_1"])
