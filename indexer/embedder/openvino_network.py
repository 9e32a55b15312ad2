"""The default model on OpenVINO: the same vectors several times sooner, without PyTorch.

Its network is traced from PyTorch once, compared with it on a few texts, and kept in the
user's cache folder; from then on PyTorch is not even imported. Where the processor has
bfloat16 its matrices are multiplied in that, which moves a vector by less than
`FARTHEST_FROM_TORCH` (docs/adr/0014-encoder.md).
"""

import importlib.util
import logging
import shutil
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
from platformdirs import user_cache_path

from indexer.embedder.torch_network import TorchNetwork
from indexer.embedder.weights import Weights
from indexer.vectors import Vectors, normalise
from models.errors import EmbedderUnavailable

FARTHEST_FROM_TORCH: Final = 0.001
"""One less the cosine between a vector of ours and PyTorch's in float32 is at most this."""
LIMIT: Final = 256
"""Tokens of a text, those of the model's own (`[CLS]`, `[SEP]`) included: as published."""

_TOKENS_AT_ONCE: Final = 1024
"""Few enough to stay in the processor's cache, and enough that little is said twice."""
_DRAWING: Final = 1
"""Of what is kept; counted up when it is made in another way."""
_INPUTS: Final = ("input_ids", "attention_mask")
_PROBES: Final = (
    "hi",
    "How much does it cost?",
    "We looked at two other vendors last spring, and both wanted a contract for three years.",
    "No, Tuesday is fine. " * 12,
    "the technicians will not use an app that needs a signal " * 20,
)

_log = logging.getLogger(__name__)


def _openvino() -> Any:
    """The library, told that its telemetry is not installed: each import would be reported."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


def is_available() -> bool:
    """Whether OpenVINO is installed; importing it is left for later."""
    return importlib.util.find_spec("openvino") is not None


class OpenVinoNetwork:
    """all-MiniLM-L6-v2, compiled for this processor."""

    def __init__(self, weights: Weights) -> None:
        """Load it, drawing it first where no earlier run has.

        Raises:
            EmbedderUnavailable: it cannot be, or does not give the vectors of PyTorch.
        """
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_file(str(weights.folder / "tokenizer.json"))
            self._tokenizer.no_truncation()
            self._tokenizer.no_padding()
            self._compiled = _compiled(weights, self._rows_of)
        except EmbedderUnavailable:
            raise
        except Exception as error:  # tokenizers and OpenVINO raise what they like
            raise EmbedderUnavailable(f"OpenVINO cannot run {weights.name}: {error}") from error
        self._request = self._compiled.create_infer_request()
        self._working = threading.Lock()

    @property
    def dimensions(self) -> int:
        return int(self._compiled.output(0).get_partial_shape()[1].get_length())

    @property
    def device(self) -> str:
        precision = self._compiled.get_property("INFERENCE_PRECISION_HINT")
        return f"cpu (OpenVINO, {precision.to_string()})"

    @property
    def limit(self) -> int:
        return LIMIT

    def tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(text).ids)

    def passages(self, texts: Sequence[str]) -> Vectors:
        with self._working:
            return self._rows_of(self._request, texts)

    questions = passages

    def _rows_of(self, request: Any, texts: Sequence[str]) -> Vectors:
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        rows: Vectors | None = None
        for chosen in _batches([len(ids) for ids in tokens]):
            found = request.infer(_padded([tokens[n] for n in chosen]), share_inputs=True)[0]
            if rows is None:
                rows = np.empty((len(texts), found.shape[1]), np.float32)
            rows[chosen] = found
        assert rows is not None
        return rows


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Positions of texts, the longest first, so many at a time that little is padding."""
    order = sorted(range(len(lengths)), key=lambda n: -lengths[n])
    while order:
        fitting = max(1, _TOKENS_AT_ONCE // lengths[order[0]])
        yield order[:fitting]
        order = order[fitting:]


def _padded(tokens: Sequence[Sequence[int]]) -> dict[str, Any]:
    """A batch as the network takes it: token ids, and which are text; shapes (n, longest)."""
    ids = np.zeros((len(tokens), max(map(len, tokens))), np.int64)
    for row, text in enumerate(tokens):
        ids[row, : len(text)] = text
    lengths = np.array([len(text) for text in tokens])
    mask = (np.arange(ids.shape[1]) < lengths[:, None]).astype(np.int64)
    return dict(zip(_INPUTS, (ids, mask), strict=True))


def _compiled(weights: Weights, rows_of: Callable[[Any, Sequence[str]], Vectors]) -> Any:
    """The network for this processor, from the drawing that is kept, or a new one."""
    openvino = _openvino()
    core = openvino.Core()
    version = openvino.get_version().partition("-")[0]
    folder = user_cache_path("callsift", appauthor=False) / (
        f"{weights.revision[:16]}-openvino-{version}-{_DRAWING}"
    )
    with suppress(RuntimeError):  # not there, cut short, or of another making: drawn anew
        return _for_this_processor(core, core.read_model(folder / "network.xml"))
    drawn, torch = _drawn(weights)
    compiled = _for_this_processor(core, drawn)
    _require_equal(rows_of(compiled.create_infer_request(), _PROBES), torch.passages(_PROBES))
    _keep(drawn, folder)
    return compiled


def _for_this_processor(core: Any, network: Any) -> Any:
    has_bf16 = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    precision = "bf16" if has_bf16 else "f32"
    settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": precision}
    return core.compile_model(network, "CPU", settings)


def _require_equal(ours: Vectors, theirs: Vectors) -> None:
    farthest = float(1 - (normalise(ours) * normalise(theirs)).sum(axis=1).min())
    if not farthest <= FARTHEST_FROM_TORCH:
        raise EmbedderUnavailable(
            f"OpenVINO's vectors are not PyTorch's: {farthest:.4f} from a cosine of 1"
        )


def _drawn(weights: Weights) -> tuple[Any, TorchNetwork]:
    """The network as OpenVINO has it, and the one it was traced from.

    By OpenVINO's front end itself: its tool for conversion would report to its makers.
    """
    import torch

    _openvino()
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    loaded = TorchNetwork(weights, "cpu")
    examples = torch.ones((2, 8), dtype=torch.long), torch.ones((2, 8), dtype=torch.long)
    examples[1][1, 5:] = 0
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the tracer: `_require_equal` says what matters
        traced = TorchScriptPythonDecoder(
            loaded.traceable(), example_input=dict(zip(_INPUTS, examples, strict=True))
        )
        front_end = FrontEndManager().load_by_framework("pytorch")
        return front_end.convert(front_end.load(traced)), loaded


def _keep(drawn: Any, folder: Path) -> None:
    """Keep a drawing for the next start: whole or not at all."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="drawing-") as partial:
            written = Path(partial) / "network"
            _openvino().save_model(drawn, written / "network.xml", compress_to_fp16=False)
            shutil.rmtree(folder, ignore_errors=True)
            written.rename(folder)
    except (OSError, RuntimeError) as error:  # another process may have been first
        if not folder.exists():
            _log.warning("the network is drawn again at each start: cannot keep it (%s)", error)
