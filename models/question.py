"""Whether something is said as a question."""

import re
from typing import Final

_MARK: Final = re.compile(r"[?\uff1f\u061f]")
_SENTENCES_END: Final = re.compile(r"[.!;:\u3002]")
_ASKS: Final = re.compile(
    r"(?:(?:and|but|so|okay|ok|well|um|uh|oh|now|yeah|yes|no|right|then)\W+)*(?:"
    r"(?:who|whom|whose|what|when|where|why|which|how)(?:'s|s|'re|'d|'ll)?\W+(?!ever\b)\w+"
    r"|(?!(?:do|have)\W+(?:it|this|that|these|those|the|your|our|any)\b)"  # imperatives
    r"(?:am|is|are|was|were|do|does|did|have|has|had|can|could|will|would|shall|should|may|might"
    r"|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|haven't|hasn't|can't|couldn't|won't"
    r"|wouldn't|shouldn't)\W+(?:i|you|we|they|he|she|it|there|this|that|these|those|your|our|the"
    r"|any|anyone|anybody|someone|everyone)\b)",
    re.IGNORECASE,
)


def is_question(text: str) -> bool:
    """Whether a text holds a question: a question mark says so.

    A text without any punctuation, as some transcribers write, is a question when it
    opens like one in English: `what ...`, `do you ...`, `so how ...`.
    """
    if _MARK.search(text):
        return True
    return not _SENTENCES_END.search(text.strip()) and _ASKS.match(text.strip()) is not None
