"""What only the engine on disk must do: last, and survive."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from indexer.store import rows
from indexer.store.embedded import DATABASE_NAME, EmbeddedStore, open_database
from indexer.vectors import Vectors
from models import Grain
from models.errors import StoreBroken, StoreTooNew
from tests.factories import EAST, TINY, a_record, an_entry, vectors_for


def a_store_with(folder: Path, *numbers: int) -> EmbeddedStore:
    store = EmbeddedStore(folder)
    store.remember_embedder(TINY)
    for number in numbers:
        put(store, number)
    return store


def put(store: EmbeddedStore, number: int) -> None:
    record = a_record("we talked of the price", "and of zebras", call_id=f"acti_{number}")
    store.put(record, vectors_for(record), an_entry(record.call.id))


def ids_by_meaning(store: EmbeddedStore) -> set[str]:
    return {h.call_id for h in store.nearest(EAST, grain=Grain.WINDOW, limit=9999)}


def ids_by_words(store: EmbeddedStore) -> set[str]:
    return {h.call_id for h in store.matching("zebras", limit=9999)}


def test_everything_is_there_after_reopening(tmp_path: Path) -> None:
    a_store_with(tmp_path, 1, 2).close()
    again = EmbeddedStore(tmp_path)
    assert ids_by_meaning(again) == ids_by_words(again) == {"acti_1", "acti_2"}
    again.close()


def test_reopening_reads_the_saved_caches_rather_than_rebuild(tmp_path: Path) -> None:
    a_store_with(tmp_path, 1, 2).close()
    files = {f: f.stat().st_mtime_ns for f in (tmp_path / "caches").glob("*/faiss/*")}
    assert "vectors-3-2-0.json" in {file.name for file in files}
    again = EmbeddedStore(tmp_path)
    assert ids_by_meaning(again) == {"acti_1", "acti_2"}
    again.close()
    assert {f: f.stat().st_mtime_ns for f in (tmp_path / "caches").glob("*/faiss/*")} == files


@pytest.mark.parametrize("folder", ["faiss", "words"])
@pytest.mark.parametrize("damage", ["missing", "cut short", "garbage"])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, folder: str, damage: str) -> None:
    a_store_with(tmp_path, 1, 2).close()
    for file in (tmp_path / "caches").glob(f"*/{folder}/*"):
        if damage == "missing":
            file.unlink()
        elif damage == "cut short":
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        else:
            file.write_bytes(b"nonsense" * 40)
    again = EmbeddedStore(tmp_path)
    assert ids_by_meaning(again) == ids_by_words(again) == {"acti_1", "acti_2"}
    assert again.check() == []
    again.close()


def test_a_second_process_sees_what_the_first_writes(tmp_path: Path) -> None:
    service, sync = a_store_with(tmp_path, 1), a_store_with(tmp_path)
    assert ids_by_meaning(service) == {"acti_1"}
    put(sync, 2)
    sync.remove(["acti_1"])
    assert ids_by_meaning(service) == ids_by_words(service) == {"acti_2"}
    put(sync, 3)
    sync.close()
    assert ids_by_meaning(service) == ids_by_words(service) == {"acti_2", "acti_3"}
    service.close()


def test_an_older_copy_put_back_is_not_searched_with_the_newer_caches(tmp_path: Path) -> None:
    a_store_with(tmp_path, 1).close()
    backup = (tmp_path / DATABASE_NAME).read_bytes()
    a_store_with(tmp_path, 2, 3).close()
    (tmp_path / DATABASE_NAME).write_bytes(backup)
    restored = EmbeddedStore(tmp_path)
    assert ids_by_meaning(restored) == ids_by_words(restored) == {"acti_1"}
    assert restored.check() == []
    restored.close()


def test_data_replaced_under_a_reader_are_searched_with_their_own_caches(tmp_path: Path) -> None:
    reader = a_store_with(tmp_path / "data", 1, 2)
    assert ids_by_meaning(reader) == ids_by_words(reader) == {"acti_1", "acti_2"}
    other = a_store_with(tmp_path / "other", 1)
    replace_data(tmp_path / "other", tmp_path / "data")
    assert ids_by_meaning(reader) == ids_by_words(reader) == {"acti_1"}
    assert reader.check() == []
    reader.close()
    other.close()


def replace_data(copy: Path, data: Path) -> None:
    with (
        closing(sqlite3.connect(copy / DATABASE_NAME)) as source,
        closing(sqlite3.connect(data / DATABASE_NAME)) as target,
    ):
        source.backup(target)


def test_threads_that_ended_leave_no_connection_open(tmp_path: Path) -> None:
    store = a_store_with(tmp_path, 1)
    for _ in range(20):
        reader = threading.Thread(target=store.count)
        reader.start()
        reader.join()
    assert len(store._database._opened) <= 3
    store.close()


def test_indexes_that_cannot_be_saved_cost_no_data(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = a_store_with(tmp_path, 1)
    [lineage] = [name for (name,) in store._database.connection.execute(LINEAGE)]
    (tmp_path / "caches" / lineage).mkdir(parents=True)
    (tmp_path / "caches" / lineage / "faiss").write_text("in the way")
    store.close()
    assert "not saved" in caplog.text
    (tmp_path / "caches" / lineage / "faiss").unlink()
    again = EmbeddedStore(tmp_path)
    assert ids_by_meaning(again) == {"acti_1"}
    again.close()


LINEAGE = "SELECT value FROM settings WHERE name = 'lineage'"


def test_data_of_a_newer_version_are_refused_untouched(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    database.connection.execute("PRAGMA user_version = 99")
    database.close()
    before = (tmp_path / DATABASE_NAME).read_bytes()
    with pytest.raises(StoreTooNew, match="schema 99"):
        EmbeddedStore(tmp_path)
    assert (tmp_path / DATABASE_NAME).read_bytes() == before


def test_a_file_that_is_no_database_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / DATABASE_NAME).write_text("not a database, just a long enough text file" * 50)
    with pytest.raises(StoreBroken, match=DATABASE_NAME):
        EmbeddedStore(tmp_path)


def test_a_data_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreBroken):
        EmbeddedStore(tmp_path / "file" / "data")


def test_an_error_inside_a_put_leaves_the_old_call_whole(tmp_path: Path) -> None:
    store = a_store_with(tmp_path, 1)
    before = store.get("acti_1")
    changed = a_record("quite other words now", call_id="acti_1")
    with pytest.raises(ValueError, match="shorter"):  # a vector too few
        store.put(changed, vectors_for(changed)[:-1], an_entry())
    assert store.get("acti_1") == before
    assert ids_by_words(store) == {"acti_1"}
    store.close()


KILLED_WRITER = """
    import sys
    from pathlib import Path
    from tests.indexer.test_embedded_store import a_store_with, put
    store = a_store_with(Path(sys.argv[1]))
    for number in range(10_000):
        put(store, number)
        print(number, flush=True)
        if number % 7 == 0:
            store.matching("zebras", limit=1)
