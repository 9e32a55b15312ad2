"""Tokens that renew themselves: kept before they are used, and never shown."""

import json
import stat
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from indexer.close import ApiKey, Close, FileTokenStore, OAuth, Tokens
from models.errors import CloseUnauthorized, CloseUnavailable
from tests.indexer.close.talking import NOW, a_close, me

HOUR = timedelta(hours=1)


class Memory:
    """A token store, and what was saved into it."""

    def __init__(self, tokens: Tokens | None) -> None:
        self.tokens = tokens
        self.saved: list[Tokens] = []

    def load(self) -> Tokens | None:
        return self.tokens

    def save(self, tokens: Tokens) -> None:
        self.saved.append(tokens)
        self.tokens = tokens


class Granting:
    """Close as it gives out tokens: only the newest are good, and each refresh token once."""

    def __init__(self) -> None:
        self.good = 1
        self.log: list[str] = []
        self.forms: list[dict[str, list[str]]] = []
        self.refusal: httpx.Response | None = None
        self.granted: dict[str, Any] = {"expires_in": 3600}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth2/token/":
            return self._token(request)
        shown = request.headers["authorization"]
        self.log.append(shown)
        return me() if shown == f"Bearer access-{self.good}" else httpx.Response(401)

    def _token(self, request: httpx.Request) -> httpx.Response:
        self.log.append(f"{request.method} {request.url}")
        self.forms.append(parse_qs(request.content.decode()))
        if self.refusal is not None:
            return self.refusal
        if self.forms[-1]["refresh_token"] != [f"refresh-{self.good}"]:
            return httpx.Response(400, json={"error": "invalid_grant"})
        self.good += 1
        new = {"access_token": f"access-{self.good}", "refresh_token": f"refresh-{self.good}"}
        return httpx.Response(200, json=new | self.granted)


def tokens(number: int = 1, expires_at: datetime | None = None) -> Tokens:
    return Tokens(
        access_token=f"access-{number}", refresh_token=f"refresh-{number}", expires_at=expires_at
    )


def an_oauth(store: Any, now: Callable[[], datetime] = lambda: NOW) -> OAuth:
    return OAuth(client_id="client", client_secret="secret-7", store=store, now=now)


def a_client(granting: Granting, store: Any, **changed: Any) -> Close:
    return a_close(granting, auth=an_oauth(store), **changed)


RENEWAL = "POST https://close.test/oauth2/token/"


def test_good_tokens_are_just_shown() -> None:
    granting = Granting()

    a_client(granting, Memory(tokens(1, NOW + HOUR))).account()

    assert granting.log == ["Bearer access-1"]


def test_refused_tokens_are_renewed_and_the_request_is_sent_again() -> None:
    granting, store = Granting(), Memory(tokens(1))
    granting.good = 1
    granting.log.clear()
    store.tokens = Tokens(access_token="stale", refresh_token="refresh-1")

    a_client(granting, store).account()

    assert granting.log == ["Bearer stale", RENEWAL, "Bearer access-2"]
    assert store.saved == [tokens(2, NOW + HOUR)]
    assert granting.forms == [
        {
            "grant_type": ["refresh_token"],
            "refresh_token": ["refresh-1"],
            "client_id": ["client"],
            "client_secret": ["secret-7"],
        }
    ]


@pytest.mark.parametrize("left", [timedelta(0), timedelta(seconds=59)])
def test_tokens_that_end_are_renewed_first(left: timedelta) -> None:
    granting = Granting()

    a_client(granting, Memory(tokens(1, NOW + left))).account()

    assert granting.log == [RENEWAL, "Bearer access-2"]


def test_new_tokens_are_saved_before_they_are_used() -> None:
    granting = Granting()
    seen_at_save: list[list[str]] = []

    class Watching(Memory):
        def save(self, tokens: Tokens) -> None:
            seen_at_save.append(list(granting.log))
            super().save(tokens)

    a_client(granting, Watching(tokens(1, NOW))).account()

    assert seen_at_save == [[RENEWAL]]


def test_new_tokens_that_cannot_be_saved_are_not_used() -> None:
    granting = Granting()

    class Full(Memory):
        def save(self, tokens: Tokens) -> None:
            raise CloseUnauthorized("the disk is full")

    with pytest.raises(CloseUnauthorized, match="disk is full"):
        a_client(granting, Full(tokens(1, NOW))).account()

    assert granting.log == [RENEWAL]


def test_each_renewal_uses_the_newest_refresh_token() -> None:
    granting, store = Granting(), Memory(tokens(1, NOW))
    granting.granted = {"expires_in": 0}
    close = a_client(granting, store)

    close.account()
    close.account()

    assert [form["refresh_token"] for form in granting.forms] == [["refresh-1"], ["refresh-2"]]


def test_tokens_another_process_renewed_are_taken_from_the_store() -> None:
    granting, store = Granting(), Memory(tokens(1))
    close = a_client(granting, store)
    close.account()
    granting.good, store.tokens = 2, tokens(2)
    granting.log.clear()

    close.account()

    assert granting.log == ["Bearer access-1", "Bearer access-2"]


