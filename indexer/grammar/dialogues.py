"""Dialogues: steps with arrows between them, who speaks, how soon, and where in the call."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from indexer.grammar.expressions import PROSE, Asked, read_expression
from indexer.grammar.tokens import Sort, longest_run, tokens_of
from models import Dialogue, End, Gap, GapUnit, Part, Side, Step, wanted_terms
from models.errors import QueryInvalid

MOST_STEPS: Final = 8

_ARROW: Final = re.compile(r"\u2192|(?<!\S)->(?!\S)")
_SPEAKER: Final = re.compile(
    r"\s*(?:(?P<who>contact|user|anyone)(?:\s+(?P<never>never)(?:\s+(?P<anywhere>anywhere))?)?"
    r"|(?P<nobody>never)(?:\s+(?P<nowhere>anywhere))?)\s*:",
    re.IGNORECASE,
)
_SECONDS: Final = r"s|secs?|seconds?|m|mins?|minutes?"
_NUMBER: Final = r"[-+.,]?[0-9]\S*?|\S+(?=\s)"  # or a word in its place, to be refused
_SUFFIX: Final = re.compile(
    rf"\b(?:within\s+(?P<gap>{_NUMBER})\s*(?P<gap_unit>{_SECONDS}|turns?)"
    rf"|in(?:\s+the)?\s+(?P<end>first|last)\s+(?P<amount>{_NUMBER})\s*(?P<unit>{_SECONDS}|%))\s*$",
    re.IGNORECASE,
)
_NO_GAP: Final = "`within` goes with no absence from anywhere in the conversation"
_NOTHING_BEFORE: Final = "`within` counts from something said before, and nothing is"
_MOST: Final = 10**6
_WHOLE: Final = 100  # per cent


def parse(text: str, *, field: str = "q") -> Asked:
    """Understand what was typed into the box.

    Raises:
        QueryInvalid: a quote or bracket is not closed, an operator has nothing to work
            on, a step of a dialogue says nothing; `at` is where in the text.
    """
    if _is_dialogue(text):
        steps = tuple(_steps(text, field))
        return Asked(words=" ".join(filter(None, map(_wording, steps))), dialogue=Dialogue(steps))
    return read_expression(text, field)


def parse_step(text: str, *, field: str, offset: int = 0, is_first: bool = True) -> Step:
    """Understand one step of a dialogue: `user never: "recorded line" in first 30s`.

    `user never anywhere: ...` is absence from the whole transcript, wherever it stands.

    Raises:
        QueryInvalid: as `parse` does; `at` counts from `offset`.
    """
    speaker = _SPEAKER.match(text)
    start = speaker.end() if speaker else 0
    anywhere = bool(speaker and (speaker["anywhere"] or speaker["nowhere"]))
    no_gap = _NO_GAP if anywhere else _NOTHING_BEFORE if is_first else None
    body, part, within = _without_suffixes(text[start:], field, offset + start, no_gap=no_gap)
    asked = read_expression(body, field, offset + start)
    if not asked.bare and asked.said is None:
        raise QueryInvalid(field, "a step must say what to look for", at=offset + start)
    side = (speaker["who"] or "anyone").lower() if speaker else "anyone"
    return Step(
        text=asked.bare,
        said=asked.said,
        side=None if side == "anyone" else Side(side),
        part=part,
        within=within,
        never=bool(speaker and (speaker["never"] or speaker["nobody"])),
        anywhere=anywhere,
    )


def check_dialogue(dialogue: Dialogue, *, field: str = "dialogue") -> None:
    """Refuse a dialogue that was not typed, and makes no sense.

    Raises:
        QueryInvalid: it has no or too many steps, one says nothing, or one counts from
            something said before when nothing is.
    """
    if not 1 <= len(dialogue.steps) <= MOST_STEPS:
        raise QueryInvalid(field, f"a dialogue has 1 to {MOST_STEPS} steps")
    is_first = True
    for number, step in enumerate(dialogue.steps, 1):
        if not step.text.strip() and step.said is None:
            raise QueryInvalid(field, f"step {number} must say what to look for")
        if step.anywhere and not step.never:
            raise QueryInvalid(field, f"step {number}: `anywhere` goes with `never` only")
        if step.anywhere and step.within is not None:
            raise QueryInvalid(field, f"step {number}: {_NO_GAP}")
        if step.within is not None and is_first:
            raise QueryInvalid(
                field,
                f"`within` of step {number} counts from something said before, and nothing is",
            )
        is_first = is_first and step.never


def parse_part(text: str, *, field: str) -> Part:
    """Understand a part of a call: `first 60s`, `last 10%`, `first 2m`.

    Raises:
        QueryInvalid: it is none, or longer than any call.
    """
    found = _SUFFIX.fullmatch(f"in {text.strip()}")
    if not found or not found["end"]:
        raise QueryInvalid(field, f"{text[:40]!r} is no part of a call: try first 60s or last 10%")
    return _part(found, field, None)


def parse_gap(text: str, *, field: str) -> Gap:
    """Understand how far a step may be from the one before: `60s`, `2m`, `3 turns`.

    Raises:
        QueryInvalid: it is nothing of the kind.
    """
    found = _SUFFIX.fullmatch(f"within {text.strip()}")
    if not found or not found["gap"]:
        raise QueryInvalid(field, f"{text[:40]!r} is no distance: try 60s or 3 turns")
    return _gap(found, field, None)


def _is_dialogue(text: str) -> bool:
    if _SPEAKER.match(text):
        return True
    steps = _between_arrows(text)
    return len(steps) > 1 and all(longest_run(tokens_of(text[a:b])) <= PROSE for a, b in steps)


def _steps(text: str, field: str) -> Iterator[Step]:
    steps = _between_arrows(text)
    if len(steps) > MOST_STEPS:
        at = steps[MOST_STEPS - 1][1]
        raise QueryInvalid(field, f"a dialogue has at most {MOST_STEPS} steps", at=at)
    is_first = True
    for start, end in steps:
        step = parse_step(text[start:end], field=field, offset=start, is_first=is_first)
        is_first = is_first and step.never
        yield step


def _between_arrows(text: str) -> list[tuple[int, int]]:
    """Where steps stand: between the arrows that are in no quotes."""
    quoted = [(t.at, t.end) for t in tokens_of(text) if t.sort is Sort.PHRASE]
    arrows = [
        arrow.span()
        for arrow in _ARROW.finditer(text)
        if not any(start <= arrow.start() < end for start, end in quoted)
    ]
    return [(a, b) for (_, a), (b, _) in pairwise([(0, 0), *arrows, (len(text), len(text))])]


def _wording(step: Step) -> str:
    """What a step asks for in words; nothing for an absence."""
    if step.never:
        return ""
    demanded = wanted_terms(step.said) if step.said else ()
    return " ".join([*(term.text for term in demanded), step.text]).strip()


def _without_suffixes(
    body: str, field: str, offset: int, *, no_gap: str | None
) -> tuple[str, Part | None, Gap | None]:
    part: Part | None = None
    within: Gap | None = None
    while found := _SUFFIX.search(body):
        at = offset + found.start()
        if found["end"]:
            _refuse_second(part, field, at)
            part = _part(found, field, offset)
        elif no_gap:
            raise QueryInvalid(field, no_gap, at=at)
        else:
            _refuse_second(within, field, at)
            within = _gap(found, field, offset)
        body = body[: found.start()]
    return body, part, within


def _refuse_second(known: object, field: str, at: int) -> None:
    if known is not None:
        raise QueryInvalid(field, "is said twice for one step", at=at)


def _part(found: re.Match[str], field: str, offset: int | None) -> Part:
    is_percent = found["unit"] == "%"
    at = None if offset is None else offset + found.start("amount")
    amount = _whole(found["amount"], found["unit"], field, at)
    if is_percent and amount > _WHOLE:
        raise QueryInvalid(field, "a call has no more than 100%", at=at)
    return Part(End(found["end"].lower()), amount, is_percent)


def _gap(found: re.Match[str], field: str, offset: int | None) -> Gap:
    unit = found["gap_unit"].lower()
    at = None if offset is None else offset + found.start("gap")
    amount = _whole(found["gap"], unit, field, at)
    return Gap(amount, GapUnit.TURNS if unit.startswith("t") else GapUnit.SECONDS)


def _whole(amount: str, unit: str, field: str, at: int | None) -> int:
    """A number of seconds, turns or per cent; minutes become seconds."""
    if not re.fullmatch(r"[0-9]{1,7}", amount) or not 0 < int(amount) <= _MOST:
        raise QueryInvalid(field, f"{amount[:20]!r} is not a whole number from 1 to {_MOST}", at=at)
    return int(amount) * (60 if unit.lower().startswith("m") else 1)
