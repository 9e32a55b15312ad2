"""What changes in Close changes here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import pytest
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from indexer.marks import EVENTS, HISTORY
from indexer.standing import (
    GONE,
    NO_SUMMARY_YET,
    NO_TRANSCRIPT_GIVEN,
    NO_TRANSCRIPT_YET,
    WITH_TRANSCRIPT,
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


def test_a_summary_that_comes_after_the_words_is_fetched(desk: Desk) -> None:
    call_id = desk.a_recorded_call()
    desk.sync()
    desk.later(minutes=20)
    desk.standin.deliver_summary(call_id, "They talked about the price.")
    report = desk.sync()
    assert desk.get(call_id).summary == "They talked about the price."
    assert desk.standing(call_id) == (CallState.INDEXED, WITH_TRANSCRIPT)
    assert report.texts_embedded == 1


def test_comparing_all_finds_what_nothing_told_of(desk: Desk) -> None:
    gone, changed, same = (desk.a_recorded_call() for _ in range(3))
    desk.sync()
    desk.later(hours=1)
    desk.standin.faults.hidden_events_next = 4
    desk.standin.delete_call(gone)
    desk.standin.edit_note(changed, "Wants a discount.")
    added = desk.a_recorded_call()

    report = desk.sync(compare_all=True)

    assert report.compared_all
    assert (report.gone, desk.store.get(gone)) == (1, None)
    assert desk.get(changed).call.note == "Wants a discount."
    assert desk.get(added)
    assert desk.get(same)
    assert desk.sync().compared_all is False


def test_a_call_that_comes_back_is_stored_again(desk: Desk) -> None:
    call_id = desk.a_recorded_call()
    whole = desk.standin.calls.get(call_id)
    desk.sync()
    desk.standin.delete_call(call_id)
    desk.later(hours=1)
    desk.sync()
    desk.standin.calls.put(whole)
    desk.sync(compare_all=True)
    assert desk.get(call_id)
    assert desk.standing(call_id)[0] is CallState.INDEXED


def test_words_that_another_call_has_said_are_not_embedded_again(desk: Desk) -> None:
    desk.a_recorded_call()
    assert desk.sync().texts_embedded > 0
    desk.later(hours=1)
    twin = desk.a_recorded_call()
    report = desk.sync()
    assert report.texts_embedded == 0
    vectors = desk.store.vectors(twin)[1]
    texts = [p.text for p in desk.get(twin).passages if p.grain.has_vector]
    np.testing.assert_allclose(vectors, desk.embedder.embed_passages(texts), atol=1e-3)


def test_the_newest_calls_are_fetched_first(desk: Desk) -> None:
    for _ in range(120):
        desk.a_call()
        desk.later(hours=1)
    newest = desk.a_call()
    desk.stop_at = 50
    with pytest.raises(KeyboardInterrupt):
        desk.sync()
    assert desk.store.get(newest)
    assert desk.store.count() == 50
    desk.later(hours=1)
    late = desk.a_call()
    with pytest.raises(KeyboardInterrupt):
        desk.sync()
    assert desk.store.get(late)
    assert desk.store.count() == 100


def test_a_log_not_read_for_too_long_is_told(desk: Desk) -> None:
    gone = desk.a_recorded_call()
    desk.sync()
    desk.standin.delete_call(gone)
    desk.later(days=45)
    report = desk.sync()
    assert "last read 45 days ago" in report.problems[0]
    assert report.compared_all
    assert desk.standing(gone) == (CallState.DELETED, GONE)


def test_a_renamed_lead_is_found_by_its_new_name_on_every_call(desk: Desk) -> None:
    calls = {desk.a_recorded_call() for _ in range(3)}
    desk.sync()
    desk.later(hours=1)
    desk.standin.rename_lead("lead_school", "Zebra Academy")
    report = desk.sync()
    assert {hit.call_id for hit in desk.store.matching("zebra", limit=9)} == calls
    assert desk.store.matching("school", limit=9) == []
    assert (report.fetched, report.texts_embedded) == (3, 0)
    assert desk.sync().fetched == 0


def test_renamings_that_cannot_be_read_stop_no_call() -> None:
    clock = ManualClock(NOW)
    standin = StandIn(SMALL_WORLD, clock=clock)
    api = create_app(standin)

    async def without_leads(scope: Scope, receive: Receive, send: Send) -> None:
        refused = b"object_type=lead" in scope.get("query_string", b"")
        refusal = JSONResponse({"error": "not here"}, status_code=400)
        await (refusal if refused else api)(scope, receive, send)

    with serving(without_leads) as url:
        desk = Desk(standin, clock, url, MemoryStore())
        desk.sync()
        call_id = desk.a_recorded_call()
        report = desk.sync()
    assert desk.get(call_id)
    assert "keep their old names" in report.problems[0]


def test_a_call_is_counted_once_however_often_close_tells_of_it(desk: Desk) -> None:
    known = desk.a_recorded_call()
    first = desk.sync()
    assert (first.new, first.changed) == (1, 0)
    desk.later(hours=1)
    desk.a_recorded_call()
    desk.standin.edit_note(known, "Wants a discount.")
    second = desk.sync(compare_all=True)
    assert (second.new, second.changed) == (1, 1)


def test_new_calls_do_not_wait_for_many_that_may_be_gone(desk: Desk) -> None:
    gone = [desk.a_call() for _ in range(120)]
    desk.sync()
    desk.later(hours=1)
    for call_id in gone:
        desk.standin.delete_call(call_id)
    new = [desk.a_recorded_call() for _ in range(60)]
    desk.later(hours=1)
    desk.stop_at = 60
    with pytest.raises(KeyboardInterrupt):
        desk.sync()
    assert all(desk.store.get(call_id) for call_id in new)
    assert desk.store.count() == 180
    desk.stop_at = 10**9
    report = desk.sync()
    assert (report.gone, report.deleted, desk.store.count()) == (120, 120, 60)


def test_comparing_all_tries_what_has_failed(desk: Desk) -> None:
    broken = desk.a_recorded_call()
    whole = desk.standin.calls.get(broken)
    desk.standin.calls.put(whole | {"recording_transcript": {"utterances": [7]}})
    assert desk.sync().failed == 1
    desk.standin.calls.put(whole)
    assert desk.sync().failed == 1
    assert desk.sync(compare_all=True).failed == 0


def test_calls_that_fail_alike_are_counted_together() -> None:
    clock = ManualClock(NOW)
    standin = StandIn(SMALL_WORLD, clock=clock)
    api = create_app(standin)

    async def without_calls(scope: Scope, receive: Receive, send: Send) -> None:
        refused = scope["path"].startswith("/api/v1/activity/call/acti_") or (
            b"id__in" in scope.get("query_string", b"")
        )
        await (JSONResponse({"error": "oops"}, status_code=500) if refused else api)(
            scope, receive, send
        )

    with serving(without_calls) as url:
        desk = Desk(standin, clock, url, MemoryStore())
        for _ in range(2):
            desk.a_recorded_call()
        desk.sync()
    [group] = desk.store.tally().of(CallState.FAILED)
    assert (group.calls, group.reason) == (
        2, "GET /activity/call/…/: no usable answer from Close: 6 x 500 (oops)",
    )  # fmt: skip
