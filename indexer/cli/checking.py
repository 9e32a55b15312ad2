"""The command that checks: is everything here that searching and syncing need?"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from indexer.cli.opening import AsJson, builder, console, settings, write_json
from models.errors import CallsiftError, StoreBroken

if TYPE_CHECKING:
    from indexer.bootstrap import Services

_FEW_BYTES: Final = 200 * 2**20
"""Below this much free space a sync is about to fail."""
_TRIES: Final = 2
"""A check is waited for: a Close that does not answer twice is told as such."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found."""

    name: str
    ok: bool
    detail: str


def check(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Check settings, data, embedder and Close.

    Exits with 1 if anything is wrong.
    """
    # Late: see indexer/cli/__init__.py.
    from indexer.screen import Screen

    screen = Screen(console())
    findings = []
    for finding in _findings(ctx):
        findings.append(finding)
        if not as_json:
            screen.show_check(finding.name, is_ok=finding.ok, detail=finding.detail)
    is_ok = all(finding.ok for finding in findings)
    if as_json:
        write_json({"ok": is_ok, "checks": [asdict(finding) for finding in findings]})
    if not is_ok:
        raise typer.Exit(1)


def _findings(ctx: typer.Context) -> Iterator[Finding]:
    """Each finding as it is made. What needs something that failed is not tried."""
    try:
        told = settings()
    except CallsiftError as error:
        yield Finding(name="settings", ok=False, detail=str(error))
        return
    yield Finding(name="settings", ok=True, detail="all can be read")
    try:
        services = builder(ctx)(told)
    except CallsiftError as error:
        yield Finding(name="data", ok=False, detail=str(error))
        return
    try:
        yield _found("data", lambda: _data_directory(told.data_dir))
        yield _found("store", lambda: _store(services))
        yield _found("embedder", lambda: _embedder(services))
        yield _found("Close", lambda: _close(services))
    finally:
        services.close()


def _found(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name=name, ok=True, detail=look())
    except CallsiftError as error:
        return Finding(name=name, ok=False, detail=str(error))


def _data_directory(folder: Path) -> str:
    try:
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        raise StoreBroken(f"cannot write to {folder}: {error.strerror}") from error
    if free < _FEW_BYTES:
        raise StoreBroken(f"{folder} has only {free / 2**20:.0f} MiB left: make room")
    return f"{folder}, {free / 2**30:.1f} GiB free"


def _store(services: "Services") -> str:
    store = services.store
    if problems := store.check():
        raise StoreBroken("; ".join(problems))
    return f"{store.count():,} calls, {store.facts().passages:,} passages"


def _embedder(services: "Services") -> str:
    started = time.monotonic()
    services.ready()
    loaded = time.monotonic()
    services.embedder.embed_query("How much does it cost?")
    took_ms = (time.monotonic() - loaded) * 1000
    return (
        f"{services.embedder.identity} on {services.embedder.device}, "
        f"loaded in {loaded - started:.1f} s, a sentence in {took_ms:.0f} ms"
    )


def _close(services: "Services") -> str:
    with services.close_client(tries=_TRIES) as close:
        account = close.account()
    organization = account.organization_name or account.organization_id or "no organization named"
    return f"{services.settings.close_base_url} knows us: user {account.user_id} of {organization}"
