"""Populations for tests of drawing, read aloud: `a_population({("ada", "won"): 3})`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from indexer.sampling.cells import in_order
from models import Kind
from models.outline import CallOutline
from models.sample import Eligible, Population, SamplePlan, StratumField
from tests.factories import NOON

Sizes = Mapping[tuple[str, ...], int]

ROOT = Path(__file__).parents[3]
FIELDS = (StratumField.REP, StratumField.OUTCOME, StratumField.DURATION)
TEAM: Sizes = {
    ("ada", "lost", "60-299 s"): 9,
    ("ada", "lost", "300-899 s"): 4,
    ("ada", "won", "60-299 s"): 2,
    ("ada", "won", "300-899 s"): 1,
    ("ben", "lost", "60-299 s"): 5,
    ("ben", "won", "60-299 s"): 2,
    ("cleo", "won", "300-899 s"): 3,
}
"""The calls of three reps; one has fewer than five."""


def a_plan(**told: Any) -> SamplePlan:
    return SamplePlan(**({"where": {}, "seed": "2026-W38"} | told))


def a_population(sizes: Sizes = TEAM) -> Population:
    """So many calls of each cell, in order of ids; the first value of a cell is the rep's."""
    cells = tuple(sorted(sizes, key=in_order))
    homes = [at for at, key in enumerate(cells) for _ in range(sizes[key])]
    fields = tuple(name.value for name in FIELDS)[: len(cells[0])]
    return Population(
        fields=fields,
        cells=cells,
        calls=tuple(
            Eligible(call_id=f"acti_{n:04}", cell=at, user_id=cells[at][0], user_name=None)
            for n, at in enumerate(homes)
        ),
    )


def an_outline(call_id: str, **fields: Any) -> CallOutline:
    """An answered call of Ada's with a conversation of two minutes, unless told otherwise."""
    usual: dict[str, Any] = {
        "activity_at": NOON, "user_id": "ada", "user_name": "Ada Ng", "lead_id": None,
        "contact_id": None, "direction": "outbound", "disposition": "answered",
        "call_method": "regular", "outcome_id": None, "playbook_id": None, "duration_s": 120,
        "spoken": frozenset({Kind.RECORDING}),
    }  # fmt: skip
    return CallOutline(id=call_id, **(usual | fields))
