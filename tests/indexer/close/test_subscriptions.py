"""Subscriptions in Close: made once, listed, resumed, deleted, and what may be sent again."""

import json
from collections.abc import Callable, Generator, Iterator
from typing import Any

import httpx
import pytest

from indexer.close import ApiKey, Close, Subscription, Unreachable, WebhookKey
from models.errors import (
    CloseError,
    CloseForbidden,
    CloseNotFound,
    CloseRefused,
    CloseTimedOut,
    CloseUnavailable,
    CloseUnreadable,
)
from scripts.close_standin.app import create_app
from scripts.close_standin.server import serving
from scripts.close_standin.state import API_KEY, StandIn
from scripts.close_standin.synthetic import synthetic_world
from tests.indexer.close.talking import NOW, Answer, Told, Waits, a_close, a_page, paths, query

URL = "https://calls.example.com/v1/webhooks/close"
HEX = "0123456789abcdef" * 4
EVENTS = ("created", "answered", "completed", "updated", "deleted")

LIMITED = httpx.Response(429, headers={"RateLimit": "limit=100, remaining=0, reset=0.59"})
MADE = httpx.Response(201, json={"id": "whsub_1", "signature_key": HEX})
NO_BODY = httpx.Response(204)


def a_row(number: int = 1, **changed: Any) -> dict[str, Any]:
    row = {
        "id": f"whsub_{number}",
        "url": URL,
        "status": "active",
        "events": [{"object_type": "activity.call", "action": "created"}],
    }
    return row | changed


def sent(request: httpx.Request) -> tuple[str, str, Any]:
    body = json.loads(request.content) if request.content else None
    return request.method, request.url.path.removeprefix("/api/v1"), body


def test_subscribing_asks_for_all_that_happens_to_calls() -> None:
    told = Told(MADE)

    made = a_close(told).subscribe(URL)

    assert made == WebhookKey(subscription_id="whsub_1", url=URL, key=HEX)
    events = [{"object_type": "activity.call", "action": action} for action in EVENTS]
    body = {"url": URL, "events": events, "verify_ssl": True}
    assert [sent(request) for request in told.requests] == [("POST", "/webhook/", body)]
    assert told.requests[0].headers["content-type"] == "application/json"
    assert HEX not in repr(made)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        pytest.param(NO_BODY, "names no subscription", id="no body"),
        pytest.param(httpx.Response(201, json={}), "names no subscription", id="nothing in it"),
        pytest.param(httpx.Response(201, json={"id": 5}), "names no subscription", id="odd id"),
        pytest.param(httpx.Response(201, json={"id": "whsub_1"}), "whsub_1 was made", id="no key"),
        pytest.param(
            httpx.Response(201, json={"id": "whsub_1", "signature_key": f"{HEX}0"}),
            "whsub_1 was made",
            id="odd key",
        ),
        pytest.param(httpx.Response(201, json=[]), "list", id="no object"),
        pytest.param(httpx.Response(301), "redirect", id="redirect"),
    ],
)
def test_an_odd_answer_to_subscribing_is_unreadable(answer: httpx.Response, says: str) -> None:
    told = Told(answer)

    with pytest.raises(CloseUnreadable, match=says) as raised:
        a_close(told).subscribe(URL)

    assert len(told.requests) == 1
    assert HEX not in str(raised.value)


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(LIMITED, id="429"),
        pytest.param(httpx.ConnectError("refused"), id="no connection"),
        pytest.param(httpx.ConnectTimeout("slow"), id="no connection in time"),
    ],
)
def test_subscribing_is_tried_again_where_it_cannot_have_worked(failure: Answer) -> None:
    told = Told(failure, failure, MADE)

    assert a_close(told).subscribe(URL).subscription_id == "whsub_1"
    assert len(told.requests) == 3


def test_subscribing_is_tried_again_when_tokens_could_not_be_renewed() -> None:
    told = Told(MADE)

    class RenewsLate(httpx.Auth):
        tries = 0

        def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
            self.tries += 1
            if self.tries == 1:
                raise CloseUnavailable("the tokens could not be renewed (503)")
            yield request

    assert a_close(told, auth=RenewsLate()).subscribe(URL).subscription_id == "whsub_1"
    assert len(told.requests) == 1


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        pytest.param(httpx.Response(503), CloseUnavailable, id="503"),
        pytest.param(httpx.Response(504), CloseTimedOut, id="504"),
        pytest.param(httpx.Response(201, text="<html>"), CloseUnavailable, id="no JSON"),
        pytest.param(httpx.ReadTimeout("slow"), CloseTimedOut, id="no answer in time"),
        pytest.param(httpx.RemoteProtocolError("peer closed"), CloseUnavailable, id="cut"),
    ],
)
def test_subscribing_that_may_have_worked_is_not_tried_again(
    failure: Answer, error: type[CloseError]
) -> None:
    told = Told(LIMITED, failure)

    with pytest.raises(error, match="may have carried it out all the same"):
        a_close(told).subscribe(URL)

    assert len(told.requests) == 2


def test_subscribing_that_never_got_there_is_not_said_to_have_worked() -> None:
    with pytest.raises(Unreachable) as raised:
        a_close(Told(httpx.ConnectError("refused")), tries=2).subscribe(URL)

    assert "may have" not in str(raised.value)


def test_a_refusal_to_subscribe_is_told_in_close_s_words() -> None:
    refusal = httpx.Response(400, json={"field-errors": {"url": "At most 40 subscriptions."}})

    with pytest.raises(CloseRefused, match="At most 40"):
        a_close(Told(refusal)).subscribe(URL)


