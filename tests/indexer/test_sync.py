"""Sync against the stand-in for Close: everything arrives, once, and stays true."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from indexer.close import ApiKey, Close
from indexer.standing import NO_TRANSCRIPT_GIVEN, NO_TRANSCRIPT_YET
from indexer.store.contract import Store
from indexer.store.embedded import EmbeddedStore
from indexer.store.memory import MemoryStore
from indexer.sync import EVENTS_CURSOR, HISTORY_CURSOR, SyncReport, sync
from models import CallRecord, CallState, Grain, Kind
from models.errors import CloseUnauthorized
from scripts.close_standin.app import create_app
from scripts.close_standin.clock import ManualClock
from scripts.close_standin.server import serving
from scripts.close_standin.state import API_KEY, StandIn
from scripts.close_standin.world import World
from scripts.demo_calls import build_world
from tests.fakes import WordEmbedder

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SPOKEN = [
    {"speaker_label": "Maren", "speaker_side": "close-user", "start": 0.5, "end": 2.0, "text": "Is the price all right?"},
    {"speaker_label": "Kester", "speaker_side": "contact", "start": 2.5, "end": 4.0, "text": "It is a bit steep."},
]  # fmt: skip


@dataclass
class Desk:
    """A store beside a Close of our own, on one clock."""

    standin: StandIn
    clock: ManualClock
    url: str
    store: Store
    embedder: WordEmbedder = field(default_factory=WordEmbedder)
    known: int = 0
    done: list[int] = field(default_factory=list)
    stop_at: int = 10**9

    def sync(self, key: str = API_KEY, store: Store | None = None) -> SyncReport:
        with Close(
            base_url=self.url, auth=ApiKey(key), sleep=lambda _: None, now=self.clock.now
        ) as close:
            return sync(
                close=close, store=store or self.store, embedder=self.embedder, progress=self, now=self.clock.now
            )  # fmt: skip

    def discovered(self, known: int, due: int) -> None:
        self.known = known

    def fetched(self, done: int, due: int, texts_embedded: int) -> None:
        self.done.append(done)
        if done >= self.stop_at:
            raise KeyboardInterrupt

    def a_call(self, **more: Any) -> str:
        call_id = self.standin.start_call(lead_id="lead_school", user_id="user_maren", more=more)
        self.standin.answer(call_id)
        self.standin.complete(call_id)
        return call_id

    def a_recorded_call(self, **more: Any) -> str:
        call_id = self.a_call(**more)
        self.standin.attach_recording(call_id)
        self.standin.deliver_transcript(call_id, SPOKEN)
        return call_id

    def get(self, call_id: str) -> CallRecord:
        record = self.store.get(call_id)
        assert record is not None
        return record

    def later(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))

    def standing(self, call_id: str) -> tuple[CallState, str]:
        entry = self.store.entries([call_id])[call_id]
        return entry.state, entry.reason


SMALL_WORLD = World(
    organization={"id": "orga_ours", "name": "Quillmoor Paving"},
    users=[{"id": "user_maren", "first_name": "Maren", "last_name": "Tolvik"}],
    leads=[
        {
            "id": "lead_school",
            "name": "School",
            "html_url": "https://app.close.com/lead/lead_school/",
        }
    ],
    outcomes=[{"id": "outcome_won", "name": "Won"}],
)


@pytest.fixture
def desk() -> Iterator[Desk]:
    clock = ManualClock(NOW)
    standin = StandIn(SMALL_WORLD, clock=clock)
    with serving(create_app(standin)) as url:
        yield Desk(standin, clock, url, MemoryStore())


@pytest.fixture(scope="module")
def demo_world() -> World:
    return build_world(today=date(2026, 11, 20))


@pytest.fixture
def demo(demo_world: World, tmp_path: Path) -> Iterator[Desk]:
    clock = ManualClock(NOW)
    standin = StandIn(demo_world, clock=clock)
    store = EmbeddedStore(tmp_path / "data")
    with serving(create_app(standin)) as url:
        yield Desk(standin, clock, url, store)
    store.close()


def said_in_close(call: dict[str, Any], key: str) -> list[str]:
    return [u["text"] for u in (call[key] or {}).get("utterances") or []]


def said_here(record: CallRecord, kind: Kind) -> list[str]:
    transcript = record.transcript(kind)
    return [u.text for u in transcript.utterances] if transcript else []


def test_every_call_arrives_with_every_word(demo: Desk, demo_world: World) -> None:
    report = demo.sync()

    assert report.known == report.indexed == demo.known == len(demo_world.calls) >= 300
    assert demo.store.count() == len(demo_world.calls)
    names = {lead["id"]: lead["display_name"] for lead in demo_world.leads}
    for call in demo_world.calls:
        record = demo.get(call["id"])
        assert said_here(record, Kind.RECORDING) == said_in_close(call, "recording_transcript")
        assert said_here(record, Kind.VOICEMAIL) == said_in_close(call, "voicemail_transcript")
        assert (record.call.note, record.call.disposition) == (call["note"], call["disposition"])
        assert (record.lead.name if record.lead else None) == names.get(call["lead_id"])
    assert demo.store.check() == []


def test_a_second_sync_has_nothing_to_do(demo: Desk) -> None:
    first = demo.sync()
    embedded = demo.embedder.texts_embedded
    second = demo.sync()
    assert (second.fetched, second.texts_embedded) == (0, 0)
    assert demo.embedder.texts_embedded == embedded == first.texts_embedded
    assert second.requests < 10


def test_a_sync_cut_short_is_resumed_and_embeds_nothing_twice(
    demo: Desk, demo_world: World
) -> None:
    demo.stop_at = 150
    with pytest.raises(KeyboardInterrupt):
        demo.sync()
    before, demo.stop_at = demo.embedder.texts_embedded, 10**9

    report = demo.sync()

    assert report.indexed == len(demo_world.calls)
    assert report.fetched == len(demo_world.calls) - 150
    whole = WordEmbedder()
    demo.embedder, alone = whole, MemoryStore()
    demo.sync(store=alone)
    assert before + report.texts_embedded == whole.texts_embedded


KILLED_SYNC = """
    import sys
    from datetime import datetime
    from pathlib import Path
    from indexer.close import ApiKey, Close
    from indexer.store.embedded import EmbeddedStore
    from indexer.sync import sync
    from tests.fakes import WordEmbedder

    class Told:
        def discovered(self, known, due): ...
        def fetched(self, done, due, texts_embedded): print(done, flush=True)

    url, key, folder, now = sys.argv[1:]
    sync(
        close=Close(base_url=url, auth=ApiKey(key)), store=EmbeddedStore(Path(folder)),
        embedder=WordEmbedder(), progress=Told(), now=lambda: datetime.fromisoformat(now),
    )
