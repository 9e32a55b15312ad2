"""The wire shapes of the server itself. Those of calls and answers: `indexer/wire`."""

from typing import Literal

from pydantic import BaseModel, Field


class HealthOut(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class WebhookOut(BaseModel):
    """What becomes of an event."""

    status: Literal["accepted", "ignored"] = Field(
        description="`accepted`: the call will be fetched again. `ignored`: it is of no call."
    )


class ReadyOut(BaseModel):
    """Whether searches can be answered."""

    status: Literal["ready", "not ready"]
    missing: list[str] = Field(description="Of `database`, `embedder` and `indexes`.")
