"""Commands: callsift calibration create, list, show, close, report, export, rename, remove."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from indexer.cli.filtering import filtered
from indexer.cli.opening import AsJson, console, services, write_json
from indexer.when import utc_now
from models.errors import QueryInvalid

if TYPE_CHECKING:
    from indexer.bootstrap import Services
    from indexer.papers import Written
    from indexer.wire import WhereIn
    from indexer.wire.calibration_report import CalibrationReportOut
    from indexer.wire.calibrations import CalibrationOut
    from indexer.wire.estimates import EstimateOut
    from models.calibration import Calibration

_HELP = """See how far reviewers agree, when none sees what the others answer.

Each reviewer reviews each call, but for their own. As long as a calibration is open,
everybody sees their own answers only; once it is closed, all see all, and nobody
changes any.
"""

commands = typer.Typer(help=_HELP, no_args_is_help=True, rich_markup_mode=None)

Wanted = Annotated[str, typer.Argument(metavar="CALIBRATION", help="Its name or id.")]
As = Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who you are.")]


@commands.command(
    epilog="\b\nExamples:"
    "\n  callsift calibration create 'Week 38' --scorecard Discovery --reviewer Ana"
    " --reviewer 'Ben Ito=user_1Zk6' --size 8 --seed 2026-W38 --since 30d"
    "\n  callsift calibration create 'Week 39' --scorecard Discovery --reviewer Ana --reviewer Ben"
    " --call acti_1 --call acti_2"
)
@filtered
def create(
    ctx: typer.Context,
    asked: "WhereIn",
    name: Annotated[str, typer.Argument(metavar="NAME", help="What people call it.")],
    *,
    scorecard: Annotated[str, typer.Option(help="What is asked: a scorecard's name or id.")],
    reviewer: Annotated[
        list[str],
        typer.Option(help="Who reviews, as a name or NAME=USER_ID of Close. Two or more."),
    ],
    call: Annotated[
        list[str] | None, typer.Option(help="The id of a call. May be repeated.")
    ] = None,
    size: Annotated[
        int | None, typer.Option(min=1, help="Draw so many calls, of a filter or --sample.")
    ] = None,
    seed: Annotated[str | None, typer.Option(help="Decides which; made up if not given.")] = None,
    sample: Annotated[str | None, typer.Option(help="Draw from this sample's calls.")] = None,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Begin a calibration, on calls that are named or drawn at random."""
    # Late: see indexer/cli/__init__.py.
    from pydantic import ValidationError

    from indexer.identity import name_at_terminal
    from indexer.wire.calibrations import CalibrationIn, reviewers_from

    where = asked.model_dump(mode="json", exclude_defaults=True)
    body: dict[str, Any] = {
        "name": name, "scorecard": scorecard, "reviewers": reviewers_from(reviewer)
    }  # fmt: skip
    if call:
        body["call_ids"] = call
    if size is not None or sample is not None or where or seed is not None:
        if size is None:
            raise QueryInvalid("size", "say how many calls to draw")
        given = {"size": size, "seed": seed, "sample": sample, "where": where or None}
        body["draw"] = {n: value for n, value in given.items() if value is not None}
    try:
        read = CalibrationIn.model_validate(body)
    except ValidationError as error:
        raise _told(error) from None
    with services(ctx) as opened:
        by = name_at_terminal(as_ or opened.settings.user)
        made = read.begin(store=opened.store, by=by, now=utc_now())
        out = _out(made, opened)
    _tell(out, as_json=as_json)


