"""Cutting calls into passages: pure, and free of any tokenizer.

The sizes are those measured best on real conversations (docs/adr/0006): every
utterance of three words or more, windows of whole turns of about 120 words for
meaning, blocks of about 200 for words, each overlapping the last by one turn.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.fitting import Fits, split_to_fit
from models import CallRecord, Grain, Kind, Passage, Side, Transcript

MIN_UTTERANCE_WORDS = 3
WINDOW_WORDS = 120
BLOCK_WORDS = 200

_CJK = "\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")


def cut(record: CallRecord, *, fits: Fits) -> tuple[Passage, ...]:
    """All passages of a call, their ordinals counting from 0.

    Each passage that will be embedded satisfies `fits`: a longer text becomes
    several passages of the same span. No word is left out.
    """
    pieces: list[_Piece] = []
    for kind in (Kind.RECORDING, Kind.VOICEMAIL):
        transcript = record.transcript(kind)
        if transcript is not None and transcript.has_words:
            pieces += _spoken(transcript, kind, fits)
    pieces += _written(record, fits)
    return tuple(piece.passage(ordinal) for ordinal, piece in enumerate(pieces))


def word_count(text: str) -> int:
    """Words of a text; a Chinese or Japanese character counts as one."""
    return len(_WORD.findall(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A passage that has no ordinal yet; `span` is of utterances, both ends included."""

    kind: Kind
    grain: Grain
    text: str
    span: tuple[int, int] | None = None
    side: Side | None = None
    start_s: float | None = None
    end_s: float | None = None

    def passage(self, ordinal: int) -> Passage:
        first, last = self.span or (None, None)
        return Passage(
            ordinal=ordinal, kind=self.kind, grain=self.grain, text=self.text, first=first,
            last=last, side=self.side, start_s=self.start_s, end_s=self.end_s,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Neighbouring utterances and how many words they hold."""

    first: int
    last: int
    words: int


def _spoken(transcript: Transcript, kind: Kind, fits: Fits) -> Iterator[_Piece]:
    counts = [word_count(u.text) for u in transcript.utterances]
    spans = [(Grain.UTTERANCE, n, n) for n in _telling(transcript, counts)]
    spans += [(Grain.WINDOW, *span) for span in _windows(transcript, counts, WINDOW_WORDS)]
    spans += [(Grain.BLOCK, *span) for span in _windows(transcript, counts, BLOCK_WORDS)]
    for grain, first, last in spans:
        piece = _piece(transcript, kind, grain, first, last)
        if piece.text:
            yield from _fitting(piece, fits) if grain.has_vector else [piece]


def _telling(transcript: Transcript, counts: Sequence[int]) -> list[int]:
    """Positions of utterances worth a vector: the longest one if all are very short."""
    telling = [n for n, count in enumerate(counts) if count >= MIN_UTTERANCE_WORDS]
    lengths = [len(u.text.strip()) for u in transcript.utterances]
    return telling or [max(range(len(counts)), key=lambda n: (counts[n], lengths[n]))]


def _piece(transcript: Transcript, kind: Kind, grain: Grain, first: int, last: int) -> _Piece:
    said = [u for u in transcript.utterances[first : last + 1] if u.text.strip()]
    starts = [u.start_s for u in said if u.start_s is not None]
    ends = [u.end_s for u in said if u.end_s is not None]
    sides = {u.side for u in said}
    return _Piece(
        kind=kind,
        grain=grain,
        text=" ".join(u.text for u in said),
        span=(first, last),
        side=sides.pop() if len(sides) == 1 else None,
        start_s=min(starts, default=None),
        end_s=max(ends, default=None),
    )


def _windows(
    transcript: Transcript, counts: Sequence[int], target: int
) -> Iterator[tuple[int, int]]:
    """Spans of whole turns of about `target` words, one turn shared with the span before.

    A turn longer than a third of the target is not repeated. A turn of more than
    one and a half targets is taken apart between its utterances.
    """
    window: list[_Stretch] = []
    for stretch in _stretches(transcript, counts, target):
        if window and sum(s.words for s in window) + stretch.words > target:
            yield window[0].first, window[-1].last
            shared = window[-1]
            overlaps = len(window) > 1 and shared.words <= target / 3
            window = [shared] if overlaps and shared.words + stretch.words <= target else []
        window.append(stretch)
    if window:
        yield window[0].first, window[-1].last


def _stretches(transcript: Transcript, counts: Sequence[int], target: int) -> Iterator[_Stretch]:
    for turn in transcript.turns():
        words = sum(counts[turn.first : turn.last + 1])
        if words <= target * 3 / 2:
            yield _Stretch(turn.first, turn.last, words)
        else:
            yield from _parts(counts, turn.first, turn.last, target)


def _parts(counts: Sequence[int], first: int, last: int, target: int) -> Iterator[_Stretch]:
    start, words = first, 0
    for position in range(first, last + 1):
        if words and words + counts[position] > target:
            yield _Stretch(start, position - 1, words)
            start, words = position, 0
        words += counts[position]
    yield _Stretch(start, last, words)


def _written(record: CallRecord, fits: Fits) -> Iterator[_Piece]:
    texts = [(Kind.NOTE, record.call.note)]
    texts += [(Kind.SUMMARY, t.summary_text) for t in (record.recording, record.voicemail) if t]
    for kind, text in texts:
        if text and text.strip():
            yield from _fitting(_Piece(kind=kind, grain=Grain.WRITTEN, text=text), fits)


def _fitting(piece: _Piece, fits: Fits) -> Iterator[_Piece]:
    for text in split_to_fit(piece.text, fits):
        yield _Piece(
            kind=piece.kind, grain=piece.grain, text=text, span=piece.span, side=piece.side,
            start_s=piece.start_s, end_s=piece.end_s,
        )  # fmt: skip
