"""Decides which calls there are: each lead's story over time and the calls nobody answered."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from scripts.demo_calls.companies import Company, Person, company
from scripts.demo_calls.ids import close_id, dice
from scripts.demo_calls.people import FORMER_REP, REPS, TEAMS, Rep

DAYS = 365
ANSWERED_SHARE = 0.6

_BUY = "discovery demo pricing negotiation won"
STORIES: tuple[str, ...] = (
    f"cold-yes {_BUY} onboarding support renewal",
    "cold-no",
    "support expansion renewal",
    "cold-later cold-yes discovery demo pricing followup lost",
    "cold-later",
    "gatekeeper cold-yes discovery demo",
    "onboarding support churn",
    "cold-no",
    f"inbound {_BUY} onboarding",
    "cold-yes reschedule demo followup",
    "wrong-number",
    "cold-later cold-yes discovery",
    "support churn",
    "onboarding support expansion",
    "gatekeeper cold-no",
    "inbound discovery demo pricing legal won onboarding",
    "support",
    "onboarding renewal-check support renewal",
    "gatekeeper cold-no",
    "inbound demo pricing lost",
    "cold-no",
    "onboarding expansion support",
    "cold-yes discovery followup lost",
    "gatekeeper",
    "wrong-number",
    "expansion renewal churn",
    "cold-yes discovery demo pricing negotiation legal",
    "support expansion renewal-check",
    "cold-no",
)
"""Kinds of answered call in the order they happen to one lead."""

_TEAMS = {
    "cold-yes": "bdr", "cold-no": "bdr", "cold-later": "bdr", "gatekeeper": "bdr",
    "wrong-number": "bdr", "inbound": "bdr", "reschedule": "bdr", "onboarding": "success",
    "renewal": "success", "renewal-check": "success", "churn": "success", "expansion": "success",
    "support": "support",
}  # fmt: skip
_NOBODY_MET = ("gatekeeper", "wrong-number")
_NO_REASON_TO_CALL_BACK = ("wrong-number", "cold-no", "gatekeeper", "lost")
_CUSTOMER_KINDS = ("onboarding", "support", "expansion", "renewal", "renewal-check", "churn")
_GAPS = {"support": (15, 60), "renewal": (40, 110), "renewal-check": (30, 80), "churn": (10, 40)}
_ATTEMPTS = (
    ("no-answer", 0.29), ("vm-left-out", 0.25), ("vm-left-in", 0.24), ("external", 0.055),
    ("vm-answer", 0.04), ("busy", 0.04), ("abandoned", 0.035), ("blocked", 0.025),
    ("error", 0.025),
)  # fmt: skip
"""What happens to the calls nobody talked in, in shares of those calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCall:
    """One call before it is written: who, when and of what kind.

    `kind` is a step of a story or the fate of an attempt; `met` says whether
    this person has talked to this rep before, `customer` whether they have
    bought, `attached` whether Close knows which lead it belongs to, `last`
    whether the lead's story ends with it.
    """

    id: str
    kind: str
    at: datetime
    lead: Company
    person: Person
    rep: Rep
    met: bool = False
    customer: bool = False
    attached: bool = True
    last: bool = False
    about: str
    """The step of the story a call belongs to: `kind` itself, unless nobody answered."""

    @property
    def answered(self) -> bool:
        """Whether two people talked over Close's own line."""
        return self.kind not in {kind for kind, _ in _ATTEMPTS}


def plan(today: date, seed: int, calls: int) -> list[PlannedCall]:
    """Return exactly `calls` calls of the year before `today`, oldest first."""
    wanted = round(calls * ANSWERED_SHARE)
    talks: list[PlannedCall] = []
    number = 0
    while len(talks) < wanted:
        talks.extend(_story(company(number, seed), number, today, seed))
        number += 1
    talks = talks[:wanted]
    attempts = list(_attempts(talks, calls - wanted, number, today, seed))
    return sorted(talks + attempts, key=lambda call: (call.at, call.id))


def _story(lead: Company, number: int, today: date, seed: int) -> list[PlannedCall]:
    """Return the answered calls of one lead, in the order of its story."""
    kinds = STORIES[number % len(STORIES)].split()
    chance = dice("story", seed, number)
    team = {name: chance.choice(_members(name)) for name in TEAMS}
    days = _days_ago(kinds, number, chance)
    moments = sorted(_moment(today - timedelta(days=ago), chance) for ago in days)
    story: list[PlannedCall] = []
    for step, (kind, at) in enumerate(zip(kinds, moments, strict=True)):
        rep = _rep(team[_TEAMS.get(kind, "ae")], at, today)
        person = _person(lead, kind, chance)
        met = any(
            earlier.rep == rep and earlier.person == person and earlier.kind not in _NOBODY_MET
            for earlier in story
        )
        story.append(
            PlannedCall(
                id=close_id("acti", seed, number, step),
                kind=kind,
                at=at,
                lead=lead,
                person=person,
                rep=rep,
                met=met,
                customer=kind in _CUSTOMER_KINDS,
                last=step == len(kinds) - 1,
                about=kind,
            )
        )
    return [call for call in story if (today - call.at.date()).days <= DAYS]


