"""What trackers find as rows, for spreadsheets."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from indexer.papers import Written
from indexer.tracking import Counts, Quoted
from indexer.wire.tracking import TrackerHitOut
from models.tracker import By, Tracker

HIT_COLUMNS: Final = (
    "tracker", "version", "call_id", "activity_at", "user_id", "user_name", "lead_id", "lead_name",
    "kind", "utterance", "start_s", "end_s", "side", "speaker", "text", "score", "by_phrase",
    "example", "label", "labelled_by",
)  # fmt: skip
"""The columns of an export of hits."""

COUNT_COLUMNS: Final = (
    "by", "key", "label", "starts", "calls", "calls_with_hits", "hits", "share", "low", "high",
    "hits_per_100_calls",
)  # fmt: skip
"""The columns of counts as rows."""


def rows_of_hits(written: Written[Tracker], hits: Iterable[Quoted]) -> Iterator[dict[str, Any]]:
    """Hits as rows of an export: see `HIT_COLUMNS`."""
    for quoted in hits:
        hit = TrackerHitOut.of(quoted, written.body.examples)
        own = next(one for one in hit.utterances if one.matched)
        yield {
            "tracker": written.body.name,
            "version": written.version,
            "call_id": hit.call.id,
            "activity_at": hit.call.activity_at,
            "user_id": hit.call.user_id,
            "user_name": hit.call.user_name,
            "lead_id": hit.call.lead_id,
            "lead_name": hit.call.lead_name,
            "kind": hit.kind.value,
            "utterance": hit.utterance,
            "start_s": hit.start_s,
            "end_s": hit.end_s,
            "side": own.side.value,
            "speaker": own.speaker,
            "text": own.text,
            "score": hit.score,
            "by_phrase": hit.by_phrase,
            "example": hit.example,
            "label": hit.label.verdict.value if hit.label else None,
            "labelled_by": hit.label.by if hit.label else None,
        }


def rows_of_counts(by: By, counts: Counts) -> Iterator[dict[str, Any]]:
    """Counts as rows: see `COUNT_COLUMNS`."""
    for row in counts.rows:
        share = row.share
        yield {
            "by": by.value,
            "key": row.key,
            "label": row.label,
            "starts": row.starts,
            "calls": row.calls,
            "calls_with_hits": row.with_hits,
            "hits": row.hits,
            "share": share.value,
            "low": share.interval.low if share.interval else None,
            "high": share.interval.high if share.interval else None,
            "hits_per_100_calls": row.hits_per_100_calls,
        }
