"""How things are written on a page: lengths, moments, and Close's words."""

from datetime import UTC, datetime, timedelta
from typing import Final

from markupsafe import Markup

from models import Disposition, Group, Kind, Mode, Side

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
    Group.MOMENT: "Moments",
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
    "part": "part of the call",
    "one_turn": "within one turn",
    "group": "what is ranked",
}
_LONG_S: Final = 60


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


def later(seconds: float) -> str:
    """How long after something else: `right after`, `8 seconds later`, `1:42 later`."""
    if seconds < 1:
        return "right after"
    short = age(timedelta(seconds=seconds))
    return f"{length(seconds) if seconds >= _LONG_S else short} later"


def percent(share: float) -> str:
    """A share of one: `82%`."""
    return f"{100 * share:.0f}%"
