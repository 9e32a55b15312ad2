"""What each metric is, in words: its definition, what it needs, where it is from.

The words and the formulas (`indexer/metrics/formulas.py`) change together, and then the
version. A call is measured again when any version has changed.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from models.metric import Metric, Unit

_SIDES: Final = "Times and sides are known for nine tenths of the words"
_BOTH: Final = f"Both sides speak. {_SIDES}."
_BOTH_AND_LONG: Final = f"Both sides speak, for 30 s from first word to last. {_SIDES}."
_WORDS_OF: Final = "{} says something. Sides are known for nine tenths of the words."
_OVERLAP_SOURCE: Final = (
    "Heldner and Edlund, Pauses, gaps and overlaps in conversations (2010); non-talk time of"
    " Amazon Connect Contact Lens."
)
_BACKCHANNEL_SOURCE: Final = (
    "Tag b of Stolcke et al., Dialogue act modeling (2000); revenue.io keeps them apart from"
    " interruptions as active listening."
)


def _about_talking() -> Iterator[Metric]:
    yield Metric(
        name="talk_ratio",
        title="Talk ratio",
        unit=Unit.SHARE,
        definition="Seconds the rep speaks, of the seconds the rep and the contact speak. Where"
        " both speak at once it counts for both; silence for nobody.",
        needs=_BOTH_AND_LONG,
        source="Gong, interaction stats (talk ratio).",
        is_two_sided=True,
    )
    yield Metric(
        name="talk_share_of_call",
        title="Rep's share of the call",
        unit=Unit.SHARE,
        definition="Seconds the rep speaks, of the seconds from the first word to the last,"
        " silence included.",
        needs=_BOTH_AND_LONG,
        source="Amazon Connect Contact Lens (talk time of the total conversation); revenue.io.",
        is_two_sided=True,
    )
    yield Metric(
        name="longest_monologue_s",
        title="Longest monologue",
        unit=Unit.SECONDS,
        definition="Length of the rep's longest turn, short pauses (1.5 s) included. A contact's"
        " backchannel (yeah, mhm) does not end it.",
        needs=_BOTH,
        source="Gong, interaction stats (longest monologue).",
        is_two_sided=True,
    )
    yield Metric(
        name="longest_customer_story_s",
        title="Longest customer story",
        unit=Unit.SECONDS,
        definition="Length of the contact's longest turn, short pauses (1.5 s) included. A rep's"
        " backchannel (yeah, mhm) does not end it.",
        needs=_BOTH,
        source="Gong, interaction stats (longest customer story).",
        is_two_sided=True,
    )
    yield Metric(
        name="interactivity",
        title="Interactivity",
        unit=Unit.PER_MINUTE,
        definition="How often the next turn is another speaker's, per minute from the first word"
        " to the last. Backchannels are no turns.",
        needs=_BOTH_AND_LONG,
        source="Gong, interaction stats (interactivity), whose 0 to 10 scale is not published.",
        is_two_sided=True,
    )
    yield Metric(
        name="patience_s",
        title="Patience",
        unit=Unit.SECONDS,
        definition="Median of the pauses between the end of a contact's turn and the start of the"
        " rep's next. Starting early is a pause of 0; pauses over 10 s are left out.",
        needs=f"The rep speaks after the contact at least once, within 10 s. {_SIDES}.",
        source="Gong, interaction stats (patience).",
        is_two_sided=True,
    )


def _about_time() -> Iterator[Metric]:
    yield Metric(
        name="silence_s",
        title="Silence",
        unit=Unit.SECONDS,
        definition="Seconds between the first word and the last in which nobody speaks.",
        needs=_BOTH,
        source=_OVERLAP_SOURCE,
        is_two_sided=True,
    )
    yield Metric(
        name="silence_share",
        title="Share of silence",
        unit=Unit.SHARE,
        definition="Silence, of the seconds from the first word to the last.",
        needs=_BOTH_AND_LONG,
        source=_OVERLAP_SOURCE,
        is_two_sided=True,
    )
    yield Metric(
        name="overlap_s",
        title="Overlap",
        unit=Unit.SECONDS,
        definition="Seconds in which the rep and the contact both speak.",
        needs=_BOTH,
        source=_OVERLAP_SOURCE,
        is_two_sided=True,
    )
    yield Metric(
        name="conversation_s",
        title="Length of what is said",
        unit=Unit.SECONDS,
        definition="Seconds from the start of the first word to the end of the last.",
        needs="Times are known for nine tenths of the words.",
        source="Amazon Connect Contact Lens (total conversation duration).",
    )
    for side, who in (("user", "rep"), ("contact", "contact")):
        yield Metric(
            name=f"speech_{side}_s",
            title=f"Speech of the {who}",
            unit=Unit.SECONDS,
            definition=f"Seconds in which the {who}'s side speaks; several at once count once.",
            needs=f"The {who} says something. {_SIDES}.",
            source="Amazon Connect Contact Lens (talk time).",
        )


def _about_questions() -> Iterator[Metric]:
    for side, who in (("user", "rep"), ("contact", "contact")):
        yield Metric(
            name=f"questions_{side}",
            title=f"Questions of the {who}",
            unit=Unit.COUNT,
            definition=f"Sentences of the {who} with a question mark; without any punctuation,"
            " utterances that open like an English question.",
            needs=_WORDS_OF.format(f"The {who}"),
            source="Gong, interaction stats (question rate); the rule is models/question.py.",
        )
        yield Metric(
            name=f"question_rate_{side}",
            title=f"Question rate of the {who}",
            unit=Unit.PER_HOUR,
            definition=f"Questions of the {who} per hour from the first word to the last.",
            needs=_BOTH_AND_LONG,
            source="Gong, interaction stats (question rate).",
            is_two_sided=True,
        )
    yield Metric(
        name="time_to_first_question_s",
        title="Time to first question",
        unit=Unit.SECONDS,
        definition="Seconds from the first word of the call to the first word of the rep's first"
        " question; within an utterance words are taken to be equally long.",
        needs=f"The rep asks something, and both sides speak. {_SIDES}.",
        source="Ours.",
        is_two_sided=True,
    )


def _about_speaking() -> Iterator[Metric]:
    for side, who in (("user", "rep"), ("contact", "contact")):
        yield Metric(
            name=f"words_per_minute_{side}",
            title=f"Speaking rate of the {who}",
            unit=Unit.WORDS_PER_MINUTE,
            definition=f"Words of the {who} per minute of the {who}'s own speech.",
            needs=f"The {who} speaks for 10 s. {_SIDES}.",
            source="Speaking rate, with pauses between utterances left out: Yuan, Liberman and"
            " Cieri, Towards an integrated understanding of speaking rate (2006).",
        )
    yield Metric(
        name="filler_rate_user",
        title="Fillers of the rep",
        unit=Unit.PER_100_WORDS,
        definition='Um, uh, er and the like, "you know" and "I mean", per 100 words of the rep,'
        " as far as the transcript has them: some transcribers leave them out.",
        needs="The rep says 30 words. Sides are known for nine tenths of the words.",
        source="Filled pauses and discourse markers of Laserna, Seih and Pennebaker, Um... who"
        " like says you know (2014), without like; the list is indexer/metrics/lists.py.",
    )
    for side, who, other in (("user", "rep", "contact"), ("contact", "contact", "rep")):
        yield Metric(
            name=f"interruptions_{side}",
            title=f"Interruptions by the {who}",
            unit=Unit.COUNT,
            definition=f"Turns that the {who} begins while the {other} goes on speaking for 0.5 s"
            " or longer. Backchannels are none.",
            needs=_BOTH,
            source="revenue.io, who interrupts; overlap as in Heldner and Edlund (2010).",
            is_two_sided=True,
        )
        yield Metric(
            name=f"backchannels_{side}",
            title=f"Backchannels by the {who}",
            unit=Unit.COUNT,
            definition=f"Turns of the {who} made of nothing but words such as yeah, mhm and I see,"
            f" while another speaker keeps the floor. An answer to a question is none.",
            needs=_BOTH,
            source=_BACKCHANNEL_SOURCE,
            is_two_sided=True,
        )


METRICS: Final[Mapping[str, Metric]] = MappingProxyType(
    {
        metric.name: metric
        for group in (_about_talking, _about_questions, _about_speaking, _about_time)
        for metric in group()
    }
)
"""Every metric by its name, in the order in which they are shown."""

FORMULAS: Final = " ".join(metric.id for metric in METRICS.values())
"""The versions of all formulas: figures by others are out of date."""
