"""Examples of every shape, for the OpenAPI document; tests hold them to the shapes."""

from typing import Any, Final

from api.examples import (
    calibrations,
    calls,
    collections,
    comparisons,
    estimates,
    metrics,
    reviews,
    samples,
    scorecards,
    teams,
    topics,
    trackers,
)

EXAMPLES: Final[dict[str, Any]] = {
    **calls.EXAMPLES,
    **metrics.EXAMPLES,
    **teams.EXAMPLES,
    **comparisons.EXAMPLES,
    **trackers.EXAMPLES,
    **topics.EXAMPLES,
    **collections.EXAMPLES,
    **samples.EXAMPLES,
    **scorecards.EXAMPLES,
    **reviews.EXAMPLES,
    **calibrations.EXAMPLES,
    **estimates.EXAMPLES,
}
"""An example by the name of its shape."""
