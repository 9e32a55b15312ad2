"""The command `callsift topics`."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from indexer.cli.filtering import filtered
from indexer.cli.opening import AsJson, console, services, write_json
from indexer.cli.who import As, who
from indexer.exporting import Format, lines_of
from indexer.when import utc_now
from models.saved import name_from
from models.topic import Step, TopicAnalysis, TopicsAsked

if TYPE_CHECKING:
    from indexer.bootstrap import Services
    from indexer.papers import Written
    from indexer.screen import Screen
    from indexer.wire import WhereIn

Kept = Annotated[
    str | None, typer.Option(metavar="ANALYSIS", help="Show one that was made, by id or name.")
]
Forgotten = Annotated[
    str | None, typer.Option(metavar="ANALYSIS", help="Delete one, by id or name.")
]


@filtered
def topics(
    ctx: typer.Context,
    *,
    asked: "WhereIn",
    k: Annotated[
        int | None, typer.Option("--k", help="How many topics; else 12, or as many as fit.")
    ] = None,
    seed: Annotated[str, typer.Option(help="The same seed finds the same topics.")] = "0",
    step: Annotated[Step | None, typer.Option(help="What trends are counted by.")] = None,
    name: Annotated[str | None, typer.Option(help="What to call the analysis.")] = None,
    made: Annotated[bool, typer.Option("--list", help="List those that were made.")] = False,
    show: Kept = None,
    forget: Forgotten = None,
    as_: As = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a row for each topic.")] = False,
    as_ndjson: Annotated[bool, typer.Option("--ndjson", help="The same as JSON lines.")] = False,
) -> None:
    """Find what calls are about: topics, named by the words that were said.

    Utterances of five words or more are compared by meaning. Each analysis is kept, and can
    be opened on the page Topics.
    """
    # Late: see indexer/cli/__init__.py.
    from indexer import topics as verbs

    with services(ctx) as opened:
        if made:
            _list(opened, as_json=as_json)
        elif forget is not None:
            known = verbs.ANALYSES.find(opened.store, forget)
            verbs.forget(known.id, opened.store)
            _deleted(known, as_json=as_json)
        elif show is not None:
            form = _form(as_csv=as_csv, as_ndjson=as_ndjson)
            _tell(verbs.ANALYSES.find(opened.store, show), opened, form, as_json=as_json)
        else:
            wanted = TopicsAsked(
                where=asked.model_dump(mode="json", exclude_defaults=True),
                k=k,
                seed=seed,
                step=step,
                name=name_from(name) if name is not None else None,
            )
            now = utc_now()
            where = asked.where(now=now)
            by = who(opened, as_)
            found = verbs.find_topics(wanted, where=where, store=opened.store, now=now)
            kept = verbs.keep(found, store=opened.store, by=by, at=now)
            _tell(kept, opened, _form(as_csv=as_csv, as_ndjson=as_ndjson), as_json=as_json)


def _form(*, as_csv: bool, as_ndjson: bool) -> Format | None:
    if as_csv:
        return Format.CSV
    return Format.NDJSON if as_ndjson else None


def _tell(
    kept: "Written[TopicAnalysis]", opened: "Services", form: Format | None, *, as_json: bool
) -> None:
    # Late: see indexer/cli/__init__.py.
    from indexer.screen import Screen
    from indexer.wire.topic_rows import COLUMNS, rows_of
    from indexer.wire.topics import TopicAnalysisOut, TopicTable

    if form is not None:
        rows = rows_of(TopicTable.TOPICS, kept, opened.store)
        sys.stdout.writelines(lines_of(rows, COLUMNS[TopicTable.TOPICS], form))
        return
    out = TopicAnalysisOut.of_kept(kept, opened.store)
    if as_json:
        write_json(out.model_dump(mode="json"))
        return
    screen = Screen(console())
    for topic in out.topics:
        share = topic.share
        sure = (
            f" (95 %: {share.interval.low:.0%} to {share.interval.high:.0%})"
            if share.interval
            else ""
        )
        screen.say(f"{topic.number}. {', '.join(topic.words) or 'no telling word'}", style="bold")
        screen.say(
            f"   {topic.calls:,} of {out.calls:,} calls, {share.value:.0%}{sure};"
            f" {topic.passages:,} utterances; found again {topic.stability:.2f}",
            style="dim",
        )
        if topic.example is not None:
            e = topic.example
            screen.say(f"   {e.text}")
            screen.say(f"   callsift show {e.call_id}  {_at(e.start_s)}", style="dim")
    _tell_rest(screen, kept)


def _tell_rest(screen: "Screen", kept: "Written[TopicAnalysis]") -> None:
    body = kept.body
    screen.say(
        f"{body.passages:,} utterances of {body.calls:,} calls were compared in"
        f" {body.seconds:.1f} s; {body.other:,} are near no topic, {body.short:,} are too short"
    )
    if body.read < body.selected:
        screen.say(f"Of {body.selected:,} calls {body.read:,} were read, drawn by the seed")
    screen.say(f"Kept: callsift topics --show {body.name or kept.id!r}", style="dim")


def _at(start_s: float | None) -> str:
    # Late: see indexer/cli/__init__.py.
    from indexer.screen import length

    return "" if start_s is None else f"at {length(start_s)}"


def _list(opened: "Services", *, as_json: bool) -> None:
    # Late: see indexer/cli/__init__.py.
    from indexer.screen import Screen
    from indexer.topics import ANALYSES
    from indexer.wire.topics import TopicAnalysesOut

    out = TopicAnalysesOut.of(ANALYSES.all(opened.store))
    if as_json:
        write_json(out.model_dump(mode="json"))
        return
    screen = Screen(console())
    for one in out.analyses:
        screen.say(f"{one.id}  {one.name or ''}".rstrip())
        screen.say(f"   {one.k} topics of {one.calls:,} calls, {one.made_at:%Y-%m-%d}", style="dim")
    if not out.analyses:
        screen.say("No topics yet. Find some: callsift topics --since 90d")


def _deleted(known: "Written[TopicAnalysis]", *, as_json: bool) -> None:
    if as_json:
        write_json({"id": known.id, "deleted": True})
    else:
        typer.echo(f"{known.body.name or known.id!r} is deleted")
