"""What a topic is called: the words that tell it from the others, as people said them.

Class-based TF-IDF (Grootendorst 2022, "BERTopic", section 3.3), with the passages of a
topic as its class: a word weighs its share of the topic's passages, times log(1 + A / f)
where f is how many passages have it and A how many words a topic's passages have on
average. Each passage counts a word once, however often it is said in it.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from indexer.words import stems

MOST_WORDS: Final = 6
_LEAST_PASSAGES: Final = 3
_LEAST_CALLS: Final = 2
_HALF: Final = 0.5

_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_CLITIC: Final = re.compile(r"(?:n['\u2019]t|['\u2019](?:s|re|ve|ll|d|m|em|cause))$", re.IGNORECASE)

# Said in every conversation, whatever it is about: function words, and what spoken English
# is held together by. A word that is as common in all topics is weighed down anyway.
_STOP_WORDS: Final = frozenset(
    """
    a about absolutely across actually after again against ago ah all almost alone along already
    alright also although always am among an and another any anybody anymore anyone anything
    anyway apart are around as ask at away back basically be because been before being below
    beside best better between beyond big bit both bring but by bye ca call came can cannot
    certainly come comes coming could couple course da definitely did different do does doing
    done down during each either else em end enough er etc even ever every everybody everyone
    everything exactly except fair far feel few figure find fine first for found from full gave
    get gets getting give given gives giving glad go goes going gone gonna good got gotta great
    guess guy guys had half happen happens happy has have having he hear heard hello help her
    here hers herself hey hi him himself his hm hmm hold honest honestly hope how however huh i
    if in into is it its itself just keep kept kind knew know known knows last later least leave
    left less let lets like likely little long look looking looks lot lots ma made main make
    makes making many matter may maybe me mean means might mind mine mm more morning most mostly
    much must my myself name near need needed needs neither never new next nice no nobody none
    nope nor not nothing now of off often oh ok okay old on once one ones only onto or other
    others otherwise ought our ours ourselves out over own part perfect perhaps place please
    point possible pretty probably put quick quite rather ready real really reason right round
    run said same saw say saying says see seem seems seen self several shall she should show
    side since sir so some somebody somehow someone something sometimes somewhere soon sorry
    sort sounds speaking still stuff such suppose sure ta take taken takes taking talk talking
    tell telling than thank thanks that the their theirs them themselves then there these they
    thing things think thinking this those though thought through till to today together told
    too took toward tried try trying turn two uh um under understand unless until up upon us use
    used using usually very wait wanna want wanted wants was way we well went were what whatever
    when whenever where whether which while who whole whom whose why will with within without
    wo wonderful wondering word words work works would yeah year years yep yes yet you your
    yours yourself
    """.split()
)  # fmt: skip


@dataclass(slots=True)
class _Counts:
    """How many passages of a topic have a word, of which calls, and in which forms."""

    passages: Counter[tuple[str, ...]] = field(default_factory=Counter)
    calls: defaultdict[tuple[str, ...], set[str]] = field(default_factory=lambda: defaultdict(set))


def names_of(
    texts: Sequence[str],
    calls: Sequence[str],
    topics: Sequence[int],
    *,
    k: int,
    people: Collection[str],
) -> list[tuple[str, ...]]:
    """The telling words of each topic, the most telling first.

    `topics` has a topic's number from 0 for each text, or -1 where it has none; such texts
    say how common a word is. A word shows in its commonest form, and as part of a pair of
    words where half of the passages that have it have the pair. `people` are words of names
    (lower case), which name no topic where they are written with a capital.
    """
    counted = [_Counts() for _ in range(k + 1)]
    forms: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for text, call_id, topic in zip(texts, calls, topics, strict=True):
        for term, shown in dict(_terms(text, people)).items():
            counted[topic].passages[term] += 1
            counted[topic].calls[term].add(call_id)
            forms[term][shown] += 1
    everywhere = sum((counts.passages for counts in counted), Counter[tuple[str, ...]]())
    average = sum(n for term, n in everywhere.items() if len(term) == 1) / max(1, k)
    return [_name(counts, everywhere, average, forms) for counts in counted[:k]]


def _name(
    counts: _Counts,
    everywhere: Counter[tuple[str, ...]],
    average: float,
    forms: defaultdict[tuple[str, ...], Counter[str]],
) -> tuple[str, ...]:
    least_calls = min(_LEAST_CALLS, max(map(len, counts.calls.values()), default=0))
    usual = {
        term: n for term, n in counts.passages.items()
        if n >= _LEAST_PASSAGES and len(counts.calls[term]) >= least_calls
    } or counts.passages  # fmt: skip
    weights = {term: n * math.log(1 + average / everywhere[term]) for term, n in usual.items()}
    pairs = [term for term in usual if len(term) > 1]
    shown: list[tuple[str, ...]] = []
    for word in sorted((t for t in usual if len(t) == 1), key=lambda t: (-weights[t], t)):
        if any(word[0] in term for term in shown):
            continue
        around = [p for p in pairs if word[0] in p and usual[p] >= _HALF * usual[word]]
        best = max(around, key=lambda p: (usual[p], p), default=word)
        shown.append(best)
        if len(shown) == MOST_WORDS:
            break
    return tuple(_commonest(forms[term]) for term in shown)


def _commonest(forms: Counter[str]) -> str:
    return min(forms, key=lambda form: (-forms[form], form))


def _terms(text: str, people: Collection[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each telling word of a text, and each two that follow each other: stems, and as said."""
    before: tuple[str, str, int] | None = None
    for match in _WORD.finditer(text):
        said = _CLITIC.sub("", match[0])
        low = said.lower()
        is_name = said != low and low in people
        if len(said) < 2 or low in _STOP_WORDS or is_name:  # noqa: PLR2004 - a letter is no word
            before = None
            continue
        stem = _stem(low)
        yield (stem,), low
        if before is not None and text[before[2] : match.start()].isspace() and before[0] != stem:
            yield (before[0], stem), f"{before[1]} {low}"
        before = stem, low, match.end()


@cache
def _stem(word: str) -> str:
    return " ".join(stems(word))
