"""The tables of an Opigno site that are read, and those that are kept for reconciliation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from termstats.data.importers.writing.table_run import columns_of

_FIELD = "entity_id# deleted? delta? langcode?"

# Tables without which nothing can be said.
_TABLES = {
    "users_field_data": "uid! langcode? name mail? timezone? status created access login "
    "default_langcode preferred_langcode?",
    "groups_field_data": "id! langcode? type label uid#? created default_langcode",
    "group_content_field_data": "id! langcode? type gid# entity_id# created default_langcode",
    "opigno_learning_path_achievements": "id! uid* gid* name status score progress time "
    "registered completed",
    "opigno_group_content": "id! group_id# group_content_type_id entity_id# success_score_min "
    "is_mandatory coordinate_x coordinate_y in_skills_system?",
    "opigno_module_field_data": "id! vid# langcode? name status randomization random_activities "
    "takes? keep_results hide_results? badge_active? badge_name? badge_criteria? "
    "skills_active? skill_target? default_langcode",
    "opigno_module_relationship": "omr_id! omr_pid# parent_id# parent_vid# child_id# child_vid# "
    "activity_status weight max_score group_id?",
    "opigno_activity_field_data": "id! vid? langcode? type name status skills_list? skill_level? "
    "default_langcode",
    "user_module_status": "id! user_id* module* score max_score evaluated started finished "
    "learning_path",
    "opigno_answer_field_data": "id! langcode? type user_id# activity# module# user_module_status# "
    "score evaluated created changed? skills_mode? skill_level? default_langcode",
}
# Tables that a site may lack, and what is missing then.
_OPTIONAL_TABLES = {
    "user__roles": (f"{_FIELD} roles_target_id", "roles"),
    "user__field_first_name": (f"{_FIELD} field_first_name_value", "first names"),
    "user__field_last_name": (f"{_FIELD} field_last_name_value", "last names"),
    "group_content__group_roles": (f"{_FIELD} group_roles_target_id", "group roles"),
    "group__field_learning_path_published": (
        f"{_FIELD} field_learning_path_published_value",
        "publication of trainings",
    ),
    "group__field_learning_path_visibility": (
        f"{_FIELD} field_learning_path_visibility_value",
        "visibility of trainings",
    ),
    "group__field_guided_navigation": (
        f"{_FIELD} field_guided_navigation_value",
        "guided navigation",
    ),
    "group__field_certificate": (f"{_FIELD} field_certificate_target_id#", "certificates"),
    "group__field_certificate_expire": (
        f"{_FIELD} field_certificate_expire_value",
        "expiry of certificates",
    ),
    "group__field_certificate_expire_results": (
        f"{_FIELD} field_certificate_expire_results_value",
        "expiry of certificates",
    ),
    "group__badge_name": (f"{_FIELD} badge_name_value", "names of course badges"),
    "opigno_certificate": ("id! label", "names of certificates"),
    "opigno_learning_path_group_user_status": (
        "id! mid# uid# gid# status message?",
        "states of memberships",
    ),
    "opigno_learning_path_step_achievements": (
        "id! uid# entity_id# name typology gid# parent_id# position status score time completed "
        "mandatory",
        "the platform's results of steps",
    ),
    "opigno_statistics_user_login": ("id! uid* date", "logins"),
    "user_lp_status": ("id! uid# gid# score status started finished", "training attempts"),
    "user_lp_status_expire": (
        "id! uid# gid# latest_cert_date expire notified?",
        "expired trainings",
    ),
    "opigno_latest_group_activity": ("id! uid* training# module# timestamp", "last activity"),
    "opigno_group_link": (
        "id! group_id# parent_content_id# child_content_id* required_score required_activities?",
        "links between steps",
    ),
    "opigno_activity__opigno_evaluation_method": (
        f"{_FIELD} opigno_evaluation_method_value",
        "manual evaluation",
    ),
    "opigno_activity__opigno_body": (f"{_FIELD} opigno_body_value", "texts of questions"),
    "opigno_activity__field_true_false": (
        f"{_FIELD} field_true_false_value",
        "correct answers of true/false activities",
    ),
    "opigno_answer__opigno_body": (f"{_FIELD} opigno_body_value", "long answers"),
    "opigno_answer__opigno_file": (f"{_FIELD} opigno_file_target_id#", "uploaded files"),
    "opigno_answer__field_true_false": (f"{_FIELD} field_true_false_value", "true/false answers"),
    "file_managed": ("fid! filename", "names of uploaded files"),
    "opigno_h5p_user_answer_results": (
        "id! parent_id# question_id# answer_id# interaction_type description "
        "correct_responses_pattern response additionals",
        "answers of H5P activities",
    ),
    "opigno_scorm_user_answer_results": (
        "id! question_id# answer_id# description correct_responses_pattern response result",
        "answers of SCORM activities",
    ),
    "opigno_ilt": (
        "id! title date__value date__end_value place? trainer? training#",
        "face-to-face sessions",
    ),
    "opigno_ilt__members": (f"{_FIELD} members_target_id", "members of face-to-face sessions"),
    "opigno_ilt_result": ("id! opigno_ilt# user_id* status score", "results of sessions"),
    "opigno_moxtra_meeting": ("id! title date__value date__end_value training#", "live meetings"),
    "opigno_moxtra_meeting__members": (f"{_FIELD} members_target_id", "members of live meetings"),
    "opigno_moxtra_meeting_result": (
        "id! meeting# user_id* status score",
        "results of live meetings",
    ),
    "opigno_module_badges": ("id! uid* gid# entity_id# typology badges", "badges"),
    "opigno_skills_statistic": ("id! tid# uid* score progress stage", "skills"),
    "taxonomy_term_field_data": ("tid! vid langcode? name default_langcode", "names of skills"),
    "taxonomy_term__field_level_names": (f"{_FIELD} field_level_names_value", "levels of skills"),
    "taxonomy_term__field_minimum_score": (
        f"{_FIELD} field_minimum_score_value",
        "minimum scores of skills",
    ),
    "taxonomy_term__field_minimum_count_of_answers": (
        f"{_FIELD} field_minimum_count_of_answers_value",
        "minimum answers of skills",
    ),
    "learning_path_result": (
        "id! learning_path_id# user_id# has_passed started finished created?",
        "older training attempts",
    ),
}
TABLES = columns_of(_TABLES | {table: text for table, (text, _) in _OPTIONAL_TABLES.items()})
COLUMNS = {table: columns.names for table, columns in TABLES.items()}
"""table -> columns that are read, in the order of `OpignoRun.rows`."""
REQUIRED = frozenset(_TABLES)
SUBJECTS = {table: subject for table, (_, subject) in _OPTIONAL_TABLES.items()}
"""Optional table -> what is missing without it."""
SETTINGS = "config"
"""Drupal's settings: read for the site's zone only, never kept."""

_NOT_RECONCILED = frozenset(
    {
        "opigno_activity__opigno_body",
        "opigno_activity__field_true_false",
        "opigno_answer__opigno_body",
        "opigno_answer__opigno_file",
        "opigno_answer__field_true_false",
        "file_managed",
        "opigno_h5p_user_answer_results",
        "opigno_scorm_user_answer_results",
        "opigno_certificate",
    }
)
RECONCILED = tuple(table for table in COLUMNS if table not in _NOT_RECONCILED)
"""Tables whose rows are kept word for word in `reported_row`, `COLUMNS` as JSON each.

`name` is the table without prefix, `key` counts its rows from 000000000 in the order of the
source's primary key. All rows are there, translations and deleted ones too.
"""
HIDDEN = frozenset({"mail", "message"})
"""Columns that are never kept in `reported_row`."""


class AnyPrefix(Mapping[str, Collection[str]]):
    """The needed tables and columns of a dump whose table prefix is not known yet."""

    def _unprefixed(self, table: str) -> str | None:
        names = [
            name
            for name in (*COLUMNS, SETTINGS)
            if table.endswith(name) or table.endswith(renamed(name))
        ]
        return max(names, key=len, default=None)

    def __contains__(self, table: object) -> bool:
        return isinstance(table, str) and self._unprefixed(table) is not None

    def __getitem__(self, table: str) -> Collection[str]:
        name = self._unprefixed(table)
        if name is None:
            raise KeyError(table)
        return ("name", "data") if name == SETTINGS else COLUMNS[name]

    def __iter__(self) -> Iterator[str]:
        return iter((*COLUMNS, SETTINGS))

    def __len__(self) -> int:
        return len(COLUMNS) + 1


def renamed(table: str) -> str:
    """Return the name that newer releases of Drupal's Group give one of its tables."""
    return table.replace("group_content", "group_relationship", 1)
