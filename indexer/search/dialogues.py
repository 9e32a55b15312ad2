"""Dialogue search: things said one after the other, and things not said, in one conversation.

Pure: each step comes with every utterance that could be it. A pattern happens as often as
there are utterances that can end it; of the ways to reach one, the best-scoring counts.
Its score is the mean over its steps that are scored, those with a text by meaning; a
step that only demands words is said or it is not. Of patterns that are scored, those
count that score at least three quarters of the best.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from indexer.lines import NO_TIME, Column, Lines
from indexer.search.answering import GOOD_ENOUGH
from models import Dialogue, Gap, GapUnit, Step


@dataclass(frozen=True, slots=True)
class Spoken:
    """One utterance that is a step of a pattern; `step` counts from 1."""

    step: int
    position: int
    turn: int
    start_ms: int
    end_ms: int
    score: float


@dataclass(frozen=True, slots=True)
class Happening:
    """One time a pattern happens: in which transcript of which call, and by which utterances.

    `kind` is 0 for the recording, 1 for the voicemail.
    """

    call: int
    kind: int
    utterances: tuple[Spoken, ...]
    score: float


def happenings(
    dialogue: Dialogue, fitting: Sequence[Lines], everything: Lines, *, scored: Sequence[bool]
) -> list[Happening]:
    """Every time a pattern happens.

    `fitting` has for each step the utterances that could be it, and `scored` whether their
    scores tell how well. `everything` is what counts as a conversation where only absence
    is asked: any utterances at all of its transcript.
    """
    steps = list(zip(dialogue.steps, fitting, scored, strict=True))
    wanted = [lines for step, lines, _ in steps if not step.never]
    transcripts = [np.unique(_transcripts(lines)) for lines in wanted or [everything]]
    common = reduce(np.intersect1d, transcripts)
    for step, lines in zip(dialogue.steps, fitting, strict=True):
        if step.anywhere:
            common = np.setdiff1d(common, _transcripts(lines))
    telling = [lines for step, lines, is_scored in steps if is_scored and not step.never]
    bounds = _bounds(common, telling)
    by_step = [_by_transcript(lines, n) for n, lines in enumerate(fitting, 1)]
    found: list[Happening] = []
    best = 0.0
    for at in np.argsort(-bounds, kind="stable").tolist():
        if bounds[at] < GOOD_ENOUGH * best:
            break  # neither this transcript nor any after it can hold what counts
        transcript = int(common[at])
        said = [step(transcript) for step in by_step]
        call, kind = divmod(transcript, 2)
        for total, utterances in _patterns(dialogue.steps, said, scored):
            score = total / len(telling) if telling else 1.0
            found.append(Happening(call, kind, utterances, score))
            best = max(best, score)
    return [happening for happening in found if happening.score >= GOOD_ENOUGH * best]


def _bounds(transcripts: Column, telling: Sequence[Lines]) -> npt.NDArray[np.float64]:
    """No pattern in a transcript scores more than this: the mean of each step's best."""
    bounds = np.zeros(len(transcripts))
    for lines in telling:
        best = np.zeros(len(transcripts))
        at = np.searchsorted(transcripts, _transcripts(lines))
        at = np.minimum(at, max(len(transcripts) - 1, 0))
        if len(transcripts):
            known = transcripts[at] == _transcripts(lines)
            np.maximum.at(best, at[known], lines.scores[known])
        bounds += best
    return bounds / max(len(telling), 1) + (0 if telling else 1)


def _transcripts(lines: Lines) -> Column:
    """A number for the transcript each line is in."""
    return lines.calls * 2 + lines.kinds


def _by_transcript(lines: Lines, step: int) -> Callable[[int], list[Spoken]]:
    """What looks up the utterances of one transcript."""
    transcripts = _transcripts(lines)

    def of(transcript: int) -> list[Spoken]:
        first, end = np.searchsorted(transcripts, [transcript, transcript + 1])
        own = lines[slice(first, end)]
        columns = (own.positions, own.turns, own.starts_ms, own.ends_ms, own.scores)
        return [Spoken(step, *row) for row in zip(*(c.tolist() for c in columns), strict=True)]

    return of


Way = tuple[float, tuple[Spoken, ...]]
"""How a pattern got as far as it did: the sum of its scores, and its utterances."""

Absence = tuple[Step, Sequence[Spoken]]
"""A step with `never`, and what breaks it."""


def _patterns(
    steps: Sequence[Step], said: Sequence[Sequence[Spoken]], scored: Sequence[bool]
) -> Iterator[Way]:
    """The best way to each utterance that can end the pattern, in order of these."""
    ways: list[Way] = [(0.0, ())]
    absences: list[Absence] = []
    for step, utterances, is_scored in zip(steps, said, scored, strict=True):
        if step.never:
            absences.append((step, utterances))
            continue
        ends = [_end(way, absences) for way in ways]
        reached = []
        for spoken in utterances:
            before = _best_way(ways, ends, spoken, step)
            if before is not None:
                total, so_far = before
                reached.append((total + is_scored * spoken.score, (*so_far, spoken)))
        ways, absences = reached, []
    yield from (way for way in ways if _end(way, absences) is None)


def _end(way: Way, absences: Sequence[Absence]) -> int | None:
    """Where a way is broken off: the first utterance after it that must not be; None if none."""
    _, utterances = way
    before = utterances[-1] if utterances else None
    return min(
        (
            spoken.position
            for step, forbidden in absences
            for spoken in forbidden
            if before is None or _follows(before, spoken, step.within)
        ),
        default=None,
    )


def _best_way(
    ways: Sequence[Way], ends: Sequence[int | None], spoken: Spoken, step: Step
) -> Way | None:
    """The best of the ways that can go on with this utterance; the nearest among equals."""
    open_ways = (
        way
        for way, end in zip(ways, ends, strict=True)
        if (end is None or spoken.position <= end)
        and (not way[1] or _follows(way[1][-1], spoken, step.within))
    )
    return max(open_ways, key=lambda way: (way[0], _last(way)), default=None)


def _last(way: Way) -> int:
    _, utterances = way
    return utterances[-1].position if utterances else -1


def _follows(before: Spoken, after: Spoken, within: Gap | None) -> bool:
    return after.position > before.position and _is_within(before, after, within)


def _is_within(before: Spoken, after: Spoken, within: Gap | None) -> bool:
    if within is None:
        return True
    if within.unit is GapUnit.TURNS:
        return after.turn - before.turn <= within.amount
    if NO_TIME in (before.end_ms, after.start_ms):
        return False
    return after.start_ms - before.end_ms <= within.amount * 1000
