"""Makes what learners do in trainings: sittings, attempts, answers, completions, enrolments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from termstats.data.model.scoring import attempt_score, is_passed, kept_score
from termstats.data.model.units import RowId
from termstats.data.sample.outline import POINTS
from termstats.data.sample.people import CLASSES
from termstats.data.sample.rhythm import AS_OF, DAY, DAYS
from termstats.data.sample.world import (
    RESERVED,
    SampleItem,
    SamplePerson,
    SampleStep,
    SampleTraining,
    World,
)
from termstats.data.store import schema

ATTEMPT_LIMIT = 8 * 3600
"""Seconds: a longer attempt is an outlier."""
_LATEST = AS_OF - 3 * 3600
_MAIN_EVENTS, _PAGE_EVENTS = 8, 6
"""About how many logins and submissions, and how many openings, an average learner leaves."""

State = tuple[str, float | None, str | None]
"""State, points and text of one answer."""


@dataclass
class Record:
    """What one person did in one training so far."""

    person: SamplePerson
    course: SampleTraining
    attempts: dict[RowId, list[tuple[float | None, bool | None]]] = field(default_factory=dict)
    """module id -> (score, passed) in the order of time."""
    done: set[RowId] = field(default_factory=set)
    completed_at: int | None = None
    newest: int = 0

    def is_complete(self) -> bool:
        """Return whether every mandatory module is passed now, by its own rule."""
        mandatory = [step for step in self.course.steps if step.text.mandatory]
        return bool(mandatory) and all(self._passed(step) for step in mandatory)

    def _passed(self, step: SampleStep) -> bool:
        if step.text.pass_mark is None:
            return all(item.id in self.done for item in step.items)
        scores = [score for score, _ in self.attempts.get(step.id, [])]
        return bool(is_passed(kept_score(scores, step.text.keep), step.text.pass_mark))


class Learning:
    """Simulates learners.

    With few events for many people only a share of them is told; the results are the same.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = world.rng
        action = world.writer.action
        self.view = action("page", "view")
        self.play = action("media", "play")
        self.fetch = action("download", "download")
        self.submit = action("quiz", "submit")
        self.login = action("login", "login")
        learners = sum(p.roles == "learner" for p in world.people)
        self.records: list[Record] = []
        budget = 0.6 * world.events / learners
        self.share = min(1.0, budget / _MAIN_EVENTS)
        self.page_share = min(0.25, max(0.0, budget - _MAIN_EVENTS) / _PAGE_EVENTS)
        self.session: RowId | None = None
        """The sitting that is going on, if it is told."""
        self.began = 0

    def run(self) -> None:
        """Enrol everybody and let them learn."""
        for person in self.world.people:
            if person.roles != "learner" or person.flags.keys() & {"bot", "anonymous"}:
                continue
            if person.username == "ben":
                continue  # `story` tells what Ben did
            for course in self._courses_of(person):
                shown = person.username == "ana" and course.text.key == "safety"
                self.enrol(person, course, diligent=shown)

    def _courses_of(self, person: SamplePerson) -> list[SampleTraining]:
        chosen: list[SampleTraining] = []
        for key, _, trainings, _, _ in CLASSES:
            if key in self.world.member_of.get(person.id, ()):
                chosen += [self.world.courses[t] for t in trainings]
        live = [c for c in self.world.courses.values() if c.text.popularity]
        weights = [c.text.popularity for c in live]
        chosen += self.rng.choices(live, weights, k=1)
        return list({course.id: course for course in chosen}.values())

    def enrol(
        self, person: SamplePerson, course: SampleTraining, *, diligent: bool = False
    ) -> None:
        """Enrol one person, let them learn, and write the enrolment."""
        world = self.world
        record = Record(person, course)
        first = max(person.first_day, course.opened_day)
        day = world.rhythm.day(first, max(min(first + 200, person.last_day - 20, DAYS - 2), first))
        enrolled = max(world.rhythm.moment(day), person.joined_at + 600)
        starts = self.rng.random() < 0.93 and day <= person.last_day
        if (starts or diligent) and not person.never_starts:
            self._learn(record, day, diligent)
            self._stand_up(record)
        withdrawn = None
        if record.completed_at is None and not diligent and self.rng.random() < 0.05:
            withdrawn = max(record.newest, enrolled) + self.rng.randrange(3, 30) * DAY
        self.write_enrolment(record, enrolled, withdrawn)

    def write_enrolment(self, record: Record, enrolled: int, withdrawn: int | None = None) -> None:
        """Write the roster row of what was recorded."""
        self.records.append(record)
        if record.newest:
            self.world.log.see(record.person.id, record.newest)
        valid = record.course.text.valid_days
        completed = record.completed_at
        self.world.writer.add(
            schema.enrolment,
            {
                "training_id": record.course.id,
                "person_id": record.person.id,
                "enrolled_at": enrolled,
                "completed_at": completed,
                "withdrawn_at": withdrawn if withdrawn and withdrawn <= AS_OF else None,
                "valid_until": completed + valid * DAY if completed and valid else None,
            },
        )

    def _learn(self, record: Record, day: int, diligent: bool) -> None:
        rhythm, person = self.world.rhythm, record.person
        day = rhythm.later(day, 4)
        clock = self._sit_down(person, day)
        if clock is not None:
            person.started.append((day, record.course))
        for step in record.course.steps:
            if clock is None or (not diligent and self.rng.random() < 0.07):
                return
            if not step.text.mandatory and self.rng.random() < 0.5:
                continue
            clock = self._step(record, step, clock, 1.4 if diligent else 0.0)
            if clock is None:
                return
            if self.rng.random() < 0.55:
                self._stand_up(record)
                day = rhythm.later(day, 6 if diligent else 9)
                clock = self._sit_down(person, day)

    def _sit_down(self, person: SamplePerson, day: int) -> int | None:
        """Return the moment at which a person begins on a day; None: they do not come any more."""
        if day > min(person.last_day, DAYS - 1):
            return None
        moment = self.world.rhythm.moment(day)
        if moment > _LATEST:
            return None
        if self.rng.random() < self.share:
            self.session = self.world.writer.new_id(schema.session)
            self.began = moment - (moment % 60 == RESERVED)
            self.world.log.add(self.began, self.login, person.id, **self._common(person))
        return moment + 40

    def _stand_up(self, record: Record) -> None:
        """End the sitting."""
        if self.session is not None:
            ended = max(record.newest, self.began)
            self.world.write_session(self.session, record.person, self.began, ended)
            self.session = None

    def _common(self, person: SamplePerson) -> dict[str, object]:
        return {
            "session_id": self.session,
            "language": person.language,
            "country": person.country,
        }

    def _step(self, record: Record, step: SampleStep, clock: int, luck: float) -> int | None:
        """Do one module. Returns the moment after it; None: the day is over."""
        opened = [item for item in step.items if item.question is None]
        if opened:
            clock = self.open_pages(record, step, opened, clock)
        if not step.text.questions:
            return clock
        ability = record.person.ability + luck
        for _ in range(3):
            took = self.rng.randrange(60, 260) + 45 * len(step.items)
            if clock + took > _LATEST:
                return None
            if self.rng.random() < 0.02:
                self.write_attempt(record, step, clock, None, [])
                return clock + 300
            states = [self.answer(item, ability, clock) for item in step.items if item.question]
            passed = self.write_attempt(record, step, clock, took, states)
            clock += took + 30
            if passed is not False:
                break
            ability += 0.45
            if self.rng.random() < 0.35:
                break
        if step.text.keep == "newest" and self.rng.random() < 0.18 and clock + 400 < _LATEST:
            # Curious again, and worse than before: what counts is the newest.
            states = [self.answer(item, -1.5, clock) for item in step.items if item.question]
            self.write_attempt(record, step, clock, 240, states)
            clock += 300
        return clock

    def open_pages(
        self, record: Record, step: SampleStep, items: Sequence[SampleItem], clock: int
    ) -> int:
        """Open activities one after the other; a mandatory module is then finished."""
        began = clock
        for item in items:
            took = self.rng.randrange(20, 300) * (2 if item.type == "video" else 1)
            action = {"video": self.play, "document": self.fetch}.get(item.type, self.view)
            if self.session and self.rng.random() < self.page_share:
                self.world.log.add(
                    clock + took,
                    action,
                    record.person.id,
                    training_id=record.course.id,
                    module_id=step.id,
                    activity_id=item.id,
                    seconds=float(took),
                    completed=1,
                    **self._common(record.person),
                )
            clock += took
            self.complete(record, item, clock)
        if step.text.mandatory and not step.text.questions:
            # Nothing to score: the total max is 0, so it is 100 % once finished.
            self.write_attempt(record, step, began, clock - began, [])
        return clock + 15

    def complete(self, record: Record, item: SampleItem, moment: int) -> None:
        """Write that an activity was completed, the first time."""
        record.newest = max(record.newest, moment)
        if item.id in record.done:
            return
        record.done.add(item.id)
        ids = {"training_id": record.course.id, "person_id": record.person.id}
        row = {**ids, "activity_id": item.id, "at": moment}
        self.world.writer.add(schema.completion, row)
        self._settle(record, moment)

    def answer(self, item: SampleItem, ability: float, moment: int) -> State:
        """Return what somebody of that ability answers."""
        question = item.question
        if question is None:
            raise ValueError("no question to answer")
        roll = ability + self.rng.gauss(0.9, 1.0) - item.difficulty
        if question.type == "essay":
            if roll < -0.6:
                return "unanswered", 0.0, None
            waits = moment > AS_OF - 25 * DAY
            text = self.rng.choice(question.wrong)
            return ("pending", None, text) if waits else ("partly", 3.0 + (roll > 0.8), text)
        if roll > 0:
            return "correct", POINTS, question.correct
        if roll < -2.0:
            return "unanswered", 0.0, None
        if question.type == "multiple" and roll > -0.7:
            return "partly", 2.0, question.correct.split("; ")[0]
        return "wrong", 0.0, self.rng.choice(question.wrong)

    def write_attempt(
        self,
        record: Record,
        step: SampleStep,
        started: int,
        took: int | None,
        states: Sequence[State],
        *,
        told: bool = False,
    ) -> bool | None:
        """Write one attempt with its answers; `took` None: it is still open.

        Returns whether it is passed. `told` attempts always leave an event.
        """
        world, person = self.world, record.person
        asked = [item for item in step.items if item.question]
        score, passed = (None, None) if took is None else _outcome(step, states)
        tries = record.attempts.setdefault(step.id, [])
        waits = any(state == "pending" for state, _, _ in states)
        seconds = None if took is None else float(took)
        if seconds and self.rng.random() < 0.002:
            seconds += self.rng.randrange(9, 40) * 3600.0
        attempt = world.writer.add(
            schema.attempt,
            {
                "key": world.key("a"),
                "person_id": person.id,
                "training_id": record.course.id,
                "module_id": step.id,
                "number": len(tries) + 1,
                "started_at": started,
                "finished_at": None if took is None else started + took,
                "points": sum(p or 0.0 for _, p, _ in states) if took is not None else None,
                "max_points": POINTS * len(asked),
                "score": score,
                "passed": None if passed is None else int(passed),
                "seconds": seconds,
                "version": "1",
                "evaluated": int(not waits),
                "flags": schema.FLAG_OUTLIER if seconds and seconds > ATTEMPT_LIMIT else 0,
            },
        )
        tries.append((score, passed))
        if took is None:
            return None
        self._write_answers(record, attempt, asked, states, started + took)
        record.newest = max(record.newest, started + took)
        if asked and (told or self.session):
            world.log.add(
                started + took,
                self.submit,
                person.id,
                training_id=record.course.id,
                module_id=step.id,
                seconds=float(took),
                value=score,
                **self._common(person),
            )
        self._settle(record, started + took)
        return passed

    def _write_answers(
        self,
        record: Record,
        attempt: RowId,
        asked: Sequence[SampleItem],
        states: Sequence[State],
        moment: int,
    ) -> None:
        """Write the answers of one attempt that ended at `moment`; none where it has none."""
        answered = zip(asked, states, strict=True) if states else ()
        for number, (item, (state, points, text)) in enumerate(answered, 1):
            self.world.writer.add(
                schema.answer,
                {
                    "attempt_id": attempt,
                    "question_id": item.question_id,
                    "activity_id": item.id,
                    "position": number,
                    "answer": text,
                    "state": state,
                    "points": points,
                    "max_points": POINTS,
                },
            )
            if state != "unanswered":
                self.complete(record, item, moment)

    def _settle(self, record: Record, moment: int) -> None:
        if record.completed_at is None and record.is_complete():
            record.completed_at = moment


def _outcome(step: SampleStep, states: Sequence[State]) -> tuple[float | None, bool | None]:
    """Return (score in percent, passed) of an attempt that is over."""
    # A module without questions counts as one activity with max 0.
    score = attempt_score([(points, POINTS) for _, points, _ in states] or [(None, 0.0)])
    return score, is_passed(score, step.text.pass_mark)
