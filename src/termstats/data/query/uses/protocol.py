"""What can be asked of platform use, whatever it is read from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from termstats.data.model.units import RowId
from termstats.data.query.uses.values import Cause, Fault, PeopleUses, Runs, Spread, Tally


class Uses(Protocol):
    """The platform use that a question is about: in its period, under its filters.

    Actions, people and objects are ids. People are those who count on the backoffice level.
    """

    async def tallies(self, parts: Mapping[str, Collection[RowId] | None]) -> dict[str, Tally]:
        """Return the tally of each part, which is given by its actions; None: all of them."""

    async def per_bucket(
        self, actions: Collection[RowId], person: RowId | None = None
    ) -> list[tuple[int, RowId, int]]:
        """Return (key of the bucket, action, events) of those actions, of one person or anybody."""

    async def people_per_bucket(self) -> dict[int, int]:
        """Return key of the bucket -> different people who used the platform in any way."""

    async def per_weekday(self, actions: Collection[RowId]) -> dict[int, Tally]:
        """Return day of the week (0: Monday) -> tally of those actions."""

    async def of_objects(self, actions: Collection[RowId], kind: str) -> dict[RowId, int]:
        """Return object of that kind -> events of those actions."""

    async def people_of_objects(
        self, actions: Collection[RowId], objects: Collection[RowId]
    ) -> dict[RowId, int]:
        """Return object -> different people who did one of those actions on it, where any did."""

    async def of_people(self, actions: Collection[RowId], top: int) -> PeopleUses:
        """Return who did how much of those actions; in parts at least the `top` people."""

    async def by_person(
        self, actions: Collection[RowId], people: Collection[RowId]
    ) -> dict[RowId, int]:
        """Return person -> events of those actions, of these people, counted or not."""

    async def durations_of_actions(
        self, kinds: Collection[str], actions: Collection[RowId]
    ) -> dict[RowId, Spread]:
        """Return action -> durations, of those actions, which are all of these kinds."""

    async def durations_of_objects(
        self, kinds: Collection[str], actions: Collection[RowId]
    ) -> dict[RowId, Spread]:
        """Return object -> durations of those actions on it, which are all of these kinds."""

    async def runs_of_objects(
        self, kinds: Collection[str], actions: Collection[RowId]
    ) -> dict[RowId | None, Runs]:
        """Return object -> runs of those actions, which are all of these kinds; None: no object."""

    async def faults(self) -> list[Fault]:
        """Return the errors that the platform logged in the period, in no order."""

    async def causes(self, kinds: Collection[str], actions: Collection[RowId]) -> list[Cause]:
        """Return those of the actions, which are all of these kinds, that ended with an error."""
