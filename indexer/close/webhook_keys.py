"""The keys that Close's deliveries are signed with, kept where the server finds them.

Documented: Close tells a subscription's key when it is made. Whether it ever tells it
again is not, so that a key that is not kept is lost.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final

from filelock import FileLock

from indexer.close.private_file import write_private
from indexer.close.webhook import WebhookKey, read_key
from models.errors import StoreBroken

_LOCKED_AT_MOST_S: Final = 10.0


class FileWebhookKeys:
    """Keys in a JSON file that only its owner can read, replaced as a whole.

    A file that another process has replaced is read anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_as: tuple[int, ...] | None = None
        self._held: Mapping[str, WebhookKey] = MappingProxyType({})

    def __repr__(self) -> str:
        return f"FileWebhookKeys({str(self._path)!r})"

    def held(self) -> Mapping[str, WebhookKey]:
        """What is in the file now, by the id of the subscription; nothing if there is no file.

        Raises:
            StoreBroken: the file cannot be read.
        """
        try:
            found = _identity(self._path.stat())
            if found != self._read_as:
                self._held = MappingProxyType(_read(self._path.read_text(encoding="utf-8")))
                self._read_as = found
        except FileNotFoundError:
            self._held, self._read_as = MappingProxyType({}), None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise StoreBroken(
                f"no webhook keys can be read from {self._path} ({type(error).__name__}): make it"
                " readable; if it is damaged, delete it and make the subscriptions anew"
            ) from None
        return self._held

    def keep(self, key: WebhookKey) -> None:
        """Add a key. When this returns it is safe.

        Raises:
            StoreBroken: the file cannot be read or written, and is as it was.
        """
        with self._changing() as keys:
            keys[key.subscription_id] = key

    def forget(self, subscription_id: str) -> bool:
        """Drop a key; whether there was one.

        Raises:
            StoreBroken: the file cannot be read or written, and is as it was.
        """
        if subscription_id not in self.held():
            return False
        with self._changing() as keys:
            keys.pop(subscription_id, None)
        return True

    @contextmanager
    def _changing(self) -> Iterator[dict[str, WebhookKey]]:
        """What is held, to be changed while no other process does."""
        try:
            with FileLock(f"{self._path}.lock", timeout=_LOCKED_AT_MOST_S):
                keys = dict(self.held())
                yield keys
                write_private(self._path, _written(keys))
        except OSError as error:
            why = error.strerror or "another process is at it"
            raise StoreBroken(f"the webhook keys cannot be saved to {self._path}: {why}") from error


def _identity(stat: os.stat_result) -> tuple[int, ...]:
    """Another one for each file that is written in the place of the last."""
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def _read(text: str) -> dict[str, WebhookKey]:
    told = json.loads(text)
    if not isinstance(told, dict):
        raise TypeError
    return {
        name: WebhookKey(subscription_id=name, url=str(kept["url"]), key=read_key(kept["key"]))
        for name, kept in told.items()
    }


def _written(keys: Mapping[str, WebhookKey]) -> dict[str, dict[str, str]]:
    return {name: {"url": kept.url, "key": kept.key} for name, kept in keys.items()}
