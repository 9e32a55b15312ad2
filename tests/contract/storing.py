"""How the contract's tests put and find."""

from typing import Any

from indexer.store.contract import Store
from models import CallRecord
from tests.factories import a_passage, a_record, an_entry, vectors_for


def put(store: Store, record: CallRecord, vector: object = None) -> None:
    store.put(record, vectors_for(record, vector), an_entry(record.call.id))


def one_window(text: str, call_id: str = "acti_1", **fields: Any) -> CallRecord:
    return a_record(call_id=call_id, passages=(a_passage(text),), **fields)


def found(hits: Any) -> list[str]:
    return [hit.call_id for hit in hits]
