"""The results as Markdown tables."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from scripts.evaluate.bootstrap import Interval
from scripts.evaluate.figures import COLUMNS, MAIN, Figures
from scripts.evaluate.judged import Unusable
from scripts.evaluate.results import Compared, Evaluated, Results, how_drawn

BEGINNING: Final = "<!-- figures: written by scripts/evaluate -->"
END: Final = "<!-- end of figures -->"


def report(results: Results, *, is_whole: bool = True) -> str:
    """Everything; or without the scorer's tables of all but the configuration of interest."""
    tabled = list(results.scores) if is_whole else [results.against]
    parts = [_summary(results)]
    parts += [_differences(results)] if results.differences else []
    parts += [_scorers_table(results, name) for name in tabled]
    parts += [_cost(results), *_refusals(results)]
    return "\n\n".join(parts) + "\n"


def comparison(compared: Compared, ours: str, theirs: str, *, by_answers: bool) -> str:
    """The difference between two saved runs."""
    rows = [[name, _interval(one)] for name, one in compared.folders.items()]
    rows.append(["**mean**", _interval(compared.mean)])
    title = f"{MAIN}, {ours} minus {theirs}. {_caption(by_answers=by_answers)}"
    return f"{title}\n\n{_table(['set', 'difference'], rows)}\n"


def write_into(page: Path, text: str) -> None:
    """Put a text between the two lines of a page that are there for it.

    Raises:
        Unusable: there is no such page, or it lacks the lines.
    """
    try:
        before, rest = page.read_text("utf-8").split(f"{BEGINNING}\n")
        _, after = rest.split(END)
    except (OSError, ValueError) as error:
        raise Unusable(f"{page}: must hold the lines {BEGINNING} and {END}, once") from error
    page.write_text(f"{before}{BEGINNING}\n\n{text}\n{END}{after}", "utf-8")


def _summary(results: Results) -> str:
    rows = [
        [folder.name, str(len(folder.queries))]
        + [_figure(scores[folder.name].macro, MAIN) for scores in results.scores.values()]
        for folder in results.folders
    ]
    asked = sum(len(folder.queries) for folder in results.folders)
    means = [_figure(results.overall(name), MAIN) for name in results.scores]
    rows.append(["**mean**", str(asked), *means])
    title = f"{MAIN}, the mean over the tasks of a set. Embedder: {results.embedder}."
    return f"{title}\n\n{_table(['set', 'queries', *results.scores], rows)}"


def _differences(results: Results) -> str:
    each = results.differences.values()
    rows = [
        [folder.name, *(_interval(compared.folders[folder.name]) for compared in each)]
        for folder in results.folders
    ]
    rows.append(["**mean**", *(_interval(compared.mean) for compared in each)])
    title = f"{MAIN}, {results.against} minus the other. {_caption(by_answers=results.by_answers)}"
    return (
        f"{title}\n\n{_table(['set', *(f'against {name}' for name in results.differences)], rows)}"
    )


def _caption(*, by_answers: bool) -> str:
    drawn = how_drawn(by_answers=by_answers)
    return f"In brackets the 95 % interval of the paired bootstrap: {drawn}."


def _scorers_table(results: Results, name: str) -> str:
    rows = []
    for folder in results.folders:
        scores = results.scores[name][folder.name]
        rows += [_scorers_row(task, figures) for task, figures in scores.tasks.items()]
        rows.append(_scorers_row(f"**{folder.name}**", scores.macro))
    rows.append(_scorers_row("**mean**", results.overall(name)))
    header = ["task", "n", *COLUMNS]
    return f"All figures of `{name}`; in bold the means over tasks.\n\n{_table(header, rows)}"


def _scorers_row(name: str, figures: Figures) -> list[str]:
    return [name, f"{figures['n']:.0f}", *(_figure(figures, column) for column in COLUMNS)]


def _cost(results: Results) -> str:
    header = ["set", "calls", "passages a call", "vectors a call", "KiB a call"]
    header += [f"{name}, ms" for name in results.scores]
    rows = [[*_stored(folder), *_times(folder, list(results.scores))] for folder in results.folders]
    machine = f"{os.cpu_count()} cores of {platform.machine()}"
    title = (
        "Cost: what is stored for a call, caches included (`naive` has one vector a call in their "
        f"place), and the median and 95th percentile of a page of ten, in process, on {machine}."
    )
    return f"{title}\n\n{_table(header, rows)}"


def _stored(folder: Evaluated) -> list[str]:
    cost = folder.cost
    return [
        folder.name,
        str(cost.calls),
        f"{cost.a_call(cost.passages):.1f}",
        f"{cost.a_call(cost.vectors):.1f}",
        f"{cost.a_call(cost.bytes) / 1024:.0f}",
    ]


def _times(folder: Evaluated, names: Sequence[str]) -> list[str]:
    times = [(folder.answers[n].ms_at(50), folder.answers[n].ms_at(95)) for n in names]
    return ["-" if m is None or p is None else f"{m:.1f} / {p:.1f}" for m, p in times]


def _refusals(results: Results) -> list[str]:
    return [
        f"`{name}` refused {len(each.refused)} of {len(folder.queries)} queries of {folder.name}, "
        f"which count as finding nothing: {', '.join(each.refused[:5])}"
        for folder in results.folders
        for name, each in folder.answers.items()
        if each.refused
    ]


def _figure(figures: Figures, column: str) -> str:
    return f"{figures[column]:.4f}" if column in figures else "-"


def _interval(one: Interval) -> str:
    return f"{one.difference:+.4f} [{one.low:+.4f}, {one.high:+.4f}]"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    line = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [header, line, *rows])
