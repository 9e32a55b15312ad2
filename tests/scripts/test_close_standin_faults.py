"""What the stand-in refuses, and everything that can go wrong when it is asked."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from scripts.close_standin.app import create_app
from scripts.close_standin.clock import ManualClock
from scripts.close_standin.faults import Faults
from scripts.close_standin.server import serving
from scripts.close_standin.state import API_KEY, StandIn

CALLS = "/activity/call/"


def start_calls(close: StandIn, clock: ManualClock, count: int) -> None:
    """Start calls a minute apart."""
    for _ in range(count):
        clock.advance(timedelta(minutes=1))
        close.start_call()


# Rate limits.


def test_every_answer_tells_what_is_left(client: TestClient, close: StandIn) -> None:
    close.limits.requests_per_window = 10

    told = [client.get(path).headers["ratelimit"] for path in (CALLS, CALLS, "/me/", "/none/")]

    assert told == [
        "limit=10, remaining=9, reset=1.000",
        "limit=10, remaining=8, reset=1.000",
        "limit=10, remaining=9, reset=1.000",
        "limit=10, remaining=9, reset=1.000",
    ]


def test_a_request_beyond_the_limit_is_refused_until_the_window_ends(
    client: TestClient, close: StandIn, clock: ManualClock
) -> None:
    close.limits.requests_per_window = 1
    client.get(CALLS)
    clock.advance(timedelta(seconds=0.4))

    refused = client.get(CALLS)
    clock.advance(timedelta(seconds=0.6))
    admitted = client.get(CALLS)

    assert (refused.status_code, refused.content) == (429, b"")
    assert refused.headers["ratelimit"] == "limit=1, remaining=0, reset=0.600"
    assert refused.headers["retry-after"] == "1"
    assert admitted.status_code == 200


def test_keys_share_three_times_what_one_may(client: TestClient, close: StandIn) -> None:
    close.limits.requests_per_window = 1
    for name in "abcd":
        close.access.add_key(name, user_id="user_idris", is_admin=False)

    statuses = [client.get(CALLS, auth=(name, "")).status_code for name in "abcd"]

    assert statuses == [200, 200, 200, 429]


# What goes wrong.


def test_a_storm_of_refusals(client: TestClient, close: StandIn) -> None:
    close.faults.limited_next = 2
    answers = [client.get(CALLS) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["ratelimit"].endswith("remaining=0, reset=0.590")


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_fails_with_an_empty_body(
    client: TestClient, close: StandIn, status: Any
) -> None:
    close.faults.gateway_status = status
    close.faults.gateway_next = 1

    assert (client.get(CALLS).status_code, client.get(CALLS).status_code) == (status, 200)
    close.faults.gateway_next = 1
    assert client.get(CALLS).content == b""


def test_a_gateway_fails_every_third_time(client: TestClient, close: StandIn) -> None:
    close.faults.gateway_every = 3

    statuses = [client.get(CALLS).status_code for _ in range(6)]

    assert statuses == [200, 200, 503, 200, 200, 503]


@pytest.mark.parametrize(("switch", "status"), [("gateway", 503), ("limited", 429)])
@pytest.mark.parametrize(("probability", "failures"), [(0.0, 0), (1.0, 20)])
def test_requests_fail_by_chance(
    client: TestClient, close: StandIn, switch: str, status: int, probability: float, failures: int
) -> None:
    setattr(close.faults, f"{switch}_probability", probability)

    statuses = [client.get(CALLS).status_code for _ in range(20)]

    assert statuses.count(status) == failures


def fates(seed: int) -> list[tuple[float, bool, bool, bool]]:
    faults = Faults(
        seed=seed,
        slow_probability=0.5,
        gateway_probability=0.5,
        limited_probability=0.5,
        cut_probability=0.5,
    )
    return [
        (faults.wait_s(), faults.gateway_fails(), faults.limits(), faults.cuts()) for _ in range(20)
    ]


def test_chance_is_drawn_by_the_seed() -> None:
    assert fates(seed=1) == fates(seed=1) != fates(seed=2)


def test_a_refusal_by_chance_asks_to_wait_as_told(client: TestClient, close: StandIn) -> None:
    close.faults.limited_probability = 1.0
    close.faults.limited_reset_s = 0.2

    assert client.get(CALLS).headers["ratelimit"].endswith("remaining=0, reset=0.200")


def test_faults_touch_only_the_paths_they_are_set_for(client: TestClient, close: StandIn) -> None:
    close.faults.only_under = "/event/"
    close.faults.gateway_every = 1

    assert client.get(CALLS).status_code == 200
    assert client.get("/event/").status_code == 503


def test_half_a_json(client: TestClient, close: StandIn) -> None:
    close.faults.cut_as = "json"
    close.faults.cut_next = 1
    answer = client.get(CALLS)

    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(ValueError, match=r"JSON|Expecting|Unterminated"):
        answer.json()


def test_a_connection_lost_in_the_middle_of_a_body(close: StandIn) -> None:
    close.faults.cut_next = 1
    with (
        serving(create_app(close)) as base_url,
        httpx.Client(base_url=base_url, auth=(API_KEY, ""), trust_env=False) as client,
    ):
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(CALLS)
        assert client.get(CALLS).json() == {"data": [], "has_more": False}


def test_answers_are_cut_by_chance(client: TestClient, close: StandIn) -> None:
    close.faults.cut_as = "json"
    close.faults.cut_probability = 1.0

    assert client.get(CALLS).text == '{"data":[],"ha'


@pytest.mark.parametrize(
    "faults", [Faults(delay_s=0.05), Faults(slow_s=0.05, slow_probability=1.0)], ids=["all", "some"]
)
def test_a_slow_answer_runs_into_a_timeout(close: StandIn, faults: Faults) -> None:
    close.faults = faults
    with (
        serving(create_app(close)) as base_url,
        httpx.Client(
            base_url=base_url, timeout=httpx.Timeout(5, read=0.01), trust_env=False
        ) as client,
        pytest.raises(httpx.ReadTimeout),
    ):
        client.get(CALLS)


def test_more_follows_a_short_page(client: TestClient, close: StandIn, clock: ManualClock) -> None:
    start_calls(close, clock, 3)
    close.faults.page_rows = 2

    first = client.get(CALLS).json()
    last = client.get(CALLS, params={"_skip": 2}).json()

    assert (len(first["data"]), first["has_more"]) == (2, True)
    assert (len(last["data"]), last["has_more"]) == (1, False)


def test_a_call_that_starts_while_paging_shifts_the_others(
    client: TestClient, close: StandIn, clock: ManualClock
) -> None:
    start_calls(close, clock, 2)
    clock.advance(timedelta(minutes=1))
    close.faults.call_after_page_next = 1

    first = client.get(CALLS, params={"_limit": 1}).json()
    second = client.get(CALLS, params={"_limit": 1, "_skip": 1}).json()

    assert first["data"] == second["data"]


def test_a_call_deleted_while_paging_moves_the_others_up(
    client: TestClient, close: StandIn, clock: ManualClock
) -> None:
    start_calls(close, clock, 5)
    close.faults.deleted_after_page_next = 1

    first = client.get(CALLS, params={"_limit": 2}).json()["data"]
    rest = client.get(CALLS, params={"_skip": 2}).json()["data"]

    assert (len(first), len(rest)) == (2, 2)
    assert len([call for call in first if call["id"] in close.calls]) == 1
    assert client.get("/event/").json()["data"][0]["action"] == "deleted"


def test_no_deletion_is_used_up_on_an_empty_page(client: TestClient, close: StandIn) -> None:
    close.faults.deleted_after_page_next = 1
    client.get(CALLS)

    assert close.faults.deleted_after_page_next == 1


def test_a_call_deleted_between_list_and_get(client: TestClient, close: StandIn) -> None:
    call_id = close.start_call()
    close.faults.deleted_before_get_next = 1

    assert client.get(CALLS).json()["data"][0]["id"] == call_id
    assert client.get(f"{CALLS}{call_id}/").status_code == 404
    assert client.get("/event/").json()["data"][0]["action"] == "deleted"
