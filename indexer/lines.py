"""Lines: utterances found by a store, many at a time, as columns."""

from dataclasses import dataclass, fields
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt

Column = Annotated[npt.NDArray[np.int64], "shape (n,)"]
Chosen = npt.NDArray[np.bool_] | npt.NDArray[np.int64] | slice

NO_TIME: Final = -(2**62)
"""The milliseconds of an utterance that Close gave no time."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Utterances, one a row, in order of call, transcript and position.

    `calls` are numbers that only the store which gave them knows (`Store.ids_of`).
    `kinds` is 0 for the recording, 1 for the voicemail; `turns` counts the turns of
    its transcript from 0; times are milliseconds of the audio, or `NO_TIME`. What
    `scores` means is up to who asked.
    """

    calls: Column
    kinds: Column
    positions: Column
    turns: Column
    starts_ms: Column
    ends_ms: Column
    scores: Annotated[npt.NDArray[np.float32], "shape (n,)"]

    def __len__(self) -> int:
        return len(self.calls)

    def __getitem__(self, chosen: Chosen) -> "Lines":
        return Lines(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def joined(self, others: "Lines") -> "Lines":
        """These lines, then others: no longer in order."""
        columns = (
            np.concatenate([getattr(self, f.name), getattr(others, f.name)]) for f in fields(self)
        )
        return Lines(*columns)

    @property
    def places(self) -> Column:
        """One number for each line that sorts as lines do, and tells them apart."""
        return self.calls << 26 | self.kinds << 24 | self.positions

    @classmethod
    def none(cls) -> "Lines":
        """No line at all."""
        empty = np.zeros(0, np.int64)
        return cls(empty, empty, empty, empty, empty, empty, np.zeros(0, np.float32))
