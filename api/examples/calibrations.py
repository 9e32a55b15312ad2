"""Examples of calibrations."""

from typing import Any, Final

EXAMPLES: Final[dict[str, Any]] = {}
