"""The nouns of Callsift: calls, what was said in them, what is asked and found.

Standard library only, and no machine learning here: the network that turns text
into vectors is the embedder, see `indexer/embedder.py`.
"""

from models.call import Call, CallMethod, Direction, Disposition, Lead, Outcome
from models.dialogue import Dialogue, Gap, GapUnit, Step
from models.expression import AllOf, AnyOf, Expression, Not, Term, holds, terms, wanted_terms
from models.ledger import CallState, LedgerEntry, StateGroup, Tally
from models.part import End, Part, Spot
from models.passage import Grain, Kind, Passage
from models.question import is_question
from models.record import CallRecord, Line
from models.search import (
    EVERYTHING,
    LONGEST_TEXT,
    CallPage,
    Explanation,
    Facet,
    FacetCount,
    FoundCall,
    Group,
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
    "AllOf",
    "AnyOf",
    "Call",
    "CallMethod",
    "CallPage",
    "CallRecord",
    "CallState",
    "Dialogue",
    "Direction",
    "Disposition",
    "End",
    "Explanation",
    "Expression",
    "Facet",
    "FacetCount",
    "FoundCall",
    "Gap",
    "GapUnit",
    "Grain",
    "Group",
    "Hit",
    "Kind",
    "Lead",
    "LedgerEntry",
    "Line",
    "Mode",
    "Moment",
    "Not",
    "Outcome",
    "Part",
    "Passage",
    "QuotedUtterance",
    "SearchFilter",
    "SearchPage",
    "SearchQuery",
    "Searched",
    "Side",
    "Spot",
    "StateGroup",
    "Step",
    "Tally",
    "Term",
    "Transcript",
    "Turn",
    "Utterance",
    "holds",
    "is_question",
    "terms",
    "wanted_terms",
]
