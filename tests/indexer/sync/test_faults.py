"""What goes wrong between Close and us, one thing at a time: the store ends up whole."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Literal

import pytest

from indexer.standing import NO_SUMMARY_YET, NO_TRANSCRIPT_YET
from indexer.store.memory import MemoryStore
from models import CallState
from models.errors import CloseUnavailable
from scripts.close_standin.app import create_app
from scripts.close_standin.clock import ManualClock
from scripts.close_standin.server import serving
from scripts.close_standin.state import StandIn
from scripts.close_standin.synthetic import synthetic_world
from scripts.close_standin.world import World
from tests.indexer.sync.desk import NOW, SMALL_WORLD, SPOKEN, Desk, crowded_world, with_meanwhile
from tests.indexer.sync.truth import assert_at_rest, assert_whole

LIST = "/api/v1/activity/call/"


@contextmanager
def a_desk(
    world: World = SMALL_WORLD, happen: Callable[[Desk, str, str], object] | None = None
) -> Iterator[Desk]:
    """A desk; `happen` is told of each request, path and query, before it is answered."""
    clock = ManualClock(NOW)
    standin = StandIn(world, clock=clock)

    def meanwhile(path: str, query: str) -> None:
        if happen is not None:
            happen(desk, path, query)

    with serving(with_meanwhile(create_app(standin), meanwhile)) as url:
        desk = Desk(standin, clock, url, MemoryStore())
        yield desk


@pytest.fixture
def busy() -> Iterator[Desk]:
    """A desk with some calls, of some weeks, so that there are several pages and batches."""
    with a_desk(synthetic_world(120, until=NOW)) as desk:
        yield desk


def test_a_storm_of_429_is_waited_out_as_told(busy: Desk) -> None:
    busy.standin.faults.limited_next = 19
    busy.standin.faults.limited_reset_s = 0.59
    slept: list[float] = []
    report = busy.sync(sleep=slept.append)
    assert report.rate_limited == 19
    assert len(slept) == 19
    assert all(0.5 < seconds < 1.0 for seconds in slept)
    assert_whole(busy)


def test_a_storm_that_does_not_end_stops_the_sync_and_loses_nothing(busy: Desk) -> None:
    busy.stop_at = 50
    with pytest.raises(KeyboardInterrupt):
        busy.sync()
    busy.stop_at = 10**9
    busy.standin.faults.limited_next = 10**6
    with pytest.raises(CloseUnavailable, match="429"):
        busy.sync()
    busy.standin.faults.limited_next = 0
    assert busy.sync().fetched == 120 - 50
    assert_whole(busy)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_gateways_that_fail_with_nothing_to_say(busy: Desk, status: Literal[502, 503, 504]) -> None:
    busy.standin.faults.gateway_status = status
    busy.standin.faults.gateway_every = 2
    assert busy.sync().retries > 0
    assert_whole(busy)


@pytest.mark.parametrize("cut_as", ["connection", "json"])
def test_answers_cut_in_the_middle(busy: Desk, cut_as: Literal["connection", "json"]) -> None:
    busy.standin.faults.cut_as = cut_as
    for only_under in ("/event/", LIST, "/outcome/", "/lead/"):
        busy.standin.faults.only_under = only_under
        busy.standin.faults.cut_next = 4
        busy.sync()
        assert busy.standin.faults.cut_next == 0
        busy.later(hours=1)
        for call in list(busy.standin.calls)[:3]:
            busy.standin.edit_note(call["id"], f"Cut under {only_under}")
    busy.sync()
    assert_whole(busy)


def test_pages_that_are_too_slow_are_asked_for_in_smaller_parts() -> None:
    """Wide windows and long lists of ids take longer than we wait."""
    asked: list[str] = []

    def be_slow(desk: Desk, path: str, query: str) -> None:
        is_large = path == LIST and (query.count(",") > 60 or "__gte=2026-10" in query)
        desk.standin.faults.delay_s = 0.4 if is_large else 0.0
        asked.append(query)

    with a_desk(crowded_world(40, apart=timedelta(hours=1)), be_slow) as desk:
        report = desk.sync(timeout_s=0.2)
        desk.standin.faults.delay_s = 0.0
        assert report.retries > 0
        assert any("__gte=2026-10" in query for query in asked)
        assert_whole(desk)


def test_pages_that_shift_because_calls_come_in_while_they_are_read(busy: Desk) -> None:
    busy.standin.faults.page_rows = 9
    busy.standin.faults.call_after_page_next = 8
    busy.sync()
    assert busy.standin.faults.call_after_page_next == 0
    busy.later(minutes=1)
    busy.sync()
    assert busy.store.tally().known == 128
    assert_whole(busy)


def test_pages_that_shift_because_calls_are_deleted_while_they_are_read() -> None:
    """Each page moves up by some rows before it is read."""
    gone: list[str] = []

    def delete(desk: Desk, path: str, query: str) -> None:
        if path == LIST and "_skip" in query and "id__in" not in query and len(gone) < 30:
            newest = [call["id"] for call in desk.standin.calls][-3:]
            for call_id in newest:
                desk.standin.delete_call(call_id)
            gone.extend(newest)

    with a_desk(crowded_world(120, apart=timedelta(hours=3)), delete) as desk:
        desk.standin.faults.page_rows = 7
        desk.sync()
        assert len(gone) == 30
        desk.later(minutes=1)
        desk.sync()
        assert_whole(desk)


def test_thousands_of_calls_of_one_moment_in_windows_that_must_be_halved() -> None:
    """As a bulk import leaves them, amid others, with a `_skip` that hardly reaches."""
    world = synthetic_world(2_600, until=NOW)
    plain = [call | {"recording_transcript": None} for call in world.calls]
    at_once = [call | {"date_created": "2026-09-01T08:30:00.250000+00:00"} for call in plain[600:]]
    world = World(organization=world.organization, users=world.users, leads=world.leads, calls=plain[:600] + at_once)  # fmt: skip
    skipped: list[int] = []

    def note(desk: Desk, path: str, query: str) -> None:
        skipped.extend(int(s.removeprefix("_skip=")) for s in query.split("&") if "_skip" in s)

    with a_desk(world, note) as desk:
        desk.standin.limits.max_skip = 2_010
        report = desk.sync()
        assert report.known == report.fetched == 2_600
        assert max(skipped) > desk.standin.limits.max_skip  # so that windows had to be halved
        assert_whole(desk)


@pytest.mark.parametrize("rows", [1, 2, 3, 10])
def test_short_pages_that_say_there_is_more(busy: Desk, rows: int) -> None:
    busy.standin.faults.page_rows = rows
    busy.sync()
    assert_whole(busy)


def test_a_call_deleted_after_it_was_listed_and_before_it_was_fetched() -> None:
    gone: list[str] = []

    def delete(desk: Desk, path: str, query: str) -> None:
        if "id__in" in query and not gone:
            gone.append(query.partition("id__in=")[2].partition(",")[0])
            desk.standin.delete_call(gone[0])

    with a_desk(synthetic_world(20, until=NOW), delete) as desk:
        report = desk.sync()
        assert (report.known, report.indexed, report.deleted) == (20, 19, 1)
        assert desk.standing(gone[0])[0] is CallState.DELETED
        assert_whole(desk)


def test_calls_deleted_while_they_are_asked_for_one_by_one(busy: Desk) -> None:
    busy.standin.faults.page_rows = 1  # and no second page, so that lists are of no use
    busy.sync()
    busy.later(hours=1)
    for call in list(busy.standin.calls)[:10]:
        busy.standin.edit_note(call["id"], "Read alone.")
    busy.standin.limits.max_skip = 0
    busy.standin.faults.deleted_before_get_next = 2
    report = busy.sync()
    assert (report.fetched, report.deleted) == (10, 2)
    assert_whole(busy)


@pytest.mark.parametrize("late", [{"minutes": 2}, {"minutes": 40}, {"hours": 9}, {"hours": 71}])
def test_a_late_transcript_and_its_summary_come_by_the_next_due_time(
    desk: Desk, late: dict[str, float]
) -> None:
    call_id = desk.a_call()
    desk.standin.attach_recording(call_id)
    came = desk.now() + timedelta(**late)
    desk.sync()
    while (due := desk.store.entries([call_id])[call_id].due_at) and due < came:
        desk.clock.set(due)
        desk.sync()
        assert desk.standing(call_id) == (CallState.WAITING, NO_TRANSCRIPT_YET)
    desk.clock.set(came)
    desk.standin.deliver_transcript(call_id, SPOKEN)
    assert_whole(desk)  # the ledger says that it waits, and until when
    assert due is not None
    desk.clock.set(due)
    assert desk.sync().fetched == 1
    assert_whole(desk)
    assert desk.get(call_id).has_transcript
    for _ in range(20):
        desk.later(hours=6)
        desk.sync()
    assert_at_rest(desk)
    assert desk.sync().fetched == 0


def test_a_summary_comes_after_its_transcript(desk: Desk) -> None:
    call_id = desk.a_recorded_call()
    desk.sync()
    assert desk.standing(call_id) == (CallState.INDEXED, NO_SUMMARY_YET)
    desk.later(hours=5)
    desk.standin.deliver_summary(call_id, "They find it steep.")
    desk.sync()
    assert desk.get(call_id).summary == "They find it steep."
    assert_at_rest(desk)
    assert_whole(desk)


def test_an_update_that_joins_an_event_already_read_is_acted_on(desk: Desk) -> None:
    """Close keeps the event's id, and gives it a new `date_updated`."""
    call_id = desk.a_recorded_call()
    desk.sync()
    desk.later(hours=1)
    for text in ("Wants a discount.", "Wants a big discount.", "Has left."):
        desk.later(seconds=20)
        desk.standin.edit_note(call_id, text)
        desk.sync()
        assert desk.get(call_id).call.note == text
    updates = [e for e in desk.standin.events._by_id.values() if e.record["action"] == "updated"]
    assert len({e.record["date_created"] for e in updates}) == len(updates) < 4
    assert_whole(desk)


