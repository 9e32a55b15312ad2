"""The evaluation: its figures by hand, its intervals, and the command over a tiny folder."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from math import log2
from pathlib import Path
from typing import Any

import pytest

from models import Side
from models.errors import QueryInvalid
from scripts.demo_calls import build_world
from scripts.evaluate.__main__ import main
from scripts.evaluate.asking import answers
from scripts.evaluate.bootstrap import Interval, Paired, interval, paired
from scripts.evaluate.configurations import CONFIGURATIONS, Ranker
from scripts.evaluate.corpus import NOWHERE, Corpus
from scripts.evaluate.figures import COLUMNS, Row, figures_of, mean, scored
from scripts.evaluate.judged import DEMO_DAY, Query, Unusable, read_folder
from scripts.evaluate.report import BEGINNING, END
from scripts.evaluate.runs import read_run, write_run
from tests.fakes import WordEmbedder

DAY = "2026-03-11T12:00:00+00:00"
ACT = "acti_{}".format


def asked(query_id: str = "q", **fields: Any) -> Query:
    usual: dict[str, Any] = {"text": "price", "task": "words", "gains": {"a": 1.0}, "spans": {}}
    return Query(id=query_id, **(usual | fields))


def ranked(*call_ids: str) -> list[Row]:
    return [Row(call_id, 1 / rank) for rank, call_id in enumerate(call_ids, 1)]


# --- figures ----------------------------------------------------------------


def test_ndcg_discounts_gains_by_rank() -> None:
    query = asked(gains={"a": 2.0, "b": 1.0, "c": 1.0})
    figures = figures_of(query, ranked("x", "b", "a"))
    best = 2 + 1 / log2(3) + 1 / 2
    assert figures["nDCG@10"] == pytest.approx((1 / log2(3) + 2 / 2) / best)
    assert figures["MRR@10"] == 1 / 2
    assert figures["Recall@10"] == figures["P@10"] == pytest.approx(2 / 3)


def test_only_ten_calls_count_but_for_recall_at_a_hundred() -> None:
    figures = figures_of(asked(), ranked(*(f"x{n}" for n in range(10)), "a"))
    assert [figures[c] for c in ("nDCG@10", "Recall@10", "MRR@10", "P@10")] == [0, 0, 0, 0]
    assert figures["Recall@100"] == 1


def test_precision_is_capped_at_the_answers_there_are() -> None:
    twenty = {f"a{n}": 1.0 for n in range(20)}
    figures = figures_of(asked(gains=twenty), ranked(*list(twenty)[:5], "x", *list(twenty)[5:]))
    assert figures["P@10"] == 9 / 10
    assert figures["Recall@10"] == 9 / 20
    assert figures_of(asked(), ranked("a", "x"))["P@10"] == 1


def test_a_call_counts_by_its_first_row_and_an_excluded_one_not_at_all() -> None:
    query = asked(exclude=frozenset({"own"}))
    assert figures_of(query, ranked("own", "x", "x", "x", "a"))["MRR@10"] == 1 / 2


@pytest.mark.parametrize(
    ("row", "span", "tight"),
    [
        ((4, 7), 1, 1),  # all inside 3..8
        ((8, 9), 1, 1),  # half of it
        ((8, 10), 1, 0),  # a third
        ((0, 40), 1, 0),  # the whole call
        ((0, 2), 0, 0),
        (NOWHERE, 0, 0),
    ],
)
def test_a_row_overlaps_a_span_or_lies_in_it(row: tuple[int, int], span: int, tight: int) -> None:
    figures = figures_of(asked(spans={"a": [(3, 8), (30, 30)]}), [Row("a", 1, row)])
    assert (figures["span@5"], figures["tight@5"]) == (span, tight)


def test_spans_are_looked_for_in_so_many_rows() -> None:
    query = asked(spans={"a": [(3, 8)]})
    figures = figures_of(query, [*[Row("a", 1, (0, 0))] * 6, Row("a", 1, (3, 3))])
    assert (figures["span@5"], figures["span@10"], figures["tight@10"]) == (0, 1, 1)


def test_rows_without_spans_have_no_span_figures() -> None:
    assert "span@5" not in figures_of(asked(spans={"a": [(3, 8)]}), ranked("a"))
    assert "span@5" not in figures_of(asked(), [Row("a", 1, (0, 1))])


def test_tasks_weigh_alike_however_many_queries_they_have() -> None:
    queries = [*(asked(f"q{n}") for n in range(3)), asked("other", task="intents")]
    scores = scored(queries, {f"q{n}": ranked("a") for n in range(3)})
    assert scores.tasks["words"]["nDCG@10"] == 1
    assert scores.macro["nDCG@10"] == 1 / 2
    assert scores.macro["n"] == 4


def test_a_column_is_the_mean_of_those_that_have_it() -> None:
    assert mean([{"n": 1, "P@10": 1, "span@5": 1}, {"n": 1, "P@10": 0}]) == {
        "n": 2,
        "P@10": 0.5,
        "span@5": 1,
    }


# --- intervals --------------------------------------------------------------


def differing(*differences: float, cluster: str | None = None) -> list[Paired]:
    return [Paired("task", cluster or str(n), d) for n, d in enumerate(differences)]


def test_identical_rankings_differ_by_nothing() -> None:
    assert interval([differing(*[0.0] * 30)]) == Interval(0, 0, 0)


def test_luck_covers_zero_and_a_planted_difference_does_not() -> None:
    luck = interval([differing(*[0.3, -0.3] * 30)])
    planted = interval([differing(*[0.4, -0.2] * 30)])
    assert luck.low < 0 < luck.high
    assert planted.difference == pytest.approx(0.1)
    assert 0 < planted.low < planted.difference < planted.high


def test_an_interval_is_the_same_for_a_seed() -> None:
    differences = [differing(*(n % 7 / 10 - 0.3 for n in range(40)))]
    assert interval(differences, seed=1) == interval(differences, seed=1)
    assert interval(differences, seed=1) != interval(differences, seed=2)


def test_it_is_as_wide_as_the_normal_approximation_says() -> None:
    found = interval([differing(*[1.0, 0.0] * 100)])
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.5 / 200**0.5, rel=0.05)


def test_queries_of_a_cluster_are_drawn_together() -> None:
    alone = differing(*[0.3, -0.2] * 40)
    together = [replace(query, cluster=str(n % 8)) for n, query in enumerate(alone)]
    wide, narrow = interval([together]), interval([alone])
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_folders_and_tasks_weigh_alike() -> None:
    folder = [*differing(*[1.0] * 9), Paired("other", "q", 0.0)]
    assert interval([folder, differing(0.25)]).difference == pytest.approx((0.5 + 0.25) / 2)


def test_a_cluster_is_named_or_has_the_same_answers() -> None:
    intent = {"gains": {"a": 1.0, "b": 1.0}}
    taken_from_b = asked("2", gains={"a": 1.0}, exclude=frozenset({"b"}))
    queries = [asked("1", **intent), taken_from_b, asked("3"), asked("4", **intent, cluster="c")]
    zeros = dict.fromkeys("1234", 0.0)
    alike = [pair.cluster for pair in paired(queries, zeros, zeros, by_answers=True)]
    assert alike[0] == alike[1]
    assert len(set(alike)) == 3
    assert len({pair.cluster for pair in paired(queries, zeros, zeros)}) == 4


# --- folders ----------------------------------------------------------------


def call(name: str, *said: str, **fields: Any) -> dict[str, Any]:
    sides = ("close-user", "contact")
    utterances = [
        {
            "speaker_side": sides[n % 2],
            "speaker_label": "",
            "start": n * 4,
            "end": n * 4 + 2,
            "text": text,
        }
        for n, text in enumerate(said)
    ]
    return {
        "id": ACT(name), "date_created": DAY, "date_updated": DAY, "activity_at": DAY,
        "recording_transcript": {"utterances": utterances} if said else None, **fields,
    }  # fmt: skip


CALLS = [
    call("price", "hello there my friend", "your price is far too high for us"),
    call("permit", "has the building permit come through", "the county still holds the permit"),
    call("silent"),
    call("noted", "good morning to you", "morning", note="asked about the gravel delivery"),
]
QUERIES: list[dict[str, Any]] = [
    {"query_id": "q1", "text": "price too high", "task": "words", "exclude": []},
    {"query_id": "q2", "text": "building permit", "task": "words"},
    {"query_id": "q3", "text": "gravel delivery", "task": "notes", "cluster": "gravel"},
    {"query_id": "unjudged", "text": "hello", "task": "words"},
]
QRELS = [
    ("q1", ACT("price"), 1),
    ("q2", ACT("permit"), 2),
    ("q2", ACT("price"), 0),
    ("q3", ACT("noted"), 1),
]
SPANS = [("q1", ACT("price"), 1, 1)]


def write_folder(folder: Path, calls: Sequence[dict[str, Any]] = CALLS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "calls.jsonl").write_text("".join(json.dumps(c) + "\n" for c in calls))
    with gzip.open(folder / "queries.jsonl.gz", "wt") as packed:
        packed.write("".join(json.dumps(query) + "\n" for query in QUERIES))
    for name, rows in (("qrels.tsv", QRELS), ("qrels_span.tsv", SPANS)):
        (folder / name).write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "tiny")


def evaluate(*arguments: object, embedder: WordEmbedder | None = None) -> int:
    return main([str(argument) for argument in arguments], embedder=embedder or WordEmbedder())


def test_a_folder_is_read_with_its_judgements(folder: Path) -> None:
    judged = read_folder(folder)
    assert [query.id for query in judged.queries] == ["q1", "q2", "q3"]
    assert judged.queries[0].spans == {ACT("price"): [(1, 1)]}
    assert judged.queries[1].gains == {ACT("permit"): 2}
    assert judged.queries[2].cluster == "gravel"
    assert len(judged.records) == 4


@pytest.mark.parametrize(
    ("file", "line", "told"),
    [
        ("calls.jsonl", '{"id": "acti_x"}', "calls.jsonl:5: "),
        ("calls.jsonl", json.dumps(CALLS[0]), "calls.jsonl:5: acti_price is there twice"),
        ("queries.jsonl", "{", "queries.jsonl:1: "),
        ("queries.jsonl", "[]", "queries.jsonl:1: is no JSON object"),
        ("queries.jsonl", '{"query_id": "q", "text": " ", "task": "t"}', "text must be text"),
        (
            "queries.jsonl",
            '{"query_id": "q", "text": "x", "task": "t", "side": "us"}',
            "user, contact",
        ),
        (
            "queries.jsonl",
            '{"query_id": "q", "text": "x", "task": "t", "exclude": "c"}',
            "exclude must",
        ),
        ("qrels.tsv", "q1\tacti_price", "qrels.tsv:5: must be query, call, gain"),
        ("qrels.tsv", "q9\tacti_price\t1", "qrels.tsv:5: no query has the id q9"),
        (
            "qrels.tsv",
            "q1\tacti_gone\t1",
            "qrels.tsv:5: no call of this folder has the id acti_gone",
        ),
        ("qrels.tsv", "q1\tacti_price\tnan", "qrels.tsv:5: the gain 'nan' is no number"),
        ("qrels_span.tsv", "q1\tacti_price\t3\t2", "qrels_span.tsv:2: first and last"),
    ],
)
def test_a_wrong_line_is_named(folder: Path, file: str, line: str, told: str) -> None:
    with (folder / file).open("a") as stream:
        stream.write(line + "\n")
    with pytest.raises(Unusable) as refused:
        read_folder(folder)
    assert told in str(refused.value)


@pytest.mark.parametrize("name", ["calls.jsonl", "qrels.tsv"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(Unusable, match=f"{name}: is missing"):
        read_folder(folder)


def test_a_damaged_gzip_is_named(folder: Path) -> None:
    (folder / "queries.jsonl.gz").write_bytes(b"not packed")
    with pytest.raises(Unusable, match=r"queries.jsonl.gz:1: cannot be read"):
        read_folder(folder)


@pytest.mark.parametrize(("name", "demo_calls"), [("golden", False), ("other", True)])
def test_the_golden_set_is_about_the_demo_calls(
    tmp_path: Path, name: str, demo_calls: bool
) -> None:
    world = build_world(today=DEMO_DAY)
    folder = write_folder(tmp_path / name)
    for file in ("calls.jsonl", "qrels_span.tsv"):
        (folder / file).unlink()
    (folder / "qrels.tsv").write_text(f"q1\t{world.calls[0]['id']}\t1\n")
    judged = read_folder(folder, demo_calls=demo_calls)
    assert len(judged.records) == len(world.calls)
    assert {r.lead.name for r in judged.records if r.lead} <= {lead["name"] for lead in world.leads}
    assert {r.outcome.name for r in judged.records if r.outcome}


# --- ranking ----------------------------------------------------------------


def corpus_of(folder: Path, limit: int = 400) -> Corpus:
    judged = read_folder(folder)
    return Corpus(judged, folder.parent / "data", WordEmbedder(limit=limit))


def test_the_product_gives_a_row_for_each_moment(folder: Path) -> None:
    rank = CONFIGURATIONS["product"](corpus_of(folder))
    best = rank(asked(text="your price is too high"), 10)[0]
    assert (best.call_id, best.span) == (ACT("price"), (0, 1))
    assert rank(asked(text="gravel delivery"), 10)[0].call_id == ACT("noted")
    assert NOWHERE in [row.span for row in rank(asked(text="gravel delivery"), 10)]


def test_the_words_of_one_side_count_alone(folder: Path) -> None:
    rank = CONFIGURATIONS["bm25"](corpus_of(folder))
    found = [rank(asked(text="permit", side=side), 10) for side in (None, Side.USER)]
    assert [len(rows) for rows in found] == [1, 1]
    assert rank(asked(text="county", side=Side.USER), 10) == []


def test_ranks_are_fused_by_their_reciprocals(folder: Path) -> None:
    rows = CONFIGURATIONS["rrf"](corpus_of(folder))(asked(text="building permit"), 10)
    assert rows[0] == Row(ACT("permit"), 1 / 61 + 1 / 61, (0, 1))
    assert rows[1].score == 1 / 62


def test_one_vector_a_call_sees_what_the_embedder_takes(tmp_path: Path) -> None:
    late = call("late", "aaa bbb ccc", "ddd eee fff")
    folder = write_folder(tmp_path / "tiny", [*CALLS, late])
    corpus = corpus_of(folder, limit=12)
    rank = CONFIGURATIONS["naive"](corpus)
    scores = [
        {row.call_id: row.score for row in rank(asked(text=text), 10)}[ACT("late")]
        for text in ("aaa bbb ccc", "ddd eee fff")
    ]
    assert scores[0] == pytest.approx(1, abs=1e-3)
    assert scores[1] < 0.5
    assert ACT("silent") not in [row.call_id for row in rank(asked(), 10)]
    embedded = corpus.embedder.texts_embedded  # type: ignore[attr-defined]
    assert CONFIGURATIONS["naive"](corpus)(asked(), 10) == rank(asked(), 10)
    assert corpus.embedder.texts_embedded == embedded  # type: ignore[attr-defined]


def test_a_query_that_is_refused_finds_nothing_and_is_named() -> None:
    def picky(query: Query, limit: int) -> list[Row]:
        if query.id == "bad":
            raise QueryInvalid("q", "a quote is not closed")
        return ranked("a")

    rank: Ranker = picky
    answered = answers(rank, [asked("good"), asked("bad")])
    assert answered.refused == ["bad"]
    assert (len(answered.found["good"]), answered.found["bad"]) == (1, [])
    assert len(answered.ms) == 1


def test_a_hundred_calls_are_asked_for_beside_those_left_out() -> None:
    def endless(query: Query, limit: int) -> list[Row]:
        return ranked(*(f"x{n}" for n in range(limit)))

    rank: Ranker = endless
    answered = answers(rank, [asked(exclude=frozenset({"x1", "x2"}))])
    assert len(answered.found["q"]) == 102


def test_a_ranking_is_read_as_it_was_saved(tmp_path: Path) -> None:
    found = {"q1": [Row("b", 0.5, (0, 3)), Row("a", 0.25, NOWHERE)], "q2": [Row("c", 1.5)]}
    write_run(tmp_path / "new/run.tsv", found)
    assert read_run(tmp_path / "new/run.tsv") == found
    (tmp_path / "new/run.tsv").write_text("q1\tb\t2\t0.5\nq1\ta\t1\t0.5\n")
    assert [row.call_id for row in read_run(tmp_path / "new/run.tsv")["q1"]] == ["a", "b"]
    (tmp_path / "new/run.tsv").write_text("q1\tb\tfirst\t0.5\n")
    with pytest.raises(Unusable, match=r"run.tsv:1: must be query, call, rank"):
        read_run(tmp_path / "new/run.tsv")


# --- the command ------------------------------------------------------------


def test_it_prints_figures_intervals_and_cost(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "figures.json"
    assert evaluate(folder, tmp_path / "nowhere", "--data", tmp_path / "data", "--json", kept) == 0
    told = capsys.readouterr()
    assert "nowhere: no such folder, left out" in told.err
    assert "| set | queries | naive | bm25 | rrf | product |" in told.out
    assert f"| task | n | {' | '.join(COLUMNS)} |" in told.out
    assert "seed 20261122" in told.out
    figures = json.loads(kept.read_text())
    tiny = figures["folders"]["tiny"]
    assert tiny["configurations"]["product"]["macro"]["nDCG@10"] == 1
    assert tiny["configurations"]["naive"]["tasks"]["notes"]["nDCG@10"] < 1
    assert figures["differences"].keys() == {"naive", "bm25", "rrf"}
    assert figures["differences"]["naive"]["mean"]["difference"] > 0
    assert tiny["cost"]["calls"] == 4
    # Five utterances of three words or more, a window and a block for each of three calls, a note.
    assert (tiny["cost"]["vectors"], tiny["cost"]["passages"]) == (5 + 3 + 1, 5 + 3 + 3 + 1)
    assert tiny["cost"]["bytes"] > 10_000


def test_a_second_run_finds_what_the_first_embedded(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    evaluate(folder, "--data", data)
    second = WordEmbedder()
    assert evaluate(folder, "--data", data, embedder=second) == 0
    assert second.texts_embedded == 0


def test_changed_and_removed_calls_are_told_and_stored_anew(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--data", tmp_path / "data", "--out", tmp_path / "out")
    write_folder(folder, [*CALLS, call("extra", "the same old building permit")])
    evaluate(folder, *options)
    before = found_by("naive", tmp_path / "out")[ACT("price")]
    assert ACT("extra") in found_by("product", tmp_path / "out")
    write_folder(folder, [call("price", "we spoke of the building permit at length"), *CALLS[1:]])
    assert evaluate(folder, *options) == 0
    told = capsys.readouterr().err
    assert "1 stored calls are not in the folder any more" in told
    assert "1 stored calls were cut otherwise, or have changed" in told
    assert {ACT("permit"), ACT("price")} <= found_by("product", tmp_path / "out").keys()
    assert ACT("extra") not in found_by("product", tmp_path / "out")
    assert found_by("naive", tmp_path / "out")[ACT("price")] > before + 0.1


def found_by(configuration: str, out: Path) -> dict[str, float]:
    rows = read_run(out / configuration / "tiny.tsv")["q2"]
    return {row.call_id: row.score for row in rows}


def test_vectors_of_another_embedder_are_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate(folder, "--data", tmp_path / "data")
    other = WordEmbedder(dimensions=32)
    assert evaluate(folder, "--data", tmp_path / "data", embedder=other) == 1
    assert (
        "holds vectors of words (1, 64 dimensions), not of words (1, 32" in capsys.readouterr().err
    )


def test_saved_runs_are_compared(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    evaluate(folder, "--data", tmp_path / "data", "--out", out, "--config", "product")
    assert json.loads((out / "figures.json").read_text())["against"] == "product"
    write_run(out / "worse/tiny.tsv", {"q1": [Row(ACT("silent"), 1)]})
    capsys.readouterr()
    assert evaluate(folder, "--compare", out / "product", out / "product") == 0
    assert "| **mean** | +0.0000 [+0.0000, +0.0000] |" in capsys.readouterr().out
    assert evaluate(folder, "--compare", out / "product", out / "worse/tiny.tsv") == 0
    assert "| tiny | +1.0000 [+1.0000, +1.0000] |" in capsys.readouterr().out
    assert evaluate(folder, "--compare", out / "product", out / "gone") == 1
    assert "no such run was saved" in capsys.readouterr().err


def test_the_main_tables_go_into_a_page(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, options = tmp_path / "page.md", ("--data", tmp_path / "data", "--config", "bm25")
    page.write_text(f"# Before\n\n{BEGINNING}\n\nstale\n\n{END}\n\nAfter.\n")
    for _ in range(2):
        assert evaluate(folder, *options, "--page", page) == 0
    text = page.read_text()
    assert text.startswith(f"# Before\n\n{BEGINNING}\n\nnDCG@10")
    assert text.endswith(f" |\n\n{END}\n\nAfter.\n")
    assert "stale" not in text
    page.write_text("no place")
    assert evaluate(folder, *options, "--page", page) == 1
    assert "must hold the lines" in capsys.readouterr().err


def test_nothing_judged_is_said_and_no_figure_shown(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "qrels.tsv").write_text(f"q1\t{ACT('price')}\t0\n")
    assert evaluate(folder, "--data", tmp_path / "data") == 1
    told = capsys.readouterr()
    assert "no query has a judgement with a gain above 0" in told.err
    assert told.out == ""


def test_no_folder_at_all_and_two_of_one_name_are_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(tmp_path / "nowhere") == 1
    assert "none of the folders is there" in capsys.readouterr().err
    assert evaluate(folder, write_folder(tmp_path / "b/tiny"), "--data", tmp_path / "data") == 1
    assert "several folders are named tiny" in capsys.readouterr().err
