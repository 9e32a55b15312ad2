"""Serves a stand-in for Close on this machine: `python -m scripts.close_standin --help`."""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import fields
from datetime import UTC, date, datetime
from math import inf
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from scripts.close_standin.app import create_app
from scripts.close_standin.faults import Faults
from scripts.close_standin.filling import read_calls, world_of
from scripts.close_standin.limits import Limits
from scripts.close_standin.server import Server, address, listening
from scripts.close_standin.state import API_KEY, StandIn
from scripts.close_standin.synthetic import synthetic_world
from scripts.close_standin.traffic import Traffic
from scripts.close_standin.world import World
from scripts.demo_calls import build_world

_DELIVERIES_EVERY_S: Final = 1.0

_FAULTS: Final[dict[str, Any]] = {field.name: field.type for field in fields(Faults) if field.init}
"""The switches that can be set from here, with their types."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    options = _parser().parse_args(arguments)
    close = StandIn(
        _world(options),
        api_key=options.api_key,
        faults=Faults(**dict(options.fault)),
        limits=_limits(options),
    )
    close.remember_history()
    with listening(options.port) as listener:
        close.origin = address(listener)
        ready = (
            f"Close stand-in at {close.origin}/api/v1 with {len(close.calls)} calls; "
            f"the API key is {options.api_key}"
        )
        server = Server(create_app(close), when_ready=lambda: print(ready, flush=True))
        with ExitStack() as meanwhile, suppress(KeyboardInterrupt):
            meanwhile.enter_context(_repeating(close.deliver_pending, _DELIVERIES_EVERY_S))
            if options.busy:
                step = Traffic(close, Random(f"traffic {options.seed}")).step
                meanwhile.enter_context(_repeating(step, 1 / options.busy))
            server.run(sockets=[listener])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.close_standin",
        description="Serve a stand-in for Close's API on this machine, with invented calls.",
    )
    add = parser.add_argument
    add("--port", type=int, default=8931, help="port on 127.0.0.1; 0 takes a free one")
    add("--calls", type=int, default=340, help="how many calls the demo has")
    add("--seed", type=int, default=7, help="decides everything that is invented")
    add("--today", type=date.fromisoformat, help="the day the demo's year ends; today if absent")
    add("--max-skip", type=int, default=Limits.max_skip, help="largest _skip")
    add("--rate-limit", type=int, metavar="N", help="requests per second, key and kind of endpoint")
    add(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="set a switch of faults.Faults, such as gateway_probability=0.1; may be repeated",
    )
    add("--busy", type=_rate, metavar="N", help="let N random things a second happen to calls")
    add("--api-key", default=API_KEY, help="the key that is let in")
    instead = parser.add_mutually_exclusive_group().add_argument
    instead(
        "--file",
        type=Path,
        action="append",
        help="serve the calls of this NDJSON file (.gz is unpacked) instead; may be repeated",
    )
    instead("--synthetic", type=int, metavar="N", help="serve N short calls instead")
    return parser


def _world(options: argparse.Namespace) -> World:
    if options.file:
        return world_of(read_calls(options.file))
    if options.synthetic is not None:
        return synthetic_world(options.synthetic, until=datetime.now(UTC), seed=options.seed)
    today = options.today or datetime.now(UTC).date()
    return build_world(today=today, seed=options.seed, calls=options.calls)


def _limits(options: argparse.Namespace) -> Limits:
    limits = Limits(max_skip=options.max_skip)
    if options.rate_limit is not None:
        limits.requests_per_window = options.rate_limit
    return limits


def _fault(text: str) -> tuple[str, Any]:
    """Read a switch and what it is set to, which is JSON or else plain text."""
    name, _, told = text.partition("=")
    if name not in _FAULTS:
        raise argparse.ArgumentTypeError(f"no fault is named {name!r}, only {', '.join(_FAULTS)}")
    try:
        value = json.loads(told)
    except ValueError:
        value = told
    try:
        return name, TypeAdapter(_FAULTS[name]).validate_python(value)
    except ValidationError as error:
        raise argparse.ArgumentTypeError(f"{name}: {error.errors()[0]['msg']}") from error


def _rate(text: str) -> float:
    per_second = float(text)
    if not 0 < per_second < inf:
        raise argparse.ArgumentTypeError("must be more than zero")
    return per_second


@contextmanager
def _repeating(deed: Callable[[], object], every_s: float) -> Iterator[None]:
    """Do something time and again in the background until the block is left."""
    stopped = Event()

    def repeat() -> None:
        while not stopped.wait(every_s):
            deed()

    thread = Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


if __name__ == "__main__":
    main()
