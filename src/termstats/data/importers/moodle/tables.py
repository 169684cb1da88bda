"""The tables of a Moodle site that are read, named without their prefix."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from termstats.data.importers.writing.table_run import columns_of

# Tables without which nothing can be said.
_TABLES = {
    "user": "id! username idnumber? firstname lastname email? deleted suspended confirmed? auth? "
    "lang? timezone? country? city? institution? department? lastaccess? timecreated?",
    "course": "id! category# fullname shortname idnumber? startdate? enddate? visible "
    "enablecompletion? groupmode? lang? timecreated? timemodified?",
    "enrol": "id! courseid# enrol status customint1? timemodified?",
    "user_enrolments": "id! enrolid# userid# status timestart timeend timecreated? timemodified?",
    "role": "id! shortname archetype",
    "context": "id! contextlevel# instanceid#",
    "role_assignments": "id! roleid# contextid# userid#",
}
# Tables that a site may lack, and what is missing then.
_OPTIONAL_TABLES = {
    "config": ("id! name value", "settings of the site: administrators, guest, zone, release"),
    "course_categories": ("id! name path", "categories of courses"),
    "user_info_field": ("id! name", "profile fields of the site's own"),
    "user_info_data": ("id! userid# fieldid# data", "profile fields of the site's own"),
    "cohort": ("id! name", "cohorts"),
    "cohort_members": ("id! cohortid# userid# timeadded?", "members of cohorts"),
    "groups": ("id! courseid# name", "groups"),
    "groups_members": ("id! groupid# userid# timeadded?", "members of groups"),
    "course_sections": ("id! course# section# name sequence? visible?", "sections of courses"),
    "modules": ("id! name", "activities of courses"),
    "course_modules": (
        "id! course# module# instance# section# visible completion? completionexpected? "
        "deletioninprogress?",
        "activities of courses",
    ),
    "course_modules_completion": (
        "id! coursemoduleid# userid# completionstate timemodified",
        "completed activities",
    ),
    "course_completions": ("id! userid# course# timecompleted", "completed courses"),
    "grade_items": (
        "id! courseid# itemname? itemtype itemmodule iteminstance# itemnumber? gradetype? "
        "grademax grademin gradepass? hidden? needsupdate?",
        "grades",
    ),
    "grade_grades": (
        "id! itemid# userid# finalgrade hidden? excluded? timecreated? timemodified",
        "grades",
    ),
    "grade_grades_history": (
        "id! action? itemid# userid# finalgrade hidden? excluded? timemodified",
        "the history of grades",
    ),
    "quiz": ("id! name grade? sumgrades? grademethod? timeclose?", "quizzes"),
    "quiz_attempts": (
        "id! quiz# userid# attempt# uniqueid# state sumgrades timestart timefinish timemodified? "
        "preview?",
        "attempts at quizzes",
    ),
    "question": ("id! name? questiontext qtype", "questions"),
    "question_attempts": (
        "id! questionusageid# slot# questionid# maxmark questionsummary? rightanswer? "
        "responsesummary?",
        "answers of attempts",
    ),
    "question_attempt_steps": (
        "id! questionattemptid# sequencenumber# state fraction",
        "answers of attempts",
    ),
    "assign": ("id! name duedate? grade?", "assignments"),
    "assign_submission": (
        "id! assignment# userid# groupid#? status timecreated? timemodified attemptnumber#? "
        "latest?",
        "submissions of assignments",
    ),
    "assign_grades": (
        "id! assignment# userid# grade attemptnumber#? timemodified",
        "grades of assignments",
    ),
    "forum_discussions": ("id! course# forum#", "posts of forums"),
    "forum_posts": ("id! discussion# parent# userid# created subject?", "posts of forums"),
    "logstore_standard_log": (
        "id! eventname objecttable? objectid#? edulevel? contextlevel# contextinstanceid# userid# "
        "courseid# relateduserid# anonymous? timecreated origin? realuserid#?",
        "activity: it is unknown, not zero",
    ),
    "user_lastaccess": ("id! userid# courseid# timeaccess", "when people were last seen"),
    "customcert": ("id! course# name", "certificates of the plug-in customcert"),
    "customcert_issues": (
        "id! userid# customcertid# timecreated",
        "certificates of the plug-in customcert",
    ),
    "certificate": ("id! course# name", "certificates of the plug-in certificate"),
    "certificate_issues": (
        "id! userid# certificateid# timecreated",
        "certificates of the plug-in certificate",
    ),
    "tool_certificate_templates": ("id! name", "certificates of the plug-in tool_certificate"),
    "tool_certificate_issues": (
        "id! userid# templateid# timecreated expires? courseid#?",
        "certificates of the plug-in tool_certificate",
    ),
    "badge": ("id! name courseid#", "badges"),
    "badge_issued": ("id! badgeid# userid# dateissued dateexpire?", "badges"),
}
TABLES = columns_of(_TABLES | {table: text for table, (text, _) in _OPTIONAL_TABLES.items()})
REQUIRED = frozenset(_TABLES)
SUBJECTS = {table: subject for table, (_, subject) in _OPTIONAL_TABLES.items()}
"""Optional table -> what is missing without it."""
PLUGINS = frozenset(table for table, subject in SUBJECTS.items() if "plug-in" in subject)
"""Tables of plug-ins, which nobody misses where they are not installed."""
TITLES = ("id", "name")
"""Columns of the table of a kind of activities, which is named as `modules.name` says."""
TITLED = ("quiz", "assign", "customcert", "certificate")
"""Those tables of kinds of activities of which more than the title is read."""
MODULE_NAME = re.compile(r"[a-z][a-z0-9_]*")
"""What a kind of activities may be called; all else in `modules.name` names no table."""


class AnyPrefix(Mapping[str, Collection[str]]):
    """The needed tables and columns of a dump whose table prefix is not known yet.

    Of tables that are not listed the title is needed: any may be that of a kind of activities.
    """

    def __contains__(self, table: object) -> bool:
        return isinstance(table, str)

    def __getitem__(self, table: str) -> Collection[str]:
        names = [name for name in TABLES if table.endswith(name)]
        longest = max(names, key=len, default=None)
        return TITLES if longest is None else TABLES[longest].names

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)
