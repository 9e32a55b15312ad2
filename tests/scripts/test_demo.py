"""The demo from end to end: stand-in, sync, server, a search, Ctrl-C."""

import json
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent


def test_the_demo_answers_a_search_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    options = ["--calls", "30", "--port", "0", "--folder", str(tmp_path / "demo")]
    with subprocess.Popen(
        [sys.executable, "-m", "scripts.demo", *options],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True,
    ) as demo:  # fmt: skip
        try:
            address = address_of(demo)
            wait_until_ready(address)
            page = get(f"{address}/v1/search?q=price&limit=3")
        finally:
            demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=30) == 0
    assert len(page["hits"]) == 3
    assert page["hits"][0]["moments"]
    assert page["searched"]["calls"] == page["searched"]["of"] >= 30


def address_of(demo: subprocess.Popen[str]) -> str:
    assert demo.stdout is not None
    for line in demo.stdout:
        if found := re.search(r"answers at (\S+)", line):
            return found[1]
    raise AssertionError("the demo ended before it served")


def wait_until_ready(address: str) -> None:
    """Ask as a person would who waits for a server; the test's own limit ends it."""
    while True:
        try:
            get(f"{address}/readyz")
        except urllib.error.HTTPError:
            time.sleep(0.2)
        else:
            return


def get(url: str) -> Any:
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)
