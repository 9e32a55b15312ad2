"""What was said, on a screen: who, when, and the words."""

from typing import Final

from rich.table import Table
from rich.text import Text

from indexer.screen.texts import length, plain
from models import Side, Transcript, Utterance

SIDE_STYLES: Final = {Side.USER: "cyan", Side.CONTACT: "green", Side.UNKNOWN: ""}
_SIDE_WORDS: Final = {Side.USER: "rep", Side.CONTACT: "contact", Side.UNKNOWN: "unknown"}


def whole(transcript: Transcript) -> Table:
    """A transcript."""
    table = said_table()
    for utterance in transcript.utterances:
        add_said(table, utterance, is_matched=False)
    return table


def said_table() -> Table:
    """Columns for a mark, a time, a speaker and the words."""
    table = Table.grid(padding=(0, 1))
    table.add_column(width=1)
    table.add_column(justify="right", min_width=5, no_wrap=True)
    table.add_column(max_width=30)
    table.add_column(overflow="fold")
    return table


def add_said(table: Table, utterance: Utterance, *, is_matched: bool) -> None:
    """An utterance in a row; marked if it matched."""
    style = SIDE_STYLES[utterance.side]
    text = Text(plain(utterance.text), style="bold" if is_matched else "")
    # The mark stays where bold does not: in a file, in a pipe.
    table.add_row(
        "▸" if is_matched else "", start(utterance), Text(speaker(utterance), style=style), text
    )


def speaker(utterance: Utterance) -> str:
    """Who speaks: the name, if there is one, and the side."""
    side = _SIDE_WORDS[utterance.side]
    return f"{plain(utterance.speaker)} ({side})" if utterance.speaker.strip() else side


def start(utterance: Utterance) -> str:
    """When it begins, if that is known."""
    return "" if utterance.start_s is None else length(utterance.start_s)
