"""What the parts of the Opigno importer share: its tables, and the state of one import."""

from __future__ import annotations

import json
import re
from collections import Counter, namedtuple
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from termstats.data.importers.oppia.base import as_text, flag
from termstats.data.importers.sources.opening import TableSource, moment
from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.errors import SourceError
from termstats.data.store import schema

if TYPE_CHECKING:
    from termstats.data.importers.opigno.content import Training

ATTEMPT_LIMIT = 28_800
"""Seconds; a longer attempt is an outlier, its event counts no more than this."""
DAY = 86_400

_FIELD = "entity_id deleted? delta? langcode?"

# Tables without which nothing can be said. `?`: columns that a site may lack.
_TABLES = {
    "users_field_data": "uid langcode? name mail? timezone? status created access login "
    "default_langcode preferred_langcode?",
    "groups_field_data": "id langcode? type label uid? created default_langcode",
    "group_content_field_data": "id langcode? type gid entity_id created default_langcode",
    "opigno_learning_path_achievements": "id uid gid name status score progress time "
    "registered completed",
    "opigno_group_content": "id group_id group_content_type_id entity_id success_score_min "
    "is_mandatory coordinate_x coordinate_y in_skills_system?",
    "opigno_module_field_data": "id vid langcode? name status randomization random_activities "
    "takes? keep_results hide_results? badge_active? badge_name? badge_criteria? "
    "skills_active? skill_target? default_langcode",
    "opigno_module_relationship": "omr_id omr_pid parent_id parent_vid child_id child_vid "
    "activity_status weight max_score group_id?",
    "opigno_activity_field_data": "id vid? langcode? type name status skills_list? skill_level? "
    "default_langcode",
    "user_module_status": "id user_id module score max_score evaluated started finished "
    "learning_path",
    "opigno_answer_field_data": "id langcode? type user_id activity module user_module_status "
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
    "group__field_certificate": (f"{_FIELD} field_certificate_target_id", "certificates"),
    "group__field_certificate_expire": (
        f"{_FIELD} field_certificate_expire_value",
        "expiry of certificates",
    ),
    "group__field_certificate_expire_results": (
        f"{_FIELD} field_certificate_expire_results_value",
        "expiry of certificates",
    ),
    "group__badge_name": (f"{_FIELD} badge_name_value", "names of course badges"),
    "opigno_certificate": ("id label", "names of certificates"),
    "opigno_learning_path_group_user_status": (
        "id mid uid gid status message?",
        "states of memberships",
    ),
    "opigno_learning_path_step_achievements": (
        "id uid entity_id name typology gid parent_id position status score time completed "
        "mandatory",
        "the platform's results of steps",
    ),
    "opigno_statistics_user_login": ("id uid date", "logins"),
    "user_lp_status": ("id uid gid score status started finished", "training attempts"),
    "user_lp_status_expire": ("id uid gid latest_cert_date expire notified?", "expired trainings"),
    "opigno_latest_group_activity": ("id uid training module timestamp", "last activity"),
    "opigno_group_link": (
        "id group_id parent_content_id child_content_id required_score required_activities?",
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
    "opigno_answer__opigno_file": (f"{_FIELD} opigno_file_target_id", "uploaded files"),
    "opigno_answer__field_true_false": (f"{_FIELD} field_true_false_value", "true/false answers"),
    "file_managed": ("fid filename", "names of uploaded files"),
    "opigno_h5p_user_answer_results": (
        "id parent_id question_id answer_id interaction_type description "
        "correct_responses_pattern response additionals",
        "answers of H5P activities",
    ),
    "opigno_scorm_user_answer_results": (
        "id question_id answer_id description correct_responses_pattern response result",
        "answers of SCORM activities",
    ),
    "opigno_ilt": (
        "id title date__value date__end_value place? trainer? training",
        "face-to-face sessions",
    ),
    "opigno_ilt__members": (f"{_FIELD} members_target_id", "members of face-to-face sessions"),
    "opigno_ilt_result": ("id opigno_ilt user_id status score", "results of sessions"),
    "opigno_moxtra_meeting": ("id title date__value date__end_value training", "live meetings"),
    "opigno_moxtra_meeting__members": (f"{_FIELD} members_target_id", "members of live meetings"),
    "opigno_moxtra_meeting_result": (
        "id meeting user_id status score",
        "results of live meetings",
    ),
    "opigno_module_badges": ("id uid gid entity_id typology badges", "badges"),
    "opigno_skills_statistic": ("id tid uid score progress stage", "skills"),
    "taxonomy_term_field_data": ("tid vid langcode? name default_langcode", "names of skills"),
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
        "id learning_path_id user_id has_passed started finished created?",
        "older training attempts",
    ),
}
_ALL = {**_TABLES, **{table: names for table, (names, _) in _OPTIONAL_TABLES.items()}}
COLUMNS = {
    table: tuple(name.rstrip("?") for name in names.split()) for table, names in _ALL.items()
}
"""table -> columns that are read, in the order of `Run.rows`."""
MUST = {
    table: tuple(name for name in names.split() if not name.endswith("?"))
    for table, names in _ALL.items()
}
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

