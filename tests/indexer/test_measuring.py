"""Which calls are measured when, and what is read of it."""

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.measuring import figures_of, measure_due
from indexer.measuring.summary import COLUMNS, measured_call, rows, summarise
from indexer.metrics import FORMULAS, METRICS, measure
from indexer.pipeline import index_calls
from indexer.store.contract import Store
from indexer.store.embedded import EmbeddedStore
from indexer.store.memory import MemoryStore
from models import EVERYTHING, CallRecord, SearchFilter, Side, Transcript
from models.errors import CallNotFound
from models.metric import CallType, MetricSummary
from tests.contract.storing import put
from tests.factories import a_record, a_transcript, an_entry, said
from tests.fakes import WordEmbedder


def talked(ours_s: float, theirs_s: float = 20) -> Transcript:
    """A conversation in which the rep talks first, and for so long."""
    return a_transcript(
        said(Side.USER, "word " * 20 + "end.", 0.0, end_s=ours_s),
        said(Side.CONTACT, "word " * 20 + "end.", ours_s, end_s=ours_s + theirs_s),
    )


def a_talk(call_id: str, ours_s: float = 20, **fields: Any) -> CallRecord:
    return a_record(call_id=call_id, recording=talked(ours_s), **fields)


def a_voicemail(call_id: str, **fields: Any) -> CallRecord:
    spoken = a_transcript(said(Side.USER, "word " * 40, 0.0, end_s=20))
    return a_record(call_id=call_id, voicemail=spoken, disposition="vm-left", **fields)


def due(store: Store) -> list[str]:
    return store.unmeasured(formulas=FORMULAS, limit=10_000)


def figures(store: Store) -> dict[str, Any]:
    return {outline.id: outline.figures for outline in store.outlines(formulas=FORMULAS)}


