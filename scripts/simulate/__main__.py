"""Prints Markdown tables of how often intervals hold the truth and tests speak up."""

import argparse
from collections.abc import Mapping

from scripts.simulate import methods
from scripts.simulate.alarms import ALARMS
from scripts.simulate.intervals import INTERVALS
from scripts.simulate.running import Coverage, coverage, frequency, together


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.simulate", description=__doc__)
    parser.add_argument("--runs", type=int, default=2000, help="sets of calls per case")
    parser.add_argument("--only", help="one area, such as means or coaching")
    parser.add_argument("--methods", action="store_true", help="compare ways to an interval")
    arguments = parser.parse_args()
    if arguments.methods:
        _print_methods(methods.compared(runs=arguments.runs))
        _print_methods(methods.agreed(runs=arguments.runs))
        return
    for area in INTERVALS:
        if arguments.only in {None, area.__name__}:
            _print_area(area.__name__, [coverage(case, runs=arguments.runs) for case in area()])
    for alarms in ALARMS:
        if arguments.only in {None, alarms.__name__}:
            print(f"\n## {alarms.__name__}\n\n| case | speaks up |\n|---|---|")
            for alarm in alarms():
                print(f"| {alarm.name} | {frequency(alarm, runs=arguments.runs):.3f} |", flush=True)


def _print_area(name: str, found: list[Coverage]) -> None:
    """A row per case, and one of all: cases that seldom give an interval count by those."""
    print(f"\n## {name}\n\n| case | given | holds the truth | lies above | lies below |")
    print("|---|---|---|---|---|")
    for one in [*found, together(found, "**all**")]:
        shares = " | ".join(f"{share:.3f}" for share in (one.covered, one.above, one.below))
        print(f"| {one.name} | {one.given / one.runs:.2f} | {shares} |", flush=True)


def _print_methods(rows: list[tuple[str, Mapping[str, float]]]) -> None:
    names = list(rows[0][1])
    print(f"\n| calls | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for case, shares in rows:
        print(f"| {case} | {' | '.join(f'{shares[name]:.3f}' for name in names)} |")


if __name__ == "__main__":
    main()
