"""The tests to look at: how often they speak up where there is nothing, and where there is."""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from indexer.statistics.balance import balance
from indexer.statistics.effects import effect
from indexer.statistics.ranking import Group, ranking
from scripts.simulate.calls import FIGURES, Figure
from scripts.simulate.intervals import changes
from scripts.simulate.running import Alarm

RANKED = ("talk ratio, beta(5, 4)", "monologue s, lognormal .7", "count, mean 1, variance 2")


def equal_groups() -> Iterator[Alarm]:
    """Any two of several equal reps are told apart: at most .05, over all pairs."""

    def alarm(name: str, groups: int, calls: int, most: int) -> Alarm:
        def raised(generator: Generator) -> bool:
            sizes = generator.integers(calls, most + 1, groups)
            found = ranking(invented(generator, FIGURES[name], sizes.tolist()))
            return any(pair.can_be_told_apart for pair in found.pairs)

        return Alarm("equal reps told apart", f"{name}, {groups} reps, {calls} to {most}", raised)

    for name in RANKED:
        for groups in (2, 5, 10):
            yield alarm(name, groups, 30, 30)
            yield alarm(name, groups, 30, 300)


def more_calls() -> Iterator[Alarm]:
    """Two reps, with as many more calls as they are said to need: told apart, about .8."""

    def alarm(apart: float, calls: int) -> Alarm:
        values = np.random.default_rng(2).normal(size=calls)
        values = (values - values.mean()) / values.std(ddof=1)
        seen = [Group("one", tuple(values)), Group("other", tuple(values + apart))]
        needed = calls + (ranking(seen).pairs[0].more_calls or 0)

        def raised(generator: Generator) -> bool:
            groups = [
                Group(str(n), tuple((generator.normal(size=needed) + apart * n).tolist()))
                for n in range(2)
            ]
            return ranking(groups).pairs[0].can_be_told_apart

        return Alarm("told apart with the calls asked for", f"{apart:g} apart: {needed}", raised)

    yield alarm(0.3, 60)
    yield alarm(0.5, 30)


def invented(generator: Generator, figure: Figure, sizes: list[int]) -> list[Group]:
    """Groups of calls that are all alike."""
    return [
        Group(f"group {n}", tuple(figure.of(generator.normal(size=size)).tolist()))
        for n, size in enumerate(sizes)
    ]


def coaching() -> Iterator[Alarm]:
    """An effect of coaching is seen (p at most .05): none there, or half a call's spread."""

    def alarm(coached: int, peers: int, gain: float) -> Alarm:
        def raised(generator: Generator) -> bool:
            found = effect(changes(generator, coached, peers, "words per minute, normal", gain))
            assert found.p_value is not None
            return found.p_value <= 0.05 and (not gain or (found.difference.value or 0) > 0)

        what = f"effect {gain:g}" if gain else "no effect"
        return Alarm("coaching", f"{coached} coached, {peers} peers, {what}", raised)

    for coached, peers in ((3, 5), (4, 8), (6, 10), (10, 20)):
        for gain in (0.0, 0.8):
            yield alarm(coached, peers, gain)


def imbalance() -> Iterator[Alarm]:
    """Reviewed calls are said to be unlike all: drawn blindly, or one kind too often."""

    def alarm(kinds: int, n: int, apart: float) -> Alarm:
        def raised(generator: Generator) -> bool:
            sizes = np.full(kinds, 3000 // kinds)
            share = 1 / kinds
            odds = np.full(kinds, 1.0)
            odds[0] = 1 + apart * np.sqrt((1 - share) / share)
            odds[1:] = (kinds - odds[0]) / (kinds - 1)
            counts = (
                generator.multinomial(n, odds / kinds)
                if apart
                else generator.multivariate_hypergeometric(sizes, n)
            )
            population = {f"kind {kind}": int(size) for kind, size in enumerate(sizes)}
            reviewed = dict(zip(population, counts.tolist(), strict=True))
            return balance(reviewed, population).is_alarming

        what = f"{apart:g} too many" if apart else "drawn blindly"
        return Alarm("balance", f"{kinds} kinds, {n} reviewed, {what}", raised)

    for kinds, n in ((2, 130), (4, 180), (8, 240)):
        for apart in (0.0, 0.3):
            yield alarm(kinds, n, apart)


ALARMS = (equal_groups, more_calls, coaching, imbalance)
