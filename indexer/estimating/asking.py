"""Questions of several versions of a scorecard, joined where they ask the same."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.scorecard import Question, Scorecard


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedQuestion:
    """A question as it was asked, and the versions of the scorecard that asked it so.

    Two versions ask the same if its id, text, sort and scale are the same: weights, guides
    and what fails a call may differ, for they change no answer's meaning.
    """

    question: Question
    section: str
    versions: frozenset[int]


def joined(scorecards: Mapping[int, Scorecard]) -> list[JoinedQuestion]:
    """Every question of these versions, in the order of the newest, then of those before it."""
    found: dict[tuple[object, ...], JoinedQuestion] = {}
    for version in sorted(scorecards, reverse=True):
        for section in scorecards[version].sections:
            for question in section.questions:
                same = found.get(_meaning(question))
                newest = same or JoinedQuestion(
                    question=question, section=section.name, versions=frozenset()
                )
                found[_meaning(question)] = JoinedQuestion(
                    question=newest.question,
                    section=newest.section,
                    versions=newest.versions | {version},
                )
    return list(found.values())


def _meaning(question: Question) -> tuple[object, ...]:
    return (question.id, question.text, question.sort, question.lowest, question.highest)
