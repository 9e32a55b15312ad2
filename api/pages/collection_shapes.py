"""Collections as pages have them: moments that can be played, and the form that keeps one."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from indexer.collections import KeptMoment, Wanted
from indexer.wire.collections import CollectionItemOut
from indexer.wire.places import page_of
from models import CallRecord, Kind
from models.errors import QueryInvalid

_SECOND: Final = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,6}(?:\.\d{1,3})?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Playing:
    """A moment of a playlist; `audio` is where it is heard, None if it cannot be."""

    out: CollectionItemOut
    audio: str | None

    @classmethod
    def of(cls, moment: KeptMoment) -> "Playing":
        """A kept moment."""
        return cls(out=CollectionItemOut.of(moment), audio=_audio_of(moment.record, moment))

    def path_at(self, second: float) -> str:
        """The call's page at a second."""
        return page_of(self.out.call_id, self.out.kind, start_s=second)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddForm:
    """The form that keeps a moment, as it was filled in."""

    call_id: str
    kind: Kind
    first: int | None
    last: int | None
    quote: str
    title: str
    comment: str
    collection_id: str

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> "AddForm":
        """What is in the form; what cannot be is as if it had been left out."""
        kind = fields.get("kind")
        return cls(
            call_id=fields.get("call_id", ""),
            kind=Kind.VOICEMAIL if kind == Kind.VOICEMAIL else Kind.RECORDING,
            first=_whole(fields.get("first", "")),
            last=_whole(fields.get("last", "")),
            quote=fields.get("quote", "").strip(),
            title=fields.get("title", ""),
            comment=fields.get("comment", "").strip(),
            collection_id=fields.get("collection", ""),
        )

    def wanted(self) -> Wanted:
        """The moment that is to be kept.

        Raises:
            QueryInvalid: it says no utterance.
        """
        if self.first is None:
            raise QueryInvalid("first", "say where the moment begins")
        return Wanted(
            call_id=self.call_id, kind=self.kind, first=self.first, last=self.last,
            quote=self.quote or None,
        )  # fmt: skip

    def into(self, collection_id: str) -> "AddForm":
        """The same for another collection."""
        return replace(self, collection_id=collection_id)


def second_of(text: str) -> float | None:
    """A second as people write it: `83.5`, `1:23`, `1:02:03`; None for nothing.

    Raises:
        QueryInvalid: it is none of these.
    """
    if not text.strip():
        return None
    found = _SECOND.fullmatch(text.strip())
    if found is None:
        raise QueryInvalid("at", "must be a time such as 83 or 1:23")
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return math.fsum((hours * 3600, minutes * 60, seconds))


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and text.isascii() else None


def _audio_of(record: CallRecord | None, moment: KeptMoment) -> str | None:
    if record is None or moment.start_s is None:
        return None
    kind = moment.item.kind
    url = record.call.voicemail_url if kind is Kind.VOICEMAIL else record.call.recording_url
    return f"/v1{page_of(record.call.id, kind).partition('#')[0]}/{kind}" if url else None
