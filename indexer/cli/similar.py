"""The command `similar`: calls like a call, or like one thing that was said in it."""

from enum import StrEnum
from typing import Annotated

import typer

from indexer.cli.opening import AsJson, console, services, write_json
from models import Kind, Mode, SearchQuery
from models.errors import QueryInvalid


class SpokenKind(StrEnum):
    """The kinds that have utterances."""

    RECORDING = "recording"
    VOICEMAIL = "voicemail"


def similar(
    ctx: typer.Context,
    call_id: Annotated[str, typer.Argument(help="A call's id, as search gives it: acti_...")],
    *,
    utterance: Annotated[
        int | None,
        typer.Option(min=0, help="Only like this utterance: its place in `show --json`, from 0."),
    ] = None,
    kind: Annotated[
        SpokenKind | None, typer.Option(help="Where that utterance is; the recording if not said.")
    ] = None,
    mode: Annotated[
        Mode | None, typer.Option(help="How that utterance is compared; by both if not said.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what each score was made of.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="Calls a page.")] = 10,
    cursor: Annotated[str | None, typer.Option(help="Of the page before, for the next.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find other calls like this one, or calls in which something like one utterance is said."""
    # Late: see indexer/cli/__init__.py.
    from indexer import wire
    from indexer.screen import Screen
    from indexer.search import similar_calls

    if utterance is None and (kind or mode):
        told = "is about an utterance: say which, with --utterance"
        raise QueryInvalid("kind" if kind else "mode", told)
    query = SearchQuery(mode=mode or Mode.HYBRID, explain=explain, limit=limit, cursor=cursor)
    with services(ctx) as opened:
        if utterance is not None and mode is not Mode.KEYWORD:
            opened.ready()
        page = similar_calls(
            call_id, utterance, query, kind=Kind(kind) if kind else Kind.RECORDING,
            store=opened.store, embedder=opened.embedder,
        )  # fmt: skip
    if as_json:
        write_json(wire.SearchOut.of(page).model_dump(mode="json"))
    else:
        Screen(console()).show_page(page)
