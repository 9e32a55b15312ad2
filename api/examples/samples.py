"""Examples of samples."""

from typing import Any, Final

EXAMPLES: Final[dict[str, Any]] = {}
