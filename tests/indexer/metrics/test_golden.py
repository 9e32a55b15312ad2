"""Calls measured by hand: every figure, as exact rationals."""

from fractions import Fraction

import pytest

from indexer.metrics import METRICS, measure
from models import Transcript
from tests.indexer.metrics.talking import ana, assert_same, rep, talk, words

BLANK: dict[str, float | Fraction | None] = dict.fromkeys(METRICS)

# The call of many vendors' arithmetic: ten minutes long, the rep speaks 240 s, the contact
# 200 s, 20 s of them at the same time. It has been called 54.5 %, 40 % and 120 %.
TEN_MINUTES = talk(
    rep(0, 120, words(240)),
    ana(110, 210, words(200)),
    rep(300, 420, words(240)),
    ana(410, 509, words(198)),
    ana(599, 600, words(2)),
)
OF_TEN_MINUTES = BLANK | {
    "talk_ratio": Fraction(240, 440),
    "talk_share_of_call": Fraction(240, 600),
    "longest_monologue_s": 120,
    "longest_customer_story_s": 100,
    "interactivity": Fraction(3, 10),  # rep to contact, back, and to the contact again
    "patience_s": None,  # the one pause lasts 90 s: that is no answer
    "questions_user": 0,
    "question_rate_user": 0,
    "questions_contact": 0,
    "question_rate_contact": 0,
    "time_to_first_question_s": None,
    "words_per_minute_user": 120,
    "words_per_minute_contact": 120,
    "filler_rate_user": 0,
    "interruptions_user": 0,
    "backchannels_user": 0,
    "interruptions_contact": 2,
    "backchannels_contact": 0,
    "silence_s": 180,  # 210 to 300, 509 to 599; and 420 s of speech
    "silence_share": Fraction(3, 10),
    "overlap_s": 20,
    "conversation_s": 600,
    "speech_user_s": 240,
    "speech_contact_s": 200,
}

# A call with everything in it. Turns, backchannels left out: rep 0-4, contact 4.5-5,
# rep 5.4-20, contact 21-33, rep 32-38, contact 39-45, rep 45.8-50.
LIVELY = talk(
    rep(0.0, 4.0, "Hi Ana, um, this is Bo. Is this a good time?"),  # 11 words, 6 before `Is`
    ana(4.5, 5.0, "Yes."),  # an answer, though the rep goes on: no backchannel
    rep(5.4, 12.4, "Great, so you know we help teams with scheduling and"),  # 10 words
    ana(8.0, 8.5, "Mhm."),  # a backchannel
    rep(13.0, 20.0, "I mean dispatch too. What do you use today?"),  # 9 words, the same turn
    ana(
        21.0, 33.0, "Spreadsheets mostly. They break whenever someone sorts a column, and then"
        " nobody knows who goes where.",
    ),  # 16 words
    rep(27.0, 27.4, "Right."),  # a backchannel
    rep(32.0, 38.0, "How many people?"),  # an interruption of 1 s, a pause of 0
    ana(39.0, 45.0, "Twelve. Can it text them?"),  # 5 words
    rep(45.8, 50.0, "It can."),  # a pause of 0.8 s
)  # fmt: skip
OF_LIVELY = {
    "talk_ratio": Fraction(286, 476),  # 4 + 7 + 7 + 0.4 + 6 + 4.2 s and 0.5 + 0.5 + 12 + 6 s
    "talk_share_of_call": Fraction(286, 500),
    "longest_monologue_s": Fraction(146, 10),
    "longest_customer_story_s": 12,
    "interactivity": Fraction(72, 10),  # 6 in 50 s
    "patience_s": Fraction(4, 10),  # of 0.4, 0 and 0.8 s
    "questions_user": 3,
    "question_rate_user": 216,
    "questions_contact": 1,
    "question_rate_contact": 72,
    "time_to_first_question_s": Fraction(24, 11),  # 6 of 11 words in 4 s
    "words_per_minute_user": Fraction(36 * 600, 286),
    "words_per_minute_contact": Fraction(23 * 60, 19),
    "filler_rate_user": Fraction(300, 36),  # um, you know, I mean
    "interruptions_user": 1,
    "backchannels_user": 1,
    "interruptions_contact": 0,
    "backchannels_contact": 1,
    "silence_s": Fraction(43, 10),  # 0.5 + 0.4 + 0.6 + 1 + 1 + 0.8
    "silence_share": Fraction(43, 500),
    "overlap_s": Fraction(19, 10),  # 0.5 + 0.4 + 1
    "conversation_s": 50,
    "speech_user_s": Fraction(286, 10),
    "speech_contact_s": 19,
}

# 69 words in 25 s. A voicemail has one side, and is too short for a rate by the hour.
VOICEMAIL = talk(
    rep(1, 13.5, "Hi, this is Bo from Quillmoor, uh, about the quote. " + words(25)),
    rep(14, 26.5, "Could you call me back? " + words(29)),
)
OF_VOICEMAIL = BLANK | {
    "questions_user": 1,
    "words_per_minute_user": Fraction(69 * 60, 25),
    "filler_rate_user": Fraction(100, 69),
    "conversation_s": Fraction(255, 10),
    "speech_user_s": 25,
}


@pytest.mark.parametrize(
    ("transcript", "by_hand"),
    [
        pytest.param(TEN_MINUTES, OF_TEN_MINUTES, id="ten minutes"),
        pytest.param(LIVELY, OF_LIVELY, id="lively"),
        pytest.param(VOICEMAIL, OF_VOICEMAIL, id="voicemail"),
        pytest.param(None, BLANK, id="nothing transcribed"),
        pytest.param(talk(), BLANK, id="nothing said"),
    ],
)
def test_a_call_measures_what_was_found_by_hand(
    transcript: Transcript | None, by_hand: dict[str, Fraction | None]
) -> None:
    figures = measure(transcript)
    assert list(figures) == list(METRICS)
    wanted = {name: None if value is None else float(value) for name, value in by_hand.items()}
    assert_same(figures, wanted)
