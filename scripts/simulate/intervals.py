"""The intervals to look at: shares, means, differences, samples by stratum, agreement."""

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from indexer.statistics.agreement import Scale, cohen_kappa, krippendorff_alpha, severity
from indexer.statistics.differences import difference
from indexer.statistics.effects import Change, effect
from indexer.statistics.means import mean
from indexer.statistics.proportions import proportion
from indexer.statistics.survey import (
    DomainStratum,
    SurveyStratum,
    domain_rate,
    population_mean,
    population_rate,
)
from scripts.simulate.calls import FIGURES, SIZES, Figure, calls_per_rep, of_reps
from scripts.simulate.running import Case, Drawn

CLUSTERED = (
    "talk ratio, beta(5, 4)", "words per minute, normal", "monologue s, lognormal .7",
    "count, mean 4, variance 20",
)  # fmt: skip


def proportions() -> Iterator[Case]:
    """Shares from .02 to .98, averaged; one case per number of calls."""

    def case(n: int) -> Case:
        def draw(generator: Generator) -> Drawn:
            share = generator.uniform(0.02, 0.98)
            return Drawn(proportion(int(generator.binomial(n, share)), n), share)

        return Case("proportions", f"{n} calls", draw)

    yield from map(case, (5, 10, 20, 50, 100, 500))


def means(sizes: tuple[int, ...] = (10, 15, 20, 30, 50, 100)) -> Iterator[Case]:
    """One figure, so many calls; without clusters."""

    def case(name: str, figure: Figure, n: int) -> Case:
        def draw(generator: Generator) -> Drawn:
            values = figure.of(generator.normal(size=n))
            return Drawn(mean(values, bounds=figure.bounds), figure.truth)

        return Case("means", f"{name}, {n} calls", draw)

    for name, figure in FIGURES.items():
        for n in sizes:
            if n >= 20 or figure.bounds == (0.0, 1.0):
                yield case(name, figure, n)


def clustered(reps: tuple[int, ...] = (6, 8, 12, 20, 30)) -> Iterator[Case]:
    """Calls of reps, of whom some have many more."""

    def case(name: str, reps: int, sizes: str, alike: float) -> Case:
        def draw(generator: Generator) -> Drawn:
            counts = calls_per_rep(generator, reps, sizes)
            values, names = of_reps(generator, FIGURES[name], counts, alike)
            found = mean(values, clusters=names, bounds=FIGURES[name].bounds)
            return Drawn(found, FIGURES[name].truth)

        return Case("clustered", f"{name}, {reps} reps, {sizes}, {alike:g} alike", draw)

    for name in CLUSTERED:
        for count in reps:
            for sizes in SIZES:
                for alike in (0.0, 0.1, 0.3):
                    yield case(name, count, sizes, alike)


def differences() -> Iterator[Case]:
    """Two groups: lone calls, shares, other reps, or the same reps twice."""
    for name in CLUSTERED:
        for ours, others in ((20, 20), (20, 100), (50, 50)):
            yield _of_lone(name, ours, others)
        for reps in (8, 15):
            for sizes in ("mild", "strong"):
                yield _of_two(name, reps, sizes, are_same=False)
                yield _of_two(name, reps, sizes, are_same=True)
    for ours, others in ((10, 10), (20, 60), (50, 50)):
        yield _of_shares(ours, others)


def _of_lone(name: str, ours: int, others: int) -> Case:
    def draw(generator: Generator) -> Drawn:
        figure = FIGURES[name]
        one, other = (figure.of(generator.normal(size=n)) for n in (ours, others))
        return Drawn(difference(one, other, bounds=figure.bounds), 0.0)

    return Case("differences", f"{name}, {ours} and {others} calls", draw)


def _of_shares(ours: int, others: int) -> Case:
    def draw(generator: Generator) -> Drawn:
        one, other = generator.uniform(0.05, 0.95, 2)
        values = (generator.random(n) < p for n, p in ((ours, one), (others, other)))
        return Drawn(difference(*(v.astype(float) for v in values)), float(one - other))

    return Case("differences", f"shares, {ours} and {others} calls", draw)


def _of_two(name: str, reps: int, sizes: str, *, are_same: bool) -> Case:
    def draw(generator: Generator) -> Drawn:
        figure = FIGURES[name]
        counts = calls_per_rep(generator, 2 * reps, sizes)
        values, names = of_reps(generator, figure, counts, 0.2)
        ours = np.arange(len(values)) < counts[:reps].sum()
        if are_same:
            ours = generator.random(len(values)) < 0.5
        found = difference(
            values[ours],
            values[~ours],
            our_clusters=list(np.array(names)[ours]),
            other_clusters=list(np.array(names)[~ours]),
            bounds=figure.bounds,
        )
        return Drawn(found, 0.0)

    who = f"the same {2 * reps} reps" if are_same else f"{reps} and {reps} reps"
    return Case("differences", f"{name}, {who}, {sizes}", draw)


