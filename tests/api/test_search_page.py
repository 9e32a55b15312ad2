"""The search page: every state of it, and that its address says it all."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from indexer.store.contract import StoreFacts
from models import CallState, Lead, Mode, Outcome, SearchFilter, Side, Tally
from models.errors import StoreBroken
from tests.api.conftest import AT_HOME, Shelf, TinyEmbedder, an_app
from tests.factories import a_record, a_transcript, an_entry, said

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PART = HTML | {"Callsift-Part": "answer and counts"}
EVIL = '"><script>alert(1)</script>&amp;<img src=x onerror=alert(1)>'


def page(client: TestClient, address: str) -> str:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


def text_of(html: str) -> str:
    """What a reader reads, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def fill(store: Shelf, count: int) -> None:
    for n in range(count):
        store.add(a_record("a price is named here", call_id=f"acti_{n:02}", lead_id=f"lead_{n}", lead=Lead(id=f"lead_{n}", name=f"Lead {n:02}")))  # fmt: skip


def test_an_answer_shows_the_call_and_its_moment(client: TestClient, store: Shelf) -> None:
    store.add(
        a_record(
            "the price is high", "it is worth it", disposition="vm-left", user_name="Maren Tolvik",
            lead_id="lead_1", lead=Lead(id="lead_1", name="Quillmoor Paving"),
            outcome_id="o", outcome=Outcome(id="o", name="Won"),
            note="call again", duration_s=412,
        )
    )  # fmt: skip
    html = page(client, "/?q=prices")
    text = text_of(html)
    for told in ("Quillmoor Paving", "Maren Tolvik", "11 Mar 2026, 12:00 UTC", "6:52", "Voicemail left", "Won", "call again", "searched 1 of 1 calls"):  # fmt: skip
        assert told in text
    assert "the <mark>price</mark> is high" in html
    assert 'href="/calls/acti_1?q=prices&amp;n=1#t=0"' in html


def test_without_a_question_the_newest_calls_are_listed(client: TestClient, store: Shelf) -> None:
    fill(store, 1)
    html = page(client, "/")
    assert "Lead 00" in html
    assert "Newest first" in html
    assert "<mark>" not in html


def test_a_search_by_meaning_marks_no_words(client: TestClient, store: Shelf) -> None:
    fill(store, 1)
    assert "<mark>" in page(client, "/?q=price&mode=keyword")
    assert "<mark>" not in page(client, "/?q=price&mode=semantic")


def test_every_parameter_of_the_api_is_one_of_the_page(client: TestClient, store: Shelf) -> None:
    fill(store, 1)
    asked = (
        "/?q=price&mode=keyword&limit=5&disposition=answered&disposition=busy&direction=outbound"
        "&call_method=regular&user_id=u&lead_id=l&contact_id=c&outcome_id=o&since=30d&until=2026-03-12"
        "&min_duration=1&max_duration=99&side=contact&kind=recording&kind=note"
    )
    html = page(client, asked)
    for shown in ('name="lead_id" value="l"', 'name="contact_id" value="c"', 'name="limit" value="5"', 'name="since" value="30d"', 'name="until" form="ask" value="2026-03-12"', 'name="min_duration" form="ask" min="0" step="1" inputmode="numeric" placeholder="seconds" value="1"', '<option value="keyword" selected>'):  # fmt: skip
        assert shown in html
    for checked in ("disposition-answered", "disposition-busy", "side-contact", "kind-note", "user_id-u", "outcome_id-o"):  # fmt: skip
        assert re.search(rf'id="f-{checked}"[^>]* checked>', html)
    carried = unescape(html)
    assert "Said by the contact" in carried
    assert "Last 30 days" in carried


def test_counts_stand_beside_what_can_be_chosen(client: TestClient, store: Shelf) -> None:
    fill(store, 3)
    store.add(a_record("hello there", call_id="acti_9", disposition="busy"))
    text = text_of(page(client, "/?disposition=busy"))
    assert "Answered 3 calls" in text
    assert "Busy 1 call" in text


