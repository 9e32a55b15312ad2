"""The application: `create_app` for tests and embedding, `from_environment` for a server.

uvicorn --factory api.app:from_environment
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import APIRouter, FastAPI

from api import pages
from api.access import Access
from api.deps import WithKey
from api.openapi import DocumentedApp
from api.problems import answer_problems
from api.readiness import Readiness
from api.routes import (
    audio,
    calibrations,
    calls,
    collections,
    comparisons,
    estimates,
    facets,
    health,
    ledger,
    metrics,
    reviews,
    samples,
    saved,
    scorecards,
    search,
    status,
    teams,
    topics,
    trackers,
    webhooks,
)
from api.security import Door
from indexer import version
from indexer.bootstrap import Services, build
from indexer.settings import load_settings
from indexer.worker import Worker

_ABOUT: Final = """
Search over the calls a team makes in Close: by meaning and by words, to the moment.

Times within a call are seconds from the start of its audio; dates are UTC. Errors are
`application/problem+json`. Unknown parameters are refused, never ignored.
"""

_TAGS: Final = [
    {"name": "search", "description": "Questions, answered by calls and moments in them."},
    {
        "name": "searches",
        "description": "Questions saved under a name, and what is new in their answers.",
    },
    {"name": "calls", "description": "Calls as they are."},
    {
        "name": "coaching",
        "description": "What calls measure, compared and over time; trackers, topics, collections.",
    },
    {
        "name": "review",
        "description": "Calls drawn for review, what reviewers say of them, and what follows.",
    },
    {"name": "status", "description": "What is here, and what is not yet."},
    {"name": "webhooks", "description": "For Close to tell what happens. Signed, needs no key."},
    {"name": "health", "description": "For whoever watches the process. Needs no key."},
]


def create_app(services: Services) -> FastAPI:
    """An application over these services; it closes their store when it shuts down."""
    app = DocumentedApp(
        title="Callsift",
        version=version(),
        description=_ABOUT,
        openapi_tags=_TAGS,
        docs_url=None,  # FastAPI's pages load scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
    )
    furnish(app, services)
    settings = services.settings
    keys = [key.get_secret_value() for key in settings.api_keys]
    app.state.access = Access(keys)
    app.add_middleware(
        Door, hosts=settings.allowed_hosts, access=app.state.access, tell=pages.in_pages
    )
    answer_problems(app)
    pages.answer_people(app)
    app.include_router(_routes())
    return app


def furnish(app: FastAPI, services: Services) -> None:
    """Have an application that is not running work with these services from its next start on.

    Their settings of keys and hosts do not count any more: the door is made with the app.
    """
    app.state.services = services
    app.state.readiness = Readiness(services)
    app.state.deliveries = webhooks.Deliveries(services)
    app.state.player = audio.Player(services)
    app.state.worker = Worker(services) if services.settings.keeps_itself_current else None


def from_environment() -> FastAPI:
    """The application as the environment wants it: what a server is given by name.

    Raises:
        SettingsInvalid: a setting is wrong; its text says which.
        StoreError: the data directory cannot be used.
    """
    return create_app(build(load_settings()))


def _routes() -> APIRouter:
    routes = APIRouter()
    routes.include_router(pages.router)
    routes.include_router(health.router)
    routes.include_router(webhooks.router, prefix="/v1")
    for part in (
        search, saved, calls, facets, audio,
        metrics, comparisons, teams, trackers, topics, collections,
        samples, estimates, scorecards, reviews, calibrations,
        status, ledger,
    ):  # fmt: skip
        routes.include_router(part.router, prefix="/v1", dependencies=[WithKey])
    return routes


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    readiness: Readiness = app.state.readiness
    services: Services = app.state.services
    worker: Worker | None = app.state.worker
    player: audio.Player = app.state.player
    readiness.start()
    if worker is not None:
        worker.start()
    try:
        yield
    finally:
        if worker is not None:
            await asyncio.to_thread(worker.stop)
        await asyncio.to_thread(readiness.stop)
        await asyncio.to_thread(player.stop)
        await asyncio.to_thread(services.close)
