"""Examples of scorecards."""

from typing import Any, Final

EXAMPLES: Final[dict[str, Any]] = {}
