"""The wire shape of the status: what is here, and what is not yet."""

from datetime import datetime

from pydantic import BaseModel, Field

from indexer.store.contract import StoreFacts
from indexer.vectors import EmbedderId
from models import CallState, Tally


class CallCountsOut(BaseModel):
    """How many calls stand where: `known` is the sum of the others."""

    known: int = Field(description="Calls Close has told us of.")
    indexed: int = Field(description="Stored and searchable.")
    waiting: int = Field(description="Not fetched yet, or without their transcript yet.")
    failed: int = Field(description="Could not be read; tried again later.")
    excluded: int = Field(description="Left out on purpose, by a rule.")
    deleted: int = Field(description="Gone from Close, and so from here.")


class ReasonOut(BaseModel):
    """Why calls stand where they stand."""

    state: CallState
    reason: str
    calls: int


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
    passages: int = Field(description="Pieces of calls that can be found.")
    embedder: EmbedderOut | None
    last_sync: datetime | None = Field(description="When calls were last fetched, in UTC.")
    version: str = Field(description="Of Callsift.")

    @classmethod
    def of(
        cls, tally: Tally, facts: StoreFacts, *, last_sync: str | None, version: str
    ) -> "StatusOut":
        """The ledger's counts, and what the store says of itself."""
        counts = {state.value: tally.count(state) for state in CallState}
        return cls(
            calls=CallCountsOut(known=tally.known, **counts),
            reasons=[
                ReasonOut(state=state, reason=reason, calls=calls)
                for (state, reason), calls in sorted(tally.by_reason.items())
            ],
            passages=facts.passages,
            embedder=EmbedderOut.of(facts.embedder),
            last_sync=datetime.fromisoformat(last_sync) if last_sync else None,
            version=version,
        )
