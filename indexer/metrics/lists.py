"""Words that metrics look for, by language. Whoever changes a list raises its metrics' version.

All in lower case, words as `indexer/metrics/heard.py` cuts them: `uh-huh` is one word.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The lists of one language."""

    fillers: frozenset[str]
    """Single words that fill a pause."""
    filler_pairs: frozenset[tuple[str, str]]
    """Two words that fill a pause, unless one of `not_before_pairs` comes before them."""
    not_before_pairs: frozenset[str]
    """`Do you know`, `what I mean`: said for what they say."""
    backchannels: frozenset[str]
    """Words by which a listener says: I hear you, go on."""
    backchannel_phrases: tuple[str, ...]
    """The same in several words."""
    announcements: tuple[str, ...]
    """What machines say: menus, hold lines, greetings of a mailbox. No person says that."""
    announcement_words: frozenset[str]
    """Each announcement has at least one of these: the others are not looked at."""

    @property
    def pair_ends(self) -> frozenset[str]:
        """The second words of pairs."""
        return frozenset(second for _, second in self.filler_pairs)


ENGLISH: Final = Lists(
    fillers=frozenset("um umm uhm uh uhh er err erm eh".split()),
    filler_pairs=frozenset({("you", "know"), ("i", "mean")}),
    not_before_pairs=frozenset(
        "as did didn't do does don't how if let lets when where whether who why would what".split()
    ),
    backchannels=frozenset(
        "absolutely ah aha alright cool exactly gotcha great hm hmm huh indeed mhm mm mm-hm mm-hmm"
        " mmm mmhmm nice oh ok okay perfect right sure totally true uh-huh wow yeah yep yes"
        " yup".split()
    ),
    backchannel_phrases=(
        "all right", "fair enough", "got it", "got you", "i see", "makes sense", "of course",
        "that makes sense", "uh huh", "mm hm", "mm hmm",
    ),
    announcements=(
        "your call is important", "please stay on the line", "please continue to hold",
        "please hold while", "you are being transferred", "calls are recorded for quality",
        "may be recorded for quality", "press 1", "press one", "press 2", "press two",
        "press 0", "press zero", "press pound", "press the pound key", "press star",
        "after the tone", "at the tone", "after the beep", "mailbox is full",
        "you have reached the voicemail", "you've reached the voicemail",
        "your call has been forwarded", "the person you are trying to reach",
    ),
    announcement_words=frozenset(
        "important line hold transferred quality press tone beep mailbox voicemail forwarded"
        " trying".split()
    ),
)  # fmt: skip
