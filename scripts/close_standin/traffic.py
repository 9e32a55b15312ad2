"""Things that happen to calls by chance: what working days do to an organization.

    traffic = Traffic(close, Random(7))
    print(traffic.step())       # such as "edit note acti_..."

Each step is drawn from `MIX` and done by the stand-in's own verbs. The random
numbers, the clock and what the organization holds decide it; no time passes by
itself. A call that was started is answered, ended, recorded, transcribed and
summarized by later steps, each of which may never come.
"""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Final, NamedTuple

from scripts.close_standin.clock import stamp
from scripts.close_standin.fields import TRANSCRIPTS
from scripts.close_standin.state import StandIn
from scripts.close_standin.synthetic import utterances
from scripts.close_standin.world import Record

_REMEMBERED: Final = 100
"""How many of the calls that traffic itself began it can go on with."""

_LOOKED_AT: Final = 20
"""How many of all calls are drawn, to find one that something can happen to."""

_FURTHEST_BACK: Final = timedelta(days=400)
_FURTHEST_AHEAD: Final = timedelta(days=5)
_LONGEST_TALK_S: Final = 3600

_UNANSWERED: Final = ("no-answer", "vm-answer", "vm-left", "busy", "blocked", "error", "abandoned")


class Verb(NamedTuple):
    """Something that can happen."""

    weight: int
    """How often it is drawn, against the others."""

    name: str

    happens: Callable[[StandIn, Random, Record], str | None]
    """Does it, to a call; returns the id of the call that it begins, if it begins one."""

    to: Callable[[Record], object] | None = None
    """Tells which calls it can happen to; None if it needs none."""


class Traffic:
    """Lets things happen to the calls of one organization, one a step."""

    def __init__(self, close: StandIn, random: Random) -> None:
        self._close = close
        self._random = random
        self._begun: deque[str] = deque(maxlen=_REMEMBERED)

    def step(self) -> str:
        """Let one thing happen and return what, with the id of the call it happened to."""
        with self._close.lock:
            while True:  # ends, since a call can always begin
                (verb,) = self._random.choices(MIX, [verb.weight for verb in MIX])
                call = self._fit_for(verb)
                if call is not None:
                    return f"{verb.name} {self._happen(verb, call)}"

    def _fit_for(self, verb: Verb) -> Record | None:
        """Return a call that a verb can happen to, or None; an empty one if it begins one."""
        if verb.to is None:
            return {}
        fit = [call for call in self._some_calls() if verb.to(call)]
        return self._random.choice(fit) if fit else None

    def _some_calls(self) -> list[Record]:
        """Return the calls begun last or, as often, some drawn from all."""
        shelf = self._close.calls
        if self._random.random() < 0.5:
            return [shelf.get(call_id) for call_id in self._begun if call_id in shelf]
        places = self._random.sample(range(len(shelf)), min(_LOOKED_AT, len(shelf)))
        return [shelf.at(place) for place in places]

    def _happen(self, verb: Verb, call: Record) -> str:
        """Let a verb happen, and return the id of the call that it happened to or began."""
        begun = verb.happens(self._close, self._random, call)
        if begun is not None:
            self._begun.append(begun)
        return begun or str(call["id"])


# Calls begin.


def _start(close: StandIn, random: Random, _: Record) -> str:
    lead_id = _lead(close, random)
    people = close.records.contacts_of(lead_id) if lead_id else []
    return close.start_call(
        lead_id=lead_id,
        contact_id=_one_or_none([person["id"] for person in people], random),
        user_id=_one_or_none(list(close.records.users), random),
        direction=random.choice(("inbound", "outbound")),
        phone=f"+1650555{random.randrange(10_000):04}",
    )


def _log(close: StandIn, random: Random, _: Record) -> str:
    return close.log_external_call({"lead_id": _lead(close, random)})


def _log_dated_back(close: StandIn, random: Random, _: Record) -> str:
    at = close.clock.now() - _FURTHEST_BACK * random.random()
    body = {"lead_id": _lead(close, random), "date_created": stamp(at)}
    return close.log_external_call(body | _talked(random))


def _log_dated_ahead(close: StandIn, random: Random, _: Record) -> str:
    at = close.clock.now() + _FURTHEST_AHEAD * random.random()
    return close.log_external_call({"lead_id": _lead(close, random), "date_created": stamp(at)})


# Telephony and Close go on with them.


def _answer(close: StandIn, _: Random, call: Record) -> None:
    close.answer(call["id"])


def _miss(close: StandIn, random: Random, call: Record) -> None:
    close.complete(call["id"], duration_s=0, disposition=random.choice(_UNANSWERED))


def _leave_voicemail(close: StandIn, random: Random, call: Record) -> None:
    close.leave_voicemail(call["id"], duration_s=random.randrange(2, 90))


