"""The invented sales calls of the demo: a year at a vendor of software for field service."""

from scripts.demo_calls.build import build_world

__all__ = ["build_world"]
