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

from models import Term

if TYPE_CHECKING:
    import tantivy

ANALYZER_NAME = "callsift_words"
EXACT_ANALYZER_NAME = "callsift_exact_words"

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
def exact_analyzer() -> "tantivy.TextAnalyzer":
    """The analyzer of phrases: every word as it was said, but for case and accents."""
    return _analyzer(stop_words=(), stemmed=False)


@cache
def _query_analyzer(*, stemmed: bool) -> "tantivy.TextAnalyzer":
    return _analyzer(stop_words=tuple(_STOP_WORDS), stemmed=stemmed)


def _analyzer(*, stop_words: tuple[str, ...], stemmed: bool = True) -> "tantivy.TextAnalyzer":
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    words = TextAnalyzerBuilder(Tokenizer.regex(_WORD)).filter(Filter.lowercase())
    if stop_words:
        words = words.filter(Filter.custom_stopword(list(stop_words)))
    words = words.filter(Filter.ascii_fold())
    return (words.filter(Filter.stemmer("english")) if stemmed else words).build()


def composed(text: str) -> str:
    """A text with each accent joined to its letter, as keyboards type it and ours folds it."""
    return unicodedata.normalize("NFC", text)


def stems(text: str) -> list[str]:
    """Every word of a text in order, as the word index keeps it."""
    return index_analyzer().analyze(composed(text))


def exact_words(text: str) -> list[str]:
    """Every word of a text in order, in the form it was said in."""
    return exact_analyzer().analyze(composed(text))


def words_of(text: str, *, exact: bool) -> list[str]:
    """Every word of a text in order, as it is or stemmed."""
    return exact_words(text) if exact else stems(text)


def term_words(term: Term) -> list[str]:
    """The words of a term in order: as they are, or stemmed where any form will do."""
    return words_of(term.text, exact=term.exact)


def full_marks(holding: Iterable[int], texts: int) -> float:
    """The BM25 score that counts as 1.0 for a question; 0 when it has no words.

    `holding` says for each of its stems how many of the `texts` hold it. It is what a
    text of average length scores for the weightiest of them, held once (Robertson &
    Zaragoza 2009, equation 3.15: with f = 1 the score is the idf).
    """
    return max((idf(held, texts) for held in holding), default=0.0)


def idf(holding: int, texts: int) -> float:
    """How telling a stem is that so many of the texts hold, as tantivy and Lucene weigh it.

    Never negative, though an index may go on counting removed texts as holding it.
    """
    holding = min(holding, texts)
    return math.log(1 + (texts - holding + 0.5) / (holding + 0.5))


def query_stems(text: str) -> list[str]:
    """The distinct words a query asks for, in order: its stop words only if it has no others."""
    telling = _query_analyzer(stemmed=True).analyze(composed(text)) or stems(text)
    return list(dict.fromkeys(telling))


def query_terms(text: str) -> list[Term]:
    """The same words as terms: any form of each will do."""
    words = _query_analyzer(stemmed=False).analyze(composed(text)) or exact_words(text)
    by_stem = {tuple(stems(word)): Term(word, exact=False) for word in reversed(words)}
    return list(reversed(by_stem.values()))
