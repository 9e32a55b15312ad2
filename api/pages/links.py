"""Links to calls and to moments in them."""

from typing import Final
from urllib.parse import quote

from api.pages.address import Address
from api.pages.words import seconds
from indexer.wire import MomentOut
from models import Kind, Utterance

_LETTERS: Final = {Kind.RECORDING: "t", Kind.VOICEMAIL: "v"}


def call_path(call_id: str) -> str:
    """A call's page, for good: this is what people send each other."""
    return f"/calls/{quote(call_id, safe='')}"


def call_url(
    call_id: str, address: Address, *, rank: int | None = None, moment: MomentOut | None = None
) -> str:
    """A call's page that knows from which question, and from which rank, one came."""
    address = address.without("n")
    address = address.having("n", rank) if rank else address
    return address.at(call_path(call_id), _place_of(moment) if moment else "")


def place(kind: Kind, index: int, utterance: Utterance) -> str:
    """An utterance's fragment: `t=83.2` in a recording, `v=2` in a voicemail."""
    start_s = utterance.start_s
    letter = _LETTERS[kind]
    return f"{letter}{index}" if start_s is None else f"{letter}={seconds(start_s)}"


def _place_of(moment: MomentOut) -> str:
    answers = next((u for u in moment.utterances if u.matched), None)
    if answers is None:
        return moment.kind.value
    letter = _LETTERS[moment.kind]
    if answers.start_s is None:
        return f"{letter}{answers.index}"
    return f"{letter}={seconds(answers.start_s)}"
