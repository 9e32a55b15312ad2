from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from indexer.store.embedded import EmbeddedStore
from indexer.store.memory import MemoryStore
from scripts.close_standin.app import create_app
from scripts.close_standin.clock import ManualClock
from scripts.close_standin.server import serving
from scripts.close_standin.state import StandIn
from scripts.close_standin.world import World
from scripts.demo_calls import build_world
from tests.indexer.sync.desk import NOW, SMALL_WORLD, Desk

# So that what differs from the truth is told.
pytest.register_assert_rewrite("tests.indexer.sync.truth")


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
