"""Ids of the lengths that Close uses."""

import string
from random import Random

_BASE_62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SHORT = {"ev", "req", "whsub", "api"}
"""The prefixes that carry 22 characters; all others carry 43."""


class Ids:
    """Makes ids, the same ones in the same order for the same seed."""

    def __init__(self, seed: int = 0) -> None:
        self._random = Random(f"close stand-in {seed}")

    def new(self, prefix: str) -> str:
        """Return a new id such as `acti_` and 43 letters and digits."""
        length = 22 if prefix in _SHORT else 43
        return f"{prefix}_{''.join(self._random.choices(_BASE_62, k=length))}"

    def secret(self) -> str:
        """Return 64 hexadecimal digits, as Close's webhook keys have."""
        return self._random.randbytes(32).hex()
