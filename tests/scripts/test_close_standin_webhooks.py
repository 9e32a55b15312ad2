"""Which webhooks the stand-in delivers, how it signs them, and when it gives up."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from scripts.close_standin.clock import ManualClock
from scripts.close_standin.state import StandIn
from scripts.close_standin.webhooks import signature

CALL_EVENTS = [
    {"object_type": "activity.call", "action": action}
    for action in ("created", "completed", "updated", "deleted")
]
SETTLED = timedelta(minutes=2)


class Receiver:
    """Takes deliveries as a subscriber would, and answers them all alike."""

    def __init__(self) -> None:
        self.status = 200
        self.refused: set[str] = set()
        """Ids of calls whose events are answered 500."""
        self.requests: list[httpx.Request] = []
        self.client = httpx.Client(transport=httpx.MockTransport(self._take))

    @property
    def events(self) -> list[Any]:
        return [json.loads(request.content)["event"] for request in self.requests]

    @property
    def actions(self) -> list[str]:
        return [event["action"] for event in self.events]

    def _take(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        is_refused = self.events[-1]["object_id"] in self.refused
        return httpx.Response(500 if is_refused else self.status)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


def subscribe(client: TestClient, **more: Any) -> Any:
    body = {"url": "https://search.example.com/hook", "events": CALL_EVENTS} | more
    answer = client.post("/webhook/", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_the_signature_of_the_published_example() -> None:
    body = (
        b'{"event":{"id":"ev_0000000000000000000001","object_type":"activity.call",'
        b'"action":"completed"},"subscription_id":"whsub_0000000000000000000001"}'
    )
    key = "00112233445566778899aabbccddeeff" * 2

    assert (
        signature(key, "1773241329", body)
        == "6347662689278f9bee357a693da25b1a1ca0ed7505db62fb829c98a2cb347190"
    )


def test_a_subscription_tells_its_key_only_once(client: TestClient) -> None:
    made = subscribe(client)
    later = client.get(f"/webhook/{made['id']}/").json()

    assert len(bytes.fromhex(made["signature_key"])) == 32
    assert later == {name: value for name, value in made.items() if name != "signature_key"}


def test_a_subscription_needs_events(client: TestClient) -> None:
    answer = client.post("/webhook/", json={"url": "https://search.example.com/hook"})

    assert answer.status_code == 400
    assert list(answer.json()["field-errors"]) == ["events"]


def test_others_than_admins_manage_only_their_own(client: TestClient, close: StandIn) -> None:
    made = subscribe(client)
    close.access.add_key("colleague", user_id="user_idris", is_admin=False)
    client.auth = ("colleague", "")

    assert client.get("/webhook/").json()["data"] == []
    assert client.delete(f"/webhook/{made['id']}/").status_code == 404


def test_a_delivery_is_signed(
    client: TestClient, close: StandIn, clock: ManualClock, receiver: Receiver
) -> None:
    made = subscribe(client)
    close.start_call()
    close.deliver_pending(receiver.client)

    request = receiver.requests[0]
    timestamp = request.headers["close-sig-timestamp"]
    assert request.headers["close-sig-hash"] == signature(
        made["signature_key"], timestamp, request.content
    )
    assert int(timestamp) == clock.now().timestamp()
    assert json.loads(request.content)["subscription_id"] == made["id"]


def test_updates_wait_until_no_more_can_join_them(
    client: TestClient, close: StandIn, clock: ManualClock, receiver: Receiver
) -> None:
    subscribe(client)
    call_id = close.start_call()
    close.edit_note(call_id, "fir")
    close.deliver_pending(receiver.client)
    early = receiver.actions
    close.edit_note(call_id, "first")
    clock.advance(SETTLED)
    close.deliver_pending(receiver.client)

    assert early == ["created"]
    assert receiver.actions == ["created", "updated"]
    assert receiver.events[1]["data"]["note"] == "first"


def test_only_what_was_asked_for_is_delivered(
    client: TestClient, close: StandIn, clock: ManualClock, receiver: Receiver
) -> None:
    recording = {
        "type": "field_accessor",
        "field": "changed_fields",
        "filter": {"type": "contains", "value": "recording_url"},
    }
    wanted = {"object_type": "activity.call", "action": "updated", "extra_filter": recording}
    subscribe(client, events=[wanted])
    noted, recorded = close.start_call(), close.start_call()
    close.edit_note(noted, "No recording here.")
    close.attach_recording(recorded)
    clock.advance(SETTLED)
    close.deliver_pending(receiver.client)

    assert [event["object_id"] for event in receiver.events] == [recorded]


@pytest.mark.parametrize(
    "filter_", [{"type": "like"}, {"type": "and"}, {"type": "not", "filter": {"type": "x"}}]
)
def test_a_filter_that_cannot_work_is_refused(client: TestClient, filter_: dict[str, Any]) -> None:
    body = {"url": "https://a.example.com", "events": CALL_EVENTS, "event_filter": filter_}

    assert client.post("/webhook/", json=body).status_code == 400


def test_a_failed_delivery_is_tried_again_later(
    client: TestClient, close: StandIn, clock: ManualClock, receiver: Receiver
) -> None:
    subscribe(client)
    close.start_call()
    receiver.status = 500
    close.deliver_pending(receiver.client)
    close.deliver_pending(receiver.client)
    at_once = len(receiver.requests)
    receiver.status = 200
    clock.advance(timedelta(minutes=20))
    close.deliver_pending(receiver.client)
    close.deliver_pending(receiver.client)

    assert at_once == 1
    assert len(receiver.requests) == 2


def test_a_failing_delivery_never_waits_longer_than_twenty_minutes(
    client: TestClient, close: StandIn, clock: ManualClock, receiver: Receiver
) -> None:
    subscribe(client)
    close.start_call()
    receiver.status = 500
    for _ in range(12):
        close.deliver_pending(receiver.client)
        clock.advance(timedelta(minutes=20))

    assert len(receiver.requests) == 12


def test_a_delivery_is_given_up_after_three_days_while_others_succeed(
    client: TestClient, close: StandIn, clock: ManualClock, receiver: Receiver
) -> None:
    made = subscribe(client)
    refused = close.start_call()
    receiver.refused.add(refused)
    for _ in range(4):
        close.deliver_pending(receiver.client)
        close.start_call()
        close.deliver_pending(receiver.client)
        clock.advance(timedelta(days=1))
    receiver.requests.clear()
    close.deliver_pending(receiver.client)

    assert receiver.requests == []
    assert client.get(f"/webhook/{made['id']}/").json()["status"] == "active"


def test_a_subscription_that_fails_for_three_days_is_paused(
    client: TestClient, close: StandIn, clock: ManualClock, receiver: Receiver
) -> None:
    made = subscribe(client)
    receiver.status = 500
    for _ in range(4):
        close.start_call()
        close.deliver_pending(receiver.client)
        clock.advance(timedelta(days=1))
    status = client.get(f"/webhook/{made['id']}/").json()["status"]
    receiver.requests.clear()
    close.deliver_pending(receiver.client)

    assert status == "paused"
    assert receiver.requests == []


def test_a_full_queue_pauses_a_subscription(
    client: TestClient, close: StandIn, receiver: Receiver
) -> None:
    made = subscribe(client)
    close.limits.queued_deliveries = 3
    for _ in range(3):
        close.start_call()
    assert client.get(f"/webhook/{made['id']}/").json()["status"] == "paused"

    client.put(f"/webhook/{made['id']}/", json={"status": "active"})
    close.start_call()
    close.deliver_pending(receiver.client)
    assert len(receiver.requests) == 1


def test_deliveries_can_come_doubled_and_out_of_order(
    client: TestClient, close: StandIn, receiver: Receiver
) -> None:
    subscribe(client)
    ids = [close.start_call() for _ in range(5)]
    close.faults.deliveries_doubled = True
    close.faults.deliveries_shuffled = True
    close.deliver_pending(receiver.client)

    came = [event["object_id"] for event in receiver.events]
    assert sorted(came) == sorted(ids * 2)
    assert came != [call_id for call_id in ids for _ in range(2)]


def test_a_delivery_can_be_lost_for_good(
    client: TestClient, close: StandIn, clock: ManualClock, receiver: Receiver
) -> None:
    subscribe(client)
    close.start_call()
    close.faults.lost_deliveries_next = 1
    close.deliver_pending(receiver.client)
    clock.advance(timedelta(hours=1))
    close.deliver_pending(receiver.client)

    assert receiver.requests == []


def test_a_delivery_can_be_forged(client: TestClient, close: StandIn, receiver: Receiver) -> None:
    made = subscribe(client)
    close.start_call()
    close.faults.forged_deliveries_next = 1
    close.deliver_pending(receiver.client)

    request = receiver.requests[0]
    right = signature(
        made["signature_key"], request.headers["close-sig-timestamp"], request.content
    )
    assert request.headers["close-sig-hash"] != right


def test_a_delivery_can_be_stale(
    client: TestClient, close: StandIn, clock: ManualClock, receiver: Receiver
) -> None:
    subscribe(client)
    close.start_call()
    close.faults.stale_deliveries_next = 1
    close.deliver_pending(receiver.client)

    sent_at = int(receiver.requests[0].headers["close-sig-timestamp"])
    assert clock.now().timestamp() - sent_at == 600
