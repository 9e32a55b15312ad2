"""Examples of topics."""

from typing import Any, Final

EXAMPLES: Final[dict[str, Any]] = {}
