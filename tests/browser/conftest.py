"""One Chromium, one server with forty calls, and visits to them.

Playwright rather than Selenium: it drives Debian's own Chromium over a pipe, so there is no
driver to install that must be of the same version; it waits for what is asked of it, so no
test sleeps; and it tells of requests, sizes and the console without more machinery.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from pydantic import SecretStr

from indexer.when import utc_now
from models import CallState
from tests.browser.chromium import NoChromium, chromium
from tests.browser.servers import KEY, Close, Server, a_close, filled, serve, services
from tests.browser.visiting import Visits

HERE = Path(__file__).parent
PATIENCE_MS = 15_000

_ARGUMENTS = [
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # it meets nobody but us
    "--disable-gpu",
    "--mute-audio",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Limit the tests themselves only: what is set up for the first may install a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.timeout(60, func_only=True))


@pytest.fixture(scope="session")
def chromium_path() -> str:
    try:
        return chromium()
    except NoChromium as why:
        if os.environ.get("CI"):
            pytest.fail(str(why))
        pytest.skip(str(why))


@pytest.fixture(scope="package")
def browser(chromium_path: str) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium_path, args=_ARGUMENTS) as browser,
    ):
        yield browser


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visits]:
    """Opens pages; fails the test if a page complained of anything it was not to."""
    visits = Visits(browser)
    try:
        yield visits
    finally:
        visits.close()
    assert visits.complaints == []


@pytest.fixture(scope="package")
def close() -> Iterator[Close]:
    """A Close with forty calls of a year."""
    with a_close(40) as close:
        yield close


@pytest.fixture(scope="package")
def office(close: Close, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with those calls, that asks for no key and does not sync."""
    with serve(filled(services(tmp_path_factory.mktemp("office"), close))) as server:
        yield server


@pytest.fixture(scope="package")
def locked(close: Close, office: Server) -> Iterator[Server]:
    """A server over the same data that asks for a key."""
    folder = office.services.settings.data_dir
    with serve(services(folder, close, api_keys=(SecretStr(KEY),))) as server:
        yield server


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[Server]:
    """A server of twelve calls that syncs by itself; two have failed, and are due in years."""
    now = utc_now()  # as it is for what syncs
    with a_close(12, today=now) as close:
        made = services(tmp_path, close, sync_while_serving=True, poll_seconds=86_400)
        store = filled(made, today=now).store
        ids = [call["id"] for call in close.standin.calls][:2]
        store.enter(
            replace(
                entry, state=CallState.FAILED, reason="could not be read", tries=3,
                due_at=now + timedelta(days=3650),
            )
            for entry in store.entries(ids).values()
        )  # fmt: skip
        with serve(made, today=now) as server:
            yield server
