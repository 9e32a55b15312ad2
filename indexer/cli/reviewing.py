"""What commands for reviews read and show: answers, quotes, reviewers, a review, coverage."""

import re
from typing import TYPE_CHECKING, Annotated, Final

import typer

from indexer.cli.opening import console, write_json
from models import Kind
from models.errors import PaperNotFound, QueryInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from indexer.bootstrap import Services
    from indexer.coverage import Coverage
    from indexer.papers import Written
    from indexer.reviewing import GivenAnswer, GivenQuote, Reviewer, Seen
    from models import review
    from models.scorecard import Question

Review = Annotated[
    str, typer.Argument(metavar="REVIEW", help="Its id, or how no other review's id begins.")
]

_NUMBER: Final = re.compile(r"-?[0-9]{1,9}")
_WORDS: Final = {"yes": 1, "no": 0}
_NA: Final = "n/a"
_SHORTEST_ID: Final = 4


def read_reviewer(text: str) -> "Reviewer":
    """A reviewer as `NAME` or `NAME=USER_ID`."""
    # Late: see indexer/cli/__init__.py.
    from indexer.reviewing import Reviewer

    name, _, user_id = text.partition("=")
    return Reviewer(name=name.strip(), user_id=user_id.strip() or None)


def read_answer(
    question: str,
    value: str,
    *,
    comment: str | None = None,
    quotes: "Sequence[GivenQuote] | None" = None,
) -> "GivenAnswer":
    """An answer as people type it: yes, no, n/a, or a number.

    Raises:
        QueryInvalid: it is none of these.
    """
    # Late: see indexer/cli/__init__.py.
    from indexer.reviewing import GivenAnswer

    typed = value.strip().lower()
    number = _WORDS.get(typed)
    if number is None and _NUMBER.fullmatch(typed):
        number = int(typed)
    if number is None and typed != _NA:
        raise QueryInvalid("answer", f"{value!r} is none of: yes, no, n/a, a number")
    return GivenAnswer(
        question_id=question, value=number, is_na=typed == _NA, comment=comment or "",
        quotes=tuple(quotes or ()),
    )  # fmt: skip


def merged(
    known: "review.Review",
    given: "GivenAnswer",
    comment: str | None,
    quotes: "Sequence[GivenQuote] | None",
) -> "list[GivenAnswer]":
    """A review's answers with one of them given anew; what is not said of it stays."""
    # Late: see indexer/cli/__init__.py.
    from dataclasses import replace

    from indexer.reviewing import given_again

    before = {one.question_id: given_again(one) for one in known.answers}
    old = before.get(given.question_id)
    if old is not None and comment is None:
        given = replace(given, comment=old.comment)
    if old is not None and quotes is None:
        given = replace(given, quotes=old.quotes)
    return list((before | {given.question_id: given}).values())


def known_review(opened: "Services", wanted: str) -> "Written[review.Review]":
    """The review of an id, or of how an id begins.

    Raises:
        PaperNotFound: there is none.
        QueryInvalid: several begin so.
    """
    # Late: see indexer/cli/__init__.py.
    from indexer.reviewing import REVIEWS

    if len(wanted) < _SHORTEST_ID:
        raise QueryInvalid("review", f"give at least {_SHORTEST_ID} characters of its id")
    try:
        return REVIEWS.get(opened.store, wanted)
    except PaperNotFound:
        begin = [one for one in REVIEWS.all(opened.store) if one.id.startswith(wanted)]
        if len(begin) > 1:
            raise QueryInvalid("review", f"{len(begin)} reviews begin with {wanted!r}") from None
        if not begin:
            raise
        return begin[0]


def tell_review(opened: "Services", seen: "Seen", told: str, *, as_json: bool) -> None:
    """What became of a review: in words, or whole for programs."""
    # Late: see indexer/cli/__init__.py.
    from indexer.reviewing import SCORECARDS
    from indexer.wire.reviews import ReviewDetailOut

    review = seen.body
    if as_json:
        asked = SCORECARDS.get(opened.store, review.scorecard_id, version=review.scorecard_version)
        write_json(ReviewDetailOut.of_asked(seen, asked).model_dump(mode="json"))
        return
    score = "" if review.score is None else f"; the score is {review.score:.1f} %"
    failed = ", failed by one answer" if review.is_auto_failed else ""
    typer.echo(f"{told}{score}{failed}")