def test_a_call_logged_while_events_are_read_slowly_is_found() -> None:
    asked: list[str] = []
    logged: list[str] = []

    def take_time(desk: Desk, path: str, query: str) -> None:
        """`created` events were read when a call is logged; then Close has us wait."""
        asked.append(query)
        if "action=answered" in query and desk.store.tally().known and not logged:
            logged.append(desk.standin.log_external_call({"lead_id": "lead_school"}))
            desk.later(minutes=6)
            [*_, other] = [c["id"] for c in desk.standin.calls if c["id"] != logged[0]]
            desk.standin.edit_note(other, "Written meanwhile.")

    with a_desk(SMALL_WORLD, take_time) as desk:
        desk.a_recorded_call()
        desk.sync()
        for _ in range(3):
            desk.later(hours=1)
            desk.sync()
        assert logged
        assert_whole(desk)


@pytest.mark.parametrize("path", ["/lead/", "/outcome/"])
def test_a_name_comes_once_close_gives_it_again(desk: Desk, path: str) -> None:
    desk.a_call(outcome_id="outcome_won")
    desk.standin.faults.only_under = path
    desk.standin.faults.gateway_next = 6
    desk.sync()
    desk.standin.faults.gateway_next = 0
    for _ in range(20):
        desk.later(hours=6)
        desk.sync(compare_all=True)
    assert_whole(desk)


