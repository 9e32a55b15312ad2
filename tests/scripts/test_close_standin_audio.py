"""Where the audio of the stand-in may be kept, and that it may be gone."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from scripts.close_standin.audio_store import create_audio_store, signed_link
from scripts.close_standin.state import StandIn

ORIGIN = "http://close.test"
STORE = "http://store.test"


@pytest.fixture
def url(close: StandIn) -> str:
    call_id = close.start_call()
    close.attach_recording(call_id, duration_s=2)
    return f"{ORIGIN}/call/{call_id}/recording/"


@pytest.fixture
def store() -> Iterator[TestClient]:
    with TestClient(create_audio_store(), base_url=STORE) as store:
        yield store


def test_audio_kept_elsewhere_is_the_same(
    client: TestClient, store: TestClient, close: StandIn, url: str
) -> None:
    here = client.get(url, headers={"Range": "bytes=0-9"})
    close.faults.audio_kept_at = STORE
    answer = client.get(url, follow_redirects=False)

    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"{STORE}/2?signature=")
    there = store.get(answer.headers["location"], headers={"Range": "bytes=0-9"})
    assert (there.status_code, there.content) == (here.status_code, here.content)


def test_the_store_takes_a_signature_and_nothing_beside_it(store: TestClient) -> None:
    assert store.get(signed_link(2)).status_code == 200
    assert store.get(signed_link(2), auth=("key", "")).status_code == 400
    assert store.get(signed_link(2).replace("/2", "/3")).status_code == 403
    assert store.get("/2").status_code == 403


def test_expired_audio_is_gone(client: TestClient, close: StandIn, url: str) -> None:
    close.faults.audio_expired = True

    assert client.get(url).status_code == 404
