"""Topics: what calls are about, found as clusters of passages and named by their own words."""

from indexer.topics.finding import FoundTopics, find_topics
from indexer.topics.keeping import (
    ANALYSES,
    TopicMoment,
    forget,
    keep,
    moment_at,
    moments_of,
    size_of,
)

__all__ = [
    "ANALYSES",
    "FoundTopics",
    "TopicMoment",
    "find_topics",
    "forget",
    "keep",
    "moment_at",
    "moments_of",
    "size_of",
]
