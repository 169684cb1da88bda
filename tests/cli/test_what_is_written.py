"""Every command that writes: links, rights, stdout, and what is nobody's to replace."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from termstats.cli import main as cli
from termstats.data.model.errors import EXIT_FAILED, EXIT_OK, EXIT_USAGE
from tests.cli.command import Capture, fails, prints

ROWS = "at,person,kind\n2026-03-01T09:00,ana,page\n"


@pytest.fixture
def folder(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(store, tmp_path / "store.db")
    (tmp_path / "log.csv").write_text(ROWS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def writers(target: str) -> list[list[str]]:
    """Return the words of every command that writes `target`."""
    totals = ["report", "global.totals", "--store", "store.db", "--format", "csv"]
    return [
        ["import", "events", "log.csv", "--store", target],
        ["sample", target, "--learners", "60", "--events", "1000", "--force"],
        ["snapshot", target, "--store", "store.db", "--force"],
        [*totals, "-o", target, "--force"],
        ["--log", target, *totals],
    ]


def sources(store: Path) -> list[str]:
    with closing(sqlite3.connect(store)) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM source ORDER BY name")]


def test_a_link_that_leads_nowhere_is_not_written_through_unasked(
    folder: Path, capsys: Capture
) -> None:
    (folder / "target").symlink_to(folder / "elsewhere")
    totals = ["report", "global.totals", "--store", "store.db"]
    for words in (["snapshot", "target", "--store", "store.db"], [*totals, "-o", "target"]):
        assert "exists already" in fails(words, capsys)
        assert not (folder / "elsewhere").exists()


@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
def test_only_files_are_written(kind: str, folder: Path, capsys: Capture) -> None:
    target = folder / "target"
    if kind == "folder":
        target.mkdir()
    elif kind == "pipe":
        os.mkfifo(target)
    else:
        target.symlink_to("/dev/zero")
    before = target.lstat()[:6]  # without its times
    for words in writers("target"):
        capsys.readouterr()
        assert cli.main(words) in (EXIT_FAILED, EXIT_USAGE), words
        line = capsys.readouterr().err
        assert line.count("\n") == 1 and (f"a {kind}" in line or "directory" in line), line
    assert target.lstat()[:6] == before
    assert sorted(p.name for p in folder.iterdir()) == ["log.csv", "store.db", "target"]


def test_a_link_and_the_rights_of_what_it_leads_to_stay(folder: Path) -> None:
    (folder / "deep").mkdir()
    for number, words in enumerate(writers("link")):
        real = Path(shutil.copy(folder / "store.db", folder / "deep" / f"{number}.db"))
        if words[0] in ("report", "--log"):
            real.write_text("text\n")
        real.chmod(0o640)
        before = real.read_bytes()
        (folder / "link").symlink_to(real)
        assert cli.main(words) == EXIT_OK, words
        assert (folder / "link").is_symlink(), words
        assert real.read_bytes() != before, words
        assert stat.S_IMODE(real.stat().st_mode) == 0o640, words
        (folder / "link").unlink()
    assert len(list((folder / "deep").iterdir())) == 5
    assert sources(folder / "deep" / "0.db") == ["events", "sample"]


def test_a_file_of_another_program_stays_also_with_force(folder: Path, capsys: Capture) -> None:
    with closing(sqlite3.connect(folder / "mine.db")) as connection:
        connection.execute("CREATE TABLE mine (x)")
    (folder / "letter.txt").write_text("dear")
    for name in ("mine.db", "letter.txt"):
        before = (folder / name).read_bytes()
        for words in writers(name)[:3]:
            assert "store" in fails(words, capsys, EXIT_FAILED)
        assert (folder / name).read_bytes() == before
    store = (folder / "store.db").read_bytes()
    words = ["report", "global.totals", "--store", "store.db", "-o", "store.db", "--force"]
    assert "holds no text" in fails(words, capsys, EXIT_FAILED)
    assert (folder / "store.db").read_bytes() == store
    assert "is the store itself" in fails(
        ["snapshot", "store.db", "--store", "store.db", "--force"], capsys
    )


def test_a_dash_is_stdout_for_a_report(folder: Path, capsys: Capture) -> None:
    report = writers("-")[3]
    assert prints(report, capsys) == prints(report[:-3], capsys)
    assert not (folder / "-").exists()


@pytest.mark.slow
def test_a_dash_is_stdout_for_a_store(folder: Path) -> None:
    for words in writers("-")[1:3]:
        done = subprocess.run(
            [sys.executable, "-m", "termstats", *words], capture_output=True, check=True
        )
        (folder / "piped.db").write_bytes(done.stdout)
        assert sources(folder / "piped.db") == ["sample"]
        (folder / "piped.db").unlink()
    assert sorted(p.name for p in folder.iterdir()) == ["log.csv", "store.db"]


def test_a_store_that_is_read_cannot_be_stdout(folder: Path, capsys: Capture) -> None:
    assert "give a file" in fails(writers("-")[0], capsys)
    assert not (folder / "-").exists()


@pytest.mark.parametrize(
    "platform", ["events", "kolibri", "moodle", "oppia", "oulad", "threesixty", "xapi"]
)
def test_a_source_that_never_ends_is_refused_at_once(
    platform: str, folder: Path, capsys: Capture
) -> None:
    os.mkfifo(folder / "pipe")
    for source in ("pipe", "/dev/zero"):
        words = ["import", platform, source, "--store", "new.db"]
        line = fails(words, capsys, EXIT_FAILED)
        assert "not a file" in line or "folder" in line, line
    assert sorted(p.name for p in folder.iterdir()) == ["log.csv", "pipe", "store.db"]


@pytest.mark.slow
def test_two_imports_at_once_are_both_there(folder: Path) -> None:
    names = ("east", "west", "north")
    words = [sys.executable, "-m", "termstats", "import", "events", "log.csv", "--store", "new.db"]
    running = [
        subprocess.Popen([*words, "--name", name], stderr=subprocess.PIPE, text=True)
        for name in names
    ]
    for process in running:
        _, err = process.communicate(timeout=120)
        assert process.returncode == EXIT_OK, err
    assert sources(folder / "new.db") == sorted(names)
    assert sorted(p.name for p in folder.iterdir()) == ["log.csv", "new.db", "store.db"]


def test_what_lies_beside_the_old_store_is_not_given_to_the_new_one(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "store.db")) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("PRAGMA wal_autocheckpoint = 0")
        other.execute("UPDATE source SET title = 'Changed by hand'")
        other.commit()
        # As if that program had been killed: its journal holds what the file does not.
        for name in ("store.db", "store.db-wal"):
            shutil.copy(folder / name, folder / f"copy-{name.removeprefix('store.')}")
    copy, wal = folder / "copy-db", folder / "copy-db-wal"
    assert wal.stat().st_size
    assert cli.main(["import", "events", "log.csv", "--store", str(copy)]) == EXIT_OK
    assert not wal.exists()
    assert sources(copy) == ["events", "sample"]
    with closing(sqlite3.connect(copy)) as connection:
        titles = connection.execute("SELECT title FROM source WHERE name = 'sample'").fetchall()
    assert titles == [("Changed by hand",)]
    assert copy.read_bytes()[18:20] == b"\x01\x01"


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01", "9999-12-31T23:59:59+00:00"])
def test_a_moment_that_no_store_may_have_is_refused(
    text: str, folder: Path, capsys: Capture
) -> None:
    words = ["import", "events", "log.csv", "--store", "new.db", "--as-of", text]
    assert "--as-of" in fails(words, capsys)
