"""A store beside a Close of our own, on one clock."""

import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from indexer.close import ApiKey, Close
from indexer.exclusion import Rule
from indexer.standing import DEFAULT_PATIENCE
from indexer.store.contract import Store
from indexer.sync import SyncReport, sync
from models import CallRecord, CallState, Kind
from scripts.close_standin.clock import ManualClock, moment, stamp
from scripts.close_standin.events import Event
from scripts.close_standin.state import API_KEY, StandIn
from scripts.close_standin.synthetic import synthetic_world
from scripts.close_standin.world import Record, World
from tests.fakes import WordEmbedder

_CLOCKS_DIFFER = timedelta(hours=2)
_ROUNDS = 60
"""Syncs after which nothing can be awaited any more."""

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
    rules: list[Rule] = field(default_factory=list)
    fast_by: timedelta = timedelta()
    """How far our clock is ahead of Close's."""
    ever: set[str] = field(init=False)
    """Every call there ever was in Close since the desk was set up."""

    def __post_init__(self) -> None:
        self.ever = {call["id"] for call in self.standin.calls}
        self.standin.events.listeners.append(self._meet)

    def sync(
        self,
        key: str = API_KEY,
        store: Store | None = None,
        *,
        compare_all: bool = False,
        **client: Any,
    ) -> SyncReport:
        with self.close_client(key, **client) as close:
            return sync(
                close=close, store=store or self.store, embedder=self.embedder, progress=self,
                rules=self.rules, compare_all=compare_all, now=self.now,
            )  # fmt: skip

    def close_client(self, key: str = API_KEY, **more: Any) -> Close:
        """A client that does not sleep, unless told otherwise."""
        # To read who is trusted takes longer than all of a sync, and nobody needs to be.
        plain = httpx.HTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        usual: dict[str, Any] = {"transport": plain, "sleep": lambda _: None, "now": self.now}
        return Close(base_url=self.url, auth=ApiKey(key), **(usual | more))

    def now(self) -> datetime:
        return self.clock.now() + self.fast_by

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

    def come_to_rest(self) -> None:
        """Let time pass and sync, until nothing is awaited any more."""
        for _ in range(_ROUNDS):
            self.sync()
            due = [g.due_at for g in self.store.tally().groups if g.due_at is not None]
            if not due:
                return
            self.clock.advance(max(timedelta(hours=3), min(due) - self.now()))
        raise AssertionError(f"still awaited: {self.store.tally()}")

    def _meet(self, event: Event) -> None:
        if event.record["object_type"] == "activity.call":
            self.ever.add(event.record["object_id"])

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


def crowded_world(count: int, *, apart: timedelta, seed: int = 0) -> World:
    """An organization with so many calls up to now, so far apart."""
    world = synthetic_world(count, until=NOW, seed=seed)
    for number, call in enumerate(world.calls):
        call["date_created"] = call["activity_at"] = stamp(NOW - apart * (number + 1))
    return world


def said_here(record: CallRecord, kind: Kind) -> list[str]:
    transcript = record.transcript(kind)
    return [u.text for u in transcript.utterances] if transcript else []


def with_meanwhile(app: ASGIApp, happen: Callable[[str, str], object]) -> ASGIApp:
    """An application before each of whose answers something happens, told path and query."""

    async def interrupted(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            happen(scope["path"], scope["query_string"].decode())
        await app(scope, receive, send)

    return interrupted


class PunctualStandIn(StandIn):
    """A Close that announces what comes after our patience has ended: we could not know else."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._heard_at = {call["id"]: moment(call["date_created"]) for call in self.calls}
        self.events.listeners.append(self._hear)

    def deliver_transcript(
        self,
        call_id: str,
        utterances: Sequence[Record],
        *,
        field: str = "recording_transcript",
        is_announced: bool = False,
    ) -> None:
        is_announced |= self._is_late(call_id)
        super().deliver_transcript(call_id, utterances, field=field, is_announced=is_announced)

    def deliver_summary(
        self,
        call_id: str,
        text: str,
        *,
        field: str = "recording_transcript",
        is_announced: bool = False,
    ) -> None:
        is_announced |= self._is_late(call_id)
        super().deliver_summary(call_id, text, field=field, is_announced=is_announced)

    def _hear(self, event: Event) -> None:
        call = event.record["data"] or {}
        if call.get("recording_url") or call.get("voicemail_url"):
            self._heard_at.setdefault(call["id"], event.updated_at)

    def _is_late(self, call_id: str) -> bool:
        return self.clock.now() - self._heard_at[call_id] > DEFAULT_PATIENCE - _CLOCKS_DIFFER
