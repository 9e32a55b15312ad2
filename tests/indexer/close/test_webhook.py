"""What proves that a delivery is Close's, and which call it is about."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from indexer.close.webhook import WebhookKey, call_named_in, read_key, verify
from models.errors import WebhookRefused
from scripts.close_standin.webhooks import signature

# The vector that Close's way of signing was written down with.
KEY = "00112233445566778899aabbccddeeff" * 2
TIMESTAMP = "1773241329"
BODY = (
    b'{"event":{"id":"ev_0000000000000000000001","object_type":"activity.call",'
    b'"action":"completed"},"subscription_id":"whsub_0000000000000000000001"}'
)
SIGNATURE = "6347662689278f9bee357a693da25b1a1ca0ed7505db62fb829c98a2cb347190"
BY_THE_KEY_AS_TEXT = "d56948cb2f1c30b164671442c6a14b0c997bb0feed68a074b7f1e1821891b91f"

SIGNED_AT = datetime.fromtimestamp(int(TIMESTAMP), UTC)
OTHER_KEY = "ff" * 32


def known(*keys: str) -> list[WebhookKey]:
    return [WebhookKey(subscription_id=f"whsub_{key[:4]}", url="", key=key) for key in keys]


def refusal(**changed: Any) -> str:
    """Why the vector is refused once something of it is changed."""
    with pytest.raises(WebhookRefused) as raised:
        check(**changed)
    return str(raised.value)


def check(**changed: Any) -> None:
    usual: dict[str, Any] = {
        "body": BODY,
        "timestamp": TIMESTAMP,
        "signature": SIGNATURE,
        "keys": known(KEY),
        "now": SIGNED_AT,
    }
    verify(**usual | changed)


def test_what_close_signed_passes() -> None:
    check()


def test_the_key_is_its_bytes_and_not_its_digits() -> None:
    assert "signature" in refusal(signature=BY_THE_KEY_AS_TEXT)


@pytest.mark.parametrize("keys", [(KEY, OTHER_KEY), (OTHER_KEY, KEY), (OTHER_KEY, KEY.upper())])
def test_any_key_we_know_will_do(keys: tuple[str, ...]) -> None:
    check(keys=known(*keys))


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"keys": known(OTHER_KEY)}, id="another key"),
        pytest.param({"body": BODY + b" "}, id="another body"),
        pytest.param({"body": b""}, id="no body"),
        pytest.param({"timestamp": "1773241330"}, id="another time"),
        pytest.param({"timestamp": f"0{TIMESTAMP}"}, id="the same time, spelt otherwise"),
        pytest.param({"signature": "0" * 64}, id="another signature"),
    ],
)
def test_what_was_not_signed_so_is_refused(changed: dict[str, Any]) -> None:
    assert refusal(**changed) == "the signature is of no subscription known here"


def test_without_a_subscription_nothing_passes() -> None:
    assert "callsift webhook create" in refusal(keys=[])


@pytest.mark.parametrize("header", ["timestamp", "signature"])
def test_a_missing_header_is_told(header: str) -> None:
    assert "is missing" in refusal(**{header: None})


@pytest.mark.parametrize(
    "timestamp",
    ["", " ", "-1", "+1773241329", "1773241329.0", "1e9", f" {TIMESTAMP}", f"{TIMESTAMP}\n", "9" * 13, "9" * 5000, "\u0661" * 10, "1773241329\ud800", "\xff", "0x10"],
)  # fmt: skip
def test_an_odd_time_is_refused_as_malformed(timestamp: str) -> None:
    assert "malformed" in refusal(timestamp=timestamp)


@pytest.mark.parametrize(
    "given",
    ["", SIGNATURE[:-1], SIGNATURE + "0", SIGNATURE.upper(), f" {SIGNATURE}", f"{SIGNATURE}\n", "é" * 64, "\ud800" * 64, "\u0660" * 64, "g" * 64],
)  # fmt: skip
def test_an_odd_signature_is_refused_as_malformed(given: str) -> None:
    assert "malformed" in refusal(signature=given)


@pytest.mark.parametrize("seconds", [-300, -1, 0, 1, 300])
def test_five_minutes_either_way_are_allowed(seconds: int) -> None:
    check(now=SIGNED_AT + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("off", "told"),
    [
        pytest.param(timedelta(seconds=301), "too long ago", id="stale"),
        pytest.param(timedelta(days=3), "too long ago", id="very stale"),
        pytest.param(timedelta(seconds=-301), "in the future", id="future"),
    ],
)
def test_any_other_time_is_refused(off: timedelta, told: str) -> None:
    assert told in refusal(now=SIGNED_AT + off)


@pytest.mark.parametrize("timestamp", ["0", "9" * 12])
def test_a_time_beyond_any_calendar_is_only_too_far_away(timestamp: str) -> None:
    assert "it was signed" in refusal(
        timestamp=timestamp, signature=signature(KEY, timestamp, BODY)
    )


def test_a_forger_is_not_told_that_the_time_is_wrong_as_well() -> None:
    stale = SIGNED_AT + timedelta(days=1)
    assert "signature" in refusal(signature="0" * 64, now=stale)


def test_a_refusal_quotes_nothing() -> None:
    secrets = (KEY, SIGNATURE, "0" * 64, "whsub_", "activity")
    for told in (refusal(signature="0" * 64), refusal(now=SIGNED_AT + timedelta(days=1))):
        assert not any(secret in told for secret in secrets)
    assert KEY not in repr(known(KEY))


@pytest.mark.parametrize("value", [None, 5, "", KEY[:-1], KEY + "0", KEY[:-1] + "g", f"{KEY}\n"])
def test_what_is_no_key_is_not_taken_for_one(value: object) -> None:
    with pytest.raises(ValueError, match="is no webhook key") as raised:
        read_key(value)
    assert KEY[:8] not in str(raised.value)


def a_body(**event: Any) -> bytes:
    usual = {"object_type": "activity.call", "object_id": "acti_1", "action": "updated"}
    return json.dumps({"event": usual | event, "subscription_id": "whsub_1"}).encode()


def test_an_event_of_a_call_names_it() -> None:
    assert call_named_in(a_body()) == "acti_1"
    assert call_named_in(a_body(action="invented next year")) == "acti_1"


@pytest.mark.parametrize("object_type", ["lead", "activity.meeting", "ACTIVITY.CALL", None, []])
def test_an_event_of_anything_else_names_no_call(object_type: Any) -> None:
    assert call_named_in(a_body(object_type=object_type)) is None


@pytest.mark.parametrize("object_id", [None, "", " ", "..", 5, [], {}, "acti_\n1", "\x00"])
def test_an_event_of_a_call_without_an_id_is_unreadable(object_id: Any) -> None:
    with pytest.raises(ValueError, match="names no call"):
        call_named_in(a_body(object_id=object_id))


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"5", b'"event"', b"{}", b'{"event": null}', b'{"event": []}', b'{"event": {}}', b'{"event": {"object_type": "lead"}}', b"\xff\xfe\x00", b"[" * 100_000, b"1" * 5000],
)  # fmt: skip
def test_what_is_no_event_is_unreadable(body: bytes) -> None:
    with pytest.raises(ValueError, match="is no event as Close delivers it"):
        call_named_in(body)
