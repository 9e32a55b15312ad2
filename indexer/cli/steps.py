"""What the words and options of `search` ask for, and pointing at what is not understood."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

import typer

from indexer.grammar import check_dialogue, parse, parse_gap, parse_step
from models import Dialogue, Gap, Step
from models.errors import QueryInvalid

_BEFORE: Final = 50
_AFTER: Final = 25
"""Characters of a long text shown around the one at fault."""


def dialogue_from(
    text: str, then: Sequence[str], within: Sequence[str], never: Sequence[str]
) -> Dialogue | None:
    """The dialogue that these ask for; None if they ask for none, or `text` alone says all.

    `text` and each of `then` are steps in order, `within` is for every one of `then` or for
    each its own, and what each of `never` says is absent from the whole conversation.

    Raises:
        QueryInvalid: one of them cannot be understood; where in it is shown.
    """
    if not then and within:
        raise QueryInvalid("within", "goes with --then: how soon that is said")
    if not then and not never:
        with pointing(text):
            parse(text, field="text")
        return None
    steps = (*_first(text), *_following(then, within), *map(_absent, never))
    dialogue = Dialogue(steps)
    check_dialogue(dialogue)
    return dialogue


@contextmanager
def pointing(text: str) -> Iterator[None]:
    """Show on stderr the character of a text at which it could not be understood."""
    try:
        yield
    except QueryInvalid as error:
        if error.at is not None:
            _point(text, error.at)
        raise


def _first(text: str) -> tuple[Step, ...]:
    """The steps of the words themselves: one, or those of a dialogue; none without words."""
    if not text.strip():
        return ()
    with pointing(text):
        asked = parse(text, field="text")
        if asked.dialogue is not None:
            return asked.dialogue.steps
        return (parse_step(text, field="text"),)


def _following(then: Sequence[str], within: Sequence[str]) -> Iterator[Step]:
    gaps: list[Gap | None] = [parse_gap(gap, field="within") for gap in within] or [None]
    if len(gaps) not in (1, len(then)):
        raise QueryInvalid("within", "is given once, or once for each --then")
    gaps = gaps * len(then) if len(gaps) == 1 else gaps
    for text, gap in zip(then, gaps, strict=True):
        with pointing(text):
            step = parse_step(text, field="then", is_first=False)
        if gap is not None and step.within is not None:
            raise QueryInvalid("within", f"is said in --then {text!r} as well")
        yield replace(step, within=gap or step.within)


def _absent(text: str) -> Step:
    with pointing(text):
        return replace(parse_step(text, field="never"), never=True, anywhere=True)


def _point(text: str, at: int) -> None:
    # Late, for a question that is understood needs none of it.
    from rich.cells import cell_len

    start, end = max(0, at - _BEFORE), at + _AFTER
    before, rest = (_on_one_line(part) for part in (text[start:at], text[at:end]))
    cut = "..." if start else ""
    typer.echo(f"  {cut}{before}{rest}{'...' if end < len(text) else ''}", err=True)
    typer.echo(f"  {' ' * cell_len(cut + before)}^", err=True)


def _on_one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
