"""A recording or a voicemail as a page shows it: turns, the audio, and who spoke when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.pages.links import call_path, place
from indexer.wire import MomentOut
from models import CallRecord, Kind, Side, Transcript, Utterance

STRIP_WIDTH: Final = 1000.0
"""Units from one end of the strip of who spoke when to the other."""

_LEAST_WIDTH: Final = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An utterance and its place in the page."""

    index: int
    utterance: Utterance
    place: str
    is_named: bool
    """False where an earlier utterance has the same start: a page cannot name both."""
    is_matched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A turn: what one speaker said in one go."""

    side: Side
    speaker: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A stretch of the strip, in its units: somebody speaks."""

    side: Side
    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment on the strip."""

    x: float
    place: str
    start_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """What there is to hear and to read of one kind."""

    kind: Kind
    audio: str | None
    """Where it can be heard; None if it cannot."""
    expired_at: datetime | None
    """Since when Close no longer has it."""
    duration_s: float
    turns: tuple[Spoken, ...]
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]

    @property
    def shares(self) -> dict[Side, int]:
        """Percent of the speech that each side has."""
        spoken = {side: sum(bar.width for bar in self.bars if bar.side is side) for side in Side}
        total = sum(spoken.values())
        return {side: round(100 * width / total) for side, width in spoken.items() if width}


def tracks_of(record: CallRecord, moments: Sequence[MomentOut], *, now: datetime) -> list[Track]:
    """The recording and the voicemail of a call: each, if there is anything of it."""
    call = record.call
    ends_at = call.recording_expires_at
    is_over = ends_at is not None and ends_at <= now
    heard = {
        Kind.RECORDING: (bool(call.recording_url), is_over, call.recording_duration_s or 0.0),
        Kind.VOICEMAIL: (bool(call.voicemail_url), False, call.voicemail_duration_s),
    }
    return [
        _track(
            record, kind, moments,
            has_audio=has_audio and not is_gone, expired_at=ends_at if is_gone else None,
            duration_s=duration_s,
        )
        for kind, (has_audio, is_gone, duration_s) in heard.items()
        if has_audio or record.transcript(kind) is not None
    ]  # fmt: skip


def _track(
    record: CallRecord,
    kind: Kind,
    moments: Sequence[MomentOut],
    *,
    has_audio: bool,
    expired_at: datetime | None,
    duration_s: float,
) -> Track:
    transcript = record.transcript(kind) or Transcript()
    ends = [u.end_s for u in transcript.utterances if u.end_s is not None]
    duration_s = max([duration_s, *ends])
    quoted = [u for m in moments if m.kind is kind for u in m.utterances if u.matched]
    matched = {u.index for u in quoted}
    return Track(
        kind=kind,
        audio=f"/v1{call_path(record.call.id)}/{kind.value}" if has_audio else None,
        expired_at=expired_at,
        duration_s=duration_s,
        turns=tuple(_turns(transcript, kind, matched)),
        bars=tuple(_bars(transcript, duration_s)),
        marks=tuple(
            Mark(
                x=_x(u.start_s, duration_s),
                place=place(kind, u.index, transcript.utterances[u.index]),
                start_s=u.start_s,
            )
            for u in sorted(quoted, key=lambda u: u.index)
            if u.start_s is not None
        ),
    )


def _turns(transcript: Transcript, kind: Kind, matched: set[int]) -> Iterator[Spoken]:
    named: set[str] = set()
    for turn in transcript.turns():
        said = []
        for index in range(turn.first, turn.last + 1):
            utterance = transcript.utterances[index]
            at = place(kind, index, utterance)
            said.append(
                Said(
                    index=index,
                    utterance=utterance,
                    place=at,
                    is_named=at not in named,
                    is_matched=index in matched,
                )
            )
            named.add(at)
        first = said[0].utterance
        yield Spoken(side=first.side, speaker=first.speaker.strip(), said=tuple(said))


def _bars(transcript: Transcript, duration_s: float) -> Iterator[Bar]:
    for u in transcript.utterances:
        if u.start_s is not None and u.end_s is not None and u.end_s > u.start_s:
            x = _x(u.start_s, duration_s)
            width = max(_LEAST_WIDTH, _x(u.end_s, duration_s) - x)
            yield Bar(side=u.side, x=x, width=round(width, 1))


def _x(at_s: float, duration_s: float) -> float:
    share = at_s / duration_s if duration_s > 0 else 0.0
    return round(STRIP_WIDTH * min(1.0, max(0.0, share)), 1)