@commands.command("list", epilog="\b\nExamples:\n  callsift calibration list --json")
def list_all(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """List the calibrations, the latest first."""
    # Late: see indexer/cli/__init__.py.
    from indexer.reviewing.keeping import CALIBRATIONS
    from indexer.screen import Screen
    from indexer.wire.calibrations import CalibrationsOut

    with services(ctx) as opened:
        known = CALIBRATIONS.all(opened.store)
        found = CalibrationsOut(calibrations=[_out(one, opened) for one in reversed(known)])
    if as_json:
        write_json(found.model_dump(mode="json"))
        return
    screen = Screen(console())
    for one in found.calibrations:
        screen.say(one.name)
        screen.say(f"   {_standing(one)}", style="dim")
    if not found.calibrations:
        screen.say("No calibrations. Begin one: callsift calibration create --help")


@commands.command(epilog="\b\nExamples:\n  callsift calibration show 'Week 38'")
def show(ctx: typer.Context, wanted: Wanted, *, as_json: AsJson = False) -> None:
    """Say how far a calibration's reviewers are: not what they answered."""
    with services(ctx) as opened:
        out = _out(_find(wanted, opened), opened)
    _tell(out, as_json=as_json)


@commands.command(epilog="\b\nExamples:\n  callsift calibration rename 'Week 38' 'Pilot'")
def rename(
    ctx: typer.Context,
    wanted: Wanted,
    new_name: Annotated[str, typer.Argument(metavar="NEW_NAME", help="No other calibration's.")],
    *,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Give a calibration another name."""
    # Late: see indexer/cli/__init__.py.
    from indexer import calibrating
    from indexer.identity import name_at_terminal

    with services(ctx) as opened:
        by = name_at_terminal(as_ or opened.settings.user)
        changed = calibrating.change(
            _find(wanted, opened), name=new_name, store=opened.store, by=by, at=utc_now()
        )
        out = _out(changed, opened)
    _tell(out, as_json=as_json)


@commands.command(epilog="\b\nExamples:\n  callsift calibration close 'Week 38' --as Ana")
def close(ctx: typer.Context, wanted: Wanted, *, as_: As = None, as_json: AsJson = False) -> None:
    """Close a calibration for good: all see the answers, and nobody changes them."""
    # Late: see indexer/cli/__init__.py.
    from indexer import calibrating
    from indexer.identity import name_at_terminal

    with services(ctx) as opened:
        by = name_at_terminal(as_ or opened.settings.user)
        known = _find(wanted, opened)
        out = _out(calibrating.close(known, store=opened.store, by=by, at=utc_now()), opened)
    _tell(out, as_json=as_json)
    if not as_json:
        typer.echo(f"See what came of it: callsift calibration report {out.name!r}")


@commands.command(epilog="\b\nExamples:\n  callsift calibration report 'Week 38'")
def report(ctx: typer.Context, wanted: Wanted, *, as_json: AsJson = False) -> None:
    """Say how far the reviewers of a closed calibration agree."""
    # Late: see indexer/cli/__init__.py.
    from indexer import calibrating
    from indexer.wire.calibration_report import CalibrationReportOut

    with services(ctx) as opened:
        known = _find(wanted, opened)
        found = calibrating.report_of(known, store=opened.store)
    out = CalibrationReportOut.of(known, found)
    if as_json:
        write_json(out.model_dump(mode="json"))
    else:
        _tell_report(out)


@commands.command(
    epilog="\b\nExamples:\n  callsift calibration export 'Week 38' --csv > answers.csv"
)
def export(
    ctx: typer.Context,
    wanted: Wanted,
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV; NDJSON without it.")] = False,
    as_: As = None,
) -> None:
    """Write the answers to stdout: as long as it is open, your own."""
    # Late: see indexer/cli/__init__.py.
    from indexer import calibrating
    from indexer.exporting import Format, lines_of
    from indexer.identity import name_at_terminal

    with services(ctx) as opened:
        known = _find(wanted, opened)
        who = name_at_terminal(as_ or opened.settings.user)
        seen = calibrating.seen_in(known, store=opened.store, who=who)
        scorecard = calibrating.scorecard_of(known, store=opened.store)
        rows = calibrating.rows(known, scorecard, seen)
        form = Format.CSV if as_csv else Format.NDJSON
        sys.stdout.writelines(lines_of(rows, calibrating.COLUMNS, form))


@commands.command(epilog="\b\nExamples:\n  callsift calibration remove 'Week 38'")
def remove(ctx: typer.Context, wanted: Wanted, *, as_json: AsJson = False) -> None:
    """Delete a calibration, with every review in it. No call is touched."""
    # Late: see indexer/cli/__init__.py.
    from indexer import calibrating

    with services(ctx) as opened:
        known = _find(wanted, opened)
        calibrating.discard(known, store=opened.store)
    if as_json:
        write_json({"id": known.id, "deleted": True})
    else:
        typer.echo(f"{known.body.name!r} is deleted")


def _find(wanted: str, opened: "Services") -> "Written[Calibration]":
    from indexer.reviewing.keeping import CALIBRATIONS

    return CALIBRATIONS.find(opened.store, wanted)


def _out(known: "Written[Calibration]", opened: "Services") -> "CalibrationOut":
    from indexer import calibrating
    from indexer.wire.calibrations import CalibrationOut

    reviews = calibrating.reviews_in(known, store=opened.store)
    return CalibrationOut.of(known, calibrating.standing(known, reviews))


def _told(error: Any) -> QueryInvalid:
    [first, *_] = error.errors()
    field = ".".join(str(part) for part in first["loc"] if isinstance(part, str)) or "calibration"
    return QueryInvalid(field, first["msg"].removeprefix("Value error, "))


def _tell(out: "CalibrationOut", *, as_json: bool) -> None:
    # Late: see indexer/cli/__init__.py.
    from indexer.screen import Screen

    if as_json:
        write_json(out.model_dump(mode="json"))
        return
    screen = Screen(console())
    screen.say(out.name)
    screen.say(f"   {_standing(out)}", style="dim")
    if out.draw is not None:
        screen.say(
            f"   drawn by the seed {out.draw.seed} from {out.draw.eligible:,} calls", style="dim"
        )
    for one in out.reviewers:
        own = f", {one.own} their own" if one.own else ""
        screen.say(f"   {one.reviewer}: {one.done} finished, {one.open} open{own}")


def _standing(out: "CalibrationOut") -> str:
    calls = f"{len(out.call_ids)} calls" if len(out.call_ids) > 1 else "1 call"
    if out.closed_at is not None:
        return f"{calls}, closed by {out.closed_by}"
    left = sum(one.open for one in out.reviewers)
    return f"{calls}, open, {left} reviews to do"


def _tell_report(out: "CalibrationReportOut") -> None:
    # Late: see indexer/cli/__init__.py.
    from indexer.screen import Screen

    screen = Screen(console())
    screen.say(f"{out.name}: {out.calls} calls, {', '.join(out.reviewers)}")
    screen.say(f"Score: alpha {_number(out.score.agreement.alpha)}")
    screen.say(f"   two reviewers of a call differ by {_number(out.score.gap, '{:.1f}')} points")
    screen.say("Above (+) or below (-) the others, in points:")
    for one in out.severity:
        screen.say(f"   {one.reviewer}: {_number(one.difference, '{:+.1f}')}")
    screen.say(out.order)
    for question in out.questions:
        agreement = question.agreement
        place = f"{question.place}. " if out.is_ordered and question.place else ""
        screen.say(f"{place}{question.text}")
        screen.say(f"   alpha {_number(agreement.alpha)}")
        if agreement.reviewers == 2:  # noqa: PLR2004 -- whom kappa is for
            screen.say(f"   kappa {_number(agreement.kappa)}")
        screen.say(f"   equal answers {_number(agreement.percent)}, {agreement.calls} calls")
        screen.say(f"   {len(question.differing)} calls on which they differ", style="dim")
    for note in out.notes:
        screen.say(note, style="dim")


def _number(estimate: "EstimateOut", form: str = "{:.2f}") -> str:
    if estimate.value is None:
        return f"unknown: {estimate.why}"
    interval = estimate.interval
    if interval is None:
        return f"{form.format(estimate.value)} ({estimate.why})"
    ends = f"{form.format(interval.low)} to {form.format(interval.high)}"
    return f"{form.format(estimate.value)} ({ends})"
