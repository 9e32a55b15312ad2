"""Answers weighed by the calls they stand for (Hájek), whole and for each rep.

A stratum's finished reviews are taken for a simple random sample of its calls. A call that
was replaced was drawn and found to be none that can be reviewed: it counts as drawn, and
lies outside of what is estimated, as an answer does that a question does not apply.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from indexer.statistics.means import Bounds, mean
from indexer.statistics.proportions import proportion
from indexer.statistics.survey import DomainStratum, domain_mean, domain_rate
from models.estimate import Estimate

FEWEST: Final = 5
"""Answers from which on there is a number: fewer say nothing of anybody."""

Reps = Sequence[Mapping[str | None, int]]
"""For each stratum, how many of its calls each rep (by id) has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A call that was looked at; `value` is None where what is estimated does not apply.

    `is_na` tells a reviewer who said so from a call that was replaced.
    """

    stratum: int
    user_id: str | None
    value: float | None
    is_na: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A number for all calls, weighed and not.

    `covered` is the number for the strata that have a finished review, where that is not
    all of them; `covered_share` is their share of the calls.
    """

    estimate: Estimate
    unweighted: Estimate
    covered: Estimate | None
    covered_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """What is weighed by: how many calls each stratum has, and of whom; the bounds of a value.

    `is_rate` says that values are 0 or 1.
    """

    populations: tuple[int, ...]
    reps: Reps
    bounds: Bounds
    is_rate: bool

    def whole(self, cases: Sequence[Case]) -> Weighed:
        """The number for the whole population."""
        return self._weighed(cases, cases, self.populations)

    def of_rep(self, cases: Sequence[Case], user_id: str | None) -> Weighed:
        """The number for one rep's calls, by the strata in which they have any."""
        theirs = [
            case
            if case.user_id == user_id
            else Case(stratum=case.stratum, user_id=case.user_id, value=None)
            for case in cases
        ]
        mine = [reps.get(user_id, 0) for reps in self.reps]
        return self._weighed(theirs, cases, mine)

    def _weighed(
        self, cases: Sequence[Case], looked_at: Sequence[Case], concerned: Sequence[int]
    ) -> Weighed:
        """`concerned` is how many calls of each stratum the number is to be of."""
        values = [case.value for case in cases if case.value is not None]
        sampled = Counter(case.stratum for case in looked_at)
        bare = [n for n, calls in enumerate(concerned) if calls and not sampled[n]]
        share = 1 - sum(concerned[n] for n in bare) / max(1, sum(concerned))
        if len(values) < FEWEST:
            few = _too_few(len(values))
            return Weighed(estimate=few, unweighted=few, covered=None, covered_share=share)
        within: dict[int, list[float]] = defaultdict(list)
        for case in cases:
            if case.value is not None:
                within[case.stratum].append(case.value)
        strata = [
            DomainStratum(self.populations[n], sampled[n], tuple(within[n]))
            for n, calls in enumerate(concerned)
            if calls and sampled[n]
        ]
        found = domain_rate(strata) if self.is_rate else domain_mean(strata, bounds=self.bounds)
        return Weighed(
            estimate=_uncovered(len(values), len(bare), share) if bare else found,
            unweighted=self._plain(values),
            covered=found if bare else None,
            covered_share=share,
        )

    def _plain(self, values: Sequence[float]) -> Estimate:
        if self.is_rate:
            return proportion(round(sum(values)), len(values))
        return mean(values, bounds=self.bounds)


def _too_few(n: int) -> Estimate:
    if not n:
        return Estimate(value=None, n=0, why="no review is finished that answers it")
    told = "one answer is" if n == 1 else f"{n} answers are"
    return Estimate(value=None, n=n, why=f"{told} too few for a number: {FEWEST} are needed")


def _uncovered(n: int, strata: int, share: float) -> Estimate:
    told = "1 stratum has" if strata == 1 else f"{strata} strata have"
    why = (
        f"{told} no finished review, with {1 - share:.0%} of the calls: what is known of the"
        " others says nothing of those"
    )
    return Estimate(value=None, n=n, why=why)
