"""Invents the companies that are called, their people and the words for a call's slots."""

from dataclasses import dataclass
from datetime import date
from random import Random

from scripts.demo_calls.fill import in_words
from scripts.demo_calls.ids import close_id, dice
from scripts.demo_calls.people import BUYERS, FAMILY_NAMES, FIRST_NAMES, OTHERS, PLACES, WOMEN, Rep
from scripts.demo_calls.trades import INVOICE_TOOLS, RIVALS, TOOLS, TRADES, Trade

_PRICES_BY_CREW = ((6, 39), (24, 49), (10_000, 59))
"""Upper bound of the crew and the dollars per technician and month of its plan."""

_CREWS = (3, 4, 4, 5, 6, 7, 8, 9, 11, 12, 14, 15, 17, 19, 22, 26, 31, 38, 45, 60)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_TIMES = (
    "two thirty", "ten o'clock", "eleven", "one fifteen", "nine thirty", "three", "four o'clock",
    "eight forty-five", "noon", "quarter past ten", "half past one",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A contact of a company; `phone` is E.164."""

    id: str
    first: str
    last: str
    title: str
    phone: str
    email: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A lead: who they are and what they use today."""

    id: str
    name: str
    trade: Trade
    city: str
    crew: int
    tool: str
    rival: str
    invoice_tool: str
    people: tuple[Person, ...]
    boss: str
    colleague: str

    @property
    def price(self) -> int:
        """Dollars per technician and month on the plan that fits the crew."""
        return next(price for bound, price in _PRICES_BY_CREW if self.crew <= bound)

    @property
    def seats(self) -> int:
        """Technicians and office staff who would sign in."""
        return self.crew + 1 + self.crew // 6


def company(number: int, seed: int) -> Company:
    """Return the lead of that number, always the same one for a seed."""
    chance = dice("company", seed, number)
    trade = TRADES[(number + seed) % len(TRADES)]
    place, city, area = PLACES[(number * 7 + number // 48 + seed) % len(PLACES)]
    family = FAMILY_NAMES[(number * 11 + seed) % len(FAMILY_NAMES)]
    name = chance.choice(trade.names).format(family=family, place=place)
    tool = TOOLS[(number // 2 + number + seed) % len(TOOLS)]
    firsts = chance.sample(FIRST_NAMES, 4)
    return Company(
        id=close_id("lead", seed, number),
        name=name,
        trade=trade,
        city=city,
        crew=chance.choice(_CREWS),
        tool=tool,
        rival=chance.choice([rival for rival in RIVALS if rival != tool]),
        invoice_tool=chance.choice(INVOICE_TOOLS),
        people=_people(f"{seed}/{number}", chance, firsts, family, _Front(name, area, number)),
        boss=firsts[3],
        colleague=chance.choice([name for name in WOMEN if name not in firsts]),
    )


@dataclass(frozen=True, slots=True)
class _Front:
    """What the people of one company share: its name and the start of its phone numbers."""

    company: str
    area: str
    number: int


def _people(
    key: str, chance: Random, firsts: list[str], family: str, front: _Front
) -> tuple[Person, ...]:
    """Return one to three contacts; an owner mostly carries the family's name."""
    domain = "".join(letter for letter in front.company.lower() if letter.isalnum()) + ".example"
    titles = [chance.choice(BUYERS), *chance.sample(OTHERS, 2)]
    people = []
    for place in range(chance.choice((1, 2, 2, 3))):
        owner = titles[place] == "Owner" and family in front.company
        people.append(
            Person(
                id=close_id("cont", key, place),
                first=firsts[place],
                last=family if owner else chance.choice(FAMILY_NAMES),
                title=titles[place],
                phone=f"+1{front.area}55501{(front.number * 3 + place * 31) % 100:02d}",
                email=f"{firsts[place].lower()}@{domain}",
            )
        )
    return tuple(people)


def slots(lead: Company, person: Person, rep: Rep, day: date, chance: Random) -> dict[str, str]:
    """Return what each slot of a scene stands for in one call."""
    total = round(lead.price * lead.seats * 12, -2)
    ahead = chance.choice((2, 3, 4, 6))
    weekday, weekday2 = chance.sample(_WEEKDAYS, 2)
    return {
        "rep": rep.name,
        "rep_first": rep.first,
        "contact": person.name,
        "contact_first": person.first,
        "contact_title": person.title.lower(),
        "company": lead.name,
        "industry": lead.trade.industry,
        "job": lead.trade.job,
        "job_one": lead.trade.job_one,
        "jobs": lead.trade.jobs,
        "jobs_one": lead.trade.jobs_one,
        "crew": str(lead.crew),
        "crew_words": in_words(lead.crew),
        "city": lead.city,
        "tool": lead.tool,
        "rival": lead.rival,
        "price": f"{in_words(lead.price)} dollars",
        "total": in_words(total),
        "discount": f"{chance.choice(('ten', 'twelve', 'fifteen', 'eight'))} percent",
        "seats": str(lead.seats),
        "weekday": weekday,
        "weekday2": weekday2,
        "month": _MONTHS[(day.month - 1 + ahead) % 12],
        "time": chance.choice(_TIMES),
        "colleague": lead.colleague,
        "boss": lead.boss,
        "invoice_tool": lead.invoice_tool,
    }
