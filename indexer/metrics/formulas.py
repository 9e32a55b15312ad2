"""The formulas: a transcript's speech in, a number out, None where it is not defined.

Each is of the version that its docstring names; what it means in words, and where it is
from, is in `indexer/metrics/catalogue.py`.
"""

import statistics
from collections.abc import Callable, Mapping
from typing import Final

from indexer.metrics.speech import Part, Speech, speech_of
from models import Transcript
from models.outline import Figures

_LEAST_MS: Final = 30_000
"""Shares and rates of a shorter call are none: a word more or less would change them."""
_LEAST_SPEECH_MS: Final = 10_000
_LEAST_WORDS: Final = 30
_S: Final = 1000
_MINUTE: Final = 60_000
_HOUR: Final = 3_600_000

Formula = Callable[[Speech], float | None]


def measure(transcript: Transcript | None) -> Figures:
    """Every figure of a transcript by the metric's name; all are None if there is none."""
    if transcript is None:
        return dict.fromkeys(FORMULAS_BY_NAME)
    speech = speech_of(transcript.utterances)
    return {name: formula(speech) for name, formula in FORMULAS_BY_NAME.items()}


def talk_ratio(speech: Speech) -> float | None:
    """talk_ratio@1, as Gong has it: our share of the speech; silence counts for nobody."""
    if not _is_long(speech):
        return None
    ours, theirs = speech.user.speech_ms, speech.contact.speech_ms
    return ours / (ours + theirs) if ours and theirs else None


def talk_share_of_call(speech: Speech) -> float | None:
    """talk_share_of_call@1, as Contact Lens and revenue.io: our share of the whole length."""
    ours = speech.user.speech_ms
    return ours / speech.length_ms if _is_long(speech) and ours else None


def longest_monologue_s(speech: Speech) -> float | None:
    """longest_monologue_s@1, as Gong has it: our longest turn."""
    return _longest(speech, speech.user)


def longest_customer_story_s(speech: Speech) -> float | None:
    """longest_customer_story_s@1, as Gong has it: their longest turn."""
    return _longest(speech, speech.contact)


def interactivity(speech: Speech) -> float | None:
    """interactivity@1, after Gong: switches of the speaker per minute."""
    return speech.switches * _MINUTE / speech.length_ms if _is_long(speech) else None


def patience_s(speech: Speech) -> float | None:
    """patience_s@1, as Gong has it: our median wait after they end."""
    if not speech.is_two_sided or not speech.waits_ms:
        return None
    return statistics.median(speech.waits_ms) / _S


def time_to_first_question_s(speech: Speech) -> float | None:
    """time_to_first_question_s@1, ours: from the first word to our first question."""
    if not speech.is_two_sided or speech.first_question_ms is None:
        return None
    return max(0.0, speech.first_question_ms - speech.start_ms) / _S


def silence_s(speech: Speech) -> float | None:
    """silence_s@1, after Contact Lens and Heldner and Edlund: nobody speaks."""
    return speech.silence_ms / _S if speech.is_two_sided else None


def silence_share(speech: Speech) -> float | None:
    """silence_share@1, after Contact Lens and Heldner and Edlund: nobody speaks."""
    return speech.silence_ms / speech.length_ms if _is_long(speech) else None


def overlap_s(speech: Speech) -> float | None:
    """overlap_s@1, after Heldner and Edlund: both speak."""
    return speech.overlap_ms / _S if speech.is_two_sided else None


def conversation_s(speech: Speech) -> float | None:
    """conversation_s@1, as Contact Lens has it: from the first word to the end of the last."""
    return speech.length_ms / _S if speech.knows_times else None


def _longest(speech: Speech, part: Part) -> float | None:
    if not speech.is_two_sided or not part.longest_turn_ms:
        return None
    return part.longest_turn_ms / _S


def _speech_s(speech: Speech, part: Part) -> float | None:
    """speech_user_s@1 and speech_contact_s@1, as Contact Lens has talk time."""
    knows = speech.knows_sides and speech.knows_times
    return part.speech_ms / _S if knows and part.speech_ms else None


def _questions(speech: Speech, part: Part) -> float | None:
    """questions_user@1 and questions_contact@1, after Gong; the rule is models/question.py."""
    return float(part.questions) if speech.knows_sides and part.words else None


def _question_rate(speech: Speech, part: Part) -> float | None:
    """question_rate_user@1 and question_rate_contact@1, after Gong: questions per hour."""
    return part.questions * _HOUR / speech.length_ms if _is_long(speech) else None


def _words_per_minute(speech: Speech, part: Part) -> float | None:
    """words_per_minute_user@1 and words_per_minute_contact@1, after Yuan et al. (2006)."""
    if not (speech.knows_sides and speech.knows_times) or part.speech_ms < _LEAST_SPEECH_MS:
        return None
    return part.timed_words * _MINUTE / part.speech_ms


def _filler_rate(speech: Speech, part: Part) -> float | None:
    """filler_rate_user@1, after Laserna et al. (2014): fillers per 100 words."""
    if not speech.knows_sides or part.words < _LEAST_WORDS:
        return None
    return part.fillers * 100 / part.words


def _interruptions(speech: Speech, part: Part) -> float | None:
    """interruptions_user@1 and interruptions_contact@1, after revenue.io."""
    return float(part.interruptions) if speech.is_two_sided else None


def _backchannels(speech: Speech, part: Part) -> float | None:
    """backchannels_user@1 and backchannels_contact@1, tag `b` of Stolcke et al. (2000)."""
    return float(part.backchannels) if speech.is_two_sided else None


def _is_long(speech: Speech) -> bool:
    """Whether both sides talk for long enough to say how they share it."""
    return speech.is_two_sided and speech.length_ms >= _LEAST_MS


def _of_user(formula: Callable[[Speech, Part], float | None]) -> Formula:
    return lambda speech: formula(speech, speech.user)


def _of_contact(formula: Callable[[Speech, Part], float | None]) -> Formula:
    return lambda speech: formula(speech, speech.contact)


FORMULAS_BY_NAME: Final[Mapping[str, Formula]] = {
    "talk_ratio": talk_ratio,
    "talk_share_of_call": talk_share_of_call,
    "longest_monologue_s": longest_monologue_s,
    "longest_customer_story_s": longest_customer_story_s,
    "interactivity": interactivity,
    "patience_s": patience_s,
    "questions_user": _of_user(_questions),
    "question_rate_user": _of_user(_question_rate),
    "questions_contact": _of_contact(_questions),
    "question_rate_contact": _of_contact(_question_rate),
    "time_to_first_question_s": time_to_first_question_s,
    "words_per_minute_user": _of_user(_words_per_minute),
    "words_per_minute_contact": _of_contact(_words_per_minute),
    "filler_rate_user": _of_user(_filler_rate),
    "interruptions_user": _of_user(_interruptions),
    "backchannels_user": _of_user(_backchannels),
    "interruptions_contact": _of_contact(_interruptions),
    "backchannels_contact": _of_contact(_backchannels),
    "silence_s": silence_s,
    "silence_share": silence_share,
    "overlap_s": overlap_s,
    "conversation_s": conversation_s,
    "speech_user_s": _of_user(_speech_s),
    "speech_contact_s": _of_contact(_speech_s),
}
"""The formula of each metric, in the catalogue's order."""
