"""Commands that read: search, show, status, ledger."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from indexer import version
from indexer.cli.opening import AsJson, console, services, write_json
from indexer.cli.saving import hand_over, save_asked
from indexer.cli.steps import dialogue_from
from indexer.grammar import parse_part
from indexer.when import parse_when, utc_now
from models import LONGEST_TEXT, CallState, Group, Kind, Mode, SearchFilter, SearchQuery, Side
from models.errors import CallNotFound, QueryInvalid

if TYPE_CHECKING:
    pass

_WHEN: Final = "30d, 12h, 2w, yesterday, 2026-03-01 or an ISO time; UTC"

Several = list[str] | None


class SpokenBy(StrEnum):
    """The sides one can ask for; an utterance may be of neither."""

    USER = "user"
    CONTACT = "contact"


def search(
    ctx: typer.Context,
    text: Annotated[
        list[str] | None,
        typer.Argument(
            help='What to look for, in words of your own; "phrases" must be said, -words must not,'
            " AND, OR and NOT combine. Nothing: the newest calls."
        ),
    ] = None,
    *,
    then: Annotated[
        Several, typer.Option(metavar="TEXT", help="Said after that: `user: offers a discount`.")
    ] = None,
    within: Annotated[
        Several,
        typer.Option(metavar="GAP", help="How soon: 60s, 3 turns; once, or for each --then."),
    ] = None,
    never: Annotated[
        Several,
        typer.Option(metavar="TEXT", help="Said nowhere: `user: recorded line in first 30s`."),
    ] = None,
    group: Annotated[
        Group, typer.Option(help="An answer is a call with its best moments, or one moment.")
    ] = Group.CALL,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what each score was made of.")
    ] = False,
    mode: Annotated[Mode, typer.Option(help="By meaning, by words, or both.")] = Mode.HYBRID,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="Calls a page.")] = 10,
    cursor: Annotated[str | None, typer.Option(help="Of the page before, for the next.")] = None,
    disposition: Annotated[
        Several, typer.Option(help="How the line ended: answered, no-answer, vm-left, ...")
    ] = None,
    direction: Annotated[Several, typer.Option(help="inbound or outbound.")] = None,
    call_method: Annotated[
        Several, typer.Option(help="regular, power, predictive or external.")
    ] = None,
    user_id: Annotated[Several, typer.Option(help="Calls of this Close user.")] = None,
    lead_id: Annotated[Several, typer.Option(help="Calls of this lead.")] = None,
    contact_id: Annotated[Several, typer.Option(help="Calls with this contact.")] = None,
    outcome_id: Annotated[Several, typer.Option(help="Calls given this outcome.")] = None,
    since: Annotated[str | None, typer.Option(help=f"Then or later: {_WHEN}.")] = None,
    until: Annotated[str | None, typer.Option(help="Before then; the same forms.")] = None,
    min_duration: Annotated[int | None, typer.Option(min=0, help="Seconds, at least.")] = None,
    max_duration: Annotated[int | None, typer.Option(min=0, help="Seconds, at most.")] = None,
    side: Annotated[SpokenBy | None, typer.Option(help="Only words of this side.")] = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only words that come from here.")] = None,
    part: Annotated[
        str | None, typer.Option(help="Only words said there: first 60s, first 2m, last 10%.")
    ] = None,
    question: Annotated[
        bool, typer.Option("--question", help="Only what was said as a question.")
    ] = False,
    one_turn: Annotated[
        bool, typer.Option("--one-turn", help="What must be said is said in one turn.")
    ] = False,
    save: Annotated[
        str | None, typer.Option(metavar="NAME", help="Save the question; see `searches`.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find calls and the moments in them.

    Options that name calls may be given more than once: any of the values will do.
    """
    now = datetime.now(UTC)
    where = SearchFilter(
        dispositions=tuple(disposition or ()),
        directions=tuple(direction or ()),
        call_methods=tuple(call_method or ()),
        user_ids=tuple(user_id or ()),
        lead_ids=tuple(lead_id or ()),
        contact_ids=tuple(contact_id or ()),
        outcome_ids=tuple(outcome_id or ()),
        since=parse_when(since, now=now, field="since") if since is not None else None,
        until=parse_when(until, now=now, field="until") if until is not None else None,
        min_duration_s=min_duration,
        max_duration_s=max_duration,
        side=Side(side) if side else None,
        kinds=tuple(kind or ()),
        part=parse_part(part, field="part") if part is not None else None,
        asked=question,
        in_one_turn=one_turn,
    )
    _refuse_nothing_between(where)
    words = " ".join(text or ())
    _refuse_too_long(words)
    dialogue = dialogue_from(words, then or (), within or (), never or ())
    query = SearchQuery(
        text="" if dialogue else words, dialogue=dialogue, mode=mode, where=where, group=group,
        explain=explain, limit=limit, cursor=cursor,
    )  # fmt: skip
    if hand_over(ctx, query):
        return
    _answer(ctx, query, as_json=as_json)
    if save is not None:
        save_asked(ctx, save, query)


