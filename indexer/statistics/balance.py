"""Whether what was reviewed looks like what there was to review."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtri

from indexer.statistics.inputs import Numbers

DRAWS: Final = 1999

_ALPHA: Final = 0.05
_POWER: Final = 0.9
_NEARLY: Final = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One kind of call (an outcome, say): its share of what was reviewed, and of all.

    `difference` is standardised: the shares' difference over the standard deviation of
    one call's being of the kind, sqrt(p(1-p)); below .1 is usually taken for none (Cohen
    1988; Austin 2009, Statistics in Medicine 28:3083). `p_value` is how often, were calls
    drawn blindly, some kind or other would be as improbable as this one is.
    """

    name: str
    reviewed_share: float
    population_share: float
    difference: float
    p_value: float
    is_alarming: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """Every kind, most common first, and one test of all kinds together.

    `detectable` is the standardised difference of a kind that so many reviewed calls would
    raise the alarm for in nine of ten times; smaller ones may go unseen.
    """

    kinds: tuple[Balance, ...]
    p_value: float | None
    is_alarming: bool
    detectable: float | None
    why: str | None


def balance(
    reviewed: Mapping[str, int], population: Mapping[str, int], *, seed: int = 0
) -> Representation:
    """Hold the reviewed calls, counted by kind, against all calls they are among.

    Were the reviewed calls drawn blindly, their counts would be hypergeometric. Each kind
    gets the exact two-sided chance of a count as improbable as its own; the smallest of
    these chances is held against the smallest in 1,999 blind draws by `seed` (Westfall &
    Young 1993, "Resampling-Based Multiple Testing"), so that looking at many kinds raises
    no more false alarms than looking at one: at most 5 in 100.

    Raises:
        ValueError: a count below zero, or more calls of a kind reviewed than there are.
    """
    names = sorted(
        (name for name, all_ in population.items() if all_), key=lambda n: -population[n]
    )
    if any(count > population.get(name, 0) for name, count in reviewed.items()):
        raise ValueError("more calls of a kind were reviewed than there are")
    if any(count < 0 for count in [*reviewed.values(), *population.values()]):
        raise ValueError("a count lies below zero")
    counts = np.array([reviewed.get(name, 0) for name in names])
    everything = np.array([population[name] for name in names])
    n, size = int(counts.sum()), int(everything.sum())
    why = _why_not(n, size, len(names))
    chances = [_chances(int(all_), size, n) for all_ in everything]
    adjusted = _adjusted(counts, everything, chances, seed) if why is None else np.ones(len(names))
    kinds = tuple(
        Balance(
            name=name,
            reviewed_share=count / n if n else 0.0,
            population_share=all_ / size,
            difference=_standardised(count / n, all_ / size) if n else 0.0,
            p_value=chance,
            is_alarming=chance <= _ALPHA,
        )
        for name, count, all_, chance in zip(
            names, counts.tolist(), everything.tolist(), adjusted.tolist(), strict=True
        )
    )
    smallest = float(adjusted.min(initial=1.0))
    return Representation(
        kinds=kinds if n else (),
        p_value=smallest if why is None else None,
        is_alarming=why is None and smallest <= _ALPHA,
        detectable=_detectable(n, size, len(names)) if why is None else None,
        why=why,
    )


def _why_not(n: int, size: int, kinds: int) -> str | None:
    if not n:
        return "no call was reviewed"
    if n == size:
        return "every call was reviewed"
    return "all calls are of one kind" if kinds == 1 else None


def _chances(kind: int, size: int, n: int) -> Numbers:
    """For each count of 0 to n, the chance of one no more probable: shape (n + 1,)."""
    counts = np.arange(n + 1)
    possible = (counts <= kind) & (n - counts <= size - kind)
    logs = np.full(n + 1, -np.inf)
    logs[possible] = (
        _log_choices(kind, counts[possible])
        + _log_choices(size - kind, n - counts[possible])
        - _log_choices(size, np.array([n]))
    )
    chance: Numbers = np.exp(logs)
    order = np.argsort(chance)
    running = np.cumsum(chance[order])
    ends = np.searchsorted(chance[order], chance * (1 + _NEARLY), side="right")
    return np.minimum(1.0, running[ends - 1])


def _log_choices(of: int, count: NDArray[np.int64]) -> Numbers:
    return np.asarray(gammaln(of + 1) - gammaln(count + 1) - gammaln(of - count + 1))


def _adjusted(
    counts: NDArray[np.int64], everything: NDArray[np.int64], chances: list[Numbers], seed: int
) -> Numbers:
    """How often blind draws have some kind as improbable, for each kind."""
    draws = np.random.default_rng(seed).multivariate_hypergeometric(
        everything, int(counts.sum()), size=DRAWS
    )
    least = np.min([chance[draws[:, k]] for k, chance in enumerate(chances)], axis=0)
    found = np.array([chance[count] for chance, count in zip(chances, counts, strict=True)])
    as_improbable = (least[:, None] <= found * (1 + _NEARLY)).sum(axis=0)
    return np.asarray((1 + as_improbable) / (1 + DRAWS))


def _standardised(share: float, of: float) -> float:
    spread = sqrt(of * (1 - of))
    return (share - of) / spread if spread else 0.0


def _detectable(n: int, size: int, kinds: int) -> float:
    """(z(1 - alpha / 2K) + z(power)) sqrt((1 - n/N) / n), of K kinds (two are one)."""
    looks = kinds if kinds > 2 else 1  # noqa: PLR2004 - what one has too many the other lacks
    quantiles = float(ndtri(1 - _ALPHA / looks / 2) + ndtri(_POWER))
    return quantiles * sqrt((1 - n / size) / n)
