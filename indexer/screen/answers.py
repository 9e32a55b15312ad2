"""Answers on a screen: calls with their moments, moments with their calls, dialogues."""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from indexer.screen.spoken import SIDE_STYLES, add_said, said_table, speaker, start
from indexer.screen.texts import indented, labelled, length, moment_in_words, plain, short
from indexer.wire import close_url
from models import (
    Call,
    CallRecord,
    Direction,
    Explanation,
    FoundCall,
    Kind,
    Moment,
    SearchPage,
    SearchQuery,
    Utterance,
)
from models import Group as Grouped

_IN_SHORT: Final = 160
"""Characters of a note shown beside an answer, or of a moment that is an answer."""
_QUOTED: Final = 400
"""Characters of a note or a summary shown as a moment."""


def are_moments(query: SearchQuery) -> bool:
    """Whether each answer is one moment: a line is enough for it."""
    return query.group is Grouped.MOMENT and query.dialogue is None


def answer(found: FoundCall, query: SearchQuery, zone: tzinfo | None) -> RenderableType:
    """A call that answers: what it is, where it answers, and the ways to the whole of it."""
    record = found.record
    parts: list[RenderableType] = [header(record, zone, found=found)]
    if query.dialogue is not None:
        parts += map(indented, _dialogue(found))
    else:
        parts += map(indented, _notes(found))
        parts += [indented(_moment(moment, record)) for moment in found.moments]
        more = found.moments_total - len(found.moments)
        if more > 0:
            parts.append(indented(Text(f"and {counted(more, 'more moment')}", style="dim")))
    if found.explanation is not None:
        parts.append(indented(labelled("score", _explained(found.explanation))))
    ways_on = f"{record.call.id}  {close_url(record) or ''}".rstrip()
    parts.append(indented(Text(plain(ways_on), style="dim", overflow="fold")))
    return Group(*parts, Text(""))


def moment_line(found: FoundCall, zone: tzinfo | None) -> Text:
    """A moment that is an answer, on one line: when, who, what, and in which call."""
    record = found.record
    line = Text(f"{found.rank}. ", style="bold")
    for utterance in _matched(found):
        line.append(f"{start(utterance)} ".lstrip(), style="")
        line.append(f"{speaker(utterance)}: ", style=SIDE_STYLES[utterance.side] or "none")
        line.append(short(utterance.text, _IN_SHORT), style="none")
    when = moment_in_words(record.call.activity_at, zone)
    line.append(f" · {plain(_who(record))} · {when} · {plain(record.call.id)}", style="dim")
    return line


def header(record: CallRecord, zone: tzinfo | None, *, found: FoundCall | None = None) -> Text:
    """What tells a call from others, on one line."""
    call = record.call
    said = [moment_in_words(call.activity_at, zone), _who(record), length(call.duration_s)]
    said += [record.call.disposition or "", record.outcome.name if record.outcome else ""]
    if found and found.score is not None:
        said.append(f"score {found.score:.2f}")
    line = Text(f"{found.rank}. " if found else "", style="bold")
    line.append(" · ".join(plain(part) for part in said if part), style="bold")
    return line


def how_much(page: SearchPage) -> str:
    """How many answers there are, where that is known, and how many calls were searched."""
    searched = page.searched
    behind = [
        f"{count:,} {word}"
        for count, word in (
            (searched.waiting, "waiting"),
            (searched.failed, "failed"),
            (searched.excluded, "excluded"),
        )
        if count
    ]
    text = f"searched {searched.calls:,} of {searched.of:,} calls"
    text = f"{text} ({', '.join(behind)})" if behind else text
    if page.total is None:
        return text
    noun = "moment" if page.query.group is Grouped.MOMENT else "call"
    return f"{counted(page.total, noun)}; {text}"


def counted(number: int, noun: str) -> str:
    """A number of things: `1 moment`, `2,000 moments`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _notes(found: FoundCall) -> Iterator[RenderableType]:
    """What was written about the call, where no moment quotes it."""
    record = found.record
    is_quoted = any(moment.kind is Kind.NOTE for moment in found.moments)
    if record.call.note and not is_quoted:
        yield labelled("note", short(record.call.note, _IN_SHORT))
    if record.summary and not found.moments:
        yield labelled("summary", short(record.summary, _IN_SHORT))


def _dialogue(found: FoundCall) -> Iterator[RenderableType]:
    """The steps of a dialogue, in order, each as it was said."""
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="dim")
    table.add_column(justify="right", min_width=5, no_wrap=True)
    table.add_column(max_width=30)
    table.add_column(overflow="fold")
    for moment, utterance in zip(found.moments, _matched(found), strict=True):
        who = Text(speaker(utterance), style=SIDE_STYLES[utterance.side])
        table.add_row(str(moment.step), start(utterance), who, Text(plain(utterance.text)))
    if found.moments:
        yield table
    if found.moments_total > 1:
        told = f"happens {found.moments_total:,} times in this call: this is the best"
        yield Text(told, style="dim")


def _matched(found: FoundCall) -> Iterator[Utterance]:
    """The utterance that each moment is about."""
    for moment in found.moments:
        said = found.record.utterances(moment.kind)
        yield next(said[quote.index] for quote in moment.quotes if quote.matched)


def _moment(moment: Moment, record: CallRecord) -> RenderableType:
    transcript = record.transcript(moment.kind) if moment.quotes else None
    if transcript is None:
        return labelled(moment.kind.value, short(moment.text or "", _QUOTED))
    table = said_table()
    if moment.kind is Kind.VOICEMAIL:
        table.add_row("", "", Text("voicemail", style="dim"), "")
    for quote in moment.quotes:
        add_said(table, transcript.utterances[quote.index], is_matched=quote.matched)
    return table


def _explained(explanation: Explanation) -> str:
    """What a score was made of: `meaning 0.57 (utterance 0.62, window 0.51) + words 0.06`."""
    cosines = [
        f"{name} {cosine:.2f}"
        for name in ("utterance", "window", "written")
        if (cosine := getattr(explanation, name)) is not None
    ]
    parts = [f"meaning {explanation.meaning:.2f} ({', '.join(cosines)})"] if cosines else []
    if explanation.words:
        share = explanation.words_add if cosines else explanation.words
        found = plain(", ".join(explanation.found_words))
        parts.append(f"words {share:.2f}" + (f" ({found})" if found else ""))
    return " + ".join(parts)


def _who(record: CallRecord) -> str:
    """Our side, an arrow the way the call went, their side."""
    call = record.call
    rep = call.user_name or call.user_id or "unknown rep"
    arrow = "←" if call.direction == Direction.INBOUND else "→"
    return f"{rep} {arrow} {_theirs(call, record)}"


def _theirs(call: Call, record: CallRecord) -> str:
    named = record.lead.name if record.lead else None
    return named or call.remote_phone_formatted or call.lead_id or "unknown lead"
