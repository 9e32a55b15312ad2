"""Commands that ask trackers: hits, calls, counts, precision, label, diff."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from indexer.cli.filtering import filtered
from indexer.cli.opening import AsJson, console, services, write_json
from indexer.exporting import Format, lines_of
from indexer.identity import name_at_terminal
from indexer.when import utc_now
from models.errors import QueryInvalid
from models.tracker import By, Order, Verdict

if TYPE_CHECKING:
    from rich.console import RenderableType

    from indexer.bootstrap import Services
    from indexer.tracking import Asked
    from indexer.wire import WhereIn

Name = Annotated[str, typer.Argument(metavar="NAME", help="A tracker's name, in any case, or id.")]
As = Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who you are.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print rows for spreadsheets.")]
AsNdjson = Annotated[bool, typer.Option("--ndjson", help="Print rows as JSON, one a line.")]
Version = Annotated[
    int | None, typer.Option(metavar="N", min=1, help="An older version of the tracker.")
]
Threshold = Annotated[
    float | None, typer.Option(help="In place of its own: what would it find then?")
]

_KEYS: Final = {"y": Verdict.YES, "n": Verdict.NO, "u": Verdict.UNSURE}
_SHOWN: Final = 5


def register(commands: typer.Typer) -> None:
    """Add these to the group of commands of trackers."""
    for command, *examples in (
        (
            hits,
            "callsift trackers hits Price --since 30d --order best",
            "callsift trackers hits Price --csv > hits.csv",
        ),
        (calls, "callsift trackers calls 'Recorded line' --without --since 7d"),
        (counts, "callsift trackers counts Price --by rep --csv"),
        (precision, "callsift trackers precision Price"),
        (label, "callsift trackers label Price --limit 50"),
        (diff, "callsift trackers diff Price --from 1 --to 3"),
    ):
        epilog = "\n  ".join(["\b\nExamples:", *examples])
        commands.command(command.__name__, epilog=epilog)(command)


@filtered
def hits(
    ctx: typer.Context,
    name: Name,
    *,
    version: Version = None,
    threshold: Threshold = None,
    order: Annotated[Order, typer.Option(help="Which come first.")] = Order.NEW,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="Hits a page.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="Of the page before, for the next.")] = None,
    as_json: AsJson = False,
    csv: AsCsv = False,
    ndjson: AsNdjson = False,
    asked: "WhereIn",
) -> None:
    """Show what a tracker finds; with --csv or --ndjson all of it."""
    # Late: see indexer/cli/__init__.py.
    from indexer import tracking
    from indexer.screen import Screen
    from indexer.screen.tracking import hit
    from indexer.wire.tracking import TrackerHitsOut
    from indexer.wire.tracking_rows import HIT_COLUMNS, rows_of_hits

    form = _form(csv=csv, ndjson=ndjson)
    with services(ctx) as opened:
        answer = _ask(opened, name, asked, version, threshold)
        labels = tracking.labels_of(answer.tracker.id, store=opened.store)
        if form:
            every = tracking.every_hit(answer, labels=labels, store=opened.store)
            _write(rows_of_hits(answer.tracker, every), HIT_COLUMNS, form)
            return
        page = tracking.page_of_hits(
            answer.tracker, answer.found, answer.where, order=order, limit=limit,
            cursor=cursor, labels=labels, store=opened.store,
        )  # fmt: skip
    if as_json:
        write_json(TrackerHitsOut.of(answer, page).model_dump(mode="json"))
        return
    _warn(answer)
    for one in page.hits:
        _print(hit(one))
    screen = Screen(console())
    found = answer.found
    screen.say(
        f"{page.total:,} hits in {len(found.by_call()):,} of {len(found.heard):,} calls in which"
        " there could be one",
        style="dim",
    )
    _tell_of_more(page.next_cursor)


@filtered
def calls(
    ctx: typer.Context,
    name: Name,
    *,
    without: Annotated[
        bool, typer.Option("--without", help="Those that could have a hit, and have none.")
    ] = False,
    version: Version = None,
    threshold: Threshold = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="Calls a page.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="Of the page before, for the next.")] = None,
    as_json: AsJson = False,
    asked: "WhereIn",
) -> None:
    """List the calls that have a hit, or with --without those that should and have none."""
    # Late: see indexer/cli/__init__.py.
    from indexer import tracking
    from indexer.screen import Screen
    from indexer.screen.answers import header
    from indexer.wire.tracking import TrackerCallsOut

    with services(ctx) as opened:
        answer = _ask(opened, name, asked, version, threshold)
        page, total = tracking.page_of_calls(
            answer.tracker, answer.found, answer.where, without=without, limit=limit,
            cursor=cursor, store=opened.store,
        )  # fmt: skip
        passing = opened.store.count(answer.where)
    if as_json:
        told = TrackerCallsOut.of(answer, page, without=without, total=total, passing=passing)
        write_json(told.model_dump(mode="json"))
        return
    _warn(answer)
    for record in page.records:
        _print(header(record, None))
        typer.echo(f"   {record.call.id}")
    screen = Screen(console())
    heard = len(answer.found.heard)
    screen.say(
        f"{total:,} of {heard:,} calls {'without' if without else 'with'} a hit;"
        f" {passing - heard:,} more pass, and have no words in which there could be one",
        style="dim",
    )
    _tell_of_more(page.next_cursor)


@filtered
def counts(
    ctx: typer.Context,
    name: Name,
    *,
    by: Annotated[By, typer.Option(help="ISO weeks in UTC, or whose calls.")] = By.WEEK,
    version: Version = None,
    threshold: Threshold = None,
    as_json: AsJson = False,
    csv: AsCsv = False,
    ndjson: AsNdjson = False,
    asked: "WhereIn",
) -> None:
    """Count hits by week or rep, and the share of calls that have one, with its interval."""
    # Late: see indexer/cli/__init__.py.
    from indexer import tracking
    from indexer.screen.tracking import table_of_counts
    from indexer.wire.tracking import TrackerCountsOut
    from indexer.wire.tracking_rows import COUNT_COLUMNS, rows_of_counts

    with services(ctx) as opened:
        answer = _ask(opened, name, asked, version, threshold)
        told = tracking.count(answer.found, by, answer.where, store=opened.store)
    if form := _form(csv=csv, ndjson=ndjson):
        _write(rows_of_counts(by, told), COUNT_COLUMNS, form)
    elif as_json:
        write_json(TrackerCountsOut.of(answer, by, told).model_dump(mode="json"))
    else:
        _warn(answer)
        _print(table_of_counts(told, by))


@filtered
def precision(
    ctx: typer.Context,
    name: Name,
    *,
    version: Version = None,
    as_json: AsJson = False,
    asked: "WhereIn",
) -> None:
    """Say how many hits are right, as far as they are labelled: by version and by threshold."""
    # Late: see indexer/cli/__init__.py.
    from indexer import tracking
    from indexer.screen import Screen
    from indexer.screen.tracking import table_of_precision
    from indexer.wire.tracking_judged import PrecisionsOut

    with services(ctx) as opened:
        answer = _ask(opened, name, asked, version, None)
        told = tracking.precisions(
            answer.tracker, answer.where, store=opened.store, embedder=opened.embedder
        )
    if as_json:
        write_json(PrecisionsOut.of(answer, told).model_dump(mode="json"))
        return
    _warn(answer)
    screen = Screen(console())
    screen.say(f"Versions of {answer.tracker.body.name!r}, each at its threshold")
    _print(table_of_precision(told.versions, by_threshold=False))
    screen.say("")
    screen.say(f"Version {answer.tracker.version} at several thresholds")
    _print(table_of_precision(told.thresholds, by_threshold=True))
    screen.say(
        "The best of many thresholds looks better than it is: label some more with the one chosen.",
        style="dim",
    )
    if told.dropped:
        screen.say(
            f"{told.dropped} labels are of words that have changed, or are gone", style="dim"
        )


@filtered
def label(
    ctx: typer.Context,
    name: Name,
    *,
    threshold: Threshold = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="How many.")] = 20,
    as_: As = None,
    as_json: AsJson = False,
    asked: "WhereIn",
) -> None:
    """Read hits and say of each whether it is right: y, n, u for unsure, q to stop.

    They come in an order that makes those labelled a random sample. With --json they are
    printed, and nothing is asked.
    """
    # Late: see indexer/cli/__init__.py.
    from indexer import tracking
    from indexer.screen import Screen
    from indexer.screen.tracking import rate, to_read
    from indexer.wire.tracking_judged import ToLabelOut

    with services(ctx) as opened:
        by = name_at_terminal(as_ or opened.settings.user)
        answer = _ask(opened, name, asked, None, threshold)
        todo, rest = tracking.to_label(answer, limit=limit, store=opened.store)
        if as_json:
            known = tracking.precision(answer.tracker, answer.found, store=opened.store)
            told = ToLabelOut.of(answer, todo, unlabelled=rest, precision=known)
            write_json(told.model_dump(mode="json"))
            return
        _warn(answer)
        screen = Screen(console())
        if answer.tracker.body.about:
            screen.say(answer.tracker.body.about)
        for one in todo:
            _print(to_read(one))
            verdict = _asked_verdict()
            if verdict is None:
                break
            tracking.put_label(
                answer.tracker, one.hit.spoken, verdict, store=opened.store, by=by, at=utc_now()
            )
        known = tracking.precision(answer.tracker, answer.found, store=opened.store)
    screen.say(f"{rate(known)} ({known.labelled:,} of {known.hits:,} hits labelled)")


@filtered
def diff(
    ctx: typer.Context,
    name: Name,
    *,
    earlier: Annotated[
        int | None, typer.Option("--from", metavar="N", min=1, help="Else the one before --to.")
    ] = None,
    later: Annotated[
        int | None, typer.Option("--to", metavar="N", min=1, help="A version; else the newest.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, max=50, help="Hits to show.")] = (
        _SHOWN
    ),
    as_json: AsJson = False,
    asked: "WhereIn",
) -> None:
    """Hold two versions against each other: what changed, which hits came and which left."""
    # Late: see indexer/cli/__init__.py.
    from indexer import tracking
    from indexer.screen import Screen
    from indexer.screen.tracking import hit
    from indexer.wire.tracking_judged import TrackerDiffOut

    with services(ctx) as opened:
        known = tracking.TRACKERS.find(opened.store, name)
        before, after = tracking.two_versions(known.id, earlier, later, store=opened.store)
        if before.body.examples or after.body.examples:
            opened.ready()
        told = tracking.diff(
            before, after, asked.where(now=utc_now()), store=opened.store,
            embedder=opened.embedder,
        )  # fmt: skip
        came, left = (
            list(tracking.quoted(moved[:limit], store=opened.store))
            for moved in (told.came, told.left)
        )
    if as_json:
        write_json(TrackerDiffOut.of(told, came, left).model_dump(mode="json"))
        return
    screen = Screen(console())
    if told.warning:
        screen.say(told.warning, style="red")
    screen.say(f"{after.body.name!r}, version {before.version} to {after.version}")
    for one in told.changes:
        screen.say(f"   {one.field}: {one.before!s} -> {one.after!s}")
    screen.say(f"{told.kept:,} hits of both")
    for title, moved, shown in (("came", told.came, came), ("left", told.left, left)):
        screen.say(f"{len(moved):,} hits {title}" + (", some of them:" if shown else ""))
        for quoted in shown:
            _print(hit(quoted))


def _ask(
    opened: "Services", name: str, where: "WhereIn", version: int | None, threshold: float | None
) -> "Asked":
    # Late: see indexer/cli/__init__.py.
    from indexer import tracking

    known = tracking.TRACKERS.find(opened.store, name)
    wanted = tracking.TRACKERS.get(opened.store, known.id, version=version)
    if wanted.body.examples:
        opened.ready()
    return tracking.ask(
        known.id, where.where(now=utc_now()), version=version, threshold=threshold,
        store=opened.store, embedder=opened.embedder,
    )  # fmt: skip


def _asked_verdict() -> Verdict | None:
    """What somebody types; None to stop."""
    while True:
        typed = typer.prompt("y, n, u or q", default="q", show_default=False).strip().lower()[:1]
        if typed == "q":
            return None
        if typed in _KEYS:
            return _KEYS[typed]


def _form(*, csv: bool, ndjson: bool) -> Format | None:
    if csv and ndjson:
        raise QueryInvalid("csv", "is given together with ndjson: ask one of them")
    return Format.CSV if csv else Format.NDJSON if ndjson else None


def _write(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], form: Format) -> None:
    for line in lines_of(rows, columns, form):
        sys.stdout.write(line)


def _warn(answer: "Asked") -> None:
    if answer.warning:
        typer.echo(answer.warning, err=True)


def _tell_of_more(cursor: str | None) -> None:
    if cursor:
        typer.echo(f"Next page: the same command with\n  --cursor {cursor}")


def _print(what: "RenderableType") -> None:
    """Show something, without the blanks that fill lines up."""
    shown = console()
    with shown.capture() as filled:
        shown.print(what)
    for line in filled.get().splitlines():
        typer.echo(line.rstrip())
