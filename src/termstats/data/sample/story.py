"""What is told by hand, so that documents and tests can name it."""

from __future__ import annotations

from termstats.data.sample.learning import Learning, Record, State
from termstats.data.sample.outline import POINTS
from termstats.data.sample.rhythm import DAY, day_of, moment_of
from termstats.data.sample.world import SamplePerson, World
from termstats.data.store import schema

RIGHT, WRONG = "correct", "wrong"


def tell(learning: Learning) -> None:
    """Tell Ben's failed Fire module, a New Year's Eve attempt, and a forgotten tab."""
    _ben(learning)
    _new_year(learning)
    _outliers(learning.world)


def _ben(learning: Learning) -> None:
    """Ben Bauer in Safety Basics: two tries at Intro (60 %, 80 %), Fire failed with 35 %."""
    world = learning.world
    ben, course = world.person("ben"), world.courses["safety"]
    record = Record(ben, course)
    ben.started.append((day_of(moment_of("2026-03-09T09:10")), course))
    intro, fire, first_aid = course.steps[:3]
    log_in(world, ben, "2026-03-09T09:10")
    learning.write_attempt(
        record,
        intro,
        moment_of("2026-03-09T09:12"),
        150,
        [_right("Everybody"), _right("At every exit"), _wrong("Danger"), ("partly", 2.0, "Helmet")],
        told=True,
    )
    learning.write_attempt(
        record,
        intro,
        moment_of("2026-03-09T09:16"),
        90,
        [
            *(_right("Everybody"), _right("At every exit"), _right("The way out")),
            ("partly", 1.0, "Boots"),
        ],
        told=True,
    )
    log_in(world, ben, "2026-06-02T13:20")
    learning.write_attempt(
        record,
        first_aid,
        moment_of("2026-06-02T13:21"),
        200,
        [_right("Make the place safe"), _right("100 to 120"), _right("112")],
        told=True,
    )
    log_in(world, ben, "2026-11-12T13:56")
    learning.write_attempt(
        record,
        fire,
        moment_of("2026-11-12T13:58"),
        300,
        [
            _wrong("Water"),
            _right("Car park"),
            ("partly", 2.0, "North"),
            ("pending", None, "In May we left through the north door and counted everybody."),
        ],
        told=True,
    )
    learning.write_enrolment(record, moment_of("2026-03-02T08:00"))
    onboarding = Record(ben, world.courses["onboarding"])
    learning.write_enrolment(onboarding, moment_of("2026-11-02T08:00"))


def _right(text: str) -> State:
    return RIGHT, POINTS, text


def _wrong(text: str) -> State:
    return WRONG, 0.0, text


def log_in(world: World, person: SamplePerson, text: str) -> None:
    """Add one login."""
    world.log.add(
        moment_of(text),
        world.writer.action("login", "login"),
        person.id,
        language=person.language,
        country=person.country,
    )


def _new_year(learning: Learning) -> None:
    """An attempt that begins in one year and ends in the next, and one left open over a night."""
    world = learning.world
    course = world.courses["hygiene"]
    taken = {r.person.id for r in learning.records if r.course is course}
    evening = moment_of("2025-12-31T22:40")
    person = next(
        p
        for p in world.people
        if p.roles == "learner"
        and p.counted
        and not p.never_starts
        and p.joined_at < evening - 7 * DAY
        and p.id not in taken
        and p.username not in ("ben", "ana")
    )
    record = Record(person, course)
    person.started.append((day_of(evening), course))
    temperatures, allergens = course.steps[1:3]
    half = [_right("5 degrees"), _wrong("40 degrees"), ("unanswered", 0.0, None)]
    whole = [_right("Celery; Mustard"), _right("On the label")]
    learning.write_attempt(record, temperatures, evening, 6_000, half, told=True)
    left_open = moment_of("2026-01-07T15:00")
    learning.write_attempt(record, allergens, left_open, 61_200, whole, told=True)
    learning.write_enrolment(record, moment_of("2025-12-29T09:00"))


def _outliers(world: World) -> None:
    """Durations that cannot be: a tab open over lunch and longer, and a clock set back."""
    course = world.courses["safety"]
    step = course.steps[4]
    for moment, seconds in (("2026-10-06T16:00", 21_600.0), ("2026-10-07T09:30", -45.0)):
        world.log.add(
            moment_of(moment),
            world.writer.action("page", "view"),
            world.person("ana").id,
            training_id=course.id,
            module_id=step.id,
            activity_id=step.items[0].id,
            seconds=seconds,
            flags=schema.FLAG_OUTLIER,
        )
