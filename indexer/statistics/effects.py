"""What coaching changed, against reps who were not coached.

Coaching is given to reps, so reps are what is counted, however many calls they have: each
rep's change is the mean after less the mean before, and the effect is the coached reps'
mean change less their peers' (difference in differences, which takes out whatever changed
for everybody). If coaching did nothing, who was coached is a label, and any other choice of
as many reps could have come about: Fisher (1935), "The Design of Experiments"; Rosenbaum
(2002), "Observational Studies", 2nd ed., 2.4-2.6.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from indexer.statistics.inputs import Numbers, check_level, numbers
from models.estimate import Estimate, Interval

EXACT: Final = 20_000
"""Ways to choose the coached up to which all are gone through."""

DRAWN: Final = 9_999
"""Ways drawn at random where there are more."""

_ALPHA: Final = 0.05
_OFF: Final = 0.02
_FEWEST_REPS: Final = 3
_NEARLY: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Change:
    """A rep's calls, before and after: a figure of each call."""

    rep: str
    is_coached: bool
    before: tuple[float, ...]
    after: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The coached reps' mean change minus their peers'. `n` counts reps with calls in both.

    `p_value` is how often a difference as large comes up, either way, when it is left to
    chance who of the reps was coached; `permutations` is how many ways there are to choose
    them. `why` says what stands in the way of an answer.
    """

    difference: Estimate
    coached: Estimate
    peers: Estimate
    p_value: float | None
    permutations: int
    why: str | None


def effect(changes: Sequence[Change], *, seed: int = 0, level: float = 0.95) -> Effect:
    """Difference in differences over reps, with the permutation test of who was coached.

    Every way to choose as many reps is gone through; where these are more than 20,000,
    9,999 are drawn by `seed`. The interval holds each effect that, taken off the coached
    reps, would leave a difference that chance could make.

    Raises:
        ValueError: a rep who is there twice, NaN, or a bad level.
    """
    check_level(level)
    if len({one.rep for one in changes}) < len(changes):
        raise ValueError("a rep has two changes")
    whole = [one for one in changes if one.before and one.after]
    moved = np.array([numbers(one.after).mean() - numbers(one.before).mean() for one in whole])
    is_coached = np.array([one.is_coached for one in whole], dtype=bool)
    coached, peers = (
        _mean_change(moved[side], who, level)
        for side, who in ((is_coached, "coached reps"), (~is_coached, "peers"))
    )
    why = coached.why if coached.value is None else peers.why if peers.value is None else None
    if why is not None:
        nothing = Estimate(value=None, n=len(whole), why=why)
        return Effect(
            difference=nothing, coached=coached, peers=peers, p_value=None, permutations=0, why=why
        )
    count = int(is_coached.sum())
    permutations = comb(len(whole), count)
    chosen = _choices(len(whole), count, seed)
    value = float(moved[is_coached].mean() - moved[~is_coached].mean())
    least = _least_p(len(whole), count, permutations)
    difference = Estimate(value=value, n=len(whole), why=_too_few(count, permutations, least))
    if difference.why is None:
        interval = _inverted(moved, is_coached, chosen, level)
        difference = Estimate(
            value=value,
            n=len(whole),
            interval=interval,
            why=None if interval else "with so few reps no interval comes near that level",
        )
    return Effect(
        difference=difference,
        coached=coached,
        peers=peers,
        p_value=_p_value(moved, is_coached, chosen),
        permutations=permutations,
        why=_too_few(count, permutations, least),
    )


def _mean_change(moved: Numbers, who: str, level: float) -> Estimate:
    """The mean change over reps, with Student's interval: means of calls are nearly normal."""
    if not len(moved):
        return Estimate(value=None, n=0, why=f"there are no {who} with calls before and after")
    value = float(moved.mean())
    if len(moved) < _FEWEST_REPS or not moved.std():
        why = f"{len(moved)} of the {who} had calls before and after; {_FEWEST_REPS} are needed"
        if len(moved) >= _FEWEST_REPS:
            why = f"all {who} changed by the same amount"
        return Estimate(value=value, n=len(moved), why=why)
    error = float(moved.std(ddof=1)) / len(moved) ** 0.5
    half = float(stdtrit(len(moved) - 1, (1 + level) / 2)) * error
    interval = Interval(low=value - half, high=value + half, method="Student", level=level)
    return Estimate(value=value, n=len(moved), interval=interval)


def _choices(reps: int, count: int, seed: int) -> NDArray[np.bool_]:
    """Ways to choose the coached, all or some drawn: shape (ways, reps)."""
    if comb(reps, count) <= EXACT:
        ways = np.zeros((comb(reps, count), reps), dtype=bool)
        for row, way in enumerate(combinations(range(reps), count)):
            ways[row, list(way)] = True
        return ways
    order = np.random.default_rng(seed).random((DRAWN, reps)).argsort(axis=1)
    return order < count


def _differences(moved: Numbers, chosen: NDArray[np.bool_]) -> Numbers:
    inside = chosen.sum(axis=1)
    sums = chosen @ moved
    return np.asarray(sums / inside - (moved.sum() - sums) / (len(moved) - inside))


def _p_value(moved: Numbers, is_coached: NDArray[np.bool_], chosen: NDArray[np.bool_]) -> float:
    """Phipson & Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9:39, where ways are drawn."""
    found = abs(float(_differences(moved, is_coached[None])[0]))
    as_large = np.abs(_differences(moved, chosen)) >= found - _NEARLY * max(1.0, found)
    drawn = len(chosen) < comb(len(moved), int(is_coached.sum()))
    return float((as_large.sum() + drawn) / (len(chosen) + drawn))


def _least_p(reps: int, count: int, permutations: int) -> float:
    """The smallest p-value there can be: halves can be swapped, which is as large."""
    return (2 if 2 * count == reps else 1) / permutations


def _too_few(count: int, permutations: int, least: float) -> str | None:
    if least <= _ALPHA:
        return None
    who = "one coached rep" if count == 1 else f"{count} coached reps"
    return (
        f"there are {permutations} ways to choose {who}, and chance alone makes even the"
        f" largest difference in 1 of {1 / least:.0f}: more reps are needed"
    )


def _inverted(
    moved: Numbers, is_coached: NDArray[np.bool_], chosen: NDArray[np.bool_], level: float
) -> Interval | None:
    """The effects that the test would not refuse, at the level nearest to what was asked.

    If the effect is d, taking it off the coached leaves D - d for the true choice, and
    D' - c d for another, c being the difference of the labels themselves. That one is as
    large from `low` to `high`, which holds D. So many of them as may be refused are.
    """
    found = float(_differences(moved, is_coached[None])[0])
    others = chosen[(chosen != is_coached).any(axis=1)]
    labels = _differences(is_coached.astype(np.float64), others)
    made = _differences(moved, others)
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.stack([(found - made) / (1 - labels), (found + made) / (1 + labels)])
    opposite = labels <= _NEARLY - 1
    low = np.sort(np.where(opposite, -np.inf, ends.min(axis=0)))
    high = np.sort(np.where(opposite, np.inf, ends.max(axis=0)))[::-1]
    ways = len(others) + 1
    refused = round((1 - level) * ways)
    if refused < 1 or abs(refused / ways - (1 - level)) > _OFF * (1 - level) / _ALPHA:
        return None
    if not np.isfinite(low[refused - 1]) or not np.isfinite(high[refused - 1]):
        return None
    return Interval(
        low=float(low[refused - 1]),
        high=float(high[refused - 1]),
        method="permutation test inverted",
        level=level,
    )
