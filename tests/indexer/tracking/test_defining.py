"""What a tracker may be, and what its versions are."""

from dataclasses import replace
from typing import Any

import pytest

from indexer.store.memory import MemoryStore
from indexer.tracking import (
    LABELS,
    TRACKERS,
    Spoken,
    add,
    ask,
    change,
    put_label,
    remove,
    two_versions,
)
from indexer.tracking.defining import changes
from models import EVERYTHING, Kind, Side
from models.errors import PaperChanged, PaperNameTaken, PaperNotFound, QueryInvalid
from models.tracker import Tracker, Verdict
from tests.factories import NOON, hours
from tests.fakes import WordEmbedder
from tests.indexer.tracking.watching import EMBEDDER, a_talk, a_tracker, put


@pytest.mark.parametrize(
    ("fields", "field", "told"),
    [
        ({}, "phrases", "give a phrase, an example sentence, or both"),
        ({"phrases": "  ", "examples": ()}, "phrases", "give a phrase"),
        ({"phrases": "contact: price -> user: discount"}, "phrases", "is a dialogue"),
        ({"phrases": "user: discount"}, "phrases", "is a dialogue"),
        ({"phrases": "contact: price ->"}, "phrases", "must say what to look for"),
        ({"phrases": "price AND"}, "phrases", "missing here"),
        ({"phrases": '"too dear'}, "phrases", "never closed"),
        ({"phrases": "..."}, "phrases", "no word"),
        ({"phrases": "NOT price"}, "phrases", "only what must not be said"),
        ({"phrases": "a" * 2001}, "phrases", "more than 2000 characters"),
        ({"phrases": "a", "about": "a" * 2001}, "about", "more than 2000 characters"),
        ({"examples": ("too dear for us", "...")}, "examples", "example 2 has no words"),
        ({"examples": ("a" * 501,)}, "examples", "more than 500 characters"),
        ({"examples": ("aa " * 140,)}, "examples", "longer than the embedder takes"),
        ({"examples": ("a",) * 51}, "examples", "more than 50"),
        ({"examples": ("a",), "threshold": 0.0}, "threshold", "over 0 and at most 1"),
        ({"examples": ("a",), "threshold": 1.01}, "threshold", "over 0 and at most 1"),
        ({"examples": ("a",), "threshold": float("nan")}, "threshold", "over 0 and at most 1"),
        ({"phrases": "a", "part": "the middle"}, "part", "no part of a call"),
        ({"phrases": "a", "name": " "}, "name", "must not be empty"),
    ],
)
def test_what_could_find_nothing_is_refused(
    store: MemoryStore, fields: dict[str, Any], field: str, told: str
) -> None:
    def make() -> None:
        made = Tracker(**({"name": "Price"} | fields))
        add(made, store=store, embedder=EMBEDDER, by=None, at=NOON)

    with pytest.raises(QueryInvalid, match=told) as refused:
        make()
    assert refused.value.field == field
    assert TRACKERS.all(store) == []


def test_every_change_is_a_version_and_no_change_is_none(store: MemoryStore) -> None:
    made = a_tracker(store, examples=("too dear for us",))
    assert made.body.embedder == str(EMBEDDER.identity)
    wanted = replace(made.body, threshold=0.7, side=Side.CONTACT)
    changed = change(made, wanted, store=store, embedder=EMBEDDER, by="Eli", at=NOON + hours(1))
    assert (changed.version, changed.written_by, changed.created_by) == (2, "Eli", "Dana")
    assert [(c.field, c.before, c.after) for c in changes(made.body, changed.body)] == [
        ("threshold", 0.5, 0.7), ("side", None, Side.CONTACT),
    ]  # fmt: skip
    same = change(changed, wanted, store=store, embedder=EMBEDDER, by="Eli", at=NOON + hours(2))
    assert same.version == 2
    assert TRACKERS.get(store, made.id, version=1).body == made.body


def test_a_change_of_a_version_that_was_changed_meanwhile_is_refused(store: MemoryStore) -> None:
    made = a_tracker(store)
    newer = change(
        made, replace(made.body, phrases="cost"), store=store, embedder=EMBEDDER, by=None, at=NOON
    )
    with pytest.raises(PaperChanged):
        change(
            newer,
            replace(made.body, phrases="fee"),
            version=1,
            store=store,
            embedder=EMBEDDER,
            by=None,
            at=NOON,
        )
    assert TRACKERS.get(store, made.id).body.phrases == "cost"


def test_no_two_trackers_have_one_name(store: MemoryStore) -> None:
    a_tracker(store)
    twice = Tracker(name="PRICE", phrases="price")
    with pytest.raises(PaperNameTaken):
        add(twice, store=store, embedder=EMBEDDER, by=None, at=NOON)


def test_two_versions_are_the_newest_and_the_one_before(store: MemoryStore) -> None:
    made = a_tracker(store)
    with pytest.raises(QueryInvalid, match="no version before the first"):
        two_versions(made.id, None, None, store=store)
    for phrases in ("cost", "fee"):
        known = TRACKERS.get(store, made.id)
        change(
            known,
            replace(made.body, phrases=phrases),
            store=store,
            embedder=EMBEDDER,
            by=None,
            at=NOON,
        )

    def asked(earlier: int | None, later: int | None) -> list[int]:
        return [one.version for one in two_versions(made.id, earlier, later, store=store)]

    assert asked(None, None) == [2, 3]
    assert asked(None, 2) == [1, 2]
    assert asked(3, 1) == [3, 1]
    with pytest.raises(PaperNotFound, match="version 9"):
        asked(9, None)


def test_a_removed_tracker_takes_its_labels_along(store: MemoryStore) -> None:
    put(store, a_talk(1, "the price is high"))
    made, other = a_tracker(store), a_tracker(store, name="Other")
    spoken = Spoken(call_id="acti_1", kind=Kind.RECORDING, position=1)
    for tracker in (made, other):
        put_label(tracker, spoken, Verdict.YES, store=store, by="Dana", at=NOON)
    remove(made, store=store)
    assert [one.id for one in TRACKERS.all(store)] == [other.id]
    assert [label.within for label in LABELS.all(store)] == [other.id]


def test_an_example_that_no_longer_fits_is_told_of_when_it_is_asked(store: MemoryStore) -> None:
    made = a_tracker(store, examples=("a sentence of some length",))
    with pytest.raises(QueryInvalid, match="example 1 is longer than the embedder takes"):
        ask(made.id, EVERYTHING, store=store, embedder=WordEmbedder(limit=10))
