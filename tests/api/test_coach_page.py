"""The page Coach."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from starlette.testclient import TestClient

from indexer.metrics import FORMULAS
from models import Side
from tests.api.conftest import Shelf, an_app, ready
from tests.factories import NOON, a_record, a_transcript, said


@pytest.fixture(scope="module")
def office() -> Shelf:
    """Three reps with fifteen calls each; Ana's hold a long monologue at 0:10."""
    store = Shelf()
    for number, rep in enumerate(("ana", "bo", "cy")):
        for n in range(15):
            call_id = f"acti_{rep}_{n}"
            talk = a_transcript(
                said(Side.USER, "Hello there, who is this?", 0.0),
                said(Side.CONTACT, "It is me, and I have a story.", 4.0, end_s=9.0),
                said(Side.USER, "Let me tell you of our prices.", 10.0, end_s=12.0 + n),
                said(Side.CONTACT, "Thank you, that was long.", 40.0, end_s=44.0),
            )
            store.add(
                a_record(
                    call_id=call_id, recording=talk, user_id=f"user_{rep}", user_name=rep.title(),
                    date_created=NOON - timedelta(days=2 * n),
                )
            )  # fmt: skip
            figures = {"talk_ratio": 0.4 + n / 100 + number / 10, "longest_monologue_s": 2.0 + n}
            store.measure({call_id: figures}, formulas=FORMULAS)
    return store


@pytest.fixture(scope="module")
def served(office: Shelf) -> Iterator[TestClient]:
    with ready(an_app(office)) as client:
        yield client


@pytest.fixture
def client(served: TestClient, office: Shelf) -> Iterator[TestClient]:
    """A client of an office in which nobody has made anything yet."""
    yield served
    for kind in ("team", "intervention"):
        office.discard(kind, [paper.id for paper in office.papers(kind)])


def page(client: TestClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text)))


def test_whom_there_is_can_be_chosen(client: TestClient) -> None:
    html = client.get("/coach").text
    assert [name for name in ("ana", "bo", "cy") if f"/coach?rep=user_{name}" in html]
    assert "Ana 15 calls" in page(client, "/coach")
    assert 'aria-current="page">Coach' in html


def test_numbers_are_shown_with_their_intervals_and_the_others(client: TestClient) -> None:
    text = page(client, "/coach?rep=user_ana")
    assert "15 conversations, 90 days" in text
    row = text[text.index("Talk ratio") :]
    assert re.search(r"47\.0% 4\d\.\d% to 4\d\.\d% n 15 62\.0% 5\d\.\d% to 6\d\.\d% n 30", row)
    assert "too few calls to tell: 30 each are needed -15.0 points [" in row
    assert "Defined where:" in text
    assert "talk_ratio@1" in text


def test_below_the_smallest_n_there_is_no_interval_and_the_reason_is_told(
    client: TestClient,
) -> None:
    text = page(client, "/coach?rep=user_ana&period=30d&direction=outbound")
    assert "15 conversations, 30 days, outbound" in text
    assert re.search(r"Longest monologue .{0,500} n 15: 15 calls are too few", text)


def test_the_trend_is_drawn_and_told_as_a_table(client: TestClient) -> None:
    html = client.get("/coach?rep=user_ana&trend=talk_ratio").text
    [plot] = re.findall(r'<img src="([^"]+)"', html)
    drawn = client.get(unescape(plot))
    assert drawn.status_code == 200
    assert "Talk ratio" in drawn.text
    assert client.get(unescape(re.findall(r'srcset="([^"]+)"', html)[0])).status_code == 200
    text = page(client, "/coach?rep=user_ana&trend=talk_ratio")
    assert "2026-03-09 40.5%" in text
    assert "Talk ratio by month" in page(client, "/coach?rep=user_ana&trend=talk_ratio&period=all")


