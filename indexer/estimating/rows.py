"""Estimates as flat rows: one for the population and one for each rep, of each thing."""

from collections.abc import Iterator
from typing import Final

from indexer.estimating.nouns import Estimates, Item
from indexer.estimating.weighing import Weighed
from indexer.exporting import Row

COLUMNS: Final = (
    "measure", "question_id", "question", "scorecard_versions", "of", "user_id", "rep",
    "calls", "n", "value", "low", "high", "level", "method", "why", "unweighted",
    "covered_share", "covered_value", "covered_low", "covered_high", "mark",
)  # fmt: skip
"""`of` is `population` or `rep`, `calls` how many calls of the frozen population that is."""


def rows(estimates: Estimates) -> Iterator[Row]:
    """Every number, the population's before those of reps."""
    for item in estimates.items:
        common = _item(item) | {"mark": estimates.mark if item.measure == "pass" else None}
        whole = {"of": "population", "user_id": None, "rep": None, "calls": estimates.population}
        yield {**common, **whole, **_weighed(item.whole)}
        for rep in item.reps:
            theirs = {"of": "rep", "user_id": rep.user_id, "rep": rep.name, "calls": rep.calls}
            yield {**common, **theirs, **_weighed(rep.weighed)}


def _item(item: Item) -> dict[str, object]:
    question = item.asked.question if item.asked else None
    return {
        "measure": item.measure.value,
        "question_id": question.id if question else None,
        "question": question.text if question else None,
        "scorecard_versions": sorted(item.asked.versions) if item.asked else None,
    }


def _weighed(weighed: Weighed) -> dict[str, object]:
    told, covered = weighed.estimate, weighed.covered
    interval = told.interval
    among = covered.interval if covered else None
    return {
        "n": told.n,
        "value": told.value,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "level": interval.level if interval else None,
        "method": interval.method if interval else None,
        "why": told.why,
        "unweighted": weighed.unweighted.value,
        "covered_share": weighed.covered_share,
        "covered_value": covered.value if covered else None,
        "covered_low": among.low if among else None,
        "covered_high": among.high if among else None,
    }
