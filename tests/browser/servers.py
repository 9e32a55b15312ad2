"""Servers to visit: the real application on this machine, over calls that are invented."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr

from api.app import create_app
from api.deps import now
from indexer.bootstrap import Services
from indexer.embedder import Embedder
from indexer.settings import Settings
from indexer.store.contract import Store
from indexer.store.embedded import EmbeddedStore
from indexer.sync import sync
from indexer.worker import Silence
from scripts.close_standin.app import create_app as create_close
from scripts.close_standin.clock import ManualClock
from scripts.close_standin.server import serving
from scripts.close_standin.state import API_KEY, StandIn
from scripts.demo_calls import build_world
from tests.fakes import WordEmbedder

KEY = "a-key-that-nobody-guesses"
TODAY = datetime(2026, 3, 11, 12, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Close:
    """A Close of our own: what happens in it, and where it is."""

    standin: StandIn
    url: str


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server of ours: where it is, and what it works with."""

    address: str
    services: Services
    app: FastAPI

    @property
    def store(self) -> Store:
        return self.services.store

    def wait_until_ready(self) -> None:
        """Wait until it can search."""
        assert self.app.state.readiness.wait(30)


@contextmanager
def a_close(calls: int, *, today: datetime = TODAY) -> Iterator[Close]:
    """A Close with so many invented calls of one year, and audio of those recorded."""
    world = build_world(today=TODAY.date(), calls=calls)
    standin = StandIn(world, clock=ManualClock(today))
    with serving(create_close(standin)) as url:
        standin.origin = url.removesuffix("/api/v1")
        yield Close(standin=standin, url=url)


def services(
    folder: Path, close: Close | None = None, embedder: Embedder | None = None, **told: Any
) -> Services:
    """What a server works with; it does not sync by itself, unless told to."""
    usual: dict[str, Any] = {"data_dir": folder, "sync_while_serving": False, "compare_hours": 0}
    if close:
        usual |= {"close_base_url": close.url, "close_api_key": SecretStr(API_KEY)}
    return Services(
        settings=Settings.model_construct(**(usual | told)),
        store=EmbeddedStore(folder),
        embedder=embedder or WordEmbedder(),
    )


def filled(services: Services, *, today: datetime = TODAY) -> Services:
    """The same with every call of its Close indexed."""
    with services.close_client() as close:
        sync(
            close=close, store=services.store, embedder=services.embedder, progress=Silence(),
            now=lambda: today,
        )  # fmt: skip
    return services


@contextmanager
def serve(
    services: Services, *, until_ready: bool = True, today: datetime = TODAY
) -> Iterator[Server]:
    """Serve until the block is left. Pages count back from this day."""
    app = create_app(services)

    async def that_day() -> datetime:
        return today

    app.dependency_overrides[now] = that_day
    with serving(app, path="") as address:
        server = Server(address=address, services=services, app=app)
        if until_ready:
            server.wait_until_ready()
        yield server
