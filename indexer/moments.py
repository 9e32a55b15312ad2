"""The moments of a call that answer a question: which words to show, which to mark. Pure."""

import math
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from indexer.heard import HeardLine, heard_lines, says_any
from indexer.passages import word_count
from indexer.words import stems
from models import (
    AllOf,
    CallRecord,
    Grain,
    Kind,
    Mode,
    Moment,
    Passage,
    QuotedUtterance,
    SearchFilter,
    Transcript,
    Utterance,
    wanted_terms,
)

MEANING_SHARE = 0.7
MOST_MOMENTS = 3

_WORTH_SHOWING = 0.75  # of the best moment's score
_QUOTE_WORDS = 60
_QUOTE_REACH = 2  # utterances shown before and after the one that matched best
_MUCH_OF_QUERY = 0.5  # of the query's words, weighed: enough to mark an utterance
_AS_CLOSE = 0.95  # of the best utterance's cosine: enough to mark another


Held = frozenset[str]
"""Which of a question's stems a text holds."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """Which of a question's stems each utterance of one transcript holds."""

    by_position: Sequence[Held]

    def in_window(self, window: Passage) -> Held:
        """The stems anywhere in a window."""
        assert window.first is not None
        assert window.last is not None
        return Held().union(*self.by_position[window.first : window.last + 1])


@dataclass(frozen=True, slots=True)
class _Worded:
    """How much of a question's words a text holds, words weighed by rarity in this call."""

    weights: Mapping[str, float]

    @classmethod
    def within(cls, wanted: Sequence[str], pieces: Sequence[Held]) -> "_Worded":
        holding = Counter(stem for held in pieces for stem in held)
        weights = {w: math.log(1 + len(pieces) / (1 + holding[w])) for w in wanted}
        total = sum(weights.values())
        return cls({w: weight / total for w, weight in weights.items()} if total else {})

    def share(self, held: Held) -> float:
        """From 0 (none of the words) to 1 (all of them)."""
        return sum(self.weights.get(stem, 0.0) for stem in held)


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
    most: int = MOST_MOMENTS,
) -> tuple[tuple[Moment, ...], int]:
    """The `most` best moments of a call, best first: at least one spoken, where anything was.

    With how many moments there are: those nearly as good as the best, or if the filter
    demands that things be said, every utterance and written text that says one of them.

    `cosines` holds the question's cosine with each embedded passage by ordinal,
    `wanted` the question's stems. The filter chooses the words that count.
    """
    allowed = [p for p in record.passages if not where.kinds or p.kind in where.kinds]
    heard = {kind: _heard(record.transcript(kind), wanted) for kind in Kind if kind.is_spoken}
    counting = list(heard_lines(record, where))
    demanded = _demanded(counting, where)
    notes = [p for p in allowed if p.grain is Grain.WRITTEN and not where.is_of_speech]
    if demanded is not None:
        notes = [p for p in notes if says_any(p.text, wanted_terms(where.said or AllOf(())))]
    noted = [_held(p.text, wanted) for p in notes]
    windows = [heard[p.kind].in_window(p) for p in allowed if p.grain is Grain.WINDOW]
    question = _Question(_Worded.within(wanted, [*windows, *noted]), cosines, mode)
    spoken = [
        moment
        for kind in heard
        for moment in _spoken(record, kind, allowed, heard[kind], question, counting, demanded)
    ]
    written = [_written(p, held, question) for p, held in zip(notes, noted, strict=True)]
    spoken.sort(key=lambda moment: -moment.score)
    best, others = spoken[:1], spoken[1:]
    rest = sorted([*others, *written], key=lambda moment: -moment.score)
    top = max((m.score for m in (*best, *rest)), default=0.0)
    if demanded is None:
        if top <= 0:  # found by its names alone: nothing said or written answers
            return (), 0
        rest = [m for m in rest if m.score >= _WORTH_SHOWING * top]
    shown = best + rest[: most - len(best)]
    return tuple(sorted(shown, key=lambda moment: -moment.score)), len(best) + len(rest)


Place = tuple[Kind | None, int]
"""Which transcript, and which utterance of it."""


def _demanded(counting: Sequence[HeardLine], where: SearchFilter) -> frozenset[Place] | None:
    """The lines that say something the filter demands; None if it demands nothing of the kind."""
    demanded = list(wanted_terms(where.said)) if where.said is not None else []
    if not demanded:
        return None
    return frozenset((n.kind, n.position) for n in counting if says_any(n.text, demanded))


def quotes_around(
    utterances: Sequence[Utterance], centre: int, *, avoiding: Container[int]
) -> range:
    """An utterance and its neighbours, about as much as one reads at a glance."""
    first = last = centre
    words = word_count(utterances[centre].text)
    for step in range(1, _QUOTE_REACH + 1):
        for position in (centre + step, centre - step):
            if not 0 <= position < len(utterances) or position in avoiding:
                continue
            words += word_count(utterances[position].text)
            if position in (first - 1, last + 1) and words <= _QUOTE_WORDS:
                first, last = min(first, position), max(last, position)
    return range(first, last + 1)


