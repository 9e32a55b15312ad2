"""The search page: a question, the filters, and the calls that answer, or why none do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from api.deps import NowDep, ReadinessDep, ServicesDep, WorkerDep
from api.pages.address import Address, read
from api.pages.filters import FILTERS, Filters
from api.pages.links import call_url
from api.pages.rendering import render, wants_counts
from api.parameters import SearchParameters
from api.problems import Problem
from indexer.bootstrap import Services
from indexer.search import search, searched
from indexer.store.contract import Store
from indexer.wire import HitOut, MomentOut, SearchOut
from indexer.words import query_stems
from models import CallRecord, Mode, Searched, SearchFilter, SearchPage
from models.errors import CallsiftError

router = APIRouter(include_in_schema=False)

_FIRST: Final = 6
"""Utterances that the beginning of a call is taken from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a page was asked, as its form shows it again."""

    address: Address

    @property
    def text(self) -> str:
        """The question itself."""
        return self.address.one("q")

    @property
    def mode(self) -> str:
        """How it is compared."""
        return self.address.one("mode") or Mode.HYBRID

    @property
    def modes(self) -> list[Mode]:
        """The ways there are."""
        return list(Mode)

    @property
    def carried(self) -> tuple[tuple[str, str], ...]:
        """Parameters that no control of the form shows, and that it must not lose."""
        shown = ("cursor", "q", "n")
        return self.address.without(*shown).pairs

    @property
    def is_narrowed(self) -> bool:
        """Whether filters keep any call or any words from answering."""
        return bool(self.address.only(FILTERS).pairs)

    @property
    def unshown(self) -> tuple[tuple[str, str], ...]:
        """The same, on the page whose filters show most of them.

        A field for dates cannot show an age such as `30d`.
        """
        ages = [name for name in ("since", "until") if not self.date(name)]
        return self.address.only(("lead_id", "contact_id", "limit", *ages)).pairs

    def date(self, name: str) -> str:
        """`since` or `until`, where it is a date."""
        value = self.address.one(name)
        return value if _is_date(value) else ""

    def value(self, name: str) -> str:
        """Any other parameter."""
        return self.address.one(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A page of answers, with the links that lead on from it."""

    address: Address
    out: SearchOut
    wanted: list[str]
    """The stems to mark."""
    beginnings: dict[str, str]
    """The first words of each call in which any were said: what a listing can show of it."""

    @classmethod
    def of(cls, page: SearchPage, address: Address) -> "Answer":
        """A page of a search."""
        wanted = words_to_mark(page.query.text, page.query.mode)
        beginnings = {found.record.call.id: _beginning(found.record) for found in page.calls}
        return cls(
            address=address,
            out=SearchOut.of(page),
            wanted=wanted,
            beginnings={call_id: text for call_id, text in beginnings.items() if text},
        )

    @property
    def hits(self) -> list[HitOut]:
        """The calls."""
        return self.out.hits

    def url_of(self, hit: HitOut, moment: MomentOut | None = None) -> str:
        """A call's page, at a moment: the best that was spoken, if none is given."""
        spoken = (m for m in hit.moments if m.utterances)
        place = moment or next(spoken, None)
        return call_url(hit.call.id, self.address, rank=hit.rank, moment=place)

    @property
    def next_url(self) -> str | None:
        """The next page."""
        cursor = self.out.next_cursor
        return self.address.having("cursor", cursor).at("/") if cursor else None

    @property
    def first_url(self) -> str | None:
        """The first page, seen from a later one."""
        later = self.address.one("cursor")
        return self.address.without("cursor").at("/") if later else None


@router.get("/")
def show_search(
    request: Request,
    services: ServicesDep,
    readiness: ReadinessDep,
    worker: WorkerDep,
    now: NowDep,
) -> Response:
    """Search, or list the newest calls where nothing is asked."""
    address = Address.of(request)
    query = read(SearchParameters, address).query(now=now)
    if query.text.strip():
        readiness.require()
    page = search(query, store=services.store, embedder=services.embedder)
    return render(
        request,
        "search.html",
        question=Question(address=address),
        filters=Filters.of(address, query.where, services.store, counts=wants_counts(request)),
        answer=Answer.of(page, address),
        searched=page.searched,
        syncs_itself=worker is not None,
        problem=None,
        no_filters=address.without(*FILTERS, "cursor").at("/"),
    )


def show_refusal(request: Request, problem: Problem, services: Services, now: datetime) -> Response:
    """The search page with what is wrong where the answer would be."""
    address = Address.of(request)
    store = services.store
    return render(
        request,
        "search.html",
        status=problem.status,
        question=Question(address=address),
        filters=Filters.of(address, _where(address, now, store), store),
        answer=None,
        searched=how_much(store),
        syncs_itself=False,
        problem=problem,
        no_filters=address.without(*FILTERS, "cursor").at("/"),
    )


def words_to_mark(text: str, mode: Mode) -> list[str]:
    """The stems of a question that are marked where they are read: none if words did not count."""
    return [] if mode is Mode.SEMANTIC else query_stems(text)


def how_much(store: Store) -> Searched | None:
    """How much could be searched; None where even that cannot be told."""
    try:
        return searched(store)
    except CallsiftError:
        return None


def _beginning(record: CallRecord) -> str:
    transcript = record.recording or record.voicemail
    spoken = transcript.utterances[:_FIRST] if transcript else ()
    return " ".join(u.text for u in spoken).strip()


def _where(address: Address, now: datetime, store: Store) -> SearchFilter | None:
    """The filter of an address, to count by; None where it is what is wrong."""
    try:
        where = read(SearchParameters, address).where(now=now)
        store.count(where)
    except (CallsiftError, RequestValidationError):
        return None
    return where


def _is_date(text: str) -> bool:
    try:
        return len(text) == len("2026-03-01") and bool(datetime.fromisoformat(text))
    except ValueError:
        return False
