"""search --save, and searches list, run, seen, rename, remove."""

from pathlib import Path
from typing import Any

import pytest

from indexer.pipeline import index_calls
from indexer.store.embedded import EmbeddedStore
from models.saved import SavedSearch
from tests.factories import NOON, an_entry
from tests.fakes import WordEmbedder
from tests.indexer.cli.driving import Run, a_talk_about, found, printed

pytestmark = pytest.mark.usefixtures("filled")


def listed(run: Run) -> list[Any]:
    searches: list[Any] = printed(run("searches", "list", "--json"))["searches"]
    return searches


def asked_by(run: Run, *arguments: str) -> Any:
    assert run("search", *arguments, "--save", "Prices", "--json").exit_code == 0
    [search] = listed(run)
    return search["asked"]


def arrive(data: Path, *numbers: int) -> None:
    store = EmbeddedStore(data)
    records = [a_talk_about("price", number) for number in numbers]
    calls = [(record, an_entry(record.call.id)) for record in records]
    index_calls(calls, store=store, embedder=WordEmbedder())
    store.close()


def test_a_search_is_saved_as_it_was_typed(run: Run) -> None:
    options = ["--since", "9000d", "--disposition", "answered", "--disposition", "busy", "--mode", "keyword", "--min-duration", "5", "--side", "contact", "--kind", "recording"]  # fmt: skip
    assert asked_by(run, "the", "price", *options, "--limit", "3") == {
        "q": "the price", "since": "9000d", "disposition": ["answered", "busy"], "mode": "keyword",
        "min_duration": 5, "side": "contact", "kind": ["recording"],
    }  # fmt: skip


def test_a_listing_can_be_saved_too(run: Run) -> None:
    assert asked_by(run, "--direction", "inbound") == {"direction": ["inbound"]}
    assert found(run("searches", "run", "Prices", "--json")) == ["acti_3"]


def test_saving_answers_and_says_how_to_ask_again(run: Run) -> None:
    result = run("search", "price", "--save", " Prices ")
    assert "The price is what worries me most." in result.stdout
    assert result.stderr == "Saved as 'Prices': callsift searches run 'Prices'\n"
    assert run("search", "price", "--save", "Other", "--json").stdout.count("\n") == 1


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--mode", "semantic", "--kind", "note", "--kind", "recording"],
        ["--since", "2026-03-11T14:00", "--disposition", "vm-left", "--disposition", "answered"],
        ["--side", "contact", "--min-duration", "60", "--max-duration", "60"],
    ],
)
@pytest.mark.parametrize("words", [["price", "worries"], []])
def test_a_saved_search_answers_as_the_search_did(
    run: Run, words: list[str], options: list[str]
) -> None:
    before = printed(run("search", *words, *options, "--save", "Prices", "--json"))
    again = printed(run("searches", "run", "prices", "--json"))
    told = again.pop("saved")
    assert again == before
    assert (told["name"], told["new"], told["upto"]) == ("Prices", 0, 3)


def test_pages_follow_by_their_cursor(run: Run) -> None:
    run("search", "price", "--save", "Prices")
    first = printed(run("searches", "run", "Prices", "--limit", "2", "--json"))
    rest = run("searches", "run", "Prices", "--cursor", first["next_cursor"], "--json")
    assert [hit["rank"] for hit in printed(rest)["hits"]] == [3]


def test_what_is_new_is_told_until_it_is_seen(run: Run, data: Path) -> None:
    run("search", "price", "--save", "Prices")
    assert "Nothing new; never marked as seen, saved " in run("searches", "run", "Prices").stdout
    arrive(data, 0, 7)
    text = run("searches", "run", "Prices").stdout
    assert "2 new; never marked as seen" in text
    assert "callsift searches seen 'Prices' --upto 5\n" in text
    assert set(found(run("searches", "run", "Prices", "--new", "--json"))) == {"acti_0", "acti_7"}
    arrive(data, 6)
    marked = printed(run("searches", "seen", "Prices", "--upto", "5", "--json"))
    assert marked["seen_at"] is not None
    assert found(run("searches", "run", "Prices", "--new", "--json")) == ["acti_6"]
    assert run("searches", "seen", "prices").stdout == "'Prices' is marked as seen\n"
    text = run("searches", "run", "Prices", "--new").stdout
    assert "Nothing new; last marked as seen " in text
    assert "searches seen" not in text


