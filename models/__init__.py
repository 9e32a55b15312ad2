"""The nouns of Callsift: calls, what was said in them, what is asked and found.

Standard library only, and no machine learning here: the network that turns text
into vectors is the embedder, see `indexer/embedder.py`.
"""

from models.call import Call, CallMethod, Direction, Disposition, Lead, Outcome
from models.ledger import CallState, LedgerEntry, StateGroup, Tally
from models.passage import Grain, Kind, Passage
from models.record import CallRecord
from models.search import (
    EVERYTHING,
    LONGEST_TEXT,
    CallPage,
    Facet,
    FacetCount,
    FoundCall,
    Hit,
    Mode,
    Moment,
    QuotedUtterance,
    Searched,
    SearchFilter,
    SearchPage,
    SearchQuery,
)
from models.transcript import Side, Transcript, Turn, Utterance

__all__ = [
    "EVERYTHING",
    "LONGEST_TEXT",
    "Call",
    "CallMethod",
    "CallPage",
    "CallRecord",
    "CallState",
    "Direction",
    "Disposition",
    "Facet",
    "FacetCount",
    "FoundCall",
    "Grain",
    "Hit",
    "Kind",
    "Lead",
    "LedgerEntry",
    "Mode",
    "Moment",
    "Outcome",
    "Passage",
    "QuotedUtterance",
    "SearchFilter",
    "SearchPage",
    "SearchQuery",
    "Searched",
    "Side",
    "StateGroup",
    "Tally",
    "Transcript",
    "Turn",
    "Utterance",
]
