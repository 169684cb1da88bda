"""OppiaMobile: imports a server's database (MySQL, MariaDB, SQLite) or a dump of it."""

from __future__ import annotations

import json
import time

from termstats.data.importers.oppia.activity import (
    write_completions,
    write_enrolments,
    write_events,
)
from termstats.data.importers.oppia.base import (
    ATTEMPT_LIMIT,
    CLOCK_TOLERANCE,
    DEFAULT_PASS_MARK,
    EVENT_LIMIT,
    REQUIRED,
    TABLES,
    OppiaRun,
)
from termstats.data.importers.oppia.content import (
    read_questions,
    read_quizzes,
    settle_quizzes,
    write_activities,
    write_courses,
    write_questions,
)
from termstats.data.importers.oppia.people import (
    write_awards,
    write_cohorts,
    write_people,
    write_permissions,
    write_points,
)
from termstats.data.importers.oppia.quizzes import kinds_by_attempt, read_attempts, write_attempts
from termstats.data.importers.oppia.reports import (
    read_version,
    write_countries,
    write_settings,
    write_summaries,
)
from termstats.data.importers.oppia.since_last import begin, is_news, leave, resume
from termstats.data.importers.sources.opening import open_source
from termstats.data.importers.sources.tables import require
from termstats.data.importers.writing.base import ImportContext, ImportOptions, LastImport
from termstats.data.importers.writing.table_run import needed
from termstats.data.model.errors import UsageError
from termstats.data.model.redaction import masked
from termstats.data.model.units import Second
from termstats.data.store import schema

_RULES = {
    "active": "a course event of a known type",
    "enrolled": "a course event other than a download, or an attempt, or student of a cohort with "
    "the course",
    "completed": "every current activity but pre-tests completed",
    "pass_mark_default": DEFAULT_PASS_MARK,
    "event_limit_seconds": EVENT_LIMIT,
    "attempt_limit_seconds": ATTEMPT_LIMIT,
    "clock_tolerance_seconds": CLOCK_TOLERANCE,
}


class OppiaImporter:
    """OppiaMobile server."""

    platform = "oppia"
    title = "OppiaMobile"
    example = "backup.sql.gz --store oppia.db --as-of latest"
    help = (
        "a database URL (mysql://...), a SQLite file, or a dump of MySQL or MariaDB, packed or not"
    )

    async def run(self, location: str, context: ImportContext) -> None:
        """Read the server's tables at `location` and fill the store.

        Raises:
            SourceError: not an OppiaMobile database, a table is missing, or it is damaged.
            UsageError: single trainings were asked for.
        """
        if context.options.only:
            raise UsageError("oppia: imports whole servers only; leave --only out")
        context.report.source = masked(location)
        started = Second(int(time.time()))
        async with await open_source(location, needed(TABLES)) as source:
            await require(source, self.title, REQUIRED)
            run = OppiaRun(
                source, context, started if context.options.as_of is None else context.options.as_of
            )
            await run.note_gaps()
            context.need("auth_user", "oppia_course")
            context.need(*REQUIRED, rows=False)
            version = await read_version(run)
            context.writer.set_source(
                version=version,
                zone=run.zone.key,
                two_clocks=1,
                rules=json.dumps(
                    _RULES | {schema.WHOLE_DIVISION: int(source.divides_whole)}, sort_keys=True
                ),
            )
            await begin(run)
            await _import(run)
            await leave(run)

    async def is_news(self, location: str, options: ImportOptions, last: LastImport) -> bool:
        """Return whether an import would change anything since the `last` one."""
        return await is_news(location, options, last)


async def _import(run: OppiaRun) -> None:
    """Write every table; each step needs the ones before it."""
    await write_settings(run)
    permissions = [row async for row in run.rows("oppia_coursepermissions")]
    participants = [row async for row in run.rows("oppia_participant")]
    await write_people(run, permissions, participants)
    await write_courses(run)
    write_permissions(run, permissions)
    roster = await write_cohorts(run, participants)
    await read_quizzes(run)
    await write_activities(run)
    resume(run)
    await write_events(run, await write_countries(run))
    attempts = await read_attempts(run)
    settle_quizzes(run, kinds_by_attempt(run, attempts))
    questions = await read_questions(run)
    await write_attempts(run, attempts, questions, await write_questions(run, questions))
    write_completions(run)
    write_enrolments(run, roster, await write_summaries(run))
    await write_points(run)
    await write_awards(run)
