"""What has to be known to read a sample's estimates, in sentences."""

from collections.abc import Iterator, Mapping, Sequence

from indexer.estimating.asking import joined
from indexer.estimating.nouns import StratumStanding
from models.review import Review
from models.scorecard import Scorecard


def notes_on(
    strata: Sequence[StratumStanding],
    scorecards: Mapping[int, Scorecard],
    reviews: Sequence[Review],
) -> Iterator[str]:
    """What is to be said of these estimates; what does not concern them is left out."""
    waiting, done = sum(one.open for one in strata), sum(one.done for one in strata)
    if waiting:
        yield (
            f"{_counted(waiting, 'review is', 'reviews are')} not finished. The numbers are of"
            f" the {done:,} that are, as if those left were like them within each stratum: they"
            " will change, and are wrong if what is left is harder, say."
        )
    if replaced := sum(one.replaced for one in strata):
        yield (
            f"{_counted(replaced, 'call', 'calls')} could not be reviewed and"
            f" {'was' if replaced == 1 else 'were'} replaced from the same stratum. The numbers"
            " are of the calls that can be reviewed: those replaced show how many cannot."
        )
    bare = [one for one in strata if one.population and not one.done and not one.replaced]
    if bare and done:
        yield (
            f"{_counted(len(bare), 'stratum has', 'strata have')} no finished review, with"
            f" {_counted(sum(one.population for one in bare), 'call', 'calls')}: there is no"
            " number for the whole, but for the covered strata alone."
        )
    yield from _on_versions(scorecards)
    appealed = sum(any(a.is_upheld is None for a in one.appeals) for one in reviews)
    if appealed:
        yield (
            f"{_counted(appealed, 'review has', 'reviews have')} an appeal that is not decided."
            " One that is upheld changes the answers, and the numbers with them."
        )


def _on_versions(scorecards: Mapping[int, Scorecard]) -> Iterator[str]:
    if len(scorecards) < 2:  # noqa: PLR2004 -- versions to differ
        return
    told = ", ".join(map(str, sorted(scorecards)))
    apart = [one for one in joined(scorecards) if len(one.versions) < len(scorecards)]
    yield (
        f"Versions {told} of the scorecard were asked. Questions are put together where their"
        " text, sort and scale are the same"
        + (
            f"; {_counted(len(apart), 'question stands', 'questions stand')} alone."
            if apart
            else "."
        )
        + " Scores are by each version's own weights, and compare only as far as those do."
    )


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
