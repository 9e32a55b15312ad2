"""Words as the word index sees them: lower-cased, unaccented, stemmed.

One analyzer serves every index and every mark on a screen, so that what is
found and what is shown as found cannot differ. A word is a run of letters,
marks and digits of any script; Chinese and Japanese, written without spaces,
count each character.
"""

import math
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tantivy

_TELLING = 3

ANALYZER_NAME = "callsift_words"

_CJK = r"\p{Han}\p{Hiragana}\p{Katakana}"
_WORD = rf"[{_CJK}]|[\p{{L}}\p{{M}}\p{{N}}--[{_CJK}]]+"

# What English questions are padded with. They stay in the index (a phrase needs
# them); a query drops them unless it has nothing else to ask.
_STOP_WORDS = """
a about after again all also am an and any are as at be because been before being but by can
could did do does doing don down during each few for from further had has have having he her
here hers him his how i if in into is it its itself just ll m me more most my no nor not now
of off on once only or other our ours out over own re s same she should so some such t than
that the their theirs them then there these they this those through to too under until up ve
very was we were what when where which while who whom why will with would you your yours
""".split()


@cache
def index_analyzer() -> "tantivy.TextAnalyzer":
    """The analyzer of stored text: every word, stop words too."""
    return _analyzer(stop_words=())


@cache
def _query_analyzer() -> "tantivy.TextAnalyzer":
    return _analyzer(stop_words=tuple(_STOP_WORDS))


def _analyzer(*, stop_words: tuple[str, ...]) -> "tantivy.TextAnalyzer":
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    words = TextAnalyzerBuilder(Tokenizer.regex(_WORD)).filter(Filter.lowercase())
    if stop_words:
        words = words.filter(Filter.custom_stopword(list(stop_words)))
    return words.filter(Filter.ascii_fold()).filter(Filter.stemmer("english")).build()


def composed(text: str) -> str:
    """A text with each accent joined to its letter, as keyboards type it and ours folds it."""
    return unicodedata.normalize("NFC", text)


def stems(text: str) -> list[str]:
    """Every word of a text in order, as the word index keeps it."""
    return index_analyzer().analyze(composed(text))


def full_marks(holding: Iterable[int], texts: int) -> float:
    """The BM25 score that counts as 1.0 for a question; 0 when it has no words.

    `holding` says for each of its stems how many of the `texts` hold it. It is what a
    text of average length scores for the three weightiest of them, each held once
    (Robertson & Zaragoza 2009, equation 3.15: with f = 1 the score is the idf).
    """
    return sum(sorted((idf(held, texts) for held in holding), reverse=True)[:_TELLING])


def idf(holding: int, texts: int) -> float:
    """How telling a stem is that so many of the texts hold, as tantivy and Lucene weigh it."""
    return math.log(1 + (texts - holding + 0.5) / (holding + 0.5))


def query_stems(text: str) -> list[str]:
    """The distinct words a query asks for, in order: its stop words only if it has no others."""
    telling = _query_analyzer().analyze(composed(text)) or stems(text)
    return list(dict.fromkeys(telling))
