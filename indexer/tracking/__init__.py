"""Trackers: phrases and ideas that are watched for in every call, with measured precision."""

from indexer.tracking.asking import Asked, ask, every_hit, preview, to_label
from indexer.tracking.counting import Count, Counts, count, monday
from indexer.tracking.defining import (
    LABELS,
    TRACKERS,
    Change,
    add,
    change,
    demand_of,
    remove,
    told_of_embedder,
    two_versions,
)
from indexer.tracking.diffing import Diff, diff
from indexer.tracking.finding import Found, Hit, Spoken, calls_with_hits, find
from indexer.tracking.labelling import Labels, in_order, labels_of, put_label
from indexer.tracking.precision import Precision, Precisions, precision, precisions
from indexer.tracking.quoting import (
    HitPage,
    Quoted,
    page_of_calls,
    page_of_hits,
    quoted,
)

__all__ = [
    "LABELS",
    "TRACKERS",
    "Asked",
    "Change",
    "Count",
    "Counts",
    "Diff",
    "Found",
    "Hit",
    "HitPage",
    "Labels",
    "Precision",
    "Precisions",
    "Quoted",
    "Spoken",
    "add",
    "ask",
    "calls_with_hits",
    "change",
    "count",
    "demand_of",
    "diff",
    "every_hit",
    "find",
    "in_order",
    "labels_of",
    "monday",
    "page_of_calls",
    "page_of_hits",
    "precision",
    "precisions",
    "preview",
    "put_label",
    "quoted",
    "remove",
    "to_label",
    "told_of_embedder",
    "two_versions",
]