def _members(team: str) -> list[Rep]:
    return [rep for rep in REPS if rep.team == team]


def _rep(rep: Rep, at: datetime, today: date) -> Rep:
    """Return the rep, or the one who has left since for the oldest calls of one seat."""
    old = (today - at.date()).days > 200
    return FORMER_REP if old and rep.first == "Connor" else rep


def _person(lead: Company, kind: str, chance: Random) -> Person:
    """Return whom the call is with: mostly the main contact, now and then another."""
    if len(lead.people) > 1:
        if kind == "support":
            return chance.choice(lead.people)
        if kind in ("negotiation", "legal") and chance.random() < 0.4:
            return lead.people[1]
    return lead.people[0]


def _days_ago(kinds: list[str], number: int, chance: Random) -> list[int]:
    """Return the age in days of each call of a story; the last ones are mostly recent.

    Steps of the golden ratio spread the stories over the year more evenly than chance would.
    """
    spread = (number * 0.6180339887 + chance.uniform(0, 0.1)) % 1
    age = 1 + int((DAYS - 2) * spread**2.4)
    ages = [age]
    for kind in reversed(kinds[1:]):
        age += chance.randint(*_GAPS.get(kind, (2, 17)))
        ages.append(age)
    return ages


def _moment(day: date, chance: Random) -> datetime:
    """Return a moment in American office hours of a day, or of the Friday before a weekend."""
    if day.weekday() >= 5 and chance.random() < 0.93:
        day -= timedelta(days=day.weekday() - 4)
    seconds = int(chance.triangular(13.2, 22.6, 16.5) * 3600)
    exact = datetime.combine(day, time(), UTC) + timedelta(seconds=seconds)
    return exact.replace(microsecond=chance.randrange(1000) * 1000)


def _fates(count: int) -> Iterator[str]:
    """Yield what happens to each attempt: every fate at least once, the rest by share."""
    given = {kind: max(1, int(share * count)) for kind, share in _ATTEMPTS}
    given["no-answer"] += count - sum(given.values())
    yield from [kind for kind, times in given.items() for _ in range(times)][:count]


def _attempts(
    talks: list[PlannedCall], count: int, unreached_from: int, today: date, seed: int
) -> Iterator[PlannedCall]:
    """Yield the calls that were not answered: some near a talk, most to leads never reached.

    `unreached_from` is the number of the first lead that nobody ever reached.
    """
    shuffle = dice("around", seed)
    around = shuffle.sample(talks, len(talks))
    callers = [talk for talk in around if talk.kind not in _NO_REASON_TO_CALL_BACK] or around
    fates = list(_fates(count))
    for number, kind in enumerate(shuffle.sample(fates, len(fates))):
        if kind in ("vm-left-in", "vm-answer", "external"):
            yield _around(callers[number % len(callers)], kind, number, today, seed)
        elif number % 5 < 2:
            yield _around(around[number % len(around)], kind, number, today, seed)
        else:
            yield _unreached(unreached_from + number // 5, kind, number, today, seed)


def _around(talk: PlannedCall, kind: str, number: int, today: date, seed: int) -> PlannedCall:
    """Return an attempt of ours some days before a talk, or one of theirs soon after it."""
    chance = dice("attempt", seed, number)
    inbound = kind in ("vm-left-in", "vm-answer")
    shift = chance.randint(0, 3) if inbound else -chance.randint(1, 5)
    age = min(max((today - talk.at.date()).days - shift, 1), DAYS - 2)
    at = _moment(today - timedelta(days=age), chance)
    return replace(
        talk,
        id=close_id("acti", seed, "attempt", number),
        kind=kind,
        at=_odd_hour(at, chance) if inbound else at,
        met=shift > 0 or talk.met,
        attached=not (number % 5 == 0 and kind in ("vm-left-in", "external")),
    )


def _unreached(lead_number: int, kind: str, number: int, today: date, seed: int) -> PlannedCall:
    """Return one of up to three attempts, days apart, at a lead who never answers."""
    lead = company(lead_number, seed)
    chance = dice("unreached", seed, lead_number)
    last_age = 1 + int((DAYS - 60) * chance.random() ** 1.6)
    rep = chance.choice(_members("bdr"))
    turn = number % 5 - 2
    age = last_age + (2 - turn) * chance.randint(3, 9)
    return PlannedCall(
        id=close_id("acti", seed, "attempt", number),
        kind=kind,
        at=_moment(today - timedelta(days=age), dice("attempt", seed, number)),
        lead=lead,
        person=lead.people[0],
        rep=rep,
        about="never-reached-again" if turn else "never-reached-first",
    )


def _odd_hour(at: datetime, chance: Random) -> datetime:
    """Return the moment, one time in three moved into the early morning of the same day."""
    if chance.random() < 0.66:
        return at
    return at.replace(hour=chance.choice((0, 1, 3, 5, 10, 11, 12)))
