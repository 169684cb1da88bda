"""Makes the sample store that is shipped: `python -m termstats.data.sample [FILE]`."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.sample import SampleImporter
from termstats.data.store import schema

SHIPPED = Path("sample_data/sample.sqlite3")


def main() -> None:
    """Write the store that is shipped, or another file."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    options = ImportOptions(zone="Europe/Paris")
    asyncio.run(run_import(SampleImporter(), "sample", path, options))
    shrink(path)
    path.chmod(0o644)
    print(f"{path}: {path.stat().st_size:,} bytes", file=sys.stderr)


KEPT = "person_day_person"
"""The index without which the last day of each enrolment takes a look at all days."""


def shrink(path: Path) -> None:
    """Leave out the indexes that only help large stores: a third of the file."""
    with closing(sqlite3.connect(path)) as connection:
        for table in schema.metadata.sorted_tables:
            for index in table.indexes:
                if not index.unique and index.name != KEPT:
                    connection.execute(f'DROP INDEX "{index.name}"')
        connection.execute("PRAGMA page_size = 1024")
        connection.execute("VACUUM")


if __name__ == "__main__":
    main()
