from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.store.contract import Store
from indexer.store.embedded import EmbeddedStore
from indexer.store.memory import MemoryStore
from tests.factories import TINY


@pytest.fixture(params=["memory", "embedded"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Every engine in turn, empty."""
    opened: Store = MemoryStore() if request.param == "memory" else EmbeddedStore(tmp_path)
    opened.remember_embedder(TINY)
    yield opened
    opened.close()
