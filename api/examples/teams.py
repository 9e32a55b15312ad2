"""Examples of teams."""

from typing import Any, Final

EXAMPLES: Final[dict[str, Any]] = {}
