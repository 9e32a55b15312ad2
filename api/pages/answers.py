"""A page of answers as it is shown: calls, moments or dialogues, with the links that lead on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from api.pages.address import Address
from api.pages.links import call_path, call_url
from api.pages.marking import Marks
from api.pages.words import later
from indexer.grammar import Asked
from indexer.wire import HitOut, MomentOut, QuotedUtteranceOut, SearchOut
from models import CallRecord, Group, Kind, SearchPage

_FIRST: Final = 6
"""Utterances that the beginning of a call is taken from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An utterance that answers, and how long after the one before it, if that is known."""

    moment: MomentOut
    utterance: QuotedUtteranceOut
    later: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A page of answers, with the links that lead on from it."""

    address: Address
    out: SearchOut
    marks: Marks
    beginnings: dict[str, str]
    """The first words of each call in which any were said: what a listing can show of it."""
    total: int | None
    is_dialogue: bool
    are_moments: bool
    path: str

    @classmethod
    def of(
        cls, page: SearchPage, address: Address, asked: Asked | None = None, *, path: str = "/"
    ) -> "Answer":
        """A page of a search, of a question as it was understood; or of another path of ours."""
        asked = asked or Asked()
        beginnings = {found.record.call.id: _beginning(found.record) for found in page.calls}
        return cls(
            address=address,
            out=SearchOut.of(page),
            marks=Marks.of(asked, page.query.mode),
            beginnings={call_id: text for call_id, text in beginnings.items() if text},
            total=page.total,
            is_dialogue=asked.dialogue is not None,
            are_moments=page.query.group is Group.MOMENT,
            path=path,
        )

    @property
    def hits(self) -> list[HitOut]:
        """The calls."""
        return self.out.hits

    @property
    def is_ranked(self) -> bool:
        """Whether the best come first; else the newest."""
        return any(hit.score is not None for hit in self.hits)

    def url_of(self, hit: HitOut, moment: MomentOut | None = None) -> str:
        """A call's page, at a moment: the best that was spoken, if none is given."""
        spoken = (m for m in hit.moments if m.utterances)
        place = moment or next(spoken, None)
        if self.path != "/":
            return call_url(hit.call.id, Address(), moment=place)
        return call_url(hit.call.id, self.address.without("explain"), rank=hit.rank, moment=place)

    def found_url(self, hit: HitOut) -> str:
        """A call's page, at the list of all moments in it that answer."""
        return f"{self.url_of(hit).partition('#')[0]}#found"

    def similar_url(self, hit: HitOut) -> str:
        """Where calls like one are; like one moment, where moments are ranked."""
        there = Address()
        if self.are_moments and not self.is_dialogue:
            for said in self.said(hit):
                there = similar_to(said.moment.kind, said.utterance.index)
        return there.at(f"{call_path(hit.call.id)}/similar")

    def said(self, hit: HitOut) -> Iterator[Said]:
        """The utterances that answer, in order: the steps of a dialogue, or a moment's."""
        ended: float | None = None
        for moment in hit.moments:
            for one in moment.utterances:
                if one.matched:
                    yield Said(moment=moment, utterance=one, later=_gap(ended, one.start_s))
                    ended = one.end_s

    def more_moments(self, hit: HitOut) -> int:
        """How many moments of a call answer, if more do than are shown; else 0."""
        shown = 1 if self.is_dialogue else len(hit.moments)
        return hit.moments_total if hit.moments_total > shown and not self.are_moments else 0

    @property
    def explain_url(self) -> str | None:
        """The same answers with or without why each is one; None where there is no telling."""
        if self.path != "/" or self.is_dialogue or self.are_moments or not self.is_ranked:
            return None
        if self.is_explained:
            return self.address.without("explain").at("/")
        return self.address.having("explain", "true").at("/")

    @property
    def is_explained(self) -> bool:
        """Whether it is told why each is an answer."""
        return any(hit.explanation is not None for hit in self.hits)

    @property
    def next_url(self) -> str | None:
        """The next page."""
        cursor = self.out.next_cursor
        return self.address.having("cursor", cursor).at(self.path) if cursor else None

    @property
    def first_url(self) -> str | None:
        """The first page, seen from a later one."""
        later_page = self.address.one("cursor")
        return self.address.without("cursor").at(self.path) if later_page else None


def similar_to(kind: Kind, index: int) -> Address:
    """The parameters that ask for what is like an utterance."""
    pairs = [("utterance", str(index))]
    return Address((*pairs, *([("kind", kind.value)] if kind is not Kind.RECORDING else [])))


def _gap(ended_s: float | None, start_s: float | None) -> str:
    return "" if ended_s is None or start_s is None else later(start_s - ended_s)


def _beginning(record: CallRecord) -> str:
    transcript = record.recording or record.voicemail
    spoken = transcript.utterances[:_FIRST] if transcript else ()
    return " ".join(u.text for u in spoken).strip()
