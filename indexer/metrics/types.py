"""What kind of call figures are of."""

from typing import Final

from indexer.metrics.catalogue import METRICS
from models import Disposition, Kind
from models.metric import CallType
from models.outline import CallOutline

_LEFT: Final = frozenset({Disposition.VM_LEFT, Disposition.VM_ANSWER})


def type_of(outline: CallOutline) -> CallType | None:
    """What people did on a call; None where nothing that was said is known.

    A voicemail is a call that ended at one by its disposition, or of which only a
    voicemail was transcribed.
    """
    if not outline.spoken:
        return None
    if outline.disposition in _LEFT or Kind.RECORDING not in outline.spoken:
        return CallType.VOICEMAIL
    return CallType.CONVERSATION


def figure_of(outline: CallOutline, metric: str) -> float | None:
    """A call's figure; None where it is not defined, or not measured yet.

    Of a voicemail that was recorded with the greeting of a mailbox nothing two-sided counts.
    """
    if outline.figures is None:
        return None
    if METRICS[metric].is_two_sided and type_of(outline) is CallType.VOICEMAIL:
        return None
    return outline.figures.get(metric)
