"""The script that holds topics against what people marked."""

import pytest

from scripts.evaluate.judged import Judged, Query
from scripts.evaluate_topics import table
from tests.indexer.topics.talks import THINGS, a_talk, shelved


def test_topics_that_are_what_people_marked_agree_wholly(
    capsys: pytest.CaptureFixture[str],
) -> None:
    records = [a_talk(n) for n in range(9)]
    queries = [
        Query(
            id=f"talk-nl-{thing}",
            text=thing,
            task="talk",
            gains={},
            spans={r.call.id: [(1, 1), (3, 3)] for r in records[n::3]},
        )
        for n, thing in enumerate(THINGS)
    ]
    table(Judged(name="talks", records=records, queries=queries), shelved(*records), [3])
    head, _, row = capsys.readouterr().out.splitlines()
    assert "36 utterances of 9 calls, 18 with one of 3 intents" in head
    k, whole, inside, *_ = row.split()
    assert (k, whole, inside) == ("3", "1.000", "1.000")
