"""Makes visits: sessions in which people read, search, download, post and react."""

from __future__ import annotations

from itertools import accumulate

from termstats.data.sample import names
from termstats.data.sample.rhythm import AS_OF, DAYS
from termstats.data.sample.world import Person, World

REACTIONS = ("like", "learned", "outdated", "question", "useful", "irrelevant")
_LONGEST = 3 * 3600
_DUE = (
    *(["view"] * 50 + ["play"] * 12 + ["download"] * 7 + ["search"] * 9),
    *(["comment"] * 4 + ["post"] * 2 + ["reaction"] * 8 + ["retry"] * 8),
)
"""What a visit may hold, as often as it does."""


class Visits:
    """Fills the log up to the number of events wanted."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = world.rng
        action = world.writer.action
        self.actions = {
            "login": action("login", "login"),
            "view": action("page", "view"),
            "play": action("media", "play"),
            "download": action("download", "download"),
            "search": action("search", "search"),
            "post": action("forum", "post"),
            "comment": action("forum", "comment"),
            "retry": action("quiz", "practise"),
            **{name: action("other", name) for name in REACTIONS},
        }

    def run(self) -> None:
        """Add visits until `world.events` events are written."""
        world = self.world
        visitors = [
            p
            for p in world.people
            if not p.never_starts and not p.flags.keys() & {"bot", "anonymous", "staff"}
        ]
        weights = list(
            accumulate(p.pace * world.rhythm.mass(p.first_day, p.last_day) for p in visitors)
        )
        while world.log.written < world.events:
            person = self.rng.choices(visitors, cum_weights=weights)[0]
            day = world.rhythm.day(person.first_day, person.last_day)
            if day < DAYS:
                self.visit(person, world.rhythm.moment(day))

    def visit(self, person: Person, began: int) -> None:
        """Add one session; it ends early when enough events are written or as-of is near."""
        world, rng = self.world, self.rng
        session = world.session(person, began, began)
        common = {
            "session_id": session,
            "language": person.language,
            "country": person.country,
        }
        world.log.add(began, self.actions["login"], person.id, **common)
        clock = began + 20
        for _ in range(2 + int(rng.expovariate(0.45))):
            clock += rng.randrange(15, 420)
            if clock > AS_OF - 600 or clock > began + _LONGEST:
                return
            if world.log.written >= world.events:
                return
            self.act(person, clock, common)

    def act(self, person: Person, moment: int, common: dict[str, object]) -> None:
        """Add one event of a visit."""
        rng, log = self.rng, self.world.log
        name = rng.choice(_DUE)
        if name == "search" or not person.started:
            term, hits = rng.choice(names.SEARCHES)
            log.add(
                moment,
                self.actions["search"],
                person.id,
                detail=term,
                missed=int(not hits),
                value=float(hits),
                **common,
            )
            return
        course = rng.choice(person.started)
        step = rng.choice(course.steps)
        item = rng.choice(step.items)
        place = {"training_id": course.id, "module_id": step.id, "activity_id": item.id}
        if name == "reaction":
            # Some reactions come more often than others.
            name = REACTIONS[min(int(rng.expovariate(0.6)), len(REACTIONS) - 1)]
            log.add(moment, self.actions[name], person.id, **place, **common)
        elif name in ("post", "comment"):
            text = rng.choice(names.POSTS)
            log.add(moment, self.actions[name], person.id, detail=text, **place, **common)
        else:
            seconds = float(rng.randrange(10, 400))
            log.add(moment, self.actions[name], person.id, seconds=seconds, **place, **common)
