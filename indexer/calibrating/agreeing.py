"""How far reviewers agree on one thing: a question, the score, or whether a call failed."""

from dataclasses import dataclass
from typing import Final

from indexer.calibrating.bands import Band, band_of_alpha, band_of_kappa
from indexer.statistics.agreement import (
    Ratings,
    Scale,
    Weights,
    cohen_kappa,
    krippendorff_alpha,
    percent_agreement,
)
from models.estimate import Estimate

_ENOUGH: Final = 2
_WEIGHTS: Final[dict[Scale, Weights]] = {
    "nominal": "none",
    "ordinal": "quadratic",
    "interval": "none",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far reviewers agree on one thing, by calls that two of them or more answered.

    `percent` is the share of equal pairs of answers, whatever chance would give. `kappa` is
    Cohen's, for two reviewers: weighted by the square of the distance where answers have an
    order. `alpha` is Krippendorff's, on `scale`. Each counts calls as its `n`.
    """

    scale: Scale
    calls: int
    reviewers: int
    answers: int
    percent: Estimate
    kappa: Estimate
    kappa_weights: Weights
    kappa_band: Band | None
    alpha: Estimate
    alpha_band: Band | None


def agreement(ratings: Ratings, *, scale: Scale) -> Agreement:
    """How far reviewers (rows) agree on calls (columns)."""
    columns = [[one for one in column if one is not None] for column in zip(*ratings, strict=True)]
    calls = sum(len(column) >= _ENOUGH for column in columns)
    rows = [row for row in ratings if any(one is not None for one in row)]
    alpha, kappa = _alpha(rows, calls, scale), _kappa(rows, calls, scale)
    return Agreement(
        scale=scale,
        calls=calls,
        reviewers=len(rows),
        answers=sum(map(len, columns)),
        percent=_undefined(rows, calls) or percent_agreement(rows),
        kappa=kappa,
        kappa_weights=_WEIGHTS[scale],
        kappa_band=band_of_kappa(kappa),
        alpha=alpha,
        alpha_band=band_of_alpha(alpha),
    )


def mean_gap(ratings: Ratings) -> list[float]:
    """By how much two reviewers differ on a call in the mean, for each call that two answered."""
    gaps = []
    for column in zip(*ratings, strict=True):
        given = [one for one in column if one is not None]
        pairs = [abs(a - b) for n, a in enumerate(given) for b in given[n + 1 :]]
        if pairs:
            gaps.append(sum(pairs) / len(pairs))
    return gaps


def _alpha(rows: Ratings, calls: int, scale: Scale) -> Estimate:
    return _undefined(rows, calls) or _by_chance(calls) or krippendorff_alpha(rows, scale=scale)


def _kappa(rows: Ratings, calls: int, scale: Scale) -> Estimate:
    undefined = _undefined(rows, calls) or _by_chance(calls)
    if undefined is not None:
        return undefined
    if scale == "interval":
        why = "kappa is for answers of a few sorts: alpha compares scores"
        return Estimate(value=None, n=calls, why=why)
    if len(rows) > _ENOUGH:
        why = f"kappa is for two reviewers, and here are {len(rows)}"
        return Estimate(value=None, n=calls, why=why)
    return cohen_kappa(rows[0], rows[1], weights=_WEIGHTS[scale])


def _undefined(rows: Ratings, calls: int) -> Estimate | None:
    """Why nothing can be said of agreement at all."""
    if not rows:
        return Estimate(value=None, n=0, why="nobody answered it")
    if len(rows) == 1:
        return Estimate(value=None, n=0, why="one reviewer alone answered it")
    if not calls:
        return Estimate(value=None, n=0, why="no call was answered by two reviewers")
    return None


def _by_chance(calls: int) -> Estimate | None:
    """Why nothing can be said of what chance would give."""
    if calls > 1:
        return None
    return Estimate(value=None, n=calls, why="one call cannot tell agreement from chance")
