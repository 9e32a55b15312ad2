"""Serves a stand-in for Close on this machine: `python -m scripts.close_standin --help`."""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event, Thread

from scripts.close_standin.app import create_app
from scripts.close_standin.filling import read_calls, world_of
from scripts.close_standin.limits import Limits
from scripts.close_standin.server import Server, address, listening
from scripts.close_standin.state import API_KEY, StandIn
from scripts.close_standin.synthetic import synthetic_world
from scripts.close_standin.world import World
from scripts.demo_calls import build_world

_DELIVERIES_EVERY_S = 1.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    options = _parser().parse_args(arguments)
    close = StandIn(_world(options), api_key=options.api_key, limits=_limits(options))
    close.remember_history()
    with listening(options.port) as listener:
        close.origin = address(listener)
        ready = (
            f"Close stand-in at {close.origin}/api/v1 with {len(close.calls)} calls; "
            f"the API key is {options.api_key}"
        )
        server = Server(create_app(close), when_ready=lambda: print(ready, flush=True))
        with _delivering(close), suppress(KeyboardInterrupt):
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


@contextmanager
def _delivering(close: StandIn) -> Iterator[None]:
    """Deliver webhooks in the background until the block is left."""
    stopped = Event()

    def deliver() -> None:
        while not stopped.wait(_DELIVERIES_EVERY_S):
            close.deliver_pending()

    thread = Thread(target=deliver, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


if __name__ == "__main__":
    main()
