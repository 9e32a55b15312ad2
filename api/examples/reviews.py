"""Examples of reviews."""

from typing import Any, Final

EXAMPLES: Final[dict[str, Any]] = {}
