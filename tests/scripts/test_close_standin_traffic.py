"""Random days in the stand-in, and the truth that a copy of it can be held against."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from starlette.testclient import TestClient

from scripts.close_standin.clock import ManualClock, moment
from scripts.close_standin.fields import TRANSCRIPTS, blank_call
from scripts.close_standin.state import StandIn
from scripts.close_standin.synthetic import synthetic_world
from scripts.close_standin.traffic import MIX, Traffic
from scripts.close_standin.world import World

CALLS = "/activity/call/"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def days(close: StandIn, clock: ManualClock, seed: int, steps: int = 400) -> list[str]:
    """Let so many things happen, some minutes apart."""
    random = Random(seed)
    traffic = Traffic(close, random)
    happened = []
    for _ in range(steps):
        clock.advance(timedelta(minutes=random.randrange(10)))
        happened.append(traffic.step())
    return happened


def a_close(world: World) -> tuple[StandIn, ManualClock]:
    clock = ManualClock(NOON)
    return StandIn(world, clock=clock), clock


@pytest.mark.parametrize("seed", range(3))
def test_everything_in_the_mix_happens(close: StandIn, clock: ManualClock, seed: int) -> None:
    happened = {told.rpartition(" ")[0] for told in days(close, clock, seed, steps=2_000)}

    assert happened == {verb.name for verb in MIX}


@pytest.mark.parametrize("count", [0, 50])
def test_the_same_seed_makes_the_same_days(count: int) -> None:
    (one, its_clock), (other, other_clock) = (
        a_close(synthetic_world(count, until=NOON)) for _ in range(2)
    )

    assert days(one, its_clock, seed=5) == days(other, other_clock, seed=5)
    assert one.truth() == other.truth()


def test_no_time_passes_in_a_step(close: StandIn, clock: ManualClock) -> None:
    Traffic(close, Random(1)).step()

    assert clock.now() == NOON


def test_traffic_leaves_what_a_sync_can_meet(close: StandIn, clock: ManualClock) -> None:
    days(close, clock, seed=3, steps=2_000)
    calls = close.truth().values()

    def are_some(is_met: Any) -> bool:
        return any(map(is_met, calls))

    assert are_some(lambda call: moment(call["date_created"]) > clock.now())
    assert are_some(lambda call: moment(call["date_created"]) < NOON - timedelta(days=100))
    assert are_some(lambda call: call["lead_id"] is None)
    assert are_some(lambda call: call["voicemail_transcript"])
    assert are_some(lambda call: (call["recording_transcript"] or {}).get("summary_text"))
    assert are_some(lambda call: call["has_recording"] and not call["recording_transcript"])
    assert len({call["disposition"] for call in calls}) == 9


def test_the_truth_is_what_the_api_shows(
    client: TestClient, close: StandIn, clock: ManualClock
) -> None:
    close.origin = "http://127.0.0.1:8931"
    days(close, clock, seed=2)

    fields = ",".join(("id", *blank_call()))
    asked = [client.get(f"{CALLS}{id_}/", params={"_fields": fields}) for id_ in close.truth()]

    assert {call.json()["id"]: call.json() for call in asked} == close.truth()


def test_the_truth_is_a_copy(close: StandIn) -> None:
    call_id = close.start_call()
    close.deliver_transcript(call_id, [{"text": "Hello."}])
    truth = close.truth()

    truth[call_id]["recording_transcript"]["utterances"].clear()
    close.edit_note(call_id, "Called back.")

    assert truth[call_id]["note"] is None
    assert close.truth()[call_id]["recording_transcript"]["utterances"] == [{"text": "Hello."}]


def test_calls_change_only_as_close_lets_them(close: StandIn, clock: ManualClock) -> None:
    """A call that was never answered was not talked in, and words need audio."""
    days(close, clock, seed=4, steps=2_000)

    for call in close.truth().values():
        assert call["date_answered"] or not call["duration"] or call["source"] == "External"
        for field in TRANSCRIPTS:
            assert call[field] is None or call[field.replace("transcript", "url")]


def test_a_lead_that_is_added_can_be_asked_for(client: TestClient, close: StandIn) -> None:
    lead_id = close.add_lead("Observatory")

    assert client.get(f"/lead/{lead_id}/").json()["name"] == "Observatory"
    assert client.get("/event/").json()["data"][0]["action"] == "created"
