"""How much the stand-in gives at once."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(kw_only=True)
class Limits:
    """Close's limits, most of which it does not publish; a test may change them at any time."""

    max_limit: int = 100
    """The largest `_limit` of every list but the event log; above it the answer is 400."""

    max_skip: int = 10_000
    """The largest `_skip`; above it the answer is 400."""

    max_events: int = 50
    """The largest `_limit` of the event log, which is also its default."""

    requests_per_window: int = 100_000
    """Requests that one key may make to one group of endpoints in a window."""

    window_s: float = 1.0
    """Seconds that a rate limit counts together."""

    organization_share: int = 3
    """How many times one key's requests all keys of the organization may make together."""

    event_horizon: timedelta = timedelta(days=30)
    """How long the event log remembers."""

    event_data_horizon: timedelta = timedelta(hours=1)
    """How long callers who are no admins see what an event changed."""

    consolidation: timedelta = timedelta(seconds=60)
    """Updates of one object no further apart become one event; its webhooks wait that long."""

    queued_deliveries: int = 100_000
    """Deliveries waiting for one subscription at which Close pauses it and empties its queue."""
