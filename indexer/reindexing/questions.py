"""What two embedders are asked to be compared: saved searches, and what people have said."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from models import CallRecord, Kind, SearchQuery

SAMPLED: Final = 50
FEWEST_WORDS: Final = 6
MOST_WORDS: Final = 30

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, and where it comes from: the name of a saved search, or an utterance.

    One that was said in a call is asked without that call, which would answer itself.
    """

    query: SearchQuery
    name: str | None = None
    call_id: str | None = None
    kind: Kind | None = None
    position: int | None = None


def sampled(
    call_ids: Sequence[str],
    get: Callable[[str], CallRecord | None],
    *,
    count: int = SAMPLED,
    seed: int = 0,
) -> Iterator[Question]:
    """An utterance of 6 to 30 words from each of `count` calls, drawn by a seed.

    Each call has its place in the draw by a hash of its id: calls that come or go later
    leave the others in. Calls without such an utterance are passed over.
    """
    for call_id in sorted(call_ids, key=lambda call_id: _drawn(seed, call_id)):
        if count <= 0:
            return
        record = get(call_id)
        question = record and _from(record, seed)
        if question:
            yield question
            count -= 1


def _from(record: CallRecord, seed: int) -> Question | None:
    """One utterance of a call, drawn like the call was."""
    spoken = [
        (_drawn(seed, f"{record.call.id} {kind} {position}"), kind, position, words)
        for kind in (Kind.RECORDING, Kind.VOICEMAIL)
        for position, words in enumerate(_utterances(record, kind))
        if FEWEST_WORDS <= len(words) <= MOST_WORDS
    ]
    if not spoken:
        return None
    _, kind, position, words = min(spoken)
    # Bare words in small letters: nothing in them is an operator of the search box.
    query = SearchQuery(text=" ".join(words).lower())
    return Question(query=query, call_id=record.call.id, kind=kind, position=position)


def _utterances(record: CallRecord, kind: Kind) -> Iterator[list[str]]:
    transcript = record.transcript(kind)
    for utterance in transcript.utterances if transcript else ():
        yield _WORD.findall(utterance.text)


def _drawn(seed: int, text: str) -> bytes:
    return blake2b(f"{seed} {text}".encode(), digest_size=8).digest()