@pytest.fixture(params=["memory", "embedded"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    store = MemoryStore() if request.param == "memory" else EmbeddedStore(tmp_path)
    yield store
    store.close()


def index(store: Store, *records: CallRecord) -> None:
    calls = [(record, an_entry(record.call.id)) for record in records]
    index_calls(calls, store=store, embedder=WordEmbedder())


def test_calls_are_measured_when_they_are_indexed(store: Store) -> None:
    index(store, a_talk("a"), a_record(call_id="b"))
    assert due(store) == []
    assert figures(store) == {"a": measure(talked(20)), "b": measure(None)}


def test_a_call_that_is_indexed_again_is_measured_again(store: Store) -> None:
    index(store, a_talk("a"))
    index(store, a_talk("a", 60))
    assert figures(store)["a"]["talk_ratio"] == 0.75


def test_what_is_left_is_measured_and_what_is_measured_stays(store: Store) -> None:
    index(store, a_talk("a"))
    put(store, a_talk("b", 60, passages=()))
    assert due(store) == ["b"]
    assert measure_due(store) == 1
    assert (due(store), figures(store)["b"]["talk_ratio"]) == ([], 0.75)
    assert measure_due(store) == 0


def test_all_are_measured_again_once_a_formula_has_changed(store: Store) -> None:
    index(store, a_talk("a"), a_talk("b"))
    store.measure({"a": {}, "b": {}}, formulas="talk_ratio@0")
    assert figures(store) == {"a": None, "b": None}
    assert measure_due(store) == 2
    assert figures(store)["a"] == measure(talked(20))


def test_measuring_may_be_ended_after_each_batch_and_goes_on_from_there() -> None:
    store = MemoryStore()
    for n in range(250):
        put(store, a_record(call_id=f"{n:03}", passages=()))
    assert measure_due(store, is_enough=lambda: True) == 100
    assert len(due(store)) == 150
    asked = itertools.count(1)
    assert measure_due(store, is_enough=lambda: next(asked) == 2) == 150


def test_the_recording_is_measured_and_a_voicemail_if_there_is_no_other() -> None:
    left = a_transcript(said(Side.CONTACT, "Call me back?", 0.0, end_s=3.0))
    both = replace(a_talk("a"), voicemail=left)
    assert figures_of(both) == measure(both.recording)
    assert figures_of(replace(both, recording=None))["questions_contact"] == 1
    wordless = a_transcript(said(Side.USER, " ", 0.0))
    assert figures_of(replace(both, recording=wordless))["questions_contact"] == 1


def test_a_call_that_cannot_be_measured_stops_no_other(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Transcript(utterances=(replace(said(Side.USER, "hello", 0.0), end_s="late"),))  # type: ignore[arg-type]
    assert figures_of(replace(a_talk("a"), recording=broken)) == measure(None)
    assert "call a: cannot be measured: <class 'TypeError'>" in caplog.text
    assert "hello" not in caplog.text


def test_a_call_is_measured_when_it_is_looked_at(store: Store) -> None:
    put(store, a_talk("a", 60))
    found = measured_call("a", store)
    assert found.figures == measure(talked(60))
    with pytest.raises(CallNotFound):
        measured_call("b", store)


def metric(found: tuple[MetricSummary, ...], name: str) -> MetricSummary:
    return next(one for one in found if one.metric.name == name)


def test_calls_are_summed_up_within_their_type(store: Store) -> None:
    index(store, a_talk("a", 20), a_talk("b", 60), a_talk("c", 60, disposition="vm-answer"))
    index(store, a_voicemail("d"), a_record(call_id="e"))
    talks = summarise(EVERYTHING, CallType.CONVERSATION, store)
    assert (talks.calls, talks.conversations, talks.voicemails, talks.silent) == (5, 2, 2, 1)
    assert (talks.of_type, talks.measured) == (2, 2)
    ratio = metric(talks.metrics, "talk_ratio")
    assert (ratio.mean.n, ratio.mean.value, ratio.median) == (2, 0.625, 0.625)
    assert (ratio.lower_quartile, ratio.upper_quartile) == (0.5625, 0.6875)
    left = summarise(EVERYTHING, CallType.VOICEMAIL, store)
    assert (left.of_type, left.measured) == (2, 2)
    assert metric(left.metrics, "talk_ratio").mean.n == 0
    assert metric(left.metrics, "speech_user_s").mean.n == 2


def test_calls_that_are_not_measured_yet_are_counted_and_left_out(store: Store) -> None:
    index(store, a_talk("a", 20))
    put(store, a_talk("b", 60, passages=()))
    found = summarise(EVERYTHING, CallType.CONVERSATION, store)
    assert (found.of_type, found.measured) == (2, 1)
    assert metric(found.metrics, "talk_ratio").mean.value == 0.5


def test_of_no_calls_nothing_is_made_up(store: Store) -> None:
    index(store, a_talk("a"))
    found = summarise(SearchFilter(user_ids=("nobody",)), CallType.CONVERSATION, store)
    assert (found.calls, found.of_type, found.measured) == (0, 0, 0)
    for one in found.metrics:
        assert (one.mean.value, one.mean.n, one.mean.interval) == (None, 0, None)
        assert (one.lower_quartile, one.median, one.upper_quartile) == (None, None, None)
        assert one.mean.why == "no such call is measured"


def test_a_mean_knows_of_how_many_reps_it_is(store: Store) -> None:
    reps = [*(f"user_{n}" for n in range(7)), None]
    index(store, *(a_talk(f"{n:02}", 20 + n, user_id=reps[n % 8]) for n in range(40)))
    mean = metric(
        summarise(EVERYTHING, CallType.CONVERSATION, store).metrics, "longest_monologue_s"
    ).mean
    assert (mean.n, mean.clusters) == (40, 8)
    assert mean.value == pytest.approx(np.mean([20 + n for n in range(40)]))


def test_a_row_has_the_call_and_every_figure(store: Store) -> None:
    index(store, a_talk("a", 60, user_name="Ana"), a_voicemail("b"))
    put(store, a_talk("c", passages=()))
    first, second, third = rows(EVERYTHING, store)
    assert tuple(first) == tuple(second) == COLUMNS
    assert (first["id"], first["user_name"], first["type"]) == ("a", "Ana", "conversation")
    assert first["talk_ratio@1"] == 0.75
    assert (second["type"], second["talk_ratio@1"], second["speech_user_s@1"]) == (
        "voicemail", None, 20,
    )  # fmt: skip
    assert (third["is_measured"], third["talk_ratio@1"]) == (False, None)
    assert [row["id"] for row in rows(SearchFilter(dispositions=("vm-left",)), store)] == ["b"]


def test_many_rows_come_in_batches_and_each_call_once() -> None:
    store = MemoryStore()
    for n in range(2100):
        put(store, a_record(call_id=f"{n:04}", passages=()))
    assert [row["id"] for row in rows(EVERYTHING, store)] == [f"{n:04}" for n in range(2100)]
    assert set(COLUMNS) >= {m.id for m in METRICS.values()}
