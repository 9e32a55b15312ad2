"""What a person reads in a terminal: answers, calls, the ledger, checks.

Texts of customers are shown as text: never as markup, and without the control
characters that could rewrite a terminal.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from indexer.wire import EmbedderOut, ReasonOut, StatusOut, close_url
from models import (
    Call,
    CallRecord,
    CallState,
    Direction,
    FoundCall,
    Kind,
    LedgerEntry,
    Moment,
    SearchPage,
    Side,
    Transcript,
    Utterance,
)

_DAY_S: Final = 24 * 3600
_IN_SHORT: Final = 160
"""Characters of a note shown beside an answer."""
_QUOTED: Final = 400
"""Characters of a note or a summary shown as a moment."""

_NO_CALLS: Final = "No calls yet: run `callsift sync` first."

_SIDE_STYLES: Final = {Side.USER: "cyan", Side.CONTACT: "green", Side.UNKNOWN: ""}
_SIDE_WORDS: Final = {Side.USER: "rep", Side.CONTACT: "contact", Side.UNKNOWN: "unknown"}


class Screen:
    """Shows nouns on a console, its times in a time zone (None: this machine's)."""

    def __init__(self, console: Console, *, zone: tzinfo | None = None) -> None:
        self._console = console
        self._zone = zone

    def show_page(self, page: SearchPage) -> None:
        """A page of answers, how much was searched, and how to go on."""
        for found in page.calls:
            self._print(self._found(found))
        searched = page.searched
        if not page.calls:
            nothing = "No call answers that." if searched.of else _NO_CALLS
            self._print(Text(nothing))
        self._print(Text(_how_much(page), style="dim"))
        if page.next_cursor:
            self._print(Text("Next page: the same command with", style="dim"))
            self._console.print(Text(f"  --cursor {page.next_cursor}"), soft_wrap=True)

    def show_call(self, record: CallRecord) -> None:
        """A call with all that was said and written."""
        self._print(self._header(record))
        self._print(_indented(self._facts(record)))
        for title, transcript in (("Recording", record.recording), ("Voicemail", record.voicemail)):
            if transcript is not None:
                self._print(Text(f"\n{title}", style="bold"))
                self._print(_indented(_whole(transcript)))

    def show_status(self, status: StatusOut, *, now: datetime, data_dir: str) -> None:
        """Where the calls stand, why, and for how long."""
        table = Table.grid(padding=(0, 2))
        table.add_column(justify="right")
        table.add_row(f"{status.calls.known:,}", "calls known")
        for state in CallState:
            table.add_row(f"{getattr(status.calls, state):,}", state.value)
            for reason in (r for r in status.reasons if r.state is state):
                text = Text(f"{reason.calls:,} {_plain(reason.reason)}")
                table.add_row("", Padding(text, (0, 2)), Text(_standing(reason, now), style="dim"))
        table.add_row(f"{status.passages:,}", "passages")
        self._print(table)
        lines = {
            "last sync": self._age(status.last_sync, now),
            "all compared": self._age(status.last_compared, now),
            "due now": f"{status.due:,} calls",
            "embedder": _embedder(status.embedder),
            "data directory": data_dir,
        }
        self._print(_pairs((name, Text(_plain(value))) for name, value in lines.items()))
        if problem := status.problem:
            self.say(f"The sync of {self._moment(problem.at)} failed: {problem.what}", style="red")

    def show_ledger(self, entries: Iterable[LedgerEntry], *, now: datetime) -> None:
        """Calls one by one, with where each stands."""
        for entry in entries:
            standing = [
                f"{entry.state.value}: {_plain(entry.reason)}",
                f"for {length_in_words(now - entry.since)}",
                f"next try {until(entry.due_at, now)}" if entry.due_at else "",
                f"{entry.tries} tries" if entry.tries > 1 else "",
            ]
            # An id is there to be copied: never wrapped, never cut.
            self._console.print(Text(_plain(entry.call_id)), soft_wrap=True)
            self._print(_indented(Text(", ".join(filter(None, standing)), style="dim")))

    def show_check(self, name: str, *, is_ok: bool, detail: str) -> None:
        """One line of a check."""
        table = Table.grid(padding=(0, 2))
        table.add_column(width=6)
        table.add_column(width=14)
        word = Text("ok", style="green") if is_ok else Text("failed", style="bold red")
        table.add_row(word, name, Text(_plain(detail, keep_lines=True)))
        self._print(table)

    def say(self, text: str, *, style: str = "") -> None:
        """A line."""
        self._print(Text(_plain(text), style=style))

    def _found(self, found: FoundCall) -> RenderableType:
        record = found.record
        parts: list[RenderableType] = [self._header(record, found=found)]
        is_quoted = any(moment.kind is Kind.NOTE for moment in found.moments)
        if record.call.note and not is_quoted:
            parts.append(_indented(_labelled("note", _short(record.call.note, _IN_SHORT))))
        if record.summary and not found.moments:
            parts.append(_indented(_labelled("summary", _short(record.summary, _IN_SHORT))))
        parts += [_indented(_moment(moment, record)) for moment in found.moments]
        ways_on = f"{record.call.id}  {close_url(record) or ''}".rstrip()
        parts.append(_indented(Text(_plain(ways_on), style="dim", overflow="fold")))
        return Group(*parts, Text(""))

    def _header(self, record: CallRecord, *, found: FoundCall | None = None) -> Text:
        call = record.call
        said = [self._moment(call.activity_at), _who(record), length(call.duration_s)]
        said += [record.call.disposition or "", record.outcome.name if record.outcome else ""]
        if found and found.score is not None:
            said.append(f"score {found.score:.2f}")
        line = Text(f"{found.rank}. " if found else "", style="bold")
        line.append(" · ".join(_plain(part) for part in said if part), style="bold")
        return line

    def _facts(self, record: CallRecord) -> Table:
        call = record.call
        cost = "" if call.cost_cents is None else f"{call.cost_cents:f} US cents"
        facts = {
            "id": call.id,
            "method": call.call_method,
            "status": call.status,
            "phone": call.remote_phone_formatted or call.remote_phone or call.phone,
            "cost": cost,
            "note": call.note,
            "summary": record.summary,
            "in Close": close_url(record),
        }
        lines = ((n, _plain(v, keep_lines=True)) for n, v in facts.items() if v)
        return _pairs((name, Text(value)) for name, value in lines)

    def _age(self, moment: datetime | None, now: datetime) -> str:
        """When something was, and how long ago that is."""
        if moment is None:
            return "never"
        return f"{self._moment(moment)}, {length_in_words(now - moment)} ago"

    def _moment(self, moment: datetime) -> str:
        here = moment.astimezone(self._zone)
        return f"{here:%a} {here.day} {here:%b %Y %H:%M}"

    def _print(self, what: RenderableType) -> None:
        """Show something; in a file or a pipe without the blanks that fill lines up."""
        if self._console.is_terminal:
            self._console.print(what)
            return
        with self._console.capture() as filled:
            self._console.print(what)
        for line in filled.get().splitlines():
            self._console.file.write(f"{line.rstrip()}\n")


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


def _who(record: CallRecord) -> str:
    """Our side, an arrow the way the call went, their side."""
    call = record.call
    rep = call.user_name or call.user_id or "unknown rep"
    arrow = "←" if call.direction == Direction.INBOUND else "→"
    return f"{rep} {arrow} {_theirs(call, record)}"


def _theirs(call: Call, record: CallRecord) -> str:
    named = record.lead.name if record.lead else None
    return named or call.remote_phone_formatted or call.lead_id or "unknown lead"


def _moment(moment: Moment, record: CallRecord) -> RenderableType:
    transcript = record.transcript(moment.kind) if moment.quotes else None
    if transcript is None:
        return _labelled(moment.kind.value, _short(moment.text or "", _QUOTED))
    table = _said_table()
    if moment.kind is Kind.VOICEMAIL:
        table.add_row("", "", Text("voicemail", style="dim"), "")
    for quote in moment.quotes:
        _add_said(table, transcript.utterances[quote.index], is_matched=quote.matched)
    return Group(table)


def _whole(transcript: Transcript) -> RenderableType:
    table = _said_table()
    for utterance in transcript.utterances:
        _add_said(table, utterance, is_matched=False)
    return table


def _said_table() -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=1)
    table.add_column(justify="right", min_width=5, no_wrap=True)
    table.add_column(max_width=30)
    table.add_column(overflow="fold")
    return table


