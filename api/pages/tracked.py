"""How pages show what trackers find: hits with links to their moments, bars by week, choices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from api.pages.address import Address
from api.pages.links import call_path, place
from api.pages.marking import Marks
from indexer.grammar import Asked
from indexer.store.contract import Store
from indexer.tracking import Count, Quoted, demand_of
from indexer.wire.tracking import TrackerHitOut
from models import Facet, Mode
from models.errors import QueryInvalid
from models.tracker import Tracker

AGES: Final = {
    "": "Any time",
    "30d": "Last 30 days",
    "90d": "Last 90 days",
    "26w": "Last 6 months",
    "52w": "Last 12 months",
}
_WIDTH: Final = 720.0
_HEIGHT: Final = 120.0
_GAP: Final = 0.25  # of a bar's place


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHit:
    """A hit, and where in its call's page it is."""

    out: TrackerHitOut
    url: str

    @classmethod
    def of(cls, quoted: Quoted, tracker: Tracker, *, blind: bool = False) -> "ShownHit":
        """A hit as a page shows it."""
        spoken = quoted.hit.spoken
        utterance = quoted.record.utterances(spoken.kind)[spoken.position]
        return cls(
            out=TrackerHitOut.of(quoted, tracker.examples, blind=blind),
            url=f"{call_path(spoken.call_id)}#{place(spoken.kind, spoken.position, utterance)}",
        )

    @property
    def name(self) -> str:
        """What a form names it by."""
        return f"{self.out.kind.value}:{self.out.utterance}:{self.out.call.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A week in a plot, in units of its picture; without calls it has no height."""

    count: Count
    x: float
    width: float
    top: float | None = None
    low: float = _HEIGHT
    high: float = _HEIGHT

    @property
    def middle(self) -> float:
        """Where its interval is drawn."""
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """The share of calls with a hit, week by week; `most` is the share at its top."""

    bars: tuple[Bar, ...]
    most: float
    width: float = _WIDTH
    height: float = _HEIGHT

    @classmethod
    def of(cls, weeks: Sequence[Count]) -> "Plot":
        """The plot of some weeks."""
        intervals = [week.share.interval for week in weeks]
        most = max((i.high for i in intervals if i is not None), default=1.0) or 1.0
        step = _WIDTH / max(len(weeks), 1)
        return cls(
            bars=tuple(_bar(w, n * step, step, most) for n, w in enumerate(weeks)), most=most
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """The form that narrows what is counted: its choices, and what it sends along unseen."""

    ages: tuple[tuple[str, str, bool], ...]
    reps: tuple[tuple[str, str, bool], ...]
    hidden: tuple[tuple[str, str], ...]
    is_narrowed: bool

    @classmethod
    def of(cls, address: Address, store: Store) -> "Narrowing":
        """The form for what an address says."""
        since, rep = address.one("since"), address.one("user_id")
        ages = AGES if since in AGES else AGES | {since: f"Since {since}"}
        reps = [(count.value, count.label) for count in store.counts(Facet.USER)]
        if rep and rep not in dict(reps):
            reps.append((rep, rep))
        return cls(
            ages=tuple((value, label, value == since) for value, label in ages.items()),
            reps=(("", "All reps", not rep), *((v, label, v == rep) for v, label in reps)),
            hidden=address.without("since", "user_id", "cursor", "last").pairs,
            is_narrowed=bool(
                address.without("version", "order", "cursor", "last", "without").pairs
            ),
        )


def marks_of(tracker: Tracker) -> Marks:
    """What is marked in hits: what their tracker wants to be said."""
    try:
        return Marks.of(Asked(said=demand_of(tracker)), Mode.KEYWORD)
    except QueryInvalid:
        return Marks()


def shown(hits: Iterable[Quoted], tracker: Tracker, *, blind: bool = False) -> list[ShownHit]:
    """Hits as a page shows them."""
    return [ShownHit.of(hit, tracker, blind=blind) for hit in hits]


def _bar(week: Count, x: float, step: float, most: float) -> Bar:
    left, width = x + step * _GAP / 2, step * (1 - _GAP)
    value, interval = week.share.value, week.share.interval
    if value is None or interval is None:
        return Bar(count=week, x=left, width=width)

    def at(share: float) -> float:
        return round(_HEIGHT * (1 - share / most), 1)

    return Bar(
        count=week, x=round(left, 1), width=round(width, 1), top=at(value),
        low=at(interval.low), high=at(interval.high),
    )  # fmt: skip
