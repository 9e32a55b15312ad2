"""The language of the search box: words, "phrases", -exclusions, AND OR NOT, and dialogues.

    too expensive for us            ranked by meaning and words; nothing is demanded
    "annual plan" renewal           the phrase must be said; the rest ranks
    pricing -discount               "discount" in any of its forms must not be said
    (refund OR "money back") AND NOT cancel
                                    every word is demanded; words side by side mean AND
    contact: too expensive -> user: offers a discount within 60s
                                    one after the other; `user never: ...` is absence
                                    there, `user never anywhere: ...` in the whole talk

Operators are in capitals. Pasted prose is left alone: a text with more than 15 words in
a row that are in no quotes is taken as it stands, and AND, OR and NOT are plain words
where more than six words stand in a row. docs/search.md tells users the same.
"""

from indexer.grammar.dialogues import (
    MOST_STEPS,
    check_dialogue,
    parse,
    parse_gap,
    parse_part,
    parse_step,
)
from indexer.grammar.expressions import Asked, read_demand, read_expression
from indexer.grammar.writing import written

__all__ = [
    "MOST_STEPS",
    "Asked",
    "check_dialogue",
    "parse",
    "parse_gap",
    "parse_part",
    "parse_step",
    "read_demand",
    "read_expression",
    "written",
]
