"""A data directory with calls, and another embedder beside the one that made its vectors."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from indexer.bootstrap import Services
from indexer.pipeline import index_calls
from indexer.reindexing.building import bring_level
from indexer.reindexing.changing import build
from indexer.settings import Settings
from indexer.store.embedded import EmbeddedStore
from indexer.store.staged import StagedStore
from indexer.store.staging import Staging
from indexer.vectors import EmbedderId
from models import CallRecord, Side
from models.errors import EmbedderUnavailable
from tests.factories import NOON, a_record, a_transcript, an_entry, hours, said
from tests.fakes import WordEmbedder

TOPICS = "price contract weather invoice renewal demo budget security pilot timeline".split()
OLD, NEW = "words-64", "words-16"


def embedder_of(model: str) -> WordEmbedder:
    """`words-16` has 16 dimensions, and takes texts of a length of its own."""
    dimensions = int(model.removeprefix("words-"))
    return WordEmbedder(dimensions, limit=300 + dimensions, name=model)


def opened(settings: Settings) -> Services:
    """As `indexer.bootstrap.build` does it, with embedders that need no weights."""
    store = EmbeddedStore(settings.data_dir)
    known = store.facts().embedder
    model = settings.embedding_model or (known.name if known else OLD)
    return Services(
        settings=settings, store=store, embedder=embedder_of(model), embedder_of=embedder_of
    )


def services_in(folder: Path) -> Services:
    return opened(Settings.model_construct(data_dir=folder, embedding_model=None))


class Silence:
    def discovered(self, known: int, due: int) -> None: ...

    def fetched(self, done: int, due: int, texts_embedded: int) -> None: ...


def a_talk(topic: str, number: int) -> CallRecord:
    """A call about a topic, with a turn so long that it is cut otherwise by each embedder."""
    return a_record(
        call_id=f"acti_{number}",
        date_created=NOON + hours(number),
        note=f"They mind the {topic}. " + "Follow up in writing. " * 15,
        recording=a_transcript(
            said(Side.USER, f"Shall we begin with the {topic} today, all of us together?", 1.0),
            said(Side.CONTACT, f"The {topic} is what worries me most these days.", 4.0),
            said(Side.USER, f"Let us see. {f'About the {topic} there is much to say. ' * 11}", 9.0),
        ),
    )


def put(store: EmbeddedStore, *records: CallRecord, model: str = OLD) -> None:
    entries = [(record, an_entry(record.call.id)) for record in records]
    index_calls(entries, store=store, embedder=embedder_of(model))


def fill(folder: Path, calls: int = 6) -> None:
    store = EmbeddedStore(folder)
    put(store, *(a_talk(topic, n) for n, topic in enumerate(TOPICS[:calls])))
    store.close()


def built(staging: Staging, live: EmbeddedStore, model: str = NEW) -> StagedStore:
    return build(staging, live=live, embedder=embedder_of(model), version="1", progress=Silence())


def level(source: StagedStore, live: EmbeddedStore) -> None:
    known = source.facts().embedder
    assert known is not None
    bring_level(source, live=live, embedder=embedder_of(known.name), progress=Silence())


@contextmanager
def reindexing(folder: Path) -> Iterator[tuple[Staging, EmbeddedStore]]:
    """The staging beside a live store, both closed in the end."""
    services = services_in(folder)
    assert isinstance(services.store, EmbeddedStore)
    try:
        with services.staging() as staging:
            yield staging, services.store
    finally:
        services.close()


def switch(staging: Staging, live: EmbeddedStore, source: StagedStore | None = None) -> None:
    """Bring what is staged level, and make it live."""
    source = source or staging.staged()
    assert source is not None
    level(source, live)
    staging.switch(source)


Passages = tuple[tuple[str, ...], list[list[float]]]
"""The texts of a call's passages, and the vectors of those that have one."""


def passages_by(store: EmbeddedStore) -> dict[str, Passages]:
    """Each call's passages and vectors as they are stored."""
    found = {}
    for record in store.calls(limit=1000):
        whole = store.get(record.call.id)
        assert whole is not None
        texts = tuple(passage.text for passage in whole.passages)
        found[record.call.id] = texts, store.vectors(record.call.id)[1].tolist()
    return found


def made_by(model: str, *records: CallRecord, folder: Path) -> dict[str, Passages]:
    """What a store that only ever knew this model would hold of these calls."""
    store = EmbeddedStore(folder)
    put(store, *records, model=model)
    found = passages_by(store)
    store.close()
    return found


def replaced(services: Services, override: Callable[[str], WordEmbedder | None]) -> Services:
    """Services some of whose embedders are others."""
    return replace(
        services,
        embedder=override(services.embedder.identity.name) or services.embedder,
        embedder_of=lambda name: override(name) or embedder_of(name),
    )


def gone(model: str) -> Callable[[str], WordEmbedder | None]:
    """An embedder that cannot be loaded."""

    class Gone(WordEmbedder):
        @property
        def identity(self) -> EmbedderId:
            raise EmbedderUnavailable("its folder is gone")

        @identity.setter
        def identity(self, _: EmbedderId) -> None: ...

    return lambda name: Gone() if name == model else None
