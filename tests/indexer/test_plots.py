"""Plots: numbers with their intervals, as SVG that can be read aloud."""

import re
from xml.etree import ElementTree as ET

import pytest

from indexer.plots import Plot, Point, Theme, drawn
from models.estimate import Estimate, Interval
from tests.indexer.cli.driving import python

NAMES = {"svg": "http://www.w3.org/2000/svg"}


def point(name: str, value: float | None, spread: float | None = None) -> Point:
    interval = None
    if value is not None and spread is not None:
        interval = Interval(low=value - spread, high=value + spread, method="Student")
    estimate = Estimate(value=value, n=12, interval=interval)
    return Point(name=name, estimate=estimate, told=f"{value}")


def plot(*points: Point, **told: object) -> Plot:
    usual = {"title": "Talk ratio", "description": "By rep.", "unit": "%", "points": points}
    return Plot(**(usual | told))  # type: ignore[arg-type]


def texts(svg: bytes) -> list[str]:
    found = ET.fromstring(svg).iter(f"{{{NAMES['svg']}}}text")  # noqa: S314 - it is our own
    return ["".join(text.itertext()) for text in found]


@pytest.mark.parametrize("is_trend", [False, True])
def test_the_same_numbers_give_the_same_bytes(is_trend: bool) -> None:
    asked = plot(point("Ana", 0.5, 0.1), point("Bo", None), is_trend=is_trend)
    assert drawn(asked) == drawn(asked)
    assert b"<dc:date>" not in drawn(asked)


def test_it_says_what_it_shows() -> None:
    svg = ET.fromstring(drawn(plot(point("Ana <&> Bo", 0.5, 0.1))))  # noqa: S314 - it is our own
    assert svg.get("role") == "img"
    assert svg.findtext("svg:title", namespaces=NAMES) == "Talk ratio"
    assert svg.findtext("svg:desc", namespaces=NAMES) == "By rep. Ana <&> Bo: 0.5"
    assert svg.get("aria-labelledby") == "title desc"


def test_words_are_words_and_each_name_has_its_n() -> None:
    told = texts(drawn(plot(point("Ana", 0.5, 0.1), point("B" * 60, 0.4))))
    assert "Ana  (12)" in told
    assert any(text.startswith("B" * 25 + "…") for text in told)
    assert {"Talk ratio", "%"} <= set(told)


@pytest.mark.parametrize("is_trend", [False, True])
def test_a_number_without_an_interval_is_hollow_and_none_is_not_drawn(is_trend: bool) -> None:
    asked = plot(point("A", 0.5, 0.1), point("B", 0.4), point("C", None), is_trend=is_trend)
    told = drawn(asked).decode()
    assert re.findall(r'id="((?:interval|mean)-.)"', told) == ["interval-0", "mean-0", "mean-1"]
    filled, hollow = (told.split(f'id="mean-{name}"')[1].split("</g>")[0] for name in (0, 1))
    assert "fill-opacity: 0" not in filled
    assert "fill-opacity: 0" in hollow


def test_nothing_to_draw_is_said() -> None:
    for empty in (plot(point("Ana", None)), plot()):
        assert set(texts(drawn(empty))) == {"Talk ratio", "No number to draw"}


def test_it_is_drawn_for_light_and_dark_pages_in_the_width_asked_for() -> None:
    asked = plot(point("Ana", 0.5, 0.1))
    light, dark = drawn(asked), drawn(asked, theme=Theme.DARK, width=300)
    assert b"#0b6264" in light
    assert b"#6cc9c4" in dark
    assert b"#0b6264" not in dark
    assert re.search(rb'width="300" height="\d+"', dark)


def test_a_long_trend_names_few_of_its_weeks() -> None:
    weeks = [point(f"week {n}", n / 100) for n in range(60)]
    told = [text for text in texts(drawn(plot(*weeks, is_trend=True))) if "week" in text]
    assert len(told) <= 9


def test_the_command_line_starts_without_heavy_libraries() -> None:
    heavy = "('matplotlib', 'scipy', 'numpy', 'pydantic', 'sklearn')"
    told = python("-c", f"import sys, indexer.cli; print([m for m in {heavy} if m in sys.modules])")
    assert told.stdout.strip() == "[]", told.stderr
