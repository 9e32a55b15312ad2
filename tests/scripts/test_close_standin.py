"""Who may ask the stand-in, and what its lists, records and audio hold."""

import base64
import io
import wave
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from starlette.testclient import TestClient

from scripts.close_standin.clock import ManualClock
from scripts.close_standin.state import API_KEY, StandIn

CALLS = "/activity/call/"
ORIGIN = "http://close.test"


def make_calls(close: StandIn, clock: ManualClock, count: int) -> list[str]:
    """Start calls a minute apart and return their ids, newest first."""
    ids = []
    for _ in range(count):
        clock.advance(timedelta(minutes=1))
        ids.append(close.start_call())
    return ids[::-1]


def listed(client: TestClient, **params: Any) -> list[str]:
    answer = client.get(CALLS, params=params)
    assert answer.status_code == 200, answer.text
    return [call["id"] for call in answer.json()["data"]]


# Who may ask.


@pytest.mark.parametrize("key", ["", "wrong", f"{API_KEY}:password"])
def test_a_request_without_the_key_is_unauthorized(stranger: TestClient, key: str) -> None:
    basic = base64.b64encode(f"{key}:".encode()).decode()
    answer = stranger.get("/me/", headers={"Authorization": f"Basic {basic}"} if key else {})

    assert answer.status_code == 401
    assert list(answer.json()) == ["error"]


def tokens(stranger: TestClient, close: StandIn, **form: str) -> Any:
    ours = {"client_id": close.access.client_id, "client_secret": close.access.client_secret}
    return stranger.post(f"{ORIGIN}/oauth2/token/", data=ours | form)


def by_code(stranger: TestClient, close: StandIn) -> Any:
    code = close.access.issue_code(user_id="user_idris")
    return tokens(stranger, close, grant_type="authorization_code", code=code).json()


