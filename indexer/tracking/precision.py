"""Precision: how many of a tracker's hits are what it is meant to find, and how sure that is."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from indexer.embedder import Embedder
from indexer.papers import Written
from indexer.statistics.proportions import proportion
from indexer.store.contract import Store
from indexer.tracking.defining import TRACKERS
from indexer.tracking.finding import Found, Hit, find
from indexer.tracking.labelling import Labels, counting, frame_of, in_order, labels_of
from models import SearchFilter
from models.estimate import Estimate, Interval
from models.tracker import Tracker, Verdict

THRESHOLDS: Final = tuple(round(0.3 + 0.05 * n, 2) for n in range(13))
"""What is tried in the table of thresholds, beside the tracker's own: 0.3 to 0.9."""

_NO_HITS: Final = "there are no hits"
_NO_LABELS: Final = "none of these hits is labelled in the order of labelling yet"
_ALL_UNSURE: Final = "nobody was sure of any of the labelled hits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """What labels say of the hits of one version at one threshold.

    Of `hits`, `in_frame` are in calls that were there when the labels were given; the
    first `labelled` of these in the order of labelling count, and `waiting` labels do not yet,
    as a hit before them has none. `later` hits came since. The `rate` is that of yes among
    yes and no: hits nobody was sure of are left out, and counted.
    """

    version: int
    threshold: float
    hits: int
    in_frame: int
    labelled: int
    waiting: int
    yes: int
    no: int
    unsure: int

    @property
    def later(self) -> int:
        """Hits that no label speaks for, as their calls came after the labelling."""
        return self.hits - self.in_frame

    @property
    def rate(self) -> Estimate:
        """Precision, with Wilson's interval; exact where every hit is labelled yes or no."""
        decided = self.yes + self.no
        if not decided:
            return Estimate(value=None, n=0, why=self._why_not())
        if decided == self.in_frame:
            value = self.yes / decided
            return Estimate(
                value=value,
                n=decided,
                interval=Interval(low=value, high=value, method="every hit is labelled"),
            )
        return proportion(self.yes, decided)

    def _why_not(self) -> str:
        if not self.hits:
            return _NO_HITS
        return _ALL_UNSURE if self.labelled else _NO_LABELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Precisions:
    """Precision of each version at its threshold, and of one version at several.

    `labels` are all that are of words as they stand, `dropped` those that are not.
    """

    versions: tuple[Precision, ...]
    thresholds: tuple[Precision, ...]
    labels: int
    dropped: int


def precisions(
    tracker: Written[Tracker], where: SearchFilter, *, store: Store, embedder: Embedder
) -> Precisions:
    """What labels say of a tracker: of each version, and of `tracker` at several thresholds."""
    labels = labels_of(tracker.id, store=store)

    def found(one: Written[Tracker]) -> Found:
        return find(one.body, where, store=store, embedder=embedder)

    own = tracker.body.threshold
    tried = sorted({own, *THRESHOLDS}) if tracker.body.examples else [own]
    widest = found(_with_threshold(tracker, tried[0]))
    return Precisions(
        versions=tuple(
            judge(one, found(one).hits(), labels, store=store)
            for one in TRACKERS.versions(store, tracker.id)
        ),
        thresholds=tuple(
            judge(_with_threshold(tracker, one), widest.at(one).hits(), labels, store=store)
            for one in tried
        ),
        labels=len(labels.by_hit),
        dropped=labels.dropped,
    )


def precision(tracker: Written[Tracker], found: Found, *, store: Store) -> Precision:
    """What labels say of what a version of a tracker found, with the threshold it has here."""
    return judge(tracker, found.hits(), labels_of(tracker.id, store=store), store=store)


def judge(
    tracker: Written[Tracker], hits: Iterable[Hit], labels: Labels, *, store: Store
) -> Precision:
    """What labels say of some hits of a tracker."""
    ordered = in_order(tracker.id, hits)
    frame = frame_of(ordered, labels, store=store)
    given = Counter(label.body.verdict for label in counting(ordered, frame, labels, store=store))
    labelled = sum(hit.spoken in labels.by_hit for hit in ordered)
    return Precision(
        version=tracker.version,
        threshold=tracker.body.threshold,
        hits=len(ordered),
        in_frame=frame.hits,
        labelled=given.total(),
        waiting=labelled - given.total(),
        yes=given[Verdict.YES],
        no=given[Verdict.NO],
        unsure=given[Verdict.UNSURE],
    )


def _with_threshold(tracker: Written[Tracker], threshold: float) -> Written[Tracker]:
    return replace(tracker, body=tracker.body.at(threshold))
