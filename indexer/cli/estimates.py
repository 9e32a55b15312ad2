"""The command `callsift sample estimate`: what a sample says of all it was drawn from."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from indexer.cli.opening import AsJson, console, services, write_json

if TYPE_CHECKING:
    from indexer.wire.estimates import EstimateOut
    from indexer.wire.sample_estimates import EstimatedOut, EstimatesOut

EPILOG = "\b\nExamples:\n  callsift sample estimate 2026-W38 --mark 75 --csv"

_TITLES = {"pass": "Calls that pass", "score": "Score", "auto_fail": "Calls one answer fails"}


def estimate(
    ctx: typer.Context,
    wanted: Annotated[str, typer.Argument(metavar="SAMPLE", help="A sample's name or id.")],
    *,
    mark: Annotated[
        float, typer.Option(min=0, max=100, help="The score from which a call passes.")
    ] = 80,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print every number as CSV.")] = False,
    as_ndjson: Annotated[bool, typer.Option("--ndjson", help="The same as NDJSON.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what the finished reviews of a random sample say of the calls it was drawn from.

    Each number is weighed by how many calls a review stands for, with a 95 % interval
    by the design of the draw. A queue by risk is refused: it speaks for itself only.
    """
    # Late: see indexer/cli/__init__.py.
    from indexer import estimating
    from indexer.exporting import Format, lines_of
    from indexer.sampling import SAMPLES
    from indexer.wire.sample_estimates import EstimatesOut

    with services(ctx) as opened:
        sample = SAMPLES.find(opened.store, wanted)
        found = estimating.estimates(opened.store, sample, mark=mark)
    if as_csv or as_ndjson:
        form = Format.CSV if as_csv else Format.NDJSON
        lines = lines_of(estimating.rows(found), estimating.COLUMNS, form)
        sys.stdout.writelines(lines)
        return
    out = EstimatesOut.of(sample, found)
    if as_json:
        write_json(out.model_dump(mode="json"))
    else:
        _tell(out)


def _tell(out: "EstimatesOut") -> None:
    # Late: see indexer/cli/__init__.py.
    from indexer.screen import Screen

    screen = Screen(console())
    screen.say(
        f"{out.sample}: {out.done:,} finished reviews of {out.drawn:,} drawn calls,"
        f" for {out.population:,} calls"
    )
    for item in out.estimates:
        title = item.text or _TITLES[item.measure]
        screen.say(f"{title}{f' (score {out.mark:g} or more)' if item.measure == 'pass' else ''}")
        plain = item.whole.unweighted.value
        beside = "" if plain is None else f"; not weighed {_written(plain, item)}"
        screen.say(f"   {_number(item.whole.estimate, item)}{beside}")
        if item.whole.covered is not None:
            share = f"{item.whole.covered_share:.0%}"
            screen.say(f"   of the {share} in covered strata: {_number(item.whole.covered, item)}")
        for rep in item.reps:
            screen.say(f"      {rep.name}: {_number(rep.weighed.estimate, item)}", style="dim")
    for note in out.notes:
        screen.say(note, style="dim")


def _number(estimate: "EstimateOut", item: "EstimatedOut") -> str:
    if estimate.value is None:
        return f"unknown: {estimate.why}"
    interval = estimate.interval
    between = (
        f"{_written(interval.low, item)} to {_written(interval.high, item)}"
        if interval
        else estimate.why
    )
    return f"{_written(estimate.value, item)} ({between}; n = {estimate.n})"


def _written(number: float, item: "EstimatedOut") -> str:
    return f"{100 * number:.1f} %" if item.is_rate else f"{number:.1f}"
