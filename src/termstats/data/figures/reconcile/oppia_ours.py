"""Our numbers for OppiaMobile's pages about a course, a learner, a cohort, from our own figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from termstats.data.figures.definition.series import amount
from termstats.data.figures.learning.module_state import (
    TriedScores,
    attempts_by_module,
    scores_of,
    tries_of,
)
from termstats.data.figures.reconcile.oppia_ours_site import (
    key_of,
    series,
    until_now,
    usernames_of,
)
from termstats.data.figures.reconcile.oppia_server import Server
from termstats.data.figures.reconcile.ours import Ours, Values, about, rows_of
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Kind
from termstats.data.model.units import RowId
from termstats.data.platform_pages.oppia_course import SQLITE, TYPES
from termstats.data.query.query import Query
from termstats.data.store import schema

_DONE = ("passed", "expired")
_NOT_BEGUN = ("not started", "withdrawn")


# ---- course --------------------------------------------------------------------------------------


async def ours_of_course(q: Query, server: Server) -> Ours:
    """Return our numbers for the page of the course that is asked about."""
    now = until_now(q, Param.TRAINING)
    learners = await rows_of(now, "training.learners")
    states = [row["state"] for row in learners]
    downloads = await _downloads(now)
    in_period = await rows_of(about(q, q.period, Param.TRAINING), "training.activity")
    counts = {
        "activities": sum((await _activities(now)).values()),
        "media": await _media(now),
        "trackers": _sum(in_period, "total"),
        "downloads": sum(downloads),
        "downloaders": len(downloads),
        "enrolled": len(states),
        "completed": sum(state in _DONE for state in states),
        "in_progress": sum(state not in (*_DONE, *_NOT_BEGUN) for state in states),
    }
    ours: Ours = {(name, ""): (value, Kind.COUNT) for name, value in counts.items()}
    ours["graph_points", SQLITE] = sum(bool(row["total"]) for row in in_period), Kind.COUNT
    for kind in TYPES:
        ours |= series(kind, in_period, kind)
        ours["activity_type", kind] = _sum(in_period, kind), Kind.COUNT
    ours |= series("activity", in_period, "total")
    ours |= await _of_quizzes(now, server)
    for row in await rows_of(now, "training.questions"):
        for name in ("difficulty", "discrimination"):
            of_question = f"question_{name}", str(row["question_id"])
            ours.setdefault(of_question, (row[name], Kind.NUMBER))
    return ours | await _of_learners(now, server, learners)


async def _of_learners(q: Query, server: Server, learners: Sequence[Values]) -> Ours:
    """Return how far the learners of a course are."""
    done, names = await _completed(q, "person_id"), usernames_of(server)
    people = {account.username: row_id for row_id, account in server.accounts.items()}
    ours: Ours = {}
    for row in learners:
        name = names[key_of(row["learner_id"])]
        ours["learner_activities", name] = done.get(people[name], 0), Kind.COUNT
        ours["learner_completion", name] = row["progress"], Kind.PERCENT
        ours["leader_points", name] = row["points"], Kind.NUMBER
    return ours


async def _of_quizzes(q: Query, server: Server) -> Ours:
    """Return how many quizzes count, and attempts at each quiz and feedback with their mean."""
    module, trainings = schema.module, q.roster.trainings()
    modules = await q.fetch(
        select(module.c.id, module.c.kind, module.c.mandatory)
        .join(trainings, trainings.c.id == module.c.training_id)
        .where(module.c.current == 1, module.c.kind.in_(("quiz", "feedback")))
    )
    tries = await attempts_by_module(q)
    counting = sum(row.kind == "quiz" and bool(row.mandatory) for row in modules)
    ours: Ours = {("quizzes", ""): (counting, Kind.COUNT)}
    for row in modules:
        key, of_module = str(server.quizzes.get(row.id, "")), tries[row.id]
        if row.kind == "feedback":
            ours["feedback_attempts", key] = len(of_module), Kind.COUNT
            continue
        mean = scores_of(tries_of(of_module, q.end)).mean
        ours["quiz_attempts", key] = len(of_module), Kind.COUNT
        ours["quiz_average", key] = mean, Kind.PERCENT
    return ours


def _sum(rows: Iterable[Values], column: str) -> int:
    return int(sum(amount(row[column]) for row in rows))


async def _activities(q: Query) -> dict[RowId, int]:
    """Return training -> how many activities count for progress."""
    activity, trainings = schema.activity, q.roster.trainings()
    rows = await q.fetch(
        select(activity.c.training_id, func.count().label("activities"))
        .join(trainings, trainings.c.id == activity.c.training_id)
        .where(activity.c.in_path == 1, activity.c.current == 1)
        .group_by(activity.c.training_id)
    )
    return {row.training_id: row.activities for row in rows}


async def _media(q: Query) -> int:
    """Return how many media files a course has."""
    file, trainings = schema.object_, q.roster.trainings()
    number = await q.fetch_value(
        select(func.count())
        .select_from(file)
        .join(trainings, trainings.c.id == file.c.training_id)
        .where(file.c.kind == "media")
    )
    return int(number)


async def _downloads(q: Query) -> list[int]:
    """Return how often each learner who downloaded the course did so."""
    sums = q.days.person_sums(ever=True, each_training=True, measures=("download",))
    rows = await q.fetch(
        select(func.sum(sums.c.download).label("times"))
        .where(sums.c.download > 0)
        .group_by(sums.c.person_id)
    )
    return [int(row.times) for row in rows]


# ---- learner and cohort --------------------------------------------------------------------------


async def ours_of_learner(q: Query, server: Server) -> Ours:
    """Return our numbers for the page of the learner that is asked about."""
    now = until_now(q, Param.LEARNER, Param.TRAINING)
    done, in_all = await _completed(now, "training_id"), await _activities(now)
    events, seconds = await _events(now), await _seconds(q)
    ours, tested = await _quizzes(now, server)
    in_period = await rows_of(about(q, q.period, Param.LEARNER, Param.TRAINING), "learner.activity")
    ours["trackers", ""] = _sum(in_period, "total"), Kind.COUNT
    ours |= series("activity", in_period, "total")
    trainings = {str(course.id): row_id for row_id, course in server.courses.items()}
    for row in await rows_of(now, "learner.trainings"):
        training = trainings[key_of(row["training_id"])]
        done_there, downloads = events.get(training, (0, 0))
        tests = tested.get(training, _Tests())
        values: dict[str, tuple[Cell, Kind]] = {
            "completed_activities": (done.get(training, 0), Kind.COUNT),
            "activities": (in_all.get(training, 0), Kind.COUNT),
            "completion": (row["progress"], Kind.PERCENT),
            "total_activity": (done_there, Kind.COUNT),
            "downloads": (downloads, Kind.COUNT),
            "quizzes_passed": (row["modules_passed"], Kind.COUNT),
            "quizzes_over_75": (row["modules_passed"], Kind.COUNT),
            "quizzes": (row["modules"], Kind.COUNT),
            "quizzes_attempted": (tests.attempted, Kind.COUNT),
            "pretest": (tests.pretest.best, Kind.PERCENT),
            "pretest_first": (tests.pretest.first, Kind.PERCENT),
            "points": (row["points"], Kind.NUMBER),
            "badges": (row["badges"], Kind.COUNT),
            "time_spent": (seconds.get(training, 0), Kind.NUMBER),
        }
        course = server.courses[training].shortname
        ours |= {(name, course): value for name, value in values.items()}
    for training in in_all:
        of_course = server.courses[training]
        ours["media", of_course.shortname] = len(of_course.media), Kind.COUNT
    return ours


async def _completed(q: Query, column: str) -> dict[RowId, int]:
    """Return training, or person -> activities of the current path completed."""
    done, activity = q.roster.completions(), schema.activity
    rows = await q.fetch(
        select(done.c[column].label("of"), func.count().label("activities"))
        .join(activity, activity.c.id == done.c.activity_id)
        .where(activity.c.in_path == 1, activity.c.current == 1)
        .group_by(done.c[column])
    )
    return {row.of: row.activities for row in rows}


async def _events(q: Query) -> dict[RowId, tuple[int, int]]:
    """Return training -> events other than downloads, and downloads."""
    sums = q.days.person_sums(ever=True, each_training=True, measures=("events", "download"))
    return {
        row.training_id: (int(row.events - row.download), int(row.download))
        for row in await q.fetch(select(sums))
    }


async def _seconds(q: Query) -> dict[RowId, int]:
    """Return training -> time of the learner in the period."""
    in_period = about(q, q.period, Param.LEARNER, Param.TRAINING)
    sums = in_period.days.person_sums(each_training=True, measures=("seconds",))
    return {row.training_id: int(row.seconds) for row in await q.fetch(select(sums))}


@dataclass
class _Tests:
    """What a learner tried in one course."""

    attempted: int = 0
    """Quizzes that count, with an attempt."""
    pretest: TriedScores = TriedScores()


async def _quizzes(q: Query, server: Server) -> tuple[Ours, dict[RowId, _Tests]]:
    """Return the learner's numbers per quiz, and training -> what was tried there."""
    module, trainings, tries = schema.module, q.roster.trainings(), await attempts_by_module(q)
    ours: Ours = {}
    tested: dict[RowId, _Tests] = defaultdict(_Tests)
    for row in await q.fetch(
        select(module.c.id, module.c.training_id, module.c.mandatory)
        .join(trainings, trainings.c.id == module.c.training_id)
        .where(module.c.kind == "quiz", module.c.current == 1)
    ):
        scores = scores_of(tries_of(tries[row.id], q.end))
        if row.mandatory:
            tested[row.training_id].attempted += bool(tries[row.id])
        elif scores.best is not None:
            tested[row.training_id].pretest = scores
        key = str(server.quizzes.get(row.id, ""))
        ours["quiz_attempts", key] = len(tries[row.id]), Kind.COUNT
        for name, value in (
            *(("max", scores.best), ("min", scores.lowest), ("first", scores.first)),
            *(("latest", scores.newest), ("avg", scores.mean)),
        ):
            ours[f"quiz_{name}", key] = value, Kind.PERCENT
    return ours, tested


