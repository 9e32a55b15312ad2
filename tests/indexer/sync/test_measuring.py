"""After a sync every call is measured, whatever stopped the one before."""

import itertools
import math
from collections.abc import Mapping

from indexer.measuring import figures_of
from indexer.metrics import FORMULAS, measure
from indexer.store.memory import MemoryStore
from indexer.sync import Sync
from models.outline import Figures
from tests.indexer.sync.desk import Desk


def assert_measured(desk: Desk) -> None:
    """Every call's figures are those of its words as they are stored."""
    outlines = desk.store.outlines(formulas=FORMULAS)
    assert outlines
    for outline in outlines:
        assert outline.figures == figures_of(desk.get(outline.id))


class Mortal(MemoryStore):
    """Ends the process, as it were, before it keeps what calls measure."""

    lives: float = math.inf

    def measure(self, figures: Mapping[str, Figures], *, formulas: str) -> None:
        if self.lives <= 0:
            raise KeyboardInterrupt
        self.lives -= 1
        super().measure(figures, formulas=formulas)


def test_a_sync_measures_what_it_brings(desk: Desk) -> None:
    call_id = desk.a_recorded_call()
    desk.sync()
    assert_measured(desk)
    [outline] = [o for o in desk.store.outlines(formulas=FORMULAS) if o.id == call_id]
    assert outline.figures is not None
    assert outline.figures["conversation_s"] == 3.5
    assert outline.figures["patience_s"] is None


def test_a_sync_measures_anew_once_a_formula_has_changed(desk: Desk) -> None:
    desk.a_recorded_call()
    desk.sync()
    known = [outline.id for outline in desk.store.outlines(formulas=FORMULAS)]
    desk.store.measure({call_id: {} for call_id in known}, formulas="of old")
    desk.later(minutes=5)
    desk.sync()
    assert_measured(desk)


def test_a_sync_killed_before_any_measuring_is_mended_by_the_next(desk: Desk) -> None:
    for lives in itertools.count():
        desk.store = store = Mortal()
        store.lives = lives
        desk.a_recorded_call()
        try:
            desk.sync()
        except KeyboardInterrupt:
            store.lives = math.inf
            assert desk.store.unmeasured(formulas=FORMULAS, limit=1)
            desk.sync()
            assert_measured(desk)
        else:
            assert lives > 0
            return


def test_a_sync_that_is_stopped_measures_no_further(desk: Desk) -> None:
    for n in range(150):
        desk.a_call(note=str(n))
    desk.later(minutes=5)
    desk.sync()
    known = [outline.id for outline in desk.store.outlines(formulas=FORMULAS)]
    desk.store.measure({call_id: {} for call_id in known}, formulas="of old")
    with desk.close_client() as close:
        stopped = Sync(
            close=close, store=desk.store, embedder=desk.embedder, progress=desk,
            is_stopped=lambda: True,
        )  # fmt: skip
        stopped.measure_due()
    assert len(desk.store.unmeasured(formulas=FORMULAS, limit=999)) == len(known) - 100


def test_a_call_whose_words_change_is_measured_anew(desk: Desk) -> None:
    call_id = desk.a_call()
    desk.standin.attach_recording(call_id)
    desk.sync()
    [waiting] = desk.store.outlines(formulas=FORMULAS)
    assert waiting.figures == measure(None)
    spoken = [
        {"speaker_label": "M", "speaker_side": "close-user", "start": 0, "end": 9, "text": "Hm?"}
    ]
    desk.standin.deliver_transcript(call_id, spoken)
    desk.later(hours=1)
    desk.sync()
    assert_measured(desk)
    [outline] = [o for o in desk.store.outlines(formulas=FORMULAS) if o.id == call_id]
    assert outline.figures is not None
    assert outline.figures["questions_user"] == 1
