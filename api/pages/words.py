"""How things are written on a page: lengths, moments, Close's words, and the marked words."""

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from markupsafe import Markup, escape

from indexer.words import composed, stems
from models import Disposition, Kind, Mode, Side

_WORDS: Final[dict[str, str]] = {
    Disposition.NO_ANSWER: "No answer",
    Disposition.VM_ANSWER: "Voicemail answered",
    Disposition.VM_LEFT: "Voicemail left",
    Side.USER: "Rep",
    Side.CONTACT: "Contact",
    Side.UNKNOWN: "Unknown side",
    Kind.RECORDING: "Recording",
    Mode.HYBRID: "Meaning and words",
    Mode.SEMANTIC: "Meaning only",
    Mode.KEYWORD: "Words only",
}
_PARAMETERS: Final = {
    "q": "the search box",
    "user_id": "rep",
    "outcome_id": "outcome",
    "lead_id": "lead",
    "contact_id": "contact",
    "call_method": "call method",
    "min_duration": "shortest duration",
    "max_duration": "longest duration",
    "side": "who said it",
    "kind": "where it was said",
}
# A character of Chinese or Japanese, or a run of letters and digits: as indexer/words.py.
_CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD: Final = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")


def length(seconds: float | None) -> str:
    """A stretch of time as players write it: `0:07`, `12:31`, `1:02:03`."""
    whole = max(0, int(seconds or 0))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def length_aloud(seconds: float | None) -> str:
    """The same for a screen reader: `12 minutes 31 seconds`."""
    minutes, rest = divmod(max(0, int(seconds or 0)), 60)
    parts = [f"{minutes} minutes" if minutes != 1 else "1 minute"] if minutes else []
    parts += [f"{rest} seconds" if rest != 1 else "1 second"] if rest or not minutes else []
    return " ".join(parts)


def age(span: timedelta) -> str:
    """A stretch of time in its largest unit: `40 seconds`, `3 hours`, `12 days`."""
    seconds = max(0, int(span.total_seconds()))
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} seconds" if seconds != 1 else "1 second"


def moment(at: datetime) -> Markup:
    """A moment in UTC, which a script of ours shows in the reader's time zone."""
    here = at.astimezone(UTC)
    shown = f"{here.day} {here:%b %Y}, {here:%H:%M} UTC"
    return Markup('<time datetime="{}">{}</time>').format(f"{here:%Y-%m-%dT%H:%M:%SZ}", shown)


def worded(word: str | None) -> str:
    """One of Close's words as a label: `no-answer` as `No answer`."""
    if not word:
        return ""
    plain = word.replace("-", " ").replace("_", " ")
    return _WORDS.get(word) or plain[:1].upper() + plain[1:]


def parameter(name: str) -> str:
    """What a parameter is called on a page."""
    return _PARAMETERS.get(name, name.replace("_", " "))


def cost(cents: str | None) -> str:
    """What a call cost, exactly."""
    return "" if cents is None else f"{cents} US cents"


def seconds(at: float) -> str:
    """Seconds as they stand in a link: `83.2`, `84`."""
    return f"{at:.3f}".rstrip("0").rstrip(".")


def counted(count: int, one: str, several: str = "") -> str:
    """A number of things: `1 call`, `1,204 calls`."""
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


def shortened(text: str | None, longest: int = 180) -> str:
    """A text on one line, cut at a word where it is long, and marked as cut."""
    line = " ".join((text or "").split())
    return line if len(line) <= longest else f"{line[:longest].rsplit(' ', 1)[0]} …"


def marked(text: str | None, wanted: Collection[str]) -> Markup:
    """A text with each word that was asked for marked, as the word index compares words."""
    text = text or ""
    if not wanted:
        return escape(text)
    parts, end = [], 0
    for found in _WORD.finditer(text):
        if not _stems(found[0].lower()).isdisjoint(wanted):
            parts += [escape(text[end : found.start()]), Markup("<mark>{}</mark>").format(found[0])]
            end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


@lru_cache(maxsize=20_000)
def _stems(word: str) -> frozenset[str]:
    return frozenset(stems(composed(word)))
