"""Agreement beyond chance, 1 - observed / expected disagreement, and how sure it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from indexer.statistics.inputs import Numbers
from indexer.statistics.proportions import wilson
from models.estimate import Interval

Weights = NDArray[np.float64]
"""Shape (resamples, calls): how often each call is in a resample."""

Disagreement = Callable[[Weights], tuple[Numbers, Numbers]]
"""Gives what is observed and what chance would make of it, one a resample."""

RESAMPLES: Final = 1000
_SURER: Final = 2
_SURER_ON_A_SCALE: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """Agreement over `calls`; `of` gives the disagreement of any resample of them.

    `answers` counts those after the first to each call. `ceiling` is the largest possible
    observed disagreement, None where that is not known: then twice what chance gives, where
    agreement is -1.
    """

    calls: int
    answers: int
    of: Disagreement
    ceiling: float | None

    def expected(self) -> float:
        """The disagreement that chance alone would make."""
        return float(self.of(np.ones((1, self.calls)))[1][0])

    def interval(self, *, seed: int, level: float) -> Interval:
        """Wilson's interval for the disagreement, over what chance would make of it.

        As sure as the agreement's standard error says, found by bootstrap over calls: an
        effective number of calls, and no more than twice the answers that could disagree
        (four times on a scale), since few resamples differ where few calls do. A percentile
        interval instead holds the truth in 40 to 80 of 100 times where disagreements are rare.
        """
        observed, expected = (float(found[0]) for found in self.of(np.ones((1, self.calls))))
        most = self.ceiling if self.ceiling is not None else 2 * expected
        share, chance = min(1.0, observed / most), expected / most
        error = self._error(seed)
        effective = float(self.calls)
        if 0 < share < 1 and error > 0:
            effective = share * (1 - share) / (chance * error) ** 2
        surer = _SURER_ON_A_SCALE if self.ceiling is None else _SURER
        quantile = float(stdtrit(self.calls - 1, (1 + level) / 2))
        low, high = wilson(share, min(effective, surer * self.answers), quantile)
        return Interval(
            low=max(-1.0, 1 - high / chance),
            high=min(1.0, 1 - low / chance),
            method="bootstrap over calls, Wilson's shape",
            level=level,
        )

    def _error(self, seed: int) -> float:
        """The standard error of the agreement, over resamples in which answers differ."""
        generator = np.random.default_rng(seed)
        drawn = generator.integers(self.calls, size=(RESAMPLES, self.calls))
        drawn += np.arange(RESAMPLES)[:, None] * self.calls
        weights = np.bincount(drawn.ravel(), minlength=drawn.size).reshape(drawn.shape)
        observed, expected = self.of(weights.astype(np.float64))
        defined = expected > 0
        return float((observed[defined] / expected[defined]).std())
