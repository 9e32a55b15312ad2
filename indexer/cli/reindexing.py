"""The command that changes the embedder: reindex."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from indexer.cli.asking import search
from indexer.cli.opening import AsJson, console, services, write_json
from indexer.cli.saving import read
from models import Mode
from models.errors import QueryInvalid, ReindexRefused, StoreBroken

if TYPE_CHECKING:
    from indexer.bootstrap import Services
    from indexer.cli.progress import Bar, JsonLines
    from indexer.embedder import Embedder
    from indexer.reindexing.questions import Question
    from indexer.reindexing.report import Report
    from indexer.store.contract import Store
    from indexer.store.staged import StagedStore
    from indexer.store.staging import Staging

_STOPPED: Final = 130
_PATIENCE_S: Final = 120.0
"""How long a switch waits for a sync to end."""

_SWITCH: Final = "callsift reindex --switch"
_BACK: Final = "callsift reindex --back"


def reindex(
    ctx: typer.Context,
    *,
    model: Annotated[
        str | None,
        typer.Option("--model", help="The model to embed with: a name on the hub, or a folder."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Switch without asking, once it is built.")
    ] = False,
    switch: Annotated[
        bool, typer.Option("--switch", help="Take what is built and waits to be switched to.")
    ] = False,
    back: Annotated[
        bool, typer.Option("--back", help="Go back to the model from before the last switch.")
    ] = False,
    discard: Annotated[
        bool, typer.Option("--discard", help="Drop what is built, or half built.")
    ] = False,
    show: Annotated[bool, typer.Option("--show", help="Show the last comparison again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Embed every stored call again, with another model, and switch to it if you like it.

    Calls are embedded beside the live index, from what is stored: nothing is fetched, and
    searches and syncs go on. Then both models are asked the saved searches and fifty
    things that were said in calls, and you see what would change. On a terminal you are
    asked whether to switch; elsewhere `--yes` or a later `--switch` does it. Without
    --model, the model is CALLSIFT_EMBEDDING_MODEL, or the present one.

    It can be stopped at any moment: the live index is untouched, and the same command
    goes on from there. After a switch a running `callsift serve` must be started again.
    """
    if sum((switch, back, discard, show)) + bool(model or yes) > 1:
        raise typer.BadParameter("--switch, --back, --discard and --show each stand alone")
    command: _Reindex | None = None
    try:
        with services(ctx) as opened, opened.staging() as staging:
            is_for_programs = as_json or not sys.stdout.isatty()
            command = _Reindex(ctx, opened, staging, as_json=is_for_programs)
            if show:
                command.show()
            elif discard:
                command.discard()
            elif switch:
                command.switch_to_staged()
            elif back:
                command.go_back()
            else:
                command.build(model, is_agreed=yes)
    except KeyboardInterrupt:
        is_done = command is not None and command.has_switched
        how = "after the switch, which is made" if is_done else "the data are as they were"
        typer.echo(f"callsift: stopped; {how}", err=True)
        raise typer.Exit(_STOPPED) from None


