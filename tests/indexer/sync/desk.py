"""A store beside a Close of our own, on one clock."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from indexer.close import ApiKey, Close
from indexer.store.contract import Store
from indexer.sync import SyncReport, sync
from models import CallRecord, CallState, Kind
from scripts.close_standin.clock import ManualClock
from scripts.close_standin.state import API_KEY, StandIn
from scripts.close_standin.world import World
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
    fast_by: timedelta = timedelta()
    """How far our clock is ahead of Close's."""

    def sync(self, key: str = API_KEY, store: Store | None = None) -> SyncReport:
        with Close(
            base_url=self.url, auth=ApiKey(key), sleep=lambda _: None, now=self.now
        ) as close:
            return sync(
                close=close, store=store or self.store, embedder=self.embedder, progress=self, now=self.now
            )  # fmt: skip

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


def said_here(record: CallRecord, kind: Kind) -> list[str]:
    transcript = record.transcript(kind)
    return [u.text for u in transcript.utterances] if transcript else []
