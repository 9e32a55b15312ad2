"""Commands for trackers: list, add, show, change, remove; what they find is in `tracking`."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from indexer.cli import tracking as asking
from indexer.cli.asking import Several, SpokenBy
from indexer.cli.opening import AsJson, console, services, write_json
from indexer.cli.tracking import As, Name
from indexer.identity import name_at_terminal
from indexer.when import utc_now
from models import Side
from models.errors import QueryInvalid
from models.tracker import DEFAULT_THRESHOLD, Tracker

if TYPE_CHECKING:
    from indexer.bootstrap import Services
    from indexer.papers import Written

_HELP: Final = """Watch for phrases and ideas in every call, and measure how often they are right.

A tracker finds utterances that say its phrases, or mean something near one of its
example sentences, in all calls that are stored and in each that will be. Every change
is a new version.

\b
  callsift trackers add Price --phrases '"too expensive" OR pricing' --side contact
  callsift trackers counts Price --since 90d
  callsift trackers label Price
  callsift trackers precision Price
"""

commands = typer.Typer(help=_HELP, no_args_is_help=True, rich_markup_mode=None)

Phrases = Annotated[
    str | None,
    typer.Option(metavar="WORDS", help="What must be said: '\"too expensive\" OR pricing'."),
]
Examples = Annotated[
    Several, typer.Option("--example", metavar="SENTENCE", help="Whatever is near in meaning.")
]
Threshold = Annotated[
    float | None,
    typer.Option(help=f"How near: a cosine over 0, at most 1; {DEFAULT_THRESHOLD:g} if not given."),
]
Part = Annotated[str | None, typer.Option(help="Only there: first 60s, first 2m, last 10%.")]
About = Annotated[
    str | None, typer.Option(metavar="TEXT", help="What is meant, for those who label hits.")
]


@commands.command("list", epilog="\b\nExamples:\n  callsift trackers list --json")
def list_all(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """List the trackers, the first begun first."""
    # Late: see indexer/cli/__init__.py.
    from indexer.screen import Screen
    from indexer.tracking import TRACKERS
    from indexer.wire.trackers import TrackersOut

    with services(ctx) as opened:
        found = TRACKERS.all(opened.store)
    if as_json:
        write_json(TrackersOut.of(found).model_dump(mode="json"))
        return
    screen = Screen(console())
    for one in found:
        screen.say(f"{one.body.name}  (version {one.version})")
        screen.say(f"   {told(one.body)}", style="dim")
    if not found:
        screen.say("No trackers. Add one: callsift trackers add Price --phrases 'price OR cost'")


@commands.command(
    epilog="\b\nExamples:\n"
    "  callsift trackers add Price --phrases '\"too expensive\" OR pricing' --side contact\n"
    "  callsift trackers add 'Asks who decides' --side user --question \\\n"
    "    --example 'Who else is involved in the decision?' --threshold 0.55"
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="No other tracker's.")],
    *,
    phrases: Phrases = None,
    examples: Examples = None,
    threshold: Threshold = None,
    side: Annotated[SpokenBy | None, typer.Option(help="Only what this side says.")] = None,
    part: Part = None,
    question: Annotated[bool, typer.Option("--question", help="Only questions.")] = False,
    about: About = None,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Begin a tracker."""
    tracker = Tracker(
        name=name,
        phrases=phrases or "",
        examples=tuple(examples or ()),
        threshold=DEFAULT_THRESHOLD if threshold is None else threshold,
        side=Side(side) if side else None,
        part=part,
        question=question,
        about=about or "",
    )
    # Late: see indexer/cli/__init__.py.
    from indexer.tracking import add

    with services(ctx) as opened:
        _ready_for(tracker, opened)
        made = add(
            tracker, store=opened.store, embedder=opened.embedder,
            by=name_at_terminal(as_ or opened.settings.user), at=utc_now(),
        )  # fmt: skip
    _tell(made, f"{made.body.name!r} is watched for: {told(made.body)}", as_json=as_json)


