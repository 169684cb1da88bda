"""Makes visits: sessions in which people read, search, download, post and react."""

from __future__ import annotations

from itertools import accumulate

from termstats.data.sample import names
from termstats.data.sample.opinions import OF_WHOLE_TRAINING, Opinions
from termstats.data.sample.rhythm import AS_OF, DAYS, day_of
from termstats.data.sample.world import RESERVED, SamplePerson, World
from termstats.data.store import schema

REACTIONS = ("like", "learned", "outdated", "question", "useful", "irrelevant")
_LONGEST = 3 * 3600
_DUE = (
    *(["view"] * 60 + ["download"] * 6 + ["search"] * 11 + ["retry"] * 6 + ["bookmark"] * 2),
    *(["comment"] * 5 + ["post"] * 3 + ["reaction"] * 10),
)
"""What a visit may hold, as often as it does."""


class Visits:
    """Fills the log up to the number of events wanted."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = world.rng
        self.opinions = Opinions()
        action = world.writer.action
        self.actions = {
            "login": action("login", "login"),
            "view": action("page", "view"),
            "play": action("media", "play"),
            "open": action("resource", "open"),
            "download": action("download", "download"),
            "search": action("search", "search"),
            "post": action("forum", "post"),
            "comment": action("forum", "comment"),
            "retry": action("quiz", "practise"),
            "bookmark": action("other", "bookmark"),
            **{name: action("forum", name) for name in REACTIONS},
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

    def visit(self, person: SamplePerson, began: int) -> None:
        """Add one session; it ends early when enough events are written or as-of is near."""
        world, rng = self.world, self.rng
        began -= began % 60 == RESERVED
        session = world.writer.new_id(schema.session)
        common: dict[str, object] = {
            "session_id": session,
            "language": person.language,
            "country": person.country,
        }
        world.log.add(began, self.actions["login"], person.id, **common)
        clock = end = began
        for _ in range(1 + int(rng.expovariate(1.1))):
            clock += rng.randrange(15, 420)
            if clock > AS_OF - 600 or clock > began + _LONGEST:
                break
            if world.log.written >= world.events:
                break
            end = self.act(person, clock, common)
        world.write_session(session, person, began, end)

    def act(self, person: SamplePerson, moment: int, common: dict[str, object]) -> int:
        """Add one event of a visit and what it leads to; return the moment of the last."""
        rng, log = self.rng, self.world.log
        name = rng.choice(_DUE)
        courses = [course for day, course in person.started if day <= day_of(moment)]
        if name == "search" or not courses:
            # The first are searched most.
            at = min(int(rng.expovariate(0.15)), len(names.SEARCHES) - 1)
            term, hits = names.SEARCHES[at]
            log.add(
                moment,
                self.actions["search"],
                person.id,
                detail=term,
                missed=int(not hits),
                value=float(hits),
                **common,
            )
            return moment
        course = rng.choice(courses)
        if name == "download":
            log.add(moment, self.actions[name], person.id, training_id=course.id, **common)
            return moment
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
            if name == "view":
                name = {"video": "play", "document": "open"}.get(item.type, name)
            seconds = float(rng.randrange(10, 400))
            log.add(moment, self.actions[name], person.id, seconds=seconds, **place, **common)
            for reaction in self.opinions.after_view(person.id, course.text.key):
                if log.written < self.world.events:
                    moment += 5
                    whole = {"training_id": course.id}
                    where = whole if reaction in OF_WHOLE_TRAINING else place
                    log.add(moment, self.actions[reaction], person.id, **where, **common)
        return moment