def test_what_is_chosen_can_be_taken_away(client: TestClient, store: Shelf) -> None:
    fill(store, 1)
    html = page(client, "/?q=price&disposition=answered&disposition=busy&since=30d&cursor=")
    links = [unescape(link) for link in re.findall(r'<li><a href="([^"]*)"><span class="unseen">Remove', html)]  # fmt: skip
    assert links == [
        "/?q=price&disposition=busy&since=30d",
        "/?q=price&disposition=answered&since=30d",
        "/?q=price&disposition=answered&disposition=busy",
    ]
    for link in links:
        page(client, link)


def test_what_a_form_leaves_empty_is_not_asked(client: TestClient, store: Shelf) -> None:
    fill(store, 1)
    assert "Lead 00" in page(client, "/?q=&since=&until=&min_duration=&max_duration=&side=&mode=hybrid")  # fmt: skip


def test_a_date_replaces_the_age_that_its_form_sends_as_well(
    client: TestClient, store: Shelf
) -> None:
    fill(store, 1)
    html = page(client, "/?since=30d&since=2026-03-01")
    assert 'name="since" form="ask" value="2026-03-01"' in html
    assert "Last 30 days" not in html


def test_an_age_is_carried_by_the_form(client: TestClient, store: Shelf) -> None:
    fill(store, 1)
    html = page(client, "/?since=30d&until=today")
    assert '<input type="hidden" name="since" value="30d">' in html
    assert '<input type="hidden" name="until" value="today">' in html


def test_a_listing_shows_how_a_call_begins(client: TestClient, store: Shelf) -> None:
    voicemail = a_transcript(said(Side.CONTACT, "please call me", 1.0))
    store.add(a_record(voicemail=voicemail, duration_s=0, voicemail_duration_s=24.0))
    text = text_of(page(client, "/"))
    assert "Begins please call me" in text
    assert "Voicemail 0:24" in text


def test_pages_follow_each_other(client: TestClient, store: Shelf) -> None:
    fill(store, 3)
    seen, address = [], "/?q=price&limit=2"
    for _ in range(2):
        html = page(client, address)
        seen += re.findall(r"Lead \d\d(?=</a>)", html)
        found = re.search(r'id="next" href="([^"]*)"', html)
        address = unescape(found[1]) if found else ""
    assert sorted(seen) == ["Lead 00", "Lead 01", "Lead 02"]
    assert address == ""
    assert "from the first" in html


def test_a_part_of_the_page_is_what_an_answer_changes(client: TestClient, store: Shelf) -> None:
    fill(store, 1)
    whole = page(client, "/?q=price")
    part = client.get("/?q=price", headers=PART).text
    assert "<html" not in part
    assert len(part) < len(whole)
    for region in ("coverage", "moments-of-time", "facets", "answer"):
        assert f'id="{region}"' in part
        assert f'id="{region}"' in whole


def test_while_one_only_types_nothing_is_counted_again(client: TestClient, store: Shelf) -> None:
    fill(store, 1)
    typing = HTML | {"Callsift-Part": "answer"}
    part = client.get("/?q=price&disposition=answered", headers=typing).text
    assert 'id="answer"' in part
    assert 'id="facets"' not in part
    assert "Lead 00" in part
    named = client.get("/?q=price&user_id=user_1", headers=typing).text
    assert 'id="facets"' in named  # a rep's name is known from the counts


def test_a_first_visitor_is_told_what_to_do(client: TestClient) -> None:
    text = text_of(page(client, "/"))
    assert "callsift sync" in text
    assert "callsift import" in text
    assert "0 of 0 calls" in text


def test_a_first_visitor_of_a_server_that_syncs_is_told_so(store: Shelf) -> None:
    app = an_app(store)
    app.state.worker = object()
    client = TestClient(app, base_url=AT_HOME)  # not entered: nothing is loaded
    text = text_of(page(client, "/"))
    assert "asking Close for your calls" in text
    assert "API key" not in text


def test_calls_that_all_wait_are_told_of(client: TestClient, store: Shelf) -> None:
    store.enter([an_entry("acti_1", CallState.WAITING)])
    text = text_of(page(client, "/"))
    assert "No call can be searched yet" in text
    assert "0 of 1 calls 1 waiting" in text


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/?q=zebra&mode=keyword", "No call holds these words"),
        ("/?q=price&disposition=busy", "No call answers that under these filters"),
        ("/?disposition=busy", "No call passes under these filters"),
    ],
)
def test_an_empty_answer_says_what_to_change(
    client: TestClient, store: Shelf, address: str, told: str
) -> None:
    fill(store, 1)
    html = page(client, address)
    assert told in text_of(html)
    links = [unescape(link) for link in re.findall(r'href="(/[^"]*)">(?:all of them|Search by meaning)', html)]  # fmt: skip
    assert [Mode.KEYWORD in link or "disposition" in link for link in links] == [False]


