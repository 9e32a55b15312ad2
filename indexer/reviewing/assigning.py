"""Which call goes to which reviewer: as evenly as can be, and never to whom it is of.

Pure. The same calls, reviewers and seed give the same answer, in whatever order they come.
"""

import hashlib
import hmac
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indexer.identity import is_same_person
from models.errors import QueryInvalid
from models.saved import name_from, name_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """Somebody who reviews; `user_id` is their own user in Close, if they have one."""

    name: str
    user_id: str | None = None

    def __post_init__(self) -> None:
        """Refuse who has no name.

        Raises:
            QueryInvalid: says what is wrong with it.
        """
        try:
            name_from(self.name)
        except QueryInvalid as error:
            raise QueryInvalid("reviewers", f"a reviewer's name {error.problem}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallToReview:
    """A call that is to be given to somebody, and whose it is."""

    call_id: str
    user_id: str | None
    user_name: str | None


def is_own_call(reviewer: Reviewer, user_id: str | None, user_name: str | None) -> bool:
    """Whether a call is the reviewer's own: by their user in Close, or by their name."""
    if reviewer.user_id is not None and reviewer.user_id == user_id:
        return True
    return is_same_person(reviewer.name, user_name)


def require_reviewers(reviewers: Sequence[Reviewer]) -> None:
    """Refuse nobody, and one twice.

    Raises:
        QueryInvalid: says which.
    """
    if not reviewers:
        raise QueryInvalid("reviewers", "name at least one")
    names = Counter(name_key(one.name) for one in reviewers)
    users = Counter(one.user_id for one in reviewers if one.user_id is not None)
    for one in reviewers:
        if names[name_key(one.name)] > 1:
            raise QueryInvalid("reviewers", f"{one.name!r} is named twice")
        if one.user_id is not None and users[one.user_id] > 1:
            raise QueryInvalid("reviewers", f"two have the user {one.user_id!r}")


def assigned(
    calls: Iterable[CallToReview],
    reviewers: Sequence[Reviewer],
    *,
    seed: str,
    loads: Mapping[str, int] | None = None,
) -> dict[str, Reviewer]:
    """The reviewer of each call by its id; a call that is everybody's own has none.

    `loads` are how many calls reviewers have already, by `name_key`. In the end no call could
    be moved to a reviewer who has two fewer, not even by moving others on: the numbers then
    differ by at most one wherever nobody's own calls forbid it (Harvey, Ladner, Lovász and
    Tamir, "Semi-matchings for bipartite graphs and load balancing", 2006, theorem 3.1).
    """
    places = sorted(reviewers, key=lambda one: _order(seed, "reviewer", name_key(one.name)))
    may: dict[str, list[int]] = {}
    for call in sorted(calls, key=lambda one: _order(seed, "call", one.call_id)):
        able = [
            n for n, one in enumerate(places) if not is_own_call(one, call.user_id, call.user_name)
        ]
        if able:
            may[call.call_id] = able
    had = [(loads or {}).get(name_key(one.name), 0) for one in places]
    given = _evened(_greedy(may, had), may, had)
    return {call_id: places[n] for call_id, n in given.items()}


def _greedy(may: Mapping[str, Sequence[int]], had: Sequence[int]) -> dict[str, int]:
    """Each call to who has least of those it can go to; calls with little choice first."""
    load, given = list(had), {}
    for call_id in sorted(may, key=lambda one: len(may[one])):  # stable: else in the draw's order
        least = min(may[call_id], key=lambda n: load[n])
        given[call_id] = least
        load[least] += 1
    return given


def _evened(
    given: dict[str, int], may: Mapping[str, Sequence[int]], had: Sequence[int]
) -> dict[str, int]:
    """Calls moved along chains of reviewers as long as that evens the numbers out."""
    while chain := _chain(given, may, had):
        given.update(chain)
    return given


def _chain(
    given: Mapping[str, int], may: Mapping[str, Sequence[int]], had: Sequence[int]
) -> list[tuple[str, int]]:
    """Moves that take one call from a reviewer, and give one to another who has two fewer."""
    load = Counter(given.values())
    full = [load[n] + had[n] for n in range(len(had))]
    calls_of: dict[int, list[str]] = {}
    for call_id, n in given.items():
        calls_of.setdefault(n, []).append(call_id)
    for start in sorted(calls_of, key=lambda n: -full[n]):
        came: dict[int, tuple[str, int]] = {}
        queue, seen = deque([start]), {start}
        while queue:
            at = queue.popleft()
            for call_id in calls_of.get(at, ()):
                for to in may[call_id]:
                    if to in seen:
                        continue
                    seen.add(to)
                    came[to] = (call_id, at)
                    queue.append(to)
                    if full[to] + 2 <= full[start]:
                        return _back(came, to, start)
    return []


def _back(came: Mapping[int, tuple[str, int]], end: int, start: int) -> list[tuple[str, int]]:
    moves, at = [], end
    while at != start:
        call_id, before = came[at]
        moves.append((call_id, at))
        at = before
    return moves


def _order(seed: str, what: str, name: str) -> bytes:
    return hmac.new(seed.encode(), f"{what} {name}".encode(), hashlib.sha256).digest()
