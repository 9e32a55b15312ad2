"""Measures, and prints Markdown: `python -m scripts.bench [encode] [vectors]`."""

import argparse
from collections.abc import Callable

from scripts.bench import encode, vectors
from scripts.bench.measuring import Bar, Table


def main() -> None:
    options = _arguments()
    sections: dict[str, Callable[[], tuple[Table, list[Bar]]]] = {
        "encode": lambda: encode.run(rounds=options.rounds),
        "vectors": lambda: vectors.run(passages=options.passages, rounds=options.rounds),
    }
    if strangers := set(options.sections) - set(sections):
        raise SystemExit(f"there is no section {', '.join(sorted(strangers))}")
    reached: list[Bar] = []
    for name in options.sections or sections:
        table, bars = sections[name]()
        _print(table)
        reached += bars
    print("\n| bar | wanted | measured | reached |\n|---|---|---|---|")
    for bar in reached:
        told = "yes" if bar.is_reached else "**no**"
        print(f"| {bar.name} | {bar.wanted} | {bar.measured} | {told} |")


def _print(table: Table) -> None:
    columns = list(table.rows[0])
    print(f"\n**{table.title}**\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for row in table.rows:
        print(f"| {' | '.join(str(row[column]) for column in columns)} |")
    print("\n" + " ".join(table.notes), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench", description=__doc__)
    parser.add_argument("sections", nargs="*", help="encode, vectors; all if none is named")
    parser.add_argument("--passages", type=int, default=1_000_000, help="vectors to search")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
