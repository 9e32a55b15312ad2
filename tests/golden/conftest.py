"""The judged questions, and every one of them asked of the real network once."""

from pathlib import Path

import pytest

from indexer.embedder import Runtime, SentenceTransformerEmbedder
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


Found = dict[str, tuple[FoundCall, ...]]


@pytest.fixture(scope="session")
def found(judged: Judged, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """The ten best calls by query id, with PyTorch's vectors: the floors were set by these."""
    return answers(judged, tmp_path_factory.mktemp("torch"), Runtime.TORCH)


@pytest.fixture(scope="session")
def found_sooner(judged: Judged, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """The same with OpenVINO's vectors."""
    return answers(judged, tmp_path_factory.mktemp("openvino"), Runtime.OPENVINO)


def answers(judged: Judged, folder: Path, runtime: Runtime) -> Found:
    """Every question asked; indexing takes a minute or two on two cores."""
    store = EmbeddedStore(folder)
    embedder = SentenceTransformerEmbedder(device="cpu", runtime=runtime)
    index_calls([(r, an_entry(r.call.id)) for r in judged.records], store=store, embedder=embedder)
    found = {
        query.id: search(
            SearchQuery(text=query.text, where=SearchFilter(side=query.side)),
            store=store,
            embedder=embedder,
        ).calls
        for query in judged.queries
    }
    store.close()
    return found
