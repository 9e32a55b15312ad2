"""Where a moment stands on the pages of this server."""

from typing import Final
from urllib.parse import quote

from models import Kind

_LETTERS: Final = {Kind.RECORDING: "t", Kind.VOICEMAIL: "v"}


def page_of(
    call_id: str, kind: Kind, *, start_s: float | None = None, utterance: int | None = None
) -> str:
    """The path of a call's page, at a second of it, else at an utterance."""
    path = f"/calls/{quote(call_id, safe='')}"
    if kind not in _LETTERS or (start_s is None and utterance is None):
        return path
    if start_s is None:
        return f"{path}#{_LETTERS[kind]}{utterance}"
    second = f"{start_s:.3f}".rstrip("0").rstrip(".")
    return f"{path}#{_LETTERS[kind]}={second}"
