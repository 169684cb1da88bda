"""What termstats counts beside the dashboards of Aspects."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median
from typing import Any

from sqlalchemy import and_, func, select

from termstats.data.figures.reconcile.oppia_ours_site import until_now
from termstats.data.model.period import number_day
from termstats.data.model.request import Param
from termstats.data.model.table import Cell
from termstats.data.model.units import RowId, Second
from termstats.data.platform_pages.aspects_course import BUCKETS, buckets_of
from termstats.data.platform_pages.aspects_pages import (
    AT_RISK,
    COMPARISON,
    COURSE,
    LEARNER,
    OPERATOR,
    written,
)
from termstats.data.platform_pages.aspects_site import WEEK, Site, is_full, org_of, seconds_of
from termstats.data.query.query import Query
from termstats.data.store import schema

Ours = dict[tuple[str, str, str], Cell]
"""(page, figure, key) -> our number."""
NEVER_STARTED, IDLE = "never started", "idle"


class Roster:
    """Everybody who is enrolled and counts, with their state and last activity."""

    def __init__(
        self, rows: Sequence[Any], grades: Mapping[tuple[str, str], float], as_of: Second
    ) -> None:
        self.rows = rows
        self.as_of = as_of
        self.current = [row for row in rows if row.withdrawn_at is None]
        self._grades = grades

    def grade(self, row: Any) -> float | None:
        """Return the newest grade, 0-1; None: no grade."""
        return self._grades.get((row.course, row.actor))

    def grades(self, rows: Iterable[Any]) -> list[float]:
        """Return the grades of those who have one."""
        return [grade for row in rows if (grade := self.grade(row)) is not None]

    def is_active(self, row: Any) -> bool:
        """Return whether somebody did anything there within a week."""
        return row.last is not None and row.last >= self.as_of - WEEK

    def at_risk(self) -> Iterable[tuple[Any, str]]:
        """Yield who is enrolled, has not completed and is not active, with the reason."""
        for row in self.current:
            if not row.completed and not self.is_active(row):
                yield row, NEVER_STARTED if row.last is None else IDLE


async def roster_of(q: Query, source_id: RowId, as_of: Second) -> Roster:
    """Return the roster of the training or learner that is asked about, else of the source."""
    now = until_now(q, Param.TRAINING, Param.LEARNER)
    states, field = now.roster.states(), schema.enrolment_field
    event, person, training = schema.event, schema.person, schema.training
    last = (
        select(
            event.c.person_id,
            event.c.training_id,
            func.max(event.c.id).label("last"),
        )
        .where(event.c.active == 1, event.c.id < (as_of + 1) << schema.EVENT_SEQUENCE_BITS)
        .group_by(event.c.person_id, event.c.training_id)
        .subquery("last_events")
    )
    rows = await q.fetch(
        select(
            person.c.key.label("actor"),
            training.c.key.label("course"),
            field.c.value.label("track"),
            states.c.enrolled_at,
            states.c.withdrawn_at,
            states.c.completed,
            states.c.state,
            (last.c.last // (1 << schema.EVENT_SEQUENCE_BITS)).label("last"),
        )
        .select_from(states)
        .join(person, person.c.id == states.c.person_id)
        .join(training, training.c.id == states.c.training_id)
        .outerjoin(
            field,
            and_(
                field.c.person_id == states.c.person_id,
                field.c.training_id == states.c.training_id,
                field.c.field == "track",
            ),
        )
        .outerjoin(
            last,
            and_(
                last.c.person_id == states.c.person_id,
                last.c.training_id == states.c.training_id,
            ),
        )
        .where(training.c.source_id == source_id)
        .order_by(training.c.key, person.c.key)
    )
    return Roster(rows, await _grades(now), as_of)


async def _grades(now: Query) -> dict[tuple[str, str], float]:
    """Return (course, actor) -> the newest grade of the course, 0-1."""
    attempt, module = now.roster.attempts(), schema.module
    person, training = schema.person, schema.training
    rows = await now.fetch(
        select(
            training.c.key.label("course"),
            person.c.key.label("actor"),
            attempt.c.score,
        )
        .select_from(attempt)
        .join(module, module.c.id == attempt.c.module_id)
        .join(person, person.c.id == attempt.c.person_id)
        .join(training, training.c.id == attempt.c.training_id)
        .where(module.c.kind == "grade", attempt.c.score.is_not(None))
        .order_by(attempt.c.moment, attempt.c.id)
    )
    return {(row.course, row.actor): row.score / 100 for row in rows}


async def ours_of_site(q: Query, site: Site, roster: Roster) -> Ours:
    """Return our numbers for the pages of the whole site."""
    ours = await _days(q)
    people = {row.actor for row in roster.current}
    orgs = Counter(map(org_of, site.courses))
    ours |= {
        (OPERATOR, "organizations", ""): len(orgs),
        (OPERATOR, "courses", ""): len(site.courses),
        (OPERATOR, "currently_enrolled", ""): len(people),
        (OPERATOR, "last_event", ""): written(site.last_event),
    }
    modes = Counter((row.course, row.track or "") for row in roster.current)
    for (course, mode), number in modes.items():
        ours[OPERATOR, "enrolled_by_mode", f"{course} / {mode}"] = number
    ours |= {(OPERATOR, "courses_by_org", org): number for org, number in orgs.items()}
    return ours | _at_risk(roster) | _comparison(site, roster)


async def _days(q: Query) -> Ours:
    """Return active people, trainings with activity, and events by local day."""
    ours: Ours = {}
    rows = q.days.per_person_day()
    for row in await q.fetch(
        select(
            rows.c.day,
            func.count(rows.c.person_id.distinct()).label("people"),
        )
        .where(rows.c.active > 0)
        .group_by(rows.c.day)
    ):
        ours[OPERATOR, "active_learners", str(number_day(row.day))] = row.people
    each = q.days.per_person_day(each_training=True)
    for row in await q.fetch(
        select(
            each.c.day,
            func.count(each.c.training_id.distinct()).label("courses"),
        )
        .where(each.c.active > 0)
        .group_by(each.c.day)
    ):
        ours[OPERATOR, "active_courses", str(number_day(row.day))] = row.courses
    sums = q.days.per_day()
    for row in await q.fetch(
        select(sums.c.day, func.sum(sums.c.events).label("events")).group_by(sums.c.day)
    ):
        ours[OPERATOR, "event_activity", str(number_day(row.day))] = int(row.events)
    return ours


def _at_risk(roster: Roster) -> Ours:
    return {
        (AT_RISK, "at_risk", f"{row.course} / {row.actor}"): why for row, why in roster.at_risk()
    }


def _comparison(site: Site, roster: Roster) -> Ours:
    ours: Ours = {}
    risk = Counter(row.course for row, _why in roster.at_risk())
    for course in site.courses:
        current = [row for row in roster.current if row.course == course]
        graded = roster.grades(current)
        ours |= {
            (COMPARISON, "enrollees", course): len(current),
            (COMPARISON, "active", course): sum(map(roster.is_active, current)),
            (COMPARISON, "at_risk", course): risk[course],
            (COMPARISON, "passed", course): sum(row.completed for row in current),
            (COMPARISON, "grade_mean", course): fmean(graded) if graded else None,
            (COMPARISON, "grade_median", course): median(graded) if graded else None,
        }
    return ours


def ours_of_course(site: Site, roster: Roster) -> Ours:
    """Return our numbers for the page of a course, of which alone site and roster are."""
    current = roster.current
    graded = roster.grades(current)
    ours: Ours = {
        (COURSE, "current_enrollees", ""): len(current),
        (COURSE, "active_7d", ""): sum(map(roster.is_active, current)),
        (COURSE, "grade_mean", ""): fmean(graded) if graded else None,
        (COURSE, "grade_median", ""): median(graded) if graded else None,
        (COURSE, "passed", ""): sum(row.completed for row in current),
    }
    for mode, number in Counter(row.track or "" for row in current).items():
        ours[COURSE, "track", mode] = number
    for bucket, number in zip(BUCKETS, buckets_of(graded), strict=True):
        ours[COURSE, "grade_bucket", bucket] = number
    counted = {row.actor for row in roster.rows}
    return ours | _problems(site, counted) | _videos(site, counted)


def _problems(site: Site, counted: set[str]) -> Ours:
    """Return learners by their last answer: each weighs the same, however often they tried."""
    last: dict[tuple[str, str], Any] = {}
    for each in site.answers:
        if each.actor in counted:
            key = (each.problem, each.actor)
            before = last.get(key)
            last[key] = max(before, each, key=lambda a: (a.number, a.at, a.key)) if before else each
    by_problem: dict[str, list[Any]] = defaultdict(list)
    ours: Ours = {}
    for (problem, actor), answer in last.items():
        by_problem[problem].append(answer)
        of_learner = f"{problem} / {actor}"
        ours[COURSE, "last_success", of_learner] = int(answer.is_right)
        ours[COURSE, "last_score", of_learner] = answer.score
        ours[COURSE, "last_attempts", of_learner] = answer.number
    for problem, answers in by_problem.items():
        right = sum(each.is_right for each in answers)
        ours |= {
            (COURSE, "problem_learners", problem): len(answers),
            (COURSE, "problem_attempts_mean", problem): fmean(each.number for each in answers),
            (COURSE, "problem_correct", problem): right,
            (COURSE, "problem_incorrect", problem): len(answers) - right,
            (COURSE, "problem_correct_percent", problem): right / len(answers),
        }
    return ours


def _videos(site: Site, counted: set[str]) -> Ours:
    ours: Ours = {}
    seen = seconds_of([each for each in site.videos if each.actor in counted])
    viewers = Counter(video for video, _actor in seen)
    full = Counter(
        video for (video, _), counts in seen.items() if is_full(counts, site.lengths.get(video))
    )
    for video, number in viewers.items():
        ours[COURSE, "video_viewers", video] = number
        ours[COURSE, "video_full", video] = full[video]
        ours[COURSE, "video_partial", video] = number - full[video]
    return ours


def ours_of_learner(roster: Roster) -> Ours:
    """Return our numbers for the page of a learner."""
    ours: Ours = {}
    for row in roster.rows:
        ours |= {
            (LEARNER, "grade", row.course): roster.grade(row),
            (LEARNER, "state", row.course): row.state,
            (LEARNER, "last_visit", row.course): written(row.last),
            (LEARNER, "enrolled", row.course): written(row.enrolled_at),
        }
    return ours
