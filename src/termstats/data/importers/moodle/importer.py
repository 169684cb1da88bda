"""Moodle: imports a site's database, or the files that a teacher saves of a course."""

from __future__ import annotations

from pathlib import Path

from termstats.data.importers.moodle.database import import_database
from termstats.data.importers.moodle.files.importer import import_files
from termstats.data.importers.sources.content import LEADING, is_for_tables
from termstats.data.importers.sources.unpacking import open_unpacked
from termstats.data.importers.sources.workbooks import is_workbook
from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.errors import UsageError
from termstats.data.model.redaction import masked, might_be_url


class MoodleImporter:
    """A site of Moodle."""

    platform = "moodle"
    title = "Moodle"
    example = "mysql://reader@localhost/moodle --store moodle.db"
    help = (
        "a database URL (mysql://..., postgresql://...), a dump of one, packed or not, or a "
        "SQLite file; or the files that a teacher saves of one course: logs, gradebook, grades "
        "and responses of quizzes (CSV or Excel, or a folder of them)"
    )
    takes_several = True

    async def run(self, location: str, context: ImportContext) -> None:
        """Read the site's database at `location`, or files, and fill the store.

        Raises:
            SourceError: no site of Moodle, a table is missing, or it is damaged.
            UsageError: single trainings were asked for.
        """
        if context.options.only:
            raise UsageError("moodle: imports whole sites only; leave --only out")
        locations = (location, *context.options.more)
        context.report.source = masked(location)
        databases = [each for each in locations if _is_database(each)]
        if not databases:
            await import_files(locations, context)
            return
        if len(locations) > 1:
            raise UsageError(
                f"moodle: a database is imported alone; give only {masked(databases[0])}"
            )
        await import_database(location, context)


def _is_database(location: str) -> bool:
    """Return whether a location is a database or a dump of one: by its content, not its name."""
    path = Path(location).expanduser()
    if might_be_url(location) and not path.exists():
        return True
    if path.is_dir() or is_workbook(path):
        return False
    with open_unpacked(path) as file:
        return is_for_tables(file.read(LEADING))
