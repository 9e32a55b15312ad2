"""The one small contract of every store (laws: docs/adr/0003, tests: tests/contract).

1. `put` replaces one call whole, in one transaction; putting twice equals putting once.
2. The filter applies before the limit: `limit` calls come back if so many match.
3. `nearest` scores are cosines in [-1, 1] of the vectors as stored (float16), equal on
   every engine within 1e-4; equal scores are ordered by call id, then ordinal.
4. `matching` scores are positive and order calls by words (BM25). 1.0 is what a passage
   of average length scores that holds the text's weightiest word once, so a call that
   shares only a common word with a telling question stays far below. It finds
   exactly the calls that share a word with the text, in what was said or in their names.
   Where only some utterances count (`SearchFilter.is_of_utterances`), each is a passage
   of its own, for BM25 and for `nearest`; windows, blocks and names then do not count.
5. Rows and vectors in the database are the truth; search indexes are caches of it.
6. A store remembers its embedder and refuses another.
7. Only `models.errors` cross the contract, cause kept.
8. `counts` gives each value the number that `count` gives of the filter narrowed to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from indexer.lines import Column, Lines
from indexer.vectors import EmbedderId, Vector, Vectors
from models import (
    EVERYTHING,
    CallRecord,
    CallState,
    Expression,
    Facet,
    FacetCount,
    Grain,
    Hit,
    LedgerEntry,
    SearchFilter,
    Tally,
)
from models.outline import CallOutline, Figures
from models.paper import Draft, Paper
from models.saved import SavedSearch


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A position in a listing, newest first: the last call seen before it."""

    activity_at: datetime
    call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFacts:
    """What a store says of itself, at no cost: where it is, and what it holds."""

    location: str
    schema_version: int
    passages: int
    embedder: EmbedderId | None


class Ledger(Protocol):
    """Every call Close has told us of, and where it stands."""

    def enter(self, entries: Iterable[LedgerEntry]) -> None:
        """Write entries, each replacing its call's earlier one, in one transaction."""

    def entries(self, call_ids: Sequence[str]) -> dict[str, LedgerEntry]:
        """The entries of those of these calls that are known."""

    def due(self, *, now: datetime, limit: int) -> list[LedgerEntry]:
        """Entries whose `due_at` has come, at most `limit`.

        The latest come first, so that what happens now never waits for a long history.
        """

    def count_due(self, *, now: datetime) -> int:
        """How many entries `due` would give without a limit."""

    def unseen(self, *, since: datetime, limit: int, after: str = "") -> list[LedgerEntry]:
        """Calls that Close has shown us, but not since a moment; ordered by id, from `after` on.

        Those it has deleted are left out.
        """

    def standing(
        self, state: CallState, *, limit: int, after: LedgerEntry | None = None
    ) -> list[LedgerEntry]:
        """Calls in a state, those that are longest in it first (then by id), from `after` on."""

    def tally(self) -> Tally:
        """How many calls are in each state and for which reason, at one moment."""


class SavedSearches(Protocol):
    """Questions under a name, and which calls have arrived since each was seen.

    A call arrives when it is put for the first time, and once more when it is put with a
    transcript for the first time; putting it again, whatever has changed, is no arrival.
    One that is removed has not arrived. Arrivals are numbered from 1 in the order in which
    they could be found, and no number is ever given twice.
    """

    def save_search(self, search: SavedSearch) -> None:
        """Keep a new search.

        Raises:
            SearchNameTaken: another has its name, whatever the case.
        """

    def change_search(self, search_id: str, *, name: str, asked: Mapping[str, Any]) -> None:
        """Give a search a name and a question; what was seen of it stays.

        Raises:
            SavedSearchNotFound: there is none.
            SearchNameTaken: another has that name.
        """

    def see_search(self, search_id: str, *, upto: int, at: datetime) -> None:
        """Note what was seen of a search, and when. Neither ever goes back.

        Raises:
            SavedSearchNotFound: there is none.
        """

    def forget_search(self, search_id: str) -> None:
        """Delete a search.

        Raises:
            SavedSearchNotFound: there is none.
        """

    def saved_search(self, search_id: str) -> SavedSearch | None:
        """One search as it stands."""

    def saved_searches(self) -> list[SavedSearch]:
        """Every search, by name, whatever the case."""

    def arrived(self, *, after: int, upto: int) -> list[str]:
        """The calls whose last arrival is one of these, `upto` included, in their order."""

    def last_arrival(self) -> int:
        """The number given last; 0 before the first."""


class Papers(Protocol):
    """What people make here: trackers, scorecards, samples, reviews; every version is kept.

    What a body says is the business of whoever writes it (`indexer/papers.py`).
    """

    def write(self, drafts: Sequence[Draft], *, by: str | None, at: datetime) -> list[Paper]:
        """Write versions of papers, in one transaction: all of them, or none.

        Raises:
            PaperChanged: one is not of the newest version, or new and there already.
            PaperNotFound: one is of a paper that is not there.
            PaperNameTaken: another paper of its kind has its name, whatever the case.
        """

    def paper(self, kind: str, paper_id: str, *, version: int | None = None) -> Paper | None:
        """One paper as it stands, or as it was in a version."""

    def papers(self, kind: str, *, within: str | None = None) -> list[Paper]:
        """Every paper of a kind as it stands, or those within another; first begun, first."""

    def versions(self, kind: str, paper_id: str) -> list[Paper]:
        """Every version of a paper, from the first on; none if there is no such paper."""

    def discard(self, kind: str, paper_ids: Sequence[str]) -> None:
        """Delete papers, with every version. Those that are not there are passed over."""


