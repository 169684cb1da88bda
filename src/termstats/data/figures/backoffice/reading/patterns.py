"""Groups people who do alike things: k-means of their shares, the same every time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from termstats.data.model.units import RowId

MOST_PATTERNS = 6
_ROUNDS = 30
_STEPS = 10
"""Shares are compared in whole tenths: finer ones would only tell noise apart."""
_LEADS = 0.2
"""Share from which on a sort names a pattern."""
_NAMES = 3
_APART = 0.1
"""Squared distance from which on another pattern is worth having: two shares differ by 22 %."""

Vector = tuple[float, ...]


@dataclass(frozen=True)
class Profile:
    """What one person did: sort of action -> how often."""

    did: Mapping[str, int]

    @property
    def total(self) -> int:
        """Return the number of actions."""
        return sum(self.did.values())


def alike(profiles: Mapping[RowId, Profile]) -> dict[str, list[RowId]]:
    """Return the name of each pattern and its people, who are the keys of `profiles`.

    Every person is in exactly one pattern. Patterns that the same sorts lead are one.
    """
    sorts = sorted({sort for profile in profiles.values() for sort in profile.did})
    people: dict[Vector, list[RowId]] = defaultdict(list)
    for person in sorted(profiles):
        people[_shares(profiles[person], sorts)].append(person)
    points = sorted(people, key=lambda point: (-len(people[point]), point))
    weights = {point: len(people[point]) for point in points}
    centres = _seeds(points)
    for _round in range(_ROUNDS):
        members = _nearest(points, centres)
        moved = [_mean(some, weights) for some in members if some]
        if moved == centres:
            break
        centres = moved
    led_by: dict[frozenset[int], list[Vector]] = defaultdict(list)
    for some in _nearest(points, centres):
        if some:
            led_by[frozenset(_leading(_mean(some, weights)))].extend(some)
    people_by_pattern = {}
    for leading, some in led_by.items():
        order = _order(_mean(some, weights))
        name = " + ".join(sorts[n] for n in order if n in leading)
        people_by_pattern[name] = sorted(person for point in some for person in people[point])
    return people_by_pattern


def _shares(profile: Profile, sorts: Sequence[str]) -> Vector:
    total = profile.total
    return tuple(round(_STEPS * profile.did.get(sort, 0) / total) / _STEPS for sort in sorts)


def _seeds(points: Sequence[Vector]) -> list[Vector]:
    """Return the most frequent point, then each time the one farthest from all before it."""
    centres = [points[0]]
    while len(centres) < MOST_PATTERNS:
        far = max(points, key=lambda point: min(_distance(point, c) for c in centres))
        if min(_distance(far, centre) for centre in centres) < _APART:
            break
        centres.append(far)
    return centres


def _nearest(points: Sequence[Vector], centres: Sequence[Vector]) -> list[list[Vector]]:
    """Return the points of each centre; of two that are as near, the first takes the point."""
    members: list[list[Vector]] = [[] for _ in centres]
    for point in points:
        at = min(range(len(centres)), key=lambda n: _distance(point, centres[n]))
        members[at].append(point)
    return members


def _mean(points: Sequence[Vector], weights: Mapping[Vector, int]) -> Vector:
    total = sum(weights[point] for point in points)
    return tuple(
        sum(weights[point] * point[n] for point in points) / total for n in range(len(points[0]))
    )


def _distance(one: Vector, other: Vector) -> float:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _leading(centre: Vector) -> list[int]:
    """Return the positions of the sorts that lead, at least one."""
    order = _order(centre)
    return [n for n in order if centre[n] >= _LEADS][:_NAMES] or order[:1]


def _order(shares: Vector) -> list[int]:
    """Return the positions of the shares, largest first."""
    return sorted(range(len(shares)), key=lambda n: (-shares[n], n))
