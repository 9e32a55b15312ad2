"""Examples of metrics."""

from typing import Any, Final

EXAMPLES: Final[dict[str, Any]] = {}
