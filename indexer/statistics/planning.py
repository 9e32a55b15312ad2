"""How many calls to draw.

A plan is made before anything is known, from a normal approximation; what was found then
gets an interval of its own (`proportions`, `survey`). Cochran (1977), "Sampling Techniques",
3rd ed., 4.4.
"""

from math import ceil, log1p, sqrt

from scipy.special import ndtri

from indexer.statistics.inputs import check_level

_NEARLY = 1e-9


def sample_size(
    population: int | None, *, margin: float, rate: float = 0.5, level: float = 0.95
) -> int:
    """How many calls tell a rate to within `margin` (a share: .05 is 5 points) either way.

    n0 = z² p(1-p) / e², and n = n0 / (1 + (n0 - 1) / N) of a population of N (None: endless),
    rounded up. A rate of .5 is the worst case.

    Raises:
        ValueError: no population, a margin or level outside (0, 1), a rate outside [0, 1].
    """
    _check(population, rate, level)
    if not 0 < margin < 1:
        raise ValueError(f"a margin lies between 0 and 1, not {margin}")
    z = float(ndtri((1 + level) / 2))
    n = z * z * rate * (1 - rate) / margin**2
    if population is not None:
        n = n / (1 + (n - 1) / population)
    return max(1, ceil(n - _NEARLY))


def size_for_rare(rate: float, *, probability: float = 0.95, population: int | None = None) -> int:
    """How many calls show at least one case of something as rare as `rate`.

    n = ln(1 - probability) / ln(1 - rate), rounded up. From a population without
    replacement: the least n for which missing all ceil(rate N) cases is as improbable.

    Raises:
        ValueError: no population, a rate outside (0, 1] or a probability outside (0, 1).
    """
    _check(population, rate, probability)
    if not rate:
        raise ValueError("what never happens is seen in no sample")
    if population is not None:
        return _size_without_replacement(population, ceil(rate * population - _NEARLY), probability)
    return 1 if rate == 1 else ceil(log1p(-probability) / log1p(-rate) - _NEARLY)


def margin_of(n: int, population: int | None, *, rate: float = 0.5, level: float = 0.95) -> float:
    """How far a rate found in `n` calls can be off either way, as a share.

    z sqrt(p(1-p)/n (N-n)/(N-1)): what `sample_size` undoes. 0 once every call is drawn.

    Raises:
        ValueError: no call, more than there are, a level outside (0, 1), a rate outside [0, 1].
    """
    _check(population, rate, level)
    if n < 1 or (population is not None and n > population):
        raise ValueError(f"{n} calls cannot be drawn of {population}")
    z = float(ndtri((1 + level) / 2))
    left = 1.0
    if population is not None:
        left = (population - n) / (population - 1) if population > 1 else 0.0
    return z * sqrt(rate * (1 - rate) / n * left)


def _size_without_replacement(population: int, cases: int, probability: float) -> int:
    """The chance to miss all cases falls with each call drawn, by hypergeometric chances."""
    missed = 1.0
    for n in range(population):
        if missed <= 1 - probability + _NEARLY:
            return n
        missed *= max(0, population - cases - n) / (population - n)
    return population


def _check(population: int | None, rate: float, level: float) -> None:
    check_level(level)
    if population is not None and population < 1:
        raise ValueError(f"a population of {population} cannot be drawn from")
    if not 0 <= rate <= 1:
        raise ValueError(f"a rate lies from 0 to 1, not {rate}")
