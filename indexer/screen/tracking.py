"""What trackers find, on a screen: hits, counts, precision."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from indexer.screen.answers import header
from indexer.screen.spoken import add_said, said_table
from indexer.screen.texts import indented, plain
from indexer.tracking import Count, Counts, Precision, Quoted
from models.estimate import Estimate
from models.tracker import By


def hit(quoted: Quoted) -> RenderableType:
    """A hit with its call, what was said around it, and how it was found."""
    found = quoted.hit
    how = ["says the phrases"] if found.by_phrase else []
    how += [f"near an example, {found.score:.2f}"] if found.score is not None else []
    if quoted.label:
        by = f" by {quoted.label.written_by}" if quoted.label.written_by else ""
        how.append(f"labelled {quoted.label.body.verdict}{by}")
    return Group(to_read(quoted), indented(Text(plain(", ".join(how)), style="dim")), Text(""))


def to_read(quoted: Quoted) -> RenderableType:
    """A hit with its call and what was said around it, and nothing that would lead."""
    utterances = quoted.record.utterances(quoted.hit.spoken.kind)
    table = said_table()
    for quote in quoted.quotes:
        add_said(table, utterances[quote.index], is_matched=quote.matched)
    where = f"{quoted.record.call.id}  {quoted.hit.spoken.kind} {quoted.hit.spoken.position}"
    return Group(
        header(quoted.record, None),
        indented(table),
        indented(Text(plain(where), style="dim", overflow="fold")),
    )


def table_of_counts(counts: Counts, by: By) -> Table:
    """Hits by week or rep, and in all."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("week" if by is By.WEEK else "rep", overflow="fold")
    for title in ("calls", "with a hit", "share", "95 %", "hits", "per 100 calls"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in counts.rows:
        table.add_row(plain(row.label), *_cells(row))
    table.add_section()
    table.add_row("all", *_cells(counts.total), style="bold")
    return table


def table_of_precision(rows: Iterable[Precision], *, by_threshold: bool) -> Table:
    """Precision by version, or by threshold."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    titles = ["threshold"] if by_threshold else ["version", "threshold"]
    titles += ["hits", "labelled", "yes", "no", "unsure", "precision", "95 %", "came since"]
    for title in titles:
        table.add_column(title, justify="right", no_wrap=True)
    for row in rows:
        first = [f"{row.threshold:g}"] if by_threshold else [f"{row.version}", f"{row.threshold:g}"]
        numbers = (row.hits, row.labelled, row.yes, row.no, row.unsure)
        value, interval = _estimate(row.rate)
        cells = [*first, *(f"{number:,}" for number in numbers), value, interval]
        table.add_row(*cells, f"{row.later:,}" if row.later else "")
    return table


def rate(precision: Precision) -> str:
    """Precision in a line."""
    value, interval = _estimate(precision.rate)
    if precision.rate.value is None:
        return f"No precision: {precision.rate.why}"
    return f"Precision {value}, 95 % interval {interval}"


def _cells(count: Count) -> list[str]:
    per_100 = count.hits_per_100_calls
    return [
        f"{count.calls:,}",
        f"{count.with_hits:,}",
        *_estimate(count.share),
        f"{count.hits:,}",
        "-" if per_100 is None else f"{per_100:.1f}",
    ]


def _estimate(estimate: Estimate) -> tuple[str, str]:
    """A share and its interval; a dash where nothing can be said."""
    if estimate.value is None:
        return "-", ""
    interval = estimate.interval
    told = f"{100 * interval.low:.0f} to {100 * interval.high:.0f} %" if interval else ""
    return f"{100 * estimate.value:.0f} %", told
