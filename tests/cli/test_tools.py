"""`termstats check`, `doctor` and `config`: what is sound, and no password shown."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from termstats import __version__
from termstats.cli import main as cli
from termstats.data.model.errors import EXIT_FAILED
from tests.cli.command import Capture, prints


def test_check_passes_a_sound_store(store: Path, capsys: Capture) -> None:
    out = prints(["check", "--store", str(store)], capsys)
    assert "the file is whole" in out
    assert len(re.findall(r"day tables agree with [\d,]+ events", out)) == 2


def test_check_finds_day_tables_that_disagree(store: Path, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "s.db"
    path.write_bytes(store.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE training_day SET events = events + 1 WHERE training_id = 0")
        connection.commit()
    assert cli.main(["check", "--store", str(path), "--format", "json"]) == EXIT_FAILED
    found = json.loads(capsys.readouterr().out)
    assert any("learner activity" in problem for problem in found["problems"])


def test_check_finds_a_damaged_file(store: Path, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "s.db"
    content = bytearray(store.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 40_000] = b"\xff" * 40_000
    path.write_bytes(content)
    assert cli.main(["check", "--store", str(path)]) == EXIT_FAILED
    assert "damaged" in capsys.readouterr().out


def test_doctor_names_versions_and_masks_passwords(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERMSTATS_STORE", "postgresql://reader:hunter2@db/x")
    out = prints(["doctor"], capsys) + prints(["config", "show"], capsys)
    assert __version__ in out
    assert "hunter2" not in out
    assert "reader:***@db" in out


def test_a_password_in_the_arguments_is_warned_of_and_never_shown(capsys: Capture) -> None:
    assert cli.main(["--store", "postgresql://r:hunter2@db/x", "check"]) == EXIT_FAILED
    out, err = capsys.readouterr()
    assert "warning: a password" in err
    assert "hunter2" not in out + err
    command = ["import", "oppia", "mysql://r:hunter2@127.0.0.1:1/x", "--store", "/nowhere/s.db"]
    assert cli.main(command) == EXIT_FAILED
    out, err = capsys.readouterr()
    assert "warning: a password" in err
    assert "hunter2" not in out + err
