"""Papers in lists: the oracle of `indexer/store/papers.py`."""

from collections.abc import Sequence
from datetime import datetime

from models.errors import PaperChanged, PaperNameTaken, PaperNotFound
from models.paper import Draft, Paper
from models.saved import name_key


class MemoryPapers:
    """What people make here, every version of it."""

    def __init__(self) -> None:
        self._papers: dict[tuple[str, str], list[Paper]] = {}

    def write(self, drafts: Sequence[Draft], *, by: str | None, at: datetime) -> list[Paper]:
        before = {key: list(versions) for key, versions in self._papers.items()}
        try:
            return [self._write_draft(draft, by=by, at=at) for draft in drafts]
        except Exception:
            self._papers = before
            raise

    def paper(self, kind: str, paper_id: str, *, version: int | None = None) -> Paper | None:
        versions = self.versions(kind, paper_id)
        if version is None:
            return versions[-1] if versions else None
        return next((paper for paper in versions if paper.version == version), None)

    def papers(self, kind: str, *, within: str | None = None) -> list[Paper]:
        newest = (versions[-1] for (of, _), versions in self._papers.items() if of == kind)
        return [paper for paper in newest if within is None or paper.within == within]

    def versions(self, kind: str, paper_id: str) -> list[Paper]:
        return list(self._papers.get((kind, paper_id), ()))

    def discard(self, kind: str, paper_ids: Sequence[str]) -> None:
        for paper_id in paper_ids:
            self._papers.pop((kind, paper_id), None)

    def _write_draft(self, draft: Draft, *, by: str | None, at: datetime) -> Paper:
        versions = self.versions(draft.kind, draft.id)
        if draft.after != len(versions):
            error = PaperChanged if versions else PaperNotFound
            raise error(draft.kind, draft.id)
        self._refuse_taken_name(draft)
        first = versions[0] if versions else None
        paper = Paper(
            kind=draft.kind,
            id=draft.id,
            version=draft.after + 1,
            body=draft.body,
            name=draft.name,
            within=first.within if first else draft.within,
            created_at=first.created_at if first else at,
            created_by=first.created_by if first else by,
            written_at=at,
            written_by=by,
        )
        self._papers[draft.kind, draft.id] = [*versions, paper]
        return paper

    def _refuse_taken_name(self, draft: Draft) -> None:
        if draft.name is None:
            return
        for other in self.papers(draft.kind):
            taken = other.name is not None and name_key(other.name) == name_key(draft.name)
            if taken and other.id != draft.id:
                raise PaperNameTaken(draft.kind, draft.name)
