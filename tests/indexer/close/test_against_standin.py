"""The client against the stand-in for Close, over HTTP on this machine."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from indexer.close import ApiKey, Close, FileTokenStore, OAuth, Tokens
from models import Side
from models.errors import CloseUnauthorized
from scripts.close_standin.app import create_app
from scripts.close_standin.clock import ManualClock
from scripts.close_standin.faults import Faults
from scripts.close_standin.server import serving
from scripts.close_standin.state import API_KEY, StandIn
from scripts.close_standin.synthetic import synthetic_world

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
CALLS = 400


@pytest.fixture
def standin() -> StandIn:
    return StandIn(synthetic_world(CALLS, until=NOW), clock=ManualClock(NOW))


@pytest.fixture
def base_url(standin: StandIn) -> Iterator[str]:
    with serving(create_app(standin)) as url:
        yield url


@pytest.fixture
def close(base_url: str) -> Iterator[Close]:
    with a_client(base_url) as client:
        yield client


def a_client(base_url: str, key: str = API_KEY) -> Close:
    return Close(base_url=base_url, auth=ApiKey(key), sleep=lambda _: None, now=lambda: NOW)


def all_ids(close: Close) -> list[str]:
    return [s.call_id for window in close.history() for s in window.sightings]


def test_every_call_is_found(close: Close, standin: StandIn) -> None:
    found = all_ids(close)

    assert len(found) == len(set(found)) == CALLS


def test_every_call_is_found_though_skips_are_refused_and_requests_fail(
    close: Close, standin: StandIn
) -> None:
    standin.limits.max_skip = 10
    standin.faults.gateway_every = 5
    standin.faults.cut_next = 3
    standin.faults.page_rows = 7

    assert len(set(all_ids(close))) == CALLS


def test_every_call_is_found_while_new_ones_come_in(close: Close, standin: StandIn) -> None:
    standin.faults.call_after_page_next = 3
    standin.faults.page_rows = 10

    assert len(set(all_ids(close))) >= CALLS


@pytest.mark.parametrize("seed", range(5))
def test_every_call_that_stays_is_found_while_others_are_deleted(seed: int) -> None:
    standin = StandIn(
        synthetic_world(CALLS, until=NOW),
        clock=ManualClock(NOW),
        faults=Faults(seed=seed, deleted_after_page_next=20, page_rows=10),
    )
    with serving(create_app(standin)) as url, a_client(url) as close:
        found = set(all_ids(close))

    assert found >= standin.truth().keys()
    assert len(standin.truth()) == CALLS - 20


def test_calls_come_with_their_words(close: Close) -> None:
    ids = all_ids(close)[:120]

    fetched = close.fetch([*ids, "acti_gone"])

    assert [record.call.id for record in fetched.records] == ids
    assert fetched.unlisted == ("acti_gone",)
    assert close.fetch(fetched.unlisted, alone=True).missing == ("acti_gone",)
    assert fetched.unreadable == ()
    transcript = fetched.records[0].recording
    assert transcript is not None
    assert [u.side for u in transcript.utterances[:2]] == [Side.USER, Side.CONTACT]


def test_a_rate_limit_is_waited_out(close: Close, standin: StandIn) -> None:
    standin.faults.limited_next = 3

    close.account()

    assert close.stats.rate_limited == 3
    assert 3 * 0.59 < close.stats.slept_s < 3


def test_the_life_of_a_call_is_told(close: Close, standin: StandIn) -> None:
    call_id = standin.start_call()
    standin.answer(call_id)
    standin.complete(call_id)
    standin.attach_recording(call_id)
    standin.delete_call(call_id)

    events = [e for e in close.events(since=NOW - timedelta(hours=1)) if e.call_id == call_id]

    assert [e.action for e in events] == ["created", "answered", "completed", "updated", "deleted"]
    assert {e.date_updated for e in events} == {NOW}


def test_more_events_than_a_page_holds_are_all_told(close: Close, standin: StandIn) -> None:
    started = {standin.start_call() for _ in range(120)}

    told = {e.call_id for e in close.events(since=NOW - timedelta(hours=1))}

    assert started <= told


def test_a_lead_is_named(close: Close) -> None:
    (record,) = close.fetch(all_ids(close)[:1]).records
    assert record.call.lead_id is not None

    lead = close.lead(record.call.lead_id)

    assert lead is not None
    assert lead.name is not None
    assert close.lead("lead_gone") is None


def test_a_wrong_key_is_told_so(base_url: str) -> None:
    with a_client(base_url, "api_wrong") as close, pytest.raises(CloseUnauthorized):
        close.account()


def test_oauth_tokens_are_renewed_and_kept(
    base_url: str, standin: StandIn, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = standin.access.grant(
        {
            "client_id": standin.access.client_id,
            "client_secret": standin.access.client_secret,
            "grant_type": "authorization_code",
            "code": standin.access.issue_code(user_id=None),
        }
    )
    store = FileTokenStore(tmp_path_factory.mktemp("oauth") / "tokens.json")
    store.save(Tokens(access_token="ended", refresh_token=str(first["refresh_token"])))
    auth = OAuth(
        client_id=standin.access.client_id,
        client_secret=standin.access.client_secret,
        store=store,
        now=lambda: NOW,
    )

    with Close(base_url=base_url, auth=auth, sleep=lambda _: None, now=lambda: NOW) as close:
        assert len(all_ids(close)) == CALLS

    kept = store.load()
    assert kept is not None
    assert kept.refresh_token != first["refresh_token"]
    assert kept.expires_at == NOW + timedelta(hours=1)
