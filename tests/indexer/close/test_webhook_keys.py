"""Webhook keys in a file: for its owner only, whole, and seen by other processes."""

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from indexer.close import FileWebhookKeys, WebhookKey
from indexer.close import webhook_keys as module
from models.errors import StoreBroken

HEX = "0123456789abcdef" * 4


def a_key(number: int = 1, key: str = HEX) -> WebhookKey:
    url = "https://calls.example.com/v1/webhooks/close"
    return WebhookKey(subscription_id=f"whsub_{number}", url=url, key=key)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "close-webhooks.json"


def test_no_file_is_no_keys(path: Path) -> None:
    assert FileWebhookKeys(path).held() == {}
    assert not path.exists()


def test_what_is_kept_is_there_for_the_next_process(path: Path) -> None:
    keys = FileWebhookKeys(path)
    keys.keep(a_key(1))
    keys.keep(a_key(2))
    keys.keep(a_key(1, key="f" * 64))

    assert FileWebhookKeys(path).held() == {
        "whsub_1": a_key(1, key="f" * 64),
        "whsub_2": a_key(2),
    }


def test_what_is_forgotten_is_gone(path: Path) -> None:
    keys = FileWebhookKeys(path)
    keys.keep(a_key(1))
    keys.keep(a_key(2))

    assert keys.forget("whsub_1") is True
    assert keys.forget("whsub_1") is False
    assert FileWebhookKeys(path).held() == {"whsub_2": a_key(2)}


def test_forgetting_what_was_never_kept_makes_no_file(path: Path) -> None:
    assert FileWebhookKeys(path).forget("whsub_1") is False
    assert list(path.parent.iterdir()) == []


def test_a_key_another_process_keeps_is_seen_at_once(path: Path) -> None:
    server, command = FileWebhookKeys(path), FileWebhookKeys(path)
    assert server.held() == {}
    command.keep(a_key(1))
    assert list(server.held()) == ["whsub_1"]
    command.keep(a_key(2))
    assert list(server.held()) == ["whsub_1", "whsub_2"]
    command.forget("whsub_1")
    assert list(server.held()) == ["whsub_2"]
    path.unlink()
    assert server.held() == {}


def test_a_file_that_has_not_changed_is_not_read_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = FileWebhookKeys(path)
    keys.keep(a_key())
    before = keys.held()

    def read_text(*_: object, **__: object) -> str:
        raise AssertionError("was read again")

    monkeypatch.setattr(Path, "read_text", read_text)
    assert keys.held() == before


def test_the_file_is_for_its_owner_only(path: Path) -> None:
    path.write_text("{}")
    path.chmod(0o644)

    FileWebhookKeys(path).keep(a_key())

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_secret_is_shown(path: Path) -> None:
    keys = FileWebhookKeys(path)
    keys.keep(a_key())

    assert HEX not in f"{keys!r} {keys.held()!r} {a_key()!r}"


BROKEN = [
    "",
    "[]",
    "5",
    '{"whsub_1": {"url": "u", "key": "' + HEX,
    json.dumps({"whsub_1": None}),
    json.dumps({"whsub_1": [HEX]}),
    json.dumps({"whsub_1": {"key": HEX}}),
    json.dumps({"whsub_1": {"url": "u", "key": HEX[1:]}}),
    json.dumps({"whsub_1": {"url": "u", "key": ""}}),
    "[" * 100_000,
]


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_file_is_named_and_not_quoted(path: Path, text: str) -> None:
    path.write_text(text)
    keys = FileWebhookKeys(path)

    for _ in range(2):
        with pytest.raises(StoreBroken, match=r"close-webhooks\.json") as raised:
            keys.held()
        assert HEX[:16] not in str(raised.value)


def test_a_broken_file_is_not_written_over(path: Path) -> None:
    path.write_text("half")
    keys = FileWebhookKeys(path)

    with pytest.raises(StoreBroken, match="can be read"):
        keys.keep(a_key())

    assert path.read_text() == "half"


def test_keys_come_back_when_the_file_is_mended(path: Path) -> None:
    other = path.with_name("other.json")
    FileWebhookKeys(other).keep(a_key())
    path.write_bytes(b"\xff\xff")
    keys = FileWebhookKeys(path)
    with pytest.raises(StoreBroken):
        keys.held()

    other.replace(path)

    assert list(keys.held()) == ["whsub_1"]


def test_a_file_that_cannot_be_read_is_told(path: Path) -> None:
    path.mkdir()

    with pytest.raises(StoreBroken, match=r"close-webhooks\.json"):
        FileWebhookKeys(path).held()


def test_a_key_that_cannot_be_kept_is_told(path: Path) -> None:
    keys = FileWebhookKeys(path)
    path.with_name(f"{path.name}.{os.getpid()}.new").mkdir()

    with pytest.raises(StoreBroken, match=r"cannot be saved to .*close-webhooks\.json: Is a dir"):
        keys.keep(a_key())

    assert keys.held() == {}


def test_whoever_waits_too_long_for_another_process_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LOCKED_AT_MOST_S", 0.0)

    with FileLock(f"{path}.lock"), pytest.raises(StoreBroken, match="another process is at it"):
        FileWebhookKeys(path).keep(a_key())


def test_keys_kept_at_the_same_time_are_all_kept(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: FileWebhookKeys(path).keep(a_key(number)), range(24)))

    assert len(FileWebhookKeys(path).held()) == 24