async def ours_of_cohort(q: Query, server: Server) -> Ours:
    """Return our numbers for the page of the cohort that is asked about."""
    params = (Param.CLASS, Param.TRAINING)
    in_period = about(q, q.period, *params)
    ours = series("activity", await rows_of(in_period, "class.activity"), "total")
    now = until_now(q, *params)
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    names = usernames_of(server)
    for row in await rows_of(now, "class.learners"):
        of_learner = sums[names[key_of(row["learner_id"])]]
        for name, column in (
            ("quizzes", "modules_passed"),
            ("points", "points"),
            ("badges", "badges"),
        ):
            of_learner[name] += int(amount(row[column]))
    done, pretests = await _completed(now, "person_id"), await _pretests(now)
    for person, account in server.accounts.items():
        if account.username in sums:
            sums[account.username]["activities"] = done.get(person, 0)
            best = pretests.get(person, TriedScores()).best
            ours["learner_pretest", account.username] = best, Kind.PERCENT
    return ours | {
        (f"learner_{name}", username): (of_learner[name], Kind.COUNT)
        for username, of_learner in sums.items()
        for name in ("activities", "quizzes", "points", "badges")
    }


async def _pretests(q: Query) -> dict[RowId, TriedScores]:
    """Return person -> scores in the pre-test of the course that is asked about."""
    module, trainings = schema.module, q.roster.trainings()
    pretests = select(module.c.id).where(
        module.c.kind == "quiz", module.c.current == 1, module.c.mandatory == 0,
        module.c.training_id.in_(select(trainings.c.id)),
    )  # fmt: skip
    tries: dict[RowId, list[Any]] = defaultdict(list)
    by_module = await attempts_by_module(q)
    for row in await q.fetch(pretests):
        for attempt in by_module[row.id]:
            tries[attempt.person_id].append(attempt)
    return {person: scores_of(tries_of(each, q.end)) for person, each in tries.items()}
