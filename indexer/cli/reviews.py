"""Commands for reviews: assign, next, answer, finish, replace, appeal, list, coverage."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from indexer.cli import appeals
from indexer.cli.filtering import filtered
from indexer.cli.opening import AsJson, console, services, write_json
from indexer.cli.reviewing import (
    Review,
    known_review,
    merged,
    read_answer,
    read_reviewer,
    show_coverage,
    show_review,
    show_transcript,
    tell_review,
)
from indexer.cli.who import As, who
from indexer.exporting import Format
from indexer.when import utc_now
from models.review import ReplaceReason, ReviewState

if TYPE_CHECKING:
    from indexer.wire import WhereIn

_HELP = """Review the calls of a sample: who does which, answers, replacements, appeals.

Calls are given to reviewers evenly, and nobody reviews their own. Each save of a review
is kept. `callsift serve` has the same as a page, with the recording: /review.
"""

commands = typer.Typer(help=_HELP, no_args_is_help=True, rich_markup_mode=None)
commands.command(epilog=appeals.APPEAL)(appeals.appeal)
commands.command(epilog=appeals.DECIDE)(appeals.decide)

Sample = Annotated[str | None, typer.Option(metavar="SAMPLE", help="Only of this sample.")]
By = Annotated[str | None, typer.Option("--reviewer", metavar="NAME", help="Of this reviewer.")]
InState = Annotated[ReviewState | None, typer.Option("--state", help="In this state.")]


@commands.command(
    epilog="\b\nExamples:\n  callsift review assign 2026-W38 Discovery --to Rae --to"
    " 'Ana Lopez=user_R8zB' --due 2026-09-25"
)
def assign(
    ctx: typer.Context,
    sample: Annotated[str, typer.Argument(help="The sample's name or id.")],
    scorecard: Annotated[str, typer.Argument(help="The scorecard's name or id.")],
    *,
    to: Annotated[
        list[str],
        typer.Option(
            metavar="NAME", help="A reviewer; NAME=USER_ID where they have calls of their own."
        ),
    ],
    due: Annotated[
        str | None, typer.Option(metavar="DATE", help="Until that day ends, in UTC.")
    ] = None,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Give a sample's calls to reviewers. What somebody has already stays where it is."""
    # Late: see indexer/cli/__init__.py.
    from indexer import reviewing
    from indexer.wire.reviewing import due_from
    from indexer.wire.reviews import HandedOutOut

    with services(ctx) as opened:
        handed = reviewing.assign(
            opened.store, sample, scorecard, [read_reviewer(one) for one in to],
            due_at=due_from(due), by=who(opened, as_), at=utc_now(),
        )  # fmt: skip
    if as_json:
        write_json(HandedOutOut.of(handed).model_dump(mode="json"))
        return
    typer.echo(f"{len(handed.reviews)} calls are assigned, {handed.before} were already")
    if handed.nobody:
        typer.echo(f"{len(handed.nobody)} wait: each is everybody's own: {' '.join(handed.nobody)}")


