"""Puts scenes together into one conversation that makes sense for its kind of call."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from scripts.demo_calls.casting import particular, suits
from scripts.demo_calls.companies import slots
from scripts.demo_calls.fill import fill
from scripts.demo_calls.ids import dice
from scripts.demo_calls.scenes import VOICEMAIL_STAGES, Scene
from scripts.demo_calls.stories import PlannedCall


@dataclass(frozen=True, slots=True)
class Step:
    """Part of a call: how many scenes of one stage, `low` to `high` of them."""

    stage: str
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What was said in a call and what was written down about it."""

    lines: tuple[tuple[bool, str], ...]
    """Whether it was our user, and the words."""
    note: str | None = None
    summary: str | None = None
    outcome: str | None = None
    contact_label: str | None = None
    """Who spoke for the contact's side where that is not the contact."""


def _steps(text: str) -> tuple[Step, ...]:
    """Read a recipe such as `discovery:2-4 smalltalk:0-1`."""
    steps = []
    for part in text.split():
        stage, _, span = part.partition(":")
        low, _, high = span.partition("-")
        steps.append(Step(stage, int(low), int(high or low)))
    return tuple(steps)


RECIPES: Mapping[str, tuple[Step, ...]] = {
    "cold-yes": _steps("discovery:1-2 objection:0-1 competitor:0-1 scheduling:1"),
    "cold-no": _steps("objection:1"),
    "cold-later": _steps("discovery:0-1 objection:0-1 competitor:0-1 followup:1"),
    "gatekeeper": _steps("gatekeeper:1"),
    "wrong-number": _steps("wrong-number:1"),
    "inbound": _steps("discovery:1-3 objection:0-1 scheduling:1"),
    "reschedule": _steps("scheduling:1"),
    "discovery": _steps("smalltalk:0-1 discovery:2-3 competitor:0-1"),
    "demo": _steps("smalltalk:0-1 demo:2-5 competitor:0-1 objection:0-1 pricing:0-1"),
    "pricing": _steps("smalltalk:0-1 pricing:1-2 objection:0-2 competitor:0-1"),
    "negotiation": _steps("negotiation:1-2 objection:0-1 legal:0-2"),
    "legal": _steps("legal:2-3 negotiation:0-1"),
    "won": _steps("negotiation:0-1 closing:1"),
    "lost": _steps("objection:0-1"),
    "followup": _steps("followup:1 objection:0-1 competitor:0-1"),
    "onboarding": _steps("smalltalk:0-1 onboarding:1"),
    "support": _steps("support:1 smalltalk:0-1"),
    "expansion": _steps("smalltalk:0-1 expansion:1"),
    "renewal": _steps("smalltalk:0-1 renewal:1 negotiation:0-1"),
    "renewal-check": _steps("smalltalk:0-1 renewal:1"),
    "churn": _steps("churn:1"),
}
"""The scenes between greeting and goodbye, by kind of call."""

_CAN_RUN_LONG = ("discovery", "demo", "pricing", "negotiation")
_LONG_EVERY = 6
_LONG_EXTRA = (4, 6, 9, 14, 32)
"""How many scenes a long call has on top of a usual one."""


class Script:
    """The scenes of a world while its calls are written.

    Remembers what was used, so that scenes are spread evenly and none comes
    twice for one lead.
    """

    def __init__(self, scenes: list[Scene], seed: int) -> None:
        self._by_stage: defaultdict[str, list[Scene]] = defaultdict(list)
        for scene in scenes:
            self._by_stage[scene.stage].append(scene)
        self._seed = seed
        self._uses: Counter[str] = Counter()
        self._heard: defaultdict[str, set[str]] = defaultdict(set)
        self._could_run_long = 0

    def write(self, call: PlannedCall) -> Conversation:
        """Return the conversation of an answered call."""
        chance = dice("conversation", self._seed, call.id)
        scenes: list[Scene] = []
        for stage in ("opening", *_stages(call, self._extra(call), chance)):
            self._add(stage, call, scenes, chance)
            if scenes and scenes[-1].stage == "smalltalk" and call.kind == "support":
                self._add("support", call, scenes, chance)
        if not any(scene.fact("ends") for scene in scenes):
            self._add("closing", call, scenes, chance)
        return _spoken(call, scenes, chance)

    def leave_message(self, call: PlannedCall) -> Conversation:
        """Return the one-sided conversation of a voicemail."""
        chance = dice("message", self._seed, call.id)
        scenes: list[Scene] = []
        self._add(
            "voicemail-out" if call.kind == "vm-left-out" else "voicemail-in", call, scenes, chance
        )
        return _spoken(call, scenes, chance)

    def _extra(self, call: PlannedCall) -> int:
        """Return how many scenes a call has on top of a usual one: none, but for every sixth."""
        if call.kind not in _CAN_RUN_LONG:
            return 0
        self._could_run_long += 1
        turn, rest = divmod(self._could_run_long, _LONG_EVERY)
        return 0 if rest else _LONG_EXTRA[turn % len(_LONG_EXTRA)]

    def _add(self, stage: str, call: PlannedCall, scenes: list[Scene], chance: Random) -> None:
        """Append the scene of that stage that was used least, if one suits the call so far."""
        heard = self._heard[call.lead.id if call.attached else call.id]
        suiting = [scene for scene in self._by_stage[stage] if suits(scene, call, scenes)]
        fresh = [scene for scene in suiting if scene.id not in heard]
        if not fresh and stage in VOICEMAIL_STAGES:
            # A message without words would be no message, so here a repeat is better.
            fresh = suiting
        if not fresh:
            return
        worn = {scene.id: 2 * self._uses[scene.id] - particular(scene) for scene in fresh}
        least = min(worn.values())
        scene = chance.choice([scene for scene in fresh if worn[scene.id] == least])
        self._uses[scene.id] += 1
        heard.add(scene.id)
        scenes.append(scene)


def _stages(call: PlannedCall, extra: int, chance: Random) -> list[str]:
    """Return the stages between greeting and goodbye, one for each scene."""
    steps = RECIPES[call.kind]
    stages = [step.stage for step in steps for _ in range(chance.randint(step.low, step.high))]
    # A long call is mostly more of what such a call is about, hence `high` as the weight.
    main = [step.stage for step in steps if step.stage != "smalltalk" for _ in range(step.high)]
    stages += chance.choices(main, k=extra)
    return sorted(stages, key=[step.stage for step in steps].index)


def _spoken(call: PlannedCall, scenes: Sequence[Scene], chance: Random) -> Conversation:
    """Return the scenes with their alternatives picked and their slots filled."""
    words = slots(call.lead, call.person, call.rep, call.at.date(), chance)
    notes = [chance.choice(scene.notes) for scene in scenes if scene.notes]
    summaries = [scene.summary for scene in scenes if scene.summary]
    return Conversation(
        lines=tuple(
            (line.ours, fill(line.text, words, chance)) for scene in scenes for line in scene.lines
        ),
        note="\n".join(fill(note, words, chance) for note in notes[-2:]) or None,
        summary=" ".join(fill(summary, words, chance) for summary in summaries) or None,
        outcome=next((s.facts["outcome"] for s in reversed(scenes) if "outcome" in s.facts), None),
        contact_label=next(
            (words[s.facts["speaker"]] for s in scenes if s.facts.get("speaker") in words), None
        ),
    )
