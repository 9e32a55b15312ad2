"""Everything that can go wrong, as one tree.

    CallsiftError
    ├── SettingsInvalid        a setting is missing or wrong
    ├── QueryInvalid           a question that cannot be answered as asked
    ├── CallNotFound           no call of that id is stored
    ├── SavedSearchError       a search under a name
    │   ├── SavedSearchNotFound  there is none of that id or name
    │   ├── SearchNameTaken    another one has that name
    │   └── SavedSearchOutdated  its question cannot be asked any more
    ├── PaperError             what people make here: trackers, samples, reviews
    │   ├── PaperNotFound      there is none of that kind and id, name or version
    │   ├── PaperNameTaken     another one of its kind has that name
    │   └── PaperChanged       somebody wrote a newer version meanwhile
    ├── ActionRefused          what was asked for cannot be done as things stand
    ├── CloseError             talking to Close
    │   ├── CloseUnauthorized  Close refuses our credentials (401)
    │   │   └── CloseForbidden Close knows us, and does not let us see this (403)
    │   ├── CloseNotFound      Close has no such thing (404)
    │   ├── CloseRefused       Close calls the request wrong (other 4xx)
    │   ├── CloseUnavailable   no usable answer after every try
    │   │   └── CloseTimedOut  each try took longer than we wait
    │   └── CloseUnreadable    an answer that is not what Close documents
    ├── WebhookRefused         a delivery that does not prove to be Close's, made just now
    ├── EmbedderError
    │   ├── EmbedderUnavailable  the weights cannot be loaded, or are not the ones expected
    │   └── TextTooLong        a text beyond the embedder's limit; cut it, never lose it
    └── StoreError
        ├── StoreTooNew        the data were written by a newer Callsift
        ├── StoreBusy          another process is writing
        ├── StoreBroken        the data directory cannot be read or written
        ├── ReindexRefused     nothing is staged, say, and so nothing can be switched to
        └── EmbedderMismatch   vectors of another embedder are stored

Each carries its facts as fields; its text says what happened, where, and what to do.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class CallsiftError(Exception):
    """Any error of ours: safe to show, free of secrets and of customers' words."""


class SettingsInvalid(CallsiftError):
    """One or more settings are wrong; the text has a line for each."""


class QueryInvalid(CallsiftError):
    """The question cannot be answered as asked; `field` names the part at fault.

    `at` is the character of that part's text where the fault is, counted from 0. `others`
    are parts that do not go with it, and what is wrong with each.
    """

    def __init__(
        self, field: str, problem: str, *, at: int | None = None, others: Mapping[str, str] = _NONE
    ) -> None:
        told = problem if at is None else f"{problem} (character {at + 1})"
        super().__init__(f"{field}: {told}")
        self.field = field
        self.problem = told
        self.at = at
        self.others = others


class CallNotFound(CallsiftError):
    """No call of that id is stored."""

    def __init__(self, call_id: str) -> None:
        super().__init__(f"no call {call_id!r} is stored here")
        self.call_id = call_id


class SavedSearchError(CallsiftError):
    """A saved search cannot be had, or not as wanted."""


class SavedSearchNotFound(SavedSearchError):
    """No search is saved under that id or name."""

    def __init__(self, wanted: str) -> None:
        super().__init__(f"no search {wanted!r} is saved here")
        self.wanted = wanted


class SearchNameTaken(SavedSearchError):
    """Another search has that name, as names are compared: whatever the case."""

    def __init__(self, name: str) -> None:
        super().__init__(f"a search named {name!r} is saved already: choose another name")
        self.name = name


class SavedSearchOutdated(SavedSearchError):
    """A saved question that was valid once cannot be asked any more; `why` says what is wrong."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"the search saved as {name!r} cannot be asked any more ({why}):"
            " change its question, or delete it"
        )
        self.name = name
        self.why = why


class PaperError(CallsiftError):
    """Something that people make here cannot be had, or not as wanted; `kind` says what."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class PaperNotFound(PaperError):
    """There is none of that kind and id, name or version."""

    def __init__(self, kind: str, wanted: str) -> None:
        super().__init__(kind, f"there is no {kind} {wanted!r} here")
        self.wanted = wanted


class PaperNameTaken(PaperError):
    """Another one of its kind has that name, as names are compared: whatever the case."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(kind, f"there is a {kind} named {name!r} already: choose another name")
        self.name = name


class PaperChanged(PaperError):
    """Somebody wrote a newer version than the one that was changed."""

    def __init__(self, kind: str, paper_id: str) -> None:
        super().__init__(
            kind, f"the {kind} {paper_id!r} was changed meanwhile: read it again, then change it"
        )
        self.paper_id = paper_id


class ActionRefused(CallsiftError):
    """What was asked for cannot be done as things stand; the text says why, and what can be."""


class CloseError(CallsiftError):
    """Close could not be asked, or did not answer as documented."""


class CloseUnauthorized(CloseError):
    """Close refuses our credentials. Trying again cannot help."""


class CloseForbidden(CloseUnauthorized):
    """Close knows us, and does not let us see this one thing (403)."""


class CloseNotFound(CloseError):
    """Close has no such thing, or our credentials may not see it."""


class CloseRefused(CloseError):
    """Close calls the request itself wrong; `status` is its HTTP status."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


class CloseUnavailable(CloseError):
    """No usable answer after every try."""


class CloseTimedOut(CloseUnavailable):
    """Each try took longer than we wait: a smaller request may fare better."""


class CloseUnreadable(CloseError):
    """An answer that is not what Close documents."""


class WebhookRefused(CallsiftError):
    """A delivery that does not prove to be Close's, made just now. Never quotes it."""


class EmbedderError(CallsiftError):
    """The embedder cannot do what it was asked."""


class EmbedderUnavailable(EmbedderError):
    """The weights cannot be loaded, or are not the ones expected."""


class TextTooLong(EmbedderError):
    """A text exceeds the embedder's limit; it is never cut silently."""

    def __init__(self, tokens: int, limit: int) -> None:
        super().__init__(f"a text has {tokens} tokens, the embedder takes {limit}")
        self.tokens = tokens
        self.limit = limit


class StoreError(CallsiftError):
    """The stored data cannot be used."""


class StoreTooNew(StoreError):
    """The data were written by a newer Callsift."""


class StoreBusy(StoreError):
    """Another process is writing to the same data directory."""


class StoreBroken(StoreError):
    """The data directory cannot be read or written."""


class ReindexRefused(StoreError):
    """What `reindex` was asked to do cannot be done with what is staged, or kept, now."""


class EmbedderMismatch(StoreError):
    """Vectors of another embedder are stored: they cannot be compared with ours."""
