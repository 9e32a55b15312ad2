"""What changes in Close changes here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from indexer.marks import EVENTS, HISTORY
from indexer.standing import (
    GONE,
    NO_SUMMARY_YET,
    NO_TRANSCRIPT_GIVEN,
    NO_TRANSCRIPT_YET,
)
from indexer.store.memory import MemoryStore
from indexer.vectors import Vectors
from models import CallState, Grain, Kind
from models.errors import CloseUnauthorized, CloseUnavailable
from scripts.close_standin.app import create_app
from scripts.close_standin.clock import ManualClock
from scripts.close_standin.server import serving
from scripts.close_standin.state import StandIn
from tests.fakes import WordEmbedder
from tests.indexer.sync.desk import NOW, SMALL_WORLD, SPOKEN, Desk, said_here


def test_a_new_call_comes_with_the_next_sync(desk: Desk) -> None:
    desk.sync()
    desk.later(hours=1)
    call_id = desk.a_recorded_call(outcome_id="outcome_won")
    desk.sync()
    record = desk.get(call_id)
    assert said_here(record, Kind.RECORDING) == ["Is the price all right?", "It is a bit steep."]
    assert record.outcome is not None
    assert record.outcome.name == "Won"
    assert record.lead is not None
    assert (record.lead.name, record.lead.url) == (
        "School",
        "https://app.close.com/lead/lead_school/",
    )


def test_a_changed_note_is_embedded_alone(desk: Desk) -> None:
    call_id = desk.a_recorded_call()
    desk.sync()
    desk.later(hours=1)
    desk.standin.edit_note(call_id, "Wants a discount.")
    report = desk.sync()
    assert desk.get(call_id).call.note == "Wants a discount."
    assert report.texts_embedded == 1


def test_a_deleted_call_goes(desk: Desk) -> None:
    call_id = desk.a_recorded_call()
    desk.sync()
    desk.later(hours=1)
    desk.standin.delete_call(call_id)
    report = desk.sync()
    assert desk.store.get(call_id) is None
    assert desk.standing(call_id) == (CallState.DELETED, GONE)
    assert (report.deleted, report.gone) == (1, 1)
    assert desk.store.nearest(desk.embedder.embed_query("price"), grain=Grain.WINDOW, limit=9) == []


def test_a_call_back_dated_into_a_time_long_read_is_found(desk: Desk) -> None:
    desk.sync()
    desk.later(hours=1)
    logged = {
        "date_created": "2026-02-01T10:00:00+00:00",
        "lead_id": "lead_school",
        "note": "By mobile.",
    }
    call_id = desk.standin.log_external_call(logged)
    desk.sync()
    assert desk.get(call_id).call.call_method == "external"


def test_a_merged_lead_moves_its_calls(desk: Desk) -> None:
    desk.standin.records.leads["lead_depot"] = {
        "id": "lead_depot",
        "display_name": "Depot",
        "name": "Depot",
    }
    call_id = desk.a_recorded_call()
    desk.sync()
    desk.later(hours=1)
    desk.standin.merge_leads("lead_school", "lead_depot")
    desk.sync()
    record = desk.get(call_id)
    assert record.lead is not None
    assert (record.call.lead_id, record.lead.name) == ("lead_depot", "Depot")


def test_a_late_transcript_is_fetched_though_nothing_tells_of_it(desk: Desk) -> None:
    call_id = desk.a_call()
    desk.standin.attach_recording(call_id)
    desk.sync()
    assert desk.standing(call_id) == (CallState.WAITING, NO_TRANSCRIPT_YET)
    desk.later(hours=30)
    desk.standin.deliver_transcript(call_id, SPOKEN)
    desk.sync()
    assert desk.standing(call_id) == (CallState.INDEXED, NO_SUMMARY_YET)
    assert said_here(desk.get(call_id), Kind.RECORDING)


def test_a_transcript_that_never_comes_is_given_up_visibly(desk: Desk) -> None:
    call_id = desk.a_call()
    desk.standin.attach_recording(call_id)
    desk.sync()
    desk.later(days=4)
    desk.sync()
    assert desk.standing(call_id) == (CallState.INDEXED, NO_TRANSCRIPT_GIVEN)


def test_a_waiting_call_can_be_found_by_its_note(desk: Desk) -> None:
    call_id = desk.a_call(note="zebra crossing")
    desk.standin.attach_recording(call_id)
    desk.sync()
    assert [hit.call_id for hit in desk.store.matching("zebra", limit=9)] == [call_id]


def test_a_call_under_way_is_fetched_again_when_it_is_over(desk: Desk) -> None:
    call_id = desk.standin.start_call(lead_id="lead_school")
    desk.sync()
    assert desk.standing(call_id)[0] is CallState.WAITING
    desk.later(minutes=30)
    desk.standin.complete(call_id, disposition="no-answer")
    desk.sync()
    assert desk.standing(call_id)[0] is CallState.INDEXED


def test_a_broken_call_is_counted_with_its_reason_and_stops_nobody(desk: Desk) -> None:
    good, broken = desk.a_recorded_call(), desk.a_recorded_call()
    desk.standin.calls.put(
        desk.standin.calls.get(broken) | {"recording_transcript": {"utterances": [7]}}
    )
    report = desk.sync()
    assert (report.indexed, report.failed) == (1, 1)
    assert desk.get(good)
    state, reason = desk.standing(broken)
    assert state is CallState.FAILED
    assert "utterances" in reason
    assert report.problems[0].startswith(broken)


def test_a_broken_call_that_was_mended_is_read(desk: Desk) -> None:
    broken = desk.a_recorded_call()
    whole = desk.standin.calls.get(broken)
    desk.standin.calls.put(whole | {"recording_transcript": {"utterances": [7]}})
    desk.sync()
    desk.standin.calls.put(whole)
    desk.later(hours=2)
    assert desk.sync().failed == 0
    assert desk.get(broken)


def test_a_ninth_disposition_is_kept_as_it_is(desk: Desk) -> None:
    call_id = desk.a_recorded_call()
    desk.standin.calls.put(desk.standin.calls.get(call_id) | {"disposition": "ai-answered"})
    desk.sync()
    assert desk.get(call_id).call.disposition == "ai-answered"


def test_an_outcome_deleted_in_close_keeps_its_name(desk: Desk) -> None:
    call_id = desk.a_recorded_call(outcome_id="outcome_won")
    desk.sync()
    desk.later(hours=1)
    desk.standin.records.outcomes.clear()
    desk.standin.edit_note(call_id, "Signed.")
    desk.sync()
    outcome = desk.get(call_id).outcome
    assert outcome is not None
    assert outcome.name == "Won"


def test_an_event_of_the_future_does_not_hide_those_before_it(desk: Desk) -> None:
    desk.sync()
    desk.later(days=3)
    future = desk.a_call()
    desk.later(days=-2)
    desk.sync()
    mark = desk.store.cursor(EVENTS)
    assert mark is not None
    assert datetime.fromisoformat(mark) <= desk.clock.now()
    earlier = desk.a_recorded_call()
    desk.sync()
    assert desk.store.entries([future, earlier]).keys() == {future, earlier}


def test_away_for_longer_than_the_event_log_keeps_everything_is_walked_again(desk: Desk) -> None:
    desk.sync()
    call_id = desk.a_recorded_call()
    desk.later(days=40)
    desk.sync()
    assert desk.get(call_id)
    assert desk.store.cursor(HISTORY) == "done"


def desk_behind(standin: StandIn, clock: ManualClock, path: str, status: int) -> ASGIApp:
    """The stand-in, with another answer for one path."""
    api = create_app(standin)
    refusal = JSONResponse({"error": "not here"}, status_code=status)

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        await (refusal if path in scope["path"] else api)(scope, receive, send)

    return behind


@pytest.mark.parametrize("status", [403, 404])
def test_without_an_event_log_changes_are_found_by_listing_every_call(status: int) -> None:
    clock = ManualClock(NOW)
    standin = StandIn(SMALL_WORLD, clock=clock)
    with serving(desk_behind(standin, clock, "/event/", status)) as url:
        desk = Desk(standin, clock, url, MemoryStore())
        call_id = desk.a_recorded_call()
        assert "event log" in desk.sync().problems[0]
        desk.later(hours=1)
        desk.standin.edit_note(call_id, "Wants a discount.")
        report = desk.sync()
    assert report.fetched == 1
    assert desk.get(call_id).call.note == "Wants a discount."


@pytest.mark.parametrize("path", ["/lead/", "/outcome/"])
@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_a_name_that_cannot_be_had_stops_no_call(path: str, status: int) -> None:
    clock = ManualClock(NOW)
    standin = StandIn(SMALL_WORLD, clock=clock)
    with serving(desk_behind(standin, clock, path, status)) as url:
        desk = Desk(standin, clock, url, MemoryStore())
        call_id = desk.a_recorded_call(outcome_id="outcome_won")
        report = desk.sync()
    assert report.indexed == 1
    assert bool(report.problems) is (status in (400, 500))
    assert said_here(desk.get(call_id), Kind.RECORDING)


def test_calls_wait_for_their_names_while_nothing_gets_through_to_close() -> None:
    clock = ManualClock(NOW)
    standin = StandIn(SMALL_WORLD, clock=clock)
    with serving(desk_behind(standin, clock, "/lead/", 429)) as url:
        desk = Desk(standin, clock, url, MemoryStore())
        call_id = desk.a_recorded_call()
        with pytest.raises(CloseUnavailable):
            desk.sync()
    assert desk.store.get(call_id) is None
    assert desk.store.count_due(now=NOW) == 1


def test_a_quiet_log_is_not_acted_on_again(desk: Desk) -> None:
    kept, gone = desk.a_recorded_call(), desk.a_recorded_call()
    desk.standin.deliver_summary(kept, "They met.")  # so that nothing more is waited for
    desk.sync()
    desk.later(hours=1)
    desk.standin.delete_call(gone)
    desk.standin.edit_note(kept, "Wants a discount.")
    assert desk.sync().fetched == 2
    before = desk.store.entries([kept, gone])
    desk.later(hours=1)
    assert desk.sync().fetched == 0
    assert desk.store.entries([kept, gone]) == before


def test_an_event_that_becomes_visible_late_is_read(desk: Desk) -> None:
    first, second = desk.a_recorded_call(), desk.a_recorded_call()
    desk.sync()
    desk.later(hours=1)
    desk.standin.faults.hidden_events_next = 1
    desk.standin.edit_note(first, "Seen late.")
    desk.later(minutes=1)
    desk.standin.edit_note(second, "Seen at once.")
    desk.sync()
    desk.standin.show_hidden_events()
    desk.sync()
    assert desk.get(first).call.note == "Seen late."


def test_a_clock_of_ours_that_is_fast_hides_no_event(desk: Desk) -> None:
    call_id = desk.a_recorded_call()
    desk.fast_by = timedelta(hours=1)
    desk.sync()
    desk.later(minutes=1)
    desk.standin.edit_note(call_id, "Wants a discount.")
    desk.sync()
    assert desk.get(call_id).call.note == "Wants a discount."


class PoisonedEmbedder(WordEmbedder):
    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if any("poison" in text for text in texts):
            raise ValueError("cannot be embedded")
        return super().embed_passages(texts)


def test_a_call_that_cannot_be_indexed_stops_nobody(desk: Desk) -> None:
    desk.embedder = PoisonedEmbedder()
    good, bad = desk.a_recorded_call(), desk.a_recorded_call(note="poison")
    report = desk.sync()
    assert (report.indexed, report.failed) == (1, 1)
    assert desk.get(good)
    assert desk.standing(bad) == (CallState.FAILED, "cannot be indexed: ValueError")


def test_a_wrong_key_stops_the_sync_and_changes_nothing(desk: Desk) -> None:
    desk.a_recorded_call()
    with pytest.raises(CloseUnauthorized, match="CLOSE_API_KEY"):
        desk.sync(key="api_wrong")
    assert desk.store.tally().known == 0
