"""Which calls can be drawn: each call that cannot counts for one reason."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from indexer.sampling.cells import band_of, in_order, week_of
from indexer.sampling.freezing import freeze
from models import Kind
from models.outline import CallOutline
from models.sample import Exclusion, StratumField
from tests.factories import NOON
from tests.indexer.sampling.frames import a_plan, an_outline

VOICEMAIL = frozenset({Kind.VOICEMAIL})
SILENT: frozenset[Kind] = frozenset()


def test_each_call_counts_for_the_first_reason_that_holds() -> None:
    calls = [
        an_outline("good"),
        an_outline("voicemail", spoken=VOICEMAIL, duration_s=0),
        an_outline("greeting", disposition="vm-left"),
        an_outline("silent", spoken=SILENT, duration_s=5, user_id=None),
        an_outline("short", duration_s=59, user_id=None),
        an_outline("nobody", user_id=None),
        an_outline("reviewed"),
        an_outline("both"),
        an_outline("sampled"),
    ]
    plan = a_plan(per_rep=5, min_duration_s=60, exclude_sampled=True)
    frame = freeze(calls, plan, reviewed=["reviewed", "both"], sampled=["both", "sampled"])
    assert frame.excluded == {
        "voicemail": 2, "no_transcript": 1, "too_short": 1, "no_rep": 1, "reviewed": 2, "sampled": 1,
    }  # fmt: skip
    assert [call.call_id for call in frame.population.calls] == ["good"]
    assert frame.looked_at == 9
    assert frame.told.startswith("9 looked at, 2 voicemail, 1 no transcript, 1 too short")


def test_what_is_not_asked_for_is_not_looked_for() -> None:
    calls = [an_outline("silent", spoken=SILENT, user_id=None, duration_s=0)]
    frame = freeze(calls, a_plan(size=1, with_transcript=False, exclude_reviewed=False))
    assert frame.excluded == {}
    assert len(frame.population.calls) == 1


def test_a_rep_all_of_whose_calls_are_left_out_is_named() -> None:
    calls = [an_outline("one"), an_outline("two", user_id="ben", duration_s=10)]
    frame = freeze(calls, a_plan(per_rep=5, min_duration_s=60))
    assert frame.population.reps_without == ("ben",)


def test_cells_are_the_values_that_occur_together() -> None:
    calls = [
        an_outline("one", outcome_id="won", duration_s=59),
        an_outline("two", outcome_id=None, duration_s=60),
        an_outline("three", outcome_id="won", duration_s=900),
    ]
    plan = a_plan(size=2, strata=(StratumField.DURATION, StratumField.OUTCOME))
    population = freeze(calls, plan).population
    assert population.fields == ("duration", "outcome")
    assert population.cells == (("0-59 s", "won"), ("60-299 s", "(none)"), ("900+ s", "won"))
    assert {call.call_id: call.cell for call in population.calls} == {
        "one": 0, "two": 1, "three": 2,
    }  # fmt: skip


def test_bands_weeks_and_their_order() -> None:
    assert [band_of(s, (60, 300)) for s in (0, 59, 60, 299, 300, 9999)] == [
        "0-59 s", "0-59 s", "60-299 s", "60-299 s", "300+ s", "300+ s",
    ]  # fmt: skip
    new_year = an_outline("one", activity_at=NOON.replace(year=2027, month=1, day=3, hour=23))
    assert week_of(new_year) == "2026-W53"
    keys = [("900+ s",), ("60-299 s",), ("(none)",), ("0-59 s",), ("300-899 s",)]
    assert sorted(keys, key=in_order) == [
        ("0-59 s",), ("60-299 s",), ("300-899 s",), ("900+ s",), ("(none)",),
    ]  # fmt: skip


CALLS = st.lists(
    st.builds(
        an_outline,
        st.uuids().map(str),
        spoken=st.sampled_from([SILENT, VOICEMAIL, frozenset({Kind.RECORDING})]),
        duration_s=st.integers(0, 200),
        user_id=st.sampled_from(["ada", "ben", None]),
        activity_at=st.integers(0, 9).map(lambda n: NOON + timedelta(days=n)),
    ),
    unique_by=lambda call: call.id,
)


@given(calls=CALLS, reviewed=st.integers(0, 3), least=st.integers(0, 150))
def test_exclusions_and_population_add_up_and_no_call_of_one_is_in_the_other(
    calls: list[CallOutline], reviewed: int, least: int
) -> None:
    seen = [call.id for call in calls[::2][:reviewed]]
    frame = freeze(calls, a_plan(per_rep=5, min_duration_s=least), reviewed=seen)
    eligible = {call.call_id for call in frame.population.calls}
    assert sum(frame.excluded.values()) + len(eligible) == frame.looked_at == len(calls)
    assert eligible == {
        call.id
        for call in calls
        if Kind.RECORDING in call.spoken
        and call.duration_s >= least
        and call.user_id is not None
        and call.id not in seen
    }
    assert eligible.isdisjoint(frame.excluded_calls)
    assert freeze(calls[::-1], a_plan(per_rep=5, min_duration_s=least), reviewed=seen) == frame
    assert list(frame.excluded) == [
        Exclusion.VOICEMAIL, Exclusion.NO_TRANSCRIPT, Exclusion.TOO_SHORT,
        Exclusion.NO_REP, Exclusion.REVIEWED,
    ]  # fmt: skip
