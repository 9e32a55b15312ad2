"""Small, and still: what the first page weighs, and that nothing jumps."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.servers import Server
from tests.browser.visiting import A_PHONE, DESK, Visits

MOST_BYTES = 100_000
MOST_SHIFT = 0.02

_WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries()) {
    if (!hadRecentInput) window.shifts.push([value, sources.map((s) => s.node?.parentElement?.outerHTML.slice(0, 200))]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
# Two frames from now: whatever a script changed at the end of loading has been drawn.
_SHIFTED = """() => new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(() => done(window.shifts)));
})"""
_FROM_THE_NETWORK = """() => performance.getEntriesByType("resource")
  .filter((e) => e.transferSize > 0 && e.name.includes("/static/")).map((e) => e.name)"""


@pytest.mark.parametrize("path", ["/", "/?q=price"])
def test_the_first_page_is_small(office: Server, visit: Visits, path: str) -> None:
    """All that comes over the network for it: the page, its style, its scripts, its picture."""
    page = visit(office, "about:blank")
    session = page.context.new_cdp_session(page)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    session.send("Network.enable")

    page.goto(path)

    assert len(sizes) > 3
    assert sum(sizes) < MOST_BYTES


def test_style_and_scripts_come_once(office: Server, visit: Visits) -> None:
    page = visit(office)
    assert len(page.evaluate(_FROM_THE_NETWORK)) > 3

    page.goto("/?q=price")

    assert page.evaluate(_FROM_THE_NETWORK) == []


@pytest.mark.parametrize("device", [{"viewport": DESK}, A_PHONE], ids=["desk", "phone"])
def test_nothing_jumps_while_a_page_loads(
    office: Server, visit: Visits, device: dict[str, Any]
) -> None:
    page = visit(office, "/?q=price&kind=recording", **device)
    call = page.locator("#hits a.open").first.get_attribute("href") or ""
    page.add_init_script(_WATCH)
    for path in ("/", "/?q=price", call.partition("#")[0], "/status"):
        page.goto(path)
        shifts = page.evaluate(_SHIFTED)
        assert sum(shift for shift, _ in shifts) < MOST_SHIFT, (path, shifts)


def test_nothing_moves_but_the_answers(office: Server, visit: Visits) -> None:
    page = visit(office)
    boxes = [page.locator(box) for box in ("#q", "#filters", "#answer")]

    def places() -> list[tuple[float, float, float]]:
        return [(b["x"], b["y"], b["width"]) for b in (box.bounding_box() for box in boxes) if b]

    before = places()
    page.get_by_role("searchbox").press_sequentially("price")
    expect(page).to_have_url(f"{office.address}/?q=price")

    assert places() == before
