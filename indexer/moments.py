"""The moments of a call that answer a question: which words to show, which to mark. Pure."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from indexer.passages import word_count
from indexer.words import stems
from models import (
    CallRecord,
    Grain,
    Kind,
    Mode,
    Moment,
    Passage,
    QuotedUtterance,
    SearchFilter,
    Transcript,
)

MEANING_SHARE = 0.7
MOST_MOMENTS = 3

_WORTH_SHOWING = 0.75  # of the best moment's score
_QUOTE_WORDS = 60
_QUOTE_REACH = 2  # utterances shown before and after the one that matched best
_MUCH_OF_QUERY = 0.5  # of the query's words, weighed: enough to mark an utterance
_AS_CLOSE = 0.95  # of the best utterance's cosine: enough to mark another


@dataclass(frozen=True, slots=True)
class _Worded:
    """How much of a question's words a text holds, words weighed by rarity in this call."""

    weights: Mapping[str, float]

    @classmethod
    def within(cls, wanted: Sequence[str], texts: Sequence[str]) -> "_Worded":
        holding = Counter(stem for text in texts for stem in set(stems(text)))
        weights = {w: math.log(1 + len(texts) / (1 + holding[w])) for w in wanted}
        total = sum(weights.values())
        return cls({w: weight / total for w, weight in weights.items()} if total else {})

    def share(self, text: str) -> float:
        """From 0 (none of the words) to 1 (all of them)."""
        return sum(self.weights.get(stem, 0.0) for stem in set(stems(text)))


@dataclass(frozen=True, slots=True)
class _Question:
    """What a call's passages are compared with."""

    words: _Worded
    meaning: Mapping[int, float]
    """The cosine of each embedded passage, by its ordinal."""
    mode: Mode

    def score(self, meaning: float, words: float) -> float:
        if self.mode is Mode.SEMANTIC:
            return max(meaning, 0.0)
        if self.mode is Mode.KEYWORD:
            return words
        return MEANING_SHARE * max(meaning, 0.0) + (1 - MEANING_SHARE) * words


def moments_of(
    record: CallRecord,
    *,
    cosines: Mapping[int, float],
    wanted: Sequence[str],
    mode: Mode,
    where: SearchFilter,
) -> tuple[Moment, ...]:
    """The best moments of a call, best first: at least one spoken, where anything was.

    `cosines` holds the question's cosine with each embedded passage by ordinal,
    `wanted` the question's stems. The filter's side and kinds choose the words.
    """
    allowed = [p for p in record.passages if not where.kinds or p.kind in where.kinds]
    words = _Worded.within(wanted, [p.text for p in allowed if p.grain is Grain.WINDOW])
    question = _Question(words, cosines, mode)
    spoken = list(_spoken(record, allowed, question, where))
    written = [] if where.side else [
        _written(passage, question) for passage in allowed if passage.grain is Grain.WRITTEN
    ]  # fmt: skip
    spoken.sort(key=lambda moment: -moment.score)
    best, others = spoken[:1], spoken[1:]
    rest = sorted([*others, *written], key=lambda moment: -moment.score)
    top = max((m.score for m in (*best, *rest)), default=0.0)
    shown = best + [m for m in rest if m.score >= _WORTH_SHOWING * top][: MOST_MOMENTS - len(best)]
    return tuple(sorted(shown, key=lambda moment: -moment.score))


def _written(passage: Passage, question: _Question) -> Moment:
    score = question.score(
        question.meaning.get(passage.ordinal, 0.0), question.words.share(passage.text)
    )
    return Moment(kind=passage.kind, score=score, text=passage.text)


