"""Calibrations: several people review the same calls blind; how far they agree beyond chance."""

from indexer.calibrating.drawing import Chosen, drawn_from_filter, drawn_from_sample, named
from indexer.calibrating.keeping import (
    Standing,
    begin,
    change,
    close,
    discard,
    report_of,
    reviews_in,
    scorecard_of,
    seen_in,
    standing,
)
from indexer.calibrating.reporting import Report, report
from indexer.calibrating.rows import COLUMNS, rows

__all__ = [
    "COLUMNS",
    "Chosen",
    "Report",
    "Standing",
    "begin",
    "change",
    "close",
    "discard",
    "drawn_from_filter",
    "drawn_from_sample",
    "named",
    "report",
    "report_of",
    "reviews_in",
    "rows",
    "scorecard_of",
    "seen_in",
    "standing",
]
