"""A server of OppiaMobile that grows: what devices send, late, twice or with clocks that are off.

Everything is invented and hangs on the seed alone.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.data.importers.oppia.factory import make

BEGINS = int(datetime(2026, 3, 1, 8, tzinfo=UTC).timestamp())
DAY = 86_400
DIGESTS = ("d-page", "d-quiz", "d-say", "d-pre", "e-page", "e-quiz", "d-gone", "d-lost", "m")
SHARE = 0.05
"""How often something odd is the case."""

CONTENT: dict[str, list[dict[str, Any]]] = {
    "oppia_section": [{"id": 2, "course_id": 2, "title": "Second"}],
    "oppia_activity": [
        {"id": 5, "section_id": 2, "title": "Look", "type": "page", "digest": "e-page"},
        {"id": 6, "section_id": 2, "title": "Try", "type": "quiz", "digest": "e-quiz"},
    ],
    "oppia_media": [{"id": 1, "course_id": 1, "digest": "m", "filename": "a.mp4"}],
    "quiz_quiz": [{"id": n, "title": f"Quiz {n}"} for n in (12, 13, 14)],
    "quiz_quizprops": [
        {"id": 6, "quiz_id": 12, "name": "digest", "value": "e-quiz"},
        {"id": 7, "quiz_id": 13, "name": "digest", "value": "d-gone"},
        {"id": 8, "quiz_id": 14, "name": "courseversion", "value": "20230202"},
    ],
    "quiz_question": [{"id": n, "title": f"Why {n}?", "type": "multichoice"} for n in (1, 2, 3)],
    "quiz_quizquestion": [
        {"id": n, "quiz_id": quiz, "question_id": n} for n, quiz in ((1, 10), (2, 12), (3, 14))
    ],
    "oppia_badge": [{"id": 1, "name": "Done"}],
    "oppia_cohort": [{"id": 1, "description": "Team", "start_date": "2026-03-02 00:00:00"}],
    "oppia_coursecohort": [{"id": 1, "cohort_id": 1, "course_id": 1}],
    "viz_userlocationvisualization": [
        {"id": 1, "ip": "192.0.2.1", "hits": 3, "country_code": "NO"}
    ],
}


class GrowingServer:
    """The server's database, and its clock."""

    def __init__(self, path: Path, seed: int) -> None:
        self.path = make(path, **CONTENT)
        self.dice = random.Random(seed)  # noqa: S311 - dice, not secrets
        self.now = BEGINS
        self.ids: Counter[str] = Counter(auth_user=3)
        self.people = [2, 3]
        self._sent: list[dict[str, Any]] = []
        self._instances: list[str] = []
        """Of attempts whose events have not come yet."""
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(
                "CREATE TABLE summary_usercoursesummary (id INTEGER PRIMARY KEY, course_id, "
                "user_id, points, total_downloads, total_activity, quizzes_passed, "
                "badges_achieved, pretest_score, media_viewed, completed_activities);"
                "CREATE TABLE summary_usercoursedailysummary (id INTEGER PRIMARY KEY, course_id, "
                "user_id, day, type, total_tracked, time_spent_tracked, total_submitted, "
                "time_spent_submitted);"
            )

    def grow(self, things: int) -> None:
        """Let so many things happen, minutes or days after each other."""
        with closing(sqlite3.connect(self.path)) as connection:
            for _ in range(things):
                self.now += self.dice.choice((0, 1, 60, 600, 4_000, DAY // 2))
                what = self.dice.choices(
                    (self._track, self._attempt, self._point, self._award, self._person),
                    (20, 3, 2, 1, 1),
                )[0]
                what(connection)
            self._edit(connection)
            connection.commit()

    def _add(self, connection: sqlite3.Connection, table: str, **row: Any) -> int:
        self.ids[table] += self.dice.choice((1, 1, 1, 5))
        row["id"] = self.ids[table]
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
        connection.execute(sql, tuple(row.values()))
        return int(row["id"])

    def _is(self, share: float = SHARE) -> bool:
        return self.dice.random() < share

    def _device_date(self) -> str:
        """Return when the device says it happened: mostly days ago, or ahead of the clock."""
        dice = self.dice
        if self._is():
            return dice.choice(("", "1970-01-01 00:00:00", text(self.now + 3 * DAY)))
        if self._is(0.2):
            return text(self.now + dice.choice((5, 300, 5_000, 80_000)))
        return text(self.now - dice.choice((0, 0, 60, 3_600, DAY, 9 * DAY, 40 * DAY)))

    def _track(self, connection: sqlite3.Connection) -> None:
        dice = self.dice
        if self._sent and self._is():
            row = {**dice.choice(self._sent), "submitted_date": text(self.now)}
        else:
            digest = dice.choice(DIGESTS)
            kind = "quiz" if "quiz" in digest or digest == "d-gone" else "page"
            row = {
                **{"user_id": dice.choice(self.people), "course_id": dice.choice((1, 1, 2))},
                **{"digest": digest, "type": kind, "completed": int(self._is(0.6))},
                **{"tracker_date": self._device_date(), "submitted_date": text(self.now)},
                **{"time_taken": dice.choice((0, 10, 99, 20_000)), "ip": "192.0.2.1"},
                **{"uuid": f"u{dice.randrange(10**9)}", "lang": dice.choice(("en", "fr", None))},
                "data": json.dumps({"instance_id": self._instances.pop(0)})
                if self._instances and kind == "quiz"
                else "{}",
            }
        if self._is(0.2):
            row |= dice.choice(
                (
                    {"type": "search", "digest": "", "course_id": None, "data": '{"query": "x"}'},
                    {"type": None, "event": "media_missing", "data": '{"filename": "a.mp4"}'},
                    {"type": "download", "digest": ""},
                    {"type": "", "event": "course_downloaded"},
                    {"submitted_date": "", "tracker_date": ""},
                )
            )
        self._sent.append(row)
        self._add(connection, "oppia_tracker", **row)

    def _attempt(self, connection: sqlite3.Connection) -> None:
        dice = self.dice
        quiz = dice.choice((10, 12, 13, 14))
        key = self._add(
            connection,
            "quiz_quizattempt",
            **{"user_id": dice.choice(self.people), "quiz_id": quiz, "maxscore": 10},
            **{"attempt_date": self._device_date(), "submitted_date": text(self.now)},
            **{"score": dice.choice((0, 3.33, 10)), "instance_id": f"i{self.now}"},
        )
        # Mostly its event is there already, or is still to come.
        self._instances = [*self._instances, f"i{self.now}"][-2:]
        for question in (1, 2, 3):
            values = {"quizattempt_id": key, "question_id": question, "text": "So"}
            self._add(
                connection, "quiz_quizattemptresponse", score=dice.choice((0, 0.3, 1)), **values
            )

    def _point(self, connection: sqlite3.Connection) -> None:
        row = {"user_id": self.dice.choice(self.people), "course_id": 1, "date": text(self.now)}
        self._add(connection, "oppia_points", points=self.dice.choice((5, 1.1, None)), **row)

    def _award(self, connection: sqlite3.Connection) -> None:
        row = {"badge_id": 1, "user_id": self.dice.choice(self.people)}
        self._add(connection, "oppia_award", award_date=text(self.now), **row)

    def _person(self, connection: sqlite3.Connection) -> None:
        key = self._add(
            connection,
            "auth_user",
            **{"username": f"user{self.now}", "is_staff": int(self._is(0.2))},
            date_joined=text(self.now),
        )
        self.people.append(key)
        if self._is(0.5):
            row = {"cohort_id": 1, "user_id": key, "role": "student"}
            self._add(connection, "oppia_participant", **row)

    def _edit(self, connection: sqlite3.Connection) -> None:
        """Change what the server changes in place."""
        person = self.dice.choice(self.people)
        changes: list[tuple[str, tuple[object, ...]]] = [
            ("UPDATE auth_user SET last_login = ? WHERE id = ?", (text(self.now), person))
        ]
        if self._is(0.1):
            changes.append(("UPDATE auth_user SET is_staff = 1 - is_staff WHERE id = ?", (person,)))
        if self._is(0.3):
            changes.append(("UPDATE oppia_course SET status = 'archived' WHERE id = 2", ()))
        if self._is(0.3):
            changes += [
                ("DELETE FROM summary_usercoursedailysummary", ()),
                (
                    "INSERT INTO summary_usercoursedailysummary (course_id, user_id, day, type, "
                    "total_tracked) SELECT course_id, user_id, substr(submitted_date, 1, 10), "
                    "type, count(*) FROM oppia_tracker WHERE course_id IS NOT NULL "
                    "GROUP BY 1, 2, 3, 4",
                    (),
                ),
            ]
        if self._is(0.1):
            changes.append(("DELETE FROM oppia_participant WHERE user_id = ?", (person,)))
        for sql, values in changes:
            connection.execute(sql, values)


def text(second: int) -> str:
    """Return a moment as the server writes it."""
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S}"
