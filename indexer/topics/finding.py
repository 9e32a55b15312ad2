"""Finding topics: read, divide, leave out what is near nothing, name, count over time."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np

from indexer.store.contract import Store
from indexer.topics.clustering import Labels, cluster, cosines, near, stability
from indexer.topics.describing import members_of, topics_of
from indexer.topics.periods import fitting_step, periods_of
from indexer.topics.reading import LEAST_WORDS, MOST_PASSAGES, Reading, read_passages
from models import SearchFilter
from models.errors import QueryInvalid
from models.topic import FEWEST_TOPICS, TopicAnalysis, TopicMembers, TopicsAsked

USUAL_TOPICS: Final = 12
"""As many as somebody reads; fewer where there are less than `_USUAL_PASSAGES` for each."""
_USUAL_PASSAGES: Final = 25
LEAST_PASSAGES: Final = 10
"""Passages that there must be for each topic that is asked for."""
_NEARER_THAN: Final = 0.9
"""A passage of a topic is nearer to its centre than this share of other topics' passages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTopics:
    """Topics, and the passages of each."""

    analysis: TopicAnalysis
    members: TopicMembers


def find_topics(
    asked: TopicsAsked,
    *,
    where: SearchFilter,
    store: Store,
    now: datetime,
    most: int = MOST_PASSAGES,
    clock: Callable[[], float] = time.monotonic,
) -> FoundTopics:
    """What the calls that pass are about; `where` is what `asked.where` stands for now.

    The same calls and seed give the same topics on any machine, in whatever order the calls
    came here.

    Raises:
        QueryInvalid: no call passes, or too little is said in them for so many topics.
    """
    began = clock()
    reading = read_passages(store, where, seed=asked.seed, most=most)
    k = _how_many(asked.k, reading)
    groups = [passage.call_id for passage in reading.passages]
    clusters = cluster(reading.rows, k, seed=asked.seed)
    steady = stability(reading.rows, groups, clusters, seed=asked.seed)
    is_near = near(reading.rows, clusters, than=_NEARER_THAN)
    labels = np.where(is_near, clusters.labels, -1)
    order = _by_size(labels, groups)
    topic_of = {number: place for place, number in enumerate(order)} | {-1: -1}
    topics = [topic_of[int(label)] for label in labels]
    nearness = cosines(reading.rows, clusters).tolist()
    members = members_of(reading, topics, nearness, k=len(order))
    step = asked.step or fitting_step(reading.when.values())
    periods = periods_of(reading.when.values(), step)
    embedder = store.facts().embedder
    analysis = TopicAnalysis(
        asked=asked,
        embedder=embedder.name if embedder else "",
        seconds=0.0,
        selected=reading.selected,
        read=reading.read,
        calls=len(reading.when),
        passages=len(reading.passages),
        short=reading.short,
        other=topics.count(-1),
        other_calls=len({g for g, topic in zip(groups, topics, strict=True) if topic < 0}),
        step=step,
        periods=periods,
        topics=topics_of(
            reading, topics, members, stability=[steady[n] for n in order], step=step,
            periods=periods,
        ),
        until=now,
    )  # fmt: skip
    return FoundTopics(analysis=replace(analysis, seconds=clock() - began), members=members)


def _how_many(k: int | None, reading: Reading) -> int:
    """How many topics to look for.

    Raises:
        QueryInvalid: no call passes, or too little is said.
    """
    if not reading.selected:
        raise QueryInvalid("where", "no call passes")
    passages, least = len(reading.passages), FEWEST_TOPICS * LEAST_PASSAGES
    told = f"utterances of at least {LEAST_WORDS} words, and these calls have {passages:,}"
    if passages < least:
        raise QueryInvalid("where", f"topics need {least} {told}")
    if k is None:
        return max(FEWEST_TOPICS, min(USUAL_TOPICS, passages // _USUAL_PASSAGES))
    if passages < k * LEAST_PASSAGES:
        most = passages // LEAST_PASSAGES
        raise QueryInvalid(
            "k", f"{k} topics need {k * LEAST_PASSAGES} {told}: ask for at most {most}"
        )
    return k


def _by_size(labels: Labels, groups: Sequence[str]) -> list[int]:
    """The clusters that hold anything: those of most calls first, then of most passages."""
    held = {(int(n), group) for n, group in zip(labels, groups, strict=True) if n >= 0}
    calls = Counter(number for number, _ in held)
    passages = Counter(int(n) for n in labels)
    return sorted(calls, key=lambda n: (-calls[n], -passages[n], n))
