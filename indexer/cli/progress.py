"""How a long run is shown while it goes on: a bar for people, JSON lines for programs."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from indexer.cli.opening import write_json

_EVERY_S: Final = 1.0
"""JSON lines come at most this often, in seconds."""


class _Speed(ProgressColumn):
    """Calls done in a second."""

    def render(self, task: Task) -> Text:
        return Text("" if task.speed is None else f"{task.speed:.1f} calls/s")


class Bar:
    """A bar with calls per second and the time left."""

    def __init__(self, console: Console) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Speed(),
            TimeRemainingColumn(),
            console=console,
        )
        self._task = self._bar.add_task("getting ready", total=None)

    def discovered(self, known: int, due: int) -> None:
        """Show how many calls there are to do."""
        self._bar.update(self._task, description=f"{known:,} calls known", total=due)

    def fetched(self, done: int, due: int, texts_embedded: int) -> None:
        """Move on."""
        description = f"{texts_embedded:,} texts embedded"
        self._bar.update(self._task, description=description, completed=done, total=due)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bar.stop()


@dataclass(slots=True)
class JsonLines:
    """A line of JSON for what happens: one a second at most of each kind, and at the end."""

    clock: Callable[[], float] = time.monotonic
    _written_at: dict[str, float] = field(default_factory=dict)

    def discovered(self, known: int, due: int) -> None:
        """Tell how many calls there are to do."""
        self._write("discovered", is_last=False, known=known, due=due)

    def fetched(self, done: int, due: int, texts_embedded: int) -> None:
        """Tell how many are done."""
        told = {"done": done, "due": due, "texts_embedded": texts_embedded}
        self._write("fetched", is_last=done >= due, **told)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        return

    def _write(self, event: str, *, is_last: bool, **told: int) -> None:
        now = self.clock()
        if is_last or now - self._written_at.get(event, float("-inf")) >= _EVERY_S:
            self._written_at[event] = now
            write_json({"event": event, **told})
