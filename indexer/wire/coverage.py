"""The wire shape of coverage: which calls were ever looked at."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, Field

from indexer.coverage import Coverage, CoverageRow, Dimension, Replacements, Way
from models.review import ReplaceReason


class CoverageRowOut(BaseModel):
    """Calls that have one value."""

    value: str = Field(description="Close's word or id, a band, a week.")
    label: str = Field(description="The same for people.")
    calls: int = Field(description="Calls under the filter.")
    reviewed: int = Field(description="Those of which a review was ever done, in any way.")
    share: float | None = Field(description="`reviewed` of `calls`, from 0 to 1.")
    ways: dict[Way, int] = Field(
        description="Reviewed in random draws, risk queues and calibrations; one call may count"
        " in several."
    )
    difference: float | None = Field(
        description="Its share of random reviews less its share of all calls, in standard"
        " deviations of one call; null without random reviews."
    )
    is_alarming: bool = Field(
        description="Whether random reviews have too many or too few of it, by more than chance."
    )

    @classmethod
    def of(
        cls, row: CoverageRow, differences: Mapping[str, float], *, is_alarming: bool
    ) -> "CoverageRowOut":
        """A row of a dimension."""
        return cls(
            value=row.value, label=row.label, calls=row.calls, reviewed=row.reviewed,
            share=row.share, ways=dict(row.ways), difference=differences.get(row.value),
            is_alarming=is_alarming,
        )  # fmt: skip


class CoverageDimensionOut(BaseModel):
    """Calls divided by one fact of theirs."""

    name: str = Field(
        description="`rep`, `outcome`, `disposition`, `direction`, `duration`, `words`, `week` or"
        " `weekday`."
    )
    rows: list[CoverageRowOut] = Field(description="By value.")
    p_value: float | None = Field(
        description="How often blind draws differ so much from all calls in some value; null"
        " where that cannot be said."
    )
    is_alarming: bool = Field(
        description="Whether they differ by more than chance, at 5 % over all dimensions together."
    )
    why: str | None = Field(description="Why there is no p-value, if there is none.")

    @classmethod
    def of(cls, dimension: Dimension) -> "CoverageDimensionOut":
        """A dimension."""
        differences = {one.name: one.difference for one in dimension.random.kinds}
        return cls(
            name=dimension.name,
            rows=[
                CoverageRowOut.of(row, differences, is_alarming=row.value in dimension.alarming)
                for row in dimension.rows
            ],
            p_value=dimension.random.p_value, is_alarming=dimension.is_alarming,
            why=dimension.random.why,
        )  # fmt: skip


class UnseenRepOut(BaseModel):
    """A rep none of whose calls was looked at."""

    user_id: str = Field(description="In Close.")
    label: str = Field(description="Their name.")
    calls: int = Field(description="Their calls under the filter.")


class ReplacementsOut(BaseModel):
    """How often one reviewer had a call replaced."""

    reviewer: str = Field(description="Their name.")
    given: int = Field(description="Calls they reviewed or had replaced.")
    replaced: int = Field(description="Calls they had replaced.")
    reasons: dict[ReplaceReason, int] = Field(description="Why, counted.")
    without_substitute: int = Field(description="Those in whose place no call could come.")

    @classmethod
    def of(cls, found: Replacements) -> "ReplacementsOut":
        """A reviewer's replacements."""
        return cls(
            reviewer=found.reviewer, given=found.given, replaced=found.replaced,
            reasons=dict(found.reasons), without_substitute=found.without_substitute,
        )  # fmt: skip


class ReviewCoverageOut(BaseModel):
    """Which calls were ever looked at."""

    calls: int = Field(description="Calls under the filter.")
    reviewed: int = Field(description="Those of which a review was ever done.")
    ways: dict[Way, int] = Field(
        description="Reviewed in random draws, risk queues and calibrations, kept apart."
    )
    dimensions: list[CoverageDimensionOut] = Field(description="Each divides the same calls.")
    never_reviewed: list[UnseenRepOut] = Field(
        description="Reps with calls under the filter, none of which was looked at."
    )
    replacements: list[ReplacementsOut] = Field(
        description="By reviewer, of all samples whatever the filter."
    )

    @classmethod
    def of(cls, found: Coverage) -> "ReviewCoverageOut":
        """The coverage of a filter."""
        return cls(
            calls=found.calls, reviewed=found.reviewed, ways=dict(found.ways),
            dimensions=[CoverageDimensionOut.of(one) for one in found.dimensions],
            never_reviewed=_unseen(found.never_reviewed),
            replacements=[ReplacementsOut.of(one) for one in found.replacements],
        )  # fmt: skip


def _unseen(rows: Iterable[CoverageRow]) -> list[UnseenRepOut]:
    return [UnseenRepOut(user_id=row.value, label=row.label, calls=row.calls) for row in rows]
