"""The steps of changing the embedder: build, compare, and be ready to switch."""

from collections.abc import Callable, Iterable

from indexer.embedder import Embedder
from indexer.pipeline import Progress
from indexer.reindexing.building import bring_level
from indexer.reindexing.comparing import Comparison, Searcher, compare
from indexer.reindexing.questions import SAMPLED, Question, sampled
from indexer.store.contract import Store
from indexer.store.staged import StagedStore
from indexer.store.staging import Staging
from indexer.vectors import EmbedderId
from models.errors import EmbedderUnavailable, ReindexRefused, StoreBroken

_GIB = 2**30


def build(
    staging: Staging, *, live: Store, embedder: Embedder, version: str, progress: Progress
) -> StagedStore:
    """Embed every call beside the live store, going on where an earlier run was stopped.

    Raises:
        ReindexRefused: what another embedder has built is staged.
        StoreBroken: there is obviously too little room; nothing was begun.
        EmbedderError: a call cannot be embedded by this embedder.
    """
    require_room(staging, live, embedder.identity.dimensions)
    staged = staging.staged()
    if staged is not None and not _goes_on(staged, embedder.identity, version):
        staged.close()
        staged = None
    staged = staged or staging.begin(version)
    try:
        bring_level(staged, live=live, embedder=embedder, progress=progress)
        staged.mark_built()
    except BaseException:
        staged.close()
        raise
    return staged


def _goes_on(staged: StagedStore, embedder: EmbedderId, version: str) -> bool:
    """Whether what is staged can be gone on with; what was never finished gives way."""
    known = staged.facts().embedder
    if known == embedder and staged.version == version:
        return True
    if staged.is_built and known != embedder:
        staged.close()
        raise ReindexRefused(
            f"the calls embedded by {known} are staged: take them with `callsift reindex "
            f"--switch`, or drop them with `callsift reindex --discard`"
        )
    return False


def require_room(staging: Staging, live: Store, dimensions: int) -> None:
    """Refuse to begin what cannot end: building beside, keeping the way back, and switching.

    Raises:
        StoreBroken: there is obviously too little room.
    """
    facts = live.facts()
    known = facts.embedder.dimensions if facts.embedder else dimensions
    wider = 2 * max(0, dimensions - known) * facts.passages  # two bytes a number, at most
    one = staging.live_bytes() + wider
    # Staged once; then, at the switch, the old passages copied aside and the new ones
    # written into the live data.
    needed = 3 * one - staging.staged_bytes()
    free = staging.free_bytes()
    if free < needed:
        raise StoreBroken(
            f"{staging.folder.parent} has {free / _GIB:.1f} GiB free, and embedding every call "
            f"again beside the present index takes about {needed / _GIB:.1f} GiB: make room"
        )


def live_embedder(live: Store, candidates: Iterable[Callable[[], Embedder]]) -> Embedder | None:
    """The one of these embedders whose vectors are live; None if none is, or can be loaded."""
    known = live.facts().embedder
    for candidate in candidates:
        try:
            embedder = candidate()
            if known is not None and embedder.identity == known:
                return embedder
        except EmbedderUnavailable:
            continue
    return None


def compare_staged(
    staged: StagedStore,
    *,
    live: Store,
    before: Embedder,
    after: Embedder,
    saved: Iterable[Question],
    count: int = SAMPLED,
    seed: int = 0,
) -> Comparison:
    """Ask both stores the saved searches, and what was said in some calls."""
    drawn = sampled(staged.call_ids(), live.get, count=count, seed=seed)
    return compare([*saved, *drawn], before=Searcher(live, before), after=Searcher(staged, after))
