"""Transcripts as nobody would write them: no figure is made up, and none stops anything."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.metrics import METRICS, measure
from models import Side, Transcript, Utterance
from models.metric import Unit
from models.outline import Figures
from tests.indexer.metrics.talking import ana, rep, somebody, talk, words

BOTH = ("talk_ratio", "interactivity", "patience_s", "silence_s", "overlap_s", "backchannels_user")

TIMES = st.one_of(
    st.none(),
    st.floats(-10, 500),
    st.integers(-5, 90).map(float),
    st.sampled_from([0.0, -0.0, 1e-9, 1e9, -1e300, 1e308, math.inf, -math.inf, math.nan]),
)
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "?", "...", "Mhm.", "What is it?", "you know", "Press 1", "\u3002\uff1f", "\x00"]
    ),
    st.lists(
        st.sampled_from(["yeah", "um", "price", "what", "is", "it?", "end."]), max_size=40
    ).map(" ".join),
)
UTTERANCES = st.builds(
    Utterance,
    text=TEXTS,
    side=st.sampled_from(Side),
    speaker=st.sampled_from(["", "A", "B"]),
    start_s=TIMES,
    end_s=TIMES,
)


def in_order(utterances: list[Utterance]) -> Transcript:
    timed = [u for u in utterances if u.start_s is not None and not math.isnan(u.start_s)]
    rest = [u for u in utterances if u not in timed]
    return Transcript(utterances=(*sorted(timed, key=lambda u: u.start_s or 0.0), *rest))


@settings(max_examples=300, deadline=None)
@given(st.lists(UTTERANCES, max_size=12).map(in_order))
def test_every_figure_is_none_or_a_finite_number_in_its_bounds(transcript: Transcript) -> None:
    figures = measure(transcript)
    assert list(figures) == list(METRICS)
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures
    for name, figure in figures.items():
        least, most = METRICS[name].bounds
        assert figure is None or least <= figure <= most, name


def figures_of(*utterances: Utterance) -> Figures:
    return measure(talk(*utterances))


def test_a_call_of_one_side_has_nothing_of_two() -> None:
    for of_one in (rep, ana):
        figures = figures_of(of_one(0, 20, words(40)), of_one(30, 60, words(60)))
        assert [n for n, m in METRICS.items() if m.is_two_sided and figures[n] is not None] == []
        assert figures["conversation_s"] == 60


def test_of_the_silent_side_nothing_is_known_rather_than_nothing_done() -> None:
    figures = figures_of(rep(0, 40, words(80)))
    assert (figures["questions_user"], figures["questions_contact"]) == (0, None)
    assert figures["speech_contact_s"] is None


def test_shares_and_rates_need_half_a_minute_and_counts_do_not() -> None:
    short = figures_of(rep(0, 15, words(30)), ana(15, 29.999, words(30, "?")))
    rates = [n for n, m in METRICS.items() if m.unit in (Unit.SHARE, Unit.PER_HOUR)]
    assert {short[name] for name in (*rates, "interactivity")} == {None}
    assert (short["questions_contact"], short["silence_s"], short["patience_s"]) == (1, 0, None)
    long = figures_of(rep(0, 15, words(30)), ana(15, 30, words(30, "?")))
    assert None not in {long[name] for name in (*rates, "interactivity")}


@pytest.mark.parametrize(
    ("start_s", "end_s"),
    [
        (5.0, None),
        (5.0, 5.0),
        (5.0, 4.0),
        (None, None),
        (None, 5.0),
        (5.0, math.nan),
        (5.0, math.inf),
    ],
    ids=str,
)
def test_what_has_no_length_counts_in_words_and_not_in_seconds(
    start_s: float | None, end_s: float | None
) -> None:
    timed = (rep(0, 5, words(10)), ana(6, 40, words(100)))
    figures = figures_of(timed[0], rep(start_s, end_s, "What now?"), timed[1])
    assert figures["speech_user_s"] == 5
    assert figures["questions_user"] == 1
    assert figures["time_to_first_question_s"] is None
    assert figures["talk_ratio"] == figures_of(*timed)["talk_ratio"] == 5 / 39


def test_when_more_than_a_tenth_of_the_words_has_no_time_no_seconds_are_given() -> None:
    timed = (rep(0, 30, words(45)), ana(30, 60, words(45)))
    enough = figures_of(*timed, rep(60, None, words(10)))
    assert (enough["talk_ratio"], enough["conversation_s"]) == (0.5, 60)
    too_few = figures_of(*timed, rep(60, None, words(11)))
    assert {too_few[name] for name in (*BOTH, "conversation_s", "speech_user_s")} == {None}
    assert too_few["questions_user"] == 0


def test_when_more_than_a_tenth_of_the_words_is_of_unknown_side_nothing_is_of_sides() -> None:
    known = (rep(0, 30, words(45)), ana(30, 60, words(45)))
    enough = figures_of(*known, somebody(60, 70, words(10)))
    assert enough["talk_ratio"] == 0.5
    too_few = figures_of(*known, somebody(60, 70, words(11)))
    assert {name for name, figure in too_few.items() if figure is not None} == {"conversation_s"}


def test_what_an_unknown_side_says_is_no_silence() -> None:
    figures = figures_of(rep(0, 30, words(50)), somebody(30, 34, words(6)), ana(35, 60, words(50)))
    assert figures["silence_s"] == 1


def test_two_of_our_side_are_one_side_and_two_speakers() -> None:
    figures = figures_of(
        rep(0, 20, words(40)), rep(15, 40, words(40), speaker="Cy"), ana(40, 80, words(80))
    )
    assert figures["speech_user_s"] == 40
    assert figures["talk_ratio"] == 0.5
    assert figures["longest_monologue_s"] == 25
    assert figures["interactivity"] == 1.5
    assert figures["interruptions_user"] == 0


def test_rows_of_one_speaker_that_overlap_count_once() -> None:
    figures = figures_of(rep(0, 20, words(40)), rep(10, 25, words(30)), ana(25, 50, words(50)))
    assert (figures["speech_user_s"], figures["longest_monologue_s"]) == (25, 25)
    assert figures["talk_ratio"] == 0.5


def test_a_time_before_the_start_is_a_time() -> None:
    figures = figures_of(rep(-5, 25, words(50)), ana(25, 55, words(50)))
    assert (figures["conversation_s"], figures["talk_ratio"]) == (60, 0.5)


@pytest.mark.parametrize(
    "line",
    [
        "Your call is important to us. Please stay on the line.",
        "For sales, press 1. For support, press two.",
        "Please leave your message after the tone.",
    ],
)
def test_machines_are_nobody(line: str) -> None:
    talked = (rep(60, 90, words(60)), ana(90, 120, words(60)))
    assert figures_of(ana(0, 50, line), *talked) == figures_of(*talked)
    assert figures_of(somebody(0, 50, line), *talked) == figures_of(*talked)


def test_what_a_rep_says_is_said_even_as_machines_say_it() -> None:
    talked = (rep(60, 90, words(60)), ana(90, 120, words(60)))
    assert figures_of(rep(0, 30, "Please press 1."), *talked)["conversation_s"] == 120
