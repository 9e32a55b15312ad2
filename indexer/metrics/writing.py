"""Figures as people read them."""

from typing import Final

from models.metric import Unit

UNDEFINED: Final = "\N{EN DASH}"
_UNITS: Final = {
    Unit.SHARE: "",
    Unit.COUNT: "",
    Unit.SECONDS: " s",
    Unit.PER_MINUTE: "/min",
    Unit.WORDS_PER_MINUTE: " words/min",
    Unit.PER_HOUR: "/h",
    Unit.PER_100_WORDS: " per 100 words",
}
_FINE: Final = 10
"""Seconds: below these, hundredths are shown, as pauses are shorter than one."""


def number(figure: float | None, unit: Unit) -> str:
    """A figure without its unit, but for a share: `51.2%`, `17.5`; a dash where there is none."""
    if figure is None:
        return UNDEFINED
    if unit is Unit.SHARE:
        return f"{figure:.1%}"
    if unit is Unit.COUNT and figure == round(figure):
        return f"{figure:,.0f}"
    is_fine = unit in (Unit.COUNT, Unit.PER_100_WORDS) or (
        unit is Unit.SECONDS and abs(figure) < _FINE
    )
    return f"{figure:,.2f}" if is_fine else f"{figure:,.1f}"


def unit_of(unit: Unit) -> str:
    """What stands after the number; nothing where the number says it."""
    return _UNITS[unit].strip()


def written(figure: float | None, unit: Unit) -> str:
    """A figure with its unit: `51.2%`, `17.5 s`, `10.2/min`; a dash where there is none."""
    return number(figure, unit) + ("" if figure is None else _UNITS[unit])
