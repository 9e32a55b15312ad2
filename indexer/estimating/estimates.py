"""The estimates of a sample: pass rate, score, auto-fails and each question, whole and by rep.

Method `estimate@1`. A random sample's strata have known numbers of calls, and within a
stratum each call had the same chance. So each finished review stands for
`calls / looked at` calls of its stratum, a total is the sum of these weights times values
(Horvitz and Thompson 1952), and a mean its ratio to the sum of the weights (Hájek 1971).
Intervals are by design, with finite population correction (`indexer/statistics/survey.py`).
"""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Final

from indexer.estimating.items import items
from indexer.estimating.noting import notes_on
from indexer.estimating.nouns import Estimates, StratumStanding
from indexer.papers import Written
from indexer.reviewing.keeping import SCORECARDS, reviews_of
from indexer.sampling import POPULATIONS
from indexer.store.contract import Papers
from models.errors import ActionRefused, QueryInvalid
from models.review import Review, ReviewState
from models.sample import Population, Sample
from models.scorecard import Scorecard

DEFAULT_MARK: Final = 80.0
"""The score, in per cent, from which a call passes, where nobody says another."""


def estimates(store: Papers, sample: Written[Sample], *, mark: float = DEFAULT_MARK) -> Estimates:
    """What the finished reviews of a sample say by now.

    Raises:
        ActionRefused: it is no random sample.
        QueryInvalid: the mark is no score.
    """
    require_random(sample.body)
    reviews = [one.body for one in reviews_of(store, sample.id)]
    asked = {(one.scorecard_id, one.scorecard_version) for one in reviews}
    scorecards = {
        version: SCORECARDS.get(store, scorecard_id, version=version).body
        for scorecard_id, version in asked
    }
    population = POPULATIONS.get(store, sample.body.population).body
    return estimates_of(sample.body, population, reviews, scorecards, mark=mark)


def require_random(sample: Sample) -> None:
    """Refuse to estimate from calls that were not drawn at random.

    Raises:
        ActionRefused: says why that cannot be done.
    """
    if not sample.is_random:
        raise ActionRefused(
            f"{sample.name!r} is a risk queue: its calls were chosen for what is in them, so"
            " they say nothing of the others; estimate from a random sample"
        )


def estimates_of(
    sample: Sample,
    population: Population,
    reviews: Sequence[Review],
    scorecards: Mapping[int, Scorecard],
    *,
    mark: float = DEFAULT_MARK,
) -> Estimates:
    """The same, of what is given; `scorecards` are the versions that reviews were asked by.

    Raises:
        QueryInvalid: the mark is no score.
    """
    if not isfinite(mark) or not 0 <= mark <= 100:  # noqa: PLR2004 -- per cent
        raise QueryInvalid("mark", "must be a score from 0 to 100")
    strata = _standing(sample, reviews)
    return Estimates(
        population=sample.eligible,
        drawn=len(sample.calls),
        done=sum(one.done for one in strata),
        open=sum(one.open for one in strata),
        replaced=sum(one.replaced for one in strata),
        appealed=sum(any(a.is_upheld is None for a in one.appeals) for one in reviews),
        mark=mark,
        scorecard_id=reviews[0].scorecard_id if reviews else None,
        scorecard_versions=tuple(sorted(scorecards)),
        strata=strata,
        items=tuple(items(sample, population, reviews, scorecards, mark=mark)),
        notes=tuple(notes_on(strata, scorecards, reviews)),
    )


def _standing(sample: Sample, reviews: Sequence[Review]) -> tuple[StratumStanding, ...]:
    told = []
    for n, stratum in enumerate(sample.strata):
        states = [one.state for one in reviews if one.stratum == n]
        done, replaced = states.count(ReviewState.DONE), states.count(ReviewState.REPLACED)
        substitutes = sum(one.stratum == n and one.substitute_for is not None for one in reviews)
        told.append(
            StratumStanding(
                key=stratum.key,
                population=stratum.population,
                drawn=stratum.drawn,
                done=done,
                open=stratum.drawn + substitutes - done - replaced,
                replaced=replaced,
            )
        )
    return tuple(told)
