"""webhook create, list, delete: what they do in Close, what they keep, and what they say."""

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from indexer.close import FileWebhookKeys
from scripts.close_standin.state import StandIn
from scripts.close_standin.webhooks import Subscription
from tests.indexer.cli.driving import Run, printed
from tests.indexer.cli.test_commands import loaded_by

URL = "https://calls.example.com/v1/webhooks/close"
EVENTS = [
    f"activity.call.{action}"
    for action in ("created", "answered", "completed", "updated", "deleted")
]


@pytest.fixture
def keys(data: Path) -> FileWebhookKeys:
    return FileWebhookKeys(data / "close-webhooks.json")


def tells_no_key(result: Result) -> bool:
    """Whether nothing printed looks like a key of Close's: 64 hexadecimal digits."""
    return re.search("[0-9a-f]{64}", result.stdout + result.stderr) is None


def in_close(close: StandIn) -> list[Subscription]:
    return close.webhooks.subscriptions(None, is_admin=True)


def a_stranger(close: StandIn, url: str = URL) -> Subscription:
    """A subscription that somebody else made."""
    events = [{"object_type": "lead", "action": "merged"}]
    return close.webhooks.subscribe({"url": url, "events": events}, None)


def test_create_subscribes_and_keeps_the_key(
    run: Run, close: StandIn, keys: FileWebhookKeys, data: Path
) -> None:
    result = run("webhook", "create", "https://calls.example.com")

    [made] = in_close(close)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"Close delivers to {URL}: subscription {made.id}\n"
    assert {name: held.key for name, held in keys.held().items()} == {made.id: made.key}
    assert made.verifies_ssl
    assert [f"{e['object_type']}.{e['action']}" for e in made.events] == EVENTS
    assert stat.S_IMODE((data / "close-webhooks.json").stat().st_mode) == 0o600
    assert tells_no_key(result)


def test_create_tells_programs_without_the_key(run: Run, close: StandIn) -> None:
    result = run("webhook", "create", URL, "--json")

    [made] = in_close(close)
    assert printed(result) == {"id": made.id, "url": URL, "is_new": True, "without_key": []}
    assert tells_no_key(result)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("https://calls.example.com", URL),
        (" https://Calls.Example.com/ ", URL),
        ("https://calls.example.com:8443", "https://calls.example.com:8443/v1/webhooks/close"),
        ("https://example.com/Calls/hook", "https://example.com/Calls/hook"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1/webhooks/close"),
        ("http://localhost:8000/hook", "http://localhost:8000/hook"),
        ("http://[::1]:8000", "http://[::1]:8000/v1/webhooks/close"),
    ],
)
def test_an_address_is_made_whole(run: Run, close: StandIn, given: str, meant: str) -> None:
    assert printed(run("webhook", "create", given, "--json"))["url"] == meant
    assert [one.url for one in in_close(close)] == [meant]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("http://calls.example.com", "must be https"),
        ("http://127.0.0.1.example.com", "must be https"),
        ("calls.example.com", "is no http or https address"),
        ("ftp://calls.example.com", "is no http or https address"),
        ("https://", "is no http or https address"),
        ("", "is no http or https address"),
        ("https://calls.example.com:x", "Port"),
        ("https://calls.example.com:0", "is no http or https address"),
        ("https://[::1", "Invalid IPv6"),
        ("https://me:hunter2@calls.example.com", "no password"),
        ("https://calls.example.com/?key=1", "no ?"),
        ("https://calls.example.com/#here", "no #"),
        ("https://calls.example.com/a b", "holds a space"),
        ("https://bücher.example", "no web address has"),
        ("https://me:hunter2@calls.example.com\u2100", "no web address has"),
        ("https://calls.example.com/\x1b[31m", "no web address has"),
    ],
)
def test_an_address_that_is_no_good_never_gets_to_close(
    run: Run, close: StandIn, given: str, says: str
) -> None:
    result = run("webhook", "create", given)

    assert result.exit_code == 2
    assert result.stderr.startswith("callsift: URL: ")
    assert says in result.stderr
    assert "hunter2" not in result.stderr
    assert in_close(close) == []


def test_creating_again_uses_what_is_there(run: Run, close: StandIn) -> None:
    run("webhook", "create", URL)
    [made] = in_close(close)

    again = run("webhook", "create", "https://calls.example.com/")

    assert again.stdout.endswith(f"subscription {made.id}, which was there already\n")
    told = {"id": made.id, "url": URL, "is_new": False, "without_key": []}
    assert printed(run("webhook", "create", URL, "--json")) == told
    assert in_close(close) == [made]


def test_creating_again_resumes_what_was_paused(run: Run, close: StandIn) -> None:
    run("webhook", "create", URL)
    [made] = in_close(close)
    close.webhooks.pause(made)

    again = run("webhook", "create", URL)

    assert again.stdout.endswith("which was paused until now\n")
    assert made.is_active


def test_one_without_a_key_is_told_of_and_not_used(
    run: Run, close: StandIn, keys: FileWebhookKeys
) -> None:
    stranger = a_stranger(close)
    a_stranger(close, "https://elsewhere.example.com/")

    result = run("webhook", "create", URL)

    made = in_close(close)[-1]
    assert list(keys.held()) == [made.id] != [stranger.id]
    assert f"callsift webhook delete {stranger.id}" in result.stdout
    assert "elsewhere" not in result.stdout
    assert printed(run("webhook", "create", URL, "--json"))["without_key"] == [stranger.id]


