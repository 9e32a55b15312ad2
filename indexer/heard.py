"""What counts of a call under a filter, read line by line: the plain meaning of the contract."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from indexer.lines import NO_TIME
from indexer.words import term_words, words_of
from models import CallRecord, Kind, SearchFilter, Spot, Term, Utterance, holds, terms


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardLine:
    """A line whose words count. Written lines and names are each a turn of their own."""

    kind: Kind | None
    position: int
    text: str
    turn: int
    start_ms: int = NO_TIME
    end_ms: int = NO_TIME


def heard_lines(record: CallRecord, where: SearchFilter) -> Iterator[HeardLine]:
    """The lines of a call whose words count."""
    for line in record.lines():
        if line.kind is None or not line.kind.is_spoken:
            counts = not where.kinds or line.kind in where.kinds
            if counts and not where.is_of_speech:
                yield HeardLine(
                    kind=line.kind, position=line.position, text=line.text, turn=line.position
                )
    for kind in (Kind.RECORDING, Kind.VOICEMAIL):
        if not where.kinds or kind in where.kinds:
            yield from _spoken(record, kind, where)


def hears(lines: Iterable[HeardLine], where: SearchFilter) -> bool:
    """Whether a call passes by its lines: there are any, if need be, and `said` holds."""
    heard = list(lines)
    if where.is_of_utterances and not heard:
        return False
    expression = where.said
    if expression is None:
        return True
    wanted = list(terms(expression))
    together: dict[tuple[object, int], list[HeardLine]] = defaultdict(list)
    for line in heard:
        together[line.kind, line.turn].append(line)
    scopes = list(together.values()) if where.in_one_turn else [heard]
    return any(holds(expression, _said(wanted, scope)) for scope in scopes)


def says_any(text: str, demanded: Iterable[Term]) -> bool:
    """Whether a text says at least one of these."""
    return any(_says(text, term) for term in demanded)


def _spoken(record: CallRecord, kind: Kind, where: SearchFilter) -> Iterator[HeardLine]:
    transcript = record.transcript(kind)
    if transcript is None:
        return
    turns = {
        position: number
        for number, turn in enumerate(transcript.turns())
        for position in range(turn.first, turn.last + 1)
    }
    for position, (utterance, spot) in enumerate(
        zip(transcript.utterances, transcript.spots(), strict=True)
    ):
        if utterance.text.strip() and _counts(utterance, spot, where):
            yield HeardLine(
                kind=kind, position=position, text=utterance.text, turn=turns[position],
                start_ms=spot.start_ms if spot else NO_TIME,
                end_ms=spot.end_ms if spot else NO_TIME,
            )  # fmt: skip


def _counts(utterance: Utterance, spot: Spot | None, where: SearchFilter) -> bool:
    in_part = where.part is None or (
        spot is not None and where.part.holds(spot.start_ms, spot.end_ms, spot.length_ms)
    )
    by_side = where.side in (None, utterance.side)
    return in_part and by_side and (not where.asked or utterance.asks)


def _said(wanted: Sequence[Term], lines: Sequence[HeardLine]) -> set[Term]:
    return {term for term in wanted if any(_says(line.text, term) for line in lines)}


def _says(text: str, term: Term) -> bool:
    words, said = term_words(term), words_of(text, exact=term.exact)
    return any(said[n : n + len(words)] == words for n in range(len(said) - len(words) + 1))
