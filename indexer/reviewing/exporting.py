"""Finished reviews as rows, one for each answer."""

from collections.abc import Iterable, Iterator
from typing import Final

from indexer.exporting import Row
from indexer.papers import Written
from indexer.reviewing.keeping import SCORECARDS
from indexer.reviewing.scoring import FORMULA, scaled
from indexer.store.contract import Papers
from models.review import Answer, Review, ReviewState
from models.scorecard import Question, Scorecard, Section

COLUMNS: Final = (
    "review_id", "version", "sample_id", "calibration_id", "call_id", "user_id", "user_name",
    "reviewer", "scorecard_id", "scorecard_version", "section", "section_weight", "question_id",
    "question", "weight", "value", "applies", "scaled", "comment", "quotes", "formula", "score",
    "is_auto_failed", "review_comment", "finished_at", "stratum", "probability", "substitute_for",
    "appeals",
)  # fmt: skip


def rows_of(store: Papers, reviews: Iterable[Written[Review]]) -> Iterator[Row]:
    """A row for each answer of those reviews that are finished."""
    asked: dict[tuple[str, int], Scorecard] = {}
    for written in reviews:
        review = written.body
        if review.state is not ReviewState.DONE or not review.answers:
            continue  # begun, replaced, or not for these eyes
        key = (review.scorecard_id, review.scorecard_version)
        if key not in asked:
            asked[key] = SCORECARDS.get(store, key[0], version=key[1]).body
        for section in asked[key].sections:
            for question in section.questions:
                answer = review.answer_to(question.id)
                if answer is not None:
                    yield _row(written, section, question, answer)


def _row(written: Written[Review], section: Section, question: Question, answer: Answer) -> Row:
    review = written.body
    return {
        "review_id": written.id,
        "version": written.version,
        "sample_id": review.sample_id,
        "calibration_id": review.calibration_id,
        "call_id": review.call_id,
        "user_id": review.user_id,
        "user_name": review.user_name,
        "reviewer": review.reviewer,
        "scorecard_id": review.scorecard_id,
        "scorecard_version": review.scorecard_version,
        "section": section.name,
        "section_weight": section.weight,
        "question_id": question.id,
        "question": question.text,
        "weight": question.weight,
        "value": answer.value,
        "applies": answer.value is not None,
        "scaled": scaled(question, answer),
        "comment": answer.comment,
        "quotes": [
            {"kind": q.kind.value, "first": q.first, "last": q.last, "start_s": q.start_s,
             "text": q.text}
            for q in answer.quotes
        ],
        "formula": FORMULA,
        "score": review.score,
        "is_auto_failed": review.is_auto_failed,
        "review_comment": review.comment,
        "finished_at": review.finished_at,
        "stratum": review.stratum,
        "probability": review.probability,
        "substitute_for": review.substitute_for,
        "appeals": len(review.appeals),
    }  # fmt: skip
