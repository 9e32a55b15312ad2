"""Samples as a terminal shows them."""

from typing import TYPE_CHECKING

import typer

from indexer.cli.opening import console, write_json

if TYPE_CHECKING:
    from indexer.wire.planning import PlannedOut
    from indexer.wire.samples import PreviewOut, SampleFactsOut, SampleOut, VerifiedOut


def tell_sample(sample: "SampleOut", *, as_json: bool) -> None:
    """A sample: what it was drawn from, each call, and the hash of it all."""
    if as_json:
        write_json(sample.model_dump(mode="json"))
        return
    _say(line_of(sample))
    tell_drawn(sample)
    for call in sample.calls:
        chance = call.why if call.probability is None else f"probability {call.probability:.4f}"
        _say(f"  {call.call_id}  {call.user_name or call.user_id or 'no rep'}  {chance}")
    typer.echo(f"manifest {sample.manifest}")


def tell_drawn(found: "SampleOut | PreviewOut") -> None:
    """What was looked at and left out, and the numbers asked for, with shortfalls."""
    # Late: see indexer/cli/__init__.py.
    from rich.table import Table
    from rich.text import Text

    from indexer.screen import Screen
    from indexer.screen.texts import plain
    from indexer.wire.drawn import shortfalls_in_words

    reasons = "".join(f", {n:,} {why.replace('_', ' ')}" for why, n in found.excluded.items() if n)
    _say(f"{found.looked_at:,} calls looked at{reasons}; {found.eligible:,} could be drawn")
    table = Table("stratum", "calls", "wanted", "drawn", "probability", box=None)
    for one in found.strata:
        chance = "" if one.probability is None else f"{one.probability:.4f}"
        numbers = (f"{n:,}" for n in (one.population, one.wanted, one.drawn))
        table.add_row(Text(plain(one.label or "all calls")), *numbers, chance)
    Screen(console()).show([table])
    for told in shortfalls_in_words(found.quotas):
        _say(told)


def tell_samples(samples: "list[SampleFactsOut]") -> None:
    """A line for each sample."""
    for one in samples:
        _say(line_of(one))
    if not samples:
        typer.echo("No samples. Draw one: callsift sample create --per rep:5 --seed 2026-W38")


def line_of(one: "SampleFactsOut") -> str:
    """A sample on one line: how many of how many, by what, and how far it is."""
    done = one.progress.done
    short = f", {one.shortfall:,} short" if one.shortfall else ""
    sort = "" if one.plan.sort == "random" else ", by risk"
    return (
        f"{one.name}: {one.drawn:,} of {one.eligible:,} calls{short}{sort},"
        f" seed {one.plan.seed}, {done:,} reviewed"
    )


def tell_verified(out: "VerifiedOut", *, drawn: int) -> None:
    """What came of drawing again; `drawn` is how many calls the sample has."""
    typer.echo("the same" if out.is_same else "NOT the same: " + "; ".join(out.problems))
    typer.echo(f"manifest {out.manifest}")
    left = ", ".join(f"{count:,} {why}" for why, count in out.today.left.items()) or "none"
    typer.echo(
        f"since then: {out.today.added:,} calls more could be drawn,"
        f" {left} no longer, {out.today.moved:,} moved"
    )
    if out.today.drawn_again is not None:
        typer.echo(f"a draw today would keep {out.today.drawn_again:,} of {drawn:,} calls")


def tell_plan(out: "PlannedOut") -> None:
    """What a planner says."""
    of = "" if out.population is None else f" of {out.population:,}"
    typer.echo(f"{out.size:,} calls{of} tell a rate to within {out.margin:.1%} either way")
    if out.per_rep is not None:
        typer.echo(
            f"that is {out.per_rep:,} of each of {out.reps:,} reps; a rep's own rate is then off"
            f" by up to {out.margin_per_rep:.1%}"
        )
    if out.to_tell_apart is not None:
        typer.echo(
            f"{out.to_tell_apart:,} calls of each of two reps show a difference of"
            f" {out.difference:.1%} between them"
        )
    if out.to_see_rare is not None:
        typer.echo(f"{out.to_see_rare:,} calls show at least one case of {out.rare:.2%}")
    for warning in out.warnings:
        typer.echo(f"note: {warning}")


def _say(line: str) -> None:
    """A line that is never wrapped, as ids are there to be copied, and plain."""
    # Late: see indexer/cli/__init__.py.
    from indexer.screen.texts import plain

    typer.echo(plain(line))
