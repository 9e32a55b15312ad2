"""Making and changing scorecards, and the ids by which answers know their questions."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from indexer.papers import Written
from indexer.reviewing.keeping import CALIBRATIONS, REVIEWS, SCORECARDS
from indexer.store.contract import Papers
from models.errors import ActionRefused
from models.saved import name_from
from models.scorecard import LONGEST_ID, AnswerSort, Question, Scorecard, Section

_NO_ID: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenQuestion:
    """A question as somebody writes it: its id may be left to us."""

    text: str
    id: str | None = None
    sort: AnswerSort = AnswerSort.YES_NO
    lowest: int = 0
    highest: int = 1
    weight: float = 1.0
    allows_na: bool = False
    fails_at: int | None = None
    guide: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenSection:
    """A section as somebody writes it."""

    name: str
    questions: tuple[GivenQuestion, ...]
    weight: float = 1.0


def made(
    name: str, sections: Sequence[GivenSection], *, before: Scorecard | None = None
) -> Scorecard:
    """A scorecard; a question without an id has that of the same text before, else a new one.

    Raises:
        QueryInvalid: it cannot be one.
    """
    given = [question.id for section in sections for question in section.questions]
    taken = {one for one in given if one is not None}
    known = {} if before is None else {_key(q.text): q.id for q in before.questions}
    old = {question.id for question in (before.questions if before else ())}

    def identified(question: GivenQuestion) -> Question:
        chosen = question.id
        if chosen is None:
            same = known.get(_key(question.text))
            is_free = same is not None and same not in taken
            chosen = same if same and is_free else id_from(question.text, taken | old)
            taken.add(chosen)
        return Question(
            id=chosen, text=question.text.strip(), sort=question.sort, lowest=question.lowest,
            highest=question.highest, weight=question.weight, allows_na=question.allows_na,
            fails_at=question.fails_at, guide=question.guide.strip(),
        )  # fmt: skip

    return Scorecard(
        name=name_from(name),
        sections=tuple(
            Section(
                name=section.name.strip(),
                questions=tuple(identified(question) for question in section.questions),
                weight=section.weight,
            )
            for section in sections
        ),
    )


def id_from(text: str, taken: set[str]) -> str:
    """An id made from a question's text, that no other has: `recording-notice`, `price-2`."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    words = _NO_ID.sub("-", plain).strip("-")[: LONGEST_ID - 5].strip("-") or "question"
    number, chosen = 1, words
    while chosen in taken:
        number += 1
        chosen = f"{words}-{number}"
    return chosen


def change(
    store: Papers,
    known: Written[Scorecard],
    *,
    name: str | None = None,
    sections: Sequence[GivenSection] | None = None,
    by: str | None,
    at: datetime,
) -> Written[Scorecard]:
    """Write a scorecard's next version; what is left out stays. Old answers keep theirs.

    Raises:
        PaperChanged: somebody else did meanwhile.
        PaperNameTaken: another scorecard has that name.
        QueryInvalid: it cannot be one.
    """
    named = known.body.name if name is None else name_from(name)
    if sections is None:
        body = replace(known.body, name=named)
    else:
        body = made(named, sections, before=known.body)
    return SCORECARDS.change(store, known, body, by=by, at=at)


def remove(store: Papers, scorecard_id: str) -> None:
    """Delete a scorecard that nothing asks by.

    Raises:
        PaperNotFound: there is none.
        ActionRefused: reviews or calibrations ask by it.
    """
    known = SCORECARDS.get(store, scorecard_id)
    asked = [one for one in REVIEWS.all(store) if one.body.scorecard_id == known.id]
    if asked:
        count = f"{len(asked):,} reviews" if len(asked) > 1 else "a review"
        raise ActionRefused(f"{known.body.name!r} stays: {count} would lose their questions")
    if any(one.body.scorecard_id == known.id for one in CALIBRATIONS.all(store)):
        raise ActionRefused(f"{known.body.name!r} stays: a calibration asks by it")
    SCORECARDS.discard(store, [known.id])


def _key(text: str) -> str:
    return " ".join(text.casefold().split())
