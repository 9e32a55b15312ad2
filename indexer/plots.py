"""Plots: numbers with their intervals, drawn as SVG. The only module that loads matplotlib.

The same numbers give the same bytes. Words stay words, so that a plot is light, can be
read aloud, and takes the reader's own typeface.
"""

import io
import re
import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from models.estimate import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SVG: Final = "image/svg+xml"

_DPI: Final = 72  # a pixel of ours is a point of matplotlib's
_ROW_PX, _TREND_PX, _FRAME_PX = 26, 190, 62
_LONGEST_NAME: Final = 26
_MOST_TICKS: Final = 9
_SETTINGS: Final[Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "callsift",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 11,
    "axes.unicode_minus": True,
}
# What words are measured by is not what they are set in.
_MEASURED_IN: Final = "'DejaVu Sans', sans-serif"
_SET_IN: Final = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
_POINTS: Final = re.compile(r'((?:width|height)="[0-9.]+)pt"')

_one_at_a_time: Final = threading.Lock()  # matplotlib's settings are everybody's


class Theme(StrEnum):
    """The page a plot is for."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class _Colours:
    text: str
    dim: str
    line: str
    mark: str


_COLOURS: Final = {
    Theme.LIGHT: _Colours(text="#1c1f21", dim="#565d62", line="#dededa", mark="#0b6264"),
    Theme.DARK: _Colours(text="#e6e8e9", dim="#a5adb3", line="#2f3438", mark="#6cc9c4"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A number to draw, and how it is told in words."""

    name: str
    estimate: Estimate
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Points beneath each other, or as a trend one after the other.

    Values are drawn times `scale`, on an axis that is named `unit`.
    """

    title: str
    description: str
    unit: str
    points: tuple[Point, ...]
    scale: float = 1
    is_trend: bool = False


def drawn(plot: Plot, *, theme: Theme = Theme.LIGHT, width: int = 640) -> bytes:
    """A plot as an SVG document; `width` in pixels."""
    # Late: it takes as long to import as everything else together.
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    rows = max(1, len(plot.points))
    height = _TREND_PX if plot.is_trend else _FRAME_PX + rows * _ROW_PX
    written = io.BytesIO()
    with _one_at_a_time, rc_context(_SETTINGS):
        figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI, layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        _draw(axes, plot, _COLOURS[theme])
        figure.savefig(
            written, format="svg", transparent=True, metadata={"Date": None, "Creator": None}
        )
    return _told(written.getvalue().decode(), plot).encode()


def _draw(axes: "Axes", plot: Plot, colours: _Colours) -> None:
    axes.set_title(plot.title, loc="left", color=colours.text, fontsize=12, fontweight="bold")
    axes.tick_params(colors=colours.dim, length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    if not any(point.estimate.value is not None for point in plot.points):
        axes.set_axis_off()
        axes.text(0, 0.5, "No number to draw", color=colours.dim, transform=axes.transAxes)
        return
    draw = _draw_trend if plot.is_trend else _draw_rows
    draw(axes, plot, colours)


def _draw_rows(axes: "Axes", plot: Plot, colours: _Colours) -> None:
    rows = range(len(plot.points) - 1, -1, -1)
    for n, (row, point) in enumerate(zip(rows, plot.points, strict=True)):
        value, interval = point.estimate.value, point.estimate.interval
        if value is None:
            continue
        if interval is not None:
            span = [interval.low * plot.scale, interval.high * plot.scale]
            axes.plot(
                span, [row, row], color=colours.mark, linewidth=2, solid_capstyle="butt",
                gid=f"interval-{n}",
            )  # fmt: skip
        face = colours.mark if interval is not None else "none"
        axes.plot(
            [value * plot.scale], [row], "o", markersize=7, color=colours.mark,
            markerfacecolor=face, gid=f"mean-{n}",
        )  # fmt: skip
    names = [f"{_short(point.name)}  ({point.estimate.n})" for point in plot.points]
    axes.set_yticks(list(rows), labels=names, color=colours.text)
    axes.set_ylim(-0.6, len(plot.points) - 0.4)
    axes.set_xlabel(plot.unit, color=colours.dim)
    axes.grid(axis="x", color=colours.line, linewidth=1)
    axes.set_axisbelow(True)


def _draw_trend(axes: "Axes", plot: Plot, colours: _Colours) -> None:
    places = range(len(plot.points))
    values = [
        float("nan") if p.estimate.value is None else p.estimate.value * plot.scale
        for p in plot.points
    ]
    axes.plot(places, values, color=colours.mark, linewidth=1.5)
    for n, point in enumerate(plot.points):
        value, interval = point.estimate.value, point.estimate.interval
        if value is None:
            continue
        if interval is not None:
            span = [interval.low * plot.scale, interval.high * plot.scale]
            axes.plot(
                [n, n], span, color=colours.mark, linewidth=1.5, alpha=0.55,
                gid=f"interval-{n}",
            )  # fmt: skip
        face = colours.mark if interval is not None else "none"
        axes.plot(
            [n], [value * plot.scale], "o", markersize=5, color=colours.mark,
            markerfacecolor=face, gid=f"mean-{n}",
        )  # fmt: skip
    step = max(1, -(-len(plot.points) // _MOST_TICKS))
    shown = list(places)[::step]
    axes.set_xticks(shown, labels=[plot.points[place].name for place in shown])
    axes.set_xlim(-0.5, len(plot.points) - 0.5)
    axes.set_ylabel(plot.unit, color=colours.dim)
    axes.grid(axis="y", color=colours.line, linewidth=1)
    axes.set_axisbelow(True)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _told(svg: str, plot: Plot) -> str:
    """The document with a title and a description, for who does not see it."""
    points = "; ".join(f"{point.name}: {point.told}" for point in plot.points)
    words = (
        f'<title id="title">{escape(plot.title)}</title>'
        f'<desc id="desc">{escape(f"{plot.description} {points}")}</desc>'
    )
    opening, _, rest = svg.partition("<svg ")
    attributes, _, inside = rest.partition(">")
    attributes = _POINTS.sub(r'\1"', attributes)
    told = f'<svg role="img" aria-labelledby="title desc" {attributes}>{words}{inside}'
    return (opening + told).replace(_MEASURED_IN, _SET_IN)
