"""The wire shapes of what a sample says of its population."""

from pydantic import BaseModel, ConfigDict, Field

from indexer.estimating import (
    DEFAULT_MARK,
    Estimates,
    Item,
    Measure,
    RepItem,
    StratumStanding,
    Weighed,
)
from indexer.exporting import Format
from indexer.papers import Written
from indexer.wire.estimates import EstimateOut
from models.sample import Sample


class EstimateParameters(BaseModel):
    """How a sample is estimated from."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    mark: float = Field(
        DEFAULT_MARK,
        ge=0,
        le=100,
        allow_inf_nan=False,
        description="The score, in per cent, from which a call passes.",
    )


class EstimateExport(EstimateParameters):
    """How estimates are exported."""

    format: Format = Field(Format.CSV, description="`csv` or `ndjson`.")


class WeighedOut(BaseModel):
    """A number for all of some calls, found from those that were reviewed."""

    estimate: EstimateOut = Field(
        description="Weighed by how many calls each review stands for (Hájek), with an interval"
        " by the design of the draw. `n` counts answers."
    )
    unweighted: EstimateOut = Field(
        description="The plain number of the same answers, as if every call had had the same"
        " chance to be drawn: beside the other, it shows what weighing does."
    )
    covered: EstimateOut | None = Field(
        description="Where strata have no finished review: the number for the other strata"
        " alone. Null otherwise."
    )
    covered_share: float = Field(
        description="The share of the calls whose strata have a finished review: 1 is all."
    )

    @classmethod
    def of(cls, weighed: Weighed) -> "WeighedOut":
        """A number, weighed and not."""
        return cls(
            estimate=EstimateOut.of(weighed.estimate),
            unweighted=EstimateOut.of(weighed.unweighted),
            covered=EstimateOut.of(weighed.covered) if weighed.covered else None,
            covered_share=weighed.covered_share,
        )


class RepEstimateOut(BaseModel):
    """A number for one rep's calls."""

    user_id: str | None = Field(description="The rep's user in Close; null where none is known.")
    name: str = Field(description="The rep's name.")
    calls: int = Field(description="How many calls of the frozen population are theirs.")
    weighed: WeighedOut = Field(description="The number for their calls.")

    @classmethod
    def of(cls, rep: RepItem) -> "RepEstimateOut":
        """A rep's number."""
        return cls(
            user_id=rep.user_id, name=rep.name, calls=rep.calls, weighed=WeighedOut.of(rep.weighed)
        )


class EstimatedOut(BaseModel):
    """One thing that is estimated."""

    measure: Measure = Field(
        description="`pass`: the share of calls with a score of `mark` or more, and no auto-fail."
        " `score`: the mean score, in per cent. `auto_fail`: the share of calls that an answer"
        " fails. `question`: the share of yes, or the mean of a scale."
    )
    question_id: str | None = Field(description="The question; null for the other measures.")
    text: str | None = Field(description="What it asks.")
    section: str | None = Field(description="Its section of the scorecard.")
    scorecard_versions: list[int] | None = Field(
        description="The versions of the scorecard that asked it, with the same text, sort and"
        " scale; null for the other measures."
    )
    is_rate: bool = Field(
        description="Whether it is a share from 0 to 1, and no mean from `lowest` to `highest`."
    )
    lowest: float = Field(description="The least it can be.")
    highest: float = Field(description="The most it can be.")
    not_applicable: int = Field(description="Reviews that said it does not apply to the call.")
    whole: WeighedOut = Field(description="The number for the population.")
    reps: list[RepEstimateOut] = Field(
        description="The number for each rep, by name: reps are not ranked."
    )

    @classmethod
    def of(cls, item: Item) -> "EstimatedOut":
        """One thing with its numbers."""
        asked = item.asked
        return cls(
            measure=item.measure,
            question_id=asked.question.id if asked else None,
            text=asked.question.text if asked else None,
            section=asked.section if asked else None,
            scorecard_versions=sorted(asked.versions) if asked else None,
            is_rate=item.is_rate,
            lowest=item.lowest,
            highest=item.highest,
            not_applicable=item.not_applicable,
            whole=WeighedOut.of(item.whole),
            reps=[RepEstimateOut.of(rep) for rep in item.reps],
        )


class StratumStandingOut(BaseModel):
    """A stratum, and what has become of the calls drawn from it."""

    key: list[str] = Field(description="Its value of each field that calls were divided by.")
    population: int = Field(description="Calls in it.")
    drawn: int = Field(description="Calls drawn from it.")
    done: int = Field(description="Finished reviews, of substitutes too.")
    open: int = Field(description="Calls that wait for their review.")
    replaced: int = Field(description="Calls that could not be reviewed.")

    @classmethod
    def of(cls, stratum: StratumStanding) -> "StratumStandingOut":
        """A stratum."""
        return cls(
            key=list(stratum.key), population=stratum.population, drawn=stratum.drawn,
            done=stratum.done, open=stratum.open, replaced=stratum.replaced,
        )  # fmt: skip


class EstimatesOut(BaseModel):
    """What a random sample's finished reviews say of the population it was drawn from."""

    sample_id: str = Field(description="The sample.")
    sample: str = Field(description="Its name.")
    population: int = Field(description="Calls that could have been drawn, frozen at the draw.")
    drawn: int = Field(description="Calls that were drawn.")
    done: int = Field(description="Finished reviews.")
    open: int = Field(description="Calls that wait for their review.")
    replaced: int = Field(description="Calls that could not be reviewed, and were taken out.")
    appealed: int = Field(description="Reviews with an appeal that is not decided.")
    mark: float = Field(description="The score, in per cent, from which a call passes.")
    scorecard_id: str | None = Field(description="What was asked; null before anything is.")
    scorecard_versions: list[int] = Field(description="Which versions of it.")
    strata: list[StratumStandingOut] = Field(description="The strata of the draw.")
    estimates: list[EstimatedOut] = Field(description="The numbers.")
    notes: list[str] = Field(description="What has to be known to read them.")

    @classmethod
    def of(cls, sample: Written[Sample], estimates: Estimates) -> "EstimatesOut":
        """A sample's estimates."""
        return cls(
            sample_id=sample.id,
            sample=sample.body.name,
            population=estimates.population,
            drawn=estimates.drawn,
            done=estimates.done,
            open=estimates.open,
            replaced=estimates.replaced,
            appealed=estimates.appealed,
            mark=estimates.mark,
            scorecard_id=estimates.scorecard_id,
            scorecard_versions=list(estimates.scorecard_versions),
            strata=[StratumStandingOut.of(one) for one in estimates.strata],
            estimates=[EstimatedOut.of(one) for one in estimates.items],
            notes=list(estimates.notes),
        )
