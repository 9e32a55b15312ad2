"""Quotes: what is said at a place of a call, and whether it is still said there."""

from dataclasses import dataclass
from typing import Final

from indexer.store.contract import Store
from models import CallRecord, Kind, Utterance
from models.errors import CallNotFound, QueryInvalid

MOST_UTTERANCES: Final = 200
"""Utterances of one moment: it is a moment, not a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A moment to be kept: utterances, both ends included, or a second of the audio.

    `last` is `first` where it is None; with neither, `at_s` says which utterance. `quote`
    is what somebody chose of the words, None for all of them.
    """

    call_id: str
    kind: Kind = Kind.RECORDING
    first: int | None = None
    last: int | None = None
    at_s: float | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A moment that was found in its call: its utterances, if it has any, and the quote."""

    first: int | None
    last: int | None
    quote: str


def quote(wanted: Wanted, store: Store) -> Quoted:
    """The words of a moment, as they stand in the call.

    Raises:
        CallNotFound: there is no such call.
        QueryInvalid: there is no such place in it, or something else is said there.
    """
    record = store.get(wanted.call_id)
    if record is None:
        raise CallNotFound(wanted.call_id)
    if not wanted.kind.is_spoken:
        raise QueryInvalid("kind", "must be recording or voicemail: moments are spoken")
    span = _span(wanted, record)
    if span is None:
        if wanted.quote:
            raise QueryInvalid("quote", "nothing is known to be said there")
        return Quoted(first=None, last=None, quote="")
    first, last = span
    said = words_at(record, wanted.kind, first, last)
    if wanted.quote is not None and not says(said, wanted.quote):
        raise QueryInvalid("quote", "is not what is said there")
    return Quoted(first=first, last=last, quote=(wanted.quote or said).strip())


def check(wanted: Wanted, store: Store) -> None:
    """Refuse a moment that cannot be kept; raises as `quote`."""
    quote(wanted, store)


def words_at(record: CallRecord, kind: Kind, first: int, last: int) -> str:
    """What is said from one utterance to another, one a line."""
    return "\n".join(u.text.strip() for u in record.utterances(kind)[first : last + 1])


def says(said: str, quote: str) -> bool:
    """Whether these words hold a quote, however either is broken into lines."""
    wanted = " ".join(quote.split())
    return bool(wanted) and wanted in " ".join(said.split())


def _span(wanted: Wanted, record: CallRecord) -> tuple[int, int] | None:
    """The utterances of a moment; None where nobody is known to speak.

    Raises:
        QueryInvalid: the call has none such.
    """
    said = record.utterances(wanted.kind)
    if wanted.first is None:
        if wanted.last is not None or wanted.at_s is None:
            raise QueryInvalid(
                "first", "say which utterances (first, last), or which second (at_s)"
            )
        return _spoken_at(wanted.at_s, said, record, wanted.kind)
    last = wanted.first if wanted.last is None else wanted.last
    if not 0 <= wanted.first <= last:
        raise QueryInvalid("last", "must not be before first")
    if last >= len(said):
        field = "first" if wanted.last is None else "last"
        raise QueryInvalid(field, f"the {wanted.kind} has {len(said)} utterances, counted from 0")
    if last - wanted.first >= MOST_UTTERANCES:
        raise QueryInvalid("last", f"a moment has at most {MOST_UTTERANCES} utterances")
    return wanted.first, last


def _spoken_at(
    at_s: float, said: tuple[Utterance, ...], record: CallRecord, kind: Kind
) -> tuple[int, int] | None:
    length = record.call.recording_duration_s if kind is Kind.RECORDING else None
    ends = [u.end_s for u in said if u.end_s is not None]
    whole = max([length or 0.0, record.call.voicemail_duration_s, record.call.duration_s, *ends])
    if not 0 <= at_s <= whole:
        raise QueryInvalid("at_s", f"must be a second of the call, which has {whole:.0f}")
    begun = [n for n, u in enumerate(said) if u.start_s is not None and u.start_s <= at_s]
    return (begun[-1], begun[-1]) if begun else None
