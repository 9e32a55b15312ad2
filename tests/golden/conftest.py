"""The judged questions, and every one of them asked of the real network once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.embedder import SentenceTransformerEmbedder
from indexer.pipeline import index_calls
from indexer.search import search
from indexer.store.embedded import EmbeddedStore
from models import FoundCall, SearchFilter, SearchQuery
from scripts.evaluate.judged import Judged, read_folder
from tests.factories import an_entry

GOLDEN = Path(__file__).parent


@pytest.fixture(scope="session")
def judged() -> Judged:
    return read_folder(GOLDEN)


@pytest.fixture(scope="session")
def found(
    judged: Judged, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, tuple[FoundCall, ...]]]:
    """The ten best calls by query id; indexing takes about a minute on two cores."""
    store = EmbeddedStore(tmp_path_factory.mktemp("golden"))
    embedder = SentenceTransformerEmbedder(device="cpu")
    index_calls([(r, an_entry(r.call.id)) for r in judged.records], store=store, embedder=embedder)
    yield {
        query.id: search(
            SearchQuery(text=query.text, where=SearchFilter(side=query.side)),
            store=store,
            embedder=embedder,
        ).calls
        for query in judged.queries
    }
    store.close()
