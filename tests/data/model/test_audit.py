"""The audit log: private, whole lines, and nothing is shown that could not be written down."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from termstats.data.model.audit import AuditLog, Deed, Entries, audit_log
from termstats.data.model.errors import TermstatsError

WRITER = """
import sys
from pathlib import Path
from termstats.data.model.audit import audit_log
log = audit_log(Path(sys.argv[1]), "/s.db")
for number in range(100):
    log.append(sys.argv[2], "administrator", people=tuple(f"{sys.argv[2]}-{n}" for n in range(500)))
"""


def log_of(path: Path) -> AuditLog:
    return audit_log(path, "/srv/academy.db")


def test_a_new_log_is_its_owners_only_and_an_old_one_is_continued(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    log_of(path).append("7", "class coach", figure="class.learners", class_="21", people=("2", "3"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    log_of(path).append(None, "administrator", deed=Deed.SQL, everybody=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    first, second = map(json.loads, path.read_text().splitlines())
    assert first.pop("at") <= second.pop("at")
    assert first == {
        **{"uid": os.getuid(), "viewer": "7", "role": "class coach", "store": "/srv/academy.db"},
        **{"deed": "seen", "figure": "class.learners", "training": "", "class_": "21"},
        **{"everybody": False, "people": ["2", "3"], "rows": 0},
    }
    assert (second["viewer"], second["deed"], second["everybody"]) == (None, "sql", True)


def test_an_entry_is_about_whom_it_lists_or_about_anybody(tmp_path: Path) -> None:
    log = log_of(tmp_path / "audit.jsonl")
    log.append("7", "", people=("2",))
    log.append("7", "", everybody=True)
    some, all_of_them = Entries(log.path)
    assert some.is_about("2") and not some.is_about("22")
    assert all_of_them.is_about("2") and all_of_them.is_about("22")


@pytest.mark.parametrize("kind", ["a link", "a folder", "a pipe", "nowhere"])
def test_what_cannot_be_appended_to_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path, other = tmp_path / "audit.jsonl", tmp_path / "other"
    if kind == "a link":
        other.write_text("mine\n")
        path.symlink_to(other)
    elif kind == "a folder":
        path.mkdir()
    elif kind == "a pipe":
        os.mkfifo(path)
    else:
        path = tmp_path / "missing" / "audit.jsonl"
    with pytest.raises(TermstatsError, match="nothing is shown without it") as error:
        log_of(path)
    assert "\n" not in str(error.value)
    assert kind != "a link" or other.read_text() == "mine\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device to write to")
def test_a_full_disk_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = log_of(tmp_path / "audit.jsonl")
    real = os.open
    monkeypatch.setattr(os, "open", lambda *_asked: real("/dev/full", os.O_WRONLY))
    with pytest.raises(TermstatsError, match="No space left"):
        log.append("7", "")


def test_half_a_line_refuses_and_costs_no_other_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = log_of(tmp_path / "audit.jsonl")
    real = os.write
    log.append("1", "")
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda handle, line: real(handle, line[:30]))
        with pytest.raises(TermstatsError, match="the disk is full"):
            log.append("2", "")
    log.append("3", "")
    with log.path.open("a") as file:
        file.write('no entry\n{"at": "2026-01-01"}\n[[[\n\n')
    log.append("4", "")
    entries = Entries(log.path)
    assert [entry.viewer for entry in entries] == ["1", "3", "4"]
    assert entries.unreadable == 3


def test_sessions_at_the_same_time_mix_no_lines(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    command = [sys.executable, "-c", WRITER, str(path)]
    running = [subprocess.Popen([*command, name]) for name in "abc"]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    entries = Entries(path)
    people = [entry.people for entry in entries]
    assert entries.unreadable == 0
    expected = {name: tuple(f"{name}-{n}" for n in range(500)) for name in "abc"}
    assert [people.count(expected[name]) for name in "abc"] == [100, 100, 100]
