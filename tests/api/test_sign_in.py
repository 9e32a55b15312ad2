"""Signing in: who gets a session, what it opens, and what no other site can do with it."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.access import SESSION_S, Access
from api.pages.signing_in import local_path
from tests.api.conftest import AT_HOME, Shelf, an_app, ready
from tests.api.test_search_page import HTML
from tests.factories import a_record

KEY, OTHER = "first-key-of-the-test", "second-key-of-the-test"
OURS = HTML | {"Origin": AT_HOME, "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def locked(store: Shelf) -> Iterator[TestClient]:
    """A client of a server with two keys, that follows no redirect by itself."""
    store.add(a_record("some words here"))
    with ready(
        an_app(store, api_keys=(KEY, OTHER), allowed_hosts=("calls.example.com",))
    ) as client:
        client.follow_redirects = False
        yield client


def sign_in(client: TestClient, key: str = KEY, following: str = "/") -> Any:
    fields = {"key": key, "next": following}
    return client.post("/sign-in", data=fields, headers=OURS)


@pytest.mark.parametrize("path", ["/", "/?q=words&since=30d", "/calls/acti_1", "/status", "/nothing"])  # fmt: skip
def test_a_browser_without_a_session_is_sent_to_sign_in(locked: TestClient, path: str) -> None:
    answer = locked.get(path, headers=HTML)
    assert answer.status_code == 303
    assert "some words" not in answer.text
    there = answer.headers["location"]
    assert there.startswith("/sign-in?next=")
    form = locked.get(there, headers=HTML)
    assert form.status_code == 200
    assert f'name="next" value="{path.replace("&", "&amp;")}"' in form.text


def test_a_key_begins_a_session_and_leads_on(locked: TestClient) -> None:
    for key in (KEY, OTHER, f" {KEY}\n"):
        answer = sign_in(locked, key, "/?q=words&side=contact")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/?q=words&side=contact"
        assert locked.get("/?q=words", headers=HTML).status_code == 200


def test_the_cookie_is_kept_from_scripts_and_other_sites(locked: TestClient) -> None:
    cookie = sign_in(locked).headers["set-cookie"]
    value, *attributes = cookie.split("; ")
    assert sorted(attributes, key=str.lower) == ["HttpOnly", f"Max-Age={SESSION_S}", "Path=/", "SameSite=strict"]  # fmt: skip
    assert KEY not in cookie
    assert len(value.partition("=")[2]) >= 43  # 32 random bytes


def test_over_tls_the_cookie_stays_on_tls(store: Shelf) -> None:
    app = an_app(store, api_keys=(KEY,), allowed_hosts=("calls.example.com",))
    client = TestClient(app, base_url="https://calls.example.com", follow_redirects=False)
    headers = OURS | {"Origin": "https://calls.example.com"}
    cookie = client.post("/sign-in", data={"key": KEY}, headers=headers).headers["set-cookie"]
    assert "Secure" in cookie


@pytest.mark.parametrize("key", ["", " ", "wrong", KEY[:-1], f"{KEY}x", f"{KEY},{OTHER}", "schlüssel", "\x00"])  # fmt: skip
def test_nothing_but_a_key_begins_a_session(locked: TestClient, key: str) -> None:
    answer = sign_in(locked, key, "/status")
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert "That is none of this server" in answer.text
    assert 'name="next" value="/status"' in answer.text
    assert KEY not in answer.text
    assert locked.get("/", headers=HTML).status_code == 303


def test_a_session_opens_what_only_reads(locked: TestClient) -> None:
    sign_in(locked)
    for path in ("/v1/calls", "/v1/status", "/v1/search?q=words", "/calls/acti_1", "/status"):
        assert locked.get(path, headers=HTML).status_code == 200
    assert locked.head("/v1/calls/acti_1/recording").status_code == 404  # past the door
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert locked.request(method, "/v1/search", json={"q": "words"}).status_code == 401


@pytest.mark.parametrize("cookie", ["", "wrong", "a" * 10_000, "%00", '"', KEY])
def test_a_made_up_session_opens_nothing(locked: TestClient, cookie: str) -> None:
    headers = {"Cookie": f"callsift_session={cookie}"}
    assert locked.get("/v1/calls", headers=headers).status_code == 401
    assert locked.get("/", headers=HTML | headers).status_code == 303


def test_a_session_of_another_server_opens_nothing(locked: TestClient, store: Shelf) -> None:
    session = Access([KEY]).begin()
    headers = {"Cookie": f"callsift_session={session}"}
    assert locked.get("/v1/calls", headers=headers).status_code == 401


def test_signing_out_ends_the_session_itself(locked: TestClient) -> None:
    sign_in(locked)
    session = locked.cookies["callsift_session"]
    answer = locked.post("/sign-out", headers=OURS)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in"
    assert 'callsift_session=""' in answer.headers["set-cookie"]
    again = {"Cookie": f"callsift_session={session}"}
    assert locked.get("/v1/calls", headers=again).status_code == 401


def test_a_session_ends_after_twelve_hours() -> None:
    now = 0.0
    access = Access([KEY], clock=lambda: now)
    session = access.begin()
    now = 12 * 3600 - 1.0
    assert access.is_session(session)
    now = 12 * 3600.0
    assert not access.is_session(session)


def test_sessions_cannot_fill_the_memory() -> None:
    access = Access([KEY])
    sessions = [access.begin() for _ in range(10_001)]
    assert not access.is_session(sessions[0])
    assert access.is_session(sessions[1])
    assert access.is_session(sessions[-1])


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "\t//evil.example", "/\n/evil.example", "javascript:alert(1)", "evil.example", "@evil.example", "", None, "/sign-in", "/sign-in?next=/", "//[", "http:/x", " /x"],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(locked: TestClient, elsewhere: str | None) -> None:
    assert local_path(elsewhere) == "/"
    fields = {"key": KEY} | ({} if elsewhere is None else {"next": elsewhere})
    answer = locked.post("/sign-in", data=fields, headers=OURS)
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("path", ["/", "/?q=a+b&next=//evil.example", "/calls/acti_1?q=x&n=2", "/status#calls"])  # fmt: skip
def test_signing_in_leads_on_within_this_server(path: str) -> None:
    assert local_path(path) == path


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": f"{AT_HOME}.evil.example"},
    {"Origin": f"https://evil.example/{AT_HOME}"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
def test_another_site_cannot_sign_anybody_in_or_out(
    locked: TestClient, path: str, headers: dict[str, str]
) -> None:
    sign_in(locked)
    answer = locked.post(path, data={"key": KEY}, headers=HTML | headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert locked.get("/v1/calls").status_code == 200


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"key": "x"}', "application/json", 415),
        (b"key=x", "text/plain", 415),
        (b"key=\xff", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a=%d" % n for n in range(99)), "application/x-www-form-urlencoded", 400),
        (b"key=" + b"x" * 2**21, "application/x-www-form-urlencoded", 413),
        (b"", "application/x-www-form-urlencoded", 401),
    ],
    ids=["json", "text", "bytes", "many", "large", "empty"],
)
def test_a_body_that_is_no_form_is_refused(
    locked: TestClient, body: bytes, kind: str, status: int
) -> None:
    answer = locked.post("/sign-in", content=body, headers=OURS | {"Content-Type": kind})
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")


def test_a_server_without_keys_needs_no_sign_in(client: TestClient) -> None:
    answer = client.get("/sign-in?next=/status", headers=HTML, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/status"
    assert "Sign out" not in client.get("/", headers=HTML).text


def test_whoever_is_signed_in_can_sign_out(locked: TestClient) -> None:
    assert "Sign out" not in locked.get("/sign-in", headers=HTML).text
    sign_in(locked)
    assert 'action="/sign-out"' in locked.get("/", headers=HTML).text


def test_a_key_in_a_header_opens_pages_too(locked: TestClient) -> None:
    assert locked.get("/", headers=HTML | {"Authorization": f"Bearer {KEY}"}).status_code == 200


def test_an_unknown_host_is_refused_in_words_people_read(locked: TestClient) -> None:
    answer = locked.get("/", headers=HTML | {"Host": "evil.example"})
    assert answer.status_code == 400
    assert "CALLSIFT_ALLOWED_HOSTS" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


def test_our_script_is_sent_to_sign_in_as_well(locked: TestClient) -> None:
    answer = locked.get("/?q=words", headers=HTML | {"Callsift-Part": "1"})
    assert answer.status_code == 303
