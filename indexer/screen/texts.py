"""Texts as a terminal takes them: plain, in short, in pairs; and lengths of time in words.

Texts of customers are shown as text: never as markup, and without the control
characters that could rewrite a terminal.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_DAY_S: Final = 24 * 3600


def length(seconds: float) -> str:
    """A stretch of time as people write it: `0:07`, `12:31`, `1:02:03`."""
    whole = int(abs(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    sign = "-" if seconds <= -1 else ""
    return f"{sign}{hours}:{minutes:02}:{rest:02}" if hours else f"{sign}{minutes}:{rest:02}"


def length_in_words(span: timedelta) -> str:
    """A stretch of time as people say it, in its largest unit: `40 s`, `3 h`, `12 days`."""
    seconds = max(0, int(span.total_seconds()))
    for unit, size in (("days", 2 * _DAY_S), ("h", 2 * 3600), ("min", 120)):
        if seconds >= size:
            return f"{seconds * 2 // size} {unit}"
    return f"{seconds} s"


def until(moment: datetime, now: datetime) -> str:
    """How far off a moment is: `now`, `in 12 min`."""
    return f"in {length_in_words(moment - now)}" if moment > now else "now"


def moment_in_words(moment: datetime, zone: tzinfo | None) -> str:
    """A moment as people write it: `Wed 11 Mar 2026 12:00`."""
    here = moment.astimezone(zone)
    return f"{here:%a} {here.day} {here:%b %Y %H:%M}"


def labelled(label: str, text: str) -> Table:
    """A text with what it is before it."""
    return pairs([(label, Text(text))])


def pairs(lines: Iterable[tuple[str, Text]]) -> Table:
    """Texts under each other, with their names before them."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in lines:
        table.add_row(name, text)
    return table


def indented(what: RenderableType) -> Padding:
    """Something that stands under a heading."""
    return Padding(what, (0, 0, 0, 3))


def short(text: str, longest: int) -> str:
    """A text on one line, cut at a word where it is long, and marked as cut."""
    line = " ".join(plain(text).split())
    if len(line) <= longest:
        return line
    return f"{line[:longest].rsplit(' ', 1)[0]} ..."


def plain(text: str, *, keep_lines: bool = False) -> str:
    """A text without control characters: none may move a cursor or recolour a terminal."""
    return "".join(_printable(text, keep="\n" if keep_lines else ""))


def _printable(text: Sequence[str], *, keep: str) -> Iterator[str]:
    for character in text:
        if character in keep or unicodedata.category(character) != "Cc":
            yield character
        else:
            yield " " if character.isspace() else "\N{REPLACEMENT CHARACTER}"
