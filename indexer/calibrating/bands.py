"""Names for how good an agreement is: conventions, each with where it comes from.

Neither pair of authors derived theirs from anything but experience, and both said so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from models.estimate import Estimate

LANDIS_KOCH: Final = (
    "Landis & Koch (1977), The measurement of observer agreement for categorical data,"
    " Biometrics 33:159-174"
)
KRIPPENDORFF: Final = "Krippendorff (2004), Content analysis, 2nd edition, pp. 241-243"
WARNING: Final = (
    "The names of bands are conventions of their authors, not laws: what agreement is good"
    " enough depends on what hangs on the answers."
)

_KAPPA: Final = (
    (0.0, "poor"), (0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial"),
    (1.0, "almost perfect"),
)  # fmt: skip
"""Each up to its number, which belongs to it; below 0 is poor."""
_TENTATIVE, _RELIABLE = 0.667, 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """What a number is called; `lowest` and `highest` are what its interval's ends are."""

    name: str
    lowest: str | None
    highest: str | None
    source: str


def band_of_kappa(kappa: Estimate) -> Band | None:
    """Landis and Koch's name for a kappa; None if there is none."""
    return _band(kappa, _landis_koch, LANDIS_KOCH)


def band_of_alpha(alpha: Estimate) -> Band | None:
    """Krippendorff's name for an alpha: reliable from .800, tentative from .667."""
    return _band(alpha, _krippendorff, KRIPPENDORFF)


def _band(told: Estimate, name_of: Callable[[float], str], source: str) -> Band | None:
    if told.value is None:
        return None
    ends: Sequence[str | None] = (None, None)
    if told.interval is not None:
        ends = (name_of(told.interval.low), name_of(told.interval.high))
    return Band(name=name_of(told.value), lowest=ends[0], highest=ends[1], source=source)


def _landis_koch(kappa: float) -> str:
    if kappa < 0:
        return "poor"
    return next(name for upto, name in _KAPPA[1:] if kappa <= upto)


def _krippendorff(alpha: float) -> str:
    if alpha >= _RELIABLE:
        return "reliable"
    return "tentative" if alpha >= _TENTATIVE else "not reliable"
