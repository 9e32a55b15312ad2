"""Turns a written line into a spoken one: picks alternatives and fills slots."""

import re
from collections.abc import Mapping
from random import Random

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(
    r"(?:\b([Aa]n?|[Oo]ne|[Ee]very|[Ee]ach|[Aa]nother|[Ss]ingle|[Pp]er)( ))?\{(\w+)\}"
)
_VOWEL_SOUND = re.compile(r"(?i)hvac|[aeio]|8|11\b|18\b|un[^i]|up")
_CONSONANT_SOUND = re.compile(r"(?i)one\b|once|eu")
_SENTENCE_START = re.compile(r"(^|[.?!]) *$")
_ONE_OF = {"job": "job_one", "jobs": "jobs_one"}


def fill(text: str, slots: Mapping[str, str], chance: Random) -> str:
    """Return the text with one alternative picked per bracket and every slot filled.

    The article before a slot follows its value ("an elevator company"), and a
    plural job after "a" or "every" becomes one job.
    """
    chosen = _CHOICE.sub(lambda match: chance.choice(match[1].split("|")), text)
    filled = _SLOT.sub(lambda match: _with_article(match, slots), chosen)
    return re.sub(r"  +", " ", filled).strip()


def _with_article(match: re.Match[str], slots: Mapping[str, str]) -> str:
    before, space, name = match[1] or "", match[2] or "", match[3]
    value = slots[_ONE_OF.get(name, name) if before else name]
    if before.lower() in ("a", "an"):
        vowel = _VOWEL_SOUND.match(value) and not _CONSONANT_SOUND.match(value)
        before = before[0] + ("n" if vowel else "")
    if _SENTENCE_START.search(match.string[: match.start()] + before + space):
        value = value[:1].upper() + value[1:]
    return f"{before}{space}{value}"


_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()


def in_words(number: int) -> str:
    """Return a whole number below one million as people say it."""
    if number < 20:
        return _UNITS[number]
    if number < 100:
        tens, unit = divmod(number, 10)
        return _TENS[tens] + (f"-{_UNITS[unit]}" if unit else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{_UNITS[hundreds]} hundred" + (f" {in_words(rest)}" if rest else "")
    thousands, rest = divmod(number, 1000)
    return f"{in_words(thousands)} thousand" + (f" {in_words(rest)}" if rest else "")
