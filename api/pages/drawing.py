"""The form of a draw: what it says in an address, and what is wrong with it, in words."""

from typing import Final, Literal

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.pages.address import Address, read
from api.problems import problems_in
from indexer.wire.drawing import DrawIn
from indexer.wire.filters import Count, Value, Values, WhereIn
from models.errors import PaperError, QueryInvalid
from models.sample import SampleSort, StratumField

WRONG: Final = (QueryInvalid, RequestValidationError, ValidationError, PaperError)
PER: Final = {
    "rep": "of each rep",
    "all": "in all, shared out in proportion",
    "stratum": "of each combination of values",
    "percent": "per cent of the calls",
}
_LABELS: Final = {
    "where": "Which calls",
    "size": "How many",
    "many": "How many",
    "per_rep": "How many",
    "per_stratum": "How many",
    "share": "How many",
    "least": "Shortest call",
    "min_duration": "Shortest call",
    "sort": "How they are chosen",
    "metric": "Metrics",
    "metrics": "Metrics",
    "seed": "Seed",
    "name": "Name",
    "strata": "Divide by",
    "control": "Random sample beside it",
    "since": "Since",
    "until": "Before",
}


class SampleAddress(WhereIn):
    """What the form of a draw says, in the address of the page."""

    how: SampleSort = SampleSort.RANDOM
    many: Count = 5
    per: Literal["rep", "all", "stratum", "percent"] = "rep"
    strata: tuple[StratumField, ...] = ()
    seed: Value = ""
    least: Count | None = None
    exclude: Values = ()
    untranscribed: bool = False
    tracker: Values = ()
    metric: str = ""

    def draw(self) -> DrawIn:
        """What is to be drawn, as the API takes it."""
        is_queue = self.how is SampleSort.RISK
        names = {"rep": "per_rep", "all": "size", "stratum": "per_stratum", "percent": "share"}
        per = "all" if is_queue else self.per
        given = {
            "seed": self.seed,
            "sort": self.how,
            "where": {
                name: value
                for name, value in self.model_dump(mode="json", exclude_unset=True).items()
                if name in WhereIn.model_fields
            },
            names[per]: self.many / 100 if per == "percent" else self.many,
            "strata": () if is_queue else self.strata,
            "min_duration": self.least,
            "exclude": self.exclude,
            "with_transcript": not self.untranscribed,
            "trackers": self.tracker if is_queue else (),
            "metrics": tuple(filter(None, map(str.strip, self.metric.split(",")))) * is_queue,
        }
        return DrawIn.model_validate(given)


def draw_of(address: Address) -> DrawIn:
    """What the form asks for.

    Raises:
        RequestValidationError, ValidationError, QueryInvalid: it makes no sense.
    """
    return read(SampleAddress, address).draw()


def share_of(typed: str) -> float | None:
    """Per cent, as typed, as a share; None if nothing was typed."""
    if not typed.strip():
        return None
    try:
        return float(typed) / 100
    except ValueError:
        raise QueryInvalid("control", "must be a number of per cent") from None


def what_is_wrong(error: Exception) -> str:
    """What is wrong, a clause for each thing."""
    if isinstance(error, RequestValidationError):
        wrong = problems_in(error)
        return "; ".join(f"{_LABELS.get(one.field, one.field)}: {one.problem}" for one in wrong)
    if isinstance(error, QueryInvalid):
        return f"{_LABELS.get(error.field, error.field)}: {error.problem}"
    return str(error)
