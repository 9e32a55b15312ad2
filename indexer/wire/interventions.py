"""The wire shapes of coaching interventions and of what became of them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from indexer.comparing import EffectPlan, told_effect
from indexer.papers import Written
from indexer.store.contract import Store
from indexer.teams import TEAMS, user_ids_of
from indexer.wire.comparisons import Name, everything
from indexer.wire.estimates import EstimateOut
from indexer.wire.filters import Count, Values, WhereIn, listed
from models.comparison import CoachingEffect, RepChange, Within
from models.intervention import MOST_WEEKS, Intervention, Wanted
from models.saved import LONGEST_NAME

_NAME = f"What people call it: 1 to {LONGEST_NAME} printable characters, no other's name."
_METRIC = "The metric that is to move, or `tracker:NAME`."
_COACHED = "The coached reps, by id or by name."
_TEAM = "A team whose reps, as they are now, are coached: by id or by name."
_PEERS = "Reps they are held against, by id or by name. With no `peers_team` either: all others."
_PEERS_TEAM = "A team they are held against, but for those of it who are coached."
_START = "The first day of after: `2026-03-02`."

Weeks = Annotated[Count, Field(ge=1, le=MOST_WEEKS)]
Reps = Annotated[Values, BeforeValidator(listed)]


class WhoIn(BaseModel):
    """Who is coached, and who is not."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    coached: Reps = Field((), description=_COACHED)
    team: Name | None = Field(None, description=_TEAM)
    peers: Reps = Field((), description=_PEERS)
    peers_team: Name | None = Field(None, description=_PEERS_TEAM)

    def coached_ids(self, store: Store) -> tuple[str, ...]:
        """The ids of the coached reps.

        Raises:
            QueryInvalid, PaperNotFound: there is no such rep or team.
        """
        return coached_ids(self.coached, self.team, store)

    def peer_ids(self, store: Store) -> tuple[str, ...]:
        """The ids of their peers; none for everybody else. Raises as for the coached."""
        return peer_ids(self.peers, self.peers_team, self.coached_ids(store), store)


def coached_ids(named: Iterable[str], team: str | None, store: Store) -> tuple[str, ...]:
    """The ids of reps who are named, or in a team, or both.

    Raises:
        QueryInvalid, PaperNotFound: there is no such rep or team.
    """
    ids = user_ids_of(named, store, field="coached")
    members = () if team is None else TEAMS.find(store, team).body.user_ids
    return tuple(dict.fromkeys((*ids, *members)))


def peer_ids(
    named: Iterable[str], team: str | None, coached: Sequence[str], store: Store
) -> tuple[str, ...]:
    """The ids of peers: those named, and those of a team who are not coached. Raises as above."""
    ids = user_ids_of(named, store, field="peers")
    members = () if team is None else TEAMS.find(store, team).body.user_ids
    return tuple(dict.fromkeys((*ids, *(user for user in members if user not in coached))))


class EffectParameters(WhereIn):
    """Whose change is looked for; the filters say in which calls, but not in which time."""

    metric: Name = Field(description=_METRIC)
    coached: Reps = Field((), description=_COACHED)
    team: Name | None = Field(None, description=_TEAM)
    peers: Reps = Field((), description=_PEERS)
    peers_team: Name | None = Field(None, description=_PEERS_TEAM)
    start: date = Field(description=_START)
    weeks_before: Weeks = Field(4, description="How long before is, in weeks.")
    weeks_after: Weeks = Field(4, description="How long after is, in weeks.")
    within: Within = Field(
        Within.DIRECTION, description="The type of call within which calls are compared."
    )

    def plan(self, *, store: Store, now: datetime) -> EffectPlan:
        """What they stand for.

        Raises:
            QueryInvalid, PaperNotFound: they make no sense, or name what is not there.
        """
        coached = coached_ids(self.coached, self.team, store)
        return EffectPlan(
            metric=self.metric,
            coached=coached,
            start=self.start,
            peers=peer_ids(self.peers, self.peers_team, coached, store),
            weeks_before=self.weeks_before,
            weeks_after=self.weeks_after,
            within=self.within,
            where=self.where(now=now),
        )


class InterventionIn(WhoIn):
    """A coaching plan to write down."""

    name: str = Field(description=_NAME)
    metric: Name = Field(description=_METRIC)
    started_on: date = Field(description=_START)
    weeks_before: Weeks = Field(4, description="How long before is, in weeks.")
    weeks_after: Weeks = Field(4, description="How long after is, in weeks.")
    behaviour: str = Field(
        "", max_length=2000, description="What they are to do differently, in words."
    )
    wanted: Wanted | None = Field(None, description="Which way the number is to move.")
    target: float | None = Field(
        None, allow_inf_nan=False, description="The number hoped for, in the metric's unit."
    )
    next_check_on: date | None = Field(None, description="When to look again.")
    where: WhereIn = Field(
        default_factory=everything, description="Only calls that pass; no `since` or `until`."
    )

    def intervention(self, store: Store) -> Intervention:
        """What it stands for.

        Raises:
            QueryInvalid, PaperNotFound: it makes no sense, or names what is not there.
        """
        return Intervention(
            name=self.name, metric=self.metric, user_ids=self.coached_ids(store),
            peers=self.peer_ids(store), started_on=self.started_on,
            weeks_before=self.weeks_before, weeks_after=self.weeks_after,
            behaviour=self.behaviour, wanted=self.wanted, target=self.target,
            next_check_on=self.next_check_on,
            where=self.where.model_dump(mode="json", exclude_unset=True),
        )  # fmt: skip


