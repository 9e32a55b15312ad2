"""The command line's own data directory, for tests that go through it."""

from tests.indexer.cli.conftest import data, run

__all__ = ["data", "run"]
