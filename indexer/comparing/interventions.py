"""Coaching plans as they are kept, and what became of each."""

from collections.abc import Iterable

from indexer.comparing.effects import INTERVENTIONS, EffectPlan
from indexer.papers import Written
from indexer.store.contract import Store
from models import SearchFilter
from models.intervention import Intervention


def interventions(store: Store, *, user_ids: Iterable[str] = ()) -> list[Written[Intervention]]:
    """Every plan, or those for any of these reps; the one begun last comes first."""
    wanted = set(user_ids)
    found = INTERVENTIONS.all(store)
    kept = [one for one in found if not wanted or wanted & set(one.body.user_ids)]
    return sorted(kept, key=lambda one: (one.body.started_on, one.created_at), reverse=True)


def plan_of(intervention: Intervention, where: SearchFilter) -> EffectPlan:
    """How the effect of an intervention is looked for; `where` is its own, read."""
    return EffectPlan(
        metric=intervention.metric,
        coached=intervention.user_ids,
        start=intervention.started_on,
        peers=intervention.peers,
        weeks_before=intervention.weeks_before,
        weeks_after=intervention.weeks_after,
        where=where,
    )
