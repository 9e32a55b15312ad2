import sys

import numpy as np
import pytest
from numpy.random import Generator

from models.estimate import Estimate, Interval
from scripts.simulate.__main__ import main
from scripts.simulate.methods import intervals
from scripts.simulate.running import Alarm, Case, Drawn, coverage, frequency, together


def a_case(width: float) -> Case:
    """An interval of so much around a normal number; none in a fourth of all runs."""

    def draw(generator: Generator) -> Drawn:
        value = float(generator.normal())
        interval = Interval(low=value - width, high=value + width, method="known")
        is_given = generator.random() < 0.75
        return Drawn(Estimate(value=value, n=1, interval=interval if is_given else None), 0.0)

    return Case("known", f"width {width}", draw)


def test_coverage_counts_intervals_that_are_given() -> None:
    found = coverage(a_case(1.96), runs=4000)

    assert found.given == pytest.approx(3000, abs=100)
    assert found.covered == pytest.approx(0.95, abs=0.015)
    assert found.above == pytest.approx(0.025, abs=0.01)
    assert found.covered + found.above + found.below == pytest.approx(1)


def test_cases_together_count_by_their_intervals() -> None:
    found = [coverage(a_case(width), runs=100) for width in (0.5, 3.0)]

    both = together(found, "both")

    covered = sum(one.covered * one.given for one in found) / sum(one.given for one in found)
    assert both.covered == pytest.approx(covered)
    assert both.runs == 200


def test_an_alarm_is_counted() -> None:
    assert frequency(Alarm("known", "a fifth", lambda g: g.random() < 0.2), runs=2000) == (
        pytest.approx(0.2, abs=0.03)
    )


def test_every_method_surrounds_the_mean() -> None:
    values = np.exp(np.linspace(-1, 1, 30))

    for method, (low, high) in intervals(values, np.random.default_rng(1)).items():
        assert low < values.mean() < high, method


def test_it_prints_markdown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["simulate", "--runs", "5", "--only", "proportions"])

    main()

    lines = capsys.readouterr().out.strip().splitlines()
    assert lines[0] == "## proportions"
    assert lines[-1].startswith("| **all** | 1.00 |")
    assert {line.count("|") for line in lines[2:]} == {6}
