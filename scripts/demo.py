"""The demo: a stand-in for Close with invented calls, synced, indexed and served here.

    python -m scripts.demo [--port 8000] [--calls 340] [--folder .demo]

Everything it makes lies in one folder. A second run finds what the first embedded.
"""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from scripts.close_standin.server import listening

_KEY = "api_demo.invented"
_PORT_FILE = "standin.port"
_SEARCHES = """
Open {address} in a browser. Or try in another terminal:

    curl '{address}/v1/search?q=my+partner+will+never+agree+to+that+amount&side=contact&limit=3'
    {callsift} search "technicians refuse to use the phone app" --since 26w
    {callsift} search "angry about being billed twice" --disposition answered

Ctrl-C stops everything. {folder} holds it all: remove that to forget it.
"""


def main() -> None:
    options = arguments()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    # Ctrl-C reaches every process of the terminal: each ends by itself, and we with them.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with close_standin(options.calls, folder) as base_url:
            environment = settings(folder, base_url)
            status = callsift(["sync"], folder, environment)
            if status == 0:
                tell(options.port, folder)
                status = callsift(["serve", "--port", str(options.port)], folder, environment)
    except KeyboardInterrupt:
        status = 0
    sys.exit(status)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--calls", type=int, default=340)
    parser.add_argument("--folder", type=Path, default=Path(".demo"))
    return parser.parse_args()


@contextmanager
def close_standin(calls: int, folder: Path) -> Iterator[str]:
    """Run the stand-in until the block is left; yields the base URL of its API."""
    print(f"Inventing {calls} calls, and a Close to serve them ...", flush=True)
    port = str(port_of_before(folder))
    command = ["scripts.close_standin", "--port", port, "--calls", str(calls), "--api-key", _KEY]
    with subprocess.Popen(  # noqa: S603 -- our own module
        [sys.executable, "-m", *command],
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        text=True,
    ) as standin:
        try:
            base_url = ready_at(standin, folder)
            (folder / _PORT_FILE).write_text(str(urlsplit(base_url).port))
            yield base_url
        finally:
            standin.send_signal(signal.SIGINT)


def port_of_before(folder: Path) -> int:
    """The port of the run before, for the links to audio that were stored; any if it is taken."""
    try:
        port = int((folder / _PORT_FILE).read_text())
        listening(port).close()
    except (OSError, ValueError, OverflowError):
        return 0
    return port


def ready_at(standin: subprocess.Popen[str], folder: Path) -> str:
    assert standin.stdout is not None
    words = standin.stdout.readline().split()
    addresses = [word.strip(".,") for word in words if word.startswith("http")]
    if not addresses:
        sys.exit(f"The stand-in for Close did not start; is {folder} yours to write to?")
    return addresses[0]


def settings(folder: Path, base_url: str) -> dict[str, str]:
    """The environment of the demo: this machine's, without any setting of Callsift in it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CALLSIFT_", "CLOSE_"))}
    return kept | {
        "CLOSE_API_KEY": _KEY,
        "CALLSIFT_CLOSE_BASE_URL": base_url,
        "CALLSIFT_DATA_DIR": str(folder / "data"),
    }


def callsift(arguments: list[str], folder: Path, environment: dict[str, str]) -> int:
    """Run a command of Callsift in the demo's folder, where no .env of yours lies."""
    with subprocess.Popen(  # noqa: S603 -- our own command
        [str(Path(sys.executable).with_name("callsift")), *arguments], cwd=folder, env=environment
    ) as running:
        try:
            return running.wait()
        except KeyboardInterrupt:
            running.send_signal(signal.SIGINT)
            running.wait()
            raise


def tell(port: int, folder: Path) -> None:
    data = folder / "data"
    told = _SEARCHES.format(
        address=f"http://127.0.0.1:{port}",
        callsift=f"CALLSIFT_DATA_DIR={data} {Path(sys.executable).with_name('callsift')}",
        folder=folder,
    )
    print(told, flush=True)


if __name__ == "__main__":
    main()
