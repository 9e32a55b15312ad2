"""What a search could be narrowed to: the values of each filter, and how many calls have them."""

from dataclasses import replace
from typing import Final

from indexer.store.contract import Store
from models import EVERYTHING, Facet, FacetCount, SearchFilter

_FIELDS: Final = {
    Facet.USER: "user_ids",
    Facet.DISPOSITION: "dispositions",
    Facet.OUTCOME: "outcome_ids",
    Facet.DIRECTION: "directions",
    Facet.CALL_METHOD: "call_methods",
    Facet.KIND: "kinds",
    Facet.SIDE: "side",
}


def facets(where: SearchFilter, store: Store) -> dict[Facet, list[FacetCount]]:
    """The values of every facet, each counted under all filters but the facet's own.

    So a value's number is how many calls would pass if it alone were chosen. A value that
    is chosen is there even when no call has it, with 0.
    """
    return {facet: _counted(facet, where, store) for facet in Facet}


def _counted(facet: Facet, where: SearchFilter, store: Store) -> list[FacetCount]:
    others = replace(where, **{_FIELDS[facet]: getattr(EVERYTHING, _FIELDS[facet])})
    counts = store.counts(facet, others)
    missing = _chosen(facet, where) - {count.value for count in counts}
    if missing:
        labels = {count.value: count.label for count in store.counts(facet)}
        counts += [FacetCount(value=v, label=labels.get(v, v), calls=0) for v in missing]
    return sorted(counts, key=lambda count: count.order)


def _chosen(facet: Facet, where: SearchFilter) -> set[str]:
    if facet is Facet.SIDE:
        return {where.side} if where.side else set()
    return set(getattr(where, _FIELDS[facet]))
