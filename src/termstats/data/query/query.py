"""The only way from a figure to the tables: scope, population, focus and clock are built in.

A figure asks a `Query` for people, enrolments, days or events and gets selectables that already
hold only what the viewer may see and the reader asked for. It cannot leak or forget.
"""

from __future__ import annotations

from collections import defaultdict

from pyroaring import BitMap
from sqlalchemy import (
    case,
    func,
    literal,
    select,
)

from termstats.data.query.days import DayQuery
from termstats.data.query.filters import in_days
from termstats.data.query.roster import RosterQuery
from termstats.data.store import schema
from termstats.data.store.schema import ALL_TRAININGS

EXCLUSIONS = (
    ("staff", "staff"),
    ("excluded", "flagged"),
    ("blocked", "blocked"),
    ("deleted", "deleted"),
    ("anonymous", "anonymous"),
    ("bot", "bots"),
)
"""Flags that leave a person uncounted, and the word for it; the first that holds is named."""


class Query(RosterQuery, DayQuery):
    """One question: a connection, who asks, what is asked, and the tables narrowed to that."""

    async def population_bitmap(self) -> BitMap:
        """Return the ids of the population (see `people`), without class pairs."""
        # Members of groups come and go with the period; nobody else does.
        period = self.period if self.picks_people else None
        only = self.request.only if self.picks_people else None
        key = (self.request.everybody, self.scope, self.learner, only, period)
        known = self.store.bitmaps.get(key)
        if known is None:
            person = schema.person
            where = self.is_kept(person.c.id)
            where += [person.c.id.in_(sorted(ids)) for ids in self.people_sets()]
            rows = await self.fetch(select(person.c.id).where(self.counts(person), *where))
            known = self.store.bitmaps[key] = BitMap(row.id for row in rows)
        return known

    async def active_people(self, *, ever: bool = False) -> dict[int, dict[int, BitMap]]:
        """Return training id -> day -> people of the population who were active then.

        In the period, or ever up to its end. Training 0 stands for everything where no training or
        class narrows the question.
        """
        return await self._active(each_training=False, ever=ever)

    async def _active(
        self, *, each_training: bool, ever: bool = False
    ) -> dict[int, dict[int, BitMap]]:
        table = schema.people_bitmap
        first, last = self.period.day_range
        where = [table.c.clock == self.clock, table.c.day.between(0 if ever else first, last)]
        where += in_days(self, table.c.day)
        narrowed = each_training or self.training_sets() or self.class_sets()
        if narrowed:
            # A list, not "<> 0": each training is one short range of the key.
            where.append(table.c.training_id.in_(select(schema.training.c.id)))
            where.extend(table.c.training_id.in_(sorted(ids)) for ids in self.training_sets())
        else:
            where.append(table.c.training_id == ALL_TRAININGS)
        allowed = await self.population_bitmap()
        pairs = await self._class_pairs() if self.class_sets() else None
        found: dict[int, dict[int, BitMap]] = {}
        for row in await self.fetch(
            select(table.c.training_id, table.c.day, table.c.people).where(*where)
        ):
            people = BitMap.deserialize(row.people) & allowed
            if pairs is not None:
                people &= pairs.get(row.training_id, BitMap())
            if people:
                found.setdefault(row.training_id, {})[row.day] = people
        return found

    async def active_by_training(self) -> dict[int, BitMap]:
        """Return training id -> people active there in the period, for each training in scope."""
        found = await self._active(each_training=True)
        return {training: BitMap.union(*days.values()) for training, days in found.items()}

    async def _class_pairs(self) -> dict[int, BitMap]:
        """Return training id -> members of the classes in scope and focus that take it."""
        result: dict[int, BitMap] | None = None
        for classes in self.class_sets():
            member = schema.class_member
            learners: dict[int, BitMap] = defaultdict(BitMap)
            for row in await self.fetch(self.learners_of(classes).add_columns(member.c.class_id)):
                learners[row.class_id].add(row.person_id)
            found = {
                training: BitMap.union(*(learners[each] for each in taken & classes))
                for training, taken in self.offered.items()
                if taken & classes
            }
            if result is None:
                result = found
            else:
                result = {
                    training: people & found[training]
                    for training, people in result.items()
                    if training in found
                }
        return result or {}

    async def population(self) -> str:
        """Return who counts, in words: `412 of 431 people: 12 staff, 5 deleted, 2 flagged`."""
        # Members of classes come and go with the period; nobody else does.
        period = self.period if self.class_sets() or self.picks_people else None
        only = self.request.only if self.picks_people else None
        asked = (self.request.everybody, self.scope, self.training, self.learner, only)
        key = ("population", *asked, self.focus_classes, period)
        known = self.store.cache.get(key)
        if not isinstance(known, str):
            known = self.store.cache[key] = await self._population()
        return known

    async def _population(self) -> str:
        everybody = self.everybody().subquery("everybody")
        reason = case(
            *((everybody.c[flag] == 1, literal(word)) for flag, word in EXCLUSIONS), else_=""
        )
        rows = await self.fetch(
            select(reason.label("reason"), func.count().label("people")).group_by(reason)
        )
        numbers = {row.reason: row.people for row in rows}
        total = sum(numbers.values())
        if self.request.everybody:
            return f"everybody: {total:,} people"
        if self.learner is not None:
            reasons = [word for word in numbers if word]
            return f"one learner, not counted elsewhere: {reasons[0]}" if reasons else "one learner"
        left_out = [f"{numbers[word]:,} {word}" for _flag, word in EXCLUSIONS if word in numbers]
        counted = f"{numbers.get('', 0):,} of {total:,} people"
        return f"{counted} (not {', '.join(left_out)})" if left_out else counted
