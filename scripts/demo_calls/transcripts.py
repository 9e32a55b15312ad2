"""Writes a conversation as Close's transcript: utterances with times, and a summary."""

from random import Random

from scripts.close_standin.world import Record
from scripts.demo_calls.compose import Conversation
from scripts.demo_calls.stories import PlannedCall
from scripts.demo_calls.timing import spans, split_speech


def transcript(call: PlannedCall, talk: Conversation, number: int, chance: Random) -> Record:
    """Return the transcript of a recording or voicemail.

    Some calls, by `number`, carry what transcribers get wrong: a speaker
    without a name, or a side that is neither ours nor the contact's.
    """
    said = split_speech(talk.lines, chance)
    ours, theirs = call.rep.name, talk.contact_label or call.person.name
    if not call.attached or number % 37 == 11:
        theirs = ""
    their_side = "unknown" if number % 53 == 20 else "contact"
    utterances = [
        {
            "speaker_label": ours if is_ours else theirs,
            "speaker_side": "close-user" if is_ours else their_side,
            "start": start,
            "end": end,
            "text": text,
        }
        for (is_ours, text), (start, end) in zip(said, spans(said, chance), strict=True)
    ]
    return {"utterances": utterances, **_summary(call, talk, chance)}


def _summary(call: PlannedCall, talk: Conversation, chance: Random) -> Record:
    """Return an AI summary for seven talks in ten; voicemails seldom get one."""
    share = 0.7 / 0.93 if call.answered else 0.3
    if not talk.summary or chance.random() > share:
        return {"summary_text": None, "summary_html": None}
    points = "".join(f"<li>{point}</li>" for point in _sentences(talk.summary))
    return {"summary_text": talk.summary, "summary_html": f"<ul>{points}</ul>"}


def _sentences(text: str) -> list[str]:
    return [sentence if sentence.endswith(".") else f"{sentence}." for sentence in text.split(". ")]
