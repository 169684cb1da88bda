"""Many devices of Kolibri are one source: the same row on two of them counts once."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from termstats.cli.main import main
from termstats.data.importers.kolibri.devices import ELSEWHERE
from termstats.data.model.errors import SourceError
from tests.data.importers.kolibri.factory import (
    ANA,
    BO,
    C_VIDEO,
    CONTENT,
    hexed,
    load,
    make,
    make_notifications,
    stamp,
    summary,
    visit,
)
from tests.data.importers.store_file import contents, query, when


def device(number: int, **tables: object) -> dict[str, object]:
    return {
        **CONTENT,
        "morango_instanceidmodel": [{"id": hexed(number, "f"), "current": 1}],
    } | tables


def two(folder: Path) -> tuple[Path, Path]:
    """Write two devices: the second has a newer sum of Ana's, and a visit of Bo's."""
    old = make(folder / "one.sqlite3", device(1))  # type: ignore[arg-type]
    newer = summary(1, ANA, C_VIDEO, "2025-10-09 07:00:00", time_spent=100, progress=0.2)
    newer["completion_timestamp"] = stamp("2025-10-01 07:01:30")
    new = make(
        folder / "two.sqlite3",
        device(  # type: ignore[arg-type]
            2,
            logger_contentsummarylog=[newer, *CONTENT["logger_contentsummarylog"][1:]],
            logger_contentsessionlog=[
                *CONTENT["logger_contentsessionlog"],
                visit(9, BO, C_VIDEO, "2025-10-09 08:00:00", 77),
            ],
        ),
    )
    return old, new


async def test_equal_rows_count_once_and_the_newest_wins(tmp_path: Path) -> None:
    old, new = two(tmp_path)
    store = tmp_path / "store.db"
    report = await load(old, new, store=store)
    assert query(store, "SELECT count(*), sum(seconds) FROM event WHERE seconds > 0") == [
        (5, 90 + 120 + 30 + 200 + 77.0)
    ]
    sums = "SELECT json_extract(data, '$.seconds') FROM reported_row WHERE name = ? ORDER BY 1"
    assert [row[0] for row in query(store, sums, "contentsummarylog")] == [60, 60, 100]
    counts = report.tables["logger_contentsummarylog"]
    assert (counts.read, counts.kept, counts.refused) == (6, 3, {ELSEWHERE: 3})


async def test_the_order_of_files_changes_nothing(tmp_path: Path) -> None:
    old, new = two(tmp_path)
    await load(old, new, store=tmp_path / "a.db")
    await load(new, old, store=tmp_path / "b.db")
    await load(tmp_path, store=tmp_path / "c.database")  # the folder with them
    for other in ("b.db", "c.database"):
        assert contents(tmp_path / "a.db") == contents(tmp_path / other)


async def test_an_impossible_clock_never_wins(tmp_path: Path) -> None:
    ahead = summary(1, ANA, C_VIDEO, "2027-10-31 06:00:00", time_spent=5)
    one = make(tmp_path / "one.sqlite3", device(1))  # type: ignore[arg-type]
    two = make(
        tmp_path / "two.sqlite3",
        device(2, logger_contentsummarylog=[ahead]),  # type: ignore[arg-type]
    )
    await load(one, two, store=tmp_path / "store.db")
    kept = "SELECT json_extract(data, '$.seconds') FROM reported_row WHERE name = ? AND data LIKE ?"
    rows = query(tmp_path / "store.db", kept, "contentsummarylog", f"%{hexed(1, '3')}%")
    assert rows == [(60,)]


async def test_who_is_deleted_on_one_device_is_deleted(tmp_path: Path) -> None:
    people = [
        row | ({"date_deleted": stamp("2025-09-20 06:00:00")} if row["id"] == BO else {})
        for row in CONTENT["kolibriauth_facilityuser"]
    ]
    gone = make(
        tmp_path / "a.sqlite3",
        device(1, kolibriauth_facilityuser=people),  # type: ignore[arg-type]
    )
    later = two(tmp_path)[1]
    await load(gone, later, store=tmp_path / "store.db")
    deleted = "SELECT deleted, counted FROM person WHERE key = ?"
    assert query(tmp_path / "store.db", deleted, BO) == [(1, 0)]


async def test_each_device_says_how_fresh_it_is(tmp_path: Path) -> None:
    report = await load(*two(tmp_path), store=tmp_path / "store.db")
    told = [note for note in report.notes if note.startswith("device ")]
    assert [note.partition(": ")[2] for note in told] == [
        "newest log 2025-10-03 07:03 UTC, 15 rows of logs",
        "newest log 2025-10-09 08:00 UTC, 16 rows of logs",
    ]
    rows = query(tmp_path / "store.db", "SELECT name, value FROM source_setting ORDER BY 1")
    newest = {name: json.loads(value)["newest"] for name, value in rows}
    assert newest == {
        f"device {hexed(1, 'f')}": when("2025-10-03 07:03:20"),
        f"device {hexed(2, 'f')}": when("2025-10-09 08:00:00"),
    }


async def test_packed_files_and_their_notifications_are_read(tmp_path: Path) -> None:
    flag = {"id": 1, "notification_object": "Resource", "notification_event": "HelpNeeded"}
    flag |= {"user_id": ANA, "timestamp": stamp("2025-10-01 08:00:00"), "lesson_id": "x"}
    for name, file in (
        ("db", make(tmp_path / "db.sqlite3")),
        ("notifications", make_notifications(tmp_path / "notifications.sqlite3", [flag])),
    ):
        (tmp_path / f"{name}.sqlite3.gz").write_bytes(gzip.compress(file.read_bytes()))
        file.unlink()
    report = await load(tmp_path / "db.sqlite3.gz", store=tmp_path / "store.db")
    assert report.tables["notifications_learnerprogressnotification"].kept == 1
    kept = "SELECT count(*) FROM reported_row WHERE name = 'notification'"
    assert query(tmp_path / "store.db", kept) == [(1,)]


async def test_a_running_devices_log_is_read_with_its_file(tmp_path: Path) -> None:
    """Kolibri keeps its newest rows in db.sqlite3-wal while it runs."""
    path = make(tmp_path / "db.sqlite3")
    with closing(sqlite3.connect(path)) as running:
        running.execute("PRAGMA journal_mode = WAL")
        running.execute("PRAGMA wal_autocheckpoint = 0")
        running.execute("UPDATE logger_contentsessionlog SET time_spent = 91 WHERE time_spent = 90")
        running.commit()
        assert (tmp_path / "db.sqlite3-wal").stat().st_size > 0
        await load(path, store=tmp_path / "store.db")
    spent = "SELECT seconds FROM event WHERE key = ?"
    assert query(tmp_path / "store.db", spent, hexed(1, "2")) == [(91.0,)]


@pytest.mark.parametrize("has_log", [True, False])
async def test_a_device_on_media_that_are_read_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_log: bool
) -> None:
    """SQLite would make files beside a database with a write-ahead log: it may not there."""
    path, stick = make(tmp_path / "db.sqlite3"), tmp_path / "stick"
    stick.mkdir()
    with closing(sqlite3.connect(path)) as running:
        running.execute("PRAGMA journal_mode = WAL")
        running.execute("PRAGMA wal_autocheckpoint = 0")
        running.execute("UPDATE logger_contentsessionlog SET time_spent = 91 WHERE time_spent = 90")
        running.commit()
        if not has_log:
            running.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for name in ("db.sqlite3", "db.sqlite3-wal")[: 1 + has_log]:
            shutil.copy(tmp_path / name, stick)
    # Whoever may write everything, as root, is told that it cannot be written here.
    monkeypatch.setattr(os, "access", lambda path, _mode: path != stick)
    stick.chmod(0o555)
    before = sorted(each.name for each in stick.iterdir())
    try:
        await load(stick, store=tmp_path / "store.db")
        assert sorted(each.name for each in stick.iterdir()) == before
    finally:
        stick.chmod(0o755)
    spent = "SELECT seconds FROM event WHERE key = ?"
    assert query(tmp_path / "store.db", spent, hexed(1, "2")) == [(91.0,)]


async def test_a_folder_may_hold_other_databases(tmp_path: Path) -> None:
    sticks = tmp_path / "sticks"
    (sticks / "pi" / "content" / "databases").mkdir(parents=True)
    make(sticks / "pi" / "db.sqlite3")
    for name in ("job_storage", "content/databases/x"):
        with closing(sqlite3.connect(sticks / "pi" / f"{name}.sqlite3")) as connection:
            connection.execute("CREATE TABLE other (id)")
    with closing(sqlite3.connect(sticks / "accounts.sqlite3")) as connection:
        connection.execute("CREATE TABLE accounts (id)")
    report = await load(sticks, store=tmp_path / "store.db")
    assert any("1 other databases not read" in note for note in report.notes)
    assert report.tables["kolibriauth_facilityuser"].kept == 5


async def test_the_second_file_alone_is_refused(tmp_path: Path) -> None:
    path = make_notifications(tmp_path / "notifications.sqlite3")
    with pytest.raises(SourceError, match=r"looks like Kolibri's notifications; give the db"):
        await load(path, store=tmp_path / "store.db")


def test_rows_on_several_devices_are_no_bad_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command takes several files, and names no file of bad rows where there is none."""
    files = [str(path) for path in two(tmp_path)]
    store = tmp_path / "store.db"
    assert main(["import", "kolibri", *files, "--store", str(store)]) == 0
    said = capsys.readouterr().err
    assert "rows passed over, for the reasons above" in said
    assert "bad-rows" not in said
    assert main(["check", "--store", str(store)]) == 0
    said = capsys.readouterr().out
    assert f"device {hexed(1, 'f')}: newest log 2025-10-03 07:03 UTC, 15 rows of logs" in said
    assert main(["import", "oppia", *files, "--store", str(store)]) == 2
    assert "oppia reads one source; 2 were given" in capsys.readouterr().err
