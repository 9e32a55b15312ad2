"""The command that serves."""

import os
import socket
from typing import Annotated, Final

import typer

from indexer.cli.opening import AsJson, settings, write_json
from models.errors import CallsiftError, SettingsInvalid

_STOP_S: Final = 10


class AddressTaken(CallsiftError):
    """The address cannot be listened on."""


def serve(
    *,
    host: Annotated[
        str | None, typer.Option(help="The address to listen on; CALLSIFT_HOST, else 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="The port; CALLSIFT_PORT, else 8000. 0: any free."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer searches over HTTP, until Ctrl-C.

    Listens on this machine only. To be reached from others set CALLSIFT_API_KEYS,
    CALLSIFT_ALLOWED_HOSTS, and a host; put TLS before it.
    """
    # Late: see indexer/cli/__init__.py.
    from indexer.settings import is_loopback

    told = settings()
    host, port = host or told.host, told.port if port is None else port
    if not told.api_keys and not is_loopback(host):
        raise SettingsInvalid(
            f"CALLSIFT_API_KEYS: not set, and {host} can be reached from other machines. "
            "Example: CALLSIFT_API_KEYS=a-long-random-secret (openssl rand -hex 24)"
        )
    if told.has_weak_key:
        typer.echo("callsift: a key in CALLSIFT_API_KEYS is short enough to be guessed", err=True)
    with _listening(host, port) as listening:
        address = _address(host, listening.getsockname()[1])
        if as_json:
            write_json({"address": address})
        else:
            typer.echo(f"Callsift answers at {address} (Ctrl-C stops it)")
        _run(listening)


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens, so that the address told is true, and port 0 is known."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delay of 40 ms off only for sockets that say they are TCP.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it lets two servers share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
    except (OSError, UnicodeError) as error:
        listening.close()
        number = getattr(error, "errno", None)
        why = os.strerror(number) if number and number > 0 else "there is no such address"
        raise AddressTaken(
            f"cannot listen on {host} port {port}: {why}. Try another --host or --port"
        ) from error
    return listening


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _run(listening: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(
        "api.app:from_environment",  # by name: what indexes knows no faces
        factory=True,
        access_log=False,  # a query is a customer's business, and would stand in every line
        server_header=False,
        log_level="warning",
        timeout_graceful_shutdown=_STOP_S,  # a player that pauses keeps its answer open for good
    )
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:  # how a person stops a server
        return