def _designs() -> Iterator[tuple[str, list[int], list[int]]]:
    """Populations of strata, and how many calls are drawn of each."""
    generator = np.random.default_rng(5)
    for count in (3, 6, 12, 20):
        for spread in ("even", "uneven"):
            sizes = (
                generator.integers(15, 150, count)
                if spread == "even"
                else np.round(20 * np.exp(generator.normal(0, 1, count))).astype(int) + 3
            )
            plans = {f"{n} in proportion": sizes / sizes.sum() * n for n in (30, 60, 120)}
            plans |= {f"{n} of each": np.full(count, n) for n in (2, 5, 10)}
            for plan, drawn in plans.items():
                least = 2 if "proportion" in plan else 1
                taken = np.minimum(np.maximum(np.round(drawn).astype(int), least), sizes)
                if 12 <= taken.sum() <= 0.8 * sizes.sum():
                    yield f"{count} {spread} strata, {plan}", sizes.tolist(), taken.tolist()
            if count >= 6:
                taken = np.maximum(np.round(sizes / sizes.sum() * 40).astype(int), 1)
                yield f"{count} {spread} strata, 40, at least 1", sizes.tolist(), taken.tolist()


def rates() -> Iterator[Case]:
    """Rates of .03 to .97 in a stratified sample; strata differ more or less."""

    def case(name: str, populations: list[int], taken: list[int], alike: float) -> Case:
        sizes = np.array(populations)

        def draw(generator: Generator) -> Drawn:
            rate = generator.uniform(0.03, 0.97)
            own = np.full(len(sizes), rate)
            if alike:
                worth = (1 - alike) / alike
                own = generator.beta(rate * worth, (1 - rate) * worth, len(sizes))
            ones = generator.binomial(sizes, own)
            found = generator.hypergeometric(ones, sizes - ones, taken)
            strata = [
                SurveyStratum(size, (1.0,) * hits + (0.0,) * (drawn - hits))
                for size, drawn, hits in zip(populations, taken, found.tolist(), strict=True)
            ]
            return Drawn(population_rate(strata), float(ones.sum() / sizes.sum()))

        return Case("rates", f"{name}, {alike:g} alike", draw)

    for name, populations, taken in _designs():
        for alike in (0.0, 0.1, 0.3):
            yield case(name, populations, taken, alike)


def domain_rates() -> Iterator[Case]:
    """The rate of a part of the calls that lies across strata, of unknown size."""

    def case(name: str, populations: list[int], taken: list[int], part: float) -> Case:
        def draw(generator: Generator) -> Drawn:
            rate = generator.uniform(0.05, 0.95)
            strata, hits, size = [], 0, 0
            for population, drawn in zip(populations, taken, strict=True):
                own = generator.beta(9 * rate, 9 * (1 - rate))
                inside = generator.random(population) < part
                values = generator.random(population) < own
                hits, size = hits + int(values[inside].sum()), size + int(inside.sum())
                seen = values[:drawn][inside[:drawn]].astype(float)
                strata.append(DomainStratum(population, drawn, tuple(seen.tolist())))
            return Drawn(domain_rate(strata), hits / size)

        return Case("domain rates", f"{name}, {part:.0%} of the calls", draw)

    for name, populations, taken in _designs():
        for part in (0.25, 0.6):
            if part * sum(taken) >= 10:
                yield case(name, populations, taken, part)


def scores() -> Iterator[Case]:
    """Scores between 0 and 1 in a stratified sample; strata differ more or less."""

    def case(name: str, populations: list[int], taken: list[int], alike: float) -> Case:
        figure = FIGURES["score, beta(8, 1.5)"]

        def draw(generator: Generator) -> Drawn:
            strata, total = [], 0.0
            for population, drawn in zip(populations, taken, strict=True):
                own = generator.normal() * np.sqrt(alike)
                values = figure.of(own + np.sqrt(1 - alike) * generator.normal(size=population))
                total += float(values.sum())
                strata.append(SurveyStratum(population, tuple(values[:drawn].tolist())))
            return Drawn(population_mean(strata, bounds=(0, 1)), total / sum(populations))

        return Case("scores", f"{name}, {alike:g} alike", draw)

    for name, populations, taken in _designs():
        for alike in (0.0, 0.1, 0.3):
            yield case(name, populations, taken, alike)


def kappas() -> Iterator[Case]:
    """Two reviewers and two answers, of which one is given in so many calls."""

    def case(n: int, share: float, kappa: float) -> Case:
        def draw(generator: Generator) -> Drawn:
            one = generator.random(n) < share
            other = np.where(generator.random(n) < kappa, one, generator.random(n) < share)
            return Drawn(
                cohen_kappa(one.astype(float).tolist(), other.astype(float).tolist()), kappa
            )

        return Case("kappa", f"{n} calls, {share:.0%} yes, kappa {kappa:g}", draw)

    for n in (20, 30, 50, 100, 200):
        for share in (0.5, 0.7, 0.8, 0.9):
            for kappa in (0.0, 0.4, 0.6, 0.8):
                yield case(n, share, kappa)