def _held(text: str, wanted: Sequence[str]) -> Held:
    return Held(wanted).intersection(stems(text)) if wanted else Held()


def _heard(transcript: Transcript | None, wanted: Sequence[str]) -> _Heard:
    spoken = transcript.utterances if transcript else ()
    return _Heard([_held(u.text, wanted) for u in spoken])


def _written(passage: Passage, held: Held, question: _Question) -> Moment:
    score = question.score(question.meaning.get(passage.ordinal, 0.0), question.words.share(held))
    return Moment(kind=passage.kind, score=score, text=passage.text)


def _spoken(
    record: CallRecord,
    kind: Kind,
    allowed: Sequence[Passage],
    heard: _Heard,
    question: _Question,
    counting: Sequence[HeardLine],
    demanded: frozenset[Place] | None,
) -> Iterator[Moment]:
    """The moments of one transcript; no utterance is quoted twice."""
    transcript = record.transcript(kind)
    passages = [p for p in allowed if p.kind is kind]
    if transcript is None or not passages:
        return
    eligible = [line.position for line in counting if line.kind is kind]
    told = _Told.by(transcript, passages, heard, question, eligible)
    if demanded is None:
        windows = (p for p in passages if p.grain is Grain.WINDOW)
        centred = ((told.score_of(w), told.centre_of(w)) for w in windows)
        centres = [(score, centre) for score, centre in centred if centre is not None]
    else:
        centres = [(told.score_at(n), n) for n in eligible if (kind, n) in demanded]
    quoted: set[int] = set() if demanded is None else {n for _, n in centres}
    for score, centre in sorted(centres, key=lambda c: -c[0]):
        if demanded is None and centre in quoted:
            continue
        quotes = told.quote(centre, avoiding=quoted - {centre})
        quoted |= {quote.index for quote in quotes}
        yield Moment(kind=kind, score=score, quotes=tuple(quotes))


@dataclass(frozen=True, slots=True)
class _Told:
    """One transcript, each of its utterances compared with a question."""

    transcript: Transcript
    heard: _Heard
    question: _Question
    eligible: frozenset[int]
    """Positions of utterances that may match: those whose words count."""
    closeness: dict[int, float]
    """Cosine of the utterances that have a vector."""
    shares: dict[int, float]
    is_partial: bool

    @classmethod
    def by(
        cls,
        transcript: Transcript,
        passages: Sequence[Passage],
        heard: _Heard,
        question: _Question,
        eligible: Sequence[int],
    ) -> "_Told":
        closeness: dict[int, float] = {}
        for p in passages:
            if p.grain is Grain.UTTERANCE and p.first is not None:
                cosine = question.meaning.get(p.ordinal, 0.0)
                closeness[p.first] = max(cosine, closeness.get(p.first, -1.0))
        shares = {n: question.words.share(heard.by_position[n]) for n in eligible}
        return cls(
            transcript=transcript,
            heard=heard,
            question=question,
            eligible=frozenset(eligible),
            closeness=closeness,
            shares=shares,
            is_partial=len(eligible) < sum(bool(u.text.strip()) for u in transcript.utterances),
        )

    def centre_of(self, window: Passage) -> int | None:
        """The utterance of a window that answers best; None if none in it may."""
        return max(self._eligible_in(window), key=lambda n: (self.score_at(n), -n), default=None)

    def score_of(self, window: Passage) -> float:
        positions = self._eligible_in(window)
        closest = max((self.closeness.get(n, 0.0) for n in positions), default=0.0)
        if self.is_partial:  # windows mix in words that do not count: only utterances can tell
            share = max((self.shares[n] for n in positions), default=0.0)
            return self.question.score(closest, share)
        whole = self.question.meaning.get(window.ordinal, 0.0)
        share = self.question.words.share(self.heard.in_window(window))
        return self.question.score((whole + closest) / 2, share)

    def quote(self, centre: int, *, avoiding: set[int]) -> list[QuotedUtterance]:
        """The utterance and its neighbours, those marked that answer too."""
        return [
            QuotedUtterance(index=n, matched=n == centre or self._also_matches(n, centre))
            for n in quotes_around(self.transcript.utterances, centre, avoiding=avoiding)
        ]

    def _eligible_in(self, window: Passage) -> list[int]:
        assert window.first is not None
        assert window.last is not None
        return [n for n in range(window.first, window.last + 1) if n in self.eligible]

    def score_at(self, position: int) -> float:
        """How well one utterance answers by itself."""
        return self.question.score(self.closeness.get(position, 0.0), self.shares[position])

    def _also_matches(self, position: int, centre: int) -> bool:
        if position not in self.eligible:
            return False
        if self.question.mode is not Mode.SEMANTIC and self.shares[position] >= _MUCH_OF_QUERY:
            return True
        close = self.closeness.get(position, 0.0)
        nearly = _AS_CLOSE * self.closeness.get(centre, 1.0)
        return self.question.mode is not Mode.KEYWORD and close >= nearly
