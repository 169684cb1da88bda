"""What learners did at the small site: completions, quizzes, assignments, grades, posts, awards."""

from __future__ import annotations

from tests.data.importers.moodle.factory import CONTENT, Row, Rows, at, log


def graded(number: int, item: int, user: int, grade: float | None, day: str, **more: object) -> Row:
    row = {"id": number, "itemid": item, "userid": user, "finalgrade": grade}
    return row | {"timemodified": at(f"2024-03-{day} 12:00")} | more


def tried(number: int, user: int, day: str, points: float | None, **more: object) -> Row:
    """Return an attempt at the quiz of 20 minutes; its engine's id is 100 more."""
    row: Row = {"id": number, "quiz": 1, "userid": user, "uniqueid": 100 + number}
    row |= {"timestart": at(f"2024-03-{day} 10:00"), "timefinish": at(f"2024-03-{day} 10:20")}
    return row | {"sumgrades": points, "timemodified": at(f"2024-03-{day} 10:20")} | more


def asked(number: int, of: int, slot: int, given: str | None, **more: object) -> Row:
    """Return an answer: `number` of attempt `of`, to the question of the slot."""
    right = {1: "Water", 2: "Ten minutes", 3: None}[slot]
    row: Row = {"id": number, "questionusageid": 100 + of, "slot": slot, "questionid": 200 + slot}
    row |= {"maxmark": 1, "questionsummary": f"Question {slot}?", "rightanswer": right}
    return row | {"responsesummary": given} | more


def steps(first: int, of: int, *states: tuple[str, float | None]) -> list[Row]:
    """Return the steps of an answer, the last one last."""
    return [
        {"id": first + number, "questionattemptid": of, "sequencenumber": number}
        | {"state": state, "fraction": fraction}
        for number, (state, fraction) in enumerate(states)
    ]