class _Reindex:
    """One run of the command."""

    def __init__(
        self, ctx: typer.Context, opened: "Services", staging: "Staging", *, as_json: bool
    ) -> None:
        self._ctx = ctx
        self._opened = opened
        self._staging = staging
        self._as_json = as_json
        self.has_switched = False

    def build(self, model: str | None, *, is_agreed: bool) -> None:
        # Late: see indexer/cli/__init__.py.
        from indexer import version
        from indexer.reindexing.changing import build

        opened, staging = self._opened, self._staging
        embedder = opened.embedder_of(model) if model else opened.embedder
        with self._progress() as progress:
            staged = build(
                staging,
                live=opened.store,
                embedder=embedder,
                version=version(),
                progress=progress,
            )
        try:
            report = self._compare(staged, embedder)
        finally:
            staged.close()
        report.keep(staging.comparison)
        self._tell(report.to_json(with_sampled_texts=True))
        if is_agreed or self._agrees(str(embedder.identity)):
            self.switch_to_staged()
        else:
            self._say(
                f"Nothing is switched. {_SWITCH} takes what was built, --discard drops it.",
                event="staged", embedder=str(embedder.identity), switch=_SWITCH,
            )  # fmt: skip

    def switch_to_staged(self) -> None:
        staged = self._staging.staged()
        if staged is None or not staged.is_built:
            if staged is not None:
                staged.close()
            raise ReindexRefused("nothing is built to switch to: run callsift reindex --model NAME")
        self._switch_to(staged)

    def go_back(self) -> None:
        previous = self._staging.previous()
        if previous is None:
            raise ReindexRefused("there is nothing to go back to: no switch was made, or none kept")
        self._switch_to(previous)

    def discard(self) -> None:
        was_there = self._staging.discard()
        self._say(
            "What was built is dropped." if was_there else "Nothing was built.",
            event="discarded", was_there=was_there,
        )  # fmt: skip

    def show(self) -> None:
        try:
            report = json.loads(self._staging.comparison.read_text("utf-8"))
        except (OSError, ValueError):
            raise ReindexRefused(
                "nothing was compared yet: run callsift reindex --model NAME"
            ) from None
        self._tell(report)

    def _switch_to(self, source: "StagedStore") -> None:
        from indexer.reindexing.building import bring_level

        opened, live = self._opened, self._opened.store
        known = source.facts().embedder
        assert known is not None
        try:
            embedder = opened.embedder_of(known.name)
            with self._progress() as progress:
                bring_level(source, live=live, embedder=embedder, progress=progress)
                with opened.writing(patience_s=_PATIENCE_S):  # nothing is written meanwhile
                    bring_level(source, live=live, embedder=embedder, progress=progress)
                    self._staging.switch(source)
                    self.has_switched = True
        finally:
            source.close()
        if problems := live.check():
            raise StoreBroken("; ".join(problems))
        self._say(
            f"Searches are answered by {known} from now on. Start a running `callsift serve` "
            f"again. {_BACK} goes back.",
            event="switched", embedder=str(known), calls=live.count(), back=_BACK,
        )  # fmt: skip
        set_to = opened.settings.embedding_model
        if set_to is not None and str(Path(set_to).expanduser().absolute()) != known.name != set_to:
            typer.echo(f"callsift: CALLSIFT_EMBEDDING_MODEL is {set_to}: unset it", err=True)

    def _compare(self, staged: "StagedStore", embedder: "Embedder") -> "Report":
        from indexer.reindexing.changing import compare_staged, live_embedder
        from indexer.reindexing.report import Index, Report
        from indexer.when import utc_now

        opened, live = self._opened, self._opened.store
        before, after = live.facts(), staged.facts()
        candidates = [lambda: opened.embedder]
        if before.embedder is not None:
            name = before.embedder.name
            candidates.append(lambda: opened.embedder_of(name))
        asker = live_embedder(live, candidates)
        comparison, why_not = None, ""
        if before.embedder is None:
            why_not = "no call is stored yet"
        elif asker is None:
            why_not = f"{before.embedder} cannot be loaded any more"
        else:
            saved, outdated = _saved_searches(self._ctx, live)
            comparison = compare_staged(
                staged,
                live=live,
                before=asker,
                after=embedder,
                saved=saved,
            )
            comparison = replace(comparison, refused=comparison.refused + outdated)
        return Report(
            at=utc_now(),
            calls=live.count(),
            before=Index(
                embedder=before.embedder,
                passages=before.passages,
                disk_bytes=self._staging.live_bytes(),
            ),
            after=Index(
                embedder=after.embedder,
                passages=after.passages,
                disk_bytes=self._staging.staged_bytes(),
            ),
            comparison=comparison,
            why_not=why_not,
        )

    def _agrees(self, embedder: str) -> bool:
        """Ask, where there is somebody to ask."""
        if self._as_json or not sys.stdin.isatty():
            return False
        return typer.confirm(f"Search with {embedder} from now on?")

    def _progress(self) -> "Bar | JsonLines":
        from indexer.cli.progress import Bar, JsonLines

        return JsonLines() if self._as_json else Bar(console())

    def _tell(self, report: dict[str, Any]) -> None:
        if self._as_json:
            write_json({"event": "compared", **report})
            return
        from indexer.cli.comparison import show_report
        from indexer.screen import Screen

        show_report(report, Screen(console()))

    def _say(self, text: str, **told: Any) -> None:
        if self._as_json:
            write_json(told)
        else:
            typer.echo(text)


def _saved_searches(ctx: typer.Context, store: "Store") -> "tuple[list[Question], int]":
    """The saved searches that an embedder has a say in, and how many cannot be read any more."""
    from pydantic import ValidationError

    from indexer.reindexing.questions import Question

    questions, outdated = [], 0
    for saved in store.saved_searches():
        try:
            query = read(ctx, search, saved.asked)
        except (QueryInvalid, ValidationError):
            outdated += 1
            continue
        is_about_meaning = query.text.strip() and query.mode is not Mode.KEYWORD
        if is_about_meaning or query.dialogue is not None:
            questions.append(Question(query=query, name=saved.name))
    return questions, outdated
