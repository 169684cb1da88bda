"""`check` names the columns in which somebody left a value of another type."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from termstats.data.snapshots.checks import check_store
from termstats.paths import sample_store


async def test_cells_of_a_wrong_type_are_named(tmp_path: Path) -> None:
    store = Path(shutil.copy(sample_store(), tmp_path / "store.db"))
    assert "every cell has the type of its column" in (await check_store(str(store))).passed
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("UPDATE person SET joined_at = 'long ago' WHERE id <= 3")
        connection.execute(
            "UPDATE event SET seconds = x'00' WHERE id = (SELECT min(id) FROM event)"
        )
        connection.execute("UPDATE training SET title = x'ff' WHERE id = 1")
        connection.execute("UPDATE people_bitmap SET people = 'none' WHERE day % 2")
        bitmaps = connection.execute("SELECT count(*) FROM people_bitmap WHERE day % 2").fetchone()
        connection.commit()
    assert sorted((await check_store(str(store))).problems) == [
        "event.seconds: no number in 1 cell",
        f"people_bitmap.people: no bytes in {bitmaps[0]:,} cells",
        "person.joined_at: no whole number in 3 cells",
        "training.title: no text in 1 cell",
    ]
