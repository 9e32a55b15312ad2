"""Which questions reviewers agree on least, as far as intervals tell."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.estimate import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The place of each question, 1 for those of least agreement; and what that rests on.

    Questions of one place cannot be told from the lowest of them: their intervals overlap.
    None where there is no number. `is_ordered` says whether there is more than one place.
    """

    places: tuple[int | None, ...]
    is_ordered: bool
    why: str


def order(alphas: Sequence[Estimate]) -> Order:
    """The places of questions with these alphas."""
    told = [n for n, one in enumerate(alphas) if one.value is not None]
    left = sorted(told, key=lambda n: alphas[n].value or 0.0)
    places: list[int | None] = [None] * len(alphas)
    place = 0
    while left:
        place += 1
        lowest = alphas[left[0]]
        same = [n for n in left if n == left[0] or not _is_above(alphas[n], lowest)]
        for n in same:
            places[n] = place
        left = [n for n in left if n not in same]
    return Order(places=tuple(places), is_ordered=place > 1, why=_why(alphas, told, place))


def _is_above(one: Estimate, other: Estimate) -> bool:
    if one.interval is None or other.interval is None:
        return False
    return one.interval.low > other.interval.high


def _why(alphas: Sequence[Estimate], told: Sequence[int], places: int) -> str:
    if not told:
        return "There is no alpha to order questions by: they stand as on the scorecard."
    if places > 1:
        return (
            "Least agreement comes first. Questions of one place are as on the scorecard: their"
            " intervals overlap with that of the lowest of them."
        )
    if len(told) == 1:
        return "Only one question has an alpha: there is nothing to order."
    if any(alphas[n].interval is None for n in told):
        return (
            "Questions stand as on the scorecard: without intervals nothing says that one"
            " agrees less than another. More calls give intervals."
        )
    return (
        "Questions stand as on the scorecard: their intervals overlap, so none can be said to"
        " agree less than another. More calls make intervals narrower."
    )
