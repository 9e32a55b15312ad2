"""Nothing is missed: what nobody told of, what comes late, and in which order it comes."""

import numpy as np
import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from indexer.standing import (
    GONE,
    WITH_TRANSCRIPT,
)
from indexer.store.memory import MemoryStore
from models import CallState
from scripts.close_standin.app import create_app
from scripts.close_standin.clock import ManualClock
from scripts.close_standin.server import serving
from scripts.close_standin.state import StandIn
from tests.indexer.sync.desk import NOW, SMALL_WORLD, Desk


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
