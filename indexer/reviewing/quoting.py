"""Quotes: the exact utterances that an answer rests on, as the stored transcript has them."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from models import CallRecord, Kind
from models.errors import QueryInvalid
from models.review import Quote

MOST_UTTERANCES: Final = 20
"""Utterances in one quote."""

_TYPED: Final = re.compile(r"(?:(recording|voicemail):)?([0-9]{1,9})(?:-([0-9]{1,9}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenQuote:
    """Utterances somebody points at; `text` is what they saw there, if they say so."""

    kind: Kind
    first: int
    last: int
    text: str | None = None


def read_quotes(text: str) -> tuple[GivenQuote, ...]:
    """Quotes as people type them: `12`, `12-14`, `voicemail:0-1`, with commas between.

    Raises:
        QueryInvalid: one is none of these.
    """
    return tuple(_read(part) for part in text.replace(",", " ").split())


def written_quote(quote: Quote) -> str:
    """A quote as `read_quotes` reads it."""
    kind = "" if quote.kind is Kind.RECORDING else f"{quote.kind.value}:"
    return f"{kind}{quote.first}" + (f"-{quote.last}" if quote.last > quote.first else "")


def digest_of(record: CallRecord | None) -> str:
    """What a transcript that was shown is known by: it changes when a word does."""
    spoken = [record.transcript(kind) for kind in Kind if kind.is_spoken] if record else []
    texts = [[u.text for u in one.utterances] if one else None for one in spoken]
    return hashlib.sha256(repr(texts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def quote(
    record: CallRecord | None, kind: Kind, first: int, last: int, *, text: str | None = None
) -> Quote:
    """Utterances of a call, both ends included, in their stored words.

    `text` is what somebody saw there: if it is not what is stored, the transcript is another
    by now, and the quote would say what was never meant.

    Raises:
        QueryInvalid: there are no such utterances, or they say something else.
    """
    transcript = record.transcript(kind) if record and kind.is_spoken else None
    if transcript is None:
        raise QueryInvalid("quotes", f"the call has no {kind.value} to quote")
    count = len(transcript.utterances)
    if not 0 <= first <= last:
        raise QueryInvalid("quotes", "must go from an utterance to the same or a later one")
    if last >= count:
        raise QueryInvalid(
            "quotes", f"the {kind.value} has {count} utterances, counted from 0: there is no {last}"
        )
    if last - first >= MOST_UTTERANCES:
        raise QueryInvalid("quotes", f"may be of at most {MOST_UTTERANCES} utterances")
    said = transcript.utterances[first : last + 1]
    stored = "\n".join(one.text for one in said)
    if text is not None and text != stored:
        raise QueryInvalid("quotes", "the transcript has other words there: read the call again")
    return Quote(kind=kind, first=first, last=last, text=stored, start_s=said[0].start_s)


def _read(part: str) -> GivenQuote:
    read = _TYPED.fullmatch(part)
    if read is None:
        raise QueryInvalid("quotes", f"{part!r} must be like 12, 12-14 or voicemail:0-1")
    kind = Kind(read[1]) if read[1] else Kind.RECORDING
    return GivenQuote(kind=kind, first=int(read[2]), last=int(read[3] or read[2]))