def test_subscriptions_are_read_from_all_pages_each_once() -> None:
    told = Told(
        a_page([a_row(1), a_row(2, status="paused", events=[])], has_more=True),
        a_page([a_row(2, status="paused", events=[]), a_row(3, events=[{"action": "x"}, 5])]),
    )

    assert a_close(told).subscriptions() == [
        Subscription(id="whsub_1", url=URL, is_active=True, events=("activity.call.created",)),
        Subscription(id="whsub_2", url=URL, is_active=False, events=()),
        Subscription(id="whsub_3", url=URL, is_active=True, events=("?.x", "?.?")),
    ]
    assert paths(told.requests) == ["/webhook/", "/webhook/"]
    assert [list(query(request)) for request in told.requests] == [[], ["_skip"]]


def test_one_that_tells_no_status_is_taken_for_active() -> None:
    row = {"id": "whsub_1", "url": URL}

    [found] = a_close(Told(a_page([row]))).subscriptions()

    assert found == Subscription(id="whsub_1", url=URL, is_active=True, events=())


@pytest.mark.parametrize("row", [None, [], {}, {"id": "whsub_1"}, a_row(id=""), a_row(url=None)])
def test_a_subscription_that_cannot_be_read_is_not_passed_over(row: Any) -> None:
    with pytest.raises(CloseUnreadable, match="names no id or no address"):
        a_close(Told(a_page([a_row(), row]))).subscriptions()


def test_activating_sets_the_status_only() -> None:
    told = Told(NO_BODY)

    a_close(told).activate("whsub_1")

    assert [sent(r) for r in told.requests] == [("PUT", "/webhook/whsub_1/", {"status": "active"})]


def test_unsubscribing_deletes_that_one() -> None:
    told = Told(NO_BODY)

    a_close(told).unsubscribe("whsub_1")

    assert [sent(request) for request in told.requests] == [("DELETE", "/webhook/whsub_1/", None)]


CHANGES: list[Any] = [
    pytest.param(lambda close: close.activate("whsub_1"), id="activate"),
    pytest.param(lambda close: close.unsubscribe("whsub_1"), id="unsubscribe"),
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("status", [200, 201, 204])
@pytest.mark.parametrize("body", [b"", b"{}"])
def test_any_success_will_do(change: Callable[[Close], None], status: int, body: bytes) -> None:
    change(a_close(Told(httpx.Response(status, content=body))))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "failure", [LIMITED, httpx.Response(503), httpx.ReadTimeout("slow"), httpx.ConnectError("no")]
)
def test_what_comes_to_the_same_is_tried_again(
    change: Callable[[Close], None], failure: Answer
) -> None:
    told, waits = Told(failure, failure, NO_BODY), Waits()

    change(a_close(told, waits))

    assert len(told.requests) == 3
    assert len(waits.s) == 2


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("status", "error"), [(403, CloseForbidden), (404, CloseNotFound)])
def test_a_refusal_is_raised_at_once(
    change: Callable[[Close], None], status: int, error: type[CloseError]
) -> None:
    told = Told(httpx.Response(status))

    with pytest.raises(error, match="/webhook/whsub_1/"):
        change(a_close(told))

    assert len(told.requests) == 1


def test_what_an_earlier_try_deleted_is_deleted() -> None:
    a_close(Told(httpx.ReadTimeout("slow"), httpx.Response(404))).unsubscribe("whsub_1")


def test_waiting_first_does_not_make_it_ours_to_have_deleted() -> None:
    with pytest.raises(CloseNotFound):
        a_close(Told(LIMITED, httpx.Response(404))).unsubscribe("whsub_1")


@pytest.mark.parametrize("change", [Close.activate, Close.unsubscribe])
@pytest.mark.parametrize("odd", ["", " ", ".", "..", "a\nb"])
def test_what_is_no_id_never_gets_to_close(change: Callable[[Close, str], None], odd: str) -> None:
    told = Told(NO_BODY)

    with pytest.raises(CloseNotFound, match="is no id"):
        change(a_close(told), odd)

    assert told.requests == []


def test_an_id_stays_within_its_path() -> None:
    told = Told(NO_BODY)

    a_close(told).unsubscribe("../activity/call/acti_1")

    assert told.requests[0].url.raw_path == b"/api/v1/webhook/..%2Factivity%2Fcall%2Facti_1/"


@pytest.fixture
def standin() -> StandIn:
    return StandIn(synthetic_world(1, until=NOW))


@pytest.fixture
def close(standin: StandIn) -> Iterator[Close]:
    with (
        serving(create_app(standin)) as base_url,
        Close(base_url=base_url, auth=ApiKey(API_KEY), sleep=lambda _: None) as client,
    ):
        yield client


def test_a_subscription_lives_and_ends(close: Close, standin: StandIn) -> None:
    made = close.subscribe(URL)
    [there] = standin.webhooks.subscriptions(None, is_admin=True)
    assert (there.id, there.key, there.url) == (made.subscription_id, made.key, URL)
    wanted = tuple(f"activity.call.{action}" for action in EVENTS)
    paused = Subscription(id=there.id, url=URL, is_active=False, events=wanted)

    standin.webhooks.pause(there)
    assert close.subscriptions() == [paused]
    close.activate(there.id)
    assert there.is_active

    close.unsubscribe(there.id)
    assert close.subscriptions() == []
    with pytest.raises(CloseNotFound):
        close.unsubscribe(there.id)


def test_an_answer_that_is_cut_leaves_one_subscription(close: Close, standin: StandIn) -> None:
    standin.faults.cut_next = 1

    with pytest.raises(CloseUnavailable, match="may have carried it out"):
        close.subscribe(URL)

    assert len(close.subscriptions()) == 1
