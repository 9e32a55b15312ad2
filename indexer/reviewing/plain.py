"""Scorecards as people write them, one question a line.

    # Opening
    - Did the rep say that the call is recorded? | fails at no | id recording-notice
      In the first minute.

    # Conversation | weight 2
    - How well were needs explored? | 1-5 | weight 3
    - Was the price handled well? | yes/no | n/a

A line with `#` begins a section, one with `-` a question; what is indented under a question
is its guide. After `|` come, in any order, `yes/no` (as is meant if nothing is said) or a
scale such as `1-5`, `weight 3`, `n/a` where a question may not apply, `fails at no` (or a
number), and `id` with the name by which answers know the question.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from indexer.reviewing.scorecards import GivenQuestion, GivenSection
from models.errors import QueryInvalid
from models.scorecard import AnswerSort, Question, Scorecard, Section

_SCALE: Final = re.compile(r"(-?[0-9]{1,4}) *(?:-|to) *(-?[0-9]{1,4})")
_WEIGHT: Final = re.compile(r"weight +([0-9]{1,9}(?:\.[0-9]{1,9})?)")
_FAILS: Final = re.compile(r"fails +at +(yes|no|-?[0-9]{1,4})")
_ID: Final = re.compile(r"id +(\S{1,100})")
_WORDS: Final = {"yes": 1, "no": 0}

LONGEST: Final = 100_000
"""Characters that a scorecard may be written in."""


@dataclass(slots=True)
class _Begun:
    """A section that is being read."""

    name: str
    weight: float
    questions: list[GivenQuestion] = field(default_factory=list)

    def made(self) -> GivenSection:
        return GivenSection(name=self.name, weight=self.weight, questions=tuple(self.questions))


def read_plain(text: str) -> list[GivenSection]:
    """The sections that are written there.

    Raises:
        QueryInvalid: a line cannot be read; says which.
    """
    if len(text) > LONGEST:
        raise QueryInvalid("sections", f"may be written in at most {LONGEST:,} characters")
    begun: list[_Begun] = []
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if not bare:
            continue
        if line.startswith("#"):
            begun.append(_section(bare.lstrip("#").strip(), number))
        elif line.startswith("-") and begun:
            begun[-1].questions.append(_question(bare[1:].strip(), number))
        elif line[0].isspace() and begun and begun[-1].questions:
            asked = begun[-1].questions[-1]
            begun[-1].questions[-1] = replace(asked, guide=f"{asked.guide}\n{bare}".strip())
        else:
            raise _wrong(number, "begin a section with #, a question below it with -")
    return [one.made() for one in begun]


def written_plain(scorecard: Scorecard) -> str:
    """A scorecard in the words that `read_plain` reads."""
    return "\n\n".join("\n".join(_lines(section)) for section in scorecard.sections) + "\n"


def _section(text: str, number: int) -> _Begun:
    name, *options = _parts(text)
    begun = _Begun(name=name, weight=1.0)
    for option in options:
        if weight := _WEIGHT.fullmatch(option.lower()):
            begun.weight = float(weight[1])
        else:
            raise _wrong(number, f"a section has a weight, and no {option!r}")
    return begun


def _question(text: str, number: int) -> GivenQuestion:
    asked, *options = _parts(text)
    question = GivenQuestion(text=asked)
    for option in options:
        question = _with(question, option, number)
    return question


def _with(question: GivenQuestion, option: str, number: int) -> GivenQuestion:
    low = " ".join(option.lower().split())
    if low in ("yes/no", "yes or no"):
        return replace(question, sort=AnswerSort.YES_NO, lowest=0, highest=1)
    if low == "n/a":
        return replace(question, allows_na=True)
    if scale := _SCALE.fullmatch(low):
        lowest, highest = int(scale[1]), int(scale[2])
        return replace(question, sort=AnswerSort.SCALE, lowest=lowest, highest=highest)
    if weight := _WEIGHT.fullmatch(low):
        return replace(question, weight=float(weight[1]))
    if fails := _FAILS.fullmatch(low):
        at = _WORDS[fails[1]] if fails[1] in _WORDS else int(fails[1])
        return replace(question, fails_at=at)
    if named := _ID.fullmatch(option):
        return replace(question, id=named[1])
    raise _wrong(
        number, f"{option!r} is none of: yes/no, 1-5, weight 2, n/a, fails at no, id some-name"
    )


def _lines(section: Section) -> Iterator[str]:
    yield f"# {section.name}{_weight(section.weight)}"
    for question in section.questions:
        yield f"- {' | '.join([question.text, *_options(question)])}"
        for line in question.guide.splitlines():
            if line.strip():
                yield f"  {line.strip()}"


def _options(question: Question) -> Iterator[str]:
    is_yes_no = question.sort is AnswerSort.YES_NO
    yield "yes/no" if is_yes_no else f"{question.lowest} to {question.highest}"
    if question.weight != 1:
        yield f"weight {question.weight:g}"
    if question.allows_na:
        yield "n/a"
    if question.fails_at is not None:
        words = {value: word for word, value in _WORDS.items()}
        yield f"fails at {words[question.fails_at] if is_yes_no else question.fails_at}"
    yield f"id {question.id}"


def _weight(weight: float) -> str:
    return "" if weight == 1 else f" | weight {weight:g}"


def _parts(text: str) -> Sequence[str]:
    return [part.strip() for part in text.split("|")]


def _wrong(number: int, problem: str) -> QueryInvalid:
    return QueryInvalid("sections", f"line {number}: {problem}")


EXAMPLE: Final = """\
# Opening
- Did the rep say that the call is recorded? | yes/no | fails at no | id recording-notice
  In the first minute, in words a customer understands.
- Did the rep say why they call? | yes/no

# Conversation | weight 3
- How well were needs explored? | 1-5 | weight 2
  1: not at all. 3: the problem. 5: the problem, and what it costs them.
- Was the price handled well? | yes/no | n/a

# Close | weight 2
- Was a next step agreed, with a date? | yes/no
"""
"""A scorecard to begin with."""
