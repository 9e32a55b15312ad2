"""Why means and kappas have the intervals they have: others, on the same invented calls."""

from collections.abc import Mapping

import numpy as np
from numpy.random import Generator
from scipy.special import ndtr, ndtri, stdtrit

from indexer.statistics.agreement import cohen_kappa
from indexer.statistics.lone import over_calls
from scripts.simulate.calls import FIGURES, Array

RESAMPLES = 999
SHOWN = ("words per minute, normal", "talk ratio, beta(5, 4)", "score, beta(8, 1.5)",
         "seconds, exponential", "monologue s, lognormal .7")  # fmt: skip

Ends = tuple[float, float]


def intervals(values: Array, generator: Generator) -> Mapping[str, Ends]:
    """The 95 % interval of the mean by each method."""
    n, mean, error = (
        len(values),
        float(values.mean()),
        float(values.std(ddof=1) / len(values) ** 0.5),
    )
    t = float(stdtrit(n - 1, 0.975))
    drawn = values[generator.integers(n, size=(RESAMPLES, n))]
    means, errors = drawn.mean(axis=1), drawn.std(axis=1, ddof=1) / n**0.5
    studentised = np.quantile((means - mean) / np.maximum(errors, 1e-12), [0.025, 0.975])
    ours = over_calls(values).interval(0.95)
    return {
        "Student": (mean - t * error, mean + t * error),
        "percentile bootstrap": tuple(np.quantile(means, [0.025, 0.975])),
        "BCa bootstrap": _accelerated(values, means),
        "studentised bootstrap": (mean - studentised[1] * error, mean - studentised[0] * error),
        "Student, corrected for skewness": (ours.low, ours.high),
    }


def _accelerated(values: Array, means: Array) -> Ends:
    """Efron (1987), "Better bootstrap confidence intervals", JASA 82:171-185."""
    apart = values - values.mean()
    acceleration = float((apart**3).sum() / (6 * (apart**2).sum() ** 1.5))
    bias = ndtri(np.clip((means < values.mean()).mean(), 1e-3, 1 - 1e-3))
    z = bias + ndtri(np.array([0.025, 0.975]))
    low, high = np.quantile(means, ndtr(bias + z / (1 - acceleration * z)))
    return float(low), float(high)


def compared(*, runs: int, seed: int = 1) -> list[tuple[str, Mapping[str, float]]]:
    """For each figure and number of calls, how often each method's interval holds the mean."""
    found: list[tuple[str, Mapping[str, float]]] = []
    for name in SHOWN:
        for n in (10, 20, 50):
            generator = np.random.default_rng(seed)
            held: dict[str, int] = {}
            for _ in range(runs):
                values = FIGURES[name].of(generator.normal(size=n))
                for method, (low, high) in intervals(values, generator).items():
                    held[method] = held.get(method, 0) + (low <= FIGURES[name].truth <= high)
            shares = {method: count / runs for method, count in held.items()}
            found.append((f"{name}, {n} calls", shares))
    return found


def agreed(*, runs: int, seed: int = 1) -> list[tuple[str, Mapping[str, float]]]:
    """For two reviewers, how often each interval of kappa holds it, of those that are given.

    The bootstrap's percentiles are given wherever kappa is defined, ours where they are sure.
    """
    found: list[tuple[str, Mapping[str, float]]] = []
    for n, share, kappa in ((30, 0.5, 0.8), (30, 0.8, 0.8), (30, 0.9, 0.9), (100, 0.9, 0.8)):
        generator = np.random.default_rng(seed)
        percentile, ours = [], []
        for _ in range(runs):
            one = (generator.random(n) < share).astype(np.float64)
            own = (generator.random(n) < share).astype(np.float64)
            other = np.where(generator.random(n) < kappa, one, own)
            ends = _percentiles(one, other, generator)
            if ends is not None:
                percentile.append(ends[0] <= kappa <= ends[1])
            interval = cohen_kappa(one.tolist(), other.tolist()).interval
            if interval is not None:
                ours.append(interval.holds(kappa))
        shares = {
            "percentile bootstrap": float(np.mean(percentile)),
            "ours": float(np.mean(ours)),
            "ours is given": len(ours) / runs,
        }
        found.append((f"{n} calls, {share:.0%} yes, kappa {kappa:g}", shares))
    return found


def _percentiles(one: Array, other: Array, generator: Generator) -> Ends | None:
    at = generator.integers(len(one), size=(RESAMPLES, len(one)))
    ours, theirs = one[at].mean(axis=1), other[at].mean(axis=1)
    by_chance = ours * (1 - theirs) + theirs * (1 - ours)
    unlike = (one != other)[at].mean(axis=1)
    kappas = 1 - unlike[by_chance > 0] / by_chance[by_chance > 0]
    if not len(kappas):
        return None
    low, high = np.quantile(kappas, [0.025, 0.975])
    return float(low), float(high)