@pytest.fixture
def loading(store: Shelf) -> Iterator[TestClient]:
    """A client of a server whose embedder is still being loaded."""
    embedder = TinyEmbedder()
    embedder.may_load.clear()
    fill(store, 1)
    with TestClient(an_app(store, embedder), base_url=AT_HOME) as client:
        yield client
        embedder.may_load.set()


def test_while_it_loads_a_question_waits_and_says_so(loading: TestClient) -> None:
    answer = loading.get("/?q=price&disposition=busy", headers=HTML)
    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith("text/html")
    text = text_of(answer.text)
    assert "Getting ready to search" in text
    assert "missing embedder, indexes" in text
    assert 'data-again="5"' in answer.text
    assert 'value="price"' in answer.text  # what was asked is still there
    assert 'href="/?q=price&amp;disposition=busy">Try again' in answer.text


def test_while_it_loads_the_newest_calls_are_listed(loading: TestClient) -> None:
    assert "Lead 00" in page(loading, "/")


WRONG = [
    ("since=soon", "Since: 'soon' is no moment"),
    ("colour=blue", "Colour: there is no such parameter"),
    ("side=both", "Who said it: Input should be"),
    ("min_duration=9&max_duration=3", "Shortest duration: must not be more than"),
    ("min_duration=x", "Shortest duration: Input should be"),
    ("mode=keyword&mode=semantic", "Mode: is given more than once"),
    ("disposition=wrong", "Disposition: 'wrong' is none of"),
    ("cursor=nonsense", "Cursor:"),
    ("limit=0", "Limit: Input should be"),
]


@pytest.mark.parametrize(("asked", "told"), WRONG)
def test_a_wrong_parameter_is_told_where_the_answer_would_be(
    client: TestClient, store: Shelf, asked: str, told: str
) -> None:
    fill(store, 1)
    answer = client.get(f"/?q=price&{asked}", headers=HTML)
    assert answer.status_code == 422
    assert told in text_of(answer.text)
    assert 'value="price"' in answer.text
    part = client.get(f"/?q=price&{asked}", headers=PART)
    assert told in text_of(part.text)
    assert "<html" not in part.text


def test_a_program_gets_a_problem_it_can_read(client: TestClient) -> None:
    answer = client.get("/?colour=blue")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


class Broken(Shelf):
    """A store that cannot be read any more."""

    def facts(self) -> StoreFacts:
        raise StoreBroken("cannot read <the folder>")

    def tally(self) -> Tally:
        raise StoreBroken("cannot read <the folder>")

    def count(self, where: SearchFilter = SearchFilter()) -> int:
        raise StoreBroken("cannot read <the folder>")


def test_a_broken_store_is_a_page_too() -> None:
    client = TestClient(an_app(Broken()), base_url=AT_HOME)  # not entered: nothing is loaded
    answer = client.get("/", headers=HTML)
    assert answer.status_code == 503
    assert "cannot read &lt;the folder&gt;" in answer.text


def test_an_unexpected_error_is_a_page_that_keeps_its_words(client: TestClient) -> None:
    class Defective(Shelf):
        def tally(self) -> Tally:
            raise ValueError("the customer said hunter2")

    app = an_app(Defective())
    answer = TestClient(app, base_url=AT_HOME, raise_server_exceptions=False).get("/", headers=HTML)
    assert answer.status_code == 500
    assert "Unexpected error" in text_of(answer.text)
    assert "hunter2" not in answer.text


def test_an_unknown_page_leads_back_to_the_search(client: TestClient) -> None:
    answer = client.get("/nowhere", headers=HTML)
    assert answer.status_code == 404
    assert 'href="/">Go to the search' in answer.text
    assert client.get("/v1/nowhere", headers=HTML).headers["content-type"].endswith("problem+json")


