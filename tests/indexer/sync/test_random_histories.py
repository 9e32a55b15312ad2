"""Whatever happens in Close, and to us, the store ends up with Close's truth.

Each seed is a history of some weeks: calls come, change and go, also while they are read;
Close falters, syncs are cut short, and time passes. `CALLSIFT_HISTORIES=500` tries more.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

import pytest

from indexer.store.contract import Store
from indexer.store.embedded import EmbeddedStore
from indexer.store.memory import MemoryStore
from indexer.vectors import Vectors
from models.errors import CloseUnavailable
from scripts.close_standin.app import create_app
from scripts.close_standin.clock import ManualClock
from scripts.close_standin.faults import Faults
from scripts.close_standin.limits import Limits
from scripts.close_standin.server import serving
from scripts.close_standin.traffic import Traffic
from tests.fakes import WordEmbedder
from tests.indexer.sync.desk import NOW, Desk, PunctualStandIn, crowded_world, with_meanwhile
from tests.indexer.sync.truth import assert_at_rest, assert_whole, texts_held

SEEDS: Final = range(int(os.environ.get("CALLSIFT_HISTORIES", "30")))

_CALLS: Final = 25
_CHAPTERS: Final = 35
_EVENTS_COME_LATE: Final = timedelta(minutes=4)
"""How long an event stays hidden at most: Close promises less than five minutes."""
"""How long the event log is good for: Close promises some days more."""
_CLOCKS_DIFFER: Final = timedelta(hours=2)
"""How far our clock may be off: less than the stand-in allows for."""


@pytest.mark.parametrize("seed", SEEDS)
def test_after_any_history_the_store_holds_the_truth(seed: int, tmp_path: Path) -> None:
    with a_history(seed, tmp_path) as history:
        for _ in range(_CHAPTERS):
            history.go_on()
        history.come_to_rest()
        assert_at_rest(history.desk)
        assert_whole(history.desk)


class CarefulEmbedder(WordEmbedder):
    """Refuses to embed a text again that some stored call has a vector for."""

    def __init__(self) -> None:
        super().__init__()
        self.store: Store = MemoryStore()
        self._embedded: set[str] = set()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        assert len(set(texts)) == len(texts)
        if again := self._embedded & set(texts):
            assert not again & texts_held(self.store)
        self._embedded.update(texts)
        return super().embed_passages(texts)


class HistoryDesk(Desk):
    """A desk at which things happen also while progress is told."""

    happen: Callable[[], object]

    def discovered(self, known: int, due: int) -> None:
        super().discovered(known, due)
        self.happen()

    def fetched(self, done: int, due: int, texts_embedded: int) -> None:
        super().fetched(done, due, texts_embedded)
        self.happen()


class History:
    """What happens, drawn by a seed."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.random = random = Random(f"history {seed}")
        self.clock = ManualClock(NOW)
        apart = timedelta(hours=random.choice((1, 200)))
        world = crowded_world(random.randrange(2 * _CALLS), apart=apart, seed=seed)
        self.standin = PunctualStandIn(world, clock=self.clock, faults=Faults(seed=seed))
        if random.random() < 0.5:
            self.standin.remember_history()
        self._traffic = Traffic(self.standin, Random(f"traffic {seed}"))
        self._folder = folder if random.random() < 0.5 else None
        self._busy = 0.0
        """How likely something happens at each request of a sync."""
        self._stops_after = 0
        """How often progress is told until somebody presses Ctrl-C; zero for never."""
        self._hidden_since: datetime | None = None

    def meet(self, url: str) -> None:
        """Begin, once the stand-in is served."""
        embedder = CarefulEmbedder()
        self.desk = HistoryDesk(self.standin, self.clock, url, MemoryStore(), embedder)
        self.desk.happen = self._meanwhile
        self.desk.fast_by = _CLOCKS_DIFFER * self.random.uniform(-1, 1) * self.random.choice((0, 1))
        self._open()

    def go_on(self) -> None:
        """Let a chapter happen."""
        chapters: tuple[tuple[int, Callable[[], None]], ...] = (
            (8, self._life_goes_on),
            (1, self._much_happens),
            (1, self._somebody_types),
            (5, self._time_passes),
            (2, self._events_come_late),
            (9, self._sync),
            (1, self._reopen),
        )
        [chapter] = self.random.choices(
            [c for _, c in chapters], [weight for weight, _ in chapters]
        )
        chapter()

    def come_to_rest(self) -> None:
        """Let nothing more happen but syncs, until nothing is awaited."""
        self._show_events()
        self.desk.come_to_rest()

    def before_request(self, _path: str, _query: str) -> None:
        """Let something happen while Close is asked, now and then."""
        if self.random.random() < self._busy:
            self._step()

    # --- chapters --------------------------------------------------------------

    def _life_goes_on(self) -> None:
        for _ in range(self.random.randrange(1, 12)):
            self._step()

    def _much_happens(self) -> None:
        for _ in range(self.random.randrange(50, 200)):
            self._step()

    def _somebody_types(self) -> None:
        """Updates that Close makes one event of, whether or not we have read it meanwhile."""
        call_ids = [call["id"] for call in self.standin.calls]
        for number in range(self.random.randrange(2, 6) if call_ids else 0):
            self._pass(timedelta(seconds=self.random.randrange(40)))
            if call_ids[-1] in self.standin.calls:
                self.standin.edit_note(call_ids[-1], f"Typed up to {number}.")
                self._tell([f"type the note of {call_ids[-1]}"])
            self._sync()

    def _time_passes(self) -> None:
        units = ({"seconds": 60}, {"minutes": 60}, {"hours": 24}, {"hours": 24}, {"days": 5})
        longest = timedelta(**self.random.choice(units))
        if self.random.random() < 0.05:
            longest = timedelta(days=80)
        self._pass(longest * self.random.random())

    def _events_come_late(self) -> None:
        self._show_events()
        self._hidden_since = self.clock.now()
        self.standin.faults.hidden_events_next = self.random.randrange(1, 4)
        self._life_goes_on()
        self._sync()

    def _reopen(self) -> None:
        self.desk.store.close()
        self._open()

    def _open(self) -> None:
        if self._folder is not None:
            self.desk.store = EmbeddedStore(self._folder / "data")
        assert isinstance(self.desk.embedder, CarefulEmbedder)
        self.desk.embedder.store = self.desk.store

    def _sync(self) -> None:
        random = self.random
        compare_all, self._busy = random.random() < 0.15, random.choice((0, 0, 0.1, 0.5))
        self._stops_after = random.choice((0, 0, 0, random.randrange(1, 8)))
        self._tell([f"sync begins, {compare_all=}"])
        self._falter()
        try:
            problems = self.desk.sync(
                compare_all=compare_all, sleep=self._sleep, clock=self._seconds, jitter=random
            ).problems
        except (CloseUnavailable, KeyboardInterrupt) as error:
            problems = [repr(error)]
        self._tell(["sync ends", *problems])
        self._recover()

    # --- what they are made of -------------------------------------------------

    def _step(self) -> None:
        self._pass(timedelta(seconds=self.random.choice((0.001, 1, 20, 90)) * self.random.random()))
        if self.standin.records.leads and self.random.random() < 0.02:
            self._rename(self.random.choice(list(self.standin.records.leads)))
        else:
            self._tell([self._traffic.step()])

    def _pass(self, time: timedelta) -> None:
        since, then = self._hidden_since, self.clock.now() + time
        if since is not None and then > since + _EVENTS_COME_LATE:
            self._show_events()
        self.clock.advance(time + timedelta(microseconds=1))

    def _rename(self, lead_id: str) -> None:
        self.standin.rename_lead(lead_id, f"Renamed {self.random.randrange(100)}")
        self._tell([f"rename {lead_id}"])

    def _sleep(self, seconds: float) -> None:
        if self.random.random() < self._busy:
            self._step()
        self._pass(timedelta(seconds=seconds))

    def _seconds(self) -> float:
        return (self.clock.now() - NOW).total_seconds()

    def _show_events(self) -> None:
        self.standin.faults.hidden_events_next = 0
        self.standin.show_hidden_events()
        self._hidden_since = None
        self._tell(["hidden events appear"])

    def _meanwhile(self) -> None:
        if self.random.random() < self._busy:
            self._step()
        if self._stops_after:
            self._stops_after -= 1
            if not self._stops_after:
                raise KeyboardInterrupt

    def _falter(self) -> None:
        """Switch some faults on."""
        random, faults, limits = self.random, self.standin.faults, self.standin.limits
        switches: tuple[tuple[str, Callable[[], object]], ...] = (
            ("gateway_next", lambda: random.randrange(1, 10)),
            ("gateway_every", lambda: random.randrange(3, 12)),
            ("gateway_probability", lambda: random.random() / 4),
            ("limited_next", lambda: random.randrange(1, 25)),
            ("limited_probability", lambda: random.random() / 2),
            ("cut_next", lambda: random.randrange(1, 8)),
            ("cut_probability", lambda: random.random() / 4),
            ("page_rows", lambda: random.randrange(1, 12)),
            ("call_after_page_next", lambda: random.randrange(1, 4)),
            ("deleted_after_page_next", lambda: random.randrange(1, 6)),
            ("deleted_before_get_next", lambda: random.randrange(1, 3)),
        )
        faults.gateway_status = random.choice((502, 503, 504))
        faults.cut_as = random.choice(("connection", "json"))
        faults.limited_reset_s = random.choice((0.59, 1.5, 7.25, 200.5))
        faults.only_under = random.choice(
            ("", "", "/event/", "/activity/call/", "/activity/call/acti", "/lead/", "/outcome/")
        )
        for name, value in random.sample(switches, random.choice((0, 1, 1, 2, 3))):
            setattr(faults, name, value())
            self._tell([f"{name} = {getattr(faults, name)}"])
        if faults.deleted_after_page_next:  # which tells only where there are several pages
            faults.page_rows = random.randrange(2, 12)
        if random.random() < 0.3:
            limits.max_skip = random.randrange(20, 60)

    def _recover(self) -> None:
        """Switch all faults off, but for events that are hidden."""
        for switch in fields(Faults):
            if switch.init and switch.name not in ("seed", "hidden_events_next"):
                setattr(self.standin.faults, switch.name, switch.default)
        self.standin.limits.max_skip = Limits().max_skip
        self._busy, self._stops_after = 0.0, 0

    def _tell(self, lines: Sequence[str]) -> None:
        """Print what happened, which pytest shows when a history ends badly."""
        for line in lines:
            print(f"{self.clock.now():%m-%d %H:%M:%S.%f} {line}")


@contextmanager
def a_history(seed: int, folder: Path) -> Iterator[History]:
    history = History(seed, folder)
    app = with_meanwhile(create_app(history.standin), history.before_request)
    with serving(app) as url:
        history.meet(url)
        try:
            yield history
        finally:
            history.desk.store.close()