def _hang_up(close: StandIn, random: Random, call: Record) -> None:
    close.complete(call["id"], duration_s=random.randrange(1, _LONGEST_TALK_S))


def _attach_recording(close: StandIn, _: Random, call: Record) -> None:
    close.attach_recording(call["id"])


def _transcribe(close: StandIn, random: Random, call: Record) -> None:
    close.deliver_transcript(call["id"], utterances(random), field=_untranscribed(call)[0])


def _transcribe_aloud(close: StandIn, random: Random, call: Record) -> None:
    field = _untranscribed(call)[0]
    close.deliver_transcript(call["id"], utterances(random), field=field, is_announced=True)


def _summarize(close: StandIn, random: Random, call: Record) -> None:
    close.deliver_summary(call["id"], _words(random), field=_unsummarized(call)[0])


# People change them.


def _edit_note(close: StandIn, random: Random, call: Record) -> None:
    user_id = _one_or_none(list(close.records.users), random)
    close.edit_note(call["id"], _words(random), user_id=user_id)


def _set_outcome(close: StandIn, random: Random, call: Record) -> None:
    outcome_id = _one_or_none(list(close.records.outcomes), random)
    close.change_call(call["id"], {"outcome_id": outcome_id})


def _change_external(close: StandIn, random: Random, call: Record) -> None:
    close.change_call(call["id"], _talked(random))


def _delete(close: StandIn, _: Random, call: Record) -> None:
    close.delete_call(call["id"])


def _delete_lead(close: StandIn, _: Random, call: Record) -> None:
    close.delete_lead(call["lead_id"])


def _merge_lead(close: StandIn, random: Random, call: Record) -> None:
    others = [lead_id for lead_id in close.records.leads if lead_id != call["lead_id"]]
    into_id = random.choice(others) if others else close.add_lead(_words(random))
    close.merge_leads(call["lead_id"], into_id)


# Which calls a verb can happen to.


def _is_any(_: Record) -> bool:
    return True


def _is_external(call: Record) -> bool:
    return bool(call["source"] == "External")


def _is_ringing(call: Record) -> bool:
    return bool(call["status"] == "created")


def _is_talking(call: Record) -> bool:
    return bool(call["status"] == "in-progress")


def _is_unrecorded(call: Record) -> bool:
    return bool(call["duration"] and not call["has_recording"])


def _is_of_a_lead(call: Record) -> bool:
    return call["lead_id"] is not None


def _untranscribed(call: Record) -> list[str]:
    """Return the fields in which a transcript may appear, as there is audio for it."""
    return [
        f"{audio}_transcript"
        for audio in ("recording", "voicemail")
        if call[f"{audio}_url"] and not call[f"{audio}_transcript"]
    ]


def _unsummarized(call: Record) -> list[str]:
    """Return the fields with a transcript that has no summary yet."""
    return [field for field in TRANSCRIPTS if call[field] and not call[field].get("summary_text")]


# What they are filled with.


def _lead(close: StandIn, random: Random) -> str | None:
    """Return the lead of a call: a known one, one added for it, or now and then none."""
    drawn = random.random()
    if drawn < 0.1:
        return None
    if drawn < 0.4 or not close.records.leads:
        return close.add_lead(_words(random))
    return random.choice(list(close.records.leads))


def _talked(random: Random) -> Record:
    """Return what is sent of a call made elsewhere, once it has ended."""
    return {
        "duration": random.randrange(1, _LONGEST_TALK_S),
        "recording_url": "https://pbx.example.com/recording.mp3",
        "note": _words(random),
    }


def _words(random: Random) -> str:
    return str(utterances(random)[0]["text"])


def _one_or_none(ids: Sequence[str], random: Random) -> str | None:
    return random.choice([*ids, None])


MIX: Final = (
    Verb(12, "start", _start),
    Verb(2, "log", _log),
    Verb(3, "log dated back", _log_dated_back),
    Verb(1, "log dated ahead", _log_dated_ahead),
    Verb(15, "answer", _answer, _is_ringing),
    Verb(4, "miss", _miss, _is_ringing),
    Verb(3, "leave voicemail", _leave_voicemail, _is_ringing),
    Verb(15, "hang up", _hang_up, _is_talking),
    Verb(15, "attach recording", _attach_recording, _is_unrecorded),
    Verb(12, "transcribe silently", _transcribe, _untranscribed),
    Verb(4, "transcribe aloud", _transcribe_aloud, _untranscribed),
    Verb(10, "summarize", _summarize, _unsummarized),
    Verb(6, "edit note", _edit_note, _is_any),
    Verb(3, "set outcome", _set_outcome, _is_any),
    Verb(3, "change external", _change_external, _is_external),
    Verb(3, "delete", _delete, _is_any),
    Verb(1, "delete lead", _delete_lead, _is_of_a_lead),
    Verb(1, "merge lead", _merge_lead, _is_of_a_lead),
)
"""Everything that happens, and how often."""
