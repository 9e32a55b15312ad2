"""Which calls are calibrated on: named by people, or drawn by a seed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indexer.papers import Written
from indexer.reviewing.assigning import CallToReview
from indexer.sampling.keys import key_of
from indexer.store.contract import Store
from models.calibration import CalibrationDraw
from models.errors import QueryInvalid
from models.sample import Sample
from models.search import SearchFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Calls for a calibration, and how they were drawn, if they were."""

    calls: tuple[CallToReview, ...]
    draw: CalibrationDraw | None = None


def named(call_ids: Sequence[str], *, store: Store) -> Chosen:
    """The calls of these ids, in their order.

    Raises:
        QueryInvalid: one is not stored here.
    """
    found = [_stored(call_id, store) for call_id in call_ids]
    missing = [one for one, call in zip(call_ids, found, strict=True) if call is None]
    if missing:
        raise QueryInvalid("call_ids", f"no call {missing[0]!r} is stored here")
    return Chosen(calls=tuple(call for call in found if call is not None))


def drawn_from_filter(
    where: SearchFilter, kept: Mapping[str, Any], *, size: int, seed: str, store: Store
) -> Chosen:
    """So many of the calls that pass and in which somebody speaks; `kept` is the filter as typed.

    The same seed and calls give the same draw, whatever their order (`key_of`).

    Raises:
        QueryInvalid: so many are not there.
    """
    calls = [
        CallToReview(call_id=one.id, user_id=one.user_id, user_name=one.user_name)
        for one in store.outlines(where, formulas="")
        if one.spoken
    ]
    draw = CalibrationDraw(seed=seed, eligible=len(calls), where=kept)
    return Chosen(calls=_first(calls, size, seed), draw=draw)


def drawn_from_sample(sample: Written[Sample], *, size: int, seed: str, store: Store) -> Chosen:
    """So many of the calls of a sample that are still stored here.

    Raises:
        QueryInvalid: so many are not there.
    """
    calls = stored_of([one.call_id for one in sample.body.calls], store)
    draw = CalibrationDraw(seed=seed, eligible=len(calls), sample_id=sample.id)
    return Chosen(calls=_first(calls, size, seed), draw=draw)


def stored_of(call_ids: Iterable[str], store: Store) -> list[CallToReview]:
    """Those of these calls that are stored here, with whose they are."""
    found = (_stored(call_id, store) for call_id in call_ids)
    return [call for call in found if call is not None]


def _first(calls: Iterable[CallToReview], size: int, seed: str) -> tuple[CallToReview, ...]:
    ordered = sorted(calls, key=lambda one: (key_of(seed, one.call_id), one.call_id))
    if not ordered:
        raise QueryInvalid("draw", "there is no call with a transcript to draw from")
    if size > len(ordered):
        told = f"must be at most {len(ordered):,}, the calls there are to draw from"
        raise QueryInvalid("size", told)
    return tuple(ordered[:size])


def _stored(call_id: str, store: Store) -> CallToReview | None:
    record = store.get(call_id)
    if record is None:
        return None
    call = record.call
    return CallToReview(call_id=call.id, user_id=call.user_id, user_name=call.user_name)