@commands.command(epilog="\b\nExamples:\n  callsift review reassign Rae --to Sam")
def reassign(
    ctx: typer.Context,
    leaving: Annotated[str, typer.Argument(metavar="NAME", help="Who does not review any more.")],
    *,
    to: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Who takes over; else the sample's other reviewers."),
    ] = None,
    sample: Sample = None,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Give the open reviews of somebody who left to others; those that are done stay."""
    # Late: see indexer/cli/__init__.py.
    from indexer import reviewing
    from indexer.wire.reviews import HandedOutOut

    with services(ctx) as opened:
        handed = reviewing.reassign(
            opened.store, leaving, [read_reviewer(one) for one in to or ()],
            sample_wanted=sample, by=who(opened, as_), at=utc_now(),
        )  # fmt: skip
    if as_json:
        write_json(HandedOutOut.of(handed).model_dump(mode="json"))
        return
    typer.echo(f"{len(handed.reviews)} reviews went from {leaving} to others")
    if handed.nobody:
        typer.echo(f"{len(handed.nobody)} stay: nobody else may review {' '.join(handed.nobody)}")


@commands.command("next", epilog="\b\nExamples:\n  callsift review next --as Rae")
def next_(ctx: typer.Context, *, sample: Sample = None, as_: As = None) -> None:
    """Show what you are to review next, with its transcript."""
    # Late: see indexer/cli/__init__.py.
    from indexer import reviewing
    from indexer.sampling import SAMPLES

    with services(ctx) as opened:
        sample_id = None if sample is None else SAMPLES.find(opened.store, sample).id
        queue = reviewing.queue_of(opened.store, who(opened, as_), sample_id=sample_id)
        if not queue:
            typer.echo("Nothing is left for you to review")
            return
        show_transcript(opened, queue[0].body)
        show_review(opened, reviewing.Seen(written=queue[0], is_hidden=False))
        typer.echo(f"{len(queue)} left, this one included")


@commands.command(epilog="\b\nExamples:\n  callsift review show 9462 --transcript")
def show(
    ctx: typer.Context,
    review: Review,
    *,
    transcript: Annotated[
        bool, typer.Option("--transcript", help="With what was said, numbered for quotes.")
    ] = False,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Show a review as you may see it."""
    # Late: see indexer/cli/__init__.py.
    from indexer.reviewing import Eyes

    with services(ctx) as opened:
        seen = Eyes(opened.store, who(opened, as_)).see(known_review(opened, review))
        if as_json:
            tell_review(opened, seen, "", as_json=True)
            return
        if transcript:
            show_transcript(opened, seen.body)
        show_review(opened, seen)


