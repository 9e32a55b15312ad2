"""A comparison as JSON: for programs, and to be read later."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from indexer.reindexing.comparing import TOP, Compared, Comparison, Moved
from indexer.reindexing.overlap import P
from indexer.vectors import EmbedderId


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What one embedder has made of the calls: how much, and what it takes."""

    embedder: EmbedderId | None
    passages: int
    disk_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Two indexes of the same calls, and how they answer; `why_not` where they could not."""

    at: datetime
    calls: int
    before: Index
    after: Index
    comparison: Comparison | None
    why_not: str = ""

    def keep(self, path: Path) -> None:
        """Write it, without what was said in calls, in the place of an earlier one."""
        partial = path.with_suffix(".partial")
        kept = self.to_json(with_sampled_texts=False)
        partial.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
        partial.replace(path)

    def to_json(self, *, with_sampled_texts: bool) -> dict[str, Any]:
        """As JSON takes it.

        To be kept it is written without the texts sampled from calls: a call that is
        deleted later must be gone from here too. Call and position say which they were.
        """
        found = self.comparison
        return {
            "at": self.at.isoformat(),
            "calls": self.calls,
            "before": _index(self.before, found.before_ms if found else None),
            "after": _index(self.after, found.after_ms if found else None),
            "compared": found is not None,
            "why_not": self.why_not or None,
            "questions": len(found.questions) if found else 0,
            "refused": found.refused if found else 0,
            f"overlap_at_{TOP}": found and round(found.overlap, 4),
            "rbo": found and round(found.rbo, 4),
            "rbo_p": P,
            "by_question": [
                _question(one, with_text=with_sampled_texts or one.question.call_id is None)
                for one in (found.questions if found else ())
            ],
        }


def _index(index: Index, ms: float | None) -> dict[str, Any]:
    embedder = index.embedder
    return {
        "model": embedder and embedder.name,
        "revision": embedder and embedder.revision,
        "dimensions": embedder and embedder.dimensions,
        "passages": index.passages,
        "disk_bytes": index.disk_bytes,
        "question_ms": None if ms is None else round(ms, 2),
    }


def _question(one: Compared, *, with_text: bool) -> dict[str, Any]:
    question = one.question
    return {
        "saved_search": question.name,
        "call_id": question.call_id,
        "kind": question.kind,
        "position": question.position,
        "text": question.query.text if with_text else None,
        f"overlap_at_{TOP}": round(one.overlap, 4),
        "rbo": round(one.rbo, 4),
        "left": [_moved(moved) for moved in one.left],
        "came": [_moved(moved) for moved in one.came],
        "before_ms": round(one.before_ms, 2),
        "after_ms": round(one.after_ms, 2),
    }


def _moved(moved: Moved) -> dict[str, Any]:
    return {
        "call_id": moved.call_id,
        "lead": moved.lead,
        "rank_before": moved.rank_before,
        "rank_after": moved.rank_after,
    }