def _add_said(table: Table, utterance: Utterance, *, is_matched: bool) -> None:
    start = "" if utterance.start_s is None else length(utterance.start_s)
    style = _SIDE_STYLES[utterance.side]
    text = Text(_plain(utterance.text), style="bold" if is_matched else "")
    # The mark stays where bold does not: in a file, in a pipe.
    table.add_row("▸" if is_matched else "", start, Text(_speaker(utterance), style=style), text)


def _speaker(utterance: Utterance) -> str:
    side = _SIDE_WORDS[utterance.side]
    return f"{_plain(utterance.speaker)} ({side})" if utterance.speaker.strip() else side


def _how_much(page: SearchPage) -> str:
    searched = page.searched
    behind = [
        f"{count:,} {word}"
        for count, word in (
            (searched.waiting, "waiting"),
            (searched.failed, "failed"),
            (searched.excluded, "excluded"),
        )
        if count
    ]
    text = f"searched {searched.calls:,} of {searched.of:,} calls"
    return f"{text} ({', '.join(behind)})" if behind else text


def _standing(reason: ReasonOut, now: datetime) -> str:
    since = f"the first {length_in_words(now - reason.since)} ago"
    return f"{since}, next try {until(reason.next_try, now)}" if reason.next_try else since


def _embedder(embedder: EmbedderOut | None) -> str:
    return f"{embedder.name} ({embedder.dimensions} dimensions)" if embedder else "none yet"


def _labelled(label: str, text: str) -> Table:
    return _pairs([(label, Text(text))])


def _pairs(lines: Iterable[tuple[str, Text]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in lines:
        table.add_row(name, text)
    return table


def _indented(what: RenderableType) -> Padding:
    return Padding(what, (0, 0, 0, 3))


def _short(text: str, longest: int) -> str:
    """A text on one line, cut at a word where it is long, and marked as cut."""
    line = " ".join(_plain(text).split())
    if len(line) <= longest:
        return line
    return f"{line[:longest].rsplit(' ', 1)[0]} ..."


def _plain(text: str, *, keep_lines: bool = False) -> str:
    """A text without control characters: none may move a cursor or recolour a terminal."""
    return "".join(_printable(text, keep="\n" if keep_lines else ""))


def _printable(text: Sequence[str], *, keep: str) -> Iterator[str]:
    for character in text:
        if character in keep or unicodedata.category(character) != "Cc":
            yield character
        else:
            yield " " if character.isspace() else "\N{REPLACEMENT CHARACTER}"
