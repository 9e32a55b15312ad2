"""Examples of trackers."""

from typing import Any, Final

EXAMPLES: Final[dict[str, Any]] = {}
