"""Short, cheap calls by the thousand, for load runs."""

from datetime import datetime, timedelta
from random import Random
from typing import Final

from scripts.close_standin.clock import stamp
from scripts.close_standin.filling import world_of
from scripts.close_standin.ids import Ids
from scripts.close_standin.world import Record, World
from scripts.close_standin.writing import audio_url

_USERS: Final = 20
_CALLS_PER_LEAD: Final = 10
_PERIOD: Final = timedelta(days=365)
_UTTERANCES: Final = 6
_UTTERANCE_S: Final = 5.0

_SUBJECTS: Final = "price contract invoice trial import report training renewal rollout".split()
_VERBS: Final = "review delay compare approve cancel extend explain sign check".split()
_TIMES: Final = "today tomorrow Monday Friday soon later in-March next-quarter".split()


def synthetic_world(count: int, *, until: datetime, seed: int = 0) -> World:
    """Return an organization with `count` calls, spread evenly over the year before `until`."""
    random, ids = Random(f"synthetic {seed}"), Ids(seed)
    users = [ids.new("user") for _ in range(min(_USERS, count))]
    leads = [ids.new("lead") for _ in range(-(-count // _CALLS_PER_LEAD))]
    step = _PERIOD / max(count, 1)
    calls = [
        _call(ids, random, until - step * number, random.choice(users), random.choice(leads))
        for number in range(1, count + 1)
    ]
    return world_of(calls)


def utterances(random: Random) -> list[Record]:
    """Return what two people said in half a minute, in turns of one sentence."""
    return [_utterance(random, number) for number in range(_UTTERANCES)]


def _call(ids: Ids, random: Random, at: datetime, user_id: str, lead_id: str) -> Record:
    call_id = ids.new("acti")
    duration_s = int(_UTTERANCES * _UTTERANCE_S)
    return {
        "id": call_id,
        "lead_id": lead_id,
        "user_id": user_id,
        "status": "completed",
        "disposition": "answered",
        "duration": duration_s,
        "date_created": stamp(at),
        "date_answered": stamp(at),
        "date_updated": stamp(at + timedelta(seconds=duration_s)),
        "has_recording": True,
        "recording_url": audio_url(call_id, "recording"),
        "recording_duration": duration_s,
        "recording_transcript": {
            "utterances": utterances(random),
            "summary_text": None,
            "summary_html": None,
        },
    }


def _utterance(random: Random, number: int) -> Record:
    text = (
        f"We {random.choice(_VERBS)} the {random.choice(_SUBJECTS)} {random.choice(_TIMES)}, "
        f"then {random.choice(_VERBS)} number {random.randrange(10_000)}."
    )
    is_ours = number % 2 == 0
    return {
        "speaker_label": "Rep" if is_ours else "Customer",
        "speaker_side": "close-user" if is_ours else "contact",
        "start": number * _UTTERANCE_S,
        "end": (number + 1) * _UTTERANCE_S - 0.5,
        "text": text,
    }