@commands.command(
    epilog="\b\nExamples:\n  callsift review answer 9462 recording-notice yes --quote 0-1"
    "\n  callsift review answer 9462 price n/a"
)
def answer(
    ctx: typer.Context,
    review: Review,
    question: Annotated[str, typer.Argument(help="The question's id.")],
    value: Annotated[str, typer.Argument(metavar="ANSWER", help="yes, no, n/a, or a number.")],
    *,
    comment: Annotated[str | None, typer.Option(help="Why, in words.")] = None,
    quote: Annotated[
        list[str] | None,
        typer.Option(metavar="[KIND:]FIRST-LAST", help="Utterances it rests on: 12, 12-14."),
    ] = None,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Answer one question of a review of yours; the other answers stay."""
    # Late: see indexer/cli/__init__.py.
    from indexer import reviewing

    quotes = None if quote is None else reviewing.read_quotes(",".join(quote))
    given = read_answer(question, value, comment=comment, quotes=quotes)
    with services(ctx) as opened:
        known = known_review(opened, review)
        saved = reviewing.save(
            opened.store, known.id, merged(known.body, given, comment, quotes),
            comment=known.body.comment, by=who(opened, as_), at=utc_now(), version=known.version,
        )  # fmt: skip
        seen = reviewing.Seen(written=saved, is_hidden=False)
        tell_review(opened, seen, f"{question} is answered", as_json=as_json)


@commands.command(epilog="\b\nExamples:\n  callsift review finish 9462 --comment 'Good opening'")
def finish(
    ctx: typer.Context,
    review: Review,
    *,
    comment: Annotated[str | None, typer.Option(help="Of the whole call.")] = None,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Finish a review of yours: every question has its answer, and the score is made."""
    # Late: see indexer/cli/__init__.py.
    from indexer import reviewing

    with services(ctx) as opened:
        known = known_review(opened, review)
        done = reviewing.finish(
            opened.store, known.id, comment=comment, by=who(opened, as_), at=utc_now(),
            version=known.version,
        )  # fmt: skip
        seen = reviewing.Seen(written=done, is_hidden=False)
        tell_review(opened, seen, "It is finished", as_json=as_json)


@commands.command(epilog="\b\nExamples:\n  callsift review replace 9462 wrong_language")
def replace(
    ctx: typer.Context,
    review: Review,
    reason: Annotated[ReplaceReason, typer.Argument(help="Why it cannot be reviewed.")],
    *,
    text: Annotated[str, typer.Option(help="More of it; needed with `other`.")] = "",
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Have a call replaced by the next of its stratum; who and why is kept."""
    # Late: see indexer/cli/__init__.py.
    from indexer import reviewing
    from indexer.wire.reviews import ReplacedOut

    with services(ctx) as opened:
        known = known_review(opened, review)
        replaced = reviewing.replace_call(
            opened.store, known.id, reason=reason, text=text, by=who(opened, as_), at=utc_now(),
            version=known.version,
        )  # fmt: skip
    if as_json:
        write_json(ReplacedOut.of(replaced).model_dump(mode="json"))
    elif replaced.substitute is None:
        typer.echo("It is taken out. Its stratum has no other call: the sample is one short")
    else:
        new = replaced.substitute
        typer.echo(f"In its place comes {new.body.call_id}, for {new.body.reviewer}: {new.id}")


@commands.command("list", epilog="\b\nExamples:\n  callsift review list --sample 2026-W38")
def list_all(
    ctx: typer.Context,
    *,
    sample: Sample = None,
    reviewer: By = None,
    state: InState = None,
    appealed: Annotated[
        bool, typer.Option("--appealed", help="Only with an appeal that is not decided.")
    ] = False,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """List reviews as you may see them, those first assigned first."""
    # Late: see indexer/cli/__init__.py.
    from indexer.reviewing import Eyes, Wanted, found
    from indexer.sampling import SAMPLES
    from indexer.wire.reviews import ReviewsOut

    with services(ctx) as opened:
        sample_id = None if sample is None else SAMPLES.find(opened.store, sample).id
        wanted = Wanted(
            sample_id=sample_id, reviewer=reviewer, state=state, has_open_appeal=appealed
        )
        eyes = Eyes(opened.store, who(opened, as_))
        seen = [eyes.see(one) for one in found(opened.store, wanted)]
    if as_json:
        write_json(ReviewsOut.of(seen).model_dump(mode="json"))
        return
    for one in seen:
        review = one.body
        score = "" if review.score is None else f"  {review.score:.0f} %"
        typer.echo(
            f"{one.written.id[:8]}  {review.state.value:8}  {review.call_id}"
            f"  {review.reviewer}{score}"
        )
    if not seen:
        typer.echo("No reviews. Assign some: callsift review assign SAMPLE SCORECARD --to NAME")


@commands.command(
    epilog="\b\nExamples:\n  callsift review export --sample 2026-W38 --csv > w38.csv"
)
def export(
    ctx: typer.Context,
    *,
    sample: Sample = None,
    reviewer: By = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, not NDJSON.")] = False,
    as_: As = None,
) -> None:
    """Write finished reviews to stdout, a row for each answer, as NDJSON or CSV."""
    # Late: see indexer/cli/__init__.py.
    from indexer.exporting import lines_of
    from indexer.reviewing import Eyes, Wanted, found
    from indexer.reviewing.exporting import COLUMNS, rows_of
    from indexer.sampling import SAMPLES

    with services(ctx) as opened:
        sample_id = None if sample is None else SAMPLES.find(opened.store, sample).id
        wanted = Wanted(sample_id=sample_id, reviewer=reviewer)
        eyes = Eyes(opened.store, who(opened, as_))
        seen = [eyes.see(one).written for one in found(opened.store, wanted)]
        form = Format.CSV if as_csv else Format.NDJSON
        sys.stdout.writelines(lines_of(rows_of(opened.store, seen), COLUMNS, form))


@commands.command(epilog="\b\nExamples:\n  callsift review coverage --since 90d")
@filtered
def coverage(ctx: typer.Context, asked: "WhereIn", *, as_json: AsJson = False) -> None:
    """Say which calls were ever looked at, who never was, and what differs from all calls."""
    # Late: see indexer/cli/__init__.py.
    from indexer.coverage import coverage as looked_at
    from indexer.wire.coverage import ReviewCoverageOut

    with services(ctx) as opened:
        found = looked_at(opened.store, asked.where(now=utc_now()))
    if as_json:
        write_json(ReviewCoverageOut.of(found).model_dump(mode="json"))
    else:
        show_coverage(found, console())
