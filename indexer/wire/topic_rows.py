"""Topics as rows: what exports write."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from indexer.papers import Written
from indexer.statistics.proportions import proportion
from indexer.store.contract import Store
from indexer.topics import moments_of
from indexer.wire.topics import TopicMomentOut, TopicTable
from models.topic import Topic, TopicAnalysis

Row = Mapping[str, Any]

COLUMNS: Final[dict[TopicTable, tuple[str, ...]]] = {
    TopicTable.TOPICS: (
        "topic", "words", "passages", "calls", "of_calls", "share", "share_low", "share_high",
        "stability", "example_call_id", "example_kind", "example_utterance",
    ),
    TopicTable.TREND: (
        "topic", "words", "step", "start", "calls", "of_calls", "share", "share_low", "share_high",
    ),
    TopicTable.MOMENTS: ("topic", "words", *TopicMomentOut.model_fields),
}  # fmt: skip


def rows_of(table: TopicTable, kept: Written[TopicAnalysis], store: Store) -> Iterator[Row]:
    """The rows of a table: a topic, a topic in a period, or a moment that is still there."""
    makers: dict[TopicTable, Callable[[], Iterator[Row]]] = {
        TopicTable.TOPICS: lambda: topic_rows(kept.body),
        TopicTable.TREND: lambda: _trend_rows(kept.body),
        TopicTable.MOMENTS: lambda: _moment_rows(kept, store),
    }
    return makers[table]()


def topic_rows(analysis: TopicAnalysis) -> Iterator[Row]:
    """A row for each topic."""
    for topic in analysis.topics:
        yield {
            **_head(topic), "passages": topic.passages,
            **_share(topic.calls, analysis.calls), "stability": topic.stability,
            "example_call_id": topic.example.call_id, "example_kind": topic.example.kind,
            "example_utterance": topic.example.utterance,
        }  # fmt: skip


def _trend_rows(analysis: TopicAnalysis) -> Iterator[Row]:
    for topic in analysis.topics:
        for period, calls in zip(analysis.periods, topic.by_period, strict=True):
            yield {
                **_head(topic), "step": analysis.step, "start": period.start,
                **_share(calls, period.calls),
            }  # fmt: skip


def _moment_rows(kept: Written[TopicAnalysis], store: Store) -> Iterator[Row]:
    for topic in kept.body.topics:
        for moment in moments_of(kept, topic.number, store=store, limit=None):
            if moment is not None:
                yield {**_head(topic), **TopicMomentOut.of(moment).model_dump()}


def _head(topic: Topic) -> Row:
    return {"topic": topic.number, "words": ", ".join(topic.words)}


def _share(calls: int, of_calls: int) -> Row:
    found = proportion(calls, of_calls)
    return {
        "calls": calls, "of_calls": of_calls, "share": found.value,
        "share_low": found.interval.low if found.interval else None,
        "share_high": found.interval.high if found.interval else None,
    }  # fmt: skip
