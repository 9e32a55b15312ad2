"""Making a text fit an embedder by taking it apart, so that nothing is cut off."""

import re
from collections.abc import Callable, Iterator

Fits = Callable[[str], bool]
"""Whether an embedder takes a text whole."""


def split_to_fit(text: str, fits: Fits) -> Iterator[str]:
    """The text itself if it fits, else its two halves, each split to fit in turn.

    Halves part at the space nearest the middle. Parts of nothing but space are left out.
    """
    if len(text) <= 1 or fits(text):
        yield text
        return
    middle = len(text) // 2
    spaces = [m.start() for m in re.finditer(r"(?<=.)\s", text, flags=re.DOTALL)]
    at = min(spaces, key=lambda space: abs(space - middle), default=middle)
    for half in (text[:at], text[at:]):
        if half.strip():
            yield from split_to_fit(half, fits)
