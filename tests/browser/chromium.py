"""Finds Chromium, and installs Debian's where that is possible."""

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome")
_LONGEST_S = 900
_UPDATE = ("apt-get", "update")
_INSTALL = ("apt-get", "install", "-y", "--no-install-recommends", "chromium")


class NoChromium(Exception):
    """There is none, and none can be installed; its text says why."""


def chromium() -> str:
    """The path of a Chromium that runs.

    Raises:
        NoChromium: there is none.
    """
    return _found() or _installed()


def _found() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def _installed() -> str:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise NoChromium(
            f"none of {', '.join(NAMES)} is here, and only root of a Debian installs it"
        )
    print("Installing Chromium for the browser tests ...", flush=True)
    told = _run(_INSTALL)
    if told:  # a new machine has no list of packages yet
        told = _run(_UPDATE) or _run(_INSTALL)
    path = _found()
    if path is None:
        raise NoChromium(f"Chromium could not be installed: {told}")
    return path


def _run(command: tuple[str, ...]) -> str:
    """Run a command to its end; what it said if that was a bad one."""
    done = subprocess.run(
        command,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", check=False, timeout=_LONGEST_S,
    )  # fmt: skip
    return "" if done.returncode == 0 else f"{' '.join(command)}: {done.stdout[-500:]}"
