"""The best SQL by hand for the important figures: bare numbers, no names of columns, no notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from termstats.data.model.request import Param, Request
from termstats.data.query.largest import Subjects
from termstats.data.store.opening import Store
from termstats.data.store.schema import EVENT_SEQUENCE_BITS, KINDS

_DAY = f"((id >> {EVENT_SEQUENCE_BITS}) - :start) / 86400"
"""Days since the first of the period; an hour off after a change of summer time."""
_KINDS = ", ".join(f"sum({kind})" for kind in KINDS)
_COUNTED = "NOT IN (SELECT id FROM person WHERE counted = 0)"
"""Who counts: faster than a join, for few people do not count."""
_STEP = (
    "LEFT JOIN enrolment_day AS s ON s.training_id = e.training_id AND s.person_id = e.person_id "
    "AND s.day = (SELECT max(day) FROM enrolment_day AS n WHERE n.training_id = e.training_id "
    "AND n.person_id = e.person_id AND n.day <= :last)"
)
_SUMS = (
    "SELECT training_id, person_id, max(day), sum(seconds) FROM person_day "
    "WHERE clock = 0 AND day <= :last"
)
_CHANGES = (
    "SELECT training_id, sum(enrolled), sum(withdrawn), sum(completed), sum(started), "
    "sum(progress), sum(scored), sum(score) FROM progress_day WHERE counted = 1 AND day <= :last"
)


@dataclass(frozen=True)
class Statement:
    """SQL that answers what a figure answers; several are run one after the other."""

    figure_id: str
    words: str
    sql: tuple[str, ...]
    values: Mapping[str, int]


def bare_statements(store: Store, base: Request, subjects: Subjects) -> list[Statement]:
    """Return the statements for the period of `base`."""
    first, last = base.period.day_range
    start, end = base.period.seconds(store.info.zone)
    ids = {f"{param}_id": entity.id for param, entity in subjects.items()}
    values = {
        "first": first,
        "last": last,
        "low": start << EVENT_SEQUENCE_BITS,
        "high": end << EVENT_SEQUENCE_BITS,
        "start": start,
        "training": ids.get(f"{Param.TRAINING}_id", 0),
        "learner": ids.get(f"{Param.LEARNER}_id", 0),
        "group": ids.get(f"{Param.CLASS}_id", 0),
    }
    return [Statement(figure, words, sql, values) for figure, words, sql in _STATEMENTS]


_STATEMENTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "global.active-users",
        "distinct people per day from the events, by their key",
        (
            f"SELECT {_DAY}, count(DISTINCT person_id) FROM event WHERE id >= :low "  # noqa: S608
            f"AND id < :high AND active = 1 AND person_id {_COUNTED} GROUP BY 1",
        ),
    ),
    (
        "global.active-users",
        "the same from the day table",
        (
            "SELECT day, count(*) FROM person_day WHERE clock = 0 AND training_id = 0 "  # noqa: S608
            f"AND active = 1 AND day BETWEEN :first AND :last AND person_id {_COUNTED} GROUP BY 1",
        ),
    ),
    (
        "global.activity",
        "events by day and kind from the events",
        (
            f"SELECT {_DAY}, action_id, sum(weight) FROM event WHERE id >= :low "  # noqa: S608
            f"AND id < :high AND person_id {_COUNTED} GROUP BY 1, 2",
        ),
    ),
    (
        "global.activity",
        "the same from the day table",
        (
            f"SELECT day, {_KINDS}, sum(events) FROM training_day WHERE clock = 0 "  # noqa: S608
            "AND training_id = 0 AND counted = 1 AND day BETWEEN :first AND :last GROUP BY day",
        ),
    ),
    (
        "global.totals",
        "six statements, one period, nothing before",
        (
            f"{_CHANGES} GROUP BY training_id",
            "SELECT sum(events), sum(seconds) FROM training_day WHERE clock = 0 "
            "AND training_id = 0 AND counted = 1 AND day BETWEEN :first AND :last",
            "SELECT count(DISTINCT person_id) FROM person_day WHERE clock = 0 "  # noqa: S608
            "AND training_id = 0 AND active = 1 AND day BETWEEN :first AND :last "
            f"AND person_id {_COUNTED}",
            "SELECT count(*), sum(joined_at >= :start) FROM person WHERE counted = 1",
            "SELECT count(*) FROM training WHERE published = 1",
            "SELECT count(*) FROM class",
        ),
    ),
    (
        "global.trainings",
        "states, time, last day and active people per training",
        (
            f"{_CHANGES} GROUP BY training_id",
            "SELECT training_id, sum(seconds) FROM training_day WHERE clock = 0 AND counted = 1 "
            "AND day BETWEEN :first AND :last GROUP BY 1",
            "SELECT training_id, max(day) FROM training_day WHERE clock = 0 AND counted = 1 "
            "GROUP BY 1",
            "SELECT training_id, count(DISTINCT person_id) FROM person_day WHERE clock = 0 "  # noqa: S608
            "AND training_id IN (SELECT id FROM training) AND active = 1 "
            f"AND day BETWEEN :first AND :last AND person_id {_COUNTED} GROUP BY 1",
        ),
    ),
    (
        "global.top-learners",
        "sums of everybody, the first ten",
        (
            "SELECT p.key, p.name, d.* FROM (SELECT person_id, sum(events) AS n, sum(active), "  # noqa: S608
            "sum(seconds), max(day) FROM person_day WHERE clock = 0 AND training_id = 0 "
            f"AND day BETWEEN :first AND :last AND person_id {_COUNTED} GROUP BY person_id) AS d "
            "JOIN person AS p ON p.id = d.person_id ORDER BY d.n DESC, p.name LIMIT 10",
        ),
    ),
    (
        "global.progress",
        "changes per training and day",
        (f"{_CHANGES} GROUP BY training_id, day",),
    ),
    (
        "learner.activity",
        "days of one person",
        (
            f"SELECT day, {_KINDS}, sum(events) FROM person_day WHERE clock = 0 "  # noqa: S608
            "AND person_id = :learner AND training_id = 0 AND day BETWEEN :first AND :last "
            "GROUP BY day",
            "SELECT sum(events) FROM person_day WHERE clock = 0 AND person_id = :learner "
            "AND training_id = 0 AND day < :first",
        ),
    ),
    (
        "learner.trainings",
        "roster and newest state of one person",
        (
            f"SELECT t.title, e.*, s.* FROM enrolment AS e {_STEP} "  # noqa: S608
            "JOIN training AS t ON t.id = e.training_id WHERE e.person_id = :learner",
            f"{_SUMS} AND person_id = :learner GROUP BY 1, 2",
        ),
    ),
    (
        "training.learners",
        "roster, newest state, sums of time",
        (
            f"SELECT p.key, p.name, e.*, s.* FROM enrolment AS e {_STEP} "  # noqa: S608
            "JOIN person AS p ON p.id = e.person_id WHERE e.training_id = :training "
            f"AND e.person_id {_COUNTED} ORDER BY p.name",
            f"{_SUMS} AND training_id = :training AND person_id {_COUNTED} GROUP BY 1, 2",
        ),
    ),
    (
        "class.members",
        "members, states and last days",
        (
            "SELECT p.key, p.name, count(*), avg(s.progress), avg(s.score) "  # noqa: S608
            "FROM class_member AS m JOIN person AS p ON p.id = m.person_id AND p.counted = 1 "
            "JOIN class_training AS o ON o.class_id = m.class_id JOIN enrolment AS e "
            f"ON e.training_id = o.training_id AND e.person_id = m.person_id {_STEP} "
            "WHERE m.class_id = :group AND m.role = 'learner' GROUP BY p.id ORDER BY 2",
            "SELECT m.person_id, max(d.day) FROM class_member AS m JOIN class_training AS o "
            "ON o.class_id = m.class_id JOIN person_day AS d ON d.clock = 0 "
            "AND d.person_id = m.person_id AND d.training_id = o.training_id "
            "WHERE m.class_id = :group AND m.role = 'learner' GROUP BY 1",
        ),
    ),
    (
        "backoffice.log",
        "the newest 200 with their names",
        (
            "SELECT d.*, a.name, a.kind, p.name FROM event AS d LEFT JOIN action AS a "
            "ON a.id = d.action_id LEFT JOIN person AS p ON p.id = d.person_id "
            "WHERE d.id >= :low AND d.id < :high ORDER BY d.id DESC LIMIT 200",
        ),
    ),
)
