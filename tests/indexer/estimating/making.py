"""Samples that were drawn, and reviews that say what is true of each call."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from indexer.estimating import Estimates, Item, estimates_of
from indexer.sampling.drawing import draw
from indexer.sampling.freezing import freeze
from models import Kind
from models.outline import CallOutline
from models.review import Answer, Review, ReviewState
from models.sample import DrawnCall, Population, Sample, SamplePlan, Stratum
from models.scorecard import AnswerSort, Question, Scorecard, Section
from tests.factories import NOON

NOTICE: Final = Question(id="notice", text="Said that it is recorded?", fails_at=0)
NEEDS: Final = Question(
    id="needs", text="Explored needs?", sort=AnswerSort.SCALE, lowest=1, highest=5, allows_na=True
)


def a_card(*questions: Question) -> Scorecard:
    return Scorecard(
        name="Discovery", sections=(Section(name="Talk", questions=questions or (NOTICE, NEEDS)),)
    )


def outline(call_id: str, rep: str = "ana", **fields: Any) -> CallOutline:
    usual: dict[str, Any] = {
        "activity_at": NOON, "user_id": f"user_{rep}", "user_name": rep.title(), "lead_id": None,
        "contact_id": None, "direction": "outbound", "disposition": "answered",
        "call_method": "regular", "outcome_id": None, "playbook_id": None, "duration_s": 60,
        "spoken": frozenset({Kind.RECORDING}),
    }  # fmt: skip
    return CallOutline(id=call_id, **(usual | fields))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A drawn sample, and the population it is of."""

    sample: Sample
    population: Population

    def estimates(
        self, reviews: Sequence[Review], *cards: Scorecard, mark: float = 80
    ) -> Estimates:
        versions = dict(enumerate(cards or (a_card(),), start=1))
        return estimates_of(self.sample, self.population, reviews, versions, mark=mark)


def drawn(calls: Sequence[CallOutline], **plan: Any) -> Case:
    """A sample of these calls, by SAMPLING's own draw."""
    made = SamplePlan(where={}, **({"seed": "1"} | plan))
    population = freeze(calls, made).population
    found = draw(made, population)
    return Case(
        population=population,
        sample=Sample(
            name="Weekly", plan=made, drawn_at=NOON, looked_at=len(calls), excluded={},
            eligible=len(population.calls), population="p", strata=found.strata,
            calls=found.calls, manifest="m",
        ),
    )  # fmt: skip


def reviewed(call: DrawnCall, **fields: Any) -> Review:
    """A finished review of a drawn call, its score that of its answers."""
    usual: dict[str, Any] = {
        "reviewer": "Quinn", "scorecard_id": "card", "scorecard_version": 1,
        "sample_id": "sample", "state": ReviewState.DONE,
    }  # fmt: skip
    return Review(
        call_id=call.call_id,
        user_id=call.user_id,
        user_name=call.user_name,
        stratum=call.stratum,
        probability=call.probability,
        **(usual | fields),
    )


def answered(notice: int | None = 1, needs: int | None = 3) -> tuple[Answer, ...]:
    return (
        Answer(question_id="notice", value=notice),
        Answer(question_id="needs", value=needs),
    )


def truthful(
    case: Case, truth: Callable[[str], Mapping[str, Any]], *, but: Sequence[str] = ()
) -> list[Review]:
    """A review of each drawn call that says what is true of it, but for some that are open."""
    return [
        reviewed(call, **truth(call.call_id))
        if call.call_id not in but
        else reviewed(call, state=ReviewState.OPEN)
        for call in case.sample.calls
    ]


def item(found: Estimates, name: str) -> Item:
    """What is estimated of a measure, or of a question by its id."""
    return next(
        one
        for one in found.items
        if name in (one.measure, one.asked.question.id if one.asked else None)
    )


def stratum_of(case: Case, *key: str) -> Stratum:
    return next(one for one in case.sample.strata if one.key == key)