def test_searches_are_listed_as_they_would_be_typed(run: Run) -> None:
    assert "--save" in run("searches", "list").stdout
    run("search", "the price", "--since", "9000d", "--user-id", "user_1", "--save", "Prices")
    run("search", "--save", "Everything")
    lines = run("searches", "list").stdout.splitlines()
    assert lines[::2] == ["Everything", "Prices"]
    assert lines[1].startswith("   newest calls; never marked as seen, saved ")
    assert lines[3].startswith("   'the price' --since 9000d --user-id user_1; never marked")


def test_a_search_is_renamed_and_removed(run: Run) -> None:
    run("search", "price", "--save", "Prices")
    [before] = listed(run)
    renamed = printed(run("searches", "rename", "prices", "Costs", "--json"))
    assert renamed == before | {"name": "Costs"}
    assert run("searches", "rename", "Costs", "COSTS").stdout == "'Costs' is now 'COSTS'\n"
    assert printed(run("searches", "remove", "costs", "--json")) == {
        "id": before["id"], "deleted": True,
    }  # fmt: skip
    assert listed(run) == []


def test_a_name_is_taken_once(run: Run) -> None:
    run("search", "price", "--save", "Prices")
    run("search", "weather", "--save", "Weather")
    for command in (["search", "cost", "--save", "PRICES"], ["searches", "rename", "Weather", "prices"]):  # fmt: skip
        result = run(*command)
        assert result.exit_code == 1
        assert "is saved already: choose another name" in result.stderr
    assert [(s["name"], s["asked"]["q"]) for s in listed(run)] == [
        ("Prices", "price"), ("Weather", "weather"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 101])
def test_what_is_no_name_is_a_wrong_question(run: Run, name: str) -> None:
    result = run("search", "price", "--save", name)
    assert (result.exit_code, listed(run)) == (2, [])
    assert "callsift: name: must " in result.stderr


def test_a_wrong_question_is_not_saved(run: Run) -> None:
    assert run("search", "price", "--disposition", "anwsered", "--save", "Prices").exit_code == 2
    assert listed(run) == []


@pytest.mark.parametrize(
    "command", [["run"], ["seen"], ["remove"], ["rename", "Costs"]], ids=lambda c: c[0]
)
def test_an_unknown_search_is_told_in_one_line(run: Run, command: list[str]) -> None:
    first, *rest = command
    result = run("searches", first, "Prices", *rest, "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "callsift: no search 'Prices' is saved here\n"


def test_nothing_can_be_seen_that_has_not_arrived(run: Run) -> None:
    run("search", "price", "--save", "Prices")
    result = run("searches", "seen", "Prices", "--upto", "4")
    assert (result.exit_code, listed(run)[0]["seen_at"]) == (2, None)
    assert "callsift: upto: " in result.stderr


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"colour": "red"}, "colour: "),
        ({"since": "lately"}, "since: 'lately'"),
        ({"since": "1d", "until": "2020-01-01"}, "since: must be before until"),
        ({"side": "nobody"}, "side: "),
        ({"disposition": ["of-old"]}, "disposition: 'of-old'"),
    ],
)
def test_a_question_that_cannot_be_asked_any_more_is_told(
    run: Run, data: Path, asked: dict[str, Any], why: str
) -> None:
    store = EmbeddedStore(data)
    store.save_search(SavedSearch(id="1", name="Old", asked=asked, created_at=NOON))
    store.close()
    result = run("searches", "run", "Old")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("callsift: the search saved as 'Old' cannot be asked any more")
    assert why in result.stderr


def test_a_cursor_of_another_question_is_a_wrong_question(run: Run) -> None:
    run("search", "price", "--save", "Prices")
    result = run("searches", "run", "Prices", "--cursor", "x")
    assert result.exit_code == 2
    assert "callsift: cursor: " in result.stderr


@pytest.mark.parametrize("command", ["list", "run", "seen", "rename", "remove"])
def test_every_command_has_help_an_example_and_json(run: Run, command: str) -> None:
    text = run("searches", command, "--help").stdout
    assert "Examples:\n" in text
    assert "--json" in text
