"""Moments ranked by themselves, and dialogues: answers that are utterances, not calls."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from indexer.embedder import Embedder
from indexer.grammar import check_dialogue
from indexer.lines import Lines
from indexer.moments import quotes_around
from indexer.search.answering import Asking, answering, fitting
from indexer.search.dialogues import Happening, Spoken, happenings
from indexer.search.listing import check_words_of_close, searched
from indexer.search.paging import AnswerPlace
from indexer.store.contract import Store
from models import (
    AllOf,
    CallRecord,
    Dialogue,
    FoundCall,
    Group,
    Kind,
    Mode,
    Moment,
    QuotedUtterance,
    SearchFilter,
    SearchPage,
    SearchQuery,
    Step,
)

_KINDS: Final = (Kind.RECORDING, Kind.VOICEMAIL)
_ANYTHING: Final = AllOf(())
_DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer before its call is read: `happened` is how often the call answers."""

    call_id: str
    happening: Happening
    happened: int = 1

    @property
    def order(self) -> tuple[float, str, int, int]:
        """Sorts best first; equals by call, then by where in it they end."""
        utterances = self.happening.utterances
        last = utterances[-1].position if utterances else 0
        return -round(self.happening.score, _DECIMALS), self.call_id, self.happening.kind, last


def search_moments(
    query: SearchQuery, text: str, *, store: Store, embedder: Embedder
) -> SearchPage:
    """Every utterance that answers a text, best first, each with its call.

    Raises:
        QueryInvalid: see `indexer.search.search`.
    """
    check_words_of_close(query.where, store)
    place = AnswerPlace.read(query)
    query = replace(query, where=place.window.of(query.where))
    asking = Asking(mode=query.mode, store=store, embed=embedder.embed_query)
    lines = answering(text, query.where, asking)
    return _page(query, place, _one_each(lines), store, in_steps=False)


def search_dialogue(
    query: SearchQuery, dialogue: Dialogue, *, store: Store, embedder: Embedder
) -> SearchPage:
    """Calls in which a pattern happens, the best first, or every time that it does.

    Raises:
        QueryInvalid: see `indexer.search.search`.
    """
    check_dialogue(dialogue)
    check_words_of_close(query.where, store)
    place = AnswerPlace.read(query)
    query = replace(query, where=place.window.of(query.where))
    asking = Asking(mode=query.mode, store=store, embed=embedder.embed_query)
    could_be = [fitting(step, _words_of(step, query.where), asking) for step in dialogue.steps]
    scored = [bool(step.text) and query.mode is not Mode.KEYWORD for step in dialogue.steps]
    everything = Lines.none()
    if all(step.never for step in dialogue.steps):
        everything = store.lines_saying(_ANYTHING, where=query.where)
    found = happenings(dialogue, could_be, everything, scored=scored)
    return _page(query, place, found, store, in_steps=True)


def _words_of(step: Step, where: SearchFilter) -> SearchFilter:
    """The words that may fit a step: what it says itself goes before the question's filter."""
    return replace(where, side=step.side or where.side, part=step.part or where.part)


def _one_each(lines: Lines) -> Iterator[Happening]:
    columns = (lines.calls, lines.kinds, lines.positions, lines.turns, lines.starts_ms)
    rows = zip(*(c.tolist() for c in (*columns, lines.ends_ms, lines.scores)), strict=True)
    for call, kind, *spoken in rows:
        yield Happening(call, kind, (Spoken(1, *spoken),), spoken[-1])


def _page(
    query: SearchQuery,
    place: AnswerPlace,
    found: Iterable[Happening],
    store: Store,
    *,
    in_steps: bool,
) -> SearchPage:
    answers = sorted(_answers(found, query.group, store), key=lambda answer: answer.order)
    rest = [answer for answer in answers if place.is_before(answer.order)]
    page = rest[: query.limit]
    more = len(rest) > len(page)
    return SearchPage(
        query=query,
        searched=searched(store),
        calls=tuple(_found(page, place.shown, store, in_steps=in_steps)),
        total=len(answers),
        next_cursor=place.after(len(page), page[-1].order).write(query) if more else None,
    )


def _answers(found: Iterable[Happening], group: Group, store: Store) -> list[_Answer]:
    """One answer a happening, or the best of each call. Calls removed meanwhile are left out."""
    happened = list(found)
    ids = store.ids_of(np.array([h.call for h in happened], np.int64))
    answers = [_Answer(ids[h.call], h) for h in happened if h.call in ids]
    if group is Group.MOMENT:
        return answers
    by_call: dict[str, list[_Answer]] = defaultdict(list)
    for answer in answers:
        by_call[answer.call_id].append(answer)
    return [
        replace(min(several, key=lambda answer: answer.order), happened=len(several))
        for several in by_call.values()
    ]


def _found(
    page: Sequence[_Answer], shown: int, store: Store, *, in_steps: bool
) -> Iterator[FoundCall]:
    for rank, answer in enumerate(page, shown + 1):
        record = store.get(answer.call_id)
        if record is not None:
            yield FoundCall(
                rank=rank,
                score=round(answer.happening.score, _DECIMALS),
                record=record,
                moments=tuple(_moments(record, answer.happening, in_steps=in_steps)),
                moments_total=answer.happened,
            )


def _moments(record: CallRecord, happening: Happening, *, in_steps: bool) -> Iterator[Moment]:
    """The utterances of a happening, in order, each with those around it."""
    kind = _KINDS[happening.kind]
    own = {spoken.position for spoken in happening.utterances}
    for spoken in happening.utterances:
        if spoken.position >= len(record.utterances(kind)):
            continue  # the call was put again, shorter, since it was found
        avoiding = own - {spoken.position}
        around = quotes_around(record.utterances(kind), spoken.position, avoiding=avoiding)
        own |= set(around)
        yield Moment(
            kind=kind,
            score=spoken.score,
            quotes=tuple(QuotedUtterance(index=n, matched=n == spoken.position) for n in around),
            step=spoken.step if in_steps else None,
        )
