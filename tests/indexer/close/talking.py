"""Closes that answer by hand: what a test plugs in where the network would be."""

import json
import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from indexer.close import ApiKey, Close

BASE = "https://close.test/api/v1"
NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)

Answer = httpx.Response | Exception
Handler = Callable[[httpx.Request], httpx.Response]


class Waits:
    """A clock that only sleeping moves, and the sleeps in seconds."""

    def __init__(self) -> None:
        self.s: list[float] = []
        self._at = 1000.0

    def clock(self) -> float:
        return self._at

    def sleep(self, seconds: float) -> None:
        self.s.append(seconds)
        self._at += seconds


class Told:
    """Gives prepared answers in turn, the last one for ever, and keeps the requests."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        # A response is used up by reading it, so each request gets its own.
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def a_close(handler: Handler, waits: Waits | None = None, **changed: Any) -> Close:
    """A client of `handler`, whose waits take no time."""
    waits = waits or Waits()
    plain: dict[str, Any] = {
        "base_url": BASE,
        "auth": ApiKey("api_secret.key"),
        "transport": httpx.MockTransport(handler),
        "sleep": waits.sleep,
        "clock": waits.clock,
        "jitter": random.Random(7),
        "now": lambda: NOW,
    }
    return Close(**plain | changed)


def ok(body: Any) -> httpx.Response:
    return httpx.Response(200, content=json.dumps(body).encode())


def a_page(rows: Iterable[Any], *, has_more: bool = False) -> httpx.Response:
    return ok({"data": list(rows), "has_more": has_more})


def me() -> httpx.Response:
    return ok({"id": "user_1", "organizations": [{"id": "orga_1", "name": "Quillmoor"}]})


def query(request: httpx.Request) -> dict[str, str]:
    return dict(request.url.params)


def paths(requests: Iterable[httpx.Request]) -> list[str]:
    return [request.url.path.removeprefix("/api/v1") for request in requests]


def ago(**how_long: float) -> datetime:
    return NOW - timedelta(**how_long)


def a_row(call_id: str, created: datetime = NOW, **more: Any) -> dict[str, Any]:
    """A call as Close lists it."""
    stamp = created.isoformat()
    return {"id": call_id, "date_created": stamp, "date_updated": stamp} | more


def a_payload(**more: Any) -> dict[str, Any]:
    """The least that is a call, and whatever more."""
    return {"id": "acti_1", "date_created": NOW.isoformat()} | more


class Calls:
    """Close's list of calls, newest first, and each call by its id; knobs make it misbehave."""

    def __init__(self, *rows: dict[str, Any], max_skip: int = 10_000) -> None:
        self.rows = sorted(rows, key=lambda row: str(row["date_created"]), reverse=True)
        self.max_skip = max_skip
        self.ignored: set[str] = set()
        self.page_rows: int | None = None
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        call_id = request.url.path.removeprefix("/api/v1/activity/call/").strip("/")
        if call_id:
            found = [row for row in self.rows if row["id"] == call_id]
            return ok(found[0]) if found else httpx.Response(404, json={"error": "no such call"})
        return self._page({k: v for k, v in query(request).items() if k not in self.ignored})

    def _page(self, asked: dict[str, str]) -> httpx.Response:
        skip, limit = int(asked.get("_skip", 0)), int(asked.get("_limit", 100))
        if skip > self.max_skip:
            return httpx.Response(400, json={"error": f"max_skip = {self.max_skip}"})
        rows = [row for row in self.rows if _passes(row, asked)]
        page = rows[skip : skip + min(limit, self.page_rows or limit)]
        return a_page(page, has_more=skip + len(page) < len(rows))


def _passes(row: dict[str, Any], asked: dict[str, str]) -> bool:
    created = datetime.fromisoformat(row["date_created"])
    since, until = asked.get("date_created__gte"), asked.get("date_created__lt")
    ids = asked.get("id__in")
    return (
        (since is None or created >= datetime.fromisoformat(since))
        and (until is None or created < datetime.fromisoformat(until))
        and (ids is None or row["id"] in ids.split(","))
    )
