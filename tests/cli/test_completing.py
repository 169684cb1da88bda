"""What a shell is offered after Tab, and that it only reads."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from termstats.cli import main as cli
from tests.cli.command import Capture


def offered(line: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> list[str]:
    """Return what bash would be offered at the end of a line."""
    words = line.split(" ")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    monkeypatch.setenv("_TERMSTATS_COMPLETE", "bash_complete")
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        cli.main([])
    assert ended.value.code == 0
    out, err = capsys.readouterr()
    assert err == ""
    return [row.partition(",")[2] for row in out.splitlines() if row]


@pytest.mark.parametrize(
    ("line", "some"),
    [
        ("termstats im", ["import"]),
        ("termstats sq", ["sql"]),
        ("termstats export co", ["course"]),
        ("termstats import o", ["oppia", "oulad", "opendatasoft", "opigno"]),
        ("termstats import k", ["kolibri"]),
        ("termstats import m", ["moodle"]),
        ("termstats report training.questi", ["training.questions"]),
        ("termstats report global.totals --period last-", ["last-week", "last-month"]),
        ("termstats --period this-y", ["this-year"]),
        ("termstats --theme li", ["light"]),
    ],
)
def test_words_of_our_own(
    line: str, some: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    words = offered(line, monkeypatch, capsys)
    assert set(some) <= set(words)
    assert all(word.startswith(line.rpartition(" ")[2]) for word in words)


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        ("--training saf", ["safety"]),
        ("--training Onbo", ["onboarding"]),
        ("--class nor", ["north", "north-night"]),
        ("--learner ben", ["ben"]),
        ("--training no-such", []),
        ("--viewer tina --class ", ["north", "north-night"]),
        ("--viewer tina --training python", []),
        ("--viewer nobody.at.all --class nor", []),
    ],
)
def test_keys_of_the_store_in_the_scope_of_the_viewer(
    store: Path, options: str, keys: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    line = f"termstats report training.totals --store {store} {options}"
    words = offered(line, monkeypatch, capsys)
    assert [word for word in words if "." not in word] == keys


@pytest.mark.parametrize("line", ["--store {} export course", "export course --store {}"])
def test_keys_are_offered_to_a_command_of_a_group(
    store: Path, line: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    typed = f"termstats {line.format(store)} --training saf"
    assert offered(typed, monkeypatch, capsys) == ["safety"]
    scoped = f"termstats --viewer tina {line.format(store)} --training python"
    assert offered(scoped, monkeypatch, capsys) == []


def test_a_store_that_is_none_offers_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    path = tmp_path / "none.db"
    assert offered(f"termstats --store {path} --training s", monkeypatch, capsys) == []
    assert not path.exists()


def test_keys_that_a_shell_would_read_are_left_out(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    path = tmp_path / "hostile.db"
    shutil.copyfile(store, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE training SET key = 'saf$(reboot)' WHERE key = 'safety'")
        connection.execute("UPDATE training SET code = NULL")
        connection.commit()
    path.chmod(0o400)
    before = path.read_bytes()
    assert offered(f"termstats --store {path} --training saf", monkeypatch, capsys) == []
    assert path.read_bytes() == before


@pytest.mark.parametrize(("shell", "check"), [("bash", ["-n"]), ("zsh", ["-n"]), ("fish", ["-n"])])
def test_the_script_of_each_shell_is_one(shell: str, check: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "termstats"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "_TERMSTATS_COMPLETE": f"{shell}_source"},
    )
    assert "_TERMSTATS_COMPLETE" in done.stdout
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here; the script was made")
    script = tmp_path / "script"
    script.write_text(done.stdout, encoding="utf-8")
    subprocess.run([shell, *check, str(script)], check=True, timeout=60)
