"""The wire shapes of a draw's numbers: quotas, strata, cells and calls."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, Field

from models.sample import Cell, DrawnCall, Quota, Stratum

_KEY = "A value for each of `fields`, in their order; `(several)` where its cells differ."

_PROBABILITY = (
    "How likely this call was to be drawn, exactly: number drawn / calls of its stratum. Null in"
    " a queue by risk, which speaks for nothing but itself."
)


class QuotaOut(BaseModel):
    """A number that was asked for, and what came of it."""

    key: list[str] = Field(
        description="Of what: a rep's id, a combination of values, or nothing for all calls."
    )
    label: str = Field(description="The same in words.")
    population: int = Field(description="Calls that could be drawn.")
    wanted: int = Field(description="Calls that were asked for.")
    drawn: int = Field(description="Calls that were drawn.")
    shortfall: int = Field(description="Calls that were asked for and are not there.")

    @classmethod
    def of(cls, quota: Quota, names: Mapping[str, str]) -> "QuotaOut":
        """A quota."""
        return cls(
            key=list(quota.key), label=label_of(quota.key, names) or "All calls",
            population=quota.population, wanted=quota.wanted, drawn=quota.drawn,
            shortfall=quota.shortfall,
        )  # fmt: skip


class CellOut(BaseModel):
    """A combination of values within a stratum."""

    key: list[str] = Field(description=_KEY)
    label: str = Field(description="The same in words.")
    population: int = Field(description="Calls that could be drawn.")
    drawn: int = Field(description="Calls that were drawn.")

    @classmethod
    def of(cls, cell: Cell, names: Mapping[str, str]) -> "CellOut":
        """A cell."""
        return cls(
            key=list(cell.key), label=label_of(cell.key, names),
            population=cell.population, drawn=cell.drawn,
        )  # fmt: skip


class StratumOut(BaseModel):
    """Calls that are equally likely to be drawn."""

    key: list[str] = Field(description=_KEY)
    label: str = Field(description="The same in words.")
    population: int = Field(description="Calls that could be drawn.")
    wanted: int = Field(description="Calls that were asked for.")
    drawn: int = Field(description="Calls that were drawn.")
    shortfall: int = Field(description="Calls that were asked for and are not there.")
    probability: float | None = Field(description=_PROBABILITY)
    cells: list[CellOut] = Field(
        description="The combinations of values in it: several where each alone was due fewer"
        " than two calls."
    )

    @classmethod
    def of(
        cls, stratum: Stratum, names: Mapping[str, str], *, is_random: bool = True
    ) -> "StratumOut":
        """A stratum."""
        return cls(
            key=list(stratum.key), label=label_of(stratum.key, names),
            population=stratum.population, wanted=stratum.wanted, drawn=stratum.drawn,
            shortfall=stratum.shortfall,
            probability=stratum.drawn / stratum.population if is_random else None,
            cells=[CellOut.of(cell, names) for cell in stratum.cells],
        )  # fmt: skip


class DrawnCallOut(BaseModel):
    """A call of a sample."""

    call_id: str = Field(description="Its id.")
    user_id: str | None = Field(description="The rep's, as it was at the draw.")
    user_name: str | None = Field(description="The rep's name then.")
    key: list[str] = Field(description="Its values in `fields`.")
    stratum: int = Field(description="Its place in `strata`, from 0.")
    probability: float | None = Field(description=_PROBABILITY)
    why: str | None = Field(description="By risk: the criteria it meets. Null if it was drawn.")

    @classmethod
    def of(cls, call: DrawnCall) -> "DrawnCallOut":
        """A drawn call."""
        return cls(
            call_id=call.call_id, user_id=call.user_id, user_name=call.user_name,
            key=list(call.key), stratum=call.stratum, probability=call.probability, why=call.why,
        )  # fmt: skip


def label_of(key: Iterable[str], names: Mapping[str, str]) -> str:
    """A key in words: names where there are any."""
    return " / ".join(names.get(value, value) for value in key)


def shortfall_of(quotas: Iterable[Quota]) -> int:
    """Calls that were asked for and are not there: of reps, or else of all."""
    missing = [(bool(quota.key), quota.shortfall) for quota in quotas]
    of_parts = [shortfall for is_part, shortfall in missing if is_part]
    return sum(of_parts) if of_parts else sum(shortfall for _, shortfall in missing)


def shortfalls_in_words(quotas: Iterable[QuotaOut]) -> list[str]:
    """A sentence for each number that could not be met."""
    return [
        f"{one.label}: {one.wanted:,} wanted, {one.population:,} there, {one.shortfall:,} short"
        for one in quotas
        if one.shortfall
    ]