_SHAPES: dict[str, Any] = {
    table: namedtuple(table, columns)  # noqa: PYI024
    for table, columns in COLUMNS.items()
}
_PLAIN = frozenset({int, str, type(None)})
_encode = json.JSONEncoder(ensure_ascii=False).encode
_KEYS = ("id", "uid", "tid", "fid", "omr_id", "entity_id")


class AnyPrefix(Mapping[str, Collection[str]]):
    """The needed tables and columns of a dump whose table prefix is not known yet."""

    def _known(self, table: str) -> str | None:
        known = [
            name
            for name in (*COLUMNS, SETTINGS)
            if table.endswith(name) or table.endswith(renamed(name))
        ]
        return max(known, key=len, default=None)

    def __contains__(self, table: object) -> bool:
        return isinstance(table, str) and self._known(table) is not None

    def __getitem__(self, table: str) -> Collection[str]:
        known = self._known(table)
        if known is None:
            raise KeyError(table)
        return ("name", "data") if known == SETTINGS else COLUMNS[known]

    def __iter__(self) -> Iterator[str]:
        return iter((*COLUMNS, SETTINGS))

    def __len__(self) -> int:
        return len(COLUMNS) + 1


def renamed(table: str) -> str:
    """Return the name that newer releases of Drupal's Group give one of its tables."""
    return table.replace("group_content", "group_relationship", 1)


