"""What the finished reviews of a random sample say of the whole population it was drawn from."""

from indexer.estimating.asking import JoinedQuestion, joined
from indexer.estimating.estimates import DEFAULT_MARK, estimates, estimates_of, require_random
from indexer.estimating.nouns import Estimates, Item, Measure, RepItem, StratumStanding
from indexer.estimating.rows import COLUMNS, rows
from indexer.estimating.weighing import Weighed

__all__ = [
    "COLUMNS",
    "DEFAULT_MARK",
    "Estimates",
    "Item",
    "JoinedQuestion",
    "Measure",
    "RepItem",
    "StratumStanding",
    "Weighed",
    "estimates",
    "estimates_of",
    "joined",
    "require_random",
    "rows",
]