class Measurements(Protocol):
    """What calls measure. `formulas` names the versions of all formulas that it is by.

    A call whose words change is to be measured again.
    """

    def measure(self, figures: Mapping[str, Figures], *, formulas: str) -> None:
        """Keep what calls measure, by id, in place of what they did; others are passed over."""

    def unmeasured(self, *, formulas: str, limit: int) -> list[str]:
        """Calls that have not been measured by these formulas, in order of their ids."""

    def outlines(self, where: SearchFilter = EVERYTHING, *, formulas: str) -> list[CallOutline]:
        """Every call that passes in outline, in order of its id, with its figures by these."""


class Store(Ledger, SavedSearches, Papers, Measurements, Protocol):
    """Calls, their passages and vectors: written call by call, searched as a whole."""

    def put(self, record: CallRecord, vectors: Vectors, entry: LedgerEntry) -> None:
        """Store one call whole, replacing what was stored of it, with its ledger entry.

        `vectors` has one row for each passage whose grain has a vector, in order.

        Raises:
            EmbedderMismatch: the vectors are not of the embedder this store remembers.
            StoreBroken: nothing could be written; what was stored is still there.
        """

    def remove(self, call_ids: Sequence[str], entries: Iterable[LedgerEntry] = ()) -> None:
        """Forget these calls, their passages and vectors, and write ledger entries with that.

        All in one transaction.
        """

    def get(self, call_id: str) -> CallRecord | None:
        """One call as it was put, with the names of its lead and outcome as last known."""

    def calls(
        self, where: SearchFilter = EVERYTHING, *, limit: int, after: Place | None = None
    ) -> list[CallRecord]:
        """Calls that pass, newest first (by `activity_at`, then id), from `after` on.

        Passages are not loaded.
        """

    def passing(self, where: SearchFilter, *, limit: int) -> list[str]:
        """The ids of calls that pass, in their order."""

    def count(self, where: SearchFilter = EVERYTHING) -> int:
        """How many calls pass."""

    def counts(self, facet: Facet, where: SearchFilter = EVERYTHING) -> list[FacetCount]:
        """The values of a facet that calls which pass have, and how many calls have each.

        A call counts for each kind of words, and each side, by which it passes: with
        `where.side`, only kinds in which that side spoke, with `where.kinds`, only those
        kinds and who spoke in them. Null, empty text and an unknown side are no values.

        A user's label is the name on their newest call that has one, whether it passes or
        not; an outcome's is its name as last known. What has no name is its own label. The
        value of most calls comes first, equals by label, then by value.
        """

    def nearest(
        self, vector: Vector, *, grain: Grain, limit: int, where: SearchFilter = EVERYTHING
    ) -> list[Hit]:
        """Each call's passage of this grain closest to `vector`, the closest calls first."""

    def matching(self, text: str, *, limit: int, where: SearchFilter = EVERYTHING) -> list[Hit]:
        """Each call's passage that shares the weightiest words with `text`, best first.

        A call's names (`CallRecord.names`) count with each of its passages, and
        find a call without any. With `where.side`, only words of that side count,
        with `where.kinds`, only words of those kinds; names then do not. No shared
        word, no hit. A lead's other calls answer to its old name until they are put
        again.
        """

    def lines_saying(self, expression: Expression, *, where: SearchFilter = EVERYTHING) -> Lines:
        """Every utterance whose words count, and in which, by itself, an expression holds.

        Of the calls that pass. All scores are 1.
        """

    def lines_near(
        self, vector: Vector, *, at_least: float, where: SearchFilter = EVERYTHING
    ) -> Lines:
        """Every utterance whose words count and whose cosine with `vector` is that high.

        Of the calls that pass. The cosine is its score, the best one if the utterance
        was embedded in parts. Very short utterances have no vector, and are not found.
        """

    def ids_of(self, calls: Column) -> dict[int, str]:
        """The ids of the calls that lines name by number; one removed meanwhile has none."""

    def vectors(self, call_id: str) -> tuple[list[int], Vectors]:
        """A call's vectors as stored: the ordinals of their passages, and a row for each."""

    def embedded(self, texts: Sequence[str]) -> dict[str, Vector]:
        """Vectors as stored, of those of these texts that some call already has one for."""

    def remember_embedder(self, embedder: EmbedderId) -> None:
        """Hold this store to one embedder.

        Raises:
            EmbedderMismatch: it already holds vectors of another.
        """

    def cursor(self, name: str) -> str | None:
        """Where a reading of Close stands, as `set_cursor` left it."""

    def set_cursor(self, name: str, value: str | None) -> None:
        """Remember where a reading stands; None forgets it."""

    def facts(self) -> StoreFacts:
        """Where the data are, how much there is, and whose vectors they are."""

    def check(self) -> list[str]:
        """Read through the whole store; a line for each thing wrong, none when all is well."""

    def close(self) -> None:
        """Bring the caches up to date on disk and let go of every file."""
