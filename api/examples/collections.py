"""Examples of collections."""

from typing import Any, Final

EXAMPLES: Final[dict[str, Any]] = {}