def test_a_renewal_lost_to_another_process_takes_what_that_one_saved() -> None:
    granting, store = Granting(), Memory(tokens(1, NOW))

    def renewed_meanwhile(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth2/token/":
            granting.good, store.tokens = 2, tokens(2, NOW + HOUR)
        return granting(request)

    close = a_close(renewed_meanwhile, auth=an_oauth(store))

    assert close.account().user_id == "user_1"
    assert granting.log == [RENEWAL, "Bearer access-2"]


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_renewal_refused_says_what_to_do(status: int) -> None:
    granting = Granting()
    granting.refusal = httpx.Response(status, json={"error": "refresh-1 is revoked"})

    with pytest.raises(CloseUnauthorized, match="authorize Callsift in Close again") as raised:
        a_client(granting, Memory(tokens(1, NOW))).account()

    assert "refresh-1" not in str(raised.value)
    assert len(granting.log) == 1


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(httpx.Response(503), id="503"),
        pytest.param(httpx.Response(429), id="429"),
        pytest.param(httpx.Response(200, text="<html>"), id="no JSON"),
        pytest.param(httpx.Response(200, json=[]), id="no object"),
        pytest.param(httpx.Response(200, json={"access_token": ""}), id="no token"),
        pytest.param(httpx.Response(200, json={"access_token": "a\nb"}), id="no header text"),
    ],
)
def test_a_renewal_that_fails_for_now_is_tried_again(refusal: httpx.Response) -> None:
    granting = Granting()
    granting.refusal = refusal

    with pytest.raises(CloseUnavailable, match="tokens"):
        a_client(granting, Memory(tokens(1, NOW)), tries=3).account()

    assert len(granting.log) == 3


def test_a_grant_without_a_refresh_token_keeps_the_old_one() -> None:
    granting, store = Granting(), Memory(tokens(1, NOW))
    granting.granted = {"refresh_token": None}

    a_client(granting, store).account()

    assert store.tokens == Tokens(access_token="access-2", refresh_token="refresh-1")


def test_new_tokens_that_are_refused_too_are_not_renewed_for_ever() -> None:
    granting = Granting()

    def hates_everybody(request: httpx.Request) -> httpx.Response:
        answer = granting(request)
        return answer if request.url.path == "/oauth2/token/" else httpx.Response(401)

    with pytest.raises(CloseUnauthorized, match="401"):
        a_close(hates_everybody, auth=an_oauth(Memory(tokens(1)))).account()

    assert granting.log == ["Bearer access-1", RENEWAL, "Bearer access-2"]


def test_without_tokens_one_is_told_to_authorize() -> None:
    with pytest.raises(CloseUnauthorized, match="no OAuth tokens yet"):
        a_client(Granting(), Memory(None)).account()


def test_nothing_secret_is_shown() -> None:
    shown = f"{ApiKey('api_1.key')!r} {an_oauth(Memory(None))!r} {tokens()!r}"
    shown += repr(FileTokenStore(Path("tokens.json")))

    assert not any(secret in shown for secret in ("api_1", "secret-7", "access-1", "refresh-1"))


def test_spaces_around_a_pasted_key_do_no_harm() -> None:
    shown: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        shown.append(request.headers["authorization"])
        return me()

    a_close(answer, auth=ApiKey(" api_1.key\n")).account()
    a_close(answer, auth=ApiKey("api_1.key")).account()

    assert shown[0] == shown[1]


@pytest.mark.parametrize("expires_at", [None, NOW])
def test_a_token_file_gives_back_what_was_saved(
    tmp_path: Path, expires_at: datetime | None
) -> None:
    store = FileTokenStore(tmp_path / "tokens.json")

    store.save(tokens(1, expires_at))
    store.save(tokens(2, expires_at))

    assert FileTokenStore(tmp_path / "tokens.json").load() == tokens(2, expires_at)
    assert [path.name for path in tmp_path.iterdir()] == ["tokens.json"]


def test_a_token_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    path.write_text("{}")
    path.chmod(0o644)

    FileTokenStore(path).save(tokens())

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_token_file_is_no_tokens(tmp_path: Path) -> None:
    assert FileTokenStore(tmp_path / "tokens.json").load() is None


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"access_token": "access-1"', json.dumps({"access_token": "access-1"}), "\ufffe"],
)
def test_a_broken_token_file_is_named_and_not_quoted(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tokens.json"
    path.write_text(text)

    with pytest.raises(CloseUnauthorized, match=r"tokens\.json") as raised:
        FileTokenStore(path).load()

    assert "access-1" not in str(raised.value)


def test_a_token_file_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    store = FileTokenStore(tmp_path / "nowhere" / "tokens.json")

    with pytest.raises(CloseUnauthorized, match="make the file writable"):
        store.save(tokens())