LEARNING: Rows = {
    "modules": [
        {"id": number, "name": name}
        for number, name in enumerate(("page", "quiz", "assign", "forum", "url", "lesson"), 1)
    ],
    "course_modules": [
        {"id": 30, "course": 10, "module": 1, "instance": 1},
        {"id": 31, "course": 10, "module": 2, "instance": 1},
        {"id": 32, "course": 10, "module": 3, "instance": 1, "completion": 0},
        {"id": 33, "course": 10, "module": 4, "instance": 1, "completion": 0},
        {"id": 34, "course": 10, "module": 5, "instance": 1, "completion": 0, "visible": 0},
        {"id": 35, "course": 10, "module": 6, "instance": 1, "completion": 0},
    ],
    "course_sections": [
        {"id": 5, "course": 10, "section": 1, "name": "Burns", "sequence": "31,30,32,35,33,34"}
    ],
    "assign": [{"id": 1, "name": "Report", "grade": 20, "duedate": at("2024-03-20")}],
    "forum": [{"id": 1, "course": 10, "name": "Questions"}],
    "url": [{"id": 1, "course": 10, "name": "More"}],
    "user_info_field": [{"id": 1, "name": "Shift"}],
    "user_info_data": [{"id": 1, "userid": 4, "fieldid": 1, "data": "Night"}],
    "cohort": [{"id": 3, "name": "Nurses"}],
    "cohort_members": [{"id": 1, "cohortid": 3, "userid": 10, "timeadded": at("2024-02-01")}],
    "groups": [{"id": 1, "courseid": 10, "name": "Reds"}],
    "groups_members": [
        {"id": 1, "groupid": 1, "userid": 4},
        {"id": 2, "groupid": 1, "userid": 7},
        {"id": 3, "groupid": 1, "userid": 3},
    ],
    "enrol": [
        *CONTENT["enrol"],
        {"id": 22, "courseid": 10, "enrol": "cohort", "customint1": 3},
    ],
    "course_modules_completion": [
        {"id": 1, "coursemoduleid": 30, "userid": 4, "completionstate": 1}
        | {"timemodified": at("2024-03-11 00:15")},
        {"id": 2, "coursemoduleid": 31, "userid": 4, "completionstate": 2}
        | {"timemodified": at("2024-03-12 10:20")},
        {"id": 3, "coursemoduleid": 31, "userid": 7, "completionstate": 3}
        | {"timemodified": at("2024-03-12 10:20")},
        {"id": 4, "coursemoduleid": 30, "userid": 7, "completionstate": 0},
        {"id": 5, "coursemoduleid": 30, "userid": 10, "completionstate": 9},
    ],
    "course_completions": [
        {"id": 1, "userid": 4, "course": 10, "timecompleted": at("2024-03-13 01:00")},
        {"id": 2, "userid": 4, "course": 10, "timecompleted": at("2024-03-14 01:00")},
        {"id": 3, "userid": 7, "course": 10},
    ],
    "grade_items": [
        {"id": 1, "courseid": 10, "itemtype": "course", "grademax": 50},
        {"id": 2, "courseid": 10, "itemtype": "mod", "itemmodule": "quiz", "iteminstance": 1}
        | {"gradepass": 5},
        {"id": 3, "courseid": 10, "itemtype": "mod", "itemmodule": "assign", "iteminstance": 1}
        | {"grademax": 20, "gradepass": 10},
        {"id": 4, "courseid": 10, "itemtype": "mod", "itemmodule": "lesson", "iteminstance": 1}
        | {"grademin": 5, "grademax": 15, "gradepass": 10},
        {"id": 5, "courseid": 10, "itemtype": "manual", "itemname": "Practice", "needsupdate": 1},
        {"id": 6, "courseid": 10, "itemtype": "manual", "itemname": "Manners", "gradetype": 2},
    ],
    "grade_grades": [
        graded(1, 1, 4, 40, "13"),
        graded(2, 1, 7, 25, "13", hidden=1),
        graded(3, 4, 4, 12, "12"),
        graded(4, 5, 4, None, "12"),
        graded(5, 6, 4, 2, "12"),
        graded(6, 5, 7, 8, "12", excluded=at("2024-03-12")),
        graded(7, 2, 4, 10, "12"),
    ],
    "grade_grades_history": [
        graded(1, 4, 4, None, "09", action=1),
        graded(2, 4, 4, 7, "10", action=2),
        graded(3, 4, 4, 7, "11", action=2),
        graded(4, 1, 4, 10, "10", action=2),
        graded(5, 1, 7, 20, "12", action=2),
    ],
    "quiz_attempts": [
        tried(1, 4, "10", 1),
        tried(2, 4, "12", 3, attempt=2),
        tried(3, 7, "12", None, state="inprogress", timefinish=0),
        tried(4, 3, "09", 3, preview=1),
        tried(5, 5, "02", None, state="abandoned", timefinish=0),
        tried(6, 10, "14", None, state="notstarted"),
        tried(7, 9, "01", 2, timefinish=at("2024-03-02 10:00")),
    ],
    "question": [
        {"id": 201, "name": "q1", "qtype": "multichoice", "questiontext": "<p>With what?</p>"},
        {"id": 202, "name": "q2", "qtype": "shortanswer", "questiontext": "<p>How long?</p>"},
        {"id": 203, "name": "q3", "qtype": "essay", "questiontext": "<p>Why?</p>"},
    ],
    "question_attempts": [
        asked(1, 1, 1, "Ice"),
        asked(2, 1, 2, "Ten minutes"),
        asked(3, 1, 3, "Because"),
        asked(4, 3, 1, "Ice"),
        asked(5, 3, 2, None),
        asked(6, 3, 3, "It hurts"),
        asked(7, 4, 1, "Ice"),
        asked(8, 2, 1, "Water"),
        asked(9, 7, 1, "Butter"),
    ],
    "question_attempt_steps": [
        *steps(1, 1, ("todo", None), ("complete", None), ("gradedwrong", 0.0)),
        *steps(4, 2, ("todo", None), ("complete", None), ("gradedright", 1.0)),
        *steps(7, 3, ("todo", None), ("complete", None), ("needsgrading", None)),
        *steps(10, 4, ("todo", None), ("todo", 0.0)),
        *steps(12, 5, ("todo", None)),
        *steps(13, 6, ("todo", None), ("complete", None)),
        *steps(17, 9, ("todo", None), ("complete", None), ("gradedwrong", -0.5)),
        *steps(15, 8, ("todo", None), ("gradedright", 1.0)),
    ],
    "assign_submission": [
        {"id": 1, "assignment": 1, "userid": 4, "groupid": 0, "status": "submitted", "latest": 1}
        | {"attemptnumber": 0, "timecreated": at("2024-03-10"), "timemodified": at("2024-03-11")},
        {"id": 2, "assignment": 1, "userid": 7, "groupid": 0, "status": "new", "latest": 1}
        | {"attemptnumber": 0, "timecreated": at("2024-03-10"), "timemodified": at("2024-03-11")},
    ],
    "assign_grades": [
        {"id": 1, "assignment": 1, "userid": 4, "grade": 15, "attemptnumber": 0}
        | {"timemodified": at("2024-03-12")},
        {"id": 2, "assignment": 1, "userid": 10, "grade": 5, "attemptnumber": 0}
        | {"timemodified": at("2024-03-12")},
        {"id": 3, "assignment": 1, "userid": 7, "grade": -1, "attemptnumber": 0}
        | {"timemodified": at("2024-03-12")},
    ],
    "forum_discussions": [{"id": 1, "course": 10, "forum": 1}],
    "forum_posts": [
        {"id": 1, "discussion": 1, "parent": 0, "userid": 4, "subject": "Ice?"}
        | {"created": at("2024-02-05 10:00")},
        {"id": 2, "discussion": 1, "parent": 1, "userid": 7, "subject": "Re: Ice?"}
        | {"created": at("2024-03-12 11:00")},
    ],
    "logstore_standard_log": [
        *CONTENT["logstore_standard_log"],
        log(20, "12 11:00", "x", 7, eventname="\\mod_forum\\event\\post_created", objectid=2)
        | {"contextlevel": 70, "contextinstanceid": 33},
        log(21, "02 09:00", "user_enrolment_deleted", 3, relateduserid=6, edulevel=0),
    ],
    "user_lastaccess": [
        {"id": 1, "userid": 4, "courseid": 10, "timeaccess": at("2024-03-14")},
        {"id": 2, "userid": 9, "courseid": 10, "timeaccess": at("2024-02-20")},
    ],
    "customcert": [{"id": 1, "course": 10, "name": "First aider"}],
    "customcert_issues": [
        {"id": 1, "userid": 4, "customcertid": 1, "timecreated": at("2024-03-13 02:00")}
    ],
    "tool_certificate_templates": [{"id": 1, "name": "Safe"}],
    "tool_certificate_issues": [
        {"id": 1, "userid": 4, "templateid": 1, "timecreated": at("2024-03-13 02:00")}
        | {"courseid": 10, "expires": at("2025-03-13")}
    ],
    "badge": [{"id": 1, "name": "Helper", "courseid": 10}],
    "badge_issued": [{"id": 1, "badgeid": 1, "userid": 4, "dateissued": at("2024-03-13 03:00")}],
}
"""Rows beside `CONTENT`, and instead of some of it."""
