"""Rankings as files: tab-separated rows of query, call, rank, score, first, last utterance."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.evaluate.figures import Row
from scripts.evaluate.judged import Unusable, lines_of

Found = Mapping[str, Sequence[Row]]
"""The rows of each query, best first."""


def write_run(path: Path, found: Found) -> None:
    """Save a ranking; without spans the last two columns are left out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as run:
        for query_id, rows in found.items():
            for rank, row in enumerate(rows, 1):
                cells = (query_id, row.call_id, rank, row.score, *(row.span or ()))
                run.write("\t".join(map(str, cells)) + "\n")


def read_run(path: Path) -> Found:
    """A ranking as it was saved.

    Raises:
        Unusable: there is no such file, or a line of it is no row.
    """
    if not path.is_file():
        raise Unusable(f"{path}: no such run was saved")
    ranked: dict[str, list[tuple[int, Row]]] = defaultdict(list)
    for where, line in lines_of(path):
        query_id, *cells = line.split("\t")
        try:
            call_id, rank, score, *ends = cells
            span = (int(ends[0]), int(ends[1])) if any(ends) else None
            ranked[query_id].append((int(rank), Row(call_id, float(score), span)))
        except (ValueError, IndexError) as error:
            columns = "query, call, rank, score and perhaps first, last"
            raise Unusable(f"{where}: must be {columns}, with tabs between") from error
    return {
        query_id: [row for _, row in sorted(rows, key=lambda pair: pair[0])]
        for query_id, rows in ranked.items()
    }


def run_of(run: Path, folder: str) -> Path:
    """Where a saved run keeps a folder's ranking; a run that is a file is the ranking itself."""
    return run if run.is_file() else run / f"{folder}.tsv"
