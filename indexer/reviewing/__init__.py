"""Reviews: people listen to calls and answer scorecards; what came of it can be traced."""

from indexer.reviewing.answering import (
    GivenAnswer,
    finish,
    given_again,
    save,
    scorecard_of,
)
from indexer.reviewing.appealing import appeal, decide, is_decided_by_reviewer
from indexer.reviewing.assigning import CallToReview, Reviewer, assigned, is_own_call
from indexer.reviewing.handing_out import HandedOut, assign, reassign, reviewers_in
from indexer.reviewing.keeping import (
    CALIBRATIONS,
    REVIEWS,
    SCORECARDS,
    Progress,
    ReviewerProgress,
    at_version,
    progress,
    progress_in,
    reviewed_call_ids,
    reviews_of,
)
from indexer.reviewing.looking import (
    Wanted,
    found,
    listed,
    next_of,
    queue_of,
    shown,
    versions_shown,
)
from indexer.reviewing.quoting import GivenQuote, read_quotes
from indexer.reviewing.replacing import Replaced, replace_call
from indexer.reviewing.scoring import FORMULA, Score, score
from indexer.reviewing.visibility import Eyes, Seen, is_closed, visible

__all__ = [
    "CALIBRATIONS",
    "FORMULA",
    "REVIEWS",
    "SCORECARDS",
    "CallToReview",
    "Eyes",
    "GivenAnswer",
    "GivenQuote",
    "HandedOut",
    "Progress",
    "Replaced",
    "Reviewer",
    "ReviewerProgress",
    "Score",
    "Seen",
    "Wanted",
    "appeal",
    "assign",
    "assigned",
    "at_version",
    "decide",
    "finish",
    "found",
    "given_again",
    "is_closed",
    "is_decided_by_reviewer",
    "is_own_call",
    "listed",
    "next_of",
    "progress",
    "progress_in",
    "queue_of",
    "read_quotes",
    "reassign",
    "replace_call",
    "reviewed_call_ids",
    "reviewers_in",
    "reviews_of",
    "save",
    "score",
    "scorecard_of",
    "shown",
    "versions_shown",
    "visible",
]
