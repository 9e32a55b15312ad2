"""The command `callsift metrics`."""

import sys
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from indexer.cli.filtering import filtered
from indexer.cli.opening import AsJson, console, services, write_json
from indexer.exporting import Format, lines_of
from indexer.when import utc_now
from models.errors import QueryInvalid
from models.metric import CallType, Unit

if TYPE_CHECKING:
    from indexer.bootstrap import Services
    from indexer.wire import WhereIn
    from indexer.wire.metrics import MetricsOut

_NOTHING_KEPT: Final = "Measure them: callsift metrics --measure (a sync does it by itself)"


@filtered
def metrics(
    ctx: typer.Context,
    call_id: Annotated[
        str | None, typer.Argument(metavar="[CALL_ID]", help="One call; none: all that pass.")
    ] = None,
    *,
    asked: "WhereIn",
    type_: Annotated[
        CallType, typer.Option("--type", help="Which calls: the two are never mixed.")
    ] = CallType.CONVERSATION,
    formulas: Annotated[
        bool, typer.Option("--formulas", help="List every metric, its formula and source.")
    ] = False,
    measure: Annotated[
        bool, typer.Option("--measure", help="First measure calls that are not measured yet.")
    ] = False,
    as_json: AsJson = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print a row a call for a spreadsheet.")
    ] = False,
    as_ndjson: Annotated[
        bool, typer.Option("--ndjson", help="Print a row a call as JSON, one a line.")
    ] = False,
) -> None:
    """Show what calls measure: talk ratio, patience, questions and more.

    Each number is by a formula with a version, comes with how many calls it is of, and
    a mean with its 95 % interval. Filters say which calls; figures are of whole calls.
    """
    # Late: see indexer/cli/__init__.py.
    from indexer.measuring import measure_due

    form = _form(as_json=as_json, as_csv=as_csv, as_ndjson=as_ndjson)
    if formulas:
        _refuse_others("--formulas", asked, form, call_id)
        _list_formulas(as_json=as_json)
        return
    if call_id is not None:
        _refuse_others("CALL_ID", asked, form)
    with services(ctx) as opened:
        if measure:
            with opened.writing():
                measure_due(opened.store)
        if call_id is not None:
            _show_call(call_id, opened, as_json=as_json)
        elif form is not None:
            _export(asked, form, opened)
        else:
            _sum_up(asked, type_, opened, as_json=as_json)


def _form(*, as_json: bool, as_csv: bool, as_ndjson: bool) -> Format | None:
    if as_json + as_csv + as_ndjson > 1:
        raise QueryInvalid("format", "is one of --json, --csv and --ndjson")
    if as_csv:
        return Format.CSV
    return Format.NDJSON if as_ndjson else None


def _refuse_others(
    field: str, asked: "WhereIn", form: Format | None, call_id: str | None = None
) -> None:
    """Refuse what is of many calls together with what is not."""
    if call_id is not None or form is not None or asked.model_dump(exclude_defaults=True):
        raise QueryInvalid(field, "goes with no filter, no other call and no rows")


def _list_formulas(*, as_json: bool) -> None:
    # Late: see indexer/cli/__init__.py.
    from indexer.metrics import METRICS
    from indexer.wire.metrics import FormulasOut

    found = FormulasOut.of(METRICS.values())
    if as_json:
        write_json(found.model_dump(mode="json"))
        return
    for one in found.metrics:
        typer.echo(f"{one.id}  {one.title}, {one.unit}")
        for line in (one.definition, f"Needs: {one.needs}", f"Source: {one.source}"):
            typer.echo(f"   {line}")


def _show_call(call_id: str, opened: "Services", *, as_json: bool) -> None:
    # Late: see indexer/cli/__init__.py.
    from indexer.measuring.summary import measured_call
    from indexer.wire.metrics import CallMetricsOut

    found = CallMetricsOut.of(measured_call(call_id, opened.store))
    if as_json:
        write_json(found.model_dump(mode="json"))
        return
    from indexer.metrics.writing import written

    if found.type is None:
        typer.echo("This call has no transcript: nothing is measured of it.")
        return
    table = _table("Metric", "Figure", "Formula")
    for one in found.metrics:
        table.add_row(one.title, written(one.value, one.unit), one.id)
    console().print(table)


def _export(asked: "WhereIn", form: Format, opened: "Services") -> None:
    # Late: see indexer/cli/__init__.py.
    from indexer.measuring.summary import COLUMNS, rows

    found = rows(asked.where(now=utc_now()), opened.store)
    sys.stdout.writelines(lines_of(found, COLUMNS, form))


def _sum_up(asked: "WhereIn", of: CallType, opened: "Services", *, as_json: bool) -> None:
    # Late: see indexer/cli/__init__.py.
    from indexer.measuring.summary import summarise
    from indexer.search import searched
    from indexer.wire.metrics import MetricsOut

    summary = summarise(asked.where(now=utc_now()), of, opened.store)
    found = MetricsOut.of(summary, searched(opened.store))
    if as_json:
        write_json(found.model_dump(mode="json"))
    else:
        _show_sum(found)


def _show_sum(found: "MetricsOut") -> None:
    from indexer.metrics.writing import number, unit_of
    from indexer.screen.answers import counted

    table = _table("Metric", "Unit", "Calls", "Mean", "95 % interval", "Median", "Middle half")
    for one in found.metrics:
        between, middle = one.mean.interval, (one.lower_quartile, one.upper_quartile)
        table.add_row(
            one.title,
            unit_of(one.unit),
            f"{one.n:,}",
            number(one.mean.value, one.unit),
            _range(between.low, between.high, one.unit) if between else "",
            number(one.median, one.unit),
            _range(*middle, one.unit) if one.n else "",
        )
    if found.measured:
        console().print(table)
    typer.echo(
        f"{counted(found.calls, 'call')}: {counted(found.conversations, 'conversation')},"
        f" {counted(found.voicemails, 'voicemail')}, {found.silent:,} without a transcript"
    )
    typer.echo(f"measured {found.measured:,} of {found.of_type:,} {found.type}s")
    if reasons := {one.mean.why for one in found.metrics if one.mean.value is not None} - {None}:
        typer.echo("No interval: " + "; ".join(sorted(map(str, reasons))))
    if found.measured < found.of_type:
        typer.echo(_NOTHING_KEPT)


def _table(*columns: str) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for n, column in enumerate(columns):
        is_text = column in ("Metric", "Unit", "Formula")
        table.add_column(column, justify="left" if is_text else "right", no_wrap=n == 0)
    return table


def _range(low: float | None, high: float | None, unit: Unit) -> str:
    # Late: see indexer/cli/__init__.py.
    from indexer.metrics.writing import number

    return f"{number(low, unit)} to {number(high, unit)}"
