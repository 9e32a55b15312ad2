"""Invented figures of calls, with their true means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr
from scipy.stats import nbinom, poisson

from indexer.statistics.inputs import ANYTHING, Bounds

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of calls: `of` makes it from standard normal numbers, of the mean `truth`."""

    of: Callable[[Array], Array]
    truth: float
    bounds: Bounds = ANYTHING


def _beta(a: float, b: float) -> Figure:
    return Figure(lambda z: np.asarray(betaincinv(a, b, ndtr(z))), a / (a + b), (0.0, 1.0))


def _lognormal(sigma: float) -> Figure:
    return Figure(lambda z: np.exp(sigma * z), float(np.exp(sigma * sigma / 2)))


def _counts(mean: float, size: float) -> Figure:
    return Figure(lambda z: np.asarray(nbinom.ppf(ndtr(z), size, size / (size + mean))), mean)


def _rare(mean: float) -> Figure:
    return Figure(lambda z: np.asarray(poisson.ppf(ndtr(z), mean)), mean)


FIGURES: Mapping[str, Figure] = {
    "talk ratio, beta(5, 4)": _beta(5, 4),
    "share of silence, beta(2, 8)": _beta(2, 8),
    "score, beta(8, 1.5)": _beta(8, 1.5),
    "any share, uniform": _beta(1, 1),
    "words per minute, normal": Figure(lambda z: z, 0.0),
    "seconds, exponential": Figure(lambda z: -np.log(ndtr(-z)), 1.0),
    "monologue s, lognormal .5": _lognormal(0.5),
    "monologue s, lognormal .7": _lognormal(0.7),
    "monologue s, lognormal .8": _lognormal(0.8),
    "count, mean 4, variance 20": _counts(4, 1),
    "count, mean 3, variance 3": _rare(3),
    "count, mean 1, variance 2": _counts(1, 1),
    "count, mean .5, variance .5": _rare(0.5),
}

SIZES = ("equal", "mild", "strong")


def calls_per_rep(generator: Generator, reps: int, sizes: str, mean: int = 12) -> NDArray[np.int64]:
    """How many calls each rep has: the same, 1 to 4, or 1 to 20 times as many as another."""
    if sizes == "equal":
        return np.full(reps, mean)
    spread = (
        generator.uniform(0.4, 1.6, reps)
        if sizes == "mild"
        else np.exp(generator.normal(-0.5, 1, reps))
    )
    return 1 + generator.poisson(mean * spread)


def of_reps(
    generator: Generator, figure: Figure, counts: NDArray[np.int64], alike: float
) -> tuple[Array, list[str]]:
    """Calls of reps; `alike` is the intraclass correlation on the normal scale."""
    reps = np.repeat(np.arange(len(counts)), counts)
    own = generator.normal(size=len(counts))[reps]
    normal = np.sqrt(alike) * own + np.sqrt(1 - alike) * generator.normal(size=len(reps))
    return figure.of(normal), [f"rep {rep}" for rep in reps]
