"""The answers of a calibration as flat rows."""

from collections.abc import Iterable, Iterator
from typing import Final

from indexer.exporting import Row
from indexer.papers import Written
from models.calibration import Calibration
from models.review import Answer, Quote, Review
from models.scorecard import Scorecard

COLUMNS: Final = (
    "calibration_id", "calibration", "call_id", "rep", "reviewer", "state", "finished_at",
    "score", "is_auto_failed", "section", "question_id", "question", "value", "not_applicable",
    "comment", "quote", "quote_kind", "quote_start_s",
)  # fmt: skip
"""`quote` is the first one of an answer; NDJSON has them all as `quotes`."""


def rows(
    known: Written[Calibration], scorecard: Scorecard, reviews: Iterable[Written[Review]]
) -> Iterator[Row]:
    """A row for each question of each review; those that are not finished have no answers."""
    for one in reviews:
        review = one.body
        common = {
            "calibration_id": known.id, "calibration": known.body.name,
            "call_id": review.call_id, "rep": review.user_name, "reviewer": review.reviewer,
            "state": review.state.value, "finished_at": review.finished_at,
            "score": review.score, "is_auto_failed": review.is_auto_failed,
        }  # fmt: skip
        for section in scorecard.sections:
            for question in section.questions:
                answer = review.answer_to(question.id)
                yield {
                    **common,
                    "section": section.name,
                    "question_id": question.id,
                    "question": question.text,
                    **_of(answer),
                }


def _of(answer: Answer | None) -> Row:
    quotes = () if answer is None else answer.quotes
    first = quotes[0] if quotes else None
    return {
        "value": None if answer is None else answer.value,
        "not_applicable": None if answer is None or answer.is_open else answer.value is None,
        "comment": None if answer is None else answer.comment,
        "quote": None if first is None else first.text,
        "quote_kind": None if first is None else first.kind.value,
        "quote_start_s": None if first is None else first.start_s,
        "quotes": [_quote(one) for one in quotes],
    }


def _quote(quote: Quote) -> Row:
    return {
        "kind": quote.kind.value, "first": quote.first, "last": quote.last,
        "text": quote.text, "start_s": quote.start_s,
    }  # fmt: skip
