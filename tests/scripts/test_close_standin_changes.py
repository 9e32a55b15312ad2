"""What happens to calls in the stand-in, and the events that tell of it."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from scripts.close_standin.bounds import ALL_TIME
from scripts.close_standin.clock import ManualClock
from scripts.close_standin.state import StandIn
from scripts.close_standin.world import World

CALLS = "/activity/call/"
SOON = timedelta(seconds=20)
LATER = timedelta(minutes=10)


def events(client: TestClient, **params: str | int) -> list[Any]:
    answer = client.get("/event/", params=params)
    assert answer.status_code == 200, answer.text
    data: list[Any] = answer.json()["data"]
    return data


def actions(client: TestClient, **params: str | int) -> list[str]:
    return [event["action"] for event in events(client, **params)]


# The life of a call.


def test_a_call_through_close_leaves_its_events_in_order(
    client: TestClient, close: StandIn
) -> None:
    call_id = close.start_call()
    close.answer(call_id)
    close.complete(call_id)
    close.attach_recording(call_id)

    assert actions(client) == ["updated", "completed", "answered", "created"]


def test_the_recording_arrives_by_an_update(client: TestClient, close: StandIn) -> None:
    call_id = close.start_call()
    close.attach_recording(call_id)

    update = events(client)[0]

    assert "recording_url" in update["changed_fields"]
    assert update["previous_data"]["recording_url"] is None
    assert update["data"]["recording_url"].endswith(f"/call/{call_id}/recording/")


def test_transcripts_and_summaries_arrive_in_silence(
    client: TestClient, close: StandIn, clock: ManualClock
) -> None:
    call_id = close.start_call()
    before = client.get(f"{CALLS}{call_id}/").json()
    clock.advance(LATER)
    close.deliver_transcript(call_id, [{"text": "Hello."}])
    close.deliver_summary(call_id, "A greeting.")

    after = client.get(f"{CALLS}{call_id}/").json()
    transcript = close.calls.get(call_id)["recording_transcript"]

    assert actions(client) == ["created"]
    assert after == before
    assert transcript["utterances"] == [{"text": "Hello."}]
    assert transcript["summary_text"] == "A greeting."


def test_a_transcript_can_be_announced(client: TestClient, close: StandIn) -> None:
    call_id = close.start_call()
    close.deliver_transcript(call_id, [{"text": "Hello."}], is_announced=True)

    update = events(client)[0]

    assert update["action"] == "updated"
    assert "recording_transcript" not in update["data"]


def test_a_logged_call_is_external_and_may_be_dated_back(client: TestClient) -> None:
    logged = client.post(
        CALLS, json={"lead_id": "lead_depot", "date_created": "2026-01-02T10:00:00+02:00"}
    ).json()

    assert logged["source"] == "External"
    assert logged["status"] == "completed"
    assert logged["date_created"] == "2026-01-02T08:00:00+00:00"
    assert logged["user_name"] == "Maren Tolvik"
    assert actions(client) == ["created"]


def test_a_posted_recording_is_kept_by_close(client: TestClient) -> None:
    logged = client.post(CALLS, json={"recording_url": "https://pbx.example.com/1.mp3"}).json()

    assert logged["has_recording"] is True
    assert logged["recording_url"] == f"https://api.close.com/call/{logged['id']}/recording/"


@pytest.mark.parametrize(
    "body",
    [
        {"recording_url": "http://pbx.example.com/1.mp3"},
        {"duration": 604_801},
        {"status": "done"},
        {"date_created": "yesterday"},
        {"lead_id": "lead_unknown"},
    ],
    ids=lambda body: next(iter(body)),
)
def test_what_cannot_be_logged_is_named(client: TestClient, body: dict[str, Any]) -> None:
    answer = client.post(CALLS, json=body)

    assert answer.status_code == 400
    assert list(answer.json()["field-errors"]) == list(body)


def test_notes_overwrite_each_other(client: TestClient, close: StandIn) -> None:
    url = f"{CALLS}{close.start_call()}/"

    plain = client.put(url, json={"note": "a < b"}).json()
    both = client.put(url, json={"note": "no", "note_html": "<p>yes</p>"}).json()

    assert plain["note_html"] == "<body><p>a &lt; b</p></body>"
    assert (both["note"], both["note_html"]) == ("yes", "<body><p>yes</p></body>")


def test_the_duration_of_a_call_through_close_is_fixed(client: TestClient, close: StandIn) -> None:
    ours = close.start_call()
    external = close.log_external_call({})

    durations = [
        client.put(f"{CALLS}{call_id}/", json={"duration": 5}).json()["duration"]
        for call_id in (ours, external)
    ]

    assert durations == [0, 5]


def test_the_name_of_a_former_colleague_stays(client: TestClient, close: StandIn) -> None:
    call_id = close.start_call(user_id="user_gone", more={"user_name": "Odalys Brandtner"})
    changed = client.put(f"{CALLS}{call_id}/", json={"note": "Call back."}).json()

    assert changed["user_name"] == "Odalys Brandtner"
    assert changed["updated_by_name"] == "Maren Tolvik"


def test_a_deleted_call_leaves_what_it_was(client: TestClient, close: StandIn) -> None:
    call_id = close.start_call(lead_id="lead_depot")
    answer = client.delete(f"{CALLS}{call_id}/")
    deletion = events(client)[0]

    assert (answer.status_code, answer.json()) == (200, {})
    assert client.get(f"{CALLS}{call_id}/").status_code == 404
    assert (deletion["action"], deletion["data"]) == ("deleted", None)
    assert deletion["previous_data"]["id"] == call_id
    assert deletion["meta"]["request_method"] == "DELETE"


def test_a_deleted_lead_takes_its_calls_along(client: TestClient, close: StandIn) -> None:
    gone = [close.start_call(lead_id="lead_school") for _ in range(2)]
    close.start_call(lead_id="lead_depot")
    client.delete("/lead/lead_school/")

    deleted = events(client, object_type="activity.call", action="deleted")

    assert {event["object_id"] for event in deleted} == set(gone)
    assert client.get("/lead/lead_school/").status_code == 404


def test_a_merge_moves_calls_to_the_other_lead(client: TestClient, close: StandIn) -> None:
    call_id = close.start_call(lead_id="lead_school")
    close.merge_leads("lead_school", "lead_depot")

    update = events(client, object_type="activity.call", action="updated")[0]
    merge = events(client, object_type="lead", action="merged")[0]

    assert client.get(f"{CALLS}{call_id}/").json()["lead_id"] == "lead_depot"
    assert update["previous_data"]["lead_id"] == "lead_school"
    assert merge["object_id"] == "lead_depot"
    assert merge["meta"]["merge_source_lead_id"] == "lead_school"


# The event log.


def test_events_tell_the_time_without_a_zone(client: TestClient, close: StandIn) -> None:
    close.start_call()
    event = events(client)[0]

    assert event["date_created"] == "2026-11-20T12:00:00.000000"
    assert event["data"]["date_created"] == "2026-11-20T12:00:00+00:00"


def test_updates_soon_after_each_other_are_one_event(
    client: TestClient, close: StandIn, clock: ManualClock
) -> None:
    call_id = close.start_call()
    close.edit_note(call_id, "fir")
    first = events(client)[0]
    clock.advance(SOON)
    close.edit_note(call_id, "first")
    second = events(client)[0]

    assert actions(client) == ["updated", "created"]
    assert (second["id"], second["date_created"]) == (first["id"], first["date_created"])
    assert second["date_updated"] > first["date_updated"]
    assert second["data"]["note"] == "first"
    assert second["previous_data"]["note"] is None


def test_updates_apart_are_two_events(
    client: TestClient, close: StandIn, clock: ManualClock
) -> None:
    call_id = close.start_call()
    close.edit_note(call_id, "first")
    clock.advance(LATER)
    close.edit_note(call_id, "second")

    assert actions(client) == ["updated", "updated", "created"]


def test_updates_by_two_people_are_two_events(client: TestClient, close: StandIn) -> None:
    call_id = close.start_call()
    close.edit_note(call_id, "mine", user_id="user_maren")
    close.edit_note(call_id, "ours", user_id="user_idris")

    updates = events(client)[:2]
    assert [event["user_id"] for event in updates] == ["user_idris", "user_maren"]


def test_updates_with_something_between_are_two_events(client: TestClient, close: StandIn) -> None:
    call_id = close.start_call()
    close.edit_note(call_id, "ringing")
    close.complete(call_id)
    close.edit_note(call_id, "done")

    assert actions(client) == ["updated", "completed", "updated", "created"]


def test_cursors_lead_to_every_event_and_back(
    client: TestClient, close: StandIn, clock: ManualClock
) -> None:
    for _ in range(5):
        clock.advance(SOON)
        close.start_call()
    every = [event["id"] for event in events(client)]

    first = client.get("/event/", params={"_limit": 2}).json()
    second = client.get("/event/", params={"_limit": 2, "_cursor": first["cursor_next"]}).json()
    third = client.get("/event/", params={"_limit": 2, "_cursor": second["cursor_next"]}).json()
    back = client.get("/event/", params={"_limit": 2, "_cursor": third["cursor_previous"]}).json()

    pages = [[event["id"] for event in page["data"]] for page in (first, second, third, back)]
    assert pages == [every[:2], every[2:4], every[4:], every[2:4]]
    assert first["cursor_previous"] is None
    assert third["cursor_next"] is None


def test_a_cursor_stays_in_the_window_of_its_walk(
    client: TestClient, close: StandIn, clock: ManualClock
) -> None:
    for _ in range(4):
        clock.advance(SOON)
        close.start_call()
    since = (clock.now() - SOON).isoformat()

    first = client.get("/event/", params={"date_updated__gte": since, "_limit": 1}).json()
    second = client.get("/event/", params={"_cursor": first["cursor_next"]}).json()

    assert len(second["data"]) == 1
    assert second["cursor_next"] is None


@pytest.mark.parametrize(
    "names", ["object_type object_id", "object_type action", "lead_id user_id", "request_id"]
)
def test_filters_that_go_together(client: TestClient, close: StandIn, names: str) -> None:
    close.start_call(lead_id="lead_depot", user_id="user_idris")
    close.start_call(lead_id="lead_school")
    wanted = events(client)[1]

    found = events(client, **{name: wanted[name] for name in names.split()})

    assert wanted in found
    if "action" not in names:
        assert len(found) == 1


@pytest.mark.parametrize("names", ["object_type", "action", "object_id", "request_id lead_id"])
def test_filters_that_do_not_go_together(client: TestClient, names: str) -> None:
    answer = client.get("/event/", params=dict.fromkeys(names.split(), "x"))

    assert answer.status_code == 400


@pytest.mark.parametrize("bad", [{"_limit": 51}, {"_cursor": "nonsense"}])
def test_what_the_event_log_refuses(client: TestClient, bad: dict[str, str | int]) -> None:
    assert client.get("/event/", params=bad).status_code == 400


def test_the_log_forgets_after_thirty_days(
    client: TestClient, close: StandIn, clock: ManualClock
) -> None:
    close.start_call()
    event_id = events(client)[0]["id"]
    clock.advance(timedelta(days=30))
    assert client.get(f"/event/{event_id}/").status_code == 200

    clock.advance(timedelta(seconds=1))
    assert client.get(f"/event/{event_id}/").status_code == 404
    assert events(client) == []


def test_others_than_admins_see_data_for_an_hour(
    client: TestClient, close: StandIn, clock: ManualClock
) -> None:
    close.access.add_key("colleague", user_id="user_idris", is_admin=False)
    close.start_call()
    client.auth = ("colleague", "")

    fresh = events(client)[0]["data"]
    clock.advance(timedelta(minutes=61))
    old = events(client)[0]["data"]

    assert (fresh is None, old) == (False, None)


def test_a_hidden_event_appears_late_in_its_old_place(
    client: TestClient, close: StandIn, clock: ManualClock
) -> None:
    close.faults.hidden_events_next = 1
    late = close.start_call()
    clock.advance(SOON)
    seen = close.start_call()
    before = [event["object_id"] for event in events(client)]
    close.show_hidden_events()

    assert before == [seen]
    assert [event["object_id"] for event in events(client)] == [seen, late]


def history_of(close: StandIn) -> list[tuple[str, str]]:
    """Return what a stand-in that starts now with the same calls remembers, newest first."""
    world = World(organization=close.records.organization, calls=list(close.calls))
    later = StandIn(world, clock=close.clock)
    later.remember_history()
    events = [event.record for event in later.events.older(ALL_TIME, None)]
    return [(event["object_id"], event["action"]) for event in events]


def test_history_is_what_would_have_been_logged(
    client: TestClient, close: StandIn, clock: ManualClock
) -> None:
    call_id = close.start_call()
    close.answer(call_id)
    clock.advance(timedelta(seconds=90))
    close.complete(call_id, duration_s=30)
    close.attach_recording(call_id)
    lived = actions(client)

    assert history_of(close) == [(call_id, action) for action in lived]


def test_history_of_a_logged_call_is_that_it_was_logged(close: StandIn) -> None:
    call_id = close.log_external_call({"duration": 30})

    assert history_of(close) == [(call_id, "created")]