def test_a_key_that_cannot_be_kept_leaves_no_subscription(
    run: Run, close: StandIn, data: Path
) -> None:
    (data / f"close-webhooks.json.{os.getpid()}.new").mkdir(parents=True)

    result = run("webhook", "create", URL)

    assert result.exit_code == 1
    assert "the webhook keys cannot be saved" in result.stderr
    assert "The new subscription is deleted again" in result.stderr
    assert result.stdout == ""
    assert in_close(close) == []
    assert tells_no_key(result)


def test_a_subscription_that_cannot_be_undone_is_named(
    run: Run, close: StandIn, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data / f"close-webhooks.json.{os.getpid()}.new").mkdir(parents=True)
    subscribe = close.webhooks.subscribe

    def then_lock_us_out(*arguments: Any) -> Subscription:
        close.access.remove_key(os.environ["CLOSE_API_KEY"])
        return subscribe(*arguments)

    monkeypatch.setattr(close.webhooks, "subscribe", then_lock_us_out)
    result = run("webhook", "create", URL)

    [left] = in_close(close)
    assert result.exit_code == 1
    assert f"callsift webhook delete {left.id}" in result.stderr
    assert tells_no_key(result)


@pytest.mark.parametrize("arguments", [["create", URL], ["list"]])
def test_a_broken_key_file_is_told_before_close_is_changed(
    run: Run, close: StandIn, data: Path, arguments: list[str]
) -> None:
    data.mkdir()
    (data / "close-webhooks.json").write_text("half")

    result = run("webhook", *arguments)

    assert result.exit_code == 1
    assert "close-webhooks.json" in result.stderr
    assert in_close(close) == []


def test_list_tells_whose_each_is(run: Run, close: StandIn) -> None:
    run("webhook", "create", URL)
    [ours] = in_close(close)
    theirs = a_stranger(close, "https://elsewhere.example.com/\x1b[31m")
    close.webhooks.pause(ours)

    result = run("webhook", "list")

    shown = result.stdout
    assert f"{ours.id}  paused, ours\n  {URL}\n  {', '.join(EVENTS)}\n" in shown
    assert f"{theirs.id}  active, not ours" in shown
    assert "lead.merged" in shown
    assert "\x1b" not in shown
    assert tells_no_key(result)


def test_list_tells_programs(run: Run, close: StandIn) -> None:
    run("webhook", "create", URL)
    [ours] = in_close(close)
    theirs = a_stranger(close)

    ours_told = {"id": ours.id, "url": URL, "is_active": True, "events": EVENTS, "has_key": True}
    theirs_told = ours_told | {"id": theirs.id, "events": ["lead.merged"], "has_key": False}
    told = {"subscriptions": [ours_told, theirs_told]}
    assert printed(run("webhook", "list", "--json")) == told


@pytest.mark.usefixtures("close")
def test_list_says_how_to_make_the_first(run: Run) -> None:
    assert "callsift webhook create" in run("webhook", "list").stdout
    assert printed(run("webhook", "list", "--json")) == {"subscriptions": []}


@pytest.mark.parametrize("as_json", [True, False])
def test_delete_deletes_and_forgets(
    run: Run, close: StandIn, keys: FileWebhookKeys, as_json: bool
) -> None:
    run("webhook", "create", URL)
    [made] = in_close(close)

    result = run("webhook", "delete", made.id, *["--json"] * as_json)

    assert result.exit_code == 0
    if as_json:
        assert json.loads(result.stdout) == {"id": made.id, "deleted": True}
    assert in_close(close) == []
    assert keys.held() == {}


def test_deleting_what_close_does_not_have_forgets_its_key(
    run: Run, close: StandIn, keys: FileWebhookKeys
) -> None:
    run("webhook", "create", URL)
    [made] = in_close(close)
    close.webhooks.unsubscribe(made)

    first, second = run("webhook", "delete", made.id), run("webhook", "delete", made.id)

    assert (first.exit_code, second.exit_code) == (1, 1)
    assert first.stderr == (
        f"callsift: Close has no subscription {made.id} that we may delete; its key is forgotten\n"
    )
    assert second.stderr == f"callsift: Close has no subscription {made.id} that we may delete\n"
    assert keys.held() == {}


def test_deleting_another_s_keeps_our_key(run: Run, close: StandIn, keys: FileWebhookKeys) -> None:
    run("webhook", "create", URL)
    theirs = a_stranger(close)

    assert run("webhook", "delete", theirs.id).exit_code == 0

    assert [one.id for one in in_close(close)] == list(keys.held())


def test_a_close_that_is_down_forgets_nothing(
    run: Run, close: StandIn, keys: FileWebhookKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("webhook", "create", URL)
    [made] = in_close(close)
    monkeypatch.setenv("CLOSE_API_KEY", "api_wrong.key")

    assert run("webhook", "delete", made.id).exit_code == 1

    assert list(keys.held()) == [made.id]


@pytest.mark.parametrize("command", ["create", "list", "delete"])
def test_each_has_help_an_example_and_json(run: Run, command: str) -> None:
    assert f"\n  {command} " in run("webhook", "--help").stdout
    for option in ("--help", "-h"):
        text = run("webhook", command, option).stdout
        assert "Examples:\n" in text
        assert "--json" in text


def test_its_help_loads_nothing_large() -> None:
    assert loaded_by("webhook", "create", "--help") == []
