"""How many requests Close still allows, read from the headers of its answers.

Documented: `RateLimit: limit=100, remaining=50, reset=5` on most answers, where
`reset` is seconds to the end of the window and may be a decimal below one; a 429
has `retry-after` in whole seconds besides. Read by Close's own client as a last
resort: `ratelimit-reset`.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

_NUMBER = r"(\d+(?:\.\d*)?|\.\d+)"
_REMAINING = re.compile(r"\bremaining\s*=\s*" + _NUMBER)
_RESET = re.compile(r"\breset\s*=\s*" + _NUMBER)
_PLAIN = re.compile(r"\s*" + _NUMBER + r"\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What one answer says of the closest limit; None where it says nothing usable."""

    remaining: float | None = None
    reset_s: float | None = None
    """Seconds until requests are allowed again."""

    @property
    def is_spent(self) -> bool:
        """Whether the next request would be refused if it were sent at once."""
        return self.remaining == 0


def read_allowance(headers: Mapping[str, str]) -> Allowance:
    """What the headers of an answer say; `headers` must not mind upper and lower case."""
    told = headers.get("ratelimit", "")
    resets = (
        _number(_RESET, told),
        _number(_PLAIN, headers.get("retry-after", "")),
        _number(_PLAIN, headers.get("ratelimit-reset", "")),
    )
    return Allowance(
        remaining=_number(_REMAINING, told),
        reset_s=next((reset for reset in resets if reset is not None), None),
    )


def rounded_up(seconds: float) -> float:
    """A wait lengthened to the next tenth of a second: never shorter than Close asked for."""
    return math.ceil(seconds * 10) / 10


def _number(pattern: re.Pattern[str], text: str) -> float | None:
    found = pattern.search(text) if pattern is not _PLAIN else pattern.match(text)
    return float(found[1]) if found else None
