"""Who asks: a header, a cookie, a setting, in this order."""

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.identity import COOKIE, HEADER, MaybeWho, Who
from tests.api.conftest import AT_HOME, Shelf, an_app


def an_asking_app(**settings: Any) -> TestClient:
    app: FastAPI = an_app(Shelf(), **settings)

    @app.get("/name")
    def name(name: MaybeWho) -> str | None:
        return name

    @app.get("/must")
    def must(name: Who) -> str:
        return name

    return TestClient(app, base_url=AT_HOME)


@pytest.mark.parametrize(
    ("sent", "read"),
    [(b"Dana", "Dana"), (b"  Dana Reyes ", "Dana Reyes"), (b"J%C3%B6rg", "Jörg"), ("Jörg".encode(), "Jörg"), (b"J\xf6rg", "Jörg")],
)  # fmt: skip
def test_a_header_says_who_asks(sent: bytes, read: str) -> None:
    client = an_asking_app(user="Somebody else")
    client.cookies.set(COOKIE, "Somebody%20else")
    assert client.get("/name", headers=[(HEADER.encode(), sent)]).json() == read


def test_without_a_header_the_cookie_counts_then_the_setting() -> None:
    client = an_asking_app(user="Setting")
    assert client.get("/name").json() == "Setting"
    client.cookies.set(COOKIE, "J%C3%B6rg")
    assert client.get("/name").json() == "Jörg"


def test_nobody_is_nobody_and_refused_where_there_has_to_be_one() -> None:
    client = an_asking_app()
    assert client.get("/name").json() is None
    refused = client.get("/must")
    assert refused.status_code == 422
    assert HEADER in refused.json()["detail"]


@pytest.mark.parametrize("sent", ["", "  ", "%0A", "x" * 101])
def test_what_is_no_name_is_refused(sent: str) -> None:
    refused = an_asking_app().get("/name", headers={HEADER: sent})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == HEADER


def test_the_page_keeps_a_name_and_leads_back() -> None:
    client = an_asking_app()
    answer = client.post(
        "/me", data={"name": " Jörg ", "back": "/review?x=1"}, follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/review?x=1")
    assert client.get("/name").json() == "Jörg"
    assert 'value="Jörg"' in client.get("/me").text


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/\\evil.example", "", "javascript:alert(1)"]
)
def test_the_page_leads_nowhere_else(back: str) -> None:
    answer = an_asking_app().post(
        "/me", data={"name": "Dana", "back": back}, follow_redirects=False
    )
    assert answer.headers["location"] == "/"


def test_another_site_cannot_say_who_is_here() -> None:
    answer = an_asking_app().post(
        "/me", data={"name": "Dana"}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403