def test_the_summary_of_a_late_transcript_is_waited_for(desk: Desk) -> None:
    call_id = desk.a_call()
    desk.standin.attach_recording(call_id)
    desk.sync()
    desk.later(hours=71.5)
    desk.standin.deliver_transcript(call_id, SPOKEN)
    desk.later(hours=1)
    for hours in range(20):
        desk.sync()
        desk.later(hours=1)
        if hours == 3:
            desk.standin.deliver_summary(call_id, "They find it steep.")
    assert_whole(desk)


def test_a_call_that_was_hidden_from_us_for_a_while_comes_back_as_it_was(desk: Desk) -> None:
    """Nothing tells of it, and not even its `date_updated` has changed."""
    call_id = desk.a_recorded_call()
    desk.sync()
    hidden = desk.standin.calls.remove(call_id)
    desk.later(hours=1)
    assert desk.sync(compare_all=True).gone == 1
    assert_whole(desk)
    desk.standin.calls.put(hidden)
    desk.later(hours=1)
    assert desk.sync(compare_all=True).new == 1
    assert_whole(desk)


def test_a_lead_renamed_while_nobody_looked_has_its_new_name(desk: Desk) -> None:
    desk.a_recorded_call()
    desk.come_to_rest()
    desk.standin.rename_lead("lead_school", "Academy")
    for _ in range(3):
        desk.later(days=40)
        desk.sync(compare_all=True)
    assert_whole(desk)
