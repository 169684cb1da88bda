"""A small source for every importer of the registry, with rows in as many tables as it reads."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.data.importers.datagrok import factory as datagrok
from tests.data.importers.kolibri import factory as kolibri
from tests.data.importers.moodle import factory as moodle
from tests.data.importers.moodle.learning import LEARNING
from tests.data.importers.opigno import factory as opigno
from tests.data.importers.oppia import factory as oppia
from tests.data.importers.oulad import factory as oulad
from tests.data.importers.xapi import factory as xapi

Rows = dict[str, list[dict[str, Any]]]
AS_OF = opigno.AS_OF

OPPIA: Rows = {
    "oppia_tracker": [
        oppia.event(1, completed=1, time_taken=60, uuid="u1", ip="192.0.2.1"),
        oppia.event(2, type="search", digest="", data='{"query": "burns", "results_count": 0}'),
        oppia.event(3, type="quiz", digest="d-quiz", data='{"instance_id": "i1"}', completed=1),
        oppia.event(4, type="quiz", digest="d-old", activity_title="Old"),
        oppia.event(5, type=None, event="media_missing", data='{"filename": "a.mp4"}'),
        oppia.event(6, type="download", user_id=3, course_id=2, tracker_date="1970-01-01"),
    ],
    "quiz_question": [{"id": 1, "title": "Why?", "type": "multichoice"}],
    "quiz_questionprops": [{"id": 1, "question_id": 1, "name": "maxscore", "value": "2"}],
    "quiz_response": [{"id": 1, "question_id": 1, "title": "So", "score": 2}],
    "quiz_quizquestion": [{"id": 1, "quiz_id": 10, "question_id": 1}],
    "quiz_quizattempt": [oppia.attempt(1, 7, instance_id="i1"), oppia.attempt(2, 3, user_id=3)],
    "quiz_quizattemptresponse": [
        {"id": 1, "quizattempt_id": 1, "question_id": 1, "score": 2, "text": "So"}
    ],
    "profile_customfield": [{"id": "town", "label": "Town"}],
    "profile_userprofilecustomfield": [
        {"id": 1, "key_name_id": "town", "user_id": 2, "value_str": "Oslo"}
    ],
    "oppia_category": [{"id": 1, "name": "Health"}],
    "oppia_coursecategory": [{"id": 1, "course_id": 1, "category_id": 1}],
    "oppia_coursepermissions": [{"id": 1, "user_id": 2, "course_id": 1, "role": "manager"}],
    "oppia_media": [{"id": 1, "course_id": 1, "digest": "m", "filename": "a.mp4"}],
    "oppia_points": [{"id": 1, "user_id": 2, "course_id": 1, "points": 5, "date": "2024-03-05"}],
    "oppia_badge": [{"id": 1, "name": "Done"}],
    "oppia_award": [{"id": 1, "badge_id": 1, "user_id": 2, "award_date": "2024-03-06 00:00:00"}],
    "oppia_awardcourse": [{"id": 1, "award_id": 1, "course_id": 1, "course_version": 20230101}],
    "oppia_cohort": [{"id": 1, "description": "Team", "start_date": "2024-01-01 00:00:00"}],
    "oppia_coursecohort": [{"id": 1, "cohort_id": 1, "course_id": 1}],
    "oppia_participant": [
        {"id": 1, "cohort_id": 1, "user_id": 3, "role": "student"},
        {"id": 2, "cohort_id": 1, "user_id": 2, "role": "teacher"},
    ],
    "settings_settingproperties": [{"key": "POINTS", "bool_value": 1}],
    "viz_userlocationvisualization": [
        {"id": 1, "ip": "192.0.2.1", "hits": 3, "country_code": "NO"}
    ],
}
TRIED = opigno.attempt(1, 2, (3, 1), ("2024-03-01 10:00", "2024-03-01 10:10"), score=80)
OPIGNO: Rows = {
    "user_module_status": [
        TRIED,
        opigno.attempt(2, 3, (5, 3), ("2024-03-02 10:00", "2024-03-02 10:10"), score=90),
        opigno.attempt(3, 4, (8, 8), ("2024-03-03 10:00", "")),
        opigno.attempt(4, 2, (4, 2), ("2024-03-04 10:00", "2024-03-04 10:10"), score=100),
        opigno.attempt(5, 9, (99, 1), ("2024-03-04 10:00", "2024-03-04 10:10"), score=10),
    ],
    "opigno_answer_field_data": [
        opigno.answer(1, TRIED, 1, 10, skills_mode=2),
        opigno.answer(2, TRIED, 2, 5),
    ],
    "opigno_learning_path_achievements": [
        opigno.record(1, 2, 3, status="completed", completed="2024-03-01 10:10:00", progress=100),
        opigno.record(2, 3, 5),
        opigno.record(3, 9, 98),
    ],
    "opigno_learning_path_step_achievements": [
        {"id": 1, "uid": 9, "entity_id": 1, "name": "Points", "typology": "Module", "gid": 98}
        | {"parent_id": 0, "position": 1, "mandatory": 1}
    ],
    "opigno_learning_path_group_user_status": [
        {"id": 1, "mid": 6, "uid": 2, "gid": 3, "status": 1}
    ],
    "group_content_field_data": [opigno.member(6, 3, 2), opigno.member(7, 5, 3)],
    "opigno_statistics_user_login": [{"id": 1, "uid": 2, "date": "2024-03-01 09:00:00"}],
    "user_lp_status_expire": [{"id": 1, "uid": 2, "gid": 4, "latest_cert_date": 0, "expire": 0}],
    "opigno_latest_group_activity": [
        {"id": 1, "uid": 4, "training": 3, "module": 1, "timestamp": opigno.at("2024-04-01 10:00")}
    ],
    "opigno_group_link": [
        {"id": 1, "group_id": 6, "parent_content_id": 4, "child_content_id": 5, "required_score": 0}
    ],
    "opigno_activity__opigno_body": [{"entity_id": 1, "opigno_body_value": "<p>Why?</p>"}],
    "opigno_activity__field_true_false": [{"entity_id": 2, "field_true_false_value": 1}],
    "opigno_answer__opigno_body": [{"entity_id": 1, "opigno_body_value": "So"}],
    "opigno_answer__opigno_file": [{"entity_id": 2, "opigno_file_target_id": 1}],
    "file_managed": [{"fid": 1, "filename": "a.pdf"}],
    "opigno_h5p_user_answer_results": [
        {"id": 1, "parent_id": None, "question_id": 1, "answer_id": 1, "response": "0"}
        | {"interaction_type": "choice", "correct_responses_pattern": '["0"]'}
        | {"additionals": '{"choices": [{"id": "0", "description": {"en": "So"}}]}'}
    ],
    "opigno_scorm_user_answer_results": [
        {"id": 1, "question_id": 2, "answer_id": 2, "response": "b", "description": "Which?"}
    ],
    "opigno_ilt__members": [{"entity_id": 1, "members_target_id": 2}],
    "opigno_ilt_result": [{"id": 1, "opigno_ilt": 1, "user_id": 2, "status": 1, "score": 90}],
    "opigno_moxtra_meeting": [
        {"id": 1, "title": "Call", "date__value": "2024-03-11 09:00:00", "training": 7}
        | {"date__end_value": "2024-03-11 10:00:00"}
    ],
    "opigno_module_badges": [
        {"id": 1, "uid": 2, "gid": 3, "entity_id": 1, "typology": "Module", "badges": 1}
    ],
    "opigno_skills_statistic": [
        {"id": 1, "tid": 2, "uid": 2, "score": 80, "progress": 50, "stage": 1}
    ],
    "taxonomy_term__field_level_names": [
        {"entity_id": 2, "field_level_names_value": name} for name in ("high", "low")
    ],
}


def _oppia(folder: Path) -> Path:
    return oppia.make(folder / "oppia.db", **OPPIA)


def _opigno(folder: Path) -> Path:
    return opigno.make(folder / "opigno.db", OPIGNO)


def _kolibri(folder: Path) -> Path:
    return kolibri.make(folder / "db.sqlite3")


def _moodle(folder: Path) -> Path:
    return moodle.make(folder / "moodle.sqlite3", LEARNING)


def _datagrok(folder: Path) -> Path:
    rows = datagrok.reference()
    rows |= {
        "func_params": [datagrok.named(id="x", func_id="f-run", name="x", is_input=1)],
        "func_calls": [
            datagrok.named(id="c1", func_id="f-run")
            | {"started": "2024-05-15 10:01:59.5", "ended": "2024-05-15 10:02:01"}
        ],
        "func_call_values": [
            datagrok.named(func_call_id="c1", func_param_id="x", value="7", value_uuid=None)
        ],
        "projects": [datagrok.named(id="project-1", name="Home")],
        "queries": [datagrok.named(id="query-1", name="All", author_id="u1")],
        "tags": [datagrok.named(entity_id="f-run") | {"tag": "demo"}],
        "reports": [{"number": 1, "error_stack_trace_hash": "h4sh"}],
    }
    return datagrok.make(folder / "datagrok.db", rows)


FILES: dict[str, list[dict[str, Any]]] = {
    "events/log": [
        {"at": "2026-03-01T09:00:00+01:00", "person": "ana", "kind": "page", "training": "First"}
        | {"action": "read", "id": "e1", "module": "Basics", "activity": "Burns", "duration": "90"}
        | {"value": "", "weight": "", "object": "", "session": "s1", "extra": "x", "target": ""},
        {"at": "2026-03-02 10:00", "person": "bo", "kind": "edit", "training": "", "action": "save"}
        | {"id": "e2", "module": "", "activity": "", "duration": "", "value": "7,5", "weight": "3"}
        | {"object": "page 1", "session": "", "extra": "", "target": "ana"},
    ],
    "opendatasoft/log": [
        {"timestamp": "2024-05-06T09:00:00Z", "user_id": "ana", "action": "edit_dataset"}
        | {"dataset_id": "d1", "username": "bo", "domain_id": "portal", "diff": ""}
    ]
    * 2,
    "opendatasoft/api": [
        {"timestamp": "2024-05-06T10:00:00Z", "user_id": "ana", "api": "search", "nhits": "0"}
        | {"dataset_id": "d1", "bot": "false", "error": "", "query_text": "water"}
    ],
    "opendatasoft/datasets-2024-05-06": [
        {"dataset_id": "d1", "title": "Water", "api_call_count": "12", "download_count": "3"}
    ],
    "threesixty/users - Sales 2024-05-06": [
        {"First name": "Ada", "Last name": "Long", "Email": "ada@x.org", "Publications": "1"}
        | {"Comments": "2", "Reactions": "-", "Last activity": "2024-05-01", "Job": "Clerk"}
    ],
    "threesixty/groups 2024-05-06": [
        {"Name": "Sales", "Publications": "4", "Comments": "7", "Reactions": "9"}
    ],
    "threesixty/activities - Safety 2024-05-06": [
        {"Title": "Film", "Type": "Video", "Views": "12", "Likes": "3", "Comments": "0"}
    ],
    "threesixty/courses 2024-05-06": [
        {"Course Name": "Safety", "Course ID": "c1", "Views": "10", "Author": "Ada Long"}
        | {"Status": "published", "Creation date": "2024-01-02T03:04:05Z", "Tags": "a|b"}
        | {"Reaction Score": "42", "Likes": "2"}
    ],
    "xapi/statements": xapi.small(),
}
"""platform/name of a file of rows -> its rows."""


def write_files(folder: Path, platform: str, files: Mapping[str, list[dict[str, Any]]]) -> Path:
    """Write the files of a platform as JSON, which holds cells of any type."""
    place = folder / platform
    place.mkdir(exist_ok=True)
    for name, rows in files.items():
        if name.startswith(f"{platform}/"):
            path = folder / f"{name}.json"
            path.write_text(json.dumps(rows, default=str), encoding="utf-8")
    return place


def _files(platform: str) -> Callable[[Path], Path]:
    return lambda folder: write_files(folder, platform, FILES)


def _oulad(folder: Path) -> Path:
    return oulad.write_folder(folder / "oulad")


SOURCES: dict[str, Callable[[Path], Path]] = {
    "oppia": _oppia,
    "opigno": _opigno,
    "datagrok": _datagrok,
    "oulad": _oulad,
    "kolibri": _kolibri,
    "moodle": _moodle,
    **{name: _files(name) for name in ("events", "opendatasoft", "threesixty", "xapi")},
}
"""Platform -> what writes a source of it into a folder, and returns its location."""
DATABASES = ("oppia", "opigno", "datagrok", "kolibri", "moodle")


def csv_line(values: list[str]) -> str:
    """Return one line of CSV, without its end."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(values)
    return out.getvalue()
