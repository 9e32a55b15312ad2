"""How well search answers the golden set: it may not get worse unnoticed."""

import math
from collections.abc import Callable, Mapping, Sequence

import pytest

from models import FoundCall
from scripts.evaluate.judged import Judged, Query

Found = Mapping[str, Sequence[FoundCall]]

pytestmark = pytest.mark.timeout(1200)  # the first test waits for all calls to be embedded

TOP = 10
MOMENTS = 3


def ndcg(query: Query, calls: Sequence[FoundCall]) -> float:
    """Järvelin & Kekäläinen's (2002), with the gains as judged."""

    def discounted(gains: Sequence[float]) -> float:
        return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:TOP], start=1))

    gains = [query.gains.get(call.record.call.id, 0.0) for call in calls]
    return discounted(gains) / discounted(sorted(query.gains.values(), reverse=True))


def recall(query: Query, calls: Sequence[FoundCall]) -> float:
    """The share of the calls that answer which is among the first ten."""
    return sum(call.record.call.id in query.gains for call in calls[:TOP]) / len(query.gains)


def moment_hit(query: Query, calls: Sequence[FoundCall]) -> float:
    """1 if one of the first three moments, counted over the calls, overlaps a judged span."""
    shown = [
        (call.record.call.id, moment.quotes[0].index, moment.quotes[-1].index)
        for call in calls
        for moment in call.moments
        if moment.quotes
    ]
    return float(
        any(
            first <= last_judged and first_judged <= last
            for call_id, first, last in shown[:MOMENTS]
            for first_judged, last_judged in query.spans.get(call_id, ())
        )
    )


def mean(
    figure: Callable[[Query, Sequence[FoundCall]], float], queries: Sequence[Query], found: Found
) -> float:
    return sum(figure(query, found[query.id]) for query in queries) / len(queries)


def test_all_questions_together(judged: Judged, found: Found) -> None:
    spanned = [query for query in judged.queries if query.spans]
    assert mean(ndcg, judged.queries, found) >= 0.60
    assert mean(recall, judged.queries, found) >= 0.61
    assert mean(moment_hit, spanned, found) >= 0.66


@pytest.mark.parametrize(
    ("task", "floor"),
    [
        ("paraphrase", 0.37),
        ("question", 0.69),
        ("who_said_it", 0.42),
        ("names", 0.83),
        ("numbers", 0.87),
        ("negation", 0.60),
        ("keyword", 0.76),
        ("notes", 0.87),
    ],
)
def test_questions_of_one_task(judged: Judged, found: Found, task: str, floor: float) -> None:
    """`behaviour` and `voicemail` have none: one question more or less moves them too far."""
    queries = [query for query in judged.queries if query.task == task]
    assert mean(ndcg, queries, found) >= floor


def test_openvino_answers_as_well_as_torch(
    judged: Judged, found: Found, found_sooner: Found
) -> None:
    apart = mean(ndcg, judged.queries, found_sooner) - mean(ndcg, judged.queries, found)
    assert abs(apart) <= 0.005
