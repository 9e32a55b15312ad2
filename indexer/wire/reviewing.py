"""What is asked of reviews over the wire: to assign, answer, finish, replace, appeal, decide."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from indexer.reviewing import GivenAnswer, GivenQuote, Reviewer
from indexer.reviewing.answering import LONGEST_COMMENT, MOST_QUOTES
from indexer.reviewing.appealing import LONGEST_REASON
from indexer.reviewing.replacing import LONGEST_TEXT
from indexer.wire.filters import Count
from models import Kind
from models.errors import QueryInvalid
from models.review import ReplaceReason
from models.saved import LONGEST_NAME
from models.scorecard import MOST_QUESTIONS

_MOST_REVIEWERS: Final = 100
_LONGEST_ID: Final = 200
_LONGEST_QUOTE: Final = 100_000
_DATE: Final = len("2026-03-20")

Wanted = Annotated[str, Field(min_length=1, max_length=_LONGEST_ID)]
Version = Annotated[
    Count | None,
    Field(
        ge=1,
        description="The version that was read: refused if there is a newer one. Null: whatever"
        " is there.",
    ),
]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


def _named(value: object) -> object:
    """A bare name as a reviewer without a user."""
    return {"name": value} if isinstance(value, str) else value


class AssignedReviewerIn(_In):
    """Somebody who reviews. A bare name stands for one without a user in Close."""

    name: str = Field(max_length=LONGEST_NAME, description="Their name, as they give it here.")
    user_id: str | None = Field(
        None,
        min_length=1,
        max_length=_LONGEST_ID,
        description="Their own user in Close: they are never given their own calls, nor calls of"
        " a rep of their name.",
    )

    def given(self) -> Reviewer:
        """The reviewer."""
        return Reviewer(name=self.name, user_id=self.user_id)


_Reviewers = Annotated[
    list[Annotated[AssignedReviewerIn, BeforeValidator(_named)]], Field(max_length=_MOST_REVIEWERS)
]


class AssignIn(_In):
    """Which calls to give to whom."""

    sample: Wanted = Field(description="The sample, by id or name.")
    scorecard: Wanted = Field(description="The scorecard, by id or name, as it now is.")
    reviewers: _Reviewers = Field(description="At least one: names, or names with their user.")
    due: str | None = Field(
        None,
        max_length=60,
        description="Until when: `2026-03-20` until that day ends, or an ISO 8601 time. Both in"
        " UTC without an offset.",
    )


class ReassignIn(_In):
    """Whose open reviews go to others."""

    leaving: str = Field(
        min_length=1, max_length=LONGEST_NAME, description="Who does not review any more."
    )
    reviewers: _Reviewers = Field(
        default_factory=list,
        description="Who takes over. Without any, the others who review the same sample.",
    )
    sample: Wanted | None = Field(
        None, description="The sample, by id or name; without one, every sample."
    )


class ReviewQuoteIn(_In):
    """Utterances to quote. Their words are taken from the stored transcript."""

    kind: Kind = Field(Kind.RECORDING, description="`recording` or `voicemail`.")
    first: Count = Field(ge=0, description="The first utterance, by its `index`.")
    last: Count = Field(ge=0, description="The last utterance: the same, or a later one.")
    text: str | None = Field(
        None,
        max_length=_LONGEST_QUOTE,
        description="What was read there, one utterance a line: refused if it is not what is"
        " stored.",
    )


class ReviewAnswerIn(_In):
    """An answer to one question. Without a value and `na`, it is open still."""

    question_id: str = Field(max_length=_LONGEST_ID, description="The scorecard's question.")
    value: Count | None = Field(None, description="A number of its scale; yes is 1, no is 0.")
    na: bool = Field(default=False, description="True: the question does not apply.")
    comment: str = Field("", max_length=LONGEST_COMMENT, description="Why, in words.")
    quotes: list[ReviewQuoteIn] = Field(
        default_factory=list, max_length=MOST_QUOTES, description="What the answer rests on."
    )

    def given(self) -> GivenAnswer:
        """The answer."""
        quotes = tuple(
            GivenQuote(kind=one.kind, first=one.first, last=one.last, text=one.text)
            for one in self.quotes
        )
        return GivenAnswer(
            question_id=self.question_id, value=self.value, is_na=self.na, comment=self.comment,
            quotes=quotes,
        )  # fmt: skip


_Answers = Annotated[list[ReviewAnswerIn], Field(max_length=MOST_QUESTIONS)]


class AnswersIn(_In):
    """All answers as they stand."""

    answers: _Answers = Field(description="In place of those before: what is left out is open.")
    comment: str = Field("", max_length=LONGEST_COMMENT, description="Of the whole call.")
    version: Version = None


class FinishIn(_In):
    """What to finish a review with."""

    answers: _Answers | None = Field(
        None, description="In place of those that were saved; without any, those."
    )
    comment: str | None = Field(
        None, max_length=LONGEST_COMMENT, description="Of the whole call; null keeps it."
    )
    version: Version = None


class ReplaceIn(_In):
    """Why a call cannot be reviewed."""

    reason: ReplaceReason = Field(
        description="`wrong_language`, `no_conversation`, `wrong_person` (misrouted), `technical`"
        " or `other`."
    )
    text: str = Field(
        "", max_length=LONGEST_TEXT, description="More of it; needed where the reason is `other`."
    )
    version: Version = None


class AppealIn(_In):
    """Why somebody disagrees."""

    reason: str = Field(max_length=LONGEST_REASON, description="In words.")
    question_id: str | None = Field(
        None, max_length=_LONGEST_ID, description="The answer it is about; null for the whole."
    )
    version: Version = None


class DecideIn(_In):
    """What becomes of an appeal."""

    upheld: bool = Field(description="True: answers change. False: they stay.")
    decision: str = Field(max_length=LONGEST_REASON, description="Why, in words.")
    answers: _Answers = Field(
        default_factory=list,
        description="Where it is upheld, the answers that change, and only those.",
    )
    version: Version = None


def due_from(text: str | None) -> datetime | None:
    """Until when something is to be done; a date means until that day ends, in UTC.

    Raises:
        QueryInvalid: it is no date or time.
    """
    if text is None or not text.strip():
        return None
    wanted = text.strip()
    try:
        at = datetime.fromisoformat(wanted)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        return at + timedelta(days=1) if len(wanted) <= _DATE else at
    except (ValueError, OverflowError):
        raise QueryInvalid("due", "must be a date such as 2026-03-20, or an ISO time") from None
