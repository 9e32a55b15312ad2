"""A stand-in for Close: its REST API over one organization in memory.

It serves the demo and the tests of the sync, so that neither needs an account
at Close. Run it with `python -m scripts.close_standin`, or in a test:

    close = StandIn(world, clock=ManualClock(NOON))
    with serving(create_app(close)) as base_url:
        ...                                     # ask base_url with close's API_KEY
        call_id = close.start_call(lead_id=...) # what happens meanwhile
        close.faults.gateway_next = 2           # and what goes wrong

`app` makes the web application out of a `state.StandIn`; `faults.Faults` and
`limits.Limits` are its switches, `clock.ManualClock` its time, `server.serving`
its port. The records come from a `world.World`; `traffic.Traffic` lets things happen
to them by chance, and `StandIn.truth` is what a perfect copy of the calls would hold.

Faithful, as Close's documentation or recorded traffic says:

- Basic and Bearer authentication; refresh tokens that are good once; 401 and 404
  with `{"error": ...}`; field errors with `{"errors": [], "field-errors": {...}}`.
- Paths end with a slash. Unknown query parameters are dropped without a word.
- Calls newest `date_created` first, `{"data", "has_more"}` without a total, `_limit`
  100 at most, a largest `_skip`, exact `_fields`, transcripts only through `_fields`,
  long GETs as POST with `x-http-method-override`, `x-tz-offset` for dates without zone.
- Logged calls are external, may be dated back, and have no `answered` or `completed`.
- The event log: thirty days, newest update first, 50 a page, cursors, only certain sets
  of filters, updates that join one event and keep its id and `date_created`, stamps
  without a zone, no `data` after a deletion, nothing but the bare event for callers who
  are no admins once it is an hour old.
- Webhooks: the signature, the key shown once, no promise of order, `updated` and `deleted`
  after the consolidation delay, retries with growing pauses for 72 hours, and the two
  reasons for which Close pauses a subscription.
- `RateLimit` with a decimal reset on every answer, counted per key and organization for
  each group of endpoints; 429 without a body and with `retry-after`.

Assumed, because nothing says otherwise:

- A transcript, and later its summary, appears without any sign: no event, and no new
  `date_updated`. Tests can announce it by an `updated` event instead.
- Updates join one event when they are by the same user and at most a minute apart.
- A cursor remembers the `date_updated` window of its walk. An event's `data` is the
  record as it was then. Names in `_fields` that a record lacks are passed over.
- Date filters are exact to the microsecond. Calls created in the same microsecond are
  listed by falling id. `activity_at` filters on calls are refused, `organization_id` and
  `_type` ignored.
- What is fixed on a call made through Close is passed over when a PUT sends it.
- Endpoint groups, the default limits, and the wording of messages.

Different from Close: recordings are beeping WAV files as long as the call (Close has
MP3), served at the stand-in's own address; events of the time before it started are
written only when `StandIn.remember_history` is called, and show calls as they are now;
deliveries to webhooks always verify certificates; there is no search, export or meeting.
"""
