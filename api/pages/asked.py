"""A scorecard as a form: its questions, their answers, the keys for them, and back again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.pages.links import place
from indexer.reviewing import GivenAnswer, read_quotes
from indexer.reviewing.quoting import written_quote
from models import CallRecord
from models.errors import QueryInvalid
from models.review import Answer, Quote, Review
from models.scorecard import AnswerSort, Question, Scorecard

NA: Final = "na"
"""What a form says of a question that does not apply."""

_TEN: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer that can be chosen: what the form says, what people read, and its key."""

    value: str
    label: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteShown:
    """A quote under its answer; `place` is where in the transcript it is, if it still is."""

    quote: Quote
    typed: str
    place: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionShown:
    """A question with what is answered, or typed and not saved."""

    number: int
    question: Question
    options: tuple[Option, ...]
    chosen: str
    comment: str
    typed_quotes: str
    quotes: tuple[QuoteShown, ...]
    fails_with: str | None

    @property
    def answer(self) -> str:
        """The chosen answer in words; nothing where there is none."""
        return next((one.label for one in self.options if one.value == self.chosen), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionShown:
    """A section of the form."""

    name: str
    questions: tuple[QuestionShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An answer that was typed, and what is saved in its place."""

    question: str
    typed: str
    saved: str


def sections_shown(
    scorecard: Scorecard,
    review: Review,
    record: CallRecord | None,
    typed: Mapping[str, str] | None = None,
) -> tuple[SectionShown, ...]:
    """The questions of a review with its answers, or with those that were typed instead."""
    numbers = {question.id: n for n, question in enumerate(scorecard.questions, 1)}
    return tuple(
        SectionShown(
            name=section.name,
            questions=tuple(
                _shown(question, numbers[question.id], review.answer_to(question.id), record, typed)
                for question in section.questions
            ),
        )
        for section in scorecard.sections
    )


def options_of(question: Question) -> tuple[Option, ...]:
    """The answers to a question, each with the key that gives it: y, n, x, or a digit."""
    if question.sort is AnswerSort.YES_NO:
        found = [Option(value="1", label="Yes", key="y"), Option(value="0", label="No", key="n")]
    else:
        values = range(question.lowest, question.highest + 1)
        is_digits = question.lowest >= 0 and question.highest < _TEN
        found = [
            Option(value=str(value), label=str(value), key=str(value) if is_digits else _nth(n))
            for n, value in enumerate(values, 1)
        ]
    if question.allows_na:
        found.append(Option(value=NA, label="Does not apply", key="x"))
    return tuple(found)


def answers_in(scorecard: Scorecard, fields: Mapping[str, str]) -> list[GivenAnswer]:
    """What a form answers, question by question.

    Raises:
        QueryInvalid: a field has what no form of ours says.
    """
    given = []
    for question in scorecard.questions:
        chosen = fields.get(f"a.{question.id}", "")
        given.append(
            GivenAnswer(
                question_id=question.id,
                value=number_in(chosen) if chosen not in ("", NA) else None,
                is_na=chosen == NA,
                comment=fields.get(f"c.{question.id}", ""),
                quotes=read_quotes(fields.get(f"q.{question.id}", "")),
            )
        )
    return given


def number_in(text: str) -> int:
    """A number that a form gives for an answer.

    Raises:
        QueryInvalid: it is none.
    """
    try:
        return int(text)
    except ValueError:
        raise QueryInvalid("answers", f"{text[:20]!r} is no answer of this form") from None


def differences(
    scorecard: Scorecard, review: Review, fields: Mapping[str, str]
) -> tuple[Difference, ...]:
    """Where what was typed is not what is saved."""
    found = []
    for section in sections_shown(scorecard, review, None):
        for one in section.questions:
            asked = one.question.id
            typed = [fields.get(f"{letter}.{asked}", "").strip() for letter in "acq"]
            saved = [one.chosen, one.comment, one.typed_quotes]
            if typed != saved:
                labels = {option.value: option.label for option in one.options}
                found.append(
                    Difference(
                        question=one.question.text,
                        typed=_told(labels, *typed),
                        saved=_told(labels, *saved),
                    )
                )
    return tuple(found)


def _shown(
    question: Question,
    number: int,
    answer: Answer | None,
    record: CallRecord | None,
    typed: Mapping[str, str] | None,
) -> QuestionShown:
    quotes = answer.quotes if answer else ()
    saved = (
        _chosen(answer),
        answer.comment if answer else "",
        ", ".join(written_quote(quote) for quote in quotes),
    )
    if typed is None:
        chosen, comment, typed_quotes = saved
    else:
        chosen, comment, typed_quotes = (
            typed.get(f"{letter}.{question.id}", "") for letter in "acq"
        )
    options = options_of(question)
    fails = None if question.fails_at is None else str(question.fails_at)
    return QuestionShown(
        number=number,
        question=question,
        options=options,
        chosen=chosen,
        comment=comment,
        typed_quotes=typed_quotes,
        quotes=tuple(
            QuoteShown(quote=one, typed=written_quote(one), place=_place(one, record))
            for one in quotes
            if typed is None or written_quote(one) in typed_quotes.replace(",", " ").split()
        ),
        fails_with=next((one.label for one in options if one.value == fails), None),
    )


def _chosen(answer: Answer | None) -> str:
    if answer is None or answer.is_open:
        return ""
    return NA if answer.value is None else str(answer.value)


def _place(quote: Quote, record: CallRecord | None) -> str | None:
    """The fragment of a quote's first utterance; None if other words stand there by now."""
    transcript = record.transcript(quote.kind) if record else None
    said = transcript.utterances[quote.first : quote.last + 1] if transcript else ()
    if "\n".join(one.text for one in said) != quote.text:
        return None
    return place(quote.kind, quote.first, said[0])


def _told(labels: Mapping[str, str], chosen: str, comment: str, quotes: str) -> str:
    parts = [labels.get(chosen, chosen) or "no answer"]
    parts += [f"“{comment}”"] if comment else []
    parts += [f"utterances {quotes}"] if quotes else []
    return ", ".join(parts)


def _nth(number: int) -> str:
    """The key of the nth answer where the answers themselves are no digits."""
    return str(number % _TEN) if number <= _TEN else ""
