"""Labels: what people say of hits, drawn so that the rate of right ones can be estimated.

Every utterance has a number that nobody chose: a keyed hash of its call, transcript and
position, with the tracker's id as the key. Hits are labelled in the order of these numbers.
To sort by such numbers is to shuffle, so the first n of any set of hits are a simple random
sample of it (without replacement). That holds of every set alike, so labels count again:

    the hits of a higher threshold    are a part of those of the lower one, in the same order
    the hits of another version       count as far as they are labelled without a gap
    the hits under a filter           as those of a higher threshold

What counts for a set of hits is its labelled beginning: everything before its first hit
without a label. What is labelled beyond that would be a sample of what was labelled for
another purpose, and waits until the gap before it is labelled, too.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from indexer.papers import Written
from indexer.store.contract import Store
from indexer.tracking.defining import LABELS
from indexer.tracking.finding import Hit, Spoken
from models import CallRecord
from models.errors import QueryInvalid
from models.tracker import HitLabel, Tracker, Verdict

_KEY_BYTES: Final = 64  # that blake2b takes

Mask = npt.NDArray[np.bool_]
Frames = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The part of a set of hits that labels speak for.

    `hits` of them are in the calls that had arrived by `arrived`; of these the first
    `labelled`, in the order of labelling, have labels.
    """

    arrived: int
    hits: int
    labelled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The labels of a tracker's hits that are of the words as they stand now.

    `dropped` counts those whose utterance says something else now, or is gone.
    """

    by_hit: Mapping[Spoken, Written[HitLabel]]
    dropped: int


def order_of(tracker_id: str, spoken: Spoken) -> int:
    """Where in the order of labelling an utterance stands: 64 bits that look drawn at random."""
    name = f"{spoken.call_id}\0{spoken.kind}\0{spoken.position}".encode()
    key = tracker_id.encode()[:_KEY_BYTES]
    return int.from_bytes(hashlib.blake2b(name, digest_size=8, key=key).digest())


def in_order(tracker_id: str, hits: Iterable[Hit]) -> list[Hit]:
    """Hits in the order in which they are labelled."""
    return sorted(hits, key=lambda hit: (order_of(tracker_id, hit.spoken), hit.spoken))


def hash_of(text: str) -> str:
    """What a label knows an utterance's words by."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def text_of(spoken: Spoken, record: CallRecord | None) -> str | None:
    """What was said there; None if nothing is there any more."""
    utterances = record.utterances(spoken.kind) if record is not None else ()
    return utterances[spoken.position].text if spoken.position < len(utterances) else None


def labels_of(tracker_id: str, *, store: Store) -> Labels:
    """The labels of a tracker, each compared with the words that it is of."""
    by_call: dict[str, list[Written[HitLabel]]] = {}
    for label in LABELS.all(store, within=tracker_id):
        by_call.setdefault(label.body.call_id, []).append(label)
    found: dict[Spoken, Written[HitLabel]] = {}
    dropped = 0
    for call_id, labels in by_call.items():
        record = store.get(call_id)
        for label in labels:
            spoken = _spoken(label.body)
            text = text_of(spoken, record)
            if text is not None and hash_of(text) == label.body.words:
                found[spoken] = label
            else:
                dropped += 1
    return Labels(by_hit=found, dropped=dropped)


def put_label(
    tracker: Written[Tracker],
    spoken: Spoken,
    verdict: Verdict,
    *,
    store: Store,
    by: str,
    at: datetime,
) -> Written[HitLabel]:
    """Say what an utterance is; in place of what was said of it before, which is kept, too.

    Raises:
        QueryInvalid: there is no such utterance.
    """
    if not spoken.kind.is_spoken:
        raise QueryInvalid("kind", "must be recording or voicemail: nothing else has utterances")
    arrived = store.last_arrival()  # before it is read: what arrives meanwhile is later
    text = text_of(spoken, store.get(spoken.call_id))
    if text is None:
        raise QueryInvalid("utterance", "there is no such utterance in that call")
    words = hash_of(text)
    label = HitLabel(
        call_id=spoken.call_id, kind=spoken.kind, position=spoken.position, words=words,
        verdict=verdict, version=tracker.version, arrived=arrived,
    )  # fmt: skip
    paper_id = _id_of(tracker.id, spoken, words)
    paper = store.paper(LABELS.kind, paper_id)
    if paper is None:
        return LABELS.add(store, label, by=by, at=at, paper_id=paper_id, within=tracker.id)
    known = LABELS.get(store, paper_id)
    # The frame stays what it was when it was drawn: a second thought draws nothing.
    label = replace(label, arrived=known.body.arrived)
    return LABELS.change(store, known, label, by=by, at=at)


def unlabelled(ordered: Sequence[Hit], labels: Labels, *, limit: int) -> list[Hit]:
    """The hits to be labelled next, of hits in the order of labelling."""
    return [hit for hit in ordered if hit.spoken not in labels.by_hit][:limit]


def frame_of(ordered: Sequence[Hit], labels: Labels, *, store: Store) -> Frame:
    """The frame in which most labels count, of hits in the order of labelling.

    Calls that come after the labelling bring hits with numbers anywhere in the order, and so
    gaps. Without those calls the labels are what they were: a sample of the hits in the calls
    that were there. Which frame is taken depends on where labels are, never on what they say.
    """
    arrivals = sorted({label.body.arrived for label in labels.by_hit.values()})
    late = _lateness(arrivals, store)
    frames = np.array([late.get(hit.spoken.call_id, 0) for hit in ordered], np.int64)
    labelled = np.array([hit.spoken in labels.by_hit for hit in ordered], np.bool_)
    candidates = [*arrivals, store.last_arrival()]
    counts = [_beginning(labelled[frames <= n]) for n in range(len(candidates))]
    best = max(range(len(candidates)), key=lambda n: (counts[n], n))
    return Frame(arrived=candidates[best], hits=int((frames <= best).sum()), labelled=counts[best])


def counting(
    ordered: Sequence[Hit], frame: Frame, labels: Labels, *, store: Store
) -> list[Written[HitLabel]]:
    """The labels that count in a frame, of hits in the order of labelling."""
    late = set(store.arrived(after=frame.arrived, upto=store.last_arrival()))
    begin = [hit for hit in ordered if hit.spoken.call_id not in late][: frame.labelled]
    return [labels.by_hit[hit.spoken] for hit in begin if hit.spoken in labels.by_hit]


def _lateness(arrivals: Sequence[int], store: Store) -> dict[str, int]:
    """By how many of these arrivals a call was not there yet, of those that came after any."""
    late: dict[str, int] = {}
    for number, (after, upto) in enumerate(pairwise([*arrivals, store.last_arrival()]), 1):
        if upto > after:
            late |= dict.fromkeys(store.arrived(after=after, upto=upto), number)
    return late


def _beginning(labelled: Mask) -> int:
    """How many are labelled before the first that is not."""
    gaps = np.flatnonzero(~labelled)
    return int(gaps[0]) if len(gaps) else len(labelled)


def _spoken(label: HitLabel) -> Spoken:
    return Spoken(call_id=label.call_id, kind=label.kind, position=label.position)


def _id_of(tracker_id: str, spoken: Spoken, words: str) -> str:
    name = f"{tracker_id}\0{spoken.call_id}\0{spoken.kind}\0{spoken.position}\0{words}"
    return hashlib.sha256(name.encode()).hexdigest()[:32]
