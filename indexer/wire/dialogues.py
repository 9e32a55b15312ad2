"""The wire shapes of dialogues: steps as they are asked for, and as they were understood."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from indexer.grammar import (
    MOST_STEPS,
    check_dialogue,
    parse_gap,
    parse_part,
    read_expression,
    written,
)
from models import LONGEST_TEXT, Dialogue, Side, Step
from models.errors import QueryInvalid

_TEXT: Final = (
    'What to look for: words, matched by meaning and words; `"a phrase"` that must be said,'
    " `-word` that must not, or words with `AND`, `OR`, `NOT` and brackets between them."
)
_SIDE: Final = "Who says it: ours (`user`), theirs (`contact`), or anyone (null)."
_WITHIN: Final = (
    "How soon after the step before, at most: `60s`, `2m`, or `3 turns` (the next turn is 1)."
    " Null: any time later. With `never`, how far the absence reaches."
)
_PART: Final = "Where in the call: `first 30s`, `last 2m`, `last 10%`. Null: anywhere."
_NEVER: Final = (
    "True: this is not said, between the step before (else the start of the call) and the step"
    " after (else the end)."
)
_ANYWHERE: Final = (
    "Only with `never`: true means that it is not said in the whole conversation, wherever this"
    " step stands."
)

ShortText = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class SpokenBy(StrEnum):
    """The sides one can ask for; an utterance may be of neither."""

    USER = "user"
    CONTACT = "contact"


class StepIn(BaseModel):
    """One thing that is said in a conversation, after the step before; or that is not."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    text: str = Field(min_length=1, max_length=LONGEST_TEXT, description=_TEXT)
    side: SpokenBy | None = Field(None, description=_SIDE)
    within: ShortText | None = Field(None, description=_WITHIN)
    part: ShortText | None = Field(None, description=_PART)
    never: bool = Field(default=False, description=_NEVER)
    anywhere: bool = Field(default=False, description=_ANYWHERE)

    def step(self, field: str) -> Step:
        """The step it stands for; `field` names it in errors.

        Raises:
            QueryInvalid: the text is not in the grammar, or a part or distance is none.
        """
        asked = read_expression(self.text, f"{field}.text")
        if not asked.bare and asked.said is None:
            raise QueryInvalid(f"{field}.text", "must say what to look for")
        return Step(
            text=asked.bare,
            said=asked.said,
            side=Side(self.side) if self.side else None,
            part=parse_part(self.part, field=f"{field}.part") if self.part else None,
            within=parse_gap(self.within, field=f"{field}.within") if self.within else None,
            never=self.never,
            anywhere=self.anywhere,
        )


# That there is one is for `check_dialogue`: pydantic would count a wrong step as none.
Steps = Annotated[
    tuple[StepIn, ...], Field(max_length=MOST_STEPS, json_schema_extra={"minItems": 1})
]


def dialogue_of(steps: Sequence[StepIn]) -> Dialogue:
    """The dialogue that steps stand for.

    Raises:
        QueryInvalid: they make no sense, one by one or together.
    """
    dialogue = Dialogue(tuple(step.step(f"dialogue[{n}]") for n, step in enumerate(steps)))
    check_dialogue(dialogue)
    return dialogue


class StepOut(BaseModel):
    """A step of a dialogue as it was understood."""

    text: str = Field(description=_TEXT)
    side: Side | None = Field(description=_SIDE)
    within: str | None = Field(description=_WITHIN)
    part: str | None = Field(description=_PART)
    never: bool = Field(description=_NEVER)
    anywhere: bool = Field(description=_ANYWHERE)

    @classmethod
    def of(cls, step: Step) -> "StepOut":
        """A step."""
        return cls(
            text=written(step.text, step.said),
            side=step.side,
            within=str(step.within) if step.within else None,
            part=str(step.part) if step.part else None,
            never=step.never,
            anywhere=step.anywhere,
        )
