"""Visits: pages as a person opens them, and everything a browser complains of meanwhile."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, ViewportSize

from tests.browser.servers import KEY, Server

DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
A_PHONE: dict[str, Any] = {
    "viewport": PHONE,
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}

# How far from the top of the window an element begins, and how far what is stuck there reaches.
_IN_VIEW = """(line) => {
  const box = line.getBoundingClientRect();
  const stuck = [...document.querySelectorAll(".top, .player")]
    .filter((e) => getComputedStyle(e).position === "sticky" && e.getBoundingClientRect().top <= 150)
    .map((e) => e.getBoundingClientRect().bottom);
  return box.top >= Math.max(0, ...stuck) - 1 && box.bottom <= innerHeight + 1;
}"""
_OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  const isClipped = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (at !== e && style.overflowX !== "visible" && at !== document.documentElement && at !== document.body) return true;
      if (style.clipPath !== "none") return true;
    }
    return false;
  };
  return [...document.body.querySelectorAll("*")]
    .filter((e) => { const box = e.getBoundingClientRect(); return box.width && (box.right > width + 1 || box.left < -1) && !isClipped(e); })
    .map((e) => `${e.tagName}.${e.className.baseVal ?? e.className}: ${e.textContent.trim().slice(0, 40)}`);
}"""


class Visits:
    """Opens pages, each in a browser of its own as far as cookies and storage go.

    Nothing may go wrong unseen: at the end, `complaints` has every error of a script and of
    the console, which tells of breaches of the page's policy too, and every request that
    left for another server.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts = ExitStack()
        self._expected: list[str] = []
        self._complaints: list[str] = []

    def __call__(self, server: Server, path: str = "/", **options: Any) -> Page:
        """Open a page, at a desk unless told otherwise."""
        usual: dict[str, Any] = {
            "base_url": server.address,
            "viewport": DESK,
            "locale": "en-US",
            "timezone_id": "America/New_York",
        }
        context = self._contexts.enter_context(self._browser.new_context(**(usual | options)))
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._complaints.append(f"a script: {error}"))
        page.on("request", self._follow(server))
        page.goto(path)
        return page

    def expect(self, *parts: str) -> None:
        """Bear complaints that hold one of these: the test has things go wrong."""
        self._expected += parts

    @property
    def complaints(self) -> list[str]:
        return [c for c in self._complaints if not any(part in c for part in self._expected)]

    def close(self) -> None:
        self._contexts.close()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._complaints.append(f"{message.type}: {message.text} ({message.location['url']})")

    def _follow(self, server: Server) -> Callable[[Request], None]:
        def follow(request: Request) -> None:
            if not request.url.startswith(server.address + "/"):
                self._complaints.append(f"left for {request.url}")

        return follow


def is_readable(line: Locator) -> bool:
    """Whether all of an element is in the window, and nothing that is stuck covers it."""
    told: bool = line.evaluate(_IN_VIEW)
    return told


def overflowing(page: Page) -> list[str]:
    """What reaches beyond the sides of the window, but for what scrolls or hides in its own box."""
    told: list[str] = page.evaluate(_OVERFLOW)
    return told


def sign_in(page: Page, key: str = KEY) -> None:
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Sign in").click()
