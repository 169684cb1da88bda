"""Opigno LMS 2.x and 3.x: imports a site's database (MySQL, MariaDB, SQLite) or a dump of it."""

from __future__ import annotations

import json
import time
from collections.abc import Collection
from zoneinfo import ZoneInfo

from termstats.data.importers.opigno.answers import read_answers
from termstats.data.importers.opigno.awards import (
    write_badges,
    write_certificates,
    write_last_activities,
    write_logins,
    write_skills,
)
from termstats.data.importers.opigno.base import ATTEMPT_LIMIT, OpignoRun, site_zone
from termstats.data.importers.opigno.content import read_modules, write_trainings
from termstats.data.importers.opigno.enrolments import (
    read_expiries,
    read_records,
    write_completions,
    write_courses,
    write_enrolments,
)
from termstats.data.importers.opigno.people import write_memberships, write_people
from termstats.data.importers.opigno.results import (
    Results,
    read_attempts,
    write_answers,
    write_attempts,
)
from termstats.data.importers.opigno.sessions import write_sessions
from termstats.data.importers.opigno.steps import write_lost_steps, write_steps
from termstats.data.importers.opigno.structure import COURSE, ILT, MEETING, MODULE
from termstats.data.importers.opigno.tables import (
    COLUMNS,
    REQUIRED,
    SETTINGS,
    SUBJECTS,
    TABLES,
    AnyPrefix,
    renamed,
)
from termstats.data.importers.sources import cells
from termstats.data.importers.sources.moments import zone_named
from termstats.data.importers.sources.opening import open_source
from termstats.data.importers.sources.tables import TableSource
from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.errors import SourceError, UsageError
from termstats.data.model.redaction import masked
from termstats.data.model.units import Second

_PEOPLE, _GROUPS = "users_field_data", "groups_field_data"
_RECORDS = "opigno_learning_path_achievements"
_OLD = "opigno_statistics_login_history"
_FOR_THE_RECORD = ("user_lp_status", "learning_path_result")
_RULES = {
    "active": "a login, the first opening of a training on a day, an attempt, answer or session",
    "enrolled": "a current membership that is active",
    "completed": "every mandatory step of the learner's path; dated by the last of all steps",
    "attempt_limit_seconds": ATTEMPT_LIMIT,
}


class OpignoImporter:
    """Opigno LMS."""

    platform = "opigno"
    title = "Opigno"
    example = "site.sql.gz --store opigno.db --as-of latest"
    help = (
        "a database URL (mysql://...), a dump of MySQL or MariaDB, packed or not, or a SQLite file"
    )
    keeps_history = True

    async def run(self, location: str, context: ImportContext) -> None:
        """Read the site's tables at `location` and fill the store.

        Raises:
            SourceError: not an Opigno site, a table is missing, or it is damaged.
            UsageError: single trainings were asked for.
        """
        if context.options.only:
            raise UsageError("opigno: imports whole sites only; leave --only out")
        context.report.source = masked(location)
        started = Second(int(time.time()))
        async with await open_source(location, AnyPrefix()) as source:
            as_of = context.options.as_of
            run = OpignoRun(source, context, started if as_of is None else as_of)
            tables = await source.tables()
            await _find_tables(run, tables)
            context.need(_PEOPLE, _GROUPS)
            context.need(*REQUIRED, rows=False)
            run.zone = await _zone(run, tables)
            context.writer.set_source(
                version="3.x" if "opigno_latest_group_activity" in run.names else "2.x",
                zone=run.zone.key,
                rules=json.dumps(_RULES, sort_keys=True),
            )
            await _import(run)
            context.report.notes += [f"{text}: {n}" for text, n in sorted(run.remarks.items())]


