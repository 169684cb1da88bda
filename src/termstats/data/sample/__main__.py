"""Makes a sample store: `python -m termstats.data.sample [FILE]`."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from termstats.data.importers.base import ImportOptions
from termstats.data.importers.run import run_import
from termstats.data.sample import SampleImporter

SHIPPED = Path("sample_data/sample.sqlite3")


def main() -> None:
    """Write the store that is shipped, or another file."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    options = ImportOptions(zone="Europe/Paris")
    asyncio.run(run_import(SampleImporter(), "sample", path, options))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM")
    path.chmod(0o644)
    print(f"{path}: {path.stat().st_size:,} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
