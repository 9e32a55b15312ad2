"""Collections: moments of calls under a name, kept in order, with comments."""

from indexer.collections.changing import (
    COLLECTIONS,
    add_item,
    begin,
    change,
    change_item,
    comment,
    delete,
    remove_comment,
    remove_item,
)
from indexer.collections.quoting import Wanted, check
from indexer.collections.reading import KeptMoment, Standing, moment_of, moments_of

__all__ = [
    "COLLECTIONS",
    "KeptMoment",
    "Standing",
    "Wanted",
    "add_item",
    "begin",
    "change",
    "change_item",
    "check",
    "comment",
    "delete",
    "moment_of",
    "moments_of",
    "remove_comment",
    "remove_item",
]
