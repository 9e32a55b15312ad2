"""Organizations made of calls alone: read from files, or made up for load runs."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scripts.close_standin.fields import blank_call
from scripts.close_standin.filling import read_calls, world_of
from scripts.close_standin.synthetic import synthetic_world

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_calls_are_read_from_plain_and_packed_files(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    plain.write_text('{"id": "acti_1"}\n\n{"id": "acti_2"}\n')
    packed.write_bytes(gzip.compress(b'{"id": "acti_3"}\n'))

    ids = [call["id"] for call in read_calls([plain, packed])]

    assert ids == ["acti_1", "acti_2", "acti_3"]


@pytest.mark.parametrize("line", ["{", "[]", '{"lead_id": "lead_1"}'])
def test_a_line_that_is_no_call_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text(f'{{"id": "acti_1"}}\n{line}\n')

    with pytest.raises(ValueError, match="line 2"):
        list(read_calls([path]))


def test_a_call_gets_every_field_and_all_whom_it_names() -> None:
    given = {
        "id": "acti_1",
        "date_created": "2026-01-02T10:00:00+00:00",
        "user_id": "user_1",
        "user_name": "Maren Tolvik",
        "lead_id": "lead_1",
        "contact_id": "cont_1",
    }
    world = world_of([given])
    (call,) = world.calls

    assert call.keys() == blank_call().keys() | {"id"}
    assert given.items() <= call.items()
    assert call["date_updated"] == given["date_created"]
    assert world.users[0]["last_name"] == "Tolvik"
    assert world.leads[0]["contact_ids"] == ["cont_1"]
    assert world.contacts[0]["lead_id"] == "lead_1"


def test_calls_that_name_nobody_make_nobody_up() -> None:
    world = world_of([{"id": "acti_1"}])

    assert (world.users, world.leads, world.contacts) == ([], [], [])


def test_synthetic_calls_fill_the_year_and_can_be_made_again() -> None:
    world = synthetic_world(30, until=NOON)
    days = sorted(call["date_created"] for call in world.calls)

    assert len({call["id"] for call in world.calls}) == 30
    assert days[0][:10] == "2025-11-20"
    assert json.dumps(world.calls) == json.dumps(synthetic_world(30, until=NOON).calls)