"""


def test_a_killed_writer_loses_nothing_committed_and_leaves_no_half_call(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    script = [sys.executable, "-c", textwrap.dedent(KILLED_WRITER), str(tmp_path)]
    with subprocess.Popen(script, stdout=subprocess.PIPE, env=environment, text=True) as writer:
        assert writer.stdout is not None
        seen = [int(next(writer.stdout)) for _ in range(60)]
        writer.send_signal(signal.SIGKILL)
    store = EmbeddedStore(tmp_path)
    expected = {f"acti_{number}" for number in seen}
    found = ids_by_meaning(store)
    stored = {record.call.id for record in store.calls(limit=9999)}
    assert expected <= stored
    assert found == stored
    assert store.check() == []
    for call_id in stored:
        record = store.get(call_id)
        assert record is not None
        assert len(record.passages) == 4
        assert len(store.vectors(call_id)[0]) == 3
    store.close()


def test_an_error_while_an_index_catches_up_leaves_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = a_store_with(tmp_path, *range(5))
    monkeypatch.setattr("indexer.store.news._BATCH", 4)
    read, batches = rows.vectors_from, []

    def failing(blobs: Iterable[bytes]) -> Vectors:
        batches.append(1)
        if len(batches) == 2:
            raise MemoryError
        return read(blobs)

    monkeypatch.setattr(rows, "vectors_from", failing)
    with pytest.raises(MemoryError):
        ids_by_meaning(store)
    assert len(ids_by_meaning(store)) == 5
    assert store.check() == []
    store.close()
