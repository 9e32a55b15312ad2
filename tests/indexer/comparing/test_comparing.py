"""Groups of calls held against each other."""

from datetime import timedelta

import numpy as np
import pytest

from indexer.comparing import told_apart
from indexer.teams import TEAMS
from indexer.tracking import TRACKERS
from models import SearchFilter, Side
from models.comparison import CallSort, Grouping, GroupWanted, Overlap, Within
from models.errors import QueryInvalid
from models.team import Team
from models.tracker import Tracker
from tests.factories import NOON, a_record, a_transcript, said
from tests.indexer.comparing.calling import Office, compared, only, values_of

NEAR_A_HALF = np.linspace(0.4, 0.6, 40)
FAR_ABOVE = np.linspace(0.7, 0.9, 40)


@pytest.fixture
def office() -> Office:
    return Office()


def of(name: str, **where: object) -> GroupWanted:
    return GroupWanted(name=name, where=SearchFilter(**where))  # type: ignore[arg-type]


def test_reps_stand_by_name_and_each_number_has_its_n(office: Office) -> None:
    office.calls_of("user_bo", NEAR_A_HALF)
    office.calls_of("user_ana", [0.5, 0.7])
    found = compared(office)
    assert [group.name for group in found.groups] == ["Ana", "Bo"]
    ana, bo = only(found).figures
    assert ana.mean.value == pytest.approx(0.6)
    assert (ana.mean.n, ana.mean.interval) == (2, None)
    assert "too few" in (ana.mean.why or "")
    assert bo.mean.n == 40
    assert bo.mean.interval is not None
    assert bo.mean.interval.holds(0.5)


def test_two_reps_alike_are_not_put_in_an_order(office: Office) -> None:
    office.calls_of("user_ana", NEAR_A_HALF)
    office.calls_of("user_bo", NEAR_A_HALF + 0.01)
    metric = only(compared(office))
    assert metric.order is None
    [pair] = metric.differences
    assert not pair.can_be_told_apart
    assert pair.difference.interval is not None
    assert pair.difference.interval.holds(0)
    assert pair.more_calls is not None
    told = told_apart(metric)
    assert told.startswith("Ana and Bo cannot be told apart")
    assert f"{pair.more_calls:,} more calls" in told


def test_reps_far_apart_are_put_in_an_order_the_highest_first(office: Office) -> None:
    office.calls_of("user_ana", NEAR_A_HALF)
    office.calls_of("user_bo", FAR_ABOVE)
    metric = only(compared(office))
    assert metric.order == ("Bo", "Ana")
    assert told_apart(metric) == "They can be told apart: Bo > Ana."
    [pair] = metric.differences
    assert (pair.one, pair.other, pair.more_calls) == ("Ana", "Bo", None)
    assert pair.difference.value == pytest.approx(-0.3)


def test_reps_of_one_name_are_told_apart_by_their_ids(office: Office) -> None:
    office.call(0.5, user_id="user_1", user_name="Ana")
    office.call(0.6, user_id="user_2", user_name="Ana")
    assert [g.name for g in compared(office).groups] == ["Ana (user_1)", "Ana (user_2)"]


def test_calls_that_are_no_conversations_are_left_out_and_counted(office: Office) -> None:
    office.calls_of("user_ana", [0.5])
    office.call(0.1, user_id="user_ana", disposition="vm-left")
    alone = a_transcript(said(Side.USER, "anybody there", 0.0))
    office.add(a_record(call_id="acti_alone", recording=alone, user_id="user_ana"))
    office.add(a_record(call_id="acti_silent", user_id="user_ana"))
    voicemail = a_transcript(said(Side.USER, "call me back", 0.0))
    office.add(a_record(call_id="acti_vm", voicemail=voicemail, user_id="user_ana"))
    found = compared(office)
    assert (found.looked_at, found.groups[0].calls) == (5, 1)
    assert sum(found.left_out.values()) == 4
    voicemails = compared(office, calls=CallSort.VOICEMAILS)
    assert voicemails.groups[0].calls == 2
    everything = compared(office, calls=CallSort.ALL)
    assert everything.groups[0].calls == 5
    assert "mixed" in " ".join(everything.notes)


def test_what_is_not_measured_or_not_defined_is_counted_and_no_zero(office: Office) -> None:
    office.calls_of("user_ana", [0.5, None])
    office.add(a_record("hi", "hello", call_id="acti_new", user_id="user_ana", user_name="Ana"))
    office.add(a_record("hi", "hello", call_id="acti_bo", user_id="user_bo", user_name="Bo"))
    found = compared(office)
    ana, bo = only(found).figures
    assert (found.groups[0].calls, found.groups[0].unmeasured) == (3, 1)
    assert (ana.mean.value, ana.mean.n, ana.undefined) == (0.5, 1, 1)
    assert (bo.mean.value, bo.mean.n) == (None, 0)
    assert bo.mean.why == "none of its calls has been measured yet"
    assert any("2 calls are not measured yet" in note for note in found.notes)


