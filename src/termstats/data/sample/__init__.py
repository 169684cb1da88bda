"""Sample data: an invented academy, the same for the same seed, of any size.

Meridian Academy trains the people of a city: school kitchens, a depot, the citizen desk, field
crews and the data office, which publishes the city's open data on the same platform. It began
small in summer 2025; since autumn 2026 every department learns there. Texts that attack whoever
prints them are not here: tests put them into stores of their own.
"""

from __future__ import annotations

import json
from random import Random

from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.errors import UsageError
from termstats.data.sample.awards import write_awards
from termstats.data.sample.backoffice import Backoffice
from termstats.data.sample.learning import Learning
from termstats.data.sample.people import make_people, write_classes, write_grants, write_people
from termstats.data.sample.rhythm import AS_OF, Rhythm
from termstats.data.sample.story import tell
from termstats.data.sample.trainings import write_trainings
from termstats.data.sample.visits import Visits
from termstats.data.sample.world import EventLog, World

LEARNERS = 600
EVENTS = 10_500
"""As many as fit into 3 MB."""
LEAST_LEARNERS = 60
LEAST_EVENTS = 1_000


class SampleImporter:
    """Makes the sample instead of reading one; the location is ignored.

    `learners` counts all accounts, staff and machines included; `events` is exact.

    Raises:
        UsageError: too small for what a sample has to hold.
    """

    platform = "sample"
    title = "Meridian Academy"
    example = ""
    help = "made by the program itself; see `termstats sample --help`"

    def __init__(self, seed: int = 7, learners: int = LEARNERS, events: int = EVENTS) -> None:
        if learners < LEAST_LEARNERS or events < LEAST_EVENTS:
            raise UsageError(
                f"a sample has at least {LEAST_LEARNERS} learners and {LEAST_EVENTS:,} events"
            )
        self.seed = seed
        self.learners = learners
        self.events = events

    async def run(self, location: str, context: ImportContext) -> None:
        """Make everything through `context.writer`."""
        rng = Random(self.seed)  # noqa: S311 - dice, not secrets
        writer = context.writer
        world = World(writer, rng, Rhythm(rng), EventLog(writer), self.events)
        make_people(world, self.learners)
        write_trainings(world)
        write_classes(world)
        write_grants(world)
        learning = Learning(world)
        learning.run()
        tell(learning)
        write_awards(world, learning.records)
        Backoffice(world).run()
        context.progress("events", world.log.written, self.events)
        Visits(world).run()
        world.log.flush()
        write_people(world)
        report = context.report.table("sample")
        report.read = report.kept = world.log.written
        writer.connection.execute(
            "INSERT OR REPLACE INTO store_setting (name, value) VALUES ('sample', '1')"
        )
        writer.set_source(
            as_of=AS_OF,
            zone="UTC",
            version="1",
            rules=json.dumps({"attempt_limit": 8 * 3600, "event_limit": 4 * 3600}),
        )
