"""What an evaluation came to: figures, differences with their intervals, and cost."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scripts.evaluate.asking import Answers
from scripts.evaluate.bootstrap import RESAMPLES, SEED, Interval, interval, paired
from scripts.evaluate.corpus import Cost
from scripts.evaluate.figures import MAIN, Figures, Scores, mean, scored
from scripts.evaluate.judged import Query
from scripts.evaluate.runs import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """One folder: its judged queries, the answers by configuration, and the cost."""

    name: str
    queries: Sequence[Query]
    answers: Mapping[str, Answers]
    cost: Cost

    def scores(self, configuration: str) -> Scores:
        return scored(self.queries, self.answers[configuration].found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One minus the other in nDCG@10: for each folder, and for the mean over folders."""

    folders: Mapping[str, Interval]
    mean: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A whole evaluation. `against` is the configuration the others are taken from."""

    embedder: str
    folders: Sequence[Evaluated]
    against: str
    by_answers: bool
    scores: Mapping[str, Mapping[str, Scores]]
    """By configuration, then by folder."""
    differences: Mapping[str, Compared]
    """`against` minus each other configuration."""

    @classmethod
    def of(
        cls, folders: Sequence[Evaluated], *, against: str, by_answers: bool, embedder: str
    ) -> "Results":
        names = list(folders[0].answers)
        scores = {name: {f.name: f.scores(name) for f in folders} for name in names}
        queries = {f.name: f.queries for f in folders}
        others = [name for name in names if name != against]
        differences = {
            other: compared(queries, scores[against], scores[other], by_answers=by_answers)
            for other in others
        }
        return cls(
            embedder=embedder, folders=folders, against=against, by_answers=by_answers,
            scores=scores, differences=differences,
        )  # fmt: skip

    def overall(self, configuration: str) -> Figures:
        """The mean over folders of a configuration's macro figures."""
        return mean(scores.macro for scores in self.scores[configuration].values())

    def as_json(self) -> dict[str, Any]:
        return {
            "embedder": self.embedder,
            "against": self.against,
            "bootstrap": how_drawn(by_answers=self.by_answers),
            "folders": {f.name: self._folder_json(f) for f in self.folders},
            "mean": {name: dict(self.overall(name)) for name in self.scores},
            "differences": {
                other: {"mean": asdict(each.mean), "folders": _intervals(each)}
                for other, each in self.differences.items()
            },
        }

    def _folder_json(self, folder: Evaluated) -> dict[str, Any]:
        return {
            "cost": asdict(folder.cost),
            "configurations": {
                name: {
                    "tasks": {t: dict(f) for t, f in scores[folder.name].tasks.items()},
                    "macro": dict(scores[folder.name].macro),
                    "ms": {f"p{p}": folder.answers[name].ms_at(p) for p in (50, 95)},
                    "refused": list(folder.answers[name].refused),
                }
                for name, scores in self.scores.items()
            },
        }


def compared(
    queries: Mapping[str, Sequence[Query]],
    ours: Mapping[str, Scores],
    theirs: Mapping[str, Scores],
    *,
    by_answers: bool,
) -> Compared:
    """Ours minus theirs, folder by folder and over all of them."""

    def main(scores: Scores) -> dict[str, float]:
        return {query_id: figures[MAIN] for query_id, figures in scores.queries.items()}

    pairs = {
        name: paired(asked, main(ours[name]), main(theirs[name]), by_answers=by_answers)
        for name, asked in queries.items()
    }
    return Compared(
        folders={name: interval([each]) for name, each in pairs.items()},
        mean=interval(list(pairs.values())),
    )


def compared_runs(
    queries: Mapping[str, Sequence[Query]],
    ours: Mapping[str, Found],
    theirs: Mapping[str, Found],
    *,
    by_answers: bool,
) -> Compared:
    """Ours minus theirs, of two rankings by folder."""
    scores = [
        {name: scored(asked, run[name]) for name, asked in queries.items()}
        for run in (ours, theirs)
    ]
    return compared(queries, scores[0], scores[1], by_answers=by_answers)


def how_drawn(*, by_answers: bool) -> str:
    unit = "sets of queries with the same answers" if by_answers else "single queries"
    return (
        f"{RESAMPLES:,} resamples within each task of {unit} "
        f"(or of the clusters that queries name), seed {SEED}"
    )


def _intervals(each: Compared) -> dict[str, Any]:
    return {name: asdict(one) for name, one in each.folders.items()}
