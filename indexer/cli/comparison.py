"""How a comparison of two embedders is shown to people."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from indexer.screen import Screen

_WORST: Final = 5
"""Questions that are shown with what left and what came."""
_MOVED: Final = 4
"""Calls shown of those that left, and of those that came."""
_IN_SHORT: Final = 90
_LABEL_WIDTH: Final = 18
_MIB: Final = 2**20

Json = Mapping[str, Any]

_ROWS: Final[tuple[tuple[str, Callable[[Json], str]], ...]] = (
    ("model", lambda index: index["model"] or "none"),
    ("revision", lambda index: (index["revision"] or "")[:12]),
    ("dimensions", lambda index: f"{index['dimensions'] or 0:,}"),
    ("passages", lambda index: f"{index['passages']:,}"),
    ("on disk", lambda index: f"{index['disk_bytes'] / _MIB:,.1f} MiB"),
    (
        "a question takes",
        lambda index: "" if index["question_ms"] is None else f"{index['question_ms']:.0f} ms",
    ),
)


def show_report(report: Json, screen: Screen) -> None:
    """Print a report, given as the JSON that is kept of it."""
    rows = [("", "now", "new")]
    rows += [(label, shown(report["before"]), shown(report["after"])) for label, shown in _ROWS]
    width = max(len(now) for _, now, _ in rows) + 2
    for label, now, new in rows:
        screen.say(f"{label:<{_LABEL_WIDTH}}{now:<{width}}{new}".rstrip())
    screen.say("")
    if not report["compared"]:
        screen.say(f"Not compared: {report['why_not']}", style="yellow")
        return
    screen.say(_summary(report))
    changed = [one for one in report["by_question"] if one["left"] or one["came"]]
    for one in changed[:_WORST]:
        screen.say("")
        _show_question(one, screen)


def _summary(report: Json) -> str:
    saved = sum(one["saved_search"] is not None for one in report["by_question"])
    told = (
        f"{saved} saved searches and {report['questions'] - saved} sampled questions: "
        f"{report['overlap_at_10']:.0%} of the ten best calls in common, "
        f"rank-biased overlap {report['rbo']:.2f}"
    )
    if report["refused"]:
        told += f"; {report['refused']} could not be asked"
    return told


def _show_question(one: Json, screen: Screen) -> None:
    screen.say(_asked(one), style="bold")
    screen.say(
        f"  {one['overlap_at_10']:.0%} in common, rank-biased overlap {one['rbo']:.2f}", style="dim"
    )
    for what, style in (("left", "red"), ("came", "green")):
        for moved in one[what][:_MOVED]:
            ranks = f"{moved['rank_before'] or 'none'} -> {moved['rank_after'] or 'none'}"
            lead = moved["lead"] or "no lead named"
            screen.say(f"  {what}  {ranks:<12}  {moved['call_id']}  {lead}", style=style)
        more = len(one[what]) - _MOVED
        if more > 0:
            screen.say(f"  {what}  and {more} more", style=style)


def _asked(one: Json) -> str:
    if one["text"] is None:  # kept without it, lest a deleted call live on here
        return f"what was said in {one['call_id']}, {one['kind']}, utterance {one['position']}"
    text = one["text"] if len(one["text"]) <= _IN_SHORT else f"{one['text'][:_IN_SHORT]}..."
    return f"{one['saved_search']}: {text}" if one["saved_search"] else text
