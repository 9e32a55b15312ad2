"""The stand-in on a real port of this machine."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import uvicorn
from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"


class Server(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, app: ASGIApp, *, when_ready: Callable[[], object]) -> None:
        # A cut answer makes uvicorn complain, which is what the fault is for.
        super().__init__(uvicorn.Config(app, log_config=None, log_level="critical"))
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, then say so."""
        await super().startup(sockets)
        self._when_ready()


def listening(port: int) -> socket.socket:
    """Return a socket that listens on a port of this machine only; 0 takes a free one."""
    # asyncio turns Nagle's delay off only for sockets that say they are TCP, and it
    # would cost 40 ms an answer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, port))
    listener.listen()
    return listener


def address(listener: socket.socket) -> str:
    """Return where a socket listens, such as `http://127.0.0.1:40123`."""
    return f"http://{LOOPBACK}:{listener.getsockname()[1]}"


@contextmanager
def serving(app: ASGIApp, *, path: str = "/api/v1") -> Iterator[str]:
    """Serve an application on a free loopback port until the block is left.

    Yields the base URL, such as `http://127.0.0.1:40123/api/v1`: `path` ends it.
    """
    listener = listening(0)
    ready = Event()
    server = Server(app, when_ready=ready.set)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        if not ready.wait(timeout=10):
            raise RuntimeError("The server did not start within ten seconds.")
        yield address(listener) + path
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
