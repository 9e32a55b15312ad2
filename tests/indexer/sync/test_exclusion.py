"""Calls that a rule leaves out are not stored, and the ledger says why."""

from indexer.exclusion import read_rule
from indexer.standing import NO_SUMMARY_YET
from models import CallState
from scripts.close_standin.world import Record
from tests.indexer.sync.desk import Desk


def excluding(desk: Desk, *rules: str) -> Desk:
    desk.rules = [read_rule(rule) for rule in rules]
    return desk


def by(user_id: str) -> Record:
    return {"user_id": user_id}


def test_a_call_that_a_rule_leaves_out_is_not_stored(desk: Desk) -> None:
    theirs, ours = desk.a_recorded_call(**by("user_counsel")), desk.a_recorded_call()
    report = excluding(desk, "user_id:user_counsel").sync()
    assert desk.store.get(theirs) is None
    assert desk.store.get(ours)
    assert desk.standing(theirs) == (CallState.EXCLUDED, "rule user_id:user_counsel")
    assert (report.known, report.indexed, report.excluded) == (2, 1, 1)
    assert desk.sync().fetched == 0


def test_a_new_rule_removes_what_is_stored_and_asks_close_nothing_of_it(desk: Desk) -> None:
    calls = [desk.a_recorded_call(**by("user_counsel")) for _ in range(3)]
    other = desk.a_recorded_call()
    desk.sync()
    report = excluding(desk, "user_id:user_counsel").sync()
    assert [desk.store.get(call_id) for call_id in calls] == [None] * 3
    assert desk.store.get(other)
    assert (report.fetched, report.excluded) == (0, 3)


def test_a_rule_that_is_gone_lets_its_calls_in(desk: Desk) -> None:
    theirs = desk.a_recorded_call(**by("user_counsel"))
    dialed = desk.a_recorded_call(call_method="power")
    excluding(desk, "user_id:user_counsel", "call_method:power").sync()
    report = excluding(desk, "call_method:power").sync()
    assert desk.standing(theirs) == (CallState.INDEXED, NO_SUMMARY_YET)
    assert desk.standing(dialed)[0] is CallState.EXCLUDED
    assert report.fetched == 1


def test_a_call_that_comes_under_a_rule_later_goes(desk: Desk) -> None:
    call_id = desk.a_recorded_call()
    excluding(desk, "lead_id:lead_private").sync()
    assert desk.store.get(call_id)
    desk.later(hours=1)
    desk.standin.records.leads["lead_private"] = {"id": "lead_private", "display_name": "Private"}
    desk.standin.merge_leads("lead_school", "lead_private")
    desk.sync()
    assert desk.store.get(call_id) is None
    assert desk.standing(call_id) == (CallState.EXCLUDED, "rule lead_id:lead_private")


def test_an_excluded_call_that_close_deletes_is_deleted(desk: Desk) -> None:
    call_id = desk.a_recorded_call(**by("user_counsel"))
    excluding(desk, "user_id:user_counsel").sync()
    desk.later(hours=1)
    desk.standin.delete_call(call_id)
    desk.sync()
    assert desk.standing(call_id)[0] is CallState.DELETED
