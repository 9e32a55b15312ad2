"""What a person reads in a terminal: answers, calls, the ledger, checks.

Texts of customers are shown as text: never as markup, and without the control
characters that could rewrite a terminal.
"""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Final

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from indexer.screen import answers
from indexer.screen.answers import header
from indexer.screen.spoken import whole
from indexer.screen.texts import (
    indented,
    length,
    length_in_words,
    moment_in_words,
    pairs,
    plain,
    until,
)
from indexer.wire import EmbedderOut, ReasonOut, StatusOut, close_url
from models import CallRecord, CallState, LedgerEntry, SearchPage

__all__ = ["Screen", "length", "length_in_words", "until"]

_NO_CALLS: Final = "No calls yet: run `callsift sync` first."


class Screen:
    """Shows nouns on a console, its times in a time zone (None: this machine's)."""

    def __init__(self, console: Console, *, zone: tzinfo | None = None) -> None:
        self._console = console
        self._zone = zone

    def show_page(self, page: SearchPage) -> None:
        """A page of answers, how much was searched, and how to go on."""
        for found in page.calls:
            if answers.are_moments(page.query):
                self._console.print(answers.moment_line(found, self._zone), soft_wrap=True)
            else:
                self._print(answers.answer(found, page.query, self._zone))
        searched = page.searched
        if not page.calls:
            nothing = "No call answers that." if searched.of else _NO_CALLS
            self._print(Text(nothing))
        self._print(Text(answers.how_much(page), style="dim"))
        if page.next_cursor:
            self._print(Text("Next page: the same command with", style="dim"))
            self._console.print(Text(f"  --cursor {page.next_cursor}"), soft_wrap=True)

    def show_call(self, record: CallRecord) -> None:
        """A call with all that was said and written."""
        self._print(header(record, self._zone))
        self._print(indented(self._facts(record)))
        for title, transcript in (("Recording", record.recording), ("Voicemail", record.voicemail)):
            if transcript is not None:
                self._print(Text(f"\n{title}", style="bold"))
                self._print(indented(whole(transcript)))

    def show_status(self, status: StatusOut, *, now: datetime, data_dir: str) -> None:
        """Where the calls stand, why, and for how long."""
        table = Table.grid(padding=(0, 2))
        table.add_column(justify="right")
        table.add_row(f"{status.calls.known:,}", "calls known")
        for state in CallState:
            table.add_row(f"{getattr(status.calls, state):,}", state.value)
            for reason in (r for r in status.reasons if r.state is state):
                text = Text(f"{reason.calls:,} {plain(reason.reason)}")
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
        self._print(pairs((name, Text(plain(value))) for name, value in lines.items()))
        if problem := status.problem:
            self.say(
                f"The sync of {moment_in_words(problem.at, self._zone)} failed: {problem.what}",
                style="red",
            )

    def show_ledger(self, entries: Iterable[LedgerEntry], *, now: datetime) -> None:
        """Calls one by one, with where each stands."""
        for entry in entries:
            standing = [
                f"{entry.state.value}: {plain(entry.reason)}",
                f"for {length_in_words(now - entry.since)}",
                f"next try {until(entry.due_at, now)}" if entry.due_at else "",
                f"{entry.tries} tries" if entry.tries > 1 else "",
            ]
            # An id is there to be copied: never wrapped, never cut.
            self._console.print(Text(plain(entry.call_id)), soft_wrap=True)
            self._print(indented(Text(", ".join(filter(None, standing)), style="dim")))

    def show_check(self, name: str, *, is_ok: bool, detail: str) -> None:
        """One line of a check."""
        table = Table.grid(padding=(0, 2))
        table.add_column(width=6)
        table.add_column(width=14)
        word = Text("ok", style="green") if is_ok else Text("failed", style="bold red")
        table.add_row(word, name, Text(plain(detail, keep_lines=True)))
        self._print(table)

    def say(self, text: str, *, style: str = "") -> None:
        """A line."""
        self._print(Text(plain(text), style=style))

    def show(self, parts: Iterable[RenderableType]) -> None:
        """Parts that were made elsewhere, each below the one before."""
        for part in parts:
            self._print(part)

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
        lines = ((n, plain(v, keep_lines=True)) for n, v in facts.items() if v)
        return pairs((name, Text(value)) for name, value in lines)

    def _age(self, moment: datetime | None, now: datetime) -> str:
        """When something was, and how long ago that is."""
        if moment is None:
            return "never"
        return f"{moment_in_words(moment, self._zone)}, {length_in_words(now - moment)} ago"

    def _print(self, what: RenderableType) -> None:
        """Show something; in a file or a pipe without the blanks that fill lines up."""
        if self._console.is_terminal:
            self._console.print(what)
            return
        with self._console.capture() as filled:
            self._console.print(what)
        for line in filled.get().splitlines():
            self._console.file.write(f"{line.rstrip()}\n")


def _standing(reason: ReasonOut, now: datetime) -> str:
    since = f"the first {length_in_words(now - reason.since)} ago"
    return f"{since}, next try {until(reason.next_try, now)}" if reason.next_try else since


def _embedder(embedder: EmbedderOut | None) -> str:
    return f"{embedder.name} ({embedder.dimensions} dimensions)" if embedder else "none yet"
