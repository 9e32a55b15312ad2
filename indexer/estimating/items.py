"""The things that are estimated, each for the population and for each of its reps."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from indexer.estimating.asking import JoinedQuestion, joined
from indexer.estimating.nouns import Item, Measure, RepItem
from indexer.estimating.weighing import Case, Weighing
from models.review import Review, ReviewState
from models.sample import Population, Sample
from models.scorecard import AnswerSort, Scorecard

_PER_CENT = (0.0, 100.0)
_SHARE = (0.0, 1.0)

Valued = Callable[[Review], float | None]
"""What a finished review says of one thing; None where it does not apply to the call."""


def items(
    sample: Sample,
    population: Population,
    reviews: Sequence[Review],
    scorecards: Mapping[int, Scorecard],
    *,
    mark: float,
) -> Iterator[Item]:
    """Pass rate, score, auto-fails if an answer can be one, and each question."""
    estimate = partial(_item, _Frame(sample, population), reviews)
    yield estimate(Measure.PASS, partial(_passes, mark=mark), _SHARE)
    yield estimate(Measure.SCORE, lambda review: review.score, _PER_CENT)
    if any(q.fails_at is not None for card in scorecards.values() for q in card.questions):
        yield estimate(Measure.AUTO_FAIL, lambda review: float(review.is_auto_failed), _SHARE)
    for asked in joined(scorecards):
        yield estimate(
            Measure.QUESTION,
            partial(_answered, question_id=asked.question.id),
            (float(asked.question.lowest), float(asked.question.highest)),
            asked,
        )


def _passes(review: Review, *, mark: float) -> float | None:
    if review.score is None:
        return None
    return float(review.score >= mark and not review.is_auto_failed)


def _answered(review: Review, *, question_id: str) -> float | None:
    answer = review.answer_to(question_id)
    return None if answer is None or answer.value is None else float(answer.value)


class _Frame:
    """What a population has: calls in each stratum, and whose they are."""

    def __init__(self, sample: Sample, population: Population) -> None:
        strata = {cell.key: n for n, stratum in enumerate(sample.strata) for cell in stratum.cells}
        self.populations = tuple(stratum.population for stratum in sample.strata)
        self.reps: list[dict[str | None, int]] = [{} for _ in sample.strata]
        self.names: dict[str | None, str] = {}
        for call in population.calls:
            within = self.reps[strata[population.cells[call.cell]]]
            within[call.user_id] = within.get(call.user_id, 0) + 1
            self.names[call.user_id] = call.user_name or call.user_id or "no rep"

    def calls_of(self, user_id: str | None) -> int:
        """How many calls of the population are a rep's."""
        return sum(within.get(user_id, 0) for within in self.reps)

    def by_name(self) -> list[tuple[str | None, str]]:
        """Every rep's id and name, in order of names."""
        return sorted(self.names.items(), key=lambda one: (one[1].casefold(), one[0] or ""))


def _item(
    frame: _Frame,
    reviews: Sequence[Review],
    measure: Measure,
    value: Valued,
    bounds: tuple[float, float],
    asked: JoinedQuestion | None = None,
) -> Item:
    is_rate = bounds == _SHARE and (asked is None or asked.question.sort is AnswerSort.YES_NO)
    weighing = Weighing(
        populations=frame.populations, reps=frame.reps, bounds=bounds, is_rate=is_rate
    )
    cases = list(_cases(reviews, value, asked))
    return Item(
        measure=measure,
        asked=asked,
        is_rate=is_rate,
        lowest=bounds[0],
        highest=bounds[1],
        not_applicable=sum(case.is_na for case in cases),
        whole=weighing.whole(cases),
        reps=tuple(
            RepItem(
                user_id=user_id,
                name=name,
                calls=frame.calls_of(user_id),
                weighed=weighing.of_rep(cases, user_id),
            )
            for user_id, name in frame.by_name()
        ),
    )


def _cases(
    reviews: Sequence[Review], value: Valued, asked: JoinedQuestion | None
) -> Iterator[Case]:
    """The calls that were looked at, and asked this: finished reviews, and replaced calls."""
    for review in reviews:
        if review.state is ReviewState.OPEN or review.stratum is None:
            continue
        if asked is not None and review.scorecard_version not in asked.versions:
            continue
        is_done = review.state is ReviewState.DONE
        found = value(review) if is_done else None
        yield Case(
            stratum=review.stratum,
            user_id=review.user_id,
            value=found,
            is_na=is_done and found is None,
        )