class Run:
    """One import: the source, the context, and source id -> store id of what is written so far."""

    def __init__(self, source: TableSource, context: ImportContext, as_of: int) -> None:
        self.source = source
        self.context = context
        self.writer = context.writer
        self.as_of = as_of
        self.names: dict[str, str] = {}
        """table -> its name at the source, prefix and all; absent tables are not here."""
        self.zone = ZoneInfo("UTC")
        """Zone of the site: of dates without one that no person of known zone wrote."""
        self.zones: dict[int, ZoneInfo] = {}
        """uid -> the person's own zone."""
        self.people: dict[int, int] = {}
        self.trainings: dict[int, Training] = {}
        self.classes: dict[int, int] = {}
        self.sessions: dict[str, list[Any]] = {}
        """Kind of session -> its rows."""
        self.asked: dict[int, tuple[str | None, str | None]] = {}
        """Activity -> (what it asks, the correct answer)."""
        self.remarks: Counter[str] = Counter()
        """What the report notes -> how often it was met."""

    async def rows(self, table: str) -> AsyncIterator[Any]:
        """Yield the rows of `table` in the order of its key, as named tuples; none when absent.

        Every row counts as kept until `refuse` is called for it. Translations and deleted field
        values are counted as refused and not given. Reconciled tables are copied to the store.
        """
        name = self.names.get(table)
        if name is None:
            return
        have = set(await self.source.columns(name))
        columns = [column for column in COLUMNS[table] if column in have]
        places = [columns.index(c) if c in have else -1 for c in COLUMNS[table]]
        key = next((k for k in _KEYS if k in columns), None)
        order = [k for k in (key, "delta", "langcode") if k in columns]
        shape = _SHAPES[table]
        counts = self.context.report.table(table)
        total = await self.source.count(name)
        async for batch in self.source.batches(name, columns, order):
            for raw in batch:
                row = shape(*(None if place < 0 else raw[place] for place in places))
                if table in RECONCILED:
                    self._keep(table, counts.read, row)
                counts.read += 1
                if not flag(getattr(row, "default_langcode", 1)):
                    counts.refuse("translation")
                elif flag(getattr(row, "deleted", 0)):
                    counts.refuse("deleted at the source")
                else:
                    counts.kept += 1
                    yield row
            self.context.progress(table, counts.read, total)
        if counts.read != total:
            raise SourceError(
                f"{self.source.name}: {name} has {total} rows but gave {counts.read}; "
                "import again, from a copy if the server is busy"
            )

    async def table(self, table: str) -> list[Any]:
        """Return the rows of a small table."""
        return [row async for row in self.rows(table)]

    async def field(self, table: str) -> dict[int, Any]:
        """Return entity -> first value of a field's table."""
        found: dict[int, Any] = {}
        async for row in self.rows(table):
            found.setdefault(row.entity_id, row[-1])
        return found

    def refuse(self, table: str, reason: str, row: Any) -> None:
        """Count a row that `rows` gave as refused, and keep it in the bad-rows file."""
        self.context.report.table(table).kept -= 1
        shown = {k: v for k, v in row._asdict().items() if k not in HIDDEN}
        self.context.bad_rows.refuse(table, reason, shown)

    def person(self, uid: int) -> int:
        """Return the store's id of a person; an unknown one is kept as deleted."""
        known = self.people.get(uid)
        if known is None:
            self.remarks["people with results whose account is deleted; kept and marked"] += 1
            known = self.people[uid] = self.writer.add(
                schema.person,
                {
                    "key": str(uid),
                    "name": f"deleted user {uid}",
                    "deleted": 1,
                    "counted": 0,
                },
            )
        return known

    def moment(self, value: object, uid: int | None = None) -> int | None:
        """Return a date without zone as seconds UTC: read in the zone of who wrote it, if known.

        1970 is the platform's way to say that it does not know: None.
        """
        zone = self.zone if uid is None else self.zones.get(uid, self.zone)
        found = moment(value, zone)
        return None if found is None or found < 2 * DAY else found

    def _keep(self, table: str, number: int, row: Any) -> None:
        data = {
            name: value if type(value) in _PLAIN else plain(value)
            for name, value in zip(COLUMNS[table], row, strict=True)
            if name not in HIDDEN
        }
        self.writer.add(
            schema.reported_row, {"name": table, "key": f"{number:09}", "data": _encode(data)}
        )


def plain(value: object) -> object:
    """Return a value as JSON takes it, the same from a dump and from every driver."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return as_text(value)
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def number_of(value: object) -> int:
    """Return a whole number of any driver, texts too; 0 when it is none."""
    try:
        return int(value)  # type: ignore[call-overload,no-any-return]
    except (TypeError, ValueError):
        return 0


def stamp(value: object) -> int | None:
    """Return a moment kept as seconds UTC; 0 means never: None."""
    return number_of(value) or None


def zone_named(name: object) -> ZoneInfo | None:
    """Return a zone by its name, or None when there is none of that name."""
    try:
        return ZoneInfo(as_text(name)) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def site_zone(data: str) -> ZoneInfo | None:
    """Return the zone in Drupal's setting `system.date`, which is serialised PHP."""
    match = re.search(r's:8:"timezone";.*?s:7:"default";s:\d+:"([^"]+)"', data, re.DOTALL)
    return zone_named(match[1]) if match else None