def alphas() -> Iterator[Case]:
    """Several reviewers who answer on a scale, with answers missing."""

    def scored(n: int, reviewers: int, alpha: float, steps: int | None) -> Case:
        truth = alpha if steps is None else _ordinal_alpha(alpha, steps)

        def draw(generator: Generator) -> Drawn:
            table = _answers(generator, n, reviewers, alpha, steps)
            table[generator.random(table.shape) < 0.1] = np.nan
            rows = [[None if np.isnan(one) else one for one in row] for row in table.tolist()]
            scale: Scale = "interval" if steps is None else "ordinal"
            return Drawn(krippendorff_alpha(rows, scale=scale), truth)

        kind = "scores" if steps is None else f"{steps} steps"
        return Case("alpha", f"{n} calls, {reviewers} reviewers, {kind}, alpha {truth:.2f}", draw)

    def nominal(n: int, reviewers: int, kinds: int, alpha: float) -> Case:
        def draw(generator: Generator) -> Drawn:
            hidden = generator.integers(kinds, size=n)
            own = generator.integers(kinds, size=(reviewers, n))
            table = np.where(generator.random((reviewers, n)) < np.sqrt(alpha), hidden, own)
            return Drawn(krippendorff_alpha(table.astype(float).tolist(), scale="nominal"), alpha)

        return Case(
            "alpha", f"{n} calls, {reviewers} reviewers, {kinds} kinds, alpha {alpha:g}", draw
        )

    for n in (15, 30, 100):
        for reviewers in (2, 3):
            for alpha in (0.2, 0.6, 0.85):
                yield scored(n, reviewers, alpha, None)
                yield scored(n, reviewers, alpha, 5)
                yield nominal(n, reviewers, 3, alpha)


def _answers(
    generator: Generator, n: int, reviewers: int, alpha: float, steps: int | None
) -> NDArray[np.float64]:
    noise = generator.normal(size=(reviewers, n)) * np.sqrt(1 - alpha)
    found = np.sqrt(alpha) * generator.normal(size=n) + noise
    if steps is None:
        return np.asarray(found)
    return np.asarray(np.clip(np.round(found * 1.2) + steps // 2, 0, steps - 1))


@cache
def _ordinal_alpha(alpha: float, steps: int) -> float:
    """The ordinal alpha of very many calls: what the interval must hold."""
    import krippendorff

    table = _answers(np.random.default_rng(11), 20_000, 2, alpha, steps)
    return float(krippendorff.alpha(reliability_data=table, level_of_measurement="ordinal"))


def severities() -> Iterator[Case]:
    """Three reviewers, the first of whom is 5 points milder; each skips some calls."""

    def case(n: int, missing: float) -> Case:
        def draw(generator: Generator) -> Drawn:
            table = 75 + 12 * generator.normal(size=n) + 8 * generator.normal(size=(3, n))
            table[0] += 5
            table[generator.random((3, n)) < missing] = np.nan
            rows = [[None if np.isnan(one) else one for one in row] for row in table.tolist()]
            return Drawn(severity(rows, ["Ann", "Bob", "Cy"])[0].difference, 5.0)

        return Case("severity", f"{n} calls, {missing:.0%} missing", draw)

    for n in (12, 20, 50):
        for missing in (0.0, 0.3, 0.5):
            yield case(n, missing)


def effects() -> Iterator[Case]:
    """An effect of coaching on some reps, who differ in calls, level and their own change."""

    def case(coached: int, peers: int, name: str) -> Case:
        def draw(generator: Generator) -> Drawn:
            return Drawn(effect(changes(generator, coached, peers, name, 0.3)).difference, 0.3)

        return Case("effects", f"{coached} coached, {peers} peers, {name}", draw)

    for coached, peers in ((1, 20), (2, 6), (3, 5), (4, 4), (3, 12), (6, 6), (8, 12)):
        for name in ("words per minute, normal", "monologue s, lognormal .7"):
            yield case(coached, peers, name)


def changes(generator: Generator, coached: int, peers: int, name: str, gain: float) -> list[Change]:
    """Reps before and after, of whom some gain so much by coaching."""
    found = []
    for rep in range(coached + peers):
        own, moved = generator.normal() * 0.4, generator.normal() * 0.15
        sides = [
            FIGURES[name].of(generator.normal(size=1 + generator.poisson(10))) + own
            for _ in range(2)
        ]
        is_coached = rep < coached
        after = sides[1] + moved + gain * is_coached
        found.append(
            Change(f"rep {rep}", is_coached, tuple(sides[0].tolist()), tuple(after.tolist()))
        )
    return found


INTERVALS = (
    proportions, means, clustered, differences, rates, domain_rates, scores, kappas, alphas,
    severities, effects,
)  # fmt: skip
