"""Says which scenes suit a call, given who is on the line and what was said before."""

from collections.abc import Sequence

from scripts.demo_calls.scenes import Scene
from scripts.demo_calls.stories import PlannedCall

FIRST_TALKS = ("cold-yes", "cold-no", "cold-later", "inbound", "lost")
"""Kinds that take only scenes written for them: most others assume people who have met."""

_SOUR_KINDS = ("cold-no", "cold-later", "lost", "churn", "followup")
"""Kinds that may end coolly without anybody having been cool before."""

_PARTICULAR = frozenset({"trade", "tool", "rival", "met", "from"})


def particular(scene: Scene) -> bool:
    """Say whether a scene is for few calls only, and so should be taken when it fits."""
    return not _PARTICULAR.isdisjoint(scene.facts)


def suits(scene: Scene, call: PlannedCall, before: Sequence[Scene]) -> bool:
    """Say whether a scene can be the next of a call."""
    return (
        _suits_kind(scene, call)
        and _suits_people(scene, call)
        and _suits_course(scene, call, before)
    )


def _suits_kind(scene: Scene, call: PlannedCall) -> bool:
    fits = scene.fact("fits")
    if fits and not any(call.about == kind or call.about.startswith(f"{kind}-") for kind in fits):
        return False
    if not fits and call.kind in FIRST_TALKS:
        return False
    renewing = call.kind in ("renewal", "renewal-check", "churn")
    about_renewal = scene.facts.get("kind") == "renewal"
    if scene.stage in ("negotiation", "legal") and about_renewal != renewing:
        return False
    # A call that is not its story's last must not end the story.
    return call.last or scene.facts.get("outcome") != "closed-lost"


def _suits_people(scene: Scene, call: PlannedCall) -> bool:
    met = "no" if scene.facts.get("kind") == "procurement" else scene.facts.get("met")
    if met and (met == "yes") != call.met:
        return False
    now = {
        "trade": call.lead.trade.key,
        "tool": call.lead.tool,
        "rival": call.lead.rival,
        "from": ("customer" if call.customer else "prospect") if call.attached else "stranger",
    }
    return all(not scene.fact(name) or value in scene.fact(name) for name, value in now.items())


def _suits_course(scene: Scene, call: PlannedCall, before: Sequence[Scene]) -> bool:
    """Say whether topic, mood and outcome go with the scenes before."""
    topic = scene.facts.get("topic")
    if topic and any(topic == earlier.facts.get("topic") for earlier in before):
        return False
    moods = {earlier.facts["mood"] for earlier in before if "mood" in earlier.facts}
    if scene.stage != "closing":
        return not {"warm", "angry"} <= moods | {scene.facts.get("mood")}
    outcomes = {earlier.facts["outcome"] for earlier in before if "outcome" in earlier.facts}
    if outcomes and scene.facts.get("outcome", next(iter(outcomes))) not in outcomes:
        return False
    return _ends_as_it_went(scene.facts.get("mood"), moods, call)


def _ends_as_it_went(mood: str | None, moods: set[str], call: PlannedCall) -> bool:
    """Say whether a goodbye's mood follows from the moods of the call."""
    if mood == "warm":
        return moods.isdisjoint({"cold", "angry"})
    if mood == "angry":
        return "angry" in moods or call.kind == "cold-no"
    if mood == "cold":
        return call.kind in _SOUR_KINDS or not moods.isdisjoint({"cold", "angry"})
    return True
