"""Commands: callsift sample."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from indexer.cli import estimates
from indexer.cli.drawing import body_of, drawing
from indexer.cli.filtering import filtered
from indexer.cli.opening import AsJson, services, write_json
from indexer.cli.sample_lines import tell_drawn, tell_plan, tell_sample, tell_samples, tell_verified
from indexer.exporting import Format, lines_of
from indexer.when import utc_now

if TYPE_CHECKING:
    from indexer.bootstrap import Services
    from indexer.wire import WhereIn
    from indexer.wire.samples import SampleOut

_HELP = """Draw calls for review, so that the draw can be replayed.

The calls that can be drawn are frozen, and the seed decides which of them come: the
same seed and calls give the same sample on any machine. With --tracker or --metric it
is a queue of the riskiest calls instead, which speaks for nothing but itself.
"""

commands = typer.Typer(help=_HELP, no_args_is_help=True, rich_markup_mode=None)
commands.command(epilog=estimates.EPILOG)(estimates.estimate)

Wanted = Annotated[str, typer.Argument(metavar="SAMPLE", help="A sample's name or id.")]
Seed = Annotated[str, typer.Option(help="Decides the draw: take another for each sample.")]
As = Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who you are.")]
AsCsv = Annotated[
    bool, typer.Option("--csv/--ndjson", help="Print CSV, or NDJSON.", show_default="NDJSON")
]


@commands.command(
    epilog="\b\nExamples:\n  callsift sample create --per rep:5 --strata outcome,duration"
    " --min-duration 60 --exclude reviewed --seed 2026-W38"
    "\n  callsift sample create --name Spring --size 278 --strata direction --since 90d --seed 7"
    "\n  callsift sample create --size 20 --metric 'longest_monologue_s > 180' --control 0.5"
    " --seed risky-38"
)
@drawing
@filtered
def create(
    ctx: typer.Context,
    asked: "WhereIn",
    draw: dict[str, Any],
    *,
    seed: Seed,
    name: Annotated[str | None, typer.Option(help="The seed, if no name is given.")] = None,
    control: Annotated[
        float | None,
        typer.Option(help="Beside a queue by risk: a random sample of this share of its number."),
    ] = None,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Draw a sample and keep it. --min-duration excludes shorter calls, and counts them."""
    # Late: see indexer/cli/__init__.py.
    from indexer import sampling
    from indexer.identity import name_at_terminal
    from indexer.reviewing import reviewed_call_ids
    from indexer.wire.drawing import SampleIn

    body = body_of(
        SampleIn, asked, draw, seed=seed, name=seed if name is None else name, control=control
    )
    now = utc_now()
    with services(ctx) as opened:
        made = sampling.make(
            body.name,
            body.plan(),
            body.where.where(now=now),
            store=opened.store,
            embedder=opened.embedder,
            reviewed=reviewed_call_ids(opened.store),
            control=control,
            by=name_at_terminal(as_ or opened.settings.user),
            at=now,
        )
        for one in made:
            tell_sample(_out(opened, one.id), as_json=as_json)


@commands.command(epilog="\b\nExamples:\n  callsift sample preview --per rep:5 --strata outcome")
@drawing
@filtered
def preview(
    ctx: typer.Context,
    asked: "WhereIn",
    draw: dict[str, Any],
    *,
    seed: Seed = "preview",
    as_json: AsJson = False,
) -> None:
    """Say what would be drawn from what, with every shortfall; nothing is kept."""
    # Late: see indexer/cli/__init__.py.
    from indexer import sampling
    from indexer.reviewing import reviewed_call_ids
    from indexer.wire.drawing import PreviewIn
    from indexer.wire.samples import PreviewOut

    body = body_of(PreviewIn, asked, draw, seed=seed)
    with services(ctx) as opened:
        found = sampling.preview(
            body.plan(),
            body.where.where(now=utc_now()),
            store=opened.store,
            embedder=opened.embedder,
            reviewed=reviewed_call_ids(opened.store),
        )
    out = PreviewOut.of(found)
    if as_json:
        write_json(out.model_dump(mode="json"))
    else:
        tell_drawn(out)


