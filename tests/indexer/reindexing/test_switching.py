"""Building beside the live store, switching, going back: nothing lost, nothing mixed."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.reindexing.building import bring_level
from indexer.reindexing.changing import live_embedder, require_room
from indexer.settings import Settings
from indexer.store.embedded import EmbeddedStore, open_database
from indexer.store.staged import StagedStore
from indexer.store.staging import Staging
from indexer.vectors import Vectors
from models import CallState, Grain
from models.errors import (
    EmbedderError,
    EmbedderMismatch,
    EmbedderUnavailable,
    ReindexRefused,
    StoreBroken,
    StoreBusy,
)
from tests.factories import an_entry
from tests.fakes import WordEmbedder
from tests.indexer.reindexing.beside import (
    NEW,
    OLD,
    TOPICS,
    Silence,
    a_talk,
    built,
    embedder_of,
    fill,
    made_by,
    opened,
    passages_by,
    put,
    reindexing,
    services_in,
    switch,
)

TALKS = [a_talk(topic, n) for n, topic in enumerate(TOPICS[:6])]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    fill(tmp_path / "data")
    return tmp_path / "data"


def switched(data: Path) -> None:
    with reindexing(data) as (staging, live):
        built(staging, live).close()
        switch(staging, live)


def test_after_a_switch_the_store_is_as_if_made_by_the_new_model(
    data: Path, tmp_path: Path
) -> None:
    switched(data)
    services = services_in(data)
    services.ready()
    assert services.embedder.identity.name == NEW
    assert isinstance(services.store, EmbeddedStore)
    assert passages_by(services.store) == made_by(NEW, *TALKS, folder=tmp_path / "other")
    assert services.store.check() == []
    assert services.store.facts().passages == sum(
        len(texts) for texts, _ in passages_by(services.store).values()
    )
    query = services.embedder.embed_query("price")
    [hit] = services.store.nearest(query, grain=Grain.UTTERANCE, limit=1)
    assert hit.call_id == "acti_0"
    assert services.store.matching("renewal", limit=9)[0].call_id == "acti_4"
    services.close()


def test_the_models_cut_otherwise_or_these_tests_prove_little(tmp_path: Path) -> None:
    old, new = (made_by(m, *TALKS, folder=tmp_path / m) for m in (OLD, NEW))
    assert {len(texts) for texts, _ in old.values()} != {len(texts) for texts, _ in new.values()}


def test_until_the_switch_the_live_store_is_as_it_was(data: Path) -> None:
    with reindexing(data) as (staging, live):
        before = passages_by(live)
        staged = built(staging, live)
        assert passages_by(staged).keys() == before.keys()
        staged.close()
        assert passages_by(live) == before
        facts = live.facts().embedder
        assert facts is not None
        assert facts.name == OLD


def test_what_is_synced_meanwhile_is_there_after_the_switch(data: Path, tmp_path: Path) -> None:
    """Added, changed, removed, renamed; the ledger and the cursors are the live ones."""
    with reindexing(data) as (staging, live):
        built(staging, live).close()
        put(live, a_talk("budget", 20), a_talk("otherwise", 3))
        live.remove(["acti_1"], [an_entry("acti_1", CallState.DELETED)])
        record = live.get("acti_2")
        assert record is not None
        put(live, replace(record, call=replace(record.call, disposition="busy")))
        live.set_cursor("events", "later")
        switch(staging, live)

    services = services_in(data)
    store = services.store
    assert isinstance(store, EmbeddedStore)
    talks = {talk.call.id: talk for talk in TALKS}
    talks |= {"acti_20": a_talk("budget", 20), "acti_3": a_talk("otherwise", 3)}
    del talks["acti_1"]
    assert passages_by(store) == made_by(NEW, *talks.values(), folder=tmp_path / "other")
    assert store.check() == []
    assert store.matching("otherwise", limit=9)[0].call_id == "acti_3"
    changed = store.get("acti_2")
    assert changed is not None
    assert changed.call.disposition == "busy"
    assert store.entries(["acti_1"])["acti_1"].state is CallState.DELETED
    assert store.cursor("events") == "later"
    services.close()


def test_calls_that_come_in_while_it_builds_are_built_too(data: Path) -> None:
    class Meanwhile(Silence):
        def __init__(self, live: EmbeddedStore) -> None:
            self.live = live

        def fetched(self, done: int, due: int, texts_embedded: int) -> None:
            if done == 6:
                put(self.live, a_talk("late", 30))
                self.live.remove(["acti_0"])

    with reindexing(data) as (staging, live):
        staged = staging.begin("1")
        bring_level(staged, live=live, embedder=embedder_of(NEW), progress=Meanwhile(live))
        assert set(passages_by(staged)) == set(passages_by(live))
        assert "acti_30" in passages_by(staged)
        staged.close()


def test_what_is_not_level_is_not_switched_to(data: Path) -> None:
    with reindexing(data) as (staging, live):
        staged = built(staging, live)
        put(live, a_talk("late", 30))
        before = passages_by(live)
        with pytest.raises(StoreBusy, match="run it again"):
            staging.switch(staged)
        assert passages_by(live) == before
        assert staging.staged() is not None
        switch(staging, live)
        assert live.check() == []


# --- going back --------------------------------------------------------------


def test_going_back_brings_the_old_vectors_back_unembedded(data: Path, tmp_path: Path) -> None:
    switched(data)
    with reindexing(data) as (staging, live):
        previous = staging.previous()
        assert previous is not None
        embedder = embedder_of(OLD)
        bring_level(previous, live=live, embedder=embedder, progress=Silence())
        assert embedder.texts_embedded == 0
        staging.switch(previous)
        assert passages_by(live) == made_by(OLD, *TALKS, folder=tmp_path / "other")
        assert live.check() == []


def test_going_back_embeds_what_came_since(data: Path, tmp_path: Path) -> None:
    switched(data)
    with reindexing(data) as (_, live):
        put(live, a_talk("budget", 20), a_talk("otherwise", 3), model=NEW)
        live.remove(["acti_1"])
    with reindexing(data) as (staging, live):
        switch(staging, live, staging.previous())
        talks = {talk.call.id: talk for talk in TALKS}
        talks |= {"acti_20": a_talk("budget", 20), "acti_3": a_talk("otherwise", 3)}
        del talks["acti_1"]
        assert passages_by(live) == made_by(OLD, *talks.values(), folder=tmp_path / "other")
        assert live.check() == []
    services = services_in(data)
    assert services.embedder.identity.name == OLD
    assert services.store.check() == []
    services.close()


def test_back_and_forth_and_a_third_model(data: Path) -> None:
    switched(data)
    for expected in (OLD, NEW, OLD):
        with reindexing(data) as (staging, live):
            switch(staging, live, staging.previous())
            facts = live.facts().embedder
            assert facts is not None
            assert facts.name == expected
    with reindexing(data) as (staging, live):
        built(staging, live, "words-8").close()
        switch(staging, live)
        previous = staging.previous()
        assert previous is not None
        known = previous.facts().embedder
        assert known is not None
        assert known.name == OLD
        previous.close()
        assert live.check() == []
    assert sorted(p.name for p in (data / "reindex").iterdir()) == ["previous"]


def test_nothing_is_kept_of_a_store_without_an_embedder(tmp_path: Path) -> None:
    with reindexing(tmp_path) as (staging, live):
        built(staging, live).close()
        switch(staging, live)
        assert staging.previous() is None
    services = services_in(tmp_path)
    assert services.embedder.identity.name == NEW
    services.ready()
    services.close()


# --- a build that is stopped, or in the way ----------------------------------


class Failing(WordEmbedder):
    """Embeds a few times, and then somebody presses Ctrl-C."""

    def __init__(self, tries: int) -> None:
        super().__init__(16, limit=316, name=NEW)
        self.tries = tries

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.tries -= 1
        if self.tries < 0:
            raise KeyboardInterrupt
        return super().embed_passages(texts)


def test_a_build_goes_on_where_it_was_stopped(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.reindexing.building._BATCH", 2)
    with reindexing(data) as (staging, live):
        staged = staging.begin("1")
        with pytest.raises(KeyboardInterrupt):
            bring_level(staged, live=live, embedder=Failing(2), progress=Silence())
        assert len(passages_by(staged)) == 4
        assert not staged.is_built
        staged.close()
    with reindexing(data) as (staging, live):
        found = staging.staged()
        assert found is not None
        embedder = embedder_of(NEW)
        assert bring_level(found, live=live, embedder=embedder, progress=Silence()) == 2
        found.close()
        switch(staging, live)
        assert live.check() == []


def test_a_half_built_one_of_another_model_or_version_gives_way(data: Path) -> None:
    with reindexing(data) as (staging, live):
        half = staging.begin("1")
        half.remember_embedder(embedder_of("words-8").identity)
        half.close()
        staged = built(staging, live)
        known = staged.facts().embedder
        staged.close()
        assert known is not None
        assert known.name == NEW
        older = staging.begin("0")
        level_with(older, live)
        older.close()
        newer = built(staging, live)
        assert newer.version == "1"
        newer.close()


def level_with(staged: StagedStore, live: EmbeddedStore) -> None:
    bring_level(staged, live=live, embedder=embedder_of(NEW), progress=Silence())
    staged.mark_built()


def test_a_built_one_of_another_model_is_not_lost_unasked(data: Path) -> None:
    with reindexing(data) as (staging, live):
        built(staging, live).close()
        with pytest.raises(ReindexRefused, match="--discard"):
            built(staging, live, "words-8")
        assert staging.discard()
        built(staging, live, "words-8").close()


def test_the_same_model_can_embed_everything_again(data: Path, tmp_path: Path) -> None:
    with reindexing(data) as (staging, live):
        built(staging, live, OLD).close()
        switch(staging, live)
        assert passages_by(live) == made_by(OLD, *TALKS, folder=tmp_path / "other")
        assert live.check() == []


def test_discarding_leaves_nothing(data: Path) -> None:
    with reindexing(data) as (staging, live):
        built(staging, live).close()
        staging.comparison.write_text("{}")
        assert staging.discard()
        assert not staging.discard()
        assert staging.staged() is None
        assert list((data / "reindex").iterdir()) == []
        assert live.check() == []


def test_one_process_reindexes_at_a_time(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.bootstrap._MOMENT_S", 0)
    other = services_in(data)
    refused = pytest.raises(StoreBusy, match=r"another `callsift reindex` is running")
    with reindexing(data), refused, other.staging():
        pass
    other.close()


def test_a_sync_may_write_while_it_builds(data: Path) -> None:
    other = services_in(data)
    with reindexing(data) as (staging, live):
        staged = built(staging, live)
        with other.writing():
            other.store.set_cursor("events", "later")
        staged.close()
    other.close()


def test_a_call_that_cannot_be_embedded_ends_it_and_changes_nothing(data: Path) -> None:
    class Refusing(WordEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            raise EmbedderError("too odd")

    with reindexing(data) as (staging, live):
        before = passages_by(live)
        staged = staging.begin("1")
        with pytest.raises(EmbedderError, match=r"call acti_0 cannot be indexed"):
            bring_level(staged, live=live, embedder=Refusing(16), progress=Silence())
        staged.close()
        assert passages_by(live) == before


def test_a_staged_store_refuses_vectors_of_another_model(data: Path) -> None:
    with reindexing(data) as (staging, live):
        staged = built(staging, live)
        with pytest.raises(EmbedderMismatch):
            bring_level(staged, live=live, embedder=embedder_of("words-8"), progress=Silence())
        staged.close()


# --- room --------------------------------------------------------------------


def test_too_little_room_is_told_before_anything_is_done(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Staging, "free_bytes", lambda _: 10_000)
    with reindexing(data) as (staging, live):
        with pytest.raises(StoreBroken, match=r"0.0 GiB free, and .* make room"):
            built(staging, live)
        assert not (data / "reindex").exists()


def test_wider_vectors_need_more_room(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with reindexing(data) as (staging, live):
        enough = 3 * staging.live_bytes()
        monkeypatch.setattr(Staging, "free_bytes", lambda _: enough)
        require_room(staging, live, 64)
        with pytest.raises(StoreBroken):
            require_room(staging, live, 65)


# --- what was removed is gone here too ---------------------------------------


def test_a_call_that_is_deleted_is_forgotten_beside_the_data_too(data: Path) -> None:
    switched(data)
    with reindexing(data) as (staging, live):
        built(staging, live, "words-8").close()
    services = services_in(data)
    with services.writing():
        services.store.remove(["acti_2"])
    services.close()
    for name in ("staged", "previous"):
        database = open_database(data / "reindex" / name)
        with database.reading() as db:
            for table in ("passages", "utterances"):
                column = "key >> 26" if table == "passages" else "call_row"
                rows = {row for (row,) in db.execute(f"SELECT DISTINCT {column} FROM {table}")}
                left = {row for (row,) in db.execute("SELECT row FROM calls")}
                assert rows <= left
            [(count,)] = db.execute("SELECT count(*) FROM calls WHERE id = 'acti_2'")
            assert count == 0
        database.close()


def test_nothing_is_made_beside_the_data_by_a_sync(data: Path) -> None:
    services = services_in(data)
    with services.writing():
        services.store.remove(["acti_2"])
    services.close()
    assert not (data / "reindex").exists()


# --- who reads meanwhile ------------------------------------------------------


def test_a_server_that_runs_refuses_the_new_vectors_until_it_is_started_again(data: Path) -> None:
    serving = services_in(data)
    serving.ready()
    query = serving.embedder.embed_query("price")
    assert serving.store.nearest(query, grain=Grain.UTTERANCE, limit=1)
    switched(data)
    with pytest.raises(EmbedderMismatch, match="start it again"):
        serving.store.nearest(query, grain=Grain.UTTERANCE, limit=1)
    assert serving.store.matching("price", limit=1)[0].call_id == "acti_0"
    serving.close()


def test_a_switch_in_the_middle_of_a_search_mixes_nothing(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving = services_in(data)
    serving.ready()
    assert isinstance(serving.store, EmbeddedStore)
    catch_up = serving.store._caches._catch_up_meaning

    def switched_just_before(dimensions: int) -> object:
        switched(data)
        return catch_up(dimensions)

    monkeypatch.setattr(serving.store._caches, "_catch_up_meaning", switched_just_before)
    with pytest.raises(EmbedderMismatch, match="start it again"):
        serving.store.nearest(serving.embedder.embed_query("a"), grain=Grain.UTTERANCE, limit=1)
    serving.store._database.close()


# --- which embedder ------------------------------------------------------------


def test_a_set_model_that_differs_from_the_data_is_refused(data: Path) -> None:
    switched(data)
    services = opened(Settings.model_construct(data_dir=data, embedding_model=OLD))
    with pytest.raises(
        EmbedderMismatch, match=f"Unset CALLSIFT_EMBEDDING_MODEL or set it to {NEW}"
    ):
        services.ready()
    services.close()


def test_the_live_embedder_is_the_first_that_is_the_one_remembered(data: Path) -> None:
    def gone() -> WordEmbedder:
        raise EmbedderUnavailable("its folder is gone")

    with reindexing(data) as (_, live):
        found = live_embedder(live, [gone, lambda: embedder_of(NEW), lambda: embedder_of(OLD)])
        assert found is not None
        assert found.identity.name == OLD
        assert live_embedder(live, [gone, lambda: embedder_of(NEW)]) is None