"""


def test_a_killed_sync_is_resumed(demo: Desk, demo_world: World, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    options = [demo.url, API_KEY, str(folder), NOW.isoformat()]
    script = [sys.executable, "-c", textwrap.dedent(KILLED_SYNC), *options]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(script, stdout=subprocess.PIPE, env=environment, text=True) as running:
        assert running.stdout is not None
        next(running.stdout)
        next(running.stdout)
        running.send_signal(signal.SIGKILL)
    store = EmbeddedStore(folder)
    committed = store.count()
    assert 100 <= committed < len(demo_world.calls)

    report = demo.sync(store=store)

    assert report.fetched == len(demo_world.calls) - committed
    assert {r.call.id for r in store.calls(limit=999)} == {c["id"] for c in demo_world.calls}
    assert store.check() == []
    store.close()


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
    assert desk.standing(call_id) == (CallState.DELETED, "")
    assert report.deleted == 1
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
    assert desk.standing(call_id) == (CallState.INDEXED, "")
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
    mark = desk.store.cursor(EVENTS_CURSOR)
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
    assert desk.store.cursor(HISTORY_CURSOR) == "done"


def test_without_an_event_log_changes_are_found_by_listing_every_call() -> None:
    clock = ManualClock(NOW)
    standin = StandIn(SMALL_WORLD, clock=clock)
    api = create_app(standin)

    async def logless(scope: Scope, receive: Receive, send: Send) -> None:
        await (NO_SUCH_PATH if "/event/" in scope["path"] else api)(scope, receive, send)

    with serving(logless) as url:
        desk = Desk(standin, clock, url, MemoryStore())
        call_id = desk.a_recorded_call()
        assert "event log" in desk.sync().problems[0]
        desk.later(hours=1)
        desk.standin.edit_note(call_id, "Wants a discount.")
        report = desk.sync()
    assert report.fetched == 1
    assert desk.get(call_id).call.note == "Wants a discount."


NO_SUCH_PATH = JSONResponse({"error": "no such path"}, status_code=404)


def test_a_wrong_key_stops_the_sync_and_changes_nothing(desk: Desk) -> None:
    desk.a_recorded_call()
    with pytest.raises(CloseUnauthorized, match="CLOSE_API_KEY"):
        desk.sync(key="api_wrong")
    assert desk.store.tally().known == 0


def test_failures_of_the_network_lose_nothing(demo: Desk, demo_world: World) -> None:
    demo.standin.faults.gateway_every = 7
    demo.standin.faults.cut_next = 5
    demo.standin.limits.max_skip = 60
    report = demo.sync()
    assert report.indexed == len(demo_world.calls)
    assert report.retries > 0
