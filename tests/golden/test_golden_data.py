"""The golden set itself: every judgement is of something that is there."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from models import CallRecord, Side, Transcript
from scripts.evaluate.judged import Judged

GOLDEN = Path(__file__).parent
PROMISED = {
    "paraphrase": 30, "question": 20, "behaviour": 15, "who_said_it": 15, "names": 12,
    "numbers": 12, "negation": 12, "keyword": 15, "notes": 8, "voicemail": 6,
}  # fmt: skip
DIALOGUES = [
    json.loads(line) for line in (GOLDEN / "dialogues.jsonl").read_text("utf-8").splitlines()
]


@pytest.fixture(scope="module")
def records(judged: Judged) -> dict[str, CallRecord]:
    return {record.call.id: record for record in judged.records}


def spoken(record: CallRecord) -> Transcript:
    """What a judged position counts in: the recording, or the voicemail if there is no other."""
    return record.recording or record.voicemail or Transcript()


def test_each_task_has_as_many_questions_as_promised(judged: Judged) -> None:
    asked = Counter(query.task for query in judged.queries)
    assert asked.keys() == PROMISED.keys()
    assert all(asked[task] >= promised for task, promised in PROMISED.items())


def test_every_question_is_judged(judged: Judged) -> None:
    lines = (GOLDEN / "queries.jsonl").read_text("utf-8").splitlines()
    assert len(judged.queries) == len(lines)


def test_no_question_is_asked_twice(judged: Judged) -> None:
    asked = Counter((query.text.casefold(), query.side) for query in judged.queries)
    assert [question for question, times in asked.items() if times > 1] == []


def test_gains_are_whole_and_partial_answers_and_few(judged: Judged) -> None:
    for query in judged.queries:
        assert set(query.gains.values()) <= {1.0, 2.0}, query.id
        assert 1 <= len(query.gains) <= 27, query.id


def test_spans_lie_within_calls_that_answer(judged: Judged, records: dict[str, CallRecord]) -> None:
    for query in judged.queries:
        for call_id, spans in query.spans.items():
            assert query.gains[call_id] > 0, query.id
            said = spoken(records[call_id]).utterances
            assert all(last < len(said) for _, last in spans), (query.id, call_id)


def test_spans_of_a_question_about_one_side_are_that_sides_words(
    judged: Judged, records: dict[str, CallRecord]
) -> None:
    sided = [query for query in judged.queries if query.side]
    assert {query.side for query in sided} == {Side.USER, Side.CONTACT}
    for query in sided:
        for call_id, spans in query.spans.items():
            said = spoken(records[call_id]).utterances
            sides = {u.side for first, last in spans for u in said[first : last + 1]}
            assert sides == {query.side}, (query.id, call_id)


def test_some_questions_differ_in_the_side_only(judged: Judged) -> None:
    texts = Counter(query.text for query in judged.queries if query.side)
    assert sum(times == 2 for times in texts.values()) >= 2


def test_dialogues_are_enough_and_none_comes_twice() -> None:
    patterns = Counter(json.dumps(dialogue["steps"]) for dialogue in DIALOGUES)
    assert len(patterns) == len(DIALOGUES) >= 25
    assert all(dialogue["relevant"] for dialogue in DIALOGUES)
    assert sum(any(step.get("never") for step in d["steps"]) for d in DIALOGUES) >= 3


def test_a_call_holds_a_dialogue_or_nearly_but_not_both(records: dict[str, CallRecord]) -> None:
    for dialogue in DIALOGUES:
        relevant, near = set(dialogue["relevant"]), set(dialogue["not_relevant"])
        assert relevant | near <= records.keys(), dialogue["query_id"]
        assert not relevant & near, dialogue["query_id"]
        assert dialogue["evidence"].keys() == relevant
        assert dialogue["near_miss"].keys() == near


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue["query_id"])
def test_the_evidence_of_a_dialogue_is_as_its_steps_say(
    dialogue: dict[str, Any], records: dict[str, CallRecord]
) -> None:
    steps = [step for step in dialogue["steps"] if not step.get("never")]
    for call_id, places in dialogue["evidence"].items():
        transcript = spoken(records[call_id])
        said = [transcript.utterances[place] for place in places]
        assert places == sorted(set(places))
        assert [u.side for u in said] == [Side(step["side"]) for step in steps], call_id
        for step, place in zip(steps, places, strict=True):
            assert is_in_part(transcript, place, step.get("part")), call_id
        for step, before, after in zip(steps[1:], said, said[1:], strict=False):
            gap_s = (after.start_s or 0) - (before.end_s or 0)
            assert gap_s <= step.get("within_s", float("inf")), call_id


def is_in_part(transcript: Transcript, place: int, part: str | None) -> bool:
    """Whether an utterance starts in a part such as `first 30s`, or ends in `last 60s`."""
    if part is None:
        return True
    end, amount = part.split()
    seconds = float(amount.removesuffix("s"))
    utterance = transcript.utterances[place]
    length_s = max(u.end_s or 0 for u in transcript.utterances)
    from_end_s = (utterance.start_s or 0) if end == "first" else length_s - (utterance.end_s or 0)
    return from_end_s < seconds