def test_a_filter_that_selects_nothing_is_a_group_of_none_with_the_reason(office: Office) -> None:
    office.calls_of("user_ana", NEAR_A_HALF)
    groups = (of("Ana", user_ids=("user_ana",)), of("Nobody", user_ids=("user_x",)))
    found = compared(office, groups=groups)
    nobody = found.groups[1]
    assert (nobody.name, nobody.calls, nobody.why) == ("Nobody", 0, "no call is of this group")
    assert only(found).figure_of("Nobody").mean.value is None
    assert only(found).why == "only Ana has calls to compare"
    nothing = compared(Office(), groups=groups)
    assert only(nothing).why == "there is no call to compare"


def test_the_rest_is_who_is_in_no_group(office: Office) -> None:
    for rep in ("ana", "bo", "cy"):
        office.calls_of(f"user_{rep}", [0.5, 0.6])
    top = of("Top", user_ids=("user_ana", "user_bo"))
    found = compared(office, groups=(top,), rest="Others")
    assert {g.name: (g.calls, g.reps) for g in found.groups} == {"Top": (4, 2), "Others": (2, 1)}
    two = compared(office, groups=(top, of("Cy", user_ids=("user_cy",), min_duration_s=999)))
    assert two.left_out == {"of no group": 2}


def test_calls_of_two_groups_are_told(office: Office) -> None:
    for rep in ("ana", "bo", "cy"):
        office.calls_of(f"user_{rep}", [0.5, 0.6])
    one, other = of("1", user_ids=("user_ana", "user_bo")), of("2", user_ids=("user_bo", "user_cy"))
    found = compared(office, groups=(one, other))
    assert found.overlaps == (Overlap(one="1", other="2", calls=2),)
    assert any("2 calls are in both 1 and 2" in note for note in found.notes)


def test_a_rep_of_two_teams_counts_in_both(office: Office) -> None:
    office.calls_of("user_ana", [0.5])
    office.calls_of("user_bo", [0.7])
    office.calls_of("user_cy", [0.9])
    for name, reps in (("West", ("user_ana", "user_bo")), ("East", ("user_bo",))):
        TEAMS.add(office, Team(name=name, user_ids=reps), by=None, at=NOON)
    found = compared(office, by=Grouping.TEAM)
    assert values_of(found) == {"East": pytest.approx(0.7), "West": pytest.approx(0.6)}
    assert found.left_out == {"of no team": 1}
    assert [overlap.calls for overlap in found.overlaps] == [1]


def test_weeks_follow_each_other_and_one_without_calls_has_no_number(office: Office) -> None:
    for weeks, value in ((0, 0.5), (3, 0.7), (3, 0.9)):
        office.call(value, date_created=NOON - timedelta(weeks=weeks), user_id="user_ana")
    found = compared(office, by=Grouping.WEEK)
    assert list(values_of(found).items()) == [
        ("2026-02-16", pytest.approx(0.8)), ("2026-02-23", None), ("2026-03-02", None), ("2026-03-09", 0.5),
    ]  # fmt: skip
    assert (only(found).differences, only(found).order) == ((), None)
    months = compared(office, by=Grouping.MONTH)
    assert [group.name for group in months.groups] == ["2026-02", "2026-03"]


@pytest.mark.parametrize(
    ("by", "names"),
    [
        (Grouping.DISPOSITION, ["answered", "busy"]),
        (Grouping.DIRECTION, ["inbound", "outbound"]),
        (Grouping.OUTCOME, ["outcome_1"]),
    ],
)
def test_calls_are_grouped_by_what_they_are(office: Office, by: Grouping, names: list[str]) -> None:
    office.call(0.5, direction="inbound", outcome_id="outcome_1")
    office.call(0.6, disposition="busy")
    found = compared(office, by=by, within=Within.NONE)
    assert [group.name for group in found.groups] == names
    assert sum(found.left_out.values()) == 2 - sum(group.calls for group in found.groups)


def test_a_difference_that_is_one_of_calls_is_none_of_people(office: Office) -> None:
    """Both talk more on inbound calls, and Ana takes more of those: Simpson's paradox."""
    inbound, outbound = np.linspace(0.7, 0.8, 30), np.linspace(0.4, 0.5, 30)
    office.calls_of("user_ana", np.repeat(inbound, 3), direction="inbound")
    office.calls_of("user_ana", outbound)
    office.calls_of("user_bo", inbound, direction="inbound")
    office.calls_of("user_bo", np.repeat(outbound, 3))
    plainly = compared(office, within=Within.NONE)
    assert only(plainly).order == ("Ana", "Bo")
    assert any("mix of calls differs by direction" in note for note in plainly.notes)
    alike = compared(office)
    metric = only(alike)
    assert metric.order is None
    assert metric.differences[0].difference.value == pytest.approx(0)
    assert values_of(alike) == {"Ana": pytest.approx(0.6), "Bo": pytest.approx(0.6)}
    assert [(t.name, t.weight, t.calls) for t in metric.types] == [
        ("inbound", 0.5, 120), ("outbound", 0.5, 120),
    ]  # fmt: skip
    assert metric.figure_of("Ana").plain == pytest.approx(0.675)


