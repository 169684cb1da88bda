"""When a learner of Opigno has completed steps and trainings, and how long that is valid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from termstats.data.importers.opigno.results import OpignoAttempt, Results
from termstats.data.importers.opigno.steps import path_of
from termstats.data.importers.opigno.structure import COURSE, MODULE, OpignoStep, Training
from termstats.data.model.scoring import NEWEST, kept_score
from termstats.data.model.text import round_half_up
from termstats.data.model.units import Second


@dataclass(frozen=True)
class Expiry:
    """The platform's record of a certificate that ends; moments in seconds UTC."""

    latest: Second | None
    expire: Second | None


@dataclass(frozen=True)
class Completion:
    """When a training was completed: all its steps, and the mandatory ones alone."""

    at: Second
    mandatory_at: Second


@dataclass(frozen=True)
class Standing:
    """What a learner has of a training; None: not completed, does not end."""

    completed_at: Second | None
    valid_until: Second | None


def module_score(tries: Sequence[OpignoAttempt], step: OpignoStep) -> float | None:
    """Return the score that counts of a module: of the last finished or of the best attempt."""
    keep = step.module.keep if step.module else "best"
    return kept_score([t.score for t in tries if t.finished is not None], keep)


def module_completed(tries: Sequence[OpignoAttempt], step: OpignoStep) -> Second | None:
    """Return when a module was passed: newest: by the last finished attempt, else by the first."""
    finished = [t for t in tries if t.finished is not None]
    if step.module is not None and step.module.keep == NEWEST:
        finished = finished[-1:]
    return min((t.finished for t in finished if t.passed and t.finished), default=None)


class Learner:
    """One learner in one training: attempts and sessions since a moment."""

    def __init__(
        self, results: Results, training: Training, uid: int, since: Second | None
    ) -> None:
        self._results = results
        self._training = training
        self._uid = uid
        self._since = since or Second(0)

    def _tries(self, step: OpignoStep, until: Second | None = None) -> list[OpignoAttempt]:
        tries = self._results.tries.get((self._training.gid, self._uid, step.entity), ())
        return [
            t
            for t in tries
            if (t.started or 0) >= self._since
            and (until is None or (t.finished is not None and t.finished <= until))
        ]

    def parts(
        self, course: OpignoStep, until: Second | None = None
    ) -> list[tuple[OpignoStep, list[OpignoAttempt]]]:
        """Return the modules of a course on the learner's path with their attempts."""
        tries = {part.id: self._tries(part, until) for part in course.parts}
        scores = {
            part.content: module_score(tries[part.id], part) or 0.0
            for part in course.parts
            if tries[part.id]
        }
        path = path_of(course.parts, course.links, self._training.guided, scores)
        return [(part, tries[part.id]) for part in path]

    def course(
        self, course: OpignoStep, until: Second | None = None
    ) -> tuple[float | None, Second | None]:
        """Return (score, completed) of a course: the mean of all modules on its path."""
        parts = self.parts(course, until)
        if not any(tries for _, tries in parts):
            return None, None
        scores = [module_score(tries, part) or 0.0 for part, tries in parts]
        done = [module_completed(tries, part) for part, tries in parts]
        moments = [at for at in done if at is not None]
        return (
            round_half_up(sum(scores) / len(scores)),
            max(moments) if len(moments) == len(done) else None,
        )

    def _step(self, step: OpignoStep) -> tuple[float | None, Second | None]:
        if step.kind == MODULE:
            tries = self._tries(step)
            return module_score(tries, step), module_completed(tries, step)
        if step.kind == COURSE:
            return self.course(step)
        place = (self._training.gid, self._uid, step.kind, step.entity)
        presence = self._results.presence.get(place)
        if presence is None:
            return None, None
        counts = presence.attended and (presence.ends_at or 0) >= self._since
        return presence.score, presence.ends_at if counts else None

    def completion(self) -> Completion | None:
        """Return when the training was completed: every mandatory step of the path is."""
        training = self._training
        results = {step.id: self._step(step) for step in training.steps}
        scores = {
            step.content: score
            for step in training.steps
            if (score := results[step.id][0]) is not None
        }
        path = list(path_of(training.steps, training.links, training.guided, scores))
        mandatory = [results[step.id][1] for step in path if step.mandatory]
        moments = [at for at in mandatory if at is not None]
        if not moments or len(moments) < len(mandatory):
            return None
        every = [results[step.id][1] for step in path]
        return Completion(max(at for at in every if at is not None), max(moments))


def standing(
    results: Results,
    training: Training,
    uid: int,
    expiry: Expiry | None,
    as_of: Second,
    zone: ZoneInfo,
) -> Standing:
    """Return when a learner completed a training, and until when that is valid.

    Where certificates end, only attempts since the last certificate count; after its end only
    those since then, as long as they complete the training anew.
    """

    def since(moment: Second | None) -> Completion | None:
        return Learner(results, training, uid, moment).completion()

    if training.months is None:
        latest = since(None)
        return Standing(latest.at if latest else None, None)
    latest = (since(expiry.latest) if expiry else None) or since(None)
    if latest is None:
        return Standing(None, expiry.expire if expiry else None)
    ends = add_months(latest.mandatory_at, training.months, zone)
    if ends < as_of:
        again = since(ends)
        if again is not None:
            return Standing(again.at, add_months(again.mandatory_at, training.months, zone))
    return Standing(latest.at, ends)


def add_months(moment: Second, months: int, zone: ZoneInfo) -> Second:
    """Return `moment` so many months later; a day that the month lacks runs into the next one."""
    local = datetime.fromtimestamp(moment, zone)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    first = local.replace(year=year, month=month + 1, day=1)
    return Second(int((first + timedelta(days=local.day - 1)).timestamp()))
