"""`callsift compare` and `callsift teams`."""

from datetime import timedelta
from pathlib import Path

import pytest

from indexer.metrics import FORMULAS
from indexer.store.embedded import EmbeddedStore
from tests.factories import NOON
from tests.indexer.cli.driving import Run, a_talk_about, fill, printed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data of two reps with ten calls each, four days apart."""
    data = tmp_path_factory.mktemp("office")
    days = [NOON - timedelta(days=60 + 4 * n) for n in range(10)]
    records = [
        a_talk_about("price", 100 * rep + n, user_id=f"user_{rep}", user_name=name, activity_at=day)
        for rep, name in enumerate(("Ana", "Bo"))
        for n, day in enumerate(days)
    ]
    fill(data, *records)
    store = EmbeddedStore(data)
    store.measure(
        {r.call.id: {"talk_ratio": 0.4 + (int(r.call.id[5:]) % 100) / 50} for r in records},
        formulas=FORMULAS,
    )
    store.close()
    return data


@pytest.fixture
def office(data: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting but those data, which the tests leave as they are."""
    assert not data.exists()
    monkeypatch.setenv("CALLSIFT_DATA_DIR", str(folder))


@pytest.mark.usefixtures("office")
def test_reps_are_shown_with_interval_and_n_and_what_can_be_told(run: Run) -> None:
    told = run("compare", "--metric", "talk_ratio", "--by", "rep")
    assert told.exit_code == 0, told.stderr
    lines = told.stdout.splitlines()
    assert lines[0] == "Talk ratio (talk_ratio@1), within direction: outbound 100%"
    assert [line.split()[:2] for line in lines[2:4]] == [["Ana", "49.0%"], ["Bo", "49.0%"]]
    assert "Ana and Bo cannot be told apart" in told.stdout
    assert "20 calls pass the filters" in told.stdout


@pytest.mark.usefixtures("office")
def test_rows_and_json_have_the_same_numbers(run: Run) -> None:
    command = ("compare", "-m", "talk_ratio", "--group", "Ana: user_id=user_0", "--rest", "Others")
    out = printed(run(*command, "--json"))
    assert [group["name"] for group in out["groups"]] == ["Ana", "Others"]
    csv = run(*command, "--csv").stdout.splitlines()
    assert csv[0].startswith("metric,version,unit,row,group")
    assert [line.split(",")[3:5] for line in csv[1:]] == [
        ["group", "Ana"], ["group", "Others"], ["difference", "Ana"],
    ]  # fmt: skip
    assert len(run(*command, "--ndjson").stdout.splitlines()) == 3


@pytest.mark.usefixtures("office")
def test_the_effect_of_coaching_is_shown_rep_by_rep(run: Run) -> None:
    start = (NOON - timedelta(days=80)).date().isoformat()
    command = ("compare", "-m", "talk_ratio", "--coached", "Ana", "--start", start)
    told = run(*command, "--weeks-before", "8", "--weeks-after", "8")
    assert told.exit_code == 0, told.stderr
    assert [line.split()[:2] for line in told.stdout.splitlines()[2:4]] == [
        ["coached", "Ana"], ["peer", "Bo"],
    ]  # fmt: skip
    assert "more reps are needed" in " ".join(told.stdout.split())
    out = printed(run(*command, "--json"))
    assert (out["permutations"], out["reps"][0]["name"]) == (2, "Ana")


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("-m", "nope", "--by", "rep"), "there is no metric 'nope'"),
        (("--by", "rep"), "metric: must name at least one"),
        (("-m", "talk_ratio"), "by: say what to compare"),
        (("-m", "talk_ratio", "--by", "team"), "there are no teams yet"),
        (("-m", "talk_ratio", "--group", "A: direction=inbound"), "compared with nothing"),
        (
            ("-m", "talk_ratio", "--group", "A: red=1", "--rest", "B"),
            "A: red: there is no such filter",
        ),
        (("-m", "talk_ratio", "--by", "rep", "--since", "lately"), "since: 'lately'"),
        (("-m", "talk_ratio", "--by", "rep", "--csv", "--json"), "choose one of them"),
        (("-m", "talk_ratio", "--start", "2026-01-01"), "coached: must name at least one rep"),
        (("-m", "talk_ratio", "--coached", "Ana"), "start: is missing"),
        (("-m", "talk_ratio", "--coached", "Cy", "--start", "2026-01-01"), "reps are Ana, Bo"),
        (
            ("-m", "talk_ratio", "--coached", "Ana", "--start", "2026-01-01", "--by", "rep"),
            "by: does not go with",
        ),
        (("-m", "talk_ratio", "--coached", "Ana", "--start", "2026-01-01", "--csv"), "use --json"),
        (
            ("-m", "talk_ratio", "-m", "patience_s", "--coached", "Ana", "--start", "2026-01-01"),
            "one metric",
        ),
        (
            ("-m", "talk_ratio", "--coached", "Ana", "--peers", "Ana", "--start", "2026-01-01"),
            "coached rep",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(run: Run, options: tuple[str, ...], told: str) -> None:
    result = run("compare", *options)
    assert result.exit_code == 2
    assert told in result.stderr


@pytest.mark.usefixtures("office")
def test_teams_are_made_listed_changed_and_removed(run: Run) -> None:
    assert run("teams", "list").stdout.startswith("No teams")
    made = printed(run("teams", "add", "East", "--rep", "ana", "--as", "Dana", "--json"))
    assert (made["name"], made["created_by"]) == ("East", "Dana")
    assert run("teams", "change", "east", "--add", "Bo", "--name", "North").stdout == (
        "'North' has 2 reps\n"
    )
    listed = run("teams", "list").stdout.splitlines()
    assert listed == ["North", "   Ana, 10 calls, user_0", "   Bo, 10 calls, user_1"]
    assert run("compare", "-m", "talk_ratio", "--by", "team").exit_code == 0
    assert run("teams", "change", "North", "--drop", "Ana").stdout == "'North' has 1 rep\n"
    [team] = printed(run("teams", "list", "--json"))["teams"]
    assert (team["version"], [rep["name"] for rep in team["reps"]]) == (3, ["Bo"])
    assert run("teams", "remove", "north").stdout == "'North' is deleted\n"
    assert printed(run("teams", "list", "--json")) == {"teams": []}


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        (("add", "East", "--rep", "Cy"), 2, "rep: no call of a rep 'Cy'"),
        (("add", "", "--rep", "Ana"), 2, "name: must not be empty"),
        (("change", "Nobody", "--add", "Ana"), 1, "there is no team 'Nobody'"),
        (("remove", "Nobody"), 1, "there is no team 'Nobody'"),
    ],
)
def test_what_is_no_team_is_refused(
    run: Run, command: tuple[str, ...], code: int, told: str
) -> None:
    result = run("teams", *command)
    assert (result.exit_code, told in result.stderr) == (code, True)