def test_types_that_groups_do_not_share_are_not_compared(office: Office) -> None:
    office.calls_of("user_ana", NEAR_A_HALF)
    office.calls_of("user_ana", [0.9] * 9, direction="inbound")
    office.calls_of("user_bo", NEAR_A_HALF)
    office.calls_of("user_cy", [0.9] * 9, direction="inbound")
    found = compared(office)
    ana, bo, cy = only(found).figures
    assert ana.mean.value == pytest.approx(0.5)
    assert (ana.mean.n, ana.other_types) == (40, 9)
    assert (bo.mean.n, bo.other_types) == (40, 0)
    assert cy.plain == pytest.approx(0.9)
    assert (cy.mean.value, cy.other_types) == (None, 9)
    assert "outbound" in (cy.mean.why or "")
    assert any("only calls of direction outbound" in note for note in found.notes)


def test_reps_of_many_calls_are_clusters_where_there_are_enough(office: Office) -> None:
    for number in range(12):
        office.calls_of(f"user_{number}", NEAR_A_HALF[:12] + number / 50)
    halves = [of("A", user_ids=tuple(f"user_{number}" for number in range(6)))]
    clustered = only(compared(office, groups=tuple(halves), rest="B"))
    assert [figure.mean.clusters for figure in clustered.figures] == [6, 6]
    few = compared(office, groups=(of("A", user_ids=("user_0", "user_1")),), rest="B")
    assert [figure.mean.clusters for figure in only(few).figures] == [None, None]
    assert any("these very reps" in note for note in few.notes)
    assert not any("these very reps" in note for note in compared(office).notes)


def test_many_metrics_at_once_are_warned_of(office: Office) -> None:
    for rep in ("ana", "bo"):
        for value in NEAR_A_HALF:
            office.call({"talk_ratio": value, "patience_s": value}, user_id=rep)
    found = compared(office, metrics=("talk_ratio", "patience_s"))
    assert any("2 metrics are compared at once" in note and "10%" in note for note in found.notes)
    assert not any("at once" in note for note in compared(office).notes)


def test_a_tracker_is_compared_by_the_share_of_calls_with_a_hit(office: Office) -> None:
    """Of those in which its side speaks; no call has to be measured for it."""
    for number in range(24):
        rep = ("ana", "bo")[number % 2]
        price = "the price is high" if number % 4 == 0 else "fine by me"
        talk = a_transcript(said(Side.USER, "hello", 0.0), said(Side.CONTACT, price, 4.0))
        office.add(
            a_record(
                call_id=f"acti_t{number}", recording=talk, user_id=f"user_{rep}", user_name=rep
            )
        )
    tracker = TRACKERS.add(
        office, Tracker(name="Price", phrases="price", side=Side.CONTACT), by=None, at=NOON
    )
    found = compared(office, metrics=("tracker:price",))
    metric = only(found)
    assert (metric.metric, metric.version, metric.unit) == (f"tracker:{tracker.id}", 1, "share")
    assert values_of(found) == {"ana": 0.5, "bo": 0.0}
    assert [figure.mean.n for figure in metric.figures] == [12, 12]
    assert [group.unmeasured for group in found.groups] == [0, 0]


@pytest.mark.parametrize(
    ("plan", "field", "told"),
    [
        ({"metrics": ()}, "metric", "at least one"),
        ({"metrics": ("talk_ratio", "talk_ratio")}, "metric", "more than once"),
        ({"metrics": ("nope",)}, "metric", "there are talk_ratio"),
        ({"metrics": ("tracker:nope",)}, "metric", "no tracker 'nope'"),
        ({"by": None}, "by", "say what to compare"),
        ({"groups": (of("A"),)}, "groups", "compared with nothing"),
        ({"groups": (of("A"), of("A"))}, "groups", "more than once"),
        ({"groups": (of("A"),), "rest": "A"}, "groups", "more than once"),
        ({"groups": (of("A"), of("B")), "by": Grouping.REP}, "by", "together with groups"),
        ({"rest": "Others"}, "rest", "goes with groups"),
        ({"by": Grouping.TEAM}, "by", "no teams yet"),
        ({"by": Grouping.DIRECTION, "within": Within.DIRECTION}, "within", "by direction already"),
        ({"by": Grouping.OUTCOME, "within": Within.OUTCOME}, "within", "by outcome already"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    office: Office, plan: dict[str, object], field: str, told: str
) -> None:
    with pytest.raises(QueryInvalid, match=told) as refused:
        compared(office, **plan)
    assert refused.value.field == field


def test_too_many_groups_are_refused(office: Office) -> None:
    for number in range(61):
        office.call(0.5, user_id=f"user_{number}")
    with pytest.raises(QueryInvalid, match="61 groups"):
        compared(office)


def test_a_metric_may_be_named_with_its_version(office: Office) -> None:
    for rep in ("ana", "bo"):
        office.calls_of(rep, NEAR_A_HALF)
    for name in ("talk_ratio@1", "talk_ratio@v1"):
        assert only(compared(office, metrics=(name,))) == only(compared(office))
    with pytest.raises(QueryInvalid, match="talk_ratio@1 here"):
        compared(office, metrics=("talk_ratio@2",))
