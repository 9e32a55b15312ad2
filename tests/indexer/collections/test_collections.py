"""Moments kept together: with their words, in order, commented, and honest when calls change."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from indexer import collections
from indexer.collections import COLLECTIONS, Standing, Wanted, moments_of
from indexer.papers import Written
from indexer.store.memory import MemoryStore
from models import Kind, Side
from models.collection import MOST_ITEMS, Collection, Item
from models.errors import CallNotFound, PaperChanged, PaperNameTaken, PaperNotFound, QueryInvalid
from models.paper import Draft, Paper
from tests.factories import NOON, a_record, a_transcript, an_entry, said, vectors_for

LATER = NOON + timedelta(hours=1)
WORDS = ("Shall we talk about the price?", "It is too much for us.", "What would be right?")


def a_shelf(*texts: str) -> MemoryStore:
    store = MemoryStore()
    put(store, *(texts or WORDS))
    return store


def put(store: MemoryStore, *texts: str) -> None:
    spoken = [
        said((Side.USER, Side.CONTACT)[n % 2], text, 10.0 + 4 * n) for n, text in enumerate(texts)
    ]
    record = a_record(
        recording=a_transcript(*spoken), voicemail=a_transcript("Call me back please")
    )
    store.put(record, vectors_for(record), an_entry())


def begun(store: MemoryStore, name: str = "Prices") -> str:
    return collections.begin(name, store=store, by="Dana", at=NOON).id


def added(store: MemoryStore, to: str, first: int = 1, **more: object) -> Item:
    wanted = Wanted(**{"call_id": "acti_1", "first": first} | more)  # type: ignore[arg-type]
    _, item = collections.add_item(to, wanted, store=store, by="Ana", at=LATER)
    return item


def body(store: MemoryStore, collection_id: str) -> Collection:
    return COLLECTIONS.get(store, collection_id).body


def test_a_moment_is_kept_with_the_words_that_are_said_there() -> None:
    store = a_shelf()
    to = begun(store)
    item = added(store, to, 0, last=1)
    assert (item.first, item.last, item.at_s) == (0, 1, None)
    assert item.quote == "Shall we talk about the price?\nIt is too much for us."
    assert (item.added_by, item.added_at) == ("Ana", LATER)
    assert body(store, to).items == (item,)


def test_a_second_leads_to_what_is_being_said_then() -> None:
    store = a_shelf()
    to = begun(store)
    item = added(store, to, None, at_s=15.5)  # type: ignore[arg-type]
    assert (item.first, item.last, item.at_s, item.quote) == (1, 1, 15.5, "It is too much for us.")
    silent = added(store, to, None, at_s=2.0)  # type: ignore[arg-type]
    assert (silent.first, silent.quote) == (None, "")
    [_, moment] = moments_of(body(store, to), store)
    assert (moment.standing, moment.start_s, moment.utterances) == (Standing.THERE, 2.0, ())


def test_a_part_of_the_words_can_be_chosen_and_nothing_else() -> None:
    store = a_shelf()
    to = begun(store)
    assert added(store, to, 1, quote="too   much").quote == "too   much"
    with pytest.raises(QueryInvalid, match="quote: is not what is said there"):
        added(store, to, 1, quote="too little")
    assert len(body(store, to).items) == 1


def test_a_voicemail_can_be_kept() -> None:
    store = a_shelf()
    assert added(store, begun(store), 0, kind=Kind.VOICEMAIL).quote == "Call me back please"


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"first": 3}, "first"),
        ({"first": 0, "last": 3}, "last"),
        ({"first": 2, "last": 1}, "last"),
        ({"first": -1}, "last"),
        ({"first": None}, "first"),
        ({"first": None, "last": 1}, "first"),
        ({"first": None, "at_s": 10_000.0}, "at_s"),
        ({"first": None, "at_s": -1.0}, "at_s"),
        ({"first": None, "at_s": float("nan")}, "at_s"),
        ({"first": None, "at_s": 1.0, "quote": "nobody"}, "quote"),
        ({"first": 0, "kind": Kind.NOTE}, "kind"),
        ({"first": 0, "quote": "  "}, "quote"),
    ],
)
def test_what_is_no_moment_is_refused(wanted: dict[str, object], field: str) -> None:
    store = a_shelf()
    to = begun(store)
    with pytest.raises(QueryInvalid) as refused:
        added(store, to, **wanted)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert body(store, to).items == ()


def test_a_moment_of_no_call_is_refused() -> None:
    store = a_shelf()
    with pytest.raises(CallNotFound):
        added(store, begun(store), call_id="acti_none")


def test_a_moment_says_when_its_words_have_changed_and_when_its_call_is_gone() -> None:
    store = a_shelf()
    to = begun(store)
    added(store, to, 1)

    put(store, "Something new comes first.", *WORDS)
    [moment] = moments_of(body(store, to), store)
    assert moment.standing is Standing.CHANGED
    assert moment.item.quote == "It is too much for us."
    assert moment.utterances == ()

    put(store, "Only one.")
    assert [m.standing for m in moments_of(body(store, to), store)] == [Standing.CHANGED]

    put(store, *WORDS)
    assert [m.standing for m in moments_of(body(store, to), store)] == [Standing.THERE]

    store.remove(["acti_1"])
    [moment] = moments_of(body(store, to), store)
    assert (moment.standing, moment.record) == (Standing.GONE, None)


def test_moments_are_moved_titled_and_taken_out() -> None:
    store = a_shelf()
    to = begun(store)
    ids = [added(store, to, n).id for n in range(3)]

    def order() -> list[int]:
        return [ids.index(item.id) for item in body(store, to).items]

    for item, place, expected in ((2, 1, [2, 0, 1]), (2, 3, [0, 1, 2]), (1, 2, [0, 1, 2])):
        collections.change_item(to, ids[item], place=place, store=store, by=None, at=LATER)
        assert order() == expected
    collections.change_item(to, ids[0], title=" Ask ", place=2, store=store, by=None, at=LATER)
    assert order() == [1, 0, 2]
    assert [item.title for item in body(store, to).items] == ["", "Ask", ""]
    collections.remove_item(to, ids[0], store=store, by=None, at=LATER)
    assert order() == [1, 2]


@pytest.mark.parametrize("place", [0, 2, -1])
def test_there_is_no_place_beyond_the_ends(place: int) -> None:
    store = a_shelf()
    to = begun(store)
    item = added(store, to)
    with pytest.raises(QueryInvalid, match="place: must be between 1 and 1"):
        collections.change_item(to, item.id, place=place, store=store, by=None, at=LATER)


def test_comments_are_kept_with_who_made_them_and_the_second_they_are_about() -> None:
    store = a_shelf()
    to = begun(store)
    item = added(store, to)
    _, one = collections.comment(to, item.id, " Hm. ", at_s=12.5, store=store, by="Ana", at=LATER)
    collections.comment(to, item.id, "Well.", store=store, by=None, at=LATER)
    [kept] = body(store, to).items
    assert [(c.text, c.at_s, c.by) for c in kept.comments] == [
        ("Hm.", 12.5, "Ana"),
        ("Well.", None, None),
    ]
    collections.remove_comment(to, item.id, one.id, store=store, by="Ana", at=LATER)
    [kept] = body(store, to).items
    assert [c.text for c in kept.comments] == ["Well."]
    with pytest.raises(PaperNotFound, match="comment"):
        collections.remove_comment(to, item.id, one.id, store=store, by="Ana", at=LATER)


@pytest.mark.parametrize(
    ("text", "at_s", "field"),
    [
        ("  ", None, "text"),
        ("x" * 4001, None, "text"),
        ("Hm", -1.0, "at_s"),
        ("Hm", float("nan"), "at_s"),
    ],
)
def test_a_comment_that_says_nothing_is_refused(text: str, at_s: float | None, field: str) -> None:
    store = a_shelf()
    to = begun(store)
    item = added(store, to)
    with pytest.raises(QueryInvalid) as refused:
        collections.comment(to, item.id, text, at_s=at_s, store=store, by=None, at=LATER)
    assert refused.value.field == field


def test_a_collection_is_renamed_described_and_deleted() -> None:
    store = a_shelf()
    to = begun(store)
    begun(store, "Openings")
    kept = collections.change(
        to, name=" Costs ", description=" Why ", store=store, by="Ana", at=LATER
    )
    assert (kept.body.name, kept.body.description) == ("Costs", "Why")
    assert (kept.created_by, kept.written_by) == ("Dana", "Ana")
    with pytest.raises(PaperNameTaken):
        collections.change(to, name="OPENINGS", store=store, by=None, at=LATER)
    collections.delete(to, store=store)
    with pytest.raises(PaperNotFound):
        collections.delete(to, store=store)


@pytest.mark.parametrize(
    ("name", "description"), [("", ""), ("x" * 101, ""), ("a\nb", ""), ("fine", "x" * 2001)]
)
def test_a_collection_that_cannot_be_is_refused(name: str, description: str) -> None:
    with pytest.raises(QueryInvalid):
        collections.begin(name, description, store=MemoryStore(), by=None, at=NOON)


def test_a_collection_holds_so_many_and_no_more() -> None:
    store = a_shelf()
    item = added(store, begun(store))
    with pytest.raises(QueryInvalid, match="at most"):
        Collection(name="Full", items=(item,) * (MOST_ITEMS + 1))


def test_what_is_not_there_cannot_be_changed() -> None:
    store = a_shelf()
    to = begun(store)
    for change in (collections.change_item, collections.remove_item):
        with pytest.raises(PaperNotFound, match="item"):
            change(to, "none", store=store, by=None, at=LATER)
        with pytest.raises(PaperNotFound, match="collection"):
            change("none", "none", store=store, by=None, at=LATER)


class Hurried(MemoryStore):
    """A store in which somebody else is quicker, so many times."""

    def __init__(self) -> None:
        super().__init__()
        self.interrupting: list[Callable[[], Written[Collection]]] = []

    def write(self, drafts: Sequence[Draft], *, by: str | None, at: datetime) -> list[Paper]:
        if self.interrupting:
            self.interrupting.pop()()
        return super().write(drafts, by=by, at=at)


def test_a_change_is_made_again_if_somebody_was_quicker() -> None:
    store = Hurried()
    put(store, *WORDS)
    to = begun(store)
    store.interrupting = [
        lambda: collections.change(to, description="Mine", store=store, by=None, at=LATER)
    ]
    item = added(store, to)
    kept = COLLECTIONS.get(store, to)
    assert (kept.body.description, kept.body.items, kept.version) == ("Mine", (item,), 3)


def test_a_change_of_a_version_is_refused_if_somebody_was_quicker() -> None:
    store = a_shelf()
    to = begun(store)
    item = added(store, to)
    with pytest.raises(PaperChanged):
        collections.change_item(
            to, item.id, title="Late", version=1, store=store, by=None, at=LATER
        )
    collections.change_item(to, item.id, title="In time", version=2, store=store, by=None, at=LATER)
    assert body(store, to).items[0].title == "In time"


def test_an_item_of_an_older_version_is_read_as_it_was() -> None:
    store = a_shelf()
    to = begun(store)
    item = added(store, to)
    collections.change_item(to, item.id, title="New", store=store, by=None, at=LATER)
    assert COLLECTIONS.get(store, to, version=2).body.items == (replace(item, title=""),)
