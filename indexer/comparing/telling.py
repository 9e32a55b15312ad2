"""What comparisons come to, in words."""

from collections.abc import Sequence
from typing import Final

from models.comparison import CoachingEffect, Difference, MetricComparison
from models.estimate import Estimate
from models.metric import Unit

_LIKELY: Final = 0.05


def told_apart(metric: MetricComparison) -> str:
    """In a sentence, what a comparison by one metric warrants."""
    if metric.order is not None:
        return f"They can be told apart: {' > '.join(metric.order)}."
    if not metric.differences:
        why = metric.why or "there is nothing to compare"
        return f"{why[:1].upper()}{why[1:]}."
    apart = [pair for pair in metric.differences if pair.can_be_told_apart]
    rest = [pair for pair in metric.differences if not pair.can_be_told_apart]
    told = f"No order: {len(apart)} of {len(metric.differences)} pairs can be told apart"
    if len(metric.differences) == 1:
        told = f"{rest[0].one} and {rest[0].other} cannot be told apart: {metric.why}"
    shown = "; ".join(_pair(pair) for pair in apart)
    if shown:
        told += f" ({shown})"
    needed = [pair.more_calls for pair in rest if pair.more_calls is not None]
    if needed:
        told += f". {_needed(needed, len(rest))}"
    return f"{told}."


def _pair(pair: Difference) -> str:
    is_more = (pair.difference.value or 0) > 0
    return f"{pair.one if is_more else pair.other} > {pair.other if is_more else pair.one}"


def _needed(needed: Sequence[int], pairs: int) -> str:
    least, most = min(needed), max(needed)
    span = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    what = "it is what it seems" if pairs == 1 else "the rest are what they seem"
    return f"If {what}, each group would need {span} more calls or so to show it"


def told_effect(found: CoachingEffect) -> str:
    """In a sentence, what the effect of coaching is."""
    if found.difference.value is None or found.p_value is None:
        return f"Nothing can be said: {found.why or found.difference.why}."
    value = found.difference.value
    by = estimated(found.difference, found.unit, signed=True)
    if found.why is not None:
        return f"It seems to be {by}, but nothing is shown: {found.why}."
    chance = f"p = {found.p_value:.3f}, permutation test"
    if found.p_value < _LIKELY:
        way = "up" if value > 0 else "down"
        return f"{found.title} went {way} in the coached reps, beyond their peers: {by} ({chance})."
    return f"No change beyond chance: {by} ({chance})."


def estimated(estimate: Estimate, unit: str, *, signed: bool = False) -> str:
    """A number with its interval: `52% [48%, 56%]`; without one where there is none."""
    value = number(estimate.value, unit, signed=signed)
    if estimate.interval is None:
        return value
    low = number(estimate.interval.low, unit, signed=signed)
    high = number(estimate.interval.high, unit, signed=signed)
    return f"{value} [{low}, {high}]"


def number(value: float | None, unit: str, *, signed: bool = False) -> str:
    """A number in its unit, with three digits or so: `52.1%`, `84.3 s`; a dash for none."""
    if value is None:
        return "\N{EN DASH}"
    sign = "+" if signed else ""
    if unit == Unit.SHARE:
        points = " points" if signed else "%"
        return f"{100 * value:{sign}.1f}{points}"
    digits = 2 if abs(value) < 10 else 1  # noqa: PLR2004 - three digits in all
    return f"{value:{sign}.{digits}f}{' s' if unit == Unit.SECONDS else ''}"
