"""The JSON we promise, over HTTP and from `--json` alike.

Times within a call are seconds of its audio; moments are ISO 8601 in UTC. Rich text
is sanitised here, so that no face can forget it.
"""

from indexer.wire.answers import (
    ExplanationOut,
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
from indexer.wire.dialogues import SpokenBy, StepIn, StepOut, Steps, dialogue_of
from indexer.wire.facets import FacetCountOut, FacetsOut
from indexer.wire.filters import FilterFields, WhereIn
from indexer.wire.ledger import LedgerEntryOut, LedgerOut, ledger_page
from indexer.wire.saved import (
    NewsOut,
    SavedAnswerOut,
    SavedChangeIn,
    SavedSearchesOut,
    SavedSearchIn,
    SavedSearchOut,
    SeenIn,
)
from indexer.wire.status import CallCountsOut, EmbedderOut, FailureOut, ReasonOut, StatusOut

__all__ = [
    "CallCountsOut",
    "CallDetailOut",
    "CallOut",
    "CallsOut",
    "EmbedderOut",
    "ExplanationOut",
    "FacetCountOut",
    "FacetsOut",
    "FailureOut",
    "FilterFields",
    "HitOut",
    "LedgerEntryOut",
    "LedgerOut",
    "MomentOut",
    "NewsOut",
    "QueryOut",
    "QuotedUtteranceOut",
    "ReasonOut",
    "SavedAnswerOut",
    "SavedChangeIn",
    "SavedSearchIn",
    "SavedSearchOut",
    "SavedSearchesOut",
    "SearchOut",
    "SearchedOut",
    "SeenIn",
    "SpokenBy",
    "StatusOut",
    "StepIn",
    "StepOut",
    "Steps",
    "TranscriptOut",
    "UtteranceOut",
    "WhereIn",
    "close_url",
    "dialogue_of",
    "ledger_page",
]
