from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from scripts.close_standin.app import create_app
from scripts.close_standin.clock import ManualClock
from scripts.close_standin.state import API_KEY, StandIn
from scripts.close_standin.world import World

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def close(clock: ManualClock) -> StandIn:
    """Return an organization with two users and two leads, and no calls yet."""
    world = World(
        organization={"id": "orga_ours", "name": "Quillmoor Paving"},
        users=[
            {"id": "user_maren", "first_name": "Maren", "last_name": "Tolvik"},
            {"id": "user_idris", "first_name": "Idris", "last_name": "Pellworth"},
        ],
        leads=[{"id": "lead_school", "name": "School"}, {"id": "lead_depot", "name": "Depot"}],
        contacts=[{"id": "cont_kester", "lead_id": "lead_school", "name": "Kester Vaughnley"}],
        outcomes=[{"id": "outcome_won", "name": "Won"}, {"id": "outcome_lost", "name": "Lost"}],
    )
    return StandIn(world, clock=clock)


@pytest.fixture
def stranger(close: StandIn) -> Iterator[TestClient]:
    """Return a client without credentials, whose paths lie under the API."""
    with TestClient(create_app(close), base_url="http://close.test/api/v1") as client:
        yield client


@pytest.fixture
def client(stranger: TestClient) -> TestClient:
    """Return a client that asks as an admin."""
    stranger.auth = (API_KEY, "")
    return stranger
