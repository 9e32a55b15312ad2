"""The embedder, with the real default network."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from indexer.embedder import (
    DEFAULT_MODEL,
    DEFAULT_WEIGHTS_SHA256,
    Runtime,
    SentenceTransformerEmbedder,
    locate,
    openvino_network,
)
from indexer.embedder.openvino_network import FARTHEST_FROM_TORCH, OpenVinoNetwork
from indexer.embedder.torch_network import TorchNetwork
from models.errors import EmbedderUnavailable, TextTooLong

LIKE_ALONE = 0.002
"""How far a component may move with the texts that are embedded beside it (bfloat16)."""

SPOKEN = (
    "We pay per seat today, and honestly nobody can tell me what half of those seats do. "
    "Could you send the numbers over before Thursday? My partner will want to see them. "
)


def on_torch() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(device="cpu", runtime=Runtime.TORCH)


@pytest.fixture(scope="module", params=[Runtime.TORCH, Runtime.OPENVINO])
def embedder(request: pytest.FixtureRequest) -> SentenceTransformerEmbedder:
    """The default on every runtime that computes it."""
    return SentenceTransformerEmbedder(device="cpu", runtime=request.param)


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
    np.testing.assert_allclose(rows, alone, atol=LIKE_ALONE)


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
    prompted = on_torch()
    network = prompted._network()
    assert isinstance(network, TorchNetwork)
    network._network.prompts = {"document": "represent this for retrieval: ", "query": ""}
    text = "truck " * 252
    assert on_torch().fits(text)
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


def texts_of_all_lengths() -> list[str]:
    words = (SPOKEN * 8).split()
    lengths = [1, 2, 3, 5, 8, 13, 21, 34, 60, 90, 120, 150, 180, 200]
    return [" ".join(words[start : start + n]) for n in lengths for start in (0, 7, 40)]


def test_openvino_gives_the_vectors_of_torch() -> None:
    texts = texts_of_all_lengths()
    sooner = SentenceTransformerEmbedder(device="cpu", runtime=Runtime.OPENVINO)
    cosines = (sooner.embed_passages(texts) * on_torch().embed_passages(texts)).sum(axis=1)
    assert 1 - cosines.min() < FARTHEST_FROM_TORCH
    assert sooner.device.startswith("cpu (OpenVINO")


def test_a_text_has_one_vector_whatever_is_embedded_beside_it(
    embedder: SentenceTransformerEmbedder,
) -> None:
    texts = texts_of_all_lengths()
    together = embedder.embed_passages(texts)
    backwards = embedder.embed_passages(texts[::-1])[::-1]
    np.testing.assert_allclose(together, backwards, atol=LIKE_ALONE)
    for n in (0, 17, len(texts) - 1):
        np.testing.assert_allclose(together[n], embedder.embed_query(texts[n]), atol=LIKE_ALONE)


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder in which nothing was drawn yet."""
    monkeypatch.setattr(openvino_network, "user_cache_path", lambda *_, **__: tmp_path)
    return tmp_path


def test_the_network_is_drawn_once_and_again_when_damaged(own_cache: Path) -> None:
    SentenceTransformerEmbedder(runtime=Runtime.OPENVINO).embed_query("hello")
    [drawing] = own_cache.rglob("network.xml")
    made = drawing.stat().st_mtime_ns
    SentenceTransformerEmbedder(runtime=Runtime.OPENVINO).embed_query("hello")
    assert drawing.stat().st_mtime_ns == made
    drawing.write_text("<net")
    assert SentenceTransformerEmbedder(runtime=Runtime.OPENVINO).fits("hello")
    assert drawing.stat().st_size > 1000
    assert [path.name for path in own_cache.iterdir()] == [drawing.parent.name]


def test_a_cache_that_cannot_be_written_is_told_and_done_without(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = own_cache / "file"
    blocked.write_text("in the way")
    monkeypatch.setattr(openvino_network, "user_cache_path", lambda *_, **__: blocked)
    assert SentenceTransformerEmbedder(runtime=Runtime.OPENVINO).fits("hello")
    assert "drawn again at each start" in caplog.text


def test_vectors_unlike_those_of_torch_are_never_given(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rows_of = OpenVinoNetwork._rows_of
    monkeypatch.setattr(OpenVinoNetwork, "_rows_of", lambda *given: rows_of(*given)[:, ::-1])
    with pytest.raises(EmbedderUnavailable, match="not PyTorch's"):
        SentenceTransformerEmbedder(runtime=Runtime.OPENVINO).embed_query("hello")
    automatic = SentenceTransformerEmbedder(device="cpu")
    assert automatic.device == "cpu"
    assert "more slowly" in caplog.text
    assert list(own_cache.rglob("network.xml")) == []


def test_openvino_computes_the_default_and_no_other_model(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    with pytest.raises(EmbedderUnavailable, match="CALLSIFT_EMBEDDING_RUNTIME"):
        SentenceTransformerEmbedder(str(tmp_path), runtime=Runtime.OPENVINO).embed_query("hello")


def test_a_gpu_that_is_asked_for_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []

    def load(_: object, device: str | None) -> None:
        asked.append(device)
        raise EmbedderUnavailable("no such GPU here")

    monkeypatch.setattr("indexer.embedder.TorchNetwork", load)
    with pytest.raises(EmbedderUnavailable):
        SentenceTransformerEmbedder(device="cuda:1").embed_query("hello")
    monkeypatch.setattr("indexer.embedder._NVIDIA", (Path(__file__),))
    with pytest.raises(EmbedderUnavailable):
        SentenceTransformerEmbedder().embed_query("hello")
    assert asked == ["cuda:1", None]


def test_neither_torch_nor_telemetry_is_imported_where_the_network_is_drawn() -> None:
    SentenceTransformerEmbedder(runtime=Runtime.OPENVINO).embed_query("drawn by now")
    script = (
        "import sys; from indexer.embedder import SentenceTransformerEmbedder as E;"
        "e = E(device='cpu'); e.embed_query('hello'); assert 'OpenVINO' in e.device;"
        "print([n for n in ('torch', 'transformers', 'openvino_telemetry') if sys.modules.get(n)])"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
