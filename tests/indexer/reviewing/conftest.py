"""A sample of ten calls of three reps in a store in memory, and a scorecard."""

import pytest

from indexer.papers import Written
from indexer.store.memory import MemoryStore
from models.sample import Sample
from models.scorecard import Scorecard
from tests.indexer.reviewing.making import a_sample, a_scorecard, with_calls


@pytest.fixture
def store() -> MemoryStore:
    return with_calls(MemoryStore())


@pytest.fixture
def sample(store: MemoryStore) -> Written[Sample]:
    return a_sample(store)


@pytest.fixture
def scorecard(store: MemoryStore) -> Written[Scorecard]:
    return a_scorecard(store)