def _spoken(
    record: CallRecord, allowed: Sequence[Passage], question: _Question, where: SearchFilter
) -> Iterator[Moment]:
    """One moment for each window, the best utterance's first; no utterance is quoted twice."""
    for kind in (Kind.RECORDING, Kind.VOICEMAIL):
        transcript = record.transcript(kind)
        passages = [p for p in allowed if p.kind is kind]
        if transcript is None or not passages:
            continue
        told = _Told.by(transcript, passages, question, where)
        windows = [p for p in passages if p.grain is Grain.WINDOW]
        centred = [(told.score_of(w), told.centre_of(w)) for w in windows]
        quoted: set[int] = set()
        for score, centre in sorted(centred, key=lambda c: -c[0]):
            if centre is not None and centre not in quoted:
                quotes = told.quote(centre, avoiding=quoted)
                quoted |= {quote.index for quote in quotes}
                yield Moment(kind=kind, score=score, quotes=tuple(quotes))


@dataclass(frozen=True, slots=True)
class _Told:
    """One transcript, each of its utterances compared with a question."""

    transcript: Transcript
    question: _Question
    eligible: frozenset[int]
    """Positions of utterances that may match: those of the side asked for, with words."""
    closeness: dict[int, float]
    """Cosine of the utterances that have a vector."""
    shares: dict[int, float] = field(default_factory=dict)
    one_sided: bool = False

    @classmethod
    def by(
        cls,
        transcript: Transcript,
        passages: Sequence[Passage],
        question: _Question,
        where: SearchFilter,
    ) -> "_Told":
        closeness: dict[int, float] = {}
        for p in passages:
            if p.grain is Grain.UTTERANCE and p.first is not None:
                cosine = question.meaning.get(p.ordinal, 0.0)
                closeness[p.first] = max(cosine, closeness.get(p.first, -1.0))
        eligible = [
            n
            for n, u in enumerate(transcript.utterances)
            if u.text.strip() and where.side in (None, u.side)
        ]
        shares = {n: question.words.share(transcript.utterances[n].text) for n in eligible}
        return cls(
            transcript, question, frozenset(eligible), closeness, shares, where.side is not None
        )

    def centre_of(self, window: Passage) -> int | None:
        """The utterance of a window that answers best; None if none in it may."""
        return max(self._eligible_in(window), key=lambda n: (self._score(n), -n), default=None)

    def score_of(self, window: Passage) -> float:
        positions = self._eligible_in(window)
        closest = max((self.closeness.get(n, 0.0) for n in positions), default=0.0)
        if self.one_sided:  # the window mixes both sides' words: only utterances can tell
            share = max((self.shares[n] for n in positions), default=0.0)
            return self.question.score(closest, share)
        whole = self.question.meaning.get(window.ordinal, 0.0)
        return self.question.score((whole + closest) / 2, self.question.words.share(window.text))

    def quote(self, centre: int, *, avoiding: set[int]) -> list[QuotedUtterance]:
        """The utterance and its neighbours, about as much as one reads at a glance."""
        first = last = centre
        words = word_count(self.transcript.utterances[centre].text)
        for step in range(1, _QUOTE_REACH + 1):
            for position in (centre + step, centre - step):
                if not 0 <= position < len(self.transcript.utterances) or position in avoiding:
                    continue
                words += word_count(self.transcript.utterances[position].text)
                adjacent = position in (first - 1, last + 1)
                if adjacent and words <= _QUOTE_WORDS:
                    first, last = min(first, position), max(last, position)
        return [
            QuotedUtterance(index=n, matched=n == centre or self._also_matches(n, centre))
            for n in range(first, last + 1)
        ]

    def _eligible_in(self, window: Passage) -> list[int]:
        assert window.first is not None
        assert window.last is not None
        return [n for n in range(window.first, window.last + 1) if n in self.eligible]

    def _score(self, position: int) -> float:
        return self.question.score(self.closeness.get(position, 0.0), self.shares[position])

    def _also_matches(self, position: int, centre: int) -> bool:
        if position not in self.eligible:
            return False
        if self.question.mode is not Mode.SEMANTIC and self.shares[position] >= _MUCH_OF_QUERY:
            return True
        close = self.closeness.get(position, 0.0)
        nearly = _AS_CLOSE * self.closeness.get(centre, 1.0)
        return self.question.mode is not Mode.KEYWORD and close >= nearly
