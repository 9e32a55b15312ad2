"""The wire shape of the status: what is here, and what is not yet."""

from datetime import datetime

from pydantic import BaseModel, Field

from indexer.marks import LAST_COMPARED, LAST_SYNC, PROBLEM, WorkerState, moment
from indexer.store.contract import Store
from indexer.vectors import EmbedderId
from models import CallState, StateGroup


class CallCountsOut(BaseModel):
    """How many calls stand where: `known` is the sum of the others."""

    known: int = Field(description="Calls Close has told us of.")
    indexed: int = Field(description="Stored and searchable.")
    waiting: int = Field(description="Not fetched yet, or without their transcript yet.")
    failed: int = Field(description="Could not be read; tried again later.")
    excluded: int = Field(description="Left out on purpose, by a rule.")
    deleted: int = Field(description="Gone from Close, and so from here.")


class ReasonOut(BaseModel):
    """Calls that stand alike, and why."""

    state: CallState
    reason: str
    calls: int
    since: datetime = Field(description="Since when the first of them stands so, in UTC.")
    next_try: datetime | None = Field(
        description="When the first of them is fetched again; a moment that is past means as soon"
        " as can be, null that nothing is to be done."
    )

    @classmethod
    def of(cls, group: StateGroup) -> "ReasonOut":
        """A group of the tally."""
        return cls(
            state=group.state, reason=group.reason, calls=group.calls,
            since=group.since, next_try=group.due_at,
        )  # fmt: skip


class FailureOut(BaseModel):
    """Why the last sync failed."""

    at: datetime
    what: str


class EmbedderOut(BaseModel):
    """The network whose vectors are stored."""

    name: str
    revision: str = Field(description="The version of its weights.")
    dimensions: int = Field(description="Numbers in a vector.")

    @classmethod
    def of(cls, embedder: EmbedderId | None) -> "EmbedderOut | None":
        """An embedder; None before the first call was stored."""
        return None if embedder is None else cls.model_validate(embedder, from_attributes=True)


class StatusOut(BaseModel):
    """What is here, and what is not yet."""

    calls: CallCountsOut
    reasons: list[ReasonOut]
    due: int = Field(description="Calls to be fetched now.")
    passages: int = Field(description="Pieces of calls that can be found.")
    embedder: EmbedderOut | None
    last_sync: datetime | None = Field(
        description="When the last sync that left nothing to do began, in UTC."
    )
    last_compared: datetime | None = Field(
        description="When every call Close has was last compared with those here, in UTC."
    )
    problem: FailureOut | None = Field(description="Why the last sync failed; null if it did not.")
    worker: WorkerState | None = Field(
        description="Whether this server keeps itself current: `off`, `idle` (it does), `syncing`,"
        " or `elsewhere` (another process is writing). Null where no server was asked."
    )
    version: str = Field(description="Of Callsift.")

    @classmethod
    def of(
        cls, store: Store, *, now: datetime, version: str, worker: WorkerState | None = None
    ) -> "StatusOut":
        """What a store says of itself and of every call Close has told of."""
        tally, facts = store.tally(), store.facts()
        problem = store.cursor(PROBLEM)
        counts = {state.value: tally.count(state) for state in CallState}
        return cls(
            calls=CallCountsOut(known=tally.known, **counts),
            reasons=[ReasonOut.of(group) for state in CallState for group in tally.of(state)],
            due=store.count_due(now=now),
            passages=facts.passages,
            embedder=EmbedderOut.of(facts.embedder),
            last_sync=moment(store, LAST_SYNC),
            last_compared=moment(store, LAST_COMPARED),
            problem=FailureOut.model_validate_json(problem) if problem else None,
            worker=worker,
            version=version,
        )