def test_the_moments_behind_a_number_lead_to_the_second(client: TestClient) -> None:
    html = client.get("/coach?rep=user_ana").text
    assert '<a class="at" href="/calls/acti_ana_14#t=10">' in html
    assert "acti_bo_14" not in html
    text = page(client, "/coach?rep=user_ana")
    assert "Longest monologues The call at 0:10 0:16 long Let me tell you of our prices." in text
    call = client.get("/calls/acti_ana_14").text
    assert 'id="t=10"' in call


def test_numbers_leave_as_csv(client: TestClient) -> None:
    html = client.get("/coach?rep=user_ana").text
    [export] = re.findall(r'href="(/v1/compare/export[^"]+)"', html)
    rows = client.get(unescape(export)).text.splitlines()
    assert rows[1].startswith("talk_ratio,1,share,group,Ana,")
    assert ",0.47" in rows[1]


def test_a_team_is_made_shown_changed_and_deleted(client: TestClient, office: Shelf) -> None:
    fields = {"name": "East", "reps": "Ana\r\nuser_bo\r\n"}
    assert client.post("/coach/teams", data=fields).url.path == "/coach"
    [team] = office.papers("team")
    text = page(client, f"/coach?team={team.id}")
    assert "30 conversations, 90 days; a team of 2 reps: Ana, Bo." in text
    client.post("/coach/teams", data={"team": team.id, "name": "North", "reps": "Cy"})
    assert "North Cy" in page(client, "/coach")
    client.post(f"/coach/teams/{team.id}/delete", data={})
    assert office.papers("team") == []


def test_a_plan_is_written_down_and_its_effect_shown(client: TestClient, office: Shelf) -> None:
    fields = {
        "rep": "user_ana", "name": "Listen", "metric": "talk_ratio", "wanted": "down", "target": "45",
        "started_on": "2026-02-25", "next_check_on": "2026-03-10", "behaviour": "Ask, then wait.",
    }  # fmt: skip
    there = client.post("/coach/plans", data=fields)
    assert there.url.query == b"rep=user_ana"
    text = page(client, "/coach?rep=user_ana")
    assert "Talk ratio, to go down, target 45.0%; since 2026-02-25; next check 2026-03-10" in text
    assert "So far: " in text
    assert "3 ways to choose" in text
    assert "Listen" not in page(client, "/coach?rep=user_bo")
    [plan] = office.papers("intervention")
    client.post(f"/coach/plans/{plan.id}/delete", data={"rep": "user_ana"})
    assert office.papers("intervention") == []


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/coach?rep=user_nobody", "no call of a rep"),
        ("/coach?rep=user_ana&team=x", "choose one of them"),
        ("/coach?rep=user_ana&period=9d", "choose one of"),
        ("/coach?rep=user_ana&trend=nope", "there is no metric"),
        ("/coach?rep=user_ana&direction=up", "inbound"),
        ("/coach?colour=red", "no such parameter"),
    ],
)
def test_what_cannot_be_shown_is_refused(client: TestClient, path: str, told: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 422
    assert told in unescape(answer.text)


def test_a_team_that_is_not_there_is_not_found(client: TestClient) -> None:
    assert client.get("/coach?team=nobody").status_code == 404


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": ""}, "must not be empty"),
        ({"started_on": "soon"}, "must be a day"),
        ({"target": "low"}, "must be a number"),
        ({"metric": "nope"}, "there is no metric"),
        ({"rep": ""}, "must name a rep or a team"),
    ],
)
def test_what_is_no_plan_is_refused(
    client: TestClient, office: Shelf, change: dict[str, str], told: str
) -> None:
    fields = {"rep": "user_ana", "name": "Listen", "metric": "talk_ratio"}
    answer = client.post("/coach/plans", data=fields | change)
    assert answer.status_code == 422
    assert told in unescape(answer.text)
    assert office.papers("intervention") == []


def test_without_calls_in_a_period_it_says_so(client: TestClient) -> None:
    text = page(client, "/coach?rep=user_ana&direction=inbound")
    assert "No conversation of Ana is in this period" in text


def test_without_reps_it_says_so() -> None:
    with ready(an_app(Shelf())) as client:
        assert "No call of a rep is stored here yet" in page(client, "/coach")
