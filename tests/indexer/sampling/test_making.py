"""Samples made and kept: by chance and by risk, and drawn again."""

from dataclasses import replace
from typing import Any

import pytest

from indexer import sampling
from indexer.metrics import FORMULAS, METRICS
from indexer.papers import Written
from indexer.sampling import POPULATIONS, SAMPLES
from indexer.sampling.manifests import canonical, hash_of, hash_of_population, manifest_of_sample
from indexer.sampling.risk import read_threshold
from indexer.store.memory import MemoryStore
from indexer.tracking import TRACKERS
from models import EVERYTHING, SearchFilter
from models.errors import ActionRefused, PaperNameTaken, PaperNotFound, QueryInvalid
from models.sample import Sample, SampleSort, StratumField
from models.tracker import Tracker
from tests.api.conftest import Shelf
from tests.factories import NOON, a_record, hours
from tests.fakes import WordEmbedder
from tests.indexer.sampling.frames import a_plan

EMBEDDER = WordEmbedder()


@pytest.fixture
def store() -> Shelf:
    """Nine calls of Ada's, three of Ben's, and one in which nothing was said."""
    shelf = Shelf()
    for n in range(12):
        who = "ada" if n < 9 else "ben"
        words = ("I want to cancel", "sorry to hear") if n in (2, 5, 10) else ("hello", "yes")
        shelf.add(
            a_record(
                *words, call_id=f"acti_{n:02}", user_id=who, user_name=who.title(),
                duration_s=100, outcome_id="won" if n % 2 else None,
                activity_at=NOON - hours(n),
            )
        )  # fmt: skip
    shelf.add(a_record(call_id="acti_mute", user_id="cleo", user_name="Cleo"))
    return shelf


def make(store: MemoryStore, name: str = "Week 38", **told: Any) -> list[Written[Sample]]:
    more = {key: told.pop(key) for key in ("reviewed", "control", "where") if key in told}
    where: SearchFilter = more.pop("where", EVERYTHING)
    plan = a_plan(**(told or {"per_rep": 5}))
    return sampling.make(
        name, plan, where, store=store, embedder=EMBEDDER, by="Quinn", at=NOON, **more
    )


def verify(store: MemoryStore, sample: Written[Sample], **told: Any) -> Any:
    return sampling.verify(sample, EVERYTHING, store=store, embedder=EMBEDDER, **told)


def test_a_sample_is_kept_with_what_it_was_drawn_from(store: Shelf) -> None:
    [made] = make(store)
    kept = SAMPLES.find(store, "WEEK 38")
    assert kept == made
    assert (made.body.looked_at, made.body.eligible, made.created_by) == (13, 12, "Quinn")
    assert [(one.key, one.wanted, one.drawn) for one in made.body.quotas] == [
        (("ada",), 5, 5), (("ben",), 5, 3), (("cleo",), 5, 0),
    ]  # fmt: skip
    population = sampling.population_of(made.body, store)
    assert hash_of_population(population) == made.body.population
    assert hash_of(manifest_of_sample(made.body)) == made.body.manifest
    assert made.body.names["ada"] == "Ada"


def test_the_same_seed_gives_the_same_manifest_under_another_name_and_store(store: Shelf) -> None:
    other = Shelf()
    for record in reversed(store.calls(limit=100)):
        other.add(record)
    [one], [two] = make(store), make(other, "Another")
    assert canonical(manifest_of_sample(one.body)) == canonical(manifest_of_sample(two.body))
    assert (one.body.calls, one.body.manifest) == (two.body.calls, two.body.manifest)


def test_calls_that_come_later_change_nothing_that_was_drawn(store: Shelf) -> None:
    [made] = make(store)
    for n in range(200):
        store.add(a_record("hello", "yes", call_id=f"late_{n}", user_id="ada", duration_s=90))
    found = verify(store, SAMPLES.get(store, made.id))
    assert found.is_same
    assert found.manifest == made.body.manifest
    assert (found.today.eligible, found.today.added, found.today.left) == (212, 200, {})
    assert SAMPLES.get(store, made.id) == made


def test_what_went_since_is_counted_by_reason(store: Shelf) -> None:
    [made] = make(store, per_rep=5, strata=(StratumField.OUTCOME,), min_duration_s=60)
    store.remove(["acti_00"])
    store.add(a_record("hello", "yes", call_id="acti_01", user_id="ada", duration_s=30))
    store.add(a_record("hello", "yes", call_id="acti_03", user_id="ada", duration_s=99))
    drawn = [call.call_id for call in made.body.calls]
    found = verify(store, made, reviewed=drawn)
    assert found.is_same
    assert found.today.left == {"not_in_filter": 1, "too_short": 1}
    assert found.today.moved == 1
    assert found.today.drawn_again is not None


def test_a_sample_that_somebody_changed_is_found_out(store: Shelf) -> None:
    [made] = make(store)
    *first, last = made.body.calls
    there = {call.call_id for call in made.body.calls}
    other = next(f"acti_{n:02}" for n in range(9) if f"acti_{n:02}" not in there)
    forged = replace(made.body, calls=(*first, replace(last, call_id=other)))
    assert verify(store, replace(made, body=forged)).problems == (
        "what is kept of the sample is not what was hashed",
    )
    rehashed = replace(forged, manifest=hash_of(manifest_of_sample(forged)))
    assert verify(store, replace(made, body=rehashed)).problems == (
        "the draw made again is not the one of the manifest",
    )


def test_a_population_that_somebody_changed_is_found_out(store: Shelf) -> None:
    [made] = make(store)
    known = POPULATIONS.get(store, made.body.population)
    fewer = replace(known.body, calls=known.body.calls[1:])
    POPULATIONS.change(store, known, fewer, by=None, at=NOON)
    assert verify(store, made).problems[0] == (
        "the frozen population is not the one that was hashed"
    )


