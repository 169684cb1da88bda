"""Reads a site's database: finds its tables by their prefix, then everything in them."""

from __future__ import annotations

import json
import time
from collections.abc import Collection

from termstats.data.importers.moodle.assignments import write_assignments
from termstats.data.importers.moodle.awards import write_awards
from termstats.data.importers.moodle.base import ATTEMPT_LIMIT, MoodleRun
from termstats.data.importers.moodle.content import write_courses, write_modules
from termstats.data.importers.moodle.grades import read_items, write_grades
from termstats.data.importers.moodle.log import write_log
from termstats.data.importers.moodle.people import write_classes, write_people
from termstats.data.importers.moodle.quizzes import write_quizzes
from termstats.data.importers.moodle.roles import read_roles, write_grants
from termstats.data.importers.moodle.roster import (
    read_completed,
    write_completions,
    write_enrolments,
)
from termstats.data.importers.moodle.tables import PLUGINS, REQUIRED, SUBJECTS, TABLES, AnyPrefix
from termstats.data.importers.sources import cells
from termstats.data.importers.sources.moments import zone_named
from termstats.data.importers.sources.opening import open_source
from termstats.data.importers.sources.programs import program_of
from termstats.data.importers.sources.tables import TableSource
from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.errors import SourceError
from termstats.data.model.plural import counted
from termstats.data.model.units import Second

_SIGN = "user_enrolments"
"""The table that every site of Moodle has, and hardly another program."""
_RULES = {
    "active": "what a learner did in the browser or the app, as themselves and not anonymously",
    "enrolled": "a learner's role and an enrolment that is active, by a method that is enabled",
    "completed": "as the site says it",
    "attempt_limit_seconds": ATTEMPT_LIMIT,
}


async def import_database(location: str, context: ImportContext) -> None:
    """Read the site's tables at `location` and fill the store.

    Raises:
        SourceError: no site of Moodle, several sites, a table is missing, or it is damaged.
    """
    started = Second(int(time.time()))
    async with await open_source(location, AnyPrefix()) as source:
        as_of = context.options.as_of
        run = MoodleRun(source, context, started if as_of is None else as_of)
        await _find_tables(run, await source.tables())
        context.need("user", "course")
        context.need(*REQUIRED, rows=False)
        run.config = {
            cells.text(row.name): cells.text(row.value)
            for row in await run.table("config")
            if cells.text(row.name) in _SETTINGS
        }
        context.writer.set_source(
            version=run.config.get("release") or run.config.get("version"),
            zone="UTC",
            has_time=0,
            rules=json.dumps(_RULES, sort_keys=True),
        )
        _note_zone(run)
        await _import(run)
        context.report.notes += [f"{text}: {n}" for text, n in sorted(run.remarks.items())]


_SETTINGS = ("version", "release", "timezone", "siteguest", "siteadmins", "gradebookroles")
"""Settings that are read; others may be secrets."""


def _note_zone(run: MoodleRun) -> None:
    """Note where the site's zone is another than that in which the store reports."""
    zone, ours = zone_named(run.config.get("timezone")), run.context.zone
    if zone is not None and zone.key != ours:
        run.context.report.notes.append(
            f"the site's zone is {zone.key}, the store reports in {ours}; --zone tells a new store"
        )


async def _import(run: MoodleRun) -> None:
    """Write every table; each step needs the ones before it."""
    courses = await run.table("course")
    accounts = await run.table("user")
    roles = await read_roles(run, courses)
    await write_people(run, roles, accounts)
    await write_courses(run, courses)
    await write_classes(run)
    write_grants(run, roles)
    items = await read_items(run)
    await write_modules(run, items.values())
    await write_completions(run)
    await write_quizzes(run)
    await write_assignments(run)
    scores = await write_grades(run, items)
    await write_log(run)
    if run.context.options.as_of_latest and run.newest is not None:
        # What a dump plans is not over because it is read later.
        run.as_of = min(run.as_of, run.newest)
    await write_awards(run)
    await write_enrolments(run, await read_completed(run), scores)


async def _find_tables(run: MoodleRun, tables: Collection[str]) -> None:
    """Find the site's tables by their prefix; note what it lacks.

    Raises:
        SourceError: no site of Moodle, several sites, or a table that is needed is missing.
    """
    source = run.source
    prefix = run.prefix = _prefix(source, tables)
    missing: list[str] = []
    for table, columns in TABLES.items():
        name = prefix + table
        have = set(await source.columns(name)) if name in tables else set()
        lacks = [f"column {table}.{column}" for column in columns.names if column not in have]
        needs = [f"column {table}.{column}" for column in columns.must if column not in have]
        if name not in tables:
            lacks = needs = [f"table {name}"]
        if needs and table in REQUIRED:
            missing += needs
        elif needs and not (table in PLUGINS and name not in tables):
            run.context.report.gaps.append(f"{', '.join(needs)}: no {SUBJECTS[table]}")
        elif not needs:
            run.names[table] = name
            run.context.report.gaps += lacks
    if missing:
        raise SourceError(
            f"{source.name}: not a Moodle site that can be read: missing {', '.join(missing)}"
        )
    run.context.report.notes.append(f"table prefix {prefix or 'none'}")


def _prefix(source: TableSource, tables: Collection[str]) -> str:
    """Return what the names of the site's tables begin with."""
    prefixes = sorted(
        prefix
        for prefix in (t.removesuffix(_SIGN) for t in tables if t.endswith(_SIGN))
        if f"{prefix}course" in tables
    )
    if not prefixes:
        raise SourceError(
            f"{source.name}: not a Moodle site: no tables {_SIGN} and course, with any prefix; "
            f"it {program_of(tables)}"
        )
    if len(prefixes) > 1:
        raise SourceError(
            f"{source.name}: {counted(len(prefixes), 'site')} in one database, with the table "
            f"prefixes {', '.join(map(repr, prefixes))}; dump the tables of one site only"
        )
    return prefixes[0]
