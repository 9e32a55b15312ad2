"""Papers as nouns: what people make here, read from and written to a store's papers.

A folder holds the papers of one kind, each a noun of `models/` that is plain data:

    TRACKERS = Folder("tracker", Tracker)
    made = TRACKERS.add(store, Tracker(name="Price", ...), by="Dana", at=now)
    TRACKERS.change(store, made, replace(made.body, ...), by="Dana", at=now)

A noun with a `name` is found by it, and no two of a folder have the same, whatever the
case. A noun refuses in `__post_init__` what it cannot be, with `QueryInvalid`.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from indexer.store.contract import Papers
from models.errors import PaperNotFound, StoreBroken
from models.paper import Draft, Paper
from models.saved import name_key

Noun = TypeVar("Noun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Generic[Noun]):
    """One version of something people made: what it says, whose it is, and since when."""

    id: str
    version: int
    body: Noun
    within: str | None
    created_at: datetime
    created_by: str | None
    written_at: datetime
    written_by: str | None


class Folder(Generic[Noun]):
    """The papers of one kind; `kind` is what people call one of them."""

    def __init__(self, kind: str, noun: type[Noun]) -> None:
        self.kind = kind
        self._noun = noun

    def all(self, store: Papers, *, within: str | None = None) -> list[Written[Noun]]:
        """Every paper as it stands, or those within another; first begun, first."""
        return [self._read(paper) for paper in store.papers(self.kind, within=within)]

    def get(self, store: Papers, paper_id: str, *, version: int | None = None) -> Written[Noun]:
        """One paper as it stands, or as it was in a version.

        Raises:
            PaperNotFound: there is none, or no such version.
        """
        paper = store.paper(self.kind, paper_id, version=version)
        if paper is None:
            wanted = paper_id if version is None else f"{paper_id} (version {version})"
            raise PaperNotFound(self.kind, wanted)
        return self._read(paper)

    def find(self, store: Papers, wanted: str) -> Written[Noun]:
        """The paper of an id, or of a name in any case.

        Raises:
            PaperNotFound: there is none.
        """
        paper = store.paper(self.kind, wanted)
        if paper is not None:
            return self._read(paper)
        for one in store.papers(self.kind):
            if one.name is not None and name_key(one.name) == name_key(wanted):
                return self._read(one)
        raise PaperNotFound(self.kind, wanted)

    def versions(self, store: Papers, paper_id: str) -> list[Written[Noun]]:
        """Every version of a paper, from the first on.

        Raises:
            PaperNotFound: there is no such paper.
        """
        found = [self._read(paper) for paper in store.versions(self.kind, paper_id)]
        if not found:
            raise PaperNotFound(self.kind, paper_id)
        return found

    def new(self, body: Noun, *, paper_id: str | None = None, within: str | None = None) -> Draft:
        """A paper that is to be begun, for `Papers.write`: with an id of ours, or a given one."""
        return self._draft(body, paper_id or uuid.uuid4().hex, after=0, within=within)

    def next(self, known: Written[Noun], body: Noun) -> Draft:
        """The version after a known one, for `Papers.write`."""
        return self._draft(body, known.id, after=known.version, within=known.within)

    def add(
        self,
        store: Papers,
        body: Noun,
        *,
        by: str | None,
        at: datetime,
        paper_id: str | None = None,
        within: str | None = None,
    ) -> Written[Noun]:
        """Begin a paper.

        Raises:
            PaperNameTaken: another of this folder has its name.
            PaperChanged: there is one of that id.
        """
        return self._write(store, self.new(body, paper_id=paper_id, within=within), by, at)

    def change(
        self, store: Papers, known: Written[Noun], body: Noun, *, by: str | None, at: datetime
    ) -> Written[Noun]:
        """Write the next version of a paper. One that would say the same is not written.

        Raises:
            PaperChanged: somebody else did meanwhile.
            PaperNotFound: it is gone.
            PaperNameTaken: another of this folder has its name.
        """
        if body == known.body:
            return known
        return self._write(store, self.next(known, body), by, at)

    def discard(self, store: Papers, paper_ids: Sequence[str]) -> None:
        """Delete papers, with every version."""
        store.discard(self.kind, paper_ids)

    def read(self, papers: Sequence[Paper]) -> list[Written[Noun]]:
        """What `Papers.write` gives back for drafts of this folder."""
        return [self._read(paper) for paper in papers if paper.kind == self.kind]

    @cached_property
    def _shape(self) -> TypeAdapter[Noun]:
        return TypeAdapter(self._noun)

    def _draft(self, body: Noun, paper_id: str, *, after: int, within: str | None) -> Draft:
        return Draft(
            kind=self.kind,
            id=paper_id,
            body=self._shape.dump_json(body).decode(),
            after=after,
            name=getattr(body, "name", None),
            within=within,
        )

    def _write(self, store: Papers, draft: Draft, by: str | None, at: datetime) -> Written[Noun]:
        [paper] = store.write([draft], by=by, at=at)
        return self._read(paper)

    def _read(self, paper: Paper) -> Written[Noun]:
        try:
            body = self._shape.validate_json(paper.body)
        except ValidationError as error:
            raise StoreBroken(f"the {self.kind} {paper.id!r} cannot be read: {error}") from error
        return Written(
            id=paper.id,
            version=paper.version,
            body=body,
            within=paper.within,
            created_at=paper.created_at,
            created_by=paper.created_by,
            written_at=paper.written_at,
            written_by=paper.written_by,
        )
