"""Transcripts read out of Close's JSON: ordered, and no word lost or changed."""

import json
import math
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.close import FIELDS, read_call
from models import Side, Transcript, Utterance
from models.errors import CloseUnreadable
from tests.indexer.close.talking import a_payload


def recording(*utterances: Any, **more: Any) -> Transcript | None:
    transcript = {"utterances": list(utterances)} | more
    return read_call(a_payload(recording_transcript=transcript)).recording


def texts(transcript: Transcript | None) -> list[str]:
    assert transcript is not None
    return [utterance.text for utterance in transcript.utterances]


@pytest.mark.parametrize(
    "told",
    [
        None,
        {},
        {"utterances": None},
        {"utterances": []},
        {"utterances": [], "summary_text": "", "summary_html": None},
        {"speakers": ["somebody"]},
    ],
)
def test_a_transcript_of_nothing_is_none(told: Any) -> None:
    assert read_call(a_payload(recording_transcript=told)).recording is None


@pytest.mark.parametrize("utterances", [{}, {"utterances": None}, {"utterances": []}])
def test_a_summary_without_utterances_is_kept(utterances: dict[str, Any]) -> None:
    told = utterances | {"summary_text": "They greet."}

    assert read_call(a_payload(voicemail_transcript=told)).voicemail == Transcript(
        summary_text="They greet."
    )


def test_utterances_are_ordered_by_start_and_equal_starts_keep_their_order() -> None:
    told = [("d", 9), ("b", 5), ("a", -1.5), ("c", 5)]

    transcript = recording(*({"text": text, "start": start} for text, start in told))

    assert texts(transcript) == ["a", "b", "c", "d"]


def test_an_utterance_without_a_start_stays_after_its_neighbour() -> None:
    told = [("first", None), ("late", 9), ("after late", None), ("early", 1), ("after early", "x")]

    transcript = recording(*({"text": text, "start": start} for text, start in told))

    assert texts(transcript) == ["first", "early", "after early", "late", "after late"]


@pytest.mark.parametrize(
    ("told", "start_s"),
    [
        (0.4, 0.4),
        (-3, -3.0),
        ("0.4", 0.4),
        (None, None),
        (math.nan, None),
        (math.inf, None),
        ("soon", None),
        (10**400, None),
        (True, None),
        ({}, None),
    ],
)
def test_a_time_is_a_finite_number_or_none(told: Any, start_s: float | None) -> None:
    transcript = recording({"text": "Hi.", "start": told, "end": told})

    assert transcript is not None
    (utterance,) = transcript.utterances
    assert (utterance.start_s, utterance.end_s) == (start_s, start_s)


@pytest.mark.parametrize(
    ("told", "side"),
    [
        ("close-user", Side.USER),
        ("contact", Side.CONTACT),
        ("narrator", Side.UNKNOWN),
        (None, Side.UNKNOWN),
        (["contact"], Side.UNKNOWN),
    ],
)
def test_a_side_is_close_s_word_or_unknown(told: Any, side: Side) -> None:
    transcript = recording({"text": "Hi.", "speaker_side": told})

    assert transcript is not None
    assert transcript.utterances[0].side is side


def test_an_utterance_of_nulls_is_silence_by_nobody() -> None:
    assert recording(
        {"text": None, "speaker_label": None, "speaker_side": None, "start": None, "end": None}
    ) == Transcript(utterances=(Utterance(text=""),))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("nul \x00 in the middle", id="NUL"),
        pytest.param("\U0001f469\u200d\U0001f467 said \U0001d489", id="emoji"),
        pytest.param("\u202e\u05e9\u05dc\u05d5\u05dd\u202c", id="right to left"),
        pytest.param(" two \r\n lines\u2028three\t ", id="space and lines"),
        pytest.param("e\u0301 is not \u00e9", id="unnormalised"),
    ],
)
def test_words_are_kept_exactly(text: str) -> None:
    record = read_call(a_payload(note=text, recording_transcript={"utterances": [{"text": text}]}))

    assert record.call.note == text
    assert texts(record.recording) == [text]


def test_only_half_a_surrogate_pair_is_replaced() -> None:
    told = json.loads(r'{"text": "\ud83d\ude00 and \ud83d alone", "speaker_label": "\udc00"}')

    transcript = recording(told, summary_text="\ud800", summary_html="\udfff")

    assert transcript is not None
    assert transcript.utterances[0] == Utterance(text="😀 and \ufffd alone", speaker="\ufffd")
    assert (transcript.summary_text, transcript.summary_html) == ("\ufffd", "\ufffd")


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        pytest.param(
            {"utterances": [{"text": "fine"}, "secret words"]},
            "recording_transcript.utterances[1] is not an object",
            id="utterance",
        ),
        pytest.param(
            {"utterances": [{"text": ["secret words"]}]},
            "recording_transcript.utterances[0].text is not text",
            id="text",
        ),
        pytest.param(
            {"utterances": {"text": "secret words"}},
            "recording_transcript.utterances is not a list",
            id="utterances",
        ),
        pytest.param("secret words", "recording_transcript is not an object", id="transcript"),
        pytest.param(
            {"utterances": ["secret words", 7]},
            "recording_transcript.utterances[0] is not an object (and 1 more)",
            id="several",
        ),
    ],
)
def test_a_transcript_of_another_shape_is_named_and_never_quoted(told: Any, problem: str) -> None:
    with pytest.raises(CloseUnreadable) as raised:
        read_call(a_payload(recording_transcript=told))

    assert str(raised.value) == f"call acti_1: {problem}"
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.characters(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
UTTERANCES = st.lists(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys("text start end speaker_label speaker_side more".split(), JUNK),
    )
    | JUNK,
    max_size=4,
)
TRANSCRIPTS = st.fixed_dictionaries(
    {},
    optional={"utterances": UTTERANCES | JUNK, "summary_text": JUNK, "summary_html": JUNK},
)


@given(
    junk=st.dictionaries(st.sampled_from(FIELDS) | st.text(), JUNK, max_size=8),
    recorded=JUNK | TRANSCRIPTS,
    is_named=st.booleans(),
)
def test_whatever_close_sends_is_a_call_or_unreadable(
    junk: dict[str, Any], recorded: Any, *, is_named: bool
) -> None:
    payload = {"recording_transcript": recorded} | junk | (a_payload() if is_named else {})

    try:
        record = read_call(payload)
    except CloseUnreadable:
        return
    # Nothing is left in it that cannot be written down.
    json.dumps(asdict(record), ensure_ascii=False, allow_nan=False, default=str).encode()


@given(
    spoken=st.lists(
        st.tuples(ANY_TEXT, st.none() | st.floats(allow_nan=False, allow_infinity=False))
    )
)
def test_no_word_is_ever_lost_or_changed(spoken: list[tuple[str, float | None]]) -> None:
    transcript = recording(*({"text": text, "start": start} for text, start in spoken))

    found = [(u.text, u.start_s) for u in transcript.utterances] if transcript else []
    assert sorted(found, key=repr) == sorted(spoken, key=repr)
