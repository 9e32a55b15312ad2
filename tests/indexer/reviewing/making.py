"""Samples, scorecards and reviews to work with."""

from collections.abc import Sequence
from typing import Final, TypeVar

from indexer.papers import Written
from indexer.reviewing import SCORECARDS, GivenAnswer, Reviewer, assign
from indexer.sampling import POPULATIONS, SAMPLES
from indexer.store.contract import Store
from models.review import Review
from models.sample import (
    Cell,
    DrawnCall,
    Eligible,
    Population,
    Sample,
    SamplePlan,
    SampleSort,
    Stratum,
)
from models.scorecard import AnswerSort, Question, Scorecard, Section
from tests.factories import NOON, a_record, an_entry, vectors_for

SomeStore = TypeVar("SomeStore", bound=Store)

REPS: Final = (("user_ana", "Ana Lopez"), ("user_bo", "Bo Chen"), ("user_cy", "Cy Young"))
SAID: Final = ("this call is recorded", "that is fine", "what would you change", "the price")


def with_calls(store: SomeStore, count: int = 24) -> SomeStore:
    """A store with calls `acti_00`, ...: each of the next rep in turn."""
    for number in range(count):
        user_id, user_name = REPS[number % 3]
        record = a_record(
            *SAID, call_id=f"acti_{number:02}", user_id=user_id, user_name=user_name,
            direction="outbound" if number % 2 else "inbound", duration_s=30 + 40 * number,
        )  # fmt: skip
        store.put(record, vectors_for(record), an_entry(record.call.id))
    return store


def a_sample(
    store: Store,
    *,
    name: str = "Weekly",
    drawn: int = 10,
    of: int = 12,
    sort: SampleSort = SampleSort.RANDOM,
    seed: str = "2026-W11",
) -> Written[Sample]:
    """The first `drawn` of the first `of` calls of `with_calls`, in one stratum."""
    ids = [(f"acti_{n:02}", *REPS[n % 3]) for n in range(of)]
    fields = () if sort is SampleSort.RANDOM else ("tracker",)
    eligible = tuple(
        Eligible(call_id=call_id, cell=0, user_id=user_id, user_name=user_name)
        for call_id, user_id, user_name in ids
    )
    population = Population(fields=fields, cells=(tuple("x" for _ in fields),), calls=eligible)
    kept = POPULATIONS.add(store, population, by=None, at=NOON)
    random = sort is SampleSort.RANDOM
    plan = SamplePlan(
        where={}, seed=seed, sort=sort, size=drawn, thresholds=() if random else ("silence_s > 1",)
    )
    cell = Cell(key=population.cells[0], population=of, drawn=drawn)
    sample = Sample(
        name=name, plan=plan, drawn_at=NOON, looked_at=of, excluded={}, eligible=of,
        population=kept.id, manifest="m",
        strata=(Stratum(key=(), population=of, wanted=drawn, drawn=drawn, cells=(cell,)),),
        calls=tuple(
            DrawnCall(
                call_id=call_id, stratum=0, probability=drawn / of if random else None,
                user_id=user_id, user_name=user_name,
            )
            for call_id, user_id, user_name in ids[:drawn]
        ),
    )  # fmt: skip
    return SAMPLES.add(store, sample, by="Quinn", at=NOON)


NOTICE: Final = Question(id="notice", text="Said that it is recorded?", fails_at=0)
NEEDS: Final = Question(
    id="needs", text="Explored needs?", sort=AnswerSort.SCALE, lowest=1, highest=5, weight=3
)
PRICE: Final = Question(id="price", text="Handled the price?", allows_na=True)


def a_scorecard(store: Store, name: str = "Discovery") -> Written[Scorecard]:
    """A notice that fails the call, a scale of weight three and a price that may not apply."""
    opening = Section(name="Opening", questions=(NOTICE,))
    talk = Section(name="Talk", questions=(NEEDS, PRICE), weight=2)
    return SCORECARDS.add(store, Scorecard(name=name, sections=(opening, talk)), by="Q", at=NOON)


def given_to(
    store: Store,
    sample: Written[Sample],
    scorecard: Written[Scorecard],
    *reviewers: str | Reviewer,
) -> Sequence[Written[Review]]:
    """The reviews of a sample, given to these."""
    named = [Reviewer(name=one) if isinstance(one, str) else one for one in reviewers]
    return assign(store, sample.id, scorecard.id, named, by="Quinn", at=NOON).reviews


def answers(notice: int = 1, needs: int = 3, price: int | None = None) -> list[GivenAnswer]:
    """An answer to each question; the price applies if it is answered."""
    return [
        GivenAnswer(question_id="notice", value=notice),
        GivenAnswer(question_id="needs", value=needs),
        GivenAnswer(question_id="price", value=price, is_na=price is None),
    ]
