"""The filters by which a webhook chooses among events."""

from collections.abc import Callable
from typing import Any, Final

from scripts.close_standin.world import Record


def admits(filter_: Record | None, value: Any) -> bool:
    """Tell whether a filter admits a value; no filter admits everything."""
    return filter_ is None or _TYPES[filter_["type"]](filter_, value)


def is_filter(value: Any) -> bool:
    """Tell whether a value can be used as a filter; None is one that admits everything."""
    if value is None:
        return True
    if not isinstance(value, dict) or value.get("type") not in _TYPES:
        return False
    if not _PARTS.get(value["type"], set()) <= value.keys():
        return False
    inner = [*value.get("filters", []), *([value["filter"]] if "filter" in value else [])]
    return all(part is not None and is_filter(part) for part in inner)


def _contains(filter_: Record, value: Any) -> bool:
    return isinstance(value, list | str) and filter_["value"] in value


def _any_of(filter_: Record, value: Any) -> bool:
    return isinstance(value, list) and any(admits(filter_["filter"], item) for item in value)


def _field(filter_: Record, value: Any) -> bool:
    held = value.get(filter_["field"]) if isinstance(value, dict) else None
    return admits(filter_["filter"], held)


_TYPES: Final[dict[str, Callable[[Record, Any], bool]]] = {
    "equals": lambda filter_, value: bool(value == filter_["value"]),
    "not_equals": lambda filter_, value: bool(value != filter_["value"]),
    "contains": _contains,
    "is_null": lambda _, value: value is None,
    "non_null": lambda _, value: value is not None,
    "and": lambda filter_, value: all(admits(part, value) for part in filter_["filters"]),
    "or": lambda filter_, value: any(admits(part, value) for part in filter_["filters"]),
    "not": lambda filter_, value: not admits(filter_["filter"], value),
    "field_accessor": _field,
    "any_array_value": _any_of,
}

_PARTS: Final[dict[str, set[str]]] = {
    "equals": {"value"},
    "not_equals": {"value"},
    "contains": {"value"},
    "and": {"filters"},
    "or": {"filters"},
    "not": {"filter"},
    "field_accessor": {"field", "filter"},
    "any_array_value": {"filter"},
}
"""What a filter of each type must have beside its type."""
