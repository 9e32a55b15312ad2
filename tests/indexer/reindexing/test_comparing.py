"""Two embedders asked the same questions: which, and what is told of the answers."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from indexer.pipeline import index_calls
from indexer.reindexing.comparing import Comparison, Searcher, compare
from indexer.reindexing.questions import Question, sampled
from indexer.reindexing.report import Index, Report
from indexer.store.memory import MemoryStore
from indexer.vectors import EmbedderId
from models import CallRecord, Kind, Lead, Mode, SearchFilter, SearchQuery
from tests.factories import a_record, an_entry
from tests.fakes import WordEmbedder

TWELVE = [f"word{n}" for n in range(12)]


def a_store(embedder: WordEmbedder, *records: CallRecord) -> Searcher:
    store = MemoryStore()
    index_calls([(r, an_entry(r.call.id)) for r in records], store=store, embedder=embedder)
    return Searcher(store, embedder)


def calls_of(*words: str) -> list[CallRecord]:
    """A call for each word, which says it as often as its place in the row asks."""
    return [
        a_record(
            " ".join([word] * 3 + ["shared"]), call_id=f"acti_{n:02}", lead_id=f"lead_{n}",
            lead=Lead(id=f"lead_{n}", name=f"Lead of {word}"),
        )
        for n, word in enumerate(words)
    ]  # fmt: skip


def asked(text: str, **fields: object) -> Question:
    return Question(query=SearchQuery(text=text, mode=Mode.SEMANTIC, **fields))  # type: ignore[arg-type]


def test_the_same_embedder_twice_agrees_with_itself() -> None:
    records = calls_of(*TWELVE)
    one, other = a_store(WordEmbedder(), *records), a_store(WordEmbedder(), *records)
    found = compare([asked("word3"), asked("word7 shared")], before=one, after=other)
    assert found.overlap == 1.0
    assert found.rbo == pytest.approx(1.0)
    assert not any(question.left or question.came for question in found.questions)
    assert min(found.before_ms, found.after_ms) > 0


def test_what_left_and_what_came_is_told_with_its_ranks() -> None:
    records = calls_of(*TWELVE)
    before = a_store(WordEmbedder(), *records)
    after = a_store(WordEmbedder(), *records[2:])
    [found] = compare([asked("word0 shared")], before=before, after=after).questions
    first = found.left[0]
    assert (first.call_id, first.lead) == ("acti_00", "Lead of word0")
    assert (first.rank_before, first.rank_after) == (1, None)
    assert found.overlap == 1 - len(found.left) / 10
    for came in found.came:
        assert came.rank_before is None or came.rank_before > 10
        assert came.rank_after is not None
        assert came.rank_after <= 10


def test_questions_that_change_most_come_first() -> None:
    records = calls_of(*TWELVE)
    before, after = a_store(WordEmbedder(), *records), a_store(WordEmbedder(5), *records)
    found = compare([asked(word) for word in TWELVE], before=before, after=after)
    assert [q.rbo for q in found.questions] == sorted(q.rbo for q in found.questions)
    assert found.rbo < 1
    assert found.overlap == pytest.approx(sum(q.overlap for q in found.questions) / 12)


def test_an_utterance_is_asked_without_its_own_call() -> None:
    records = calls_of(*TWELVE)
    one = a_store(WordEmbedder(), *records)
    question = Question(query=SearchQuery(text="word5 shared"), call_id="acti_05")
    without = a_store(WordEmbedder(), *(r for r in records if r.call.id != "acti_05"))
    [found] = compare([question], before=one, after=without).questions
    assert (found.left, found.came) == ((), ())


def test_a_question_that_cannot_be_asked_is_counted() -> None:
    one = a_store(WordEmbedder(), *calls_of(*TWELVE))
    wrong = asked("word1", where=SearchFilter(dispositions=("no such thing",)))
    found = compare([wrong, asked("word2")], before=one, after=one)
    assert (len(found.questions), found.refused) == (1, 1)


def test_no_question_at_all_is_no_change() -> None:
    empty = a_store(WordEmbedder())
    found = compare([], before=empty, after=empty)
    assert (found.overlap, found.rbo, found.before_ms, found.questions) == (1.0, 1.0, 0.0, ())


# --- what is sampled ---------------------------------------------------------


def talks(count: int) -> dict[str, CallRecord]:
    return {
        f"acti_{n}": a_record(
            "Too short", f"We talked about {TWELVE[n % 12]}, didn't we, on day {n}?",
            " ".join(["long"] * 31), call_id=f"acti_{n}",
        )
        for n in range(count)
    }  # fmt: skip


def drawn(calls: dict[str, CallRecord], **options: int) -> Iterator[Question]:
    return sampled(list(calls), calls.get, **options)


def test_one_utterance_of_a_call_is_drawn_neither_short_nor_long() -> None:
    questions = list(drawn(talks(20), count=5))
    assert len({q.call_id for q in questions}) == 5
    assert {(q.kind, q.position) for q in questions} == {(Kind.RECORDING, 1)}


def test_what_was_said_is_asked_as_bare_words() -> None:
    """Nothing that was said is an operator of the search box."""
    call = a_record('No -discounts OR "refunds": user -> NOT what (we) want, it\'s said')
    [question] = sampled(["acti_1"], {"acti_1": call}.get)
    assert question.query == SearchQuery(
        text="no discounts or refunds user not what we want it's said"
    )


def test_the_same_seed_draws_the_same_whatever_the_order() -> None:
    calls = talks(40)
    backwards = dict(reversed(calls.items()))
    assert list(drawn(calls, count=9)) == list(drawn(backwards, count=9))
    assert list(drawn(calls, count=9)) != list(drawn(calls, count=9, seed=1))


def test_calls_that_come_and_go_leave_the_others_in() -> None:
    calls = talks(40)
    before = {q.call_id for q in drawn(calls, count=9)}
    gone = min(before, key=str)
    del calls[str(gone)]
    after = {q.call_id for q in drawn(calls, count=9)}
    assert before - after == {gone}


def test_calls_without_such_an_utterance_are_passed_over() -> None:
    calls = talks(3) | {"acti_9": a_record("Hi", call_id="acti_9")}
    assert {q.call_id for q in drawn(calls)} == {"acti_0", "acti_1", "acti_2"}


# --- the report --------------------------------------------------------------


def a_report(comparison: Comparison) -> Report:
    index = Index(
        embedder=EmbedderId(name="m", revision="1", dimensions=2), passages=3, disk_bytes=4
    )
    return Report(
        at=datetime(2026, 3, 11, tzinfo=UTC), calls=1, before=index, after=index,
        comparison=comparison,
    )  # fmt: skip


def test_a_report_is_kept_without_what_was_said_in_calls() -> None:
    """A call that is deleted later must be gone from here too."""
    one = a_store(WordEmbedder(), *calls_of(*TWELVE))
    saved = Question(query=SearchQuery(text="word2"), name="Second words")
    said = Question(query=SearchQuery(text="word1"), call_id="acti_01", position=0)
    report = a_report(compare([saved, said], before=one, after=one))

    def texts(*, kept: bool) -> set[str | None]:
        written = report.to_json(with_sampled_texts=not kept)
        return {question["text"] for question in written["by_question"]}

    assert texts(kept=False) == {"word1", "word2"}
    assert texts(kept=True) == {"word2", None}
