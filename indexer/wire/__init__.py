"""The JSON we promise, over HTTP and from `--json` alike.

Times within a call are seconds of its audio; moments are ISO 8601 in UTC. Rich text
is sanitised here, so that no face can forget it.
"""

from indexer.wire.answers import (
    HitOut,
    MomentOut,
    QueryOut,
    QuotedUtteranceOut,
    SearchedOut,
    SearchOut,
)
from indexer.wire.calls import (
    CallDetailOut,
    CallOut,
    CallsOut,
    TranscriptOut,
    UtteranceOut,
    close_url,
)
from indexer.wire.facets import FacetCountOut, FacetsOut
from indexer.wire.ledger import LedgerEntryOut, LedgerOut, ledger_page
from indexer.wire.status import CallCountsOut, EmbedderOut, FailureOut, ReasonOut, StatusOut

__all__ = [
    "CallCountsOut",
    "CallDetailOut",
    "CallOut",
    "CallsOut",
    "EmbedderOut",
    "FacetCountOut",
    "FacetsOut",
    "FailureOut",
    "HitOut",
    "LedgerEntryOut",
    "LedgerOut",
    "MomentOut",
    "QueryOut",
    "QuotedUtteranceOut",
    "ReasonOut",
    "SearchOut",
    "SearchedOut",
    "StatusOut",
    "TranscriptOut",
    "UtteranceOut",
    "close_url",
    "ledger_page",
]
