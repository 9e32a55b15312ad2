"""What Close delivers to a webhook: is it Close's, and which call is it about?

Documented: `close-sig-hash` is the HMAC-SHA256, in hexadecimal, of `close-sig-timestamp`
(seconds since 1970, in decimal digits) followed by the raw body; its key are the bytes
that the subscription's `signature_key` spells in hexadecimal. The body is
`{"event": {...}, "subscription_id": "..."}`. The age limit is ours, against replays.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from indexer.close.texts import is_id
from models.errors import WebhookRefused

TIMESTAMP_HEADER: Final = "close-sig-timestamp"
SIGNATURE_HEADER: Final = "close-sig-hash"

_AGE: Final = timedelta(minutes=5)
"""How far from now a delivery may have been signed, before or after."""

_CALL: Final = "activity.call"

_KEY: Final = re.compile(r"[0-9a-fA-F]{64}")
_SIGNATURE: Final = re.compile(r"[0-9a-f]{64}")
_SECONDS: Final = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookKey:
    """What verifies the deliveries of one subscription."""

    subscription_id: str
    url: str
    """Where Close delivers."""
    key: str = field(repr=False)
    """The `signature_key`: 64 hexadecimal digits."""


def read_key(value: object) -> str:
    """A subscription's key, as Close gives it: 64 hexadecimal digits.

    Raises:
        ValueError: it is none. The text never quotes it.
    """
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise ValueError("is no webhook key")
    return value


def verify(
    body: bytes,
    *,
    timestamp: str | None,
    signature: str | None,
    keys: Iterable[WebhookKey],
    now: datetime,
) -> None:
    """Pass if a delivery was signed by Close, with one of these keys, just now.

    Args:
        body: exactly as it came.
        timestamp: what the header `close-sig-timestamp` said; None if there was none.
        signature: the same of `close-sig-hash`.
        keys: of every subscription known.
        now: the moment it is.

    Raises:
        WebhookRefused: it was not; the text says why and quotes nothing that came.
    """
    if timestamp is None or signature is None:
        raise WebhookRefused(f"{TIMESTAMP_HEADER} or {SIGNATURE_HEADER} is missing")
    if not _SECONDS.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
        raise WebhookRefused(f"{TIMESTAMP_HEADER} or {SIGNATURE_HEADER} is malformed")
    expected = [_signature(known.key, timestamp, body) for known in keys]
    if not expected:
        raise WebhookRefused("no subscription is known here: see `callsift webhook create`")
    # Every key is compared, each in constant time: how long it took tells nothing.
    if sum(hmac.compare_digest(signature, ours) for ours in expected) == 0:
        raise WebhookRefused("the signature is of no subscription known here")
    age_s = now.timestamp() - int(timestamp)
    if age_s > _AGE.total_seconds():
        raise WebhookRefused("it was signed too long ago, or this machine's clock is fast")
    if age_s < -_AGE.total_seconds():
        raise WebhookRefused("it was signed in the future, or this machine's clock is slow")


def call_named_in(body: bytes) -> str | None:
    """The id of the call that a delivery tells of; None if it tells of something else.

    Raises:
        ValueError: it is not of the documented shape. The text never quotes it.
    """
    try:
        event = json.loads(body)["event"]
        object_type, object_id = event["object_type"], event["object_id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ValueError("is no event as Close delivers it") from None
    if object_type != _CALL:
        return None
    if not is_id(object_id):
        raise ValueError("names no call")
    return object_id


def _signature(key: str, timestamp: str, body: bytes) -> str:
    return hmac.new(bytes.fromhex(key), timestamp.encode() + body, hashlib.sha256).hexdigest()
