"""The trades of the demo's customers: what they call themselves, their work and their tools."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A kind of field-service company.

    `job` is a plural phrase and `job_one` its singular; `names` are patterns of
    company names, to be filled with a family name or a place.
    """

    key: str
    industry: str
    job: str
    job_one: str
    jobs: str
    jobs_one: str
    names: tuple[str, ...]


def _trade(key: str, industry: str, job: str, jobs: str, *names: str) -> Trade:
    return Trade(
        key=key,
        industry=industry,
        job=job,
        job_one=_singular(job),
        jobs=jobs,
        jobs_one=_singular(jobs),
        names=names,
    )


def _singular(plural: str) -> str:
    if plural.endswith("ies"):
        return plural[:-3] + "y"
    if plural.endswith("ches"):
        return plural[:-2]
    return plural.removesuffix("s")


TRADES: tuple[Trade, ...] = (
    _trade(
        "hvac", "HVAC contractor", "furnace installs", "tune-ups",
        "{family} Heating & Air", "{place} Comfort Systems", "{family} & Sons Mechanical",
        "{place} Heating and Cooling", "Polar {family} Air",
    ),
    _trade(
        "plumbing", "plumbing company", "water heater swaps", "service calls",
        "{family} Plumbing", "{place} Drain & Sewer", "{family} Brothers Plumbing",
        "{place} Plumbing Co.",
    ),
    _trade(
        "landscaping", "landscaping company", "mowing routes", "properties",
        "{family} Landscapes", "{place} Lawn & Garden", "Green {place} Grounds",
        "{family} Turf Care",
    ),
    _trade(
        "pest", "pest control company", "quarterly treatments", "treatments",
        "{family} Pest Control", "{place} Exterminating", "{place} Termite & Pest",
    ),
    _trade(
        "pool", "pool service", "weekly pool cleanings", "pools",
        "{place} Pool Care", "{family} Pools & Spas", "Blue {place} Pool Service",
    ),
    _trade(
        "elevator", "elevator repair company", "elevator inspections", "callbacks",
        "{family} Elevator", "{place} Lift Service", "{family} Vertical Transport",
    ),
    _trade(
        "fire", "fire alarm inspection company", "fire alarm inspections", "inspections",
        "{place} Fire & Life Safety", "{family} Alarm Inspection", "{place} Sprinkler & Alarm",
    ),
    _trade(
        "solar", "solar installer", "rooftop solar installs", "site surveys",
        "{place} Solar", "{family} Sun Works", "{place} Rooftop Energy",
    ),
    _trade(
        "garage", "garage door company", "spring replacements", "door jobs",
        "{family} Garage Doors", "{place} Overhead Door", "{family} Door & Opener",
    ),
    _trade(
        "tree", "tree service", "tree removals", "removals",
        "{family} Tree Service", "{place} Arbor Care", "{family} & Daughters Tree Surgeons",
    ),
    _trade(
        "window", "window cleaning company", "storefront window cleanings", "window routes",
        "{place} Window Cleaning", "{family} Clear View", "Bright {place} Windows",
    ),
    _trade(
        "septic", "septic company", "septic pump-outs", "pump-outs",
        "{family} Septic", "{place} Septic & Drain", "{family} & Son Pumping",
    ),
    _trade(
        "electrical", "electrical contractor", "panel upgrades", "service calls",
        "{family} Electric", "{place} Electrical Services", "{family} Power & Light",
    ),
    _trade(
        "appliance", "appliance repair shop", "refrigerator repairs", "repairs",
        "{place} Appliance Repair", "{family} Appliance", "{family} & Co. Appliance Service",
    ),
    _trade(
        "locksmith", "locksmith", "rekeys", "lockouts",
        "{family} Lock & Key", "{place} Locksmiths", "{family} Security & Safe",
    ),
    _trade(
        "chimney", "chimney sweep company", "chimney sweeps", "sweeps",
        "{family} Chimney", "{place} Chimney & Hearth", "{place} Sweeps",
    ),
)  # fmt: skip

TOOLS: tuple[str, ...] = (
    "a whiteboard and Excel", "FieldHive", "Dispatchly", "WrenchDesk", "RouteOtter",
    "a shared Google calendar", "paper tickets", "ServiceMint", "spreadsheets and group texts",
    "an Outlook calendar",
)  # fmt: skip
RIVALS: tuple[str, ...] = ("FieldHive", "Dispatchly", "WrenchDesk", "RouteOtter", "ServiceMint")
INVOICE_TOOLS: tuple[str, ...] = ("QuickBooks", "QuickBooks", "QuickBooks", "Xero", "Sage")
