"""Ids in Close's shape and private dice, both the same on every machine."""

from random import Random

_BASE_62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def dice(*key: object) -> Random:
    """Return a random generator that depends on the key alone.

    A string seed is hashed by `random` itself with SHA-512, so unlike `hash()`
    it gives the same numbers in every process.
    """
    return Random("/".join(str(part) for part in key))


def close_id(prefix: str, *key: object, length: int = 43) -> str:
    """Return an id such as `acti_…`: the prefix and base-62 characters drawn from the key."""
    letters = dice("id", prefix, *key).choices(_BASE_62, k=length)
    return f"{prefix}_{''.join(letters)}"
