"""The wire shape of facets: what a search could be narrowed to."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, Field

from models import Facet, FacetCount


class FacetCountOut(BaseModel):
    """A value of a filter."""

    value: str = Field(description="What the filter takes.")
    label: str = Field(
        description="What to show: a user's or an outcome's name as last known, else the value."
    )
    calls: int = Field(
        description="Calls that have it and pass all other filters; 0 for a value that is asked"
        " for and that none of them has."
    )

    @classmethod
    def of(cls, count: FacetCount) -> "FacetCountOut":
        """A value with its number of calls."""
        return cls(value=count.value, label=count.label, calls=count.calls)


class FacetsOut(BaseModel):
    """The values of every filter, counted under all the others."""

    facets: dict[Facet, list[FacetCountOut]] = Field(
        description="For each filter the values that calls have, those of most calls first."
    )
    calls: int = Field(description="Calls that pass every filter.")

    @classmethod
    def of(cls, facets: Mapping[Facet, Sequence[FacetCount]], *, calls: int) -> "FacetsOut":
        """The values of each facet, and how many calls pass."""
        counted = {
            facet: [FacetCountOut.of(count) for count in counts] for facet, counts in facets.items()
        }
        return cls(facets=counted, calls=calls)
