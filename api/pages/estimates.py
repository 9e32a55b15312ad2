"""What a sample's reviews say of its population, on the sample's page."""

from dataclasses import dataclass
from typing import Any

from indexer.estimating import DEFAULT_MARK, estimates
from indexer.papers import Written
from indexer.store.contract import Papers
from indexer.wire.estimates import EstimateOut
from indexer.wire.sample_estimates import EstimatedOut, EstimatesOut
from models.errors import ActionRefused
from models.sample import Sample

_WORDED = {
    "pass": "Calls that pass",
    "score": "Score",
    "auto_fail": "Calls that one answer fails",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An estimate as it is read; the last three are places from 0 to 100 to draw it by."""

    value: str
    between: str
    why: str
    at: float | None = None
    low: float | None = None
    high: float | None = None


def estimates_context(
    store: Papers, sample: Written[Sample], *, mark: float = DEFAULT_MARK
) -> dict[str, Any]:
    """What the template `_estimates.html` needs: the estimates, or why there are none."""
    try:
        found = EstimatesOut.of(sample, estimates(store, sample, mark=mark))
    except ActionRefused as error:
        return {"estimates": None, "estimates_why": str(error)}
    return {
        "estimates": found,
        "estimates_why": "",
        "figure_of": figure_of,
        "title_of": title_of,
        "rep_names": [rep.name for rep in found.estimates[0].reps],
    }


def figure_of(estimate: EstimateOut, item: EstimatedOut) -> Figure:
    """A number of one thing: a share in per cent, else with one decimal."""
    if estimate.value is None:
        return Figure(value="", between="", why=estimate.why or "")
    interval = estimate.interval
    span = item.highest - item.lowest
    places = (estimate.value, interval.low, interval.high) if interval else (estimate.value,)
    at = [100 * (one - item.lowest) / span for one in places]
    return Figure(
        value=_written(estimate.value, item),
        between="" if interval is None else _between(interval.low, interval.high, item),
        why=estimate.why or "",
        at=at[0],
        low=at[1] if interval else None,
        high=at[2] if interval else None,
    )


def title_of(item: EstimatedOut, mark: float) -> str:
    """What is estimated, in words."""
    if item.text is not None:
        return item.text
    return _WORDED[item.measure] + (f" (score {mark:g} or more)" if item.measure == "pass" else "")


def _between(low: float, high: float, item: EstimatedOut) -> str:
    return f"{_written(low, item)} to {_written(high, item)}"


def _written(number: float, item: EstimatedOut) -> str:
    return f"{100 * number:.1f} %" if item.is_rate else f"{number:.1f}"
