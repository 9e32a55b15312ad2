"""What putting cells together is worth: `draw@1` against rounding each cell by itself.

    python -m scripts.simulate_draws

Invents teams of twelve reps, whose calls pass a review more or less often by outcome and
length, and draws five calls of each rep. Prints which calls could never be drawn, how far
off a rate of all calls is, and how often its interval holds the truth.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from indexer.sampling import draw
from indexer.sampling.shares import shared_out
from indexer.statistics.survey import SurveyStratum, population_rate
from models.estimate import Estimate
from models.sample import Eligible, Population, SamplePlan, StratumField

WORLDS, DRAWS, PER_REP = 15, 60, 5
FIELDS = (StratumField.REP, StratumField.OUTCOME, StratumField.DURATION)


@dataclass(frozen=True)
class World:
    """Calls, and whether each would pass a review."""

    population: Population
    passes: dict[str, float]

    @property
    def rate(self) -> float:
        return sum(self.passes.values()) / len(self.passes)


def a_world(generator: Generator, strength: float) -> World:
    """`strength` is how much outcome and length matter: a standard deviation of log-odds."""
    outcomes = generator.normal(0, strength, 4)
    lengths = generator.normal(0, strength, 3)
    keys, passes = [], []
    for rep in range(12):
        own = generator.normal(0, 0.5)
        for _ in range(generator.poisson(40) + 5):
            outcome = generator.choice(4, p=[0.5, 0.25, 0.15, 0.1])
            length = generator.choice(3, p=[0.5, 0.3, 0.2])
            keys.append((f"rep {rep:02}", f"outcome {outcome}", f"length {length}"))
            odds = own + outcomes[outcome] + lengths[length]
            passes.append(float(generator.random() < 1 / (1 + np.exp(-odds))))
    cells = tuple(sorted(set(keys)))
    calls = tuple(
        Eligible(call_id=f"acti_{n:04}", cell=cells.index(key), user_id=key[0], user_name=None)
        for n, key in enumerate(keys)
    )
    population = Population(fields=FIELDS, cells=cells, calls=calls)
    return World(population, {call.call_id: one for call, one in zip(calls, passes, strict=True)})


def estimates(world: World, name: str) -> Iterator[Estimate]:
    """The rate as many samples tell it."""
    for n in range(DRAWS):
        plan = SamplePlan(where={}, seed=f"{name} {n}", per_rep=PER_REP, strata=FIELDS)
        drawn = draw(plan, world.population)
        values: list[list[float]] = [[] for _ in drawn.strata]
        for call in drawn.calls:
            values[call.stratum].append(world.passes[call.call_id])
        strata = zip(drawn.strata, values, strict=True)
        yield population_rate([SurveyStratum(one.population, tuple(v)) for one, v in strata])


def never_drawn(world: World) -> set[str]:
    """Calls without a chance if each cell of a rep is rounded by itself."""
    sizes = Counter(call.cell for call in world.population.calls)
    keys = world.population.cells
    none: set[int] = set()
    for rep in {key[0] for key in keys}:
        mine = [at for at, key in enumerate(keys) if key[0] == rep]
        own = [sizes[at] for at in mine]
        shares = shared_out(min(PER_REP, sum(own)), own, [keys[at] for at in mine], "38")
        none |= {at for at, share in zip(mine, shares, strict=True) if not share}
    return {call.call_id for call in world.population.calls if call.cell in none}


def main() -> None:
    generator = np.random.default_rng(5)
    for strength in (0.0, 0.7, 1.5):
        lost, off_rounded, off, held = [], [], [], []
        for n in range(WORLDS):
            world = a_world(generator, strength)
            none = never_drawn(world)
            left = [passes for call_id, passes in world.passes.items() if call_id not in none]
            lost.append(len(none) / len(world.passes))
            off_rounded.append(abs(float(np.mean(left)) - world.rate))
            for found in estimates(world, f"{strength} {n}"):
                assert found.value is not None
                assert found.interval is not None
                off.append(found.value - world.rate)
                held.append(found.interval.holds(world.rate))
        print(
            f"outcome and length matter {strength}: rounding each cell never draws"
            f" {np.mean(lost):.0%} and is off by {np.mean(off_rounded):.1%};"
            f" draw@1 is off by {np.mean(off):+.1%}, its intervals hold {np.mean(held):.1%}"
        )


if __name__ == "__main__":
    main()
