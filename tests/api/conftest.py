"""The real application over a store in memory and an embedder of three dimensions."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.app import create_app, furnish
from api.deps import now
from indexer.bootstrap import Services
from indexer.settings import Settings
from indexer.store.memory import MemoryStore
from indexer.vectors import EmbedderId, Vector, Vectors, normalise
from models import CallRecord, LedgerEntry
from tests.factories import NOON, TINY, an_entry, of_text, vectors_for

AT_HOME = "http://127.0.0.1:8000"


class TinyEmbedder:
    """Gives equal texts equal vectors; as slow as a test wants it to be."""

    device = "cpu"

    def __init__(self) -> None:
        self.may_load = threading.Event()
        self.may_load.set()

    @property
    def identity(self) -> EmbedderId:
        assert self.may_load.wait(60)
        return TINY

    def fits(self, text: str) -> bool:
        return True

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        rows: Vectors = np.array([of_text(t) for t in texts], np.float32).reshape(-1, 3)
        return normalise(rows)

    def embed_query(self, text: str) -> Vector:
        vector: Vector = self.embed_passages([text])[0]
        return vector


class Shelf(MemoryStore):
    """A store that is easily filled."""

    def add(self, record: CallRecord, entry: LedgerEntry | None = None) -> None:
        self.put(record, vectors_for(record), entry or an_entry(record.call.id))


def services(store: MemoryStore, embedder: TinyEmbedder | None = None, **settings: Any) -> Services:
    settings["api_keys"] = tuple(SecretStr(key) for key in settings.get("api_keys", ()))
    return Services(
        settings=Settings.model_construct(**settings),
        store=store,
        embedder=embedder or TinyEmbedder(),
    )


def an_app(store: MemoryStore, embedder: TinyEmbedder | None = None, **settings: Any) -> FastAPI:
    app = create_app(services(store, embedder, **settings))

    async def noon() -> datetime:
        return NOON

    app.dependency_overrides[now] = noon
    return app


@cache
def _usual_app() -> FastAPI:
    """The application that one test after the other furnishes: its routes take long to make."""
    return an_app(Shelf())


@contextmanager
def ready(app: FastAPI) -> Iterator[TestClient]:
    """A client of an application that has finished loading."""
    with TestClient(app, base_url=AT_HOME) as client:
        assert app.state.readiness.wait(60)
        yield client


@pytest.fixture
def store() -> Shelf:
    return Shelf()


@pytest.fixture
def client(store: Shelf) -> Iterator[TestClient]:
    """A client on this machine of a server without keys, at noon."""
    furnish(_usual_app(), services(store))
    with ready(_usual_app()) as client:
        yield client