def show(
    ctx: typer.Context,
    call_id: Annotated[str, typer.Argument(help="A call's id, as search gives it: acti_...")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show one call and everything said in it."""
    # Late: see indexer/cli/__init__.py.
    from indexer import wire
    from indexer.screen import Screen

    with services(ctx) as opened:
        record = opened.store.get(call_id)
    if record is None:
        raise CallNotFound(call_id)
    if as_json:
        write_json(wire.CallDetailOut.of(record).model_dump(mode="json"))
    else:
        Screen(console()).show_call(record)


def status(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Say where the calls stand: searchable, waiting, failed, and why.

    Asks nothing of Close and loads no network.
    """
    # Late: see indexer/cli/__init__.py.
    from indexer import wire
    from indexer.screen import Screen

    with services(ctx) as opened:
        now = utc_now()
        told = wire.StatusOut.of(opened.store, now=now, version=version())
        data_dir = str(opened.settings.data_dir)
    if as_json:
        write_json({**told.model_dump(mode="json"), "data_dir": data_dir})
    else:
        Screen(console()).show_status(told, now=now, data_dir=data_dir)


def ledger(
    ctx: typer.Context,
    call_ids: Annotated[
        Several, typer.Argument(metavar="CALL_ID", help="These calls, whatever their state.")
    ] = None,
    *,
    state: Annotated[
        CallState | None, typer.Option(help="Calls in this state; `failed` if none is given.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=1000, help="Calls a page.")
    ] = 50,
    cursor: Annotated[str | None, typer.Option(help="Of the page before, for the next.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say call by call where it stands, and why: those longest in a state come first.

    Asks nothing of Close and loads no network.
    """
    # Late: see indexer/cli/__init__.py.
    from indexer import wire
    from indexer.screen import Screen

    if call_ids and (state or cursor):
        raise QueryInvalid("state" if state else "cursor", "goes with no call ids")
    state = state or CallState.FAILED
    with services(ctx) as opened:
        if call_ids:
            known = opened.store.entries(call_ids)
            entries, next_cursor = [known[i] for i in call_ids if i in known], None
        else:
            entries, next_cursor = wire.ledger_page(opened.store, state, limit=limit, cursor=cursor)
    if as_json:
        told = wire.LedgerOut.of(entries, next_cursor=next_cursor)
        write_json(told.model_dump(mode="json"))
    elif not entries and not call_ids:
        typer.echo(f"No {state} calls.")
    else:
        Screen(console()).show_ledger(entries, now=utc_now())
        if next_cursor:
            typer.echo(f"Next page: the same command with\n  --cursor {next_cursor}")
    for unknown in (call_id for call_id in call_ids or () if call_id not in known):
        raise CallNotFound(unknown)


def _answer(ctx: typer.Context, query: SearchQuery, *, as_json: bool) -> None:
    # Late: see indexer/cli/__init__.py.
    from indexer import wire
    from indexer.screen import Screen
    from indexer.search import search as find

    with services(ctx) as opened:
        if compares_meaning(query):
            opened.ready()
        page = find(query, store=opened.store, embedder=opened.embedder)
    if as_json:
        write_json(wire.SearchOut.of(page).model_dump(mode="json"))
    else:
        Screen(console()).show_page(page)


def compares_meaning(query: SearchQuery) -> bool:
    """Whether the embedder is needed to answer."""
    is_asked = query.dialogue is not None or bool(query.text.strip())
    return is_asked and query.mode is not Mode.KEYWORD


def _refuse_too_long(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise QueryInvalid("text", f"has more than {LONGEST_TEXT} characters")


def _refuse_nothing_between(where: SearchFilter) -> None:
    """Two ends the wrong way round let nothing through: surely not what was meant."""
    if where.since is not None and where.until is not None and where.since >= where.until:
        raise QueryInvalid("since", "must be before until")
    least, most = where.min_duration_s, where.max_duration_s
    if least is not None and most is not None and least > most:
        raise QueryInvalid("min-duration", "must not be more than max-duration")
