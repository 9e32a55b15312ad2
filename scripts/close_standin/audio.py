"""Something to hear: made-up audio, as long as the call it stands for."""

import io
import math
import wave
from typing import Final

RATE_HZ: Final = 8000
LONGEST_S: Final = 3600
_BEEP_S: Final = 0.05
_TONE_HZ: Final = 440


def tone(duration_s: int) -> bytes:
    """Return a WAV file, mono with 8 bits a sample, that beeps softly once a second.

    It is at least a second long and at most an hour.
    """
    seconds = max(1, min(duration_s, LONGEST_S))
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(RATE_HZ)
        file.writeframes(_one_second() * seconds)
    return written.getvalue()


def _one_second() -> bytes:
    beep = round(_BEEP_S * RATE_HZ)
    wave_ = (128 + round(24 * math.sin(2 * math.pi * _TONE_HZ * i / RATE_HZ)) for i in range(beep))
    return bytes(wave_).ljust(RATE_HZ, b"\x80")
