"""The command `callsift compare`."""

import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import typer

from indexer.cli.filtering import filtered
from indexer.cli.opening import AsJson, console, services, write_json
from indexer.exporting import Format, lines_of
from indexer.when import utc_now
from models.comparison import CallSort, Grouping, Within
from models.errors import QueryInvalid

if TYPE_CHECKING:
    from pydantic import BaseModel

    from indexer.bootstrap import Services
    from indexer.wire import WhereIn

Shape = TypeVar("Shape", bound="BaseModel")

_WEEKS: Final = 4
_OF_EFFECTS: Final = (
    "coached", "team", "start", "peers", "peers_team", "weeks_before", "weeks_after",
)  # fmt: skip
_PLAINER: Final = {
    "missing": "is missing",
    "extra_forbidden": "does not go with --coached, --team and --start",
}

AsCsv = Annotated[bool, typer.Option("--csv", help="Print rows for a spreadsheet.")]
AsNdjson = Annotated[bool, typer.Option("--ndjson", help="Print rows as JSON, one a line.")]


@filtered
def compare(
    ctx: typer.Context,
    *,
    asked: "WhereIn",
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            "-m",
            metavar="NAME",
            help="By name, as `callsift metrics` has them, or tracker:NAME; may be repeated.",
        ),
    ] = None,
    by: Annotated[Grouping | None, typer.Option(help="Group calls; weeks make a trend.")] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GROUP",
            help="A group of your own: 'Top: user_id=user_1&user_id=user_2'; several.",
        ),
    ] = None,
    rest: Annotated[
        str | None, typer.Option(metavar="NAME", help="One more group: all other calls.")
    ] = None,
    calls: Annotated[CallSort, typer.Option(help="Which calls count.")] = CallSort.CONVERSATIONS,
    within: Annotated[
        Within | None,
        typer.Option(help="Compare like with like: only types the groups share. [direction]"),
    ] = None,
    coached: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REP", help="Find the effect of coaching these reps (id or name), or --team."
        ),
    ] = None,
    team: Annotated[str | None, typer.Option(help="With --start: the coached reps' team.")] = None,
    start: Annotated[
        str | None, typer.Option(metavar="DATE", help="The first day after it: 2026-03-02.")
    ] = None,
    weeks_before: Annotated[int, typer.Option(min=1, max=52, help="Before the start.")] = _WEEKS,
    weeks_after: Annotated[int, typer.Option(min=1, max=52, help="From the start on.")] = _WEEKS,
    peers: Annotated[
        list[str] | None,
        typer.Option(metavar="REP", help="Whom they are held against; all others if left out."),
    ] = None,
    peers_team: Annotated[str | None, typer.Option(help="A team to hold them against.")] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    as_ndjson: AsNdjson = False,
) -> None:
    """Compare reps, teams, weeks, or any calls with any others, each number with its interval.

    Nothing is put in an order unless every difference is more than chance. With
    --coached (or --team) and --start it finds what coaching changed, against peers.
    """
    form = _form(as_json=as_json, as_csv=as_csv, as_ndjson=as_ndjson)
    chosen = {
        "metric": metric, "by": by, "group": group, "rest": rest, "within": within,
        "calls": None if calls is CallSort.CONVERSATIONS else calls,
        "coached": coached, "team": team, "start": start, "peers": peers, "peers_team": peers_team,
        "weeks_before": None if weeks_before == _WEEKS else weeks_before,
        "weeks_after": None if weeks_after == _WEEKS else weeks_after,
    }  # fmt: skip
    given = {name: value for name, value in chosen.items() if value}
    with services(ctx) as opened:
        if any(name in given for name in _OF_EFFECTS):
            _tell_effect(opened, asked, given, form)
        else:
            _tell_comparison(opened, asked, given, form)


def _tell_comparison(
    opened: "Services", asked: "WhereIn", given: Mapping[str, Any], form: str | None
) -> None:
    # Late: see indexer/cli/__init__.py.
    from indexer import comparing, screen
    from indexer.screen import comparisons
    from indexer.search import searched
    from indexer.wire.comparisons import CompareParameters, ComparisonOut

    plan = _read(CompareParameters, asked, given).plan(now=utc_now())
    _make_ready(opened, plan.metrics)
    found = comparing.compare(plan, store=opened.store, embedder=opened.embedder)
    if form == "json":
        out = ComparisonOut.of(found, searched(opened.store))
        write_json(out.model_dump(mode="json"))
    elif form is not None:
        rows = comparing.comparison_rows(found)
        sys.stdout.writelines(lines_of(rows, comparing.COMPARISON_COLUMNS, Format(form)))
    else:
        screen.Screen(console()).show(comparisons.comparison(found))


def _tell_effect(
    opened: "Services", asked: "WhereIn", given: Mapping[str, Any], form: str | None
) -> None:
    # Late: see indexer/cli/__init__.py.
    from indexer import comparing, screen
    from indexer.screen import comparisons
    from indexer.wire.interventions import EffectOut, EffectParameters

    if form not in (None, "json"):
        raise QueryInvalid(form or "", "an effect is one number: use --json")
    now = utc_now()
    read = _read(EffectParameters, asked, _of_one_metric(given))
    plan = read.plan(store=opened.store, now=now)
    _make_ready(opened, [plan.metric])
    found = comparing.effect_of(plan, store=opened.store, embedder=opened.embedder, now=now)
    if form == "json":
        write_json(EffectOut.of(found).model_dump(mode="json"))
    else:
        screen.Screen(console()).show(comparisons.effect(found))


def _of_one_metric(given: Mapping[str, Any]) -> Mapping[str, Any]:
    metrics = given.get("metric", [])
    if len(metrics) > 1:
        raise QueryInvalid("metric", "an effect is found by one metric at a time")
    return {**given, **({"metric": metrics[0]} if metrics else {})}


def _read(shape: type[Shape], asked: "WhereIn", given: Mapping[str, Any]) -> Shape:
    """Filters and options as the API would read them.

    Raises:
        QueryInvalid: one is unknown here, missing or wrong.
    """
    from pydantic import ValidationError

    try:
        return shape.model_validate({**asked.model_dump(exclude_unset=True), **given})
    except ValidationError as error:
        [first, *_] = error.errors()
        field = str(first["loc"][0]) if first["loc"] else "compare"
        told = _PLAINER.get(first["type"], first["msg"].removeprefix("Value error, "))
        raise QueryInvalid(field, told) from None


def _make_ready(opened: "Services", metrics: Iterable[str]) -> None:
    """Load the embedder only where it is needed: trackers may have examples."""
    from indexer.comparing import TRACKER

    if any(metric.startswith(TRACKER) for metric in metrics):
        opened.ready()


def _form(*, as_json: bool, as_csv: bool, as_ndjson: bool) -> str | None:
    wanted = {"json": as_json, Format.CSV.value: as_csv, Format.NDJSON.value: as_ndjson}
    chosen = [form for form, is_wanted in wanted.items() if is_wanted]
    if len(chosen) > 1:
        raise QueryInvalid(chosen[0], f"is given together with {chosen[1]}: choose one of them")
    return chosen[0] if chosen else None
