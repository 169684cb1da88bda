"""The worked queries of docs/store.md. Each is run by a test, and equals the figure it names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Worked:
    """One question to the tables of a store."""

    title: str
    words: str
    """What to know of it; empty: nothing."""
    sql: str
    same: str
    """The command that prints the same numbers."""


QUERIES = (
    Worked(
        "How many people count, and who is left out",
        "`counted` is the one population rule; nobody has to repeat it.",
        """\
SELECT sum(counted) AS counted, count(*) AS everybody, sum(staff) AS staff,
       sum(excluded) AS excluded, sum(blocked) AS blocked, sum(deleted) AS deleted
FROM person""",
        "termstats report global.totals --period all",
    ),
    Worked(
        "Completion of every training",
        "The roster is `enrolment`: who never started is a row of it too.",
        """\
SELECT t.key AS training_id, count(*) AS learners, count(e.completed_at) AS completed,
       100.0 * count(e.completed_at) / count(*) AS completion
FROM enrolment AS e
JOIN person AS p ON p.id = e.person_id AND p.counted = 1
JOIN training AS t ON t.id = e.training_id
GROUP BY t.id
ORDER BY t.key""",
        "termstats report global.trainings --period all",
    ),
    Worked(
        "Who is enrolled and never started",
        "`person_day` has a row for each day on which a person did something in a training.",
        """\
SELECT t.key AS training_id, p.key AS learner_id
FROM enrolment AS e
JOIN person AS p ON p.id = e.person_id AND p.counted = 1
JOIN training AS t ON t.id = e.training_id
WHERE e.completed_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM person_day AS d
  WHERE d.clock = 0 AND d.training_id = e.training_id AND d.person_id = e.person_id
    AND d.active = 1)
ORDER BY t.key, p.key""",
        "termstats report global.behind-enrolments --action never_started --period all",
    ),
    Worked(
        "Activity of a training by day",
        "A day table holds sums; days without activity have no row.",
        """\
SELECT date(d.day * 86400, 'unixepoch') AS day, d.events AS total, d.page, d.quiz
FROM training_day AS d
JOIN training AS t ON t.id = d.training_id
WHERE d.clock = 0 AND d.counted = 1 AND t.key = :training
ORDER BY d.day""",
        "termstats report training.activity --training KEY --period all",
    ),
    Worked(
        "How many people were active between two days",
        "Training 0 holds the whole platform. Both days are included.",
        """\
SELECT count(DISTINCT d.person_id) AS active_users
FROM person_day AS d
JOIN person AS p ON p.id = d.person_id AND p.counted = 1
WHERE d.clock = 0 AND d.training_id = 0 AND d.active = 1
  AND d.day BETWEEN julianday(:first) - 2440587.5 AND julianday(:last) - 2440587.5""",
        "termstats report global.totals --period FIRST..LAST",
    ),
    Worked(
        "Time and last activity of each learner in a training",
        "Durations that are no durations are left out of `seconds` already.",
        """\
SELECT p.key AS learner_id, sum(d.seconds) AS time_spent,
       date(max(d.day) * 86400, 'unixepoch') AS last_activity
FROM person_day AS d
JOIN person AS p ON p.id = d.person_id AND p.counted = 1
JOIN training AS t ON t.id = d.training_id
WHERE d.clock = 0 AND t.key = :training
GROUP BY p.id
ORDER BY time_spent DESC, p.key""",
        "termstats report training.learners --training KEY --period all",
    ),
    Worked(
        "Mean score and passes of each module",
        "For modules that keep the best attempt. `in_score = 0` are attempts without a score that "
        "counts, such as feedback.",
        """\
SELECT m.key AS module_id, count(*) AS learners, avg(kept.score) AS score,
       sum(kept.passed) AS passed
FROM (SELECT a.module_id, a.person_id, max(a.score) AS score, max(a.passed) AS passed
      FROM attempt AS a
      JOIN person AS p ON p.id = a.person_id AND p.counted = 1
      WHERE a.finished_at IS NOT NULL AND a.in_score = 1 AND a.score IS NOT NULL
      GROUP BY a.module_id, a.person_id) AS kept
JOIN module AS m ON m.id = kept.module_id AND m.current = 1
JOIN training AS t ON t.id = m.training_id
WHERE t.key = :training
GROUP BY m.id
ORDER BY m.position, m.key""",
        "termstats report training.content --training KEY --period all",
    ),
    Worked(
        "Which questions are hard",
        "The mean of points / max: 1 is everybody right, 0 nobody.",
        """\
SELECT q.label AS question_id, count(*) AS responses,
       avg(w.points / w.max_points) AS difficulty
FROM answer AS w
JOIN attempt AS a ON a.id = w.attempt_id AND a.finished_at IS NOT NULL
JOIN person AS p ON p.id = a.person_id AND p.counted = 1
JOIN question AS q ON q.id = w.question_id
JOIN module AS m ON m.id = q.module_id
JOIN training AS t ON t.id = m.training_id
WHERE t.key = :training AND w.max_points > 0 AND w.points IS NOT NULL
GROUP BY q.id
ORDER BY difficulty, q.label""",
        "termstats report training.questions --training KEY --period all",
    ),
    Worked(
        "What was searched for, and not found",
        "",
        """\
SELECT value AS term, sum(events) AS searches, sum(misses) AS without_result
FROM value_day
WHERE clock = 0 AND counted = 1 AND field = 'term'
GROUP BY value
ORDER BY searches DESC, term""",
        "termstats report global.search-terms --period all",
    ),
    Worked(
        "The last things that a learner did",
        "The id of an event is its time; flag 4 marks second copies of one event.",
        """\
SELECT datetime(e.id >> 20, 'unixepoch') AS at, a.kind, a.name AS action, e.seconds
FROM event AS e
JOIN action AS a ON a.id = e.action_id
JOIN person AS p ON p.id = e.person_id
WHERE p.key = :learner AND e.flags & 4 = 0
ORDER BY e.id DESC
LIMIT 20""",
        "termstats report learner.timeline --learner KEY --period all",
    ),
)