def show_transcript(opened: "Services", review: "review.Review") -> None:
    """What was said on a review's call, each utterance with the number it is quoted by."""
    # Late: see indexer/cli/__init__.py.
    from indexer.screen import Screen, length

    screen, record = Screen(console()), opened.store.get(review.call_id)
    for kind in (Kind.RECORDING, Kind.VOICEMAIL):
        transcript = record.transcript(kind) if record else None
        if transcript is None:
            continue
        screen.say(kind.value.capitalize(), style="bold")
        for number, one in enumerate(transcript.utterances):
            at = "" if one.start_s is None else length(one.start_s)
            screen.say(f"{number:4}  {at:>7}  {one.side.value:8}{one.text}")
    if record is None:
        screen.say("The call is no longer stored here.")


def show_review(opened: "Services", seen: "Seen") -> None:
    """A review with what it asks, and what was answered as far as it may be seen."""
    # Late: see indexer/cli/__init__.py.
    from indexer.reviewing import scorecard_of
    from indexer.screen import Screen

    screen, review = Screen(console()), seen.body
    due = "" if review.due_at is None else f", due {review.due_at:%Y-%m-%d %H:%M} UTC"
    screen.say(f"Review {seen.written.id} of {review.call_id}", style="bold")
    screen.say(f"{review.reviewer}: {review.state.value}{due}")
    if seen.is_hidden:
        screen.say("Its answers are hidden until the calibration is closed.")
        return
    for section in scorecard_of(opened.store, review).sections:
        screen.say(section.name, style="bold")
        for question in section.questions:
            answer = review.answer_to(question.id)
            screen.say(f"  [{_answered(question, answer)}]  {question.text}  ({_asked(question)})")
            for quote in answer.quotes if answer else ():
                screen.say(f"        “{' '.join(quote.text.split())}”", style="dim")
            if answer and answer.comment:
                screen.say(f"        {answer.comment}")
    for number, one in enumerate(review.appeals, 1):
        state = {None: "not decided", True: "upheld", False: "rejected"}[one.is_upheld]
        decided = f" by {one.decided_by}: {one.decision}" if one.decided_by else ""
        screen.say(f"Appeal {number} of {one.by}: {one.reason} ({state}{decided})")
    if review.replacement is not None:
        gone = review.replacement
        place = gone.substitute or "no other call of its stratum"
        screen.say(f"Replaced by {gone.by} ({gone.reason.value} {gone.text}): {place}")
    if review.score is not None:
        failed = ", failed by one answer" if review.is_auto_failed else ""
        screen.say(f"Score: {review.score:.1f} %{failed}")


def show_coverage(found: "Coverage", to: "Console") -> None:
    """What was looked at, as tables."""
    # Late: see indexer/cli/__init__.py.
    from rich.table import Table
    from rich.text import Text

    from indexer.coverage import Way
    from indexer.screen import Screen

    screen = Screen(to)
    told = ", ".join(f"{count:,} {way.value}" for way, count in found.ways.items())
    screen.say(f"{found.reviewed:,} of {found.calls:,} calls were reviewed: {told}")
    for dimension in found.dimensions:
        differs = "; random reviews differ from all calls" if dimension.is_alarming else ""
        screen.say(f"By {dimension.name}{differs}", style="bold")
        table = Table("", "calls", "reviewed", "share", "random", "risk", box=None)
        for row in dimension.rows:
            share = "" if row.share is None else f"{100 * row.share:.0f} %"
            ways = [row.ways[way] for way in (Way.RANDOM, Way.RISK)]
            numbers = [row.calls, row.reviewed, share, *ways]
            table.add_row(Text(row.label), *map(str, numbers))
        to.print(table)
    if found.never_reviewed:
        names = ", ".join(f"{row.label} ({row.calls:,} calls)" for row in found.never_reviewed)
        screen.say(f"Never reviewed: {names}")
    for one in found.replacements:
        if one.replaced:
            why = ", ".join(f"{count} {reason.value}" for reason, count in one.reasons.items())
            screen.say(f"{one.reviewer} had {one.replaced} of {one.given} calls replaced: {why}")


def _asked(question: "Question") -> str:
    """How a question is answered, by which id."""
    is_yes_no = question.sort.value == "yes_no"
    how = "yes, no" if is_yes_no else f"{question.lowest} to {question.highest}"
    return f"{question.id}: {how}" + (f", {_NA}" if question.allows_na else "")


def _answered(question: "Question", answer: "review.Answer | None") -> str:
    if answer is None or answer.is_open:
        return " "
    if answer.value is None:
        return _NA
    if question.sort.value == "yes_no":
        return {value: word for word, value in _WORDS.items()}[answer.value]
    return f"{answer.value} of {question.highest}"
