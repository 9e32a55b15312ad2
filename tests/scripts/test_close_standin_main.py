"""The stand-in as a program of its own."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from scripts.close_standin.__main__ import main
from scripts.close_standin.state import API_KEY


@contextmanager
def running(*options: str) -> Iterator[httpx.Client]:
    """Run the program on a free port until the block is left."""
    command = [sys.executable, "-m", "scripts.close_standin", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout is not None
            told = re.search(r"http://\S+", program.stdout.readline())
            assert told is not None
            with httpx.Client(base_url=told[0], auth=(API_KEY, ""), trust_env=False) as client:
                yield client
        finally:
            program.terminate()


def test_faults_are_set_from_the_command_line() -> None:
    with running("--calls", "5", "--fault", "gateway_next=2", "--fault", "gateway_status=504") as c:
        statuses = [c.get("/me/").status_code for _ in range(3)]

    assert statuses == [504, 504, 200]


def test_a_busy_organization_does_not_stay_as_it_was() -> None:
    with running("--synthetic", "5", "--busy", "200") as client:
        ends_at = time.monotonic() + 30
        while len(client.get("/activity/call/").json()["data"]) < 10:
            assert time.monotonic() < ends_at


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--fault", "no_such=1", "only seed, only_under, delay_s"),
        ("--fault", "gateway_next", "gateway_next: Input should be a valid integer"),
        ("--fault", "gateway_status=500", "gateway_status: Input should be 502, 503 or 504"),
        ("--fault", "_requests=1", "no fault is named '_requests'"),
        ("--busy", "0", "more than zero"),
        ("--busy", "often", "invalid"),
    ],
)
def test_what_cannot_be_set_is_told(
    capsys: pytest.CaptureFixture[str], option: str, value: str, told: str
) -> None:
    with pytest.raises(SystemExit):
        main([option, value])

    assert told in capsys.readouterr().err
