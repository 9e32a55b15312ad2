"""The worker keeps a store current, whatever happens, and ends when it is told to."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from indexer.bootstrap import Services
from indexer.metrics import FORMULAS
from indexer.settings import Settings
from indexer.standing import NO_SUMMARY_YET
from indexer.store.memory import MemoryStore
from indexer.sync import SyncReport
from indexer.worker import Worker
from models import CallState
from scripts.close_standin.app import create_app
from scripts.close_standin.clock import ManualClock
from scripts.close_standin.server import serving
from scripts.close_standin.state import API_KEY, StandIn
from tests.fakes import WordEmbedder
from tests.indexer.sync.desk import NOW, SMALL_WORLD, SPOKEN

A_LONG_TIME_S = 20.0


@dataclass
class Office:
    """A Close of our own with a worker beside it."""

    standin: StandIn
    clock: ManualClock
    services: Services
    reports: list[SyncReport] = field(default_factory=list)

    def worker(self) -> Worker:
        return Worker(self.services, told=self.reports.append, now=self.clock.now)

    @contextmanager
    def working(self) -> Iterator[Worker]:
        worker = self.worker()
        worker.start()
        try:
            yield worker
        finally:
            worker.stop()

    def a_call(self) -> str:
        call_id = self.standin.start_call(lead_id="lead_school")
        self.standin.answer(call_id)
        self.standin.complete(call_id)
        self.standin.attach_recording(call_id)
        return call_id

    def a_recorded_call(self) -> str:
        call_id = self.a_call()
        self.standin.deliver_transcript(call_id, SPOKEN)
        return call_id

    def has(self, call_id: str) -> bool:
        return self.services.store.get(call_id) is not None

    def eventually(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + A_LONG_TIME_S
        while not is_so():
            assert time.monotonic() < deadline, "it never came about"
            time.sleep(0.02)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = ManualClock(NOW)
    standin = StandIn(SMALL_WORLD, clock=clock)
    with serving(create_app(standin)) as url:
        yield Office(standin, clock, services_at(url, tmp_path))


def services_at(url: str, folder: Path, **told: Any) -> Services:
    usual: dict[str, Any] = {"poll_seconds": 1, "close_api_key": API_KEY, "close_base_url": url}
    settings = Settings(data_dir=folder, **(usual | told))
    return Services(settings=settings, store=MemoryStore(), embedder=WordEmbedder())


def test_a_new_call_comes_by_itself(office: Office) -> None:
    with office.working() as worker:
        office.eventually(lambda: office.services.store.cursor("last_sync") is not None)
        call_id = office.a_recorded_call()
        office.eventually(lambda: office.has(call_id))
        office.eventually(lambda: worker.state == "idle")
    assert sum(report.new for report in office.reports) == 1


def test_calls_are_measured_again_after_a_formula_has_changed(office: Office) -> None:
    call_id = office.a_recorded_call()
    store = office.services.store
    with office.working():
        office.eventually(lambda: office.has(call_id))
    store.measure({call_id: {}}, formulas="of old")
    with office.working():
        office.eventually(lambda: not store.unmeasured(formulas=FORMULAS, limit=1))


def test_a_hint_is_heard_without_waiting_for_the_next_look(office: Office, tmp_path: Path) -> None:
    url = office.services.settings.close_base_url
    office.services = services_at(url, tmp_path, poll_seconds=86_400)
    with office.working():
        office.eventually(lambda: office.services.store.cursor("last_sync") is not None)
        call_id = office.a_recorded_call()
        unheard = office.a_recorded_call()
        office.services.hints.add(call_id)
        office.eventually(lambda: office.has(call_id))
    assert not office.has(unheard)


def test_too_many_hints_make_it_read_the_event_log(office: Office, tmp_path: Path) -> None:
    url = office.services.settings.close_base_url
    office.services = services_at(url, tmp_path, poll_seconds=86_400)
    with office.working():
        office.eventually(lambda: office.services.store.cursor("last_sync") is not None)
        call_id = office.a_recorded_call()
        for number in range(10_001):
            office.services.hints.add(f"acti_{number}")
        office.eventually(lambda: office.has(call_id))
    assert office.services.store.tally().known == 1


def test_a_late_transcript_is_fetched_when_it_falls_due(office: Office, tmp_path: Path) -> None:
    url = office.services.settings.close_base_url
    office.services = services_at(url, tmp_path, poll_seconds=86_400)
    store = office.services.store
    call_id = office.a_call()
    with office.working():
        office.eventually(
            lambda: store.tally().count(CallState.WAITING) == 1 and office.has(call_id)
        )
        office.standin.deliver_transcript(call_id, SPOKEN)
        office.clock.advance(timedelta(hours=1))
        office.eventually(lambda: store.entries([call_id])[call_id].reason == NO_SUMMARY_YET)


def test_all_calls_are_compared_once_a_day(office: Office) -> None:
    gone = office.a_recorded_call()
    office.standin.deliver_summary(gone, "They met.")  # so that nothing more is waited for
    with office.working():
        office.eventually(lambda: office.has(gone))
        # As if the event log had never told of it.
        office.standin.faults.hidden_events_next = 1
        office.standin.delete_call(gone)
        office.clock.advance(timedelta(hours=23))
        time.sleep(1.5)
        assert office.has(gone)
        office.clock.advance(timedelta(hours=2))
        office.eventually(lambda: not office.has(gone))
    assert [report.gone for report in office.reports if report.compared_all] == [0, 1]


def test_comparing_can_be_turned_off(office: Office, tmp_path: Path) -> None:
    url = office.services.settings.close_base_url
    office.services = services_at(url, tmp_path, compare_hours=0)
    call_id = office.a_recorded_call()
    with office.working():
        office.eventually(lambda: office.has(call_id))
        office.clock.advance(timedelta(days=3))
        time.sleep(1.5)
    assert sum(report.compared_all for report in office.reports) == 1


def test_a_webhook_that_close_paused_is_resumed(office: Office) -> None:
    with office.services.close_client() as close:
        key = close.subscribe("http://127.0.0.1:1/v1/webhooks/close")
        other = close.subscribe("http://127.0.0.1:1/somebody/else")
    office.services.webhook_keys.keep(key)
    webhooks = office.standin.webhooks
    ours, theirs = (
        webhooks.get(i, None, is_admin=True) for i in (key.subscription_id, other.subscription_id)
    )
    with office.working():
        office.eventually(lambda: office.services.store.cursor("last_sync") is not None)
        webhooks.pause(ours)
        webhooks.pause(theirs)
        office.clock.advance(timedelta(days=2))
        office.eventually(lambda: ours.is_active)
    assert not theirs.is_active


def test_close_being_away_is_said_once_and_waited_out(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    call_id = office.a_recorded_call()
    whole = office.standin.access
    office.standin.access = StandIn(SMALL_WORLD, clock=office.clock, api_key="api_other.key").access
    with caplog.at_level(logging.WARNING), office.working():
        office.eventually(lambda: office.services.store.cursor("problem") is not None)
        office.standin.access = whole
        office.eventually(lambda: office.has(call_id))
        office.eventually(lambda: office.services.store.cursor("problem") is None)
    said = [record.message for record in caplog.records if "not kept current" in record.message]
    assert len(said) == 1
    assert "refuses our credentials" in said[0]


class BrokenOnce(WordEmbedder):
    """An embedder with a defect that shows once."""

    broke = False

    def fits(self, text: str) -> bool:
        if not self.broke:
            self.broke = True
            raise ZeroDivisionError
        return super().fits(text)


def test_a_defect_does_not_end_it(office: Office) -> None:
    call_id = office.a_recorded_call()
    office.services = Services(
        settings=office.services.settings, store=office.services.store, embedder=BrokenOnce()
    )
    with office.working():
        office.eventually(lambda: office.has(call_id))


def test_it_waits_while_another_process_writes(office: Office) -> None:
    call_id = office.a_recorded_call()
    with office.services.writing(), office.working() as worker:
        office.eventually(lambda: worker.state == "elsewhere")
        assert not office.has(call_id)
    with office.working():
        office.eventually(lambda: office.has(call_id))


def test_others_can_write_between_its_rounds(office: Office) -> None:
    call_id = office.a_recorded_call()
    with office.working() as worker:
        office.eventually(lambda: office.has(call_id) and worker.state == "idle")
        with office.services.writing():
            time.sleep(0.1)


def test_it_stops_while_close_makes_it_wait(office: Office) -> None:
    office.a_recorded_call()
    office.standin.faults.limited_next = 1000
    office.standin.faults.limited_reset_s = 250.0
    with office.working() as worker:
        office.eventually(lambda: worker.state == "syncing")
        time.sleep(0.3)
        before = time.monotonic()
        worker.stop()
    assert time.monotonic() - before < 5
    assert threading.active_count() < 20


def test_a_long_backlog_does_not_keep_new_calls_waiting(office: Office, tmp_path: Path) -> None:
    class Slow(WordEmbedder):
        def fits(self, text: str) -> bool:
            time.sleep(0.01)
            return super().fits(text)

    for _ in range(150):
        office.a_recorded_call()
    url = office.services.settings.close_base_url
    services = services_at(url, tmp_path)
    office.services = Services(settings=services.settings, store=services.store, embedder=Slow())
    with office.working():
        office.eventually(lambda: office.services.store.count() > 0)
        call_id = office.a_recorded_call()
        office.services.hints.add(call_id)
        office.eventually(lambda: office.has(call_id))
        came_before = office.services.store.count()
    assert came_before < 151


def test_the_moment_it_asks_is_the_one_it_is_given(office: Office) -> None:
    asked: list[datetime] = []

    def now() -> datetime:
        asked.append(office.clock.now())
        return asked[-1]

    worker = Worker(office.services, now=now)
    worker.start()
    office.eventually(lambda: office.services.store.cursor("last_sync") is not None)
    worker.stop()
    assert set(asked) == {NOW}
