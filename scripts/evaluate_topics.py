"""How well topics agree with what people marked, and whether they are found again.

    python -m scripts.evaluate_topics FOLDER ... --data DIR

Each folder is as for `scripts.evaluate`: calls, and questions of which those with `-nl-` in
their id stand for an intent that people marked in utterances. Topics are found in what the
contacts say, by the product's own code and by scikit-learn's k-means over the same
utterances, and both are held against the marks with the V-measure (Rosenberg & Hirschberg
2007): 1 if each topic is of one intent and each intent in one topic.
"""

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score, v_measure_score

from indexer.embedder import SentenceTransformerEmbedder
from indexer.store.contract import Store
from indexer.topics.clustering import Labels, cluster, near, stability
from indexer.topics.reading import Reading, read_passages
from models import Kind, SearchFilter, Side
from scripts.evaluate.corpus import Corpus
from scripts.evaluate.judged import Judged, read_folder

_NEARER_THAN = 0.9
_INTENT = "-nl-"
_COUNTS = (8, 12, 20, 40)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--data", type=Path, help="where the stores are kept for the next time")
    parser.add_argument("--k", nargs="+", type=int, default=_COUNTS, help="how many topics")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for one in given.folders:
            evaluate(one, (given.data or Path(folder)) / one.name, given.k)


def evaluate(folder: Path, data: Path, counts: Sequence[int]) -> None:
    """Print a line for each number of topics."""
    judged = read_folder(folder)
    corpus = Corpus(judged, data, SentenceTransformerEmbedder())
    try:
        table(judged, corpus.store, counts)
    finally:
        corpus.close()


def table(judged: Judged, store: Store, counts: Sequence[int]) -> None:
    began = time.monotonic()
    reading = read_passages(store, SearchFilter(side=Side.CONTACT), seed="0")
    intents = marked(judged, reading)
    has = np.array([len(names) == 1 for names in intents])
    truth = np.array([next(iter(names)) if len(names) == 1 else "" for names in intents])
    print(
        f"{judged.name}: {len(reading.passages)} utterances of {reading.read} calls, {has.sum()}"
        f" with one of {len(set(truth[has]))} intents, read in {time.monotonic() - began:.1f} s"
    )
    print(
        "  k  V, all  V, in topics  in topics  outside  V, scikit-learn  silhouette  found again  s"
    )
    for k in counts:
        print(line(reading, truth, has, k))


def line(reading: Reading, truth: Labels, has: Labels, k: int) -> str:
    began = time.monotonic()
    found = cluster(reading.rows, k, seed="0")
    seconds = time.monotonic() - began
    inside = near(reading.rows, found, than=_NEARER_THAN)
    theirs = KMeans(k, n_init=5, random_state=0).fit_predict(reading.rows)
    steady = stability(reading.rows, [p.call_id for p in reading.passages], found, seed="0")
    apart = silhouette_score(
        reading.rows, found.labels, metric="cosine", sample_size=3000, random_state=0
    )
    both = has & inside
    return (
        f"{k:3}   {v_measure_score(truth[has], found.labels[has]):.3f}"
        f"         {v_measure_score(truth[both], found.labels[both]):.3f}"
        f"       {both.sum() / has.sum():4.0%}     {1 - inside.mean():4.0%}"
        f"            {v_measure_score(truth[has], theirs[has]):.3f}"
        f"       {apart:.3f}         {np.mean(steady):.2f}  {seconds:.1f}"
    )


def marked(judged: Judged, reading: Reading) -> list[set[str]]:
    """The intents that people marked in each utterance."""
    marks: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for query in judged.queries:
        if _INTENT in query.id:
            for call_id, spans in query.spans.items():
                for first, last in spans:
                    for position in range(first, last + 1):
                        marks[call_id, position].add(query.id)
    return [
        marks[p.call_id, p.utterance] if p.kind is Kind.RECORDING else set()
        for p in reading.passages
    ]


if __name__ == "__main__":
    main()
