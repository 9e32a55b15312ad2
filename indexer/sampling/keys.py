"""What a seed makes of an id: the numbers that decide a draw, the same on every machine."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

_SIZE: Final = 1 << 256


def key_of(seed: str, message: str) -> bytes:
    """HMAC-SHA256 of a message under a seed (RFC 2104): evenly spread over all seeds."""
    return hmac.digest(seed.encode(), message.encode(), hashlib.sha256)


def start_of(seed: str, key: Sequence[str]) -> int:
    """A number from 0 up to 2^256 by a seed and the key of a stratum."""
    return int.from_bytes(key_of(seed, "\0start\0" + "\0".join(key)))


def place_of(start: int, size: int) -> int:
    """Where a random start lies among `size` places, from 0."""
    return start * size // _SIZE
