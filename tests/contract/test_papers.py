"""Papers: every version kept, all of a writing or none, on every engine."""

from datetime import timedelta

import pytest

from indexer.store.contract import Store
from models.errors import PaperChanged, PaperNameTaken, PaperNotFound
from models.paper import Draft
from tests.factories import NOON

LATER = NOON + timedelta(hours=1)


def a_draft(paper_id: str = "one", **fields: object) -> Draft:
    return Draft(**{"kind": "tracker", "id": paper_id, "body": "{}"} | fields)  # type: ignore[arg-type]


def test_a_paper_is_read_as_it_was_written(store: Store) -> None:
    [made] = store.write([a_draft(name="Price", within="team", body="[1]")], by="Dana", at=NOON)
    assert store.paper("tracker", "one") == made
    assert (made.version, made.name, made.within, made.body) == (1, "Price", "team", "[1]")
    assert (made.created_by, made.created_at, made.written_by, made.written_at) == (
        "Dana",
        NOON,
        "Dana",
        NOON,
    )
    assert store.paper("sample", "one") is None


def test_every_version_is_kept(store: Store) -> None:
    store.write([a_draft(body="1")], by="Dana", at=NOON)
    store.write([a_draft(body="2", after=1)], by=None, at=LATER)
    assert [
        (p.version, p.body, p.written_by, p.written_at) for p in store.versions("tracker", "one")
    ] == [
        (1, "1", "Dana", NOON),
        (2, "2", None, LATER),
    ]
    newest = store.paper("tracker", "one")
    assert newest is not None
    assert (newest.body, newest.created_by, newest.created_at) == ("2", "Dana", NOON)
    old = store.paper("tracker", "one", version=1)
    assert old is not None
    assert old.body == "1"
    assert store.paper("tracker", "one", version=3) is None


def test_papers_come_in_the_order_they_were_begun(store: Store) -> None:
    for paper_id in ("b", "a", "c"):
        store.write(
            [a_draft(paper_id, within="even" if paper_id == "a" else "odd")], by=None, at=NOON
        )
    store.write([a_draft("b", after=1, body="2")], by=None, at=LATER)
    assert [p.id for p in store.papers("tracker")] == ["b", "a", "c"]
    assert [(p.id, p.version) for p in store.papers("tracker", within="odd")] == [
        ("b", 2),
        ("c", 1),
    ]
    assert store.papers("tracker", within="none") == []


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_version_follows_the_newest_one(store: Store, after: int) -> None:
    store.write([a_draft()], by=None, at=NOON)
    store.write([a_draft(after=1)], by=None, at=NOON)
    with pytest.raises(PaperChanged):
        store.write([a_draft(after=after)], by=None, at=NOON)
    assert len(store.versions("tracker", "one")) == 2


def test_what_is_not_there_has_no_next_version(store: Store) -> None:
    with pytest.raises(PaperNotFound):
        store.write([a_draft(after=1)], by=None, at=NOON)


def test_no_two_papers_of_a_kind_have_one_name(store: Store) -> None:
    store.write([a_draft("one", name="Straße"), a_draft("two", name="Other")], by=None, at=NOON)
    with pytest.raises(PaperNameTaken):
        store.write([a_draft("three", name="STRASSE")], by=None, at=NOON)
    with pytest.raises(PaperNameTaken):
        store.write([a_draft("two", name="strasse", after=1)], by=None, at=NOON)
    store.write([a_draft("one", name="STRASSE", after=1)], by=None, at=NOON)
    store.write([a_draft("one", kind="sample", name="Straße")], by=None, at=NOON)


def test_a_writing_happens_whole_or_not_at_all(store: Store) -> None:
    store.write([a_draft("there")], by=None, at=NOON)
    with pytest.raises(PaperChanged):
        store.write([a_draft("new"), a_draft("there", after=1), a_draft("there")], by=None, at=NOON)
    assert store.paper("tracker", "new") is None
    assert len(store.versions("tracker", "there")) == 1


def test_what_is_discarded_is_gone_with_its_versions_and_name(store: Store) -> None:
    store.write([a_draft(name="Price"), a_draft("two")], by=None, at=NOON)
    store.write([a_draft(name="Price", after=1)], by=None, at=NOON)
    store.discard("tracker", ["one", "nobody"])
    assert store.versions("tracker", "one") == []
    assert [p.id for p in store.papers("tracker")] == ["two"]
    [again] = store.write([a_draft(name="Price")], by=None, at=NOON)
    assert again.version == 1
