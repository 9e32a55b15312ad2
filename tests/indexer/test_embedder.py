"""The embedder, with the real default network."""

from pathlib import Path

import numpy as np
import pytest

from indexer.embedder import (
    DEFAULT_MODEL,
    DEFAULT_WEIGHTS_SHA256,
    SentenceTransformerEmbedder,
    locate,
)
from models.errors import EmbedderUnavailable, TextTooLong


@pytest.fixture(scope="module")
def embedder() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(device="cpu")


def test_the_default_is_the_published_network(embedder: SentenceTransformerEmbedder) -> None:
    identity = embedder.identity
    assert (identity.name, identity.revision) == (DEFAULT_MODEL, DEFAULT_WEIGHTS_SHA256)
    assert identity.dimensions == 384


def test_passages_become_unit_rows_in_order(embedder: SentenceTransformerEmbedder) -> None:
    texts = [
        "it costs too much",
        "the weather is nice",
        "a much longer text about " + "trucks " * 50,
    ]
    rows = embedder.embed_passages(texts)
    assert rows.shape == (3, 384)
    assert rows.dtype == np.dtype(np.float32)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    alone = [embedder.embed_passages([text])[0] for text in texts]
    np.testing.assert_allclose(rows, alone, atol=1e-5)


def test_no_texts_are_no_rows(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.embed_passages([]).shape == (0, 384)


def test_what_means_the_same_is_closer(embedder: SentenceTransformerEmbedder) -> None:
    rows = embedder.embed_passages(["that is more than we can spend", "my dog likes the park"])
    near, far = rows @ embedder.embed_query("price objection, too expensive")
    assert near > far + 0.2


def test_a_passage_too_long_is_refused_not_cut(embedder: SentenceTransformerEmbedder) -> None:
    text = "truck " * 300
    assert not embedder.fits(text)
    with pytest.raises(TextTooLong) as refusal:
        embedder.embed_passages(["fine", text])
    assert refusal.value.tokens > refusal.value.limit == 256


@pytest.mark.parametrize("text", ["hi", "word " * 200, "👍" * 100, "x" * 200])
def test_what_fits_can_be_embedded(embedder: SentenceTransformerEmbedder, text: str) -> None:
    assert embedder.fits(text)
    assert embedder.embed_passages([text]).shape == (1, 384)


def test_the_end_of_a_long_question_counts(embedder: SentenceTransformerEmbedder) -> None:
    start = "we drive trucks all day long " * 60
    same, other = embedder.embed_query(start), embedder.embed_query(start + "tax invoice " * 120)
    assert float(same @ other) < 0.95


def test_a_models_own_prompt_leaves_less_room_for_the_text() -> None:
    prompted = SentenceTransformerEmbedder(device="cpu")
    prompted._network().prompts = {"document": "represent this for retrieval: ", "query": ""}
    text = "truck " * 252
    assert SentenceTransformerEmbedder(device="cpu").fits(text)
    assert not prompted.fits(text)


def test_texts_embedded_are_counted() -> None:
    counted = SentenceTransformerEmbedder(device="cpu")
    counted.embed_passages(["one text", "another text"])
    counted.embed_query("a question")
    assert counted.texts_embedded == 2


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailable, match="holds no model"):
        locate(str(tmp_path))


def test_a_folder_is_known_by_the_hash_of_its_weights(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    first = locate(str(tmp_path)).revision
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    assert locate(str(tmp_path)).revision != first


def test_a_folder_that_is_no_network_cannot_be_loaded(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    with pytest.raises(EmbedderUnavailable, match="cannot load"):
        SentenceTransformerEmbedder(str(tmp_path)).embed_query("hello")


@pytest.mark.parametrize("model", ["not a name at all", "no-one/has-this-model-of-ours"])
def test_what_is_nowhere_is_refused_with_a_way_out(model: str) -> None:
    with pytest.raises(EmbedderUnavailable, match="CALLSIFT_EMBEDDING_MODEL"):
        locate(model)
