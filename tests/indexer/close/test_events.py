"""The event log: five walks, each to its end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from indexer.close import ACTIONS, CallEvent
from models.errors import CloseUnreadable
from tests.indexer.close.talking import NOW, Told, a_close, ago, ok, query


def an_event(event_id: str, action: str = "created", at: datetime = NOW, **more: Any) -> Any:
    stamp = at.replace(tzinfo=None).isoformat(timespec="microseconds")
    plain = {"id": event_id, "action": action, "object_id": "acti_1", "date_updated": stamp}
    return plain | {"object_type": "activity.call"} | more


def log(*rows: Any, cursor: str | None = None) -> httpx.Response:
    return ok({"data": list(rows), "cursor_next": cursor, "cursor_previous": None})


NOTHING = log()


def test_each_action_is_asked_for_alone() -> None:
    told = Told(NOTHING)

    assert list(a_close(told).events(since=ago(days=1))) == []

    asked = [query(request) for request in told.requests]
    assert [q["action"] for q in asked] == list(ACTIONS)
    assert asked[0] == {
        "object_type": "activity.call",
        "action": "created",
        "date_updated__gte": "2026-03-10T12:00:00Z",
        "_limit": "50",
    }


def test_a_walk_follows_the_cursor_with_the_same_filters_but_no_dates() -> None:
    told = Told(log(an_event("ev_1"), cursor="c1"), log(an_event("ev_2")), NOTHING)

    found = list(a_close(told).events(since=ago(days=1)))

    assert [event.id for event in found] == ["ev_1", "ev_2"]
    assert query(told.requests[1]) == {
        "object_type": "activity.call",
        "action": "created",
        "_limit": "50",
        "_cursor": "c1",
    }


def test_a_stamp_without_a_zone_is_utc() -> None:
    told = Told(log(an_event("ev_1", date_updated="2019-01-15T12:48:23.395000")), NOTHING)

    (event,) = a_close(told).events(since=ago(days=1))

    assert event == CallEvent(
        id="ev_1",
        action="created",
        call_id="acti_1",
        date_updated=datetime(2019, 1, 15, 12, 48, 23, 395000, tzinfo=UTC),
    )


def test_an_event_that_comes_twice_is_told_once() -> None:
    told = Told(log(an_event("ev_1"), cursor="c1"), log(an_event("ev_1")), NOTHING)

    assert len(list(a_close(told).events(since=ago(days=1)))) == 1


def test_an_event_that_grew_is_told_again() -> None:
    grown = an_event("ev_1", at=NOW + timedelta(seconds=9))
    told = Told(log(an_event("ev_1"), grown), NOTHING)

    assert len(list(a_close(told).events(since=ago(days=1)))) == 2


def test_an_empty_page_in_the_middle_is_not_the_end() -> None:
    told = Told(log(cursor="c1"), log(an_event("ev_1")), NOTHING)

    assert len(list(a_close(told).events(since=ago(days=1)))) == 1


def test_a_walk_whose_cursor_forgot_the_dates_ends_past_the_moment_asked_for() -> None:
    told = Told(log(an_event("ev_1", at=ago(days=2)), cursor="c1"), NOTHING)

    list(a_close(told).events(since=ago(days=1)))

    assert [query(request).get("_cursor") for request in told.requests] == [None] * len(ACTIONS)


def test_a_cursor_that_leads_in_a_circle_is_an_error() -> None:
    told = Told(log(an_event("ev_1"), cursor="c1"))

    with pytest.raises(CloseUnreadable, match="same cursor"):
        list(a_close(told).events(since=ago(days=1)))


def test_an_answer_that_is_no_event_list_is_an_error() -> None:
    with pytest.raises(CloseUnreadable, match="no list"):
        list(a_close(Told(ok({"events": []}))).events(since=ago(days=1)))


def test_events_of_other_things_are_passed_over() -> None:
    told = Told(log(an_event("ev_1", object_type="activity.sms")), NOTHING)

    assert list(a_close(told).events(since=ago(days=1))) == []


@pytest.mark.parametrize("row", [{}, None, an_event("ev_1", object_id=None)])
def test_an_event_that_names_no_call_is_counted(row: Any) -> None:
    close = a_close(Told(log(row), NOTHING))

    assert list(close.events(since=ago(days=1))) == []
    assert close.stats.rows_without_id == 1


def test_an_event_without_a_date_makes_its_call_be_looked_at_again() -> None:
    since = ago(days=1)
    told = Told(log(an_event("ev_1", date_updated=None)), NOTHING)

    (event,) = a_close(told).events(since=since)

    assert (event.call_id, event.date_updated) == ("acti_1", since)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        list(a_close(Told(NOTHING)).events(since=datetime(2026, 3, 1)))  # noqa: DTZ001


def test_renamings_are_the_changes_of_names_among_all_changes_of_leads() -> None:
    def changed(event_id: str, fields: Any, lead_id: str = "lead_1") -> Any:
        more = {"object_type": "lead", "object_id": lead_id, "changed_fields": fields}
        return an_event(event_id, "updated", **more)

    rows = [
        changed("ev_1", ["status_id"]),
        changed("ev_2", ["description", "display_name"], "lead_2"),
        changed("ev_3", None, "lead_3"),
        changed("ev_4", []),
        changed("ev_5", ["name"], ""),
        changed("ev_6", [7, "name"], "lead_6"),
    ]
    told = Told(log(*rows, cursor="c1"), NOTHING)

    found = list(a_close(told).renamings(since=ago(days=1)))

    assert [(r.id, r.lead_id) for r in found] == [
        ("ev_2", "lead_2"), ("ev_3", "lead_3"), ("ev_6", "lead_6"),
    ]  # fmt: skip
    assert found[0].date_updated == NOW
    asked = query(told.requests[0])
    assert (asked["object_type"], asked["action"]) == ("lead", "updated")
    assert len(told.requests) == 2
