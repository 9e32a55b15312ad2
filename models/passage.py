"""Passages: the pieces of a call that are embedded, indexed and found."""

from dataclasses import dataclass
from enum import StrEnum

from models.transcript import Side


class Kind(StrEnum):
    """Where a passage's words come from."""

    RECORDING = "recording"
    VOICEMAIL = "voicemail"
    NOTE = "note"
    SUMMARY = "summary"

    @property
    def is_spoken(self) -> bool:
        """Whether somebody said it on the call, rather than wrote it after."""
        return self in (Kind.RECORDING, Kind.VOICEMAIL)


class Grain(StrEnum):
    """How large a piece is, which decides what finds it (docs/adr/0006)."""

    UTTERANCE = "utterance"
    """One utterance: found by meaning."""
    WINDOW = "window"
    """Whole turns of about 120 words: found by meaning."""
    BLOCK = "block"
    """Whole turns of about 200 words: found by words, never embedded."""
    WRITTEN = "written"
    """A note or summary: found by meaning and by words."""

    @property
    def has_vector(self) -> bool:
        """Whether passages of this grain are embedded."""
        return self is not Grain.BLOCK

    @property
    def has_words(self) -> bool:
        """Whether passages of this grain are in the word index."""
        return self in (Grain.BLOCK, Grain.WRITTEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of one call: `ordinal` counts from 0 within the call.

    `first` and `last` are positions of utterances in its transcript, both
    included; None for a note or a summary. `side` is set when one side alone
    said all of it. `start_s` and `end_s` are seconds of the audio.
    """

    ordinal: int
    kind: Kind
    grain: Grain
    text: str
    first: int | None = None
    last: int | None = None
    side: Side | None = None
    start_s: float | None = None
    end_s: float | None = None
