"""The notes reps leave: those of the scenes, and the scribbles after a call nobody answered."""

from html import escape
from random import Random

from scripts.demo_calls.compose import Conversation
from scripts.demo_calls.stories import PlannedCall

_SCRIBBLES = {
    "no-answer": (
        "no ans", "rang out, try again thurs am", "n/a x2", "no answer, voicemail box full",
        "Rang 10 times. Try cell instead", "straight to nothing?? check nr",
    ),
    "vm-left-out": (
        "lvm", "LVM + sent email", "left vm w/ callback nr", "vm #3, last try this month",
        "left msg re spring rush", "LVM, mentioned the route thing",
    ),
    "busy": ("busy", "busy signal, who still has those", "engaged, retry after lunch"),
    "blocked": ("bad nr, ask for new one", "number blocked by close??"),
    "error": ("call failed, carrier?", "dropped before it rang"),
    "external": (
        "Called from my cell after the trade show. {name} is keen, wants to see own jobs on it",
        "{company}: {name} picked up the shop phone while I was parked, 2nd demo w/ dispatcher?",
        "spoke to {name} on mobile, will call back re quote",
        "Ran into {name} at the supply house, then a quick call. Send pricing again!!",
        "{name} rang my cell, 5 min. Happy so far, asked about a second location.",
        "logged late - talked w {name} tue, agreed to push to next month",
    ),
    "abandoned": ("",),
}  # fmt: skip


def written(call: PlannedCall, talk: Conversation | None, chance: Random) -> str | None:
    """Return the note of a call: text, an empty string where one was begun, or None."""
    if call.kind == "vm-left-in":
        return None
    luck = chance.random()
    if call.kind == "external" and call.attached:
        luck = 1.0
    if luck < 0.22:
        return None
    if luck < 0.32:
        return ""
    if call.answered:
        return talk.note if talk else None
    scribble = chance.choice(_SCRIBBLES.get(call.kind, ("",)))
    company = call.lead.name if call.attached else "a new company"
    name = call.person.first if call.attached else "someone"
    return scribble.format(name=name, company=company)


def as_html(note: str | None) -> str | None:
    """Return a note as the rich text Close keeps of it."""
    if note is None:
        return None
    paragraphs = "".join(f"<p>{line}</p>" for line in escape(note, quote=False).split("\n"))
    return f"<body>{paragraphs}</body>"