@commands.command(epilog="\b\nExamples:\n  callsift trackers show Price --json")
def show(ctx: typer.Context, name: Name, *, as_json: AsJson = False) -> None:
    """Show a tracker with its versions, the newest first."""
    # Late: see indexer/cli/__init__.py.
    from indexer.screen import Screen
    from indexer.tracking import TRACKERS
    from indexer.wire.trackers import TrackerVersionsOut

    with services(ctx) as opened:
        known = TRACKERS.find(opened.store, name)
        versions = TRACKERS.versions(opened.store, known.id)
    if as_json:
        write_json(TrackerVersionsOut.of(versions).model_dump(mode="json"))
        return
    screen = Screen(console())
    screen.say(f"{known.body.name}  {known.id}")
    if known.body.about:
        screen.say(known.body.about)
    for one in reversed(versions):
        by = f" by {one.written_by}" if one.written_by else ""
        screen.say(f"   version {one.version}, {one.written_at:%Y-%m-%d %H:%M} UTC{by}:")
        screen.say(f"      {told(one.body)}", style="dim")


@commands.command(
    epilog="\b\nExamples:\n  callsift trackers change Price --threshold 0.6\n"
    "  callsift trackers change Price --drop side --rename 'Price talk'"
)
def change(
    ctx: typer.Context,
    name: Name,
    *,
    rename: Annotated[str | None, typer.Option(metavar="NAME", help="Another name.")] = None,
    phrases: Phrases = None,
    examples: Examples = None,
    threshold: Threshold = None,
    side: Annotated[SpokenBy | None, typer.Option(help="Only what this side says.")] = None,
    part: Part = None,
    question: Annotated[
        bool | None, typer.Option("--question/--no-question", help="Only questions, or all.")
    ] = None,
    about: About = None,
    drop: Annotated[
        Several, typer.Option(help="What is no more asked: phrases, examples, side, part, about.")
    ] = None,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Change a tracker: a new version. What is not named stays; --example replaces them all."""
    given: dict[str, Any] = {
        "name": rename, "phrases": phrases, "examples": tuple(examples or ()) or None,
        "threshold": threshold, "side": Side(side) if side else None, "part": part,
        "question": question, "about": about,
    }  # fmt: skip
    changes = {field: value for field, value in given.items() if value is not None}
    changes |= {field: _nothing(field) for field in drop or ()}
    # Late: see indexer/cli/__init__.py.
    from dataclasses import replace

    from indexer.tracking import TRACKERS, change

    with services(ctx) as opened:
        known = TRACKERS.find(opened.store, name)
        wanted = replace(known.body, **changes)
        _ready_for(wanted, opened)
        made = change(
            known, wanted, store=opened.store, embedder=opened.embedder,
            by=name_at_terminal(as_ or opened.settings.user), at=utc_now(),
        )  # fmt: skip
    news = "is as it was" if made.version == known.version else f"is now version {made.version}"
    _tell(made, f"{made.body.name!r} {news}: {told(made.body)}", as_json=as_json)


@commands.command(epilog="\b\nExamples:\n  callsift trackers remove Price")
def remove(ctx: typer.Context, name: Name, *, as_json: AsJson = False) -> None:
    """Delete a tracker with every version and its labels. No call is touched."""
    # Late: see indexer/cli/__init__.py.
    from indexer.tracking import TRACKERS, remove

    with services(ctx) as opened:
        known = TRACKERS.find(opened.store, name)
        remove(known, store=opened.store)
    if as_json:
        write_json({"id": known.id, "deleted": True})
    else:
        typer.echo(f"{known.body.name!r} is deleted")


def told(tracker: Tracker) -> str:
    """A tracker on one line."""
    words = [tracker.phrases] if tracker.phrases else []
    words += [f"like {example!r}" for example in tracker.examples]
    who = {Side.USER: "said by us", Side.CONTACT: "said by them"}
    rest = [
        f"threshold {tracker.threshold:g}" if tracker.examples else "",
        who.get(tracker.side, "") if tracker.side else "",
        f"in the {tracker.part}" if tracker.part else "",
        "as a question" if tracker.question else "",
    ]
    return "; ".join([" or ".join(words), *filter(None, rest)])


def _nothing(field: str) -> Any:
    """What a field holds of which nothing is asked."""
    nothing = {"phrases": "", "examples": (), "side": None, "part": None, "about": ""}
    if field not in nothing:
        raise QueryInvalid("drop", f"{field!r} is none of {', '.join(nothing)}")
    return nothing[field]


def _ready_for(tracker: Tracker, opened: "Services") -> None:
    """Load the embedder where it is needed."""
    if tracker.examples:
        opened.ready()


def _tell(made: "Written[Tracker]", line: str, *, as_json: bool) -> None:
    # Late: see indexer/cli/__init__.py.
    from indexer.wire.trackers import TrackerOut

    if as_json:
        write_json(TrackerOut.of(made).model_dump(mode="json"))
    else:
        typer.echo(line)


asking.register(commands)
