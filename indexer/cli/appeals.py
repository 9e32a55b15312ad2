"""Commands of `callsift review` for appeals: appeal, decide."""

from typing import Annotated, Final

import typer

from indexer.cli.opening import AsJson, services
from indexer.cli.reviewing import Review, known_review, read_answer, tell_review
from indexer.cli.who import As, who
from indexer.when import utc_now
from models.errors import QueryInvalid

APPEAL: Final = (
    "\b\nExamples:\n  callsift review appeal 9462 --reason 'I said it at 0:12'"
    " --question recording-notice"
)
DECIDE: Final = (
    "\b\nExamples:\n  callsift review decide 9462 1 --upheld --change recording-notice=yes"
    " --reason 'It is there'"
    "\n  callsift review decide 9462 1 --rejected --reason 'It was said after the price'"
)

Reason = Annotated[str, typer.Option(help="Why, in words.")]


def appeal(
    ctx: typer.Context,
    review: Review,
    *,
    reason: Reason,
    question: Annotated[
        str | None, typer.Option(help="The id of the question it is about, if of one.")
    ] = None,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Disagree with a finished review; somebody else decides."""
    # Late: see indexer/cli/__init__.py.
    from indexer import reviewing

    with services(ctx) as opened:
        known = known_review(opened, review)
        appealed = reviewing.appeal(
            opened.store, known.id, reason=reason, question_id=question,
            by=who(opened, as_), at=utc_now(), version=known.version,
        )  # fmt: skip
        seen = reviewing.Seen(written=appealed, is_hidden=False)
        told = f"Your appeal is number {len(appealed.body.appeals)}: somebody else decides it"
        tell_review(opened, seen, told, as_json=as_json)


def decide(
    ctx: typer.Context,
    review: Review,
    number: Annotated[int, typer.Argument(help="The appeal's number, from 1.")],
    *,
    upheld: Annotated[bool, typer.Option("--upheld/--rejected", help="What is decided.")],
    reason: Reason,
    change: Annotated[
        list[str] | None,
        typer.Option(metavar="QUESTION=ANSWER", help="An answer that changes, if upheld."),
    ] = None,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Decide an appeal that is not yours. Upheld, its changed answers make a new version."""
    # Late: see indexer/cli/__init__.py.
    from indexer import reviewing

    pairs = [one.partition("=") for one in change or ()]
    if wrong := [question for question, equals, _ in pairs if not equals]:
        raise QueryInvalid("change", f"{wrong[0]!r} must be QUESTION=ANSWER")
    changes = [read_answer(question, value) for question, _, value in pairs]
    with services(ctx) as opened:
        known = known_review(opened, review)
        decided = reviewing.decide(
            opened.store, known.id, number, is_upheld=upheld, decision=reason, changes=changes,
            by=who(opened, as_), at=utc_now(), version=known.version,
        )  # fmt: skip
        seen = reviewing.Seen(written=decided, is_hidden=False)
        told = "The appeal is upheld" if upheld else "The appeal is rejected"
        tell_review(opened, seen, told, as_json=as_json)