class InterventionChangeIn(BaseModel):
    """What to change of a plan; what is left out stays. Who and since when never change."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: str | None = Field(None, description=_NAME)
    weeks_after: Weeks | None = Field(None, description="How long after is, in weeks.")
    behaviour: str | None = Field(None, max_length=2000, description="In words.")
    wanted: Wanted | None = Field(None, description="Which way the number is to move.")
    target: float | None = Field(None, allow_inf_nan=False, description="The number hoped for.")
    next_check_on: date | None = Field(None, description="When to look again.")


class InterventionOut(BaseModel):
    """A coaching plan."""

    id: str = Field(description="Ours; it never changes.")
    version: int = Field(description="From 1; each change makes the next.")
    name: str = Field(description=_NAME)
    metric: str = Field(description=_METRIC)
    user_ids: list[str] = Field(description="The coached reps, as they were then.")
    peers: list[str] = Field(description="Reps they are held against; empty: all others.")
    started_on: date = Field(description="The first day of after.")
    weeks_before: int = Field(description="How long before is, in weeks.")
    weeks_after: int = Field(description="How long after is, in weeks.")
    behaviour: str = Field(description="What they are to do differently, in words.")
    wanted: Wanted | None = Field(description="Which way the number is to move.")
    target: float | None = Field(description="The number hoped for, in the metric's unit.")
    next_check_on: date | None = Field(description="When to look again.")
    where: dict[str, Any] = Field(description="Only calls that pass, as it was typed.")
    created_at: datetime = Field(description="In UTC.")
    created_by: str | None = Field(description="Who wrote it down.")
    changed_at: datetime = Field(description="When this version was written, in UTC.")
    changed_by: str | None = Field(description="Who wrote this version.")

    @classmethod
    def of(cls, known: Written[Intervention]) -> "InterventionOut":
        """A plan as it is kept."""
        body = known.body
        return cls(
            id=known.id, version=known.version, name=body.name, metric=body.metric,
            user_ids=list(body.user_ids), peers=list(body.peers), started_on=body.started_on,
            weeks_before=body.weeks_before, weeks_after=body.weeks_after,
            behaviour=body.behaviour, wanted=body.wanted, target=body.target,
            next_check_on=body.next_check_on, where=dict(body.where),
            created_at=known.created_at, created_by=known.created_by,
            changed_at=known.written_at, changed_by=known.written_by,
        )  # fmt: skip


class InterventionsOut(BaseModel):
    """Every coaching plan, the one begun last first."""

    interventions: list[InterventionOut] = Field(description="By their start, the latest first.")


class RepChangeOut(BaseModel):
    """A rep before and after. A rep without calls in either does not count."""

    user_id: str = Field(description="Their id.")
    name: str = Field(description="As on their newest call.")
    is_coached: bool = Field(description="Whether they are coached, or a peer.")
    before: float | None = Field(description="Their mean before, within call types.")
    after: float | None = Field(description="Their mean after, within call types.")
    calls_before: int = Field(description="Calls it was found from.")
    calls_after: int = Field(description="Calls it was found from.")

    @classmethod
    def of(cls, change: RepChange) -> "RepChangeOut":
        """A rep's change."""
        return cls(
            user_id=change.user_id, name=change.name, is_coached=change.is_coached,
            before=change.before, after=change.after,
            calls_before=change.calls_before, calls_after=change.calls_after,
        )  # fmt: skip


class EffectOut(BaseModel):
    """What changed in the coached reps beyond what changed in their peers."""

    metric: str = Field(description="Its name.")
    version: int = Field(description="The version of its formula, or of the tracker.")
    title: str = Field(description="What people call it.")
    unit: str = Field(description="What it counts in; a `share` is 0 to 1.")
    since: date = Field(description="The first day of before.")
    start: date = Field(description="The first day of after.")
    until: date = Field(description="The day after the last one of after.")
    is_complete: bool = Field(description="Whether all of after has passed.")
    within: Within = Field(description="The types within which calls were compared.")
    reps: list[RepChangeOut] = Field(description="The coached reps, then their peers, by name.")
    difference: EstimateOut = Field(
        description="The effect: the coached reps' mean change minus their peers'. `n` counts reps."
    )
    coached: EstimateOut = Field(description="The coached reps' mean change.")
    peers: EstimateOut = Field(description="Their peers' mean change.")
    p_value: float | None = Field(
        description="How often chance alone gives as large a difference, when it is drawn anew who"
        " of the reps was coached (permutation test)."
    )
    permutations: int = Field(description="In how many ways it could be drawn.")
    left_out: dict[str, int] = Field(description="Calls that do not count, by reason.")
    why: str | None = Field(description="Why nothing can be said, if so.")
    notes: list[str] = Field(description="What to know before believing it.")
    told: str = Field(description="What this warrants, in a sentence.")

    @classmethod
    def of(cls, found: CoachingEffect) -> "EffectOut":
        """An effect."""
        return cls(
            metric=found.metric, version=found.version, title=found.title, unit=found.unit,
            since=found.since, start=found.start, until=found.until,
            is_complete=found.is_complete, within=found.within,
            reps=[RepChangeOut.of(change) for change in found.reps],
            difference=EstimateOut.of(found.difference), coached=EstimateOut.of(found.coached),
            peers=EstimateOut.of(found.peers), p_value=found.p_value,
            permutations=found.permutations, left_out=dict(found.left_out), why=found.why,
            notes=list(found.notes), told=told_effect(found),
        )  # fmt: skip
