"""Calls about a few things, each said in many ways."""

import random
from datetime import timedelta

from indexer.pipeline import index_calls
from indexer.store.contract import Store
from indexer.store.memory import MemoryStore
from models import CallRecord, Side, Utterance
from tests.factories import NOON, a_record, a_transcript, an_entry, said
from tests.fakes import WordEmbedder

THINGS = {
    "price": ["invoice", "discount", "dollars", "payment"],
    "calendar": ["tuesday", "schedule", "appointment", "thursday"],
    "trucks": ["driver", "route", "garage", "tires"],
}
"""What calls are about, with words that only come there."""


def a_talk(number: int, *, about: str | None = None, weeks: int = 0) -> CallRecord:
    """Eight utterances about one thing, each side in turn, and a short one."""
    chance = random.Random(number)
    thing = about or list(THINGS)[number % len(THINGS)]
    spoken: list[Utterance] = []
    for turn in range(8):
        words = chance.sample(THINGS[thing], 3)
        text = f"We {words[0]} the {words[1]} with {thing} {words[2]}"
        spoken.append(
            said((Side.USER, Side.CONTACT)[turn % 2], text, turn * 4.0, speaker="Rex Invoice")
        )
    spoken.append(said(Side.CONTACT, "Fine, bye.", 40.0))
    return a_record(
        call_id=f"acti_{number:03}",
        recording=a_transcript(*spoken),
        date_created=NOON + timedelta(weeks=weeks),
        user_name="Dana Discount",
    )


def shelved(*records: CallRecord, store: Store | None = None) -> Store:
    """A store with these calls, embedded."""
    shelf = store or MemoryStore()
    index_calls([(r, an_entry(r.call.id)) for r in records], store=shelf, embedder=WordEmbedder())
    return shelf