def test_nothing_of_close_is_markup(client: TestClient, store: Shelf) -> None:
    store.add(
        a_record(
            recording=a_transcript(said(Side.USER, f"price {EVIL}", 1.0, speaker=EVIL)),
            user_id=EVIL, user_name=EVIL, note=f"price {EVIL}", disposition=EVIL, direction=EVIL,
            call_method=EVIL, outcome_id=EVIL, outcome=Outcome(id=EVIL, name=EVIL),
            lead_id=EVIL, lead=Lead(id=EVIL, name=EVIL), call_id="acti_<b>",
        )
    )  # fmt: skip
    for asked in ({}, {"q": "price"}, {"q": f"price{EVIL}", "user_id": EVIL, "since": "90d"}):
        html = page(client, f"/?{urlencode(asked)}")
        assert "<script>alert" not in html
        assert "<img" not in html
        assert "acti_<b>" not in html
    assert "&lt;script&gt;" in page(client, "/")


def test_an_evil_question_that_is_not_understood_is_text(client: TestClient) -> None:
    answer = client.get("/", params={"q": EVIL}, headers=HTML)
    assert answer.status_code == 422  # it begins with a quote that is never closed
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text
    assert "<mark>&#34;</mark>&gt;&lt;script&gt;" in answer.text
    assert 'value="&#34;&gt;&lt;script&gt;' in answer.text


def test_an_evil_question_is_text(client: TestClient) -> None:
    for name in ("q", EVIL, "since", "until", "disposition", "lead_id", "mode", "cursor"):
        assert "<script>alert" not in client.get("/", params={name: EVIL}, headers=HTML).text


def policy_of(headers: Mapping[str, str]) -> dict[str, str]:
    parts = headers["content-security-policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


@pytest.mark.parametrize("address", ["/", "/?q=price", "/?limit=0", "/status", "/nowhere", "/calls/acti_00", "/calls/none"])  # fmt: skip
def test_every_page_keeps_to_itself(client: TestClient, store: Shelf, address: str) -> None:
    fill(store, 1)
    answer = client.get(address, headers=HTML)
    assert policy_of(answer.headers) == {
        "default-src": "'none'", "script-src": "'self'", "style-src": "'self'",
        "img-src": "'self'", "media-src": "'self'", "connect-src": "'self'",
        "form-action": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'",
    }  # fmt: skip
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    # What the policy would forbid is not there; nor is anything from elsewhere.
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", answer.text)
    assert not re.search(r"<script(?![^>]* src=\"/static/)", answer.text)
    assert not re.search(r'(?:src|<link[^>]* href|action)="(?:https?:)?//', answer.text)


def test_a_static_file_is_kept_for_as_long_as_it_is_the_same(client: TestClient) -> None:
    html = page(client, "/")
    files = set(re.findall(r'"(/static/[^"]*)"', html))
    assert {name.rsplit("/", 1)[1] for name in files} == {"callsift.css", "icon.svg", "search.js"}
    for name in files:
        answer = client.get(name)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.get("/static/before/callsift.css").headers["cache-control"] == "no-store"
    for name in ("nothing.css", "..%2fapp.py", "__init__.py", "callsift"):
        assert client.get(f"/static/before/{name}").status_code == 404


def test_scripts_import_only_each_other(client: TestClient) -> None:
    for name in ("search.js", "call.js", "status.js", "sign-in.js", "page.js", "dock.js"):
        code = client.get(f"/static/x/{name}").text
        for other in re.findall(r'(?:from|import) "([^"]+)"', code):
            assert client.get(f"/static/x/{other.removeprefix('./')}").status_code == 200


def test_a_first_page_is_small(client: TestClient, store: Shelf) -> None:
    for n in range(10):
        store.add(a_record(*["the price is a thing we talk about at some length"] * 40, call_id=f"acti_{n}"))  # fmt: skip
    html = page(client, "/?q=price")
    names = ("callsift.css", "icon.svg", "search.js", "page.js", "dock.js")
    total = len(html.encode()) + sum(len(client.get(f"/static/x/{n}").content) for n in names)
    assert total < 100_000


def test_pages_are_no_part_of_the_described_api(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert [path for path in paths if not path.startswith(("/v1", "/healthz", "/readyz"))] == []