@commands.command("list", epilog="\b\nExamples:\n  callsift sample list --json")
def list_all(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """List the samples, and how far their reviews are."""
    # Late: see indexer/cli/__init__.py.
    from indexer.reviewing import progress
    from indexer.sampling import SAMPLES
    from indexer.wire.samples import SampleFactsOut, SamplesOut

    with services(ctx) as opened:
        found = [
            SampleFactsOut.of(one, progress(opened.store, one.id))
            for one in SAMPLES.all(opened.store)
        ]
    if as_json:
        write_json(SamplesOut(samples=found).model_dump(mode="json"))
        return
    tell_samples(found)


@commands.command(epilog="\b\nExamples:\n  callsift sample show 2026-W38")
def show(ctx: typer.Context, sample: Wanted, *, as_json: AsJson = False) -> None:
    """Show a sample: strata, shortfalls, and each call with its probability."""
    with services(ctx) as opened:
        tell_sample(_out(opened, sample), as_json=as_json)


@commands.command(epilog="\b\nExamples:\n  callsift sample verify 2026-W38")
def verify(ctx: typer.Context, sample: Wanted, *, as_json: AsJson = False) -> None:
    """Draw again from the frozen calls; exit 1 if that gives another sample."""
    # Late: see indexer/cli/__init__.py.
    from indexer import sampling
    from indexer.reviewing import reviewed_call_ids
    from indexer.wire.drawing import where_of
    from indexer.wire.samples import VerifiedOut

    with services(ctx) as opened:
        known = sampling.SAMPLES.find(opened.store, sample)
        verified = sampling.verify(
            known,
            where_of(known.body),
            store=opened.store,
            embedder=opened.embedder,
            reviewed=reviewed_call_ids(opened.store),
        )
    out = VerifiedOut.of(verified)
    if as_json:
        write_json(out.model_dump(mode="json"))
    else:
        tell_verified(out, drawn=len(known.body.calls))
    if not out.is_same:
        raise typer.Exit(1)


@commands.command(epilog="\b\nExamples:\n  callsift sample export 2026-W38 --csv > sample.csv")
def export(
    ctx: typer.Context,
    sample: Wanted,
    *,
    population: Annotated[
        bool, typer.Option("--population", help="Every call that could have been drawn.")
    ] = False,
    manifest: Annotated[
        bool, typer.Option("--manifest", help="The manifest: the bytes that were hashed.")
    ] = False,
    as_csv: AsCsv = False,
) -> None:
    """Print a sample's calls, its frozen population, or its manifest, for other programs."""
    # Late: see indexer/cli/__init__.py.
    from indexer.sampling import SAMPLES, population_of
    from indexer.sampling.manifests import canonical, manifest_of_sample
    from indexer.wire.sample_rows import (
        call_columns,
        call_rows,
        population_columns,
        population_rows,
    )

    with services(ctx) as opened:
        body = SAMPLES.find(opened.store, sample).body
        if manifest:
            sys.stdout.write(canonical(manifest_of_sample(body)))
            return
        if population:
            columns = population_columns(body)
            rows = population_rows(body, population_of(body, opened.store))
        else:
            columns, rows = call_columns(body), call_rows(body)
        for line in lines_of(rows, columns, Format.CSV if as_csv else Format.NDJSON):
            sys.stdout.write(line)


@commands.command(epilog="\b\nExamples:\n  callsift sample plan --margin 0.05 --since 90d")
@filtered
def plan(
    ctx: typer.Context,
    asked: "WhereIn",
    *,
    population: Annotated[
        int | None, typer.Option(help="Calls there are; without it, those of the filter.")
    ] = None,
    reps: Annotated[
        int | None, typer.Option(help="Reps they are of; without it, those of the filter.")
    ] = None,
    margin: Annotated[float, typer.Option(help="How far a rate may be off either way.")] = 0.05,
    level: Annotated[float, typer.Option(help="The level of confidence.")] = 0.95,
    rate: Annotated[float, typer.Option(help="About what the rate is.")] = 0.5,
    rare: Annotated[
        float | None, typer.Option(help="The share of something that is to be seen at all.")
    ] = None,
    difference: Annotated[float, typer.Option(help="What two reps differ by.")] = 0.1,
    as_json: AsJson = False,
) -> None:
    """Say how many calls it takes to know a rate so well, or to see something rare."""
    # Late: see indexer/cli/__init__.py.
    from indexer.wire.planning import PlannedOut, planner_of

    told = {
        "population": population, "reps": reps, "margin": margin, "level": level,
        "rate": rate, "rare": rare, "difference": difference,
    }  # fmt: skip
    body = planner_of(asked, told)
    with services(ctx) as opened:
        out = PlannedOut.of(body.planned(store=opened.store, now=utc_now()))
    if as_json:
        write_json(out.model_dump(mode="json"))
        return
    tell_plan(out)


@commands.command(epilog="\b\nExamples:\n  callsift sample remove 2026-W38")
def remove(ctx: typer.Context, sample: Wanted, *, as_json: AsJson = False) -> None:
    """Delete a sample that nobody was given to review. No call is touched."""
    # Late: see indexer/cli/__init__.py.
    from indexer import sampling
    from indexer.reviewing import reviews_of

    with services(ctx) as opened:
        known = sampling.SAMPLES.find(opened.store, sample)
        sampling.remove(known, opened.store, reviews=len(reviews_of(opened.store, known.id)))
    if as_json:
        write_json({"id": known.id, "deleted": True})
    else:
        typer.echo(f"{known.body.name!r} is deleted")


def _out(opened: "Services", wanted: str) -> "SampleOut":
    # Late: see indexer/cli/__init__.py.
    from indexer.reviewing import progress
    from indexer.sampling import SAMPLES
    from indexer.wire.samples import SampleOut

    known = SAMPLES.find(opened.store, wanted)
    return SampleOut.of(known, progress(opened.store, known.id))
