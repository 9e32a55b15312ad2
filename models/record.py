"""A call with everything known of it: the unit of writing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from models.call import Call, Lead, Outcome
from models.passage import Kind, Passage
from models.transcript import Side, Transcript, Utterance


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand together: an utterance, a note, a summary, or (kind None) a name.

    `position` is the utterance's in its transcript; the rest counts from 0.
    """

    kind: Kind | None
    position: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One call, its transcripts, the passages cut from them, and the names it shows."""

    call: Call
    recording: Transcript | None = None
    voicemail: Transcript | None = None
    lead: Lead | None = None
    outcome: Outcome | None = None
    passages: tuple[Passage, ...] = ()

    def transcript(self, kind: Kind) -> Transcript | None:
        """The transcript a spoken passage of this kind points into."""
        return self.voicemail if kind is Kind.VOICEMAIL else self.recording

    @property
    def has_transcript(self) -> bool:
        """Whether at least one transcript holds words."""
        return any(t is not None and t.has_words for t in (self.recording, self.voicemail))

    @property
    def summary(self) -> str | None:
        """The summary to show: the recording's, else the voicemail's."""
        texts = (t.summary_text for t in (self.recording, self.voicemail) if t is not None)
        return next((text for text in texts if text), None)

    def text_of(self, passage: Passage, side: Side | None = None) -> str:
        """A passage's words; of one side only, when a side is given.

        A note or a summary was said by nobody: with a side it has no words.
        """
        if side is None or passage.side is side:
            return passage.text
        transcript = self.transcript(passage.kind)
        if passage.first is None or passage.last is None or transcript is None:
            return ""
        spoken = transcript.utterances[passage.first : passage.last + 1]
        return " ".join(u.text for u in spoken if u.side is side)

    def voices(self) -> frozenset[tuple[Kind, Side | None]]:
        """Which kinds of words the call has: (kind, None), and (kind, side) where a side spoke."""
        said = {
            (kind, utterance.side)
            for kind in (Kind.RECORDING, Kind.VOICEMAIL)
            for utterance in getattr(self.transcript(kind), "utterances", ())
            if utterance.text.strip()
        }
        return frozenset(said | {(passage.kind, None) for passage in self.passages})

    def lines(self) -> Iterator[Line]:
        """Everything a phrase can be found in: what was said, what was written, the names."""
        for kind in (Kind.RECORDING, Kind.VOICEMAIL):
            for position, utterance in enumerate(self.utterances(kind)):
                if utterance.text.strip():
                    yield Line(kind, position, utterance.text)
        summaries = (t.summary_text for t in (self.recording, self.voicemail) if t is not None)
        for kind, texts in ((Kind.NOTE, (self.call.note,)), (Kind.SUMMARY, tuple(summaries))):
            for position, text in enumerate(text for text in texts if text and text.strip()):
                yield Line(kind, position, text)
        for position, name in enumerate(self.each_name()):
            yield Line(None, position, name)

    def utterances(self, kind: Kind) -> tuple[Utterance, ...]:
        """What was said in a recording or a voicemail."""
        transcript = self.transcript(kind)
        return transcript.utterances if transcript is not None else ()

    def names(self) -> str:
        """What people call this call by, on one line."""
        return " ".join(self.each_name())

    def each_name(self) -> tuple[str, ...]:
        """What people call this call by: its lead, outcome, user, speakers and phone number."""
        transcripts = [t for t in (self.recording, self.voicemail) if t is not None]
        named = [
            self.lead.name if self.lead else None,
            self.outcome.name if self.outcome else None,
            self.call.user_name,
            self.call.phone,
            *(u.speaker for t in transcripts for u in t.utterances),
        ]
        return tuple(dict.fromkeys(name for name in named if name))

    def with_passages(self, passages: tuple[Passage, ...]) -> "CallRecord":
        """The same call, cut."""
        return replace(self, passages=passages)
