"""Measure how well calls are found, on folders of calls with judged queries.

    python -m scripts.evaluate FOLDER... [--config NAME]... [--data DIR] [--out DIR]
    python -m scripts.evaluate FOLDER... --compare RUN_A RUN_B

docs/retrieval.md says what a folder holds. Its calls are read, cut, embedded and stored
by the product itself, once: a second run finds them in --data. What is printed is
Markdown.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from indexer.embedder import DEFAULT_MODEL, Embedder, SentenceTransformerEmbedder
from models.errors import CallsiftError
from scripts.evaluate.asking import Answers, answers
from scripts.evaluate.configurations import CONFIGURATIONS, USUAL
from scripts.evaluate.corpus import Corpus, tell
from scripts.evaluate.judged import Judged, Unusable, read_folder
from scripts.evaluate.report import comparison, report, write_into
from scripts.evaluate.results import Evaluated, Results, compared_runs
from scripts.evaluate.runs import read_run, run_of, write_run


def main(arguments: Sequence[str] | None = None, *, embedder: Embedder | None = None) -> int:
    """Run the command; returns its exit status. An `embedder` goes before `--model`."""
    options = parsed(arguments)
    try:
        if options.compare:
            print(compare(options), end="")
        else:
            evaluate(options, embedder or SentenceTransformerEmbedder(options.model))
    except (Unusable, CallsiftError) as error:
        tell(f"evaluate: {error}")
        return 1
    return 0


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.evaluate", description=(__doc__ or "").splitlines()[0]
    )
    add = parser.add_argument
    add("folders", type=Path, nargs="+", metavar="FOLDER", help="calls, queries and judgements")
    add(
        "--config",
        action="append",
        choices=list(CONFIGURATIONS),
        metavar="NAME",
        dest="configs",
        help=f"a way to rank, of {', '.join(CONFIGURATIONS)}; may repeat ({' '.join(USUAL)})",
    )
    add(
        "--against",
        choices=list(CONFIGURATIONS),
        metavar="NAME",
        help="the configuration that the others are compared with (the last)",
    )
    add(
        "--by-answers",
        action="store_true",
        help="resample queries together that the same calls answer: wordings of one intent",
    )
    add("--demo-calls", action="store_true", help="a folder without calls is about the demo's")
    add("--data", type=Path, default=Path(".evaluate"), help="where the calls are stored")
    add("--model", default=DEFAULT_MODEL, help="the embedder: a name on the hub, or a folder")
    add("--out", type=Path, help="save the rankings here, as CONFIGURATION/FOLDER.tsv")
    add("--json", type=Path, help="save all figures here")
    add("--page", type=Path, help="put the main tables into this page")
    add("--compare", type=Path, nargs=2, metavar="RUN",
        help="rank nothing: compare two saved rankings, the first minus the second")  # fmt: skip
    options = parser.parse_args(arguments)
    options.configs = list(dict.fromkeys(options.configs or USUAL))
    options.against = options.against or options.configs[-1]
    if options.against not in options.configs:
        parser.error(f"--against {options.against} is none of the configurations asked for")
    return options


def evaluate(options: argparse.Namespace, embedder: Embedder) -> None:
    """Rank every folder's queries, and write what came out wherever it was asked for."""
    done = []
    for judged in folders(options):
        done.append(evaluated(judged, options.data, options.configs, embedder))
        if options.out:
            save(done[-1].name, done[-1].answers, options.out)
    results = Results.of(
        done, against=options.against, by_answers=options.by_answers,
        embedder=str(embedder.identity),
    )  # fmt: skip
    print(report(results), end="")
    kept = [options.json] if options.json else []
    kept += [options.out / "figures.json"] if options.out else []
    for path in kept:
        path.write_text(json.dumps(results.as_json(), indent=1) + "\n", "utf-8")
    if options.page:
        write_into(options.page, report(results, is_whole=False))


def folders(options: argparse.Namespace) -> list[Judged]:
    """The folders that are there, read; the others are named.

    Raises:
        Unusable: none is there, one cannot be used, or two have one name.
    """
    there = [folder for folder in options.folders if folder.is_dir()]
    for folder in options.folders:
        if folder not in there:
            tell(f"{folder}: no such folder, left out")
    if not there:
        raise Unusable("none of the folders is there")
    read = [read_folder(folder, demo_calls=options.demo_calls) for folder in there]
    names = [judged.name for judged in read]
    if twice := {name for name in names if names.count(name) > 1}:
        raise Unusable(f"several folders are named {min(twice)}: their data would mix")
    return read


def evaluated(judged: Judged, data: Path, configs: Sequence[str], embedder: Embedder) -> Evaluated:
    """Store a folder's calls, and ask its queries of every configuration."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (data / ".gitignore").write_text("*\n", "utf-8")
    corpus = Corpus(judged, data / judged.name, embedder)
    answered = {}
    for name in configs:
        tell(f"{judged.name}: {len(judged.queries)} queries by {name}")
        answered[name] = answers(CONFIGURATIONS[name](corpus), judged.queries)
    return Evaluated(
        name=judged.name, queries=judged.queries, answers=answered, cost=corpus.close()
    )


def save(folder: str, answered: Mapping[str, Answers], out: Path) -> None:
    for name, each in answered.items():
        write_run(run_of(out / name, folder), each.found)


def compare(options: argparse.Namespace) -> str:
    """The difference between two saved rankings of the folders, as Markdown."""
    ours, theirs = options.compare
    queries = {judged.name: judged.queries for judged in folders(options)}
    difference = compared_runs(
        queries,
        {name: read_run(run_of(ours, name)) for name in queries},
        {name: read_run(run_of(theirs, name)) for name in queries},
        by_answers=options.by_answers,
    )
    return comparison(difference, str(ours), str(theirs), by_answers=options.by_answers)


if __name__ == "__main__":
    sys.exit(main())
