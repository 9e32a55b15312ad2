"""Models that are folders, with the real library: no network of theirs is a stand-in here."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from indexer.bootstrap import build
from indexer.settings import Settings
from models.errors import EmbedderUnavailable
from tests.factories import an_entry
from tests.indexer.cli.driving import Run
from tests.indexer.reindexing.beside import a_talk

_WORDS = "price contract worries begin together follow writing the what most these days".split()


def a_model(folder: Path, dimensions: int) -> Path:
    """A sentence-transformer that adds up a random vector for each word it knows."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    known = {word: n for n, word in enumerate(["[UNK]", *_WORDS])}
    tokenizer = Tokenizer(WordLevel(known, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    network = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_dim=dimensions)], device="cpu"
    )
    network.save(str(folder))
    return folder


@pytest.fixture
def here(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two models, and calls embedded with the first, which was named by a relative path."""
    folder = data.parent
    a_model(folder / "one", 8)
    a_model(folder / "two", 12)
    services = build(_settings(data, "one"))
    from indexer.pipeline import index_calls

    calls = [(a_talk(topic, n), an_entry(f"acti_{n}")) for n, topic in enumerate(_WORDS[:2])]
    index_calls(calls, store=services.store, embedder=services.embedder)
    services.close()
    return folder


def _settings(data: Path, model: str | None) -> Settings:
    return Settings.model_construct(data_dir=data, embedding_model=model, embedding_device="cpu")


def name_of_the_embedder(data: Path) -> str:
    services = build(_settings(data, None))
    services.ready()
    name = services.embedder.identity.name
    services.close()
    return name


def lines(run: Run, *arguments: str) -> list[dict[str, Any]]:
    result = run(*arguments, build=None)
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_folder_is_remembered_by_its_absolute_path_and_can_be_changed(
    here: Path, data: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert name_of_the_embedder(data) == str(here / "one")
    *_, compared, last = lines(run, "reindex", "--model", "two", "--yes")
    assert [compared[side]["dimensions"] for side in ("before", "after")] == [8, 12]
    assert last["event"] == "switched"
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    assert name_of_the_embedder(data) == str(here / "two")
    [answer] = lines(run, "search", "the price", "--json")
    assert answer["hits"][0]["call"]["id"] == "acti_0"
    lines(run, "reindex", "--back")
    assert name_of_the_embedder(data) == str(here / "one")


def test_a_folder_that_is_gone_is_told_and_can_be_left(here: Path, data: Path, run: Run) -> None:
    shutil.rmtree(here / "one")
    with pytest.raises(EmbedderUnavailable, match=rf"{here}/one is gone: put it back, or embed"):
        name_of_the_embedder(data)
    *_, compared, _ = lines(run, "reindex", "--model", "two", "--yes")
    assert compared["why_not"].endswith("cannot be loaded any more")
    assert name_of_the_embedder(data) == str(here / "two")
    refused = run("reindex", "--back", build=None)
    assert refused.exit_code == 1
    assert "is gone: put it back" in refused.stderr
    assert name_of_the_embedder(data) == str(here / "two")
