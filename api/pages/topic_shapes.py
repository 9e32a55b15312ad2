"""Topics as a page draws them: the bars of a trend, and a filter in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from api.pages.filters import told
from api.pages.words import percent, worded
from indexer.store.contract import Store
from indexer.wire.topics import TopicOut, TopicPeriodOut
from models import Facet
from models.topic import Step

_WORDED: Final = ("side", "kind", "disposition", "direction", "call_method")
_HEIGHT: Final = 40.0
_WIDTH: Final = 300.0
_GAP: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A period of a chart, in its units; `words` say what it shows."""

    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendChart:
    """The share of calls that touch a topic, period by period, from none to `top`."""

    bars: tuple[Bar, ...]
    top: float
    words: str

    @classmethod
    def of(cls, topic: TopicOut, step: Step) -> "TrendChart":
        """The chart of a topic; a period without calls has no bar."""
        shares = [period.share.value or 0.0 for period in topic.trend]
        top = max(shares, default=0.0)
        width = _WIDTH / max(1, len(shares))
        bars = tuple(
            _bar(n * width, width, share / top if top else 0.0, period)
            for n, (share, period) in enumerate(zip(shares, topic.trend, strict=True))
            if period.share.n
        )
        words = f"Share of calls by {step}, {len(shares)} in all; the highest is {percent(top)}"
        return cls(bars=bars, top=top, words=words)


def _bar(x: float, width: float, share: float, period: TopicPeriodOut) -> Bar:
    height = max(1.0, share * _HEIGHT) if period.calls else 1.0
    told = f"{period.start}: {period.calls} of {period.share.n} calls"
    return Bar(
        x=round(x + width * _GAP / 2, 2), y=round(_HEIGHT - height, 2),
        width=round(width * (1 - _GAP), 2), height=round(height, 2), words=told,
    )  # fmt: skip


def filter_in_words(where: Mapping[str, Any], store: Store) -> str:
    """A filter as it was typed, in words."""
    labels = {count.value: count.label for count in store.counts(Facet.USER)}
    labels |= {count.value: count.label for count in store.counts(Facet.OUTCOME)}
    parts = []
    for name, value in where.items():
        for one in value if isinstance(value, list | tuple) else [value]:
            if one in (None, False):
                continue
            text = "true" if one is True else str(one)
            label = worded(text) if name in _WORDED else labels.get(text)
            parts.append(f"Says {text}" if name == "said" else told(name, text, label))
    return " · ".join(parts) or "All calls"