def test_a_filter_that_selects_nothing_and_one_that_leaves_nothing_are_told(store: Shelf) -> None:
    with pytest.raises(QueryInvalid, match="where: no call passes this filter"):
        make(store, where=SearchFilter(user_ids=("nobody",)), per_rep=5)
    with pytest.raises(QueryInvalid, match="no call is left to draw from: 13 looked at, 1 no tr"):
        make(store, per_rep=5, min_duration_s=101)
    with pytest.raises(PaperNameTaken):
        make(store) and make(store, "week 38", size=3)


def test_reviewed_calls_and_calls_of_other_samples_never_come(store: Shelf) -> None:
    reviewed = [f"acti_{n:02}" for n in range(5)]
    [one] = make(store, size=3, reviewed=reviewed)
    [two] = make(store, "Two", size=100, reviewed=reviewed, exclude_sampled=True)
    first, second = ({call.call_id for call in each.body.calls} for each in (one, two))
    assert two.body.excluded["reviewed"] == 5
    assert two.body.excluded["sampled"] == 3
    assert first.isdisjoint(second)
    assert not (first | second) & set(reviewed)
    assert len(first | second) == 7


def test_samples_of_one_population_share_it_until_the_last_is_removed(store: Shelf) -> None:
    [one], [two] = make(store, size=3), make(store, "Two", size=4)
    assert one.body.population == two.body.population
    sampling.remove(one, store, reviews=0)
    assert sampling.population_of(two.body, store)
    with pytest.raises(ActionRefused, match="has 2 reviews"):
        sampling.remove(two, store, reviews=2)
    sampling.remove(two, store, reviews=0)
    with pytest.raises(PaperNotFound):
        sampling.population_of(two.body, store)


def test_a_queue_by_risk_has_those_that_meet_most_first_and_no_probabilities(store: Shelf) -> None:
    figures: dict[str, float | None] = dict.fromkeys(METRICS, None)
    store.measure(
        {
            f"acti_{n:02}": figures | {"longest_monologue_s": {1: 300.0, 5: 181.0}.get(n, 20.0)}
            for n in range(11)
        },
        formulas=FORMULAS,
    )
    TRACKERS.add(store, Tracker(name="Cancelling", phrases="cancel"), by=None, at=NOON)
    [made] = make(
        store, sort=SampleSort.RISK, size=3, trackers=("cancelling",),
        thresholds=("longest_monologue_s>180",),
    )  # fmt: skip
    first, *rest = made.body.calls
    assert (first.call_id, first.why) == (
        "acti_05", "Cancelling: 1 hit; longest_monologue_s 181 (> 180)",
    )  # fmt: skip
    assert {call.call_id for call in rest} < {"acti_01", "acti_02", "acti_10"}
    assert {call.probability for call in made.body.calls} == {None}
    assert not made.body.is_random
    assert made.body.excluded == {
        "voicemail": 0, "no_transcript": 1, "reviewed": 0, "unmeasured": 1, "no_risk": 7,
    }  # fmt: skip
    assert verify(store, made).is_same
    population = sampling.population_of(made.body, store)
    [last] = {"acti_01", "acti_02", "acti_10"} - {call.call_id for call in rest}
    taken = [call.call_id for call in made.body.calls]
    assert sampling.substitutes(made.body, population, 0, taken) == last
    assert sampling.substitutes(made.body, population, 0, [*taken, last]) is None


def test_beside_a_queue_a_random_sample_of_the_same_filter_is_drawn(store: Shelf) -> None:
    tracker = TRACKERS.add(store, Tracker(name="Cancelling", phrases="cancel"), by=None, at=NOON)
    queue, control = make(
        store, "Risky", sort=SampleSort.RISK, size=9, trackers=(tracker.id,), control=0.5
    )
    assert len(queue.body.calls) == 3
    assert queue.body.quotas[0].shortfall == 6
    assert (control.body.name, control.body.control_of) == ("Risky (control)", queue.id)
    assert (len(control.body.calls), control.body.eligible) == (2, 12)
    assert {call.probability for call in control.body.calls} == {2 / 12}


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"thresholds": ("charm > 3",)}, "metrics: there is no metric 'charm'"),
        ({"thresholds": ("talk_ratio",)}, "metrics: write 'talk_ratio' as a metric, > or <"),
        ({"thresholds": ("talk_ratio > much",)}, "metrics: 'much' is no number"),
        ({"thresholds": ("talk_ratio > inf",)}, "metrics: 'inf' is no number"),
        ({"thresholds": ("talk_ratio > .5",), "control": 1.5}, "control: must be over 0"),
    ],
)
def test_criteria_that_make_no_sense_are_refused(
    store: Shelf, told: dict[str, Any], message: str
) -> None:
    with pytest.raises(QueryInvalid, match=message):
        make(store, sort=SampleSort.RISK, size=3, **told)


def test_a_queue_needs_a_tracker_that_is_there_and_a_control_needs_a_queue(store: Shelf) -> None:
    with pytest.raises(PaperNotFound, match="no tracker 'Gone'"):
        make(store, sort=SampleSort.RISK, size=3, trackers=("Gone",))
    with pytest.raises(QueryInvalid, match="control: is drawn beside a queue by risk only"):
        make(store, size=3, control=0.5)
    assert SAMPLES.all(store) == []


def test_thresholds_are_read_as_people_type_them() -> None:
    assert str(read_threshold(" talk_ratio>=0.70 ")) == "talk_ratio >= 0.7"