def bearer(granted: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {granted['access_token']}"}


def test_an_access_token_speaks_for_its_user(stranger: TestClient, close: StandIn) -> None:
    granted = by_code(stranger, close)

    assert stranger.get("/me/", headers=bearer(granted)).json()["id"] == "user_idris"


def test_an_access_token_is_good_for_an_hour(
    stranger: TestClient, close: StandIn, clock: ManualClock
) -> None:
    granted = by_code(stranger, close)
    clock.advance(timedelta(seconds=granted["expires_in"]))

    assert stranger.get("/me/", headers=bearer(granted)).status_code == 401


def test_a_refresh_token_is_good_once(stranger: TestClient, close: StandIn) -> None:
    old = by_code(stranger, close)["refresh_token"]
    new = tokens(stranger, close, grant_type="refresh_token", refresh_token=old).json()

    refused = tokens(stranger, close, grant_type="refresh_token", refresh_token=old)
    renewed = tokens(
        stranger, close, grant_type="refresh_token", refresh_token=new["refresh_token"]
    )

    assert (refused.status_code, refused.json()) == (400, {"error": "invalid_grant"})
    assert renewed.status_code == 200


def test_a_revoked_refresh_token_is_not_good(stranger: TestClient, close: StandIn) -> None:
    old = by_code(stranger, close)["refresh_token"]
    ours = {"client_id": close.access.client_id, "client_secret": close.access.client_secret}
    stranger.post(f"{ORIGIN}/oauth2/revoke/", data=ours | {"token": old})

    assert tokens(stranger, close, grant_type="refresh_token", refresh_token=old).status_code == 400


# Lists of calls.


def test_a_path_without_its_slash_is_not_found(client: TestClient) -> None:
    answer = client.get("/activity/call", follow_redirects=False)

    assert answer.status_code == 404


def test_calls_come_newest_first(client: TestClient, close: StandIn, clock: ManualClock) -> None:
    ids = make_calls(close, clock, 3)

    assert listed(client) == ids


def test_unknown_parameters_are_ignored(client: TestClient, close: StandIn) -> None:
    close.start_call()

    assert len(listed(client, date_created__after="2030-01-01")) == 1


def test_a_list_has_no_total(client: TestClient) -> None:
    assert client.get(CALLS).json() == {"data": [], "has_more": False}


@pytest.mark.parametrize(("limit", "has_more"), [(2, True), (3, False), (4, False)])
def test_more_follows_only_if_there_is_more(
    client: TestClient, close: StandIn, clock: ManualClock, limit: int, *, has_more: bool
) -> None:
    make_calls(close, clock, 3)

    assert client.get(CALLS, params={"_limit": limit}).json()["has_more"] is has_more


def test_paging_through_windows_finds_every_call_once(
    client: TestClient, close: StandIn, clock: ManualClock
) -> None:
    start = clock.now()
    ids = make_calls(close, clock, 20)
    found = []
    for after, before in pairwise(start + timedelta(minutes=m) for m in range(1, 30, 7)):
        window: dict[str, str | int] = {
            "date_created__gte": after.isoformat(),
            "date_created__lt": before.isoformat(),
            "_limit": 3,
        }
        skip, has_more = 0, True
        while has_more:
            page = client.get(CALLS, params=window | {"_skip": skip}).json()
            found += [call["id"] for call in page["data"]]
            skip, has_more = skip + len(page["data"]), page["has_more"]

    assert sorted(found) == sorted(ids)


@pytest.mark.parametrize(
    ("comparison", "kept"), [("gte", [0, 1]), ("gt", [0]), ("lte", [1, 2]), ("lt", [2])]
)
def test_the_edge_of_a_window(
    client: TestClient, close: StandIn, clock: ManualClock, comparison: str, kept: list[int]
) -> None:
    ids = make_calls(close, clock, 3)
    edge = close.calls.get(ids[1])["date_created"]

    assert listed(client, **{f"date_created__{comparison}": edge}) == [ids[i] for i in kept]


def test_dates_without_a_zone_are_read_at_the_offset(client: TestClient, close: StandIn) -> None:
    close.start_call()  # at noon in UTC
    params = {"date_created__gte": "2026-11-20T07:30:00"}

    here = client.get(CALLS, params=params, headers={"x-tz-offset": "-4"}).json()
    there = client.get(CALLS, params=params, headers={"x-tz-offset": "-5"}).json()

    assert (len(here["data"]), len(there["data"])) == (1, 0)


def test_a_date_that_cannot_be_read_is_refused(client: TestClient) -> None:
    answer = client.get(f"{CALLS}?date_created__gte=2026-11-20T00:00:00+00:00")

    assert answer.status_code == 400  # the plus sign was not escaped


def test_filters_take_several_values(client: TestClient, close: StandIn) -> None:
    school = close.start_call(lead_id="lead_school", user_id="user_maren")
    depot = close.start_call(lead_id="lead_depot", user_id="user_idris")
    close.start_call()

    assert set(listed(client, lead_id="lead_school,lead_depot")) == {school, depot}
    assert listed(client, user_id="user_idris") == [depot]
    assert listed(client, id__in=f"{school},acti_unknown") == [school]


def test_filters_narrow_each_other(client: TestClient, close: StandIn) -> None:
    close.start_call(lead_id="lead_school", user_id="user_maren")
    wanted = close.start_call(lead_id="lead_school", user_id="user_idris")
    close.start_call(lead_id="lead_depot", user_id="user_idris")

    assert listed(client, lead_id="lead_school", user_id="user_idris") == [wanted]


def test_a_long_request_may_come_as_a_post(client: TestClient, close: StandIn) -> None:
    ids = [close.start_call() for _ in range(3)]
    answer = client.post(
        CALLS,
        json={"_params": {"id__in": ids[:2], "_fields": "id"}},
        headers={"x-http-method-override": "GET"},
    )

    assert {call["id"] for call in answer.json()["data"]} == set(ids[:2])


def test_a_page_larger_than_the_limit_is_refused(client: TestClient) -> None:
    answer = client.get(CALLS, params={"_limit": 101})

    assert answer.status_code == 400
    assert "max_limit = 100" in answer.json()["error"]


def test_a_high_skip_is_refused(client: TestClient, close: StandIn) -> None:
    close.limits.max_skip = 200

    assert client.get(CALLS, params={"_skip": 200}).status_code == 200
    answer = client.get(CALLS, params={"_skip": 201})
    assert answer.status_code == 400
    assert "max_skip = 200" in answer.json()["error"]


def test_fields_are_exactly_those_named(client: TestClient, close: StandIn) -> None:
    close.start_call()
    answer = client.get(CALLS, params={"_fields": "id,duration,no_such_field"})

    assert set(answer.json()["data"][0]) == {"id", "duration"}


def test_transcripts_come_only_through_fields(client: TestClient, close: StandIn) -> None:
    call_id = close.start_call()
    close.deliver_transcript(call_id, [{"text": "Hello."}])

    whole = client.get(f"{CALLS}{call_id}/").json()
    asked = client.get(f"{CALLS}{call_id}/", params={"_fields": "recording_transcript"}).json()

    assert "id" in whole
    assert "recording_transcript" not in whole
    assert asked["recording_transcript"]["utterances"] == [{"text": "Hello."}]


def test_an_unknown_call_is_not_found(client: TestClient) -> None:
    answer = client.get(f"{CALLS}acti_unknown/")

    assert answer.status_code == 404
    assert list(answer.json()) == ["error"]


# What calls refer to.


def test_me_names_its_organizations(client: TestClient) -> None:
    me = client.get("/me/", params={"_fields": "id,organizations"}).json()

    ours = {"id": "orga_ours", "name": "Quillmoor Paving"}
    assert me == {"id": "user_maren", "organizations": [ours]}


def test_users_name_their_organization_by_id(client: TestClient) -> None:
    users = client.get("/user/").json()["data"]

    assert [user["organizations"] for user in users] == [["orga_ours"]] * 2


def test_the_organization_names_its_members(client: TestClient) -> None:
    answer = client.get("/organization/orga_ours/", params={"_fields": "memberships"})

    names = [member["user_full_name"] for member in answer.json()["memberships"]]
    assert names == ["Maren Tolvik", "Idris Pellworth"]


def test_outcomes_are_paged(client: TestClient) -> None:
    answer = client.get("/outcome/", params={"_skip": 1, "_limit": 1, "_fields": "name"})

    assert answer.json() == {"data": [{"name": "Lost"}], "has_more": False}


@pytest.mark.parametrize("path", ["/lead/lead_school/", "/contact/cont_kester/"])
def test_a_lead_or_contact_is_found_by_id(client: TestClient, path: str) -> None:
    assert client.get(path, params={"_fields": "id"}).json() == {"id": path.split("/")[2]}


# Audio.


def test_a_recording_is_as_long_as_the_call(client: TestClient, close: StandIn) -> None:
    call_id = close.start_call()
    close.complete(call_id, duration_s=3)
    close.attach_recording(call_id)

    answer = client.get(f"{ORIGIN}/call/{call_id}/recording/")

    with wave.open(io.BytesIO(answer.content)) as audio:
        assert audio.getnframes() / audio.getframerate() == 3.0


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("bytes=10-19", 10, 20), ("bytes=100-", 100, None), ("bytes=-5", -5, None)],
)
def test_a_range_of_a_recording(
    client: TestClient, close: StandIn, asked: str, start: int, stop: int | None
) -> None:
    call_id = close.start_call()
    close.attach_recording(call_id, duration_s=1)
    url = f"{ORIGIN}/call/{call_id}/recording/"
    whole = client.get(url).content

    part = client.get(url, headers={"Range": asked})

    assert part.status_code == 206
    assert part.content == whole[start:stop]
    first = start % len(whole)
    last = first + len(part.content) - 1
    assert part.headers["content-range"] == f"bytes {first}-{last}/{len(whole)}"


def test_a_range_behind_the_end_is_refused(client: TestClient, close: StandIn) -> None:
    call_id = close.start_call()
    close.attach_recording(call_id, duration_s=1)

    answer = client.get(f"{ORIGIN}/call/{call_id}/recording/", headers={"Range": "bytes=99999-"})

    assert answer.status_code == 416


def test_a_call_without_a_voicemail_has_no_audio_of_one(client: TestClient, close: StandIn) -> None:
    call_id = close.start_call()
    url = f"{ORIGIN}/call/{call_id}/voicemail/"
    assert client.get(url).status_code == 404

    close.leave_voicemail(call_id)
    assert client.get(url).status_code == 200


def test_links_to_audio_lead_to_the_origin(client: TestClient, close: StandIn) -> None:
    close.origin = "http://127.0.0.1:1"
    call_id = close.start_call()
    close.attach_recording(call_id)

    url = client.get(f"{CALLS}{call_id}/").json()["recording_url"]

    assert url == f"http://127.0.0.1:1/call/{call_id}/recording/"