async def _import(run: OpignoRun) -> None:
    """Write every table; each step needs the ones before it."""
    await write_people(run)
    groups = await run.table(_GROUPS)
    classes = {row.id: row for row in groups if cells.text(row.type) == "opigno_class"}
    await write_trainings(run, groups)
    no_trainings = {row.id for row in groups} - run.trainings.keys()
    records = await read_records(run, no_trainings)
    roster = await write_memberships(run, classes)
    modules = await read_modules(run)
    run.sessions = {
        ILT: await run.table("opigno_ilt"),
        MEETING: await run.table("opigno_moxtra_meeting"),
    }
    titles = {(MODULE, module.id): module.title for module in modules.values()}
    titles |= {(COURSE, r.id): cells.text(r.label) for r in groups if r.type == "opigno_course"}
    titles |= {(kind, r.id): cells.text(r.title) for kind, rs in run.sessions.items() for r in rs}
    texts = await read_answers(run)
    await write_steps(run, modules, titles)
    await write_lost_steps(run, modules, titles)
    results = Results()
    attempts = await read_attempts(run, modules, no_trainings)
    await write_answers(run, attempts, texts, results)
    write_attempts(run, attempts, results)
    await write_sessions(run, results)
    write_courses(run, results)
    write_completions(run, results)
    expiries = await read_expiries(run)
    standings = write_enrolments(run, roster, records, results, expiries)
    await write_badges(run, modules, results)
    await write_skills(run, results)
    await write_certificates(run, standings)
    await write_logins(run)
    await write_last_activities(run, results)
    for table in _FOR_THE_RECORD:
        await run.table(table)


async def _find_tables(run: OpignoRun, tables: Collection[str]) -> None:
    """Find the site's tables by their prefix; note what it lacks.

    Raises:
        SourceError: not an Opigno site, several sites, or a table that is needed is missing.
    """
    source = run.source
    prefix = _prefix(source, tables)
    missing: list[str] = []
    for table in COLUMNS:
        name = next((n for n in (prefix + table, prefix + renamed(table)) if n in tables), None)
        have = set(await source.columns(name)) if name else set()
        lacks = [f"column {table}.{c}" for c in TABLES[table].must if c not in have] if name else []
        if name is None:
            lacks = [f"table {prefix}{table}"]
        if lacks and table in REQUIRED:
            missing += lacks
        elif lacks:
            run.context.report.gaps.append(f"{', '.join(lacks)}: no {SUBJECTS[table]}")
        elif name:
            run.names[table] = name
    if missing:
        raise SourceError(
            f"{source.name}: not an Opigno site that can be read: missing {', '.join(missing)}"
        )
    if prefix:
        run.context.report.notes.append(f"table prefix {prefix}")
    read = set(run.names.values())
    unread = [t for t in tables if t.startswith(f"{prefix}opigno_") and t not in read]
    if unread:
        run.context.report.notes.append(
            f"{len(unread)} more opigno_ tables are not read (revisions, packages, calendar, "
            "notifications)"
        )


def _prefix(source: TableSource, tables: Collection[str]) -> str:
    if any(table.endswith(_OLD) for table in tables):
        raise SourceError(
            f"{source.name}: a site of Opigno 1 (Drupal 7), whose tables are different; "
            "only Opigno 2 and 3 can be imported"
        )
    drupal = [t.removesuffix(_PEOPLE) for t in tables if t.endswith(_PEOPLE)]
    prefixes = sorted(prefix for prefix in drupal if prefix + _RECORDS in tables)
    if not prefixes:
        what = "a Drupal site without Opigno" if drupal else "not an Opigno site"
        raise SourceError(
            f"{source.name}: {what}: no tables {_PEOPLE} and {_RECORDS} in it; "
            "give the database of an Opigno 2 or 3 site"
        )
    if len(prefixes) > 1:
        raise SourceError(
            f"{source.name}: several sites in one database, with the table prefixes "
            f"{', '.join(repr(p) for p in prefixes)}; dump the tables of one site only"
        )
    return prefixes[0]


async def _zone(run: OpignoRun, tables: Collection[str]) -> ZoneInfo:
    """Return the zone of dates that carry none: as told, else the site's own, else UTC."""
    told = zone_named(run.context.options.source_zone)
    if told is not None:
        return told
    name = run.names[_PEOPLE].removesuffix(_PEOPLE) + SETTINGS
    if name in tables and {"name", "data"} <= set(await run.source.columns(name)):
        async for batch in run.source.batches(name, ("name", "data")):
            for setting, data in batch:
                if cells.text(setting) == "system.date":
                    set_on_site = site_zone(cells.text(data))
                    if set_on_site is not None:
                        return set_on_site
    run.context.report.notes.append(
        "the site's zone is not in the source: its own dates are read as UTC, those of people "
        "in their zone; --source-zone tells another"
    )
    return ZoneInfo("UTC")
