"""Pages of hits with their words, and of calls that have hits or have none."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from indexer import cursors
from indexer.moments import quotes_around
from indexer.papers import Written
from indexer.search import list_calls
from indexer.store.contract import Store
from indexer.tracking.counting import outlines_of
from indexer.tracking.finding import Found, Hit, Spoken
from indexer.tracking.labelling import Labels
from models import CallPage, CallRecord, QuotedUtterance, SearchFilter, SearchQuery
from models.tracker import HitLabel, Order, Tracker

_WORD_FOR_WORD: Final = 2.0  # above every cosine: who says the phrases leaves nothing to doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A hit with its call, the utterances to show (it is the one that matched), and its label."""

    hit: Hit
    record: CallRecord
    quotes: tuple[QuotedUtterance, ...]
    label: Written[HitLabel] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HitPage:
    """Some of a tracker's hits, of so many in all."""

    hits: tuple[Quoted, ...]
    total: int
    next_cursor: str | None = None


def page_of_hits(
    tracker: Written[Tracker],
    found: Found,
    where: SearchFilter,
    *,
    order: Order,
    limit: int,
    cursor: str | None,
    labels: Labels,
    store: Store,
) -> HitPage:
    """A page of what a tracker found under a filter.

    Raises:
        QueryInvalid: the cursor is of other hits.
    """
    question = _question(tracker, where, f"hits {order}")
    keys = _keys(list(found.hits()), order, store)
    ordered = sorted(keys)
    if cursor is not None:
        first, *rest = cursors.read(cursor, question, types=(float, str, str, int))
        place = (first, *rest)
        ordered = [key for key in ordered if key > place]
    page = ordered[:limit]
    more = len(ordered) > limit
    return HitPage(
        hits=tuple(quoted((keys[key] for key in page), labels.by_hit, store=store)),
        total=len(keys),
        next_cursor=cursors.write(question, list(page[-1])) if more else None,
    )


def page_of_calls(
    tracker: Written[Tracker],
    found: Found,
    where: SearchFilter,
    *,
    without: bool,
    limit: int,
    cursor: str | None,
    store: Store,
) -> tuple[CallPage, int]:
    """A page of the calls that have a hit, or of those that could and have none; and how many.

    Raises:
        QueryInvalid: the cursor is of another listing.
    """
    question = _question(tracker, where, f"calls {without}")
    inner: str | None = None
    if cursor is not None:
        [inner] = cursors.read(cursor, question, types=(str,))
    hits = found.by_call()
    ids = tuple(call_id for call_id in found.heard_ids() if (call_id not in hits) is without)
    page = list_calls(SearchFilter(call_ids=ids), limit=limit, cursor=inner, store=store)
    following = cursors.write(question, [page.next_cursor]) if page.next_cursor else None
    return CallPage(
        records=page.records, shown_before=page.shown_before, next_cursor=following
    ), len(ids)


def quoted(
    hits: Iterable[Hit],
    labels: Mapping[Spoken, Written[HitLabel]] | None = None,
    *,
    store: Store,
) -> Iterator[Quoted]:
    """Hits with their words. One whose call has changed or gone meanwhile is left out."""
    records: dict[str, CallRecord | None] = {}
    for hit in hits:
        spoken = hit.spoken
        if spoken.call_id not in records:
            records[spoken.call_id] = store.get(spoken.call_id)
        record = records[spoken.call_id]
        if record is not None and spoken.position < len(record.utterances(spoken.kind)):
            yield Quoted(
                hit=hit,
                record=record,
                quotes=_quotes(hit, record),
                label=(labels or {}).get(spoken),
            )


def _quotes(hit: Hit, record: CallRecord) -> tuple[QuotedUtterance, ...]:
    utterances, centre = record.utterances(hit.spoken.kind), hit.spoken.position
    return tuple(
        QuotedUtterance(index=index, matched=index == centre)
        for index in quotes_around(utterances, centre, avoiding=())
        if utterances[index].text.strip()
    )


_Key = tuple[float, str, str, int]


def _keys(hits: Sequence[Hit], order: Order, store: Store) -> dict[_Key, Hit]:
    """Hits by what sorts them: the order wanted, then call and position."""
    firsts: dict[str, float] = {}
    if order is Order.NEW:
        calls = outlines_of({hit.spoken.call_id for hit in hits}, store)
        firsts = {call.id: -call.activity_at.timestamp() for call in calls}

    def first(hit: Hit) -> float:
        if order is Order.NEW:
            return firsts.get(hit.spoken.call_id, 0.0)
        score = _WORD_FOR_WORD if hit.by_phrase else (hit.score or 0.0)
        return score if order is Order.WEAKEST else -score

    spoken = ((hit, hit.spoken) for hit in hits)
    return {(first(hit), s.call_id, s.kind.value, s.position): hit for hit, s in spoken}


def _question(tracker: Written[Tracker], where: SearchFilter, of: str) -> str:
    text = f"{of} {tracker.id} {tracker.version} {tracker.body.threshold}"
    return cursors.fingerprint(SearchQuery(text=text, where=where))
