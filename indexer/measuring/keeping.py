"""What calls measure, found and kept."""

import logging
from collections.abc import Callable
from typing import Final

from indexer.metrics import FORMULAS, measure
from indexer.store.contract import Store
from models import CallRecord, SearchFilter
from models.outline import Figures

_NAMED_TOGETHER: Final = 5000
"""Many, as finding them reads through all calls."""
_MEASURED_TOGETHER: Final = 100
"""Few, so that a stop is soon heeded, and other writers get their turn."""

_log = logging.getLogger(__name__)


def figures_of(record: CallRecord) -> Figures:
    """What a call measures: its recording, or its voicemail if nothing else was transcribed.

    Whatever a formula stumbles over leaves the call without figures, and stops no other.
    """
    recording = record.recording
    try:
        return measure(recording if recording and recording.has_words else record.voicemail)
    except Exception as error:  # noqa: BLE001 -- a defect of ours, and no reason to stop a sync
        _log.warning("call %s: cannot be measured: %r", record.call.id, type(error))
        return measure(None)


def measure_due(store: Store, *, is_enough: Callable[[], bool] = lambda: False) -> int:
    """Measure every call that was not measured by today's formulas; returns how many.

    A batch is one transaction. After each, `is_enough` may end it early, and well.
    """
    measured = 0
    before = -1
    while measured > before and (due := store.unmeasured(formulas=FORMULAS, limit=_NAMED_TOGETHER)):
        before = measured
        for first in range(0, len(due), _MEASURED_TOGETHER):
            batch = due[first : first + _MEASURED_TOGETHER]
            records = store.calls(SearchFilter(call_ids=tuple(batch)), limit=len(batch))
            store.measure({r.call.id: figures_of(r) for r in records}, formulas=FORMULAS)
            measured += len(records)
            if is_enough():
                return measured
    return measured
