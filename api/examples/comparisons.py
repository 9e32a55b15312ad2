"""Examples of comparisons."""

from typing import Any, Final

EXAMPLES: Final[dict[str, Any]] = {}
