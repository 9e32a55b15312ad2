"""Teams, and the reps they are made of."""

import pytest

from indexer import teams
from indexer.teams import TEAMS
from models.errors import PaperNameTaken, QueryInvalid
from models.team import Team
from tests.factories import NOON
from tests.indexer.comparing.calling import Office


@pytest.fixture
def office() -> Office:
    office = Office()
    office.call(0.5, user_id="user_1", user_name="Bo")
    office.call(0.5, user_id="user_2", user_name="Ana")
    office.call(0.5, user_id="user_2", user_name="Ana")
    office.call(0.5, user_id="user_3", user_name="Cy")
    office.call(0.5, user_id="user_4", user_name="cy")
    return office


def test_reps_are_those_of_whom_calls_are_stored(office: Office) -> None:
    found = [(rep.name, rep.user_id, rep.calls) for rep in teams.reps(office)]
    assert found[:2] == [("Ana", "user_2", 2), ("Bo", "user_1", 1)]


def test_a_rep_is_named_by_id_or_by_name_and_counted_once(office: Office) -> None:
    wanted = ["user_1", " ana ", "BO"]
    assert teams.user_ids_of(wanted, office, field="user_ids") == ("user_1", "user_2")


@pytest.mark.parametrize(
    ("wanted", "told"),
    [("Dee", "reps are Ana, Bo"), ("user_9", "no call of a rep"), ("Cy", "user_3, user_4")],
)
def test_who_is_not_there_or_not_clear_is_refused(office: Office, wanted: str, told: str) -> None:
    with pytest.raises(QueryInvalid, match=told) as refused:
        teams.user_ids_of([wanted], office, field="rep")
    assert refused.value.field == "rep"


def test_a_team_keeps_a_rep_of_whom_no_call_is_left(office: Office) -> None:
    team = Team(name="East", user_ids=("user_1", "user_gone"))
    assert [(rep.name, rep.calls) for rep in teams.members(team, office)] == [
        ("Bo", 1), ("user_gone", 0),
    ]  # fmt: skip
    assert teams.changed_members(team, ["user_gone", "Ana"], office) == ("user_gone", "user_2")
    assert teams.leaving(team, ["user_gone", "bo"], office) == {"user_1", "user_gone"}
    with pytest.raises(QueryInvalid, match="'Ana' is not in 'East'"):
        teams.leaving(team, ["Ana"], office)


def test_teams_stand_by_name_and_share_none(office: Office) -> None:
    for name in ("West", "east"):
        TEAMS.add(office, Team(name=name, user_ids=("user_1",)), by=None, at=NOON)
    assert [team.body.name for team in teams.teams(office)] == ["east", "West"]
    with pytest.raises(PaperNameTaken):
        TEAMS.add(office, Team(name="EAST", user_ids=("user_2",)), by=None, at=NOON)


@pytest.mark.parametrize(
    ("name", "user_ids", "field"),
    [
        ("", ("user_1",), "name"),
        ("East", (), "user_ids"),
        ("East", ("user_1", "user_1"), "user_ids"),
        ("East", (" ",), "user_ids"),
        ("East", tuple(map(str, range(1001))), "user_ids"),
    ],
)
def test_what_is_no_team_is_refused(name: str, user_ids: tuple[str, ...], field: str) -> None:
    with pytest.raises(QueryInvalid) as refused:
        Team(name=name, user_ids=user_ids)
    assert refused.value.field == field
