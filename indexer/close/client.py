"""The client: everything Callsift asks of Close, one method for each question."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from types import TracebackType
from typing import Final, Self

import httpx

from indexer.close import lookups, subscriptions
from indexer.close.audio import Audio, Listening
from indexer.close.connection import Connection, RequestStats
from indexer.close.events import CallEvent, LeadRenaming, events, renamings
from indexer.close.fetching import Fetched, Fetching
from indexer.close.history import HistoryWalk, HistoryWindow
from indexer.close.lookups import Account
from indexer.close.subscriptions import Subscription
from indexer.close.webhook import WebhookKey
from indexer.when import utc_now
from models import Lead, Outcome

CLOSE_API: Final = "https://api.close.com/api/v1"
"""Where Close serves its API."""


class Close:
    """Close, asked politely: it waits as told, repeats what may be repeated, and counts.

    Every method may raise an error of `models.errors.CloseError`'s branch, and no
    other for anything Close does. Requests are sent one after another, but for audio.
    """

    def __init__(
        self,
        *,
        base_url: str = CLOSE_API,
        auth: httpx.Auth,
        transport: httpx.BaseTransport | None = None,
        timeout_s: float = 60.0,
        tries: int = 6,
        sleep: Callable[[float], None] = time.sleep,
        jitter: random.Random | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """Connect to nothing yet.

        Args:
            base_url: where Close's API is, its version included.
            auth: `ApiKey` or `OAuth`.
            transport: what answers instead of the network, in tests.
            timeout_s: how long to wait for a connection, or for more of an answer.
            tries: how often a request is sent before it is given up; waits that
                Close asks for do not count.
            sleep: waits so many seconds.
            jitter: lengthens waits by chance, so that many clients do not wake at once.
            clock: seconds that only ever grow.
            now: the moment it is, for where history begins.
        """
        self._connection = Connection(
            base_url=base_url,
            auth=auth,
            transport=transport,
            timeout_s=timeout_s,
            tries=tries,
            sleep=sleep,
            jitter=jitter or random.Random(),  # noqa: S311 -- spreads waits, keeps no secret
            clock=clock,
        )
        self._fetching = Fetching(self._connection)
        self._listening = Listening(base_url=base_url, auth=auth, transport=transport, sleep=sleep)
        self._now = now

    @property
    def stats(self) -> RequestStats:
        """What all this has cost so far."""
        return self._connection.stats

    def history(self, *, before: datetime | None = None) -> Iterator[HistoryWindow]:
        """Every call there is, in windows from the newest back; or those created before a moment.

        Raises:
            CloseUnreadable: Close ignores a filter, so that no window can be trusted.
        """
        return HistoryWalk(self._connection, self._now).windows(before)

    def events(self, *, since: datetime) -> Iterator[CallEvent]:
        """What happened to calls since a moment, at most 30 days ago; each event once.

        Action by action, each newest first. Events may become visible late and
        out of order, so ask again from some minutes before.
        """
        return events(self._connection, since)

    def renamings(self, *, since: datetime) -> Iterator[LeadRenaming]:
        """Which leads were renamed since a moment, at most 30 days ago."""
        return renamings(self._connection, since)

    def fetch(self, call_ids: Sequence[str], *, alone: bool = False) -> Fetched:
        """These calls with their transcripts; those Close no longer has; those it cannot give.

        They are asked for by list, 25 at a time. What a list leaves out may be gone, or the
        list may be wrong: asked for `alone`, each call is a request, and the answer certain.

        Raises:
            CloseUnauthorized: Close refuses our credentials.
            CloseUnavailable: Close is down, not just unable to give some call.
        """
        return self._fetching.fetch(call_ids, alone=alone)

    def outcomes(self) -> dict[str, Outcome]:
        """Every outcome Close still has, by id; none where Close has no outcomes or hides them."""
        return lookups.outcomes(self._connection)

    def lead(self, lead_id: str) -> Lead | None:
        """The lead's name and its page in Close; None when it is gone or hidden from us."""
        return lookups.lead(self._connection, lead_id)

    def audio(self, url: str, *, byte_range: str | None = None) -> Audio:
        """Open the audio behind a call's `recording_url` or `voicemail_url`; close it in the end.

        Many threads may ask for audio at once. It waits for no other request, is
        tried once, and costs nothing in `stats`.

        Args:
            url: as Close gave it. Our credentials are sent to Close only.
            byte_range: a `Range` header, such as `bytes=0-`. Anything but one range
                of bytes is passed over, as HTTP allows: then all of the audio comes.

        Raises:
            AudioElsewhere: the link does not lead to Close.
            NoSuchRange: the audio ends before that range begins.
            CloseNotFound: the audio is gone; Close keeps it for a while only.
            CloseUnavailable: Close, or where it keeps its audio, cannot give it just now.
        """
        return self._listening.open(url, byte_range)

    def account(self) -> Account:
        """Whose credentials we use: proof that Close accepts them."""
        return lookups.account(self._connection)

    def subscriptions(self) -> list[Subscription]:
        """Every subscription our credentials may manage, also those of other applications."""
        return subscriptions.subscriptions(self._connection)

    def subscribe(self, url: str) -> WebhookKey:
        """Have all that happens to calls delivered to an address, signed with the key returned.

        Raises:
            CloseUnavailable: no answer came; there may be a new subscription all the same.
        """
        return subscriptions.subscribe(self._connection, url)

    def activate(self, subscription_id: str) -> None:
        """Have Close deliver to a subscription again, should it have been paused.

        Raises:
            CloseNotFound: Close has none of this id.
        """
        subscriptions.activate(self._connection, subscription_id)

    def unsubscribe(self, subscription_id: str) -> None:
        """Delete a subscription.

        Raises:
            CloseNotFound: Close has none of this id.
        """
        subscriptions.unsubscribe(self._connection, subscription_id)

    def close(self) -> None:
        """Let go of the network."""
        self._listening.close()
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
