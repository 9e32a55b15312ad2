"""Samples for review: drawn by a seed from a frozen population, so that a draw can be replayed.

freezing   which calls of a filter can be drawn, and why the others cannot
drawing    the algorithm `draw@1`: pure; quotas, strata and shares are its parts
risk       queues by trackers and metrics, kept apart from random draws
manifests  all that says which calls were drawn, and the hash of it
making     samples made and kept; `verifying` draws them again
planner    how many calls to draw
"""

from indexer.sampling.drawing import ALGORITHM, draw, substitutes
from indexer.sampling.kept import POPULATIONS, SAMPLES
from indexer.sampling.making import make, population_of, preview, remove
from indexer.sampling.verifying import verify

__all__ = [
    "ALGORITHM",
    "POPULATIONS",
    "SAMPLES",
    "draw",
    "make",
    "population_of",
    "preview",
    "remove",
    "substitutes",
    "verify",
]
