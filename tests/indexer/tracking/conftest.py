"""Stores to track in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.store.contract import Store
from indexer.store.embedded import EmbeddedStore
from indexer.store.memory import MemoryStore


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture(params=["memory", "embedded"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = MemoryStore() if request.param == "memory" else EmbeddedStore(tmp_path)
    yield opened
    opened.close()
