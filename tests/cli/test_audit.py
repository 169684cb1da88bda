"""The audit log from the command line: everything that gives people's data writes it down."""

from __future__ import annotations

import asyncio
import io
import stat
import sys
from pathlib import Path

import pytest
from click import Context
from click.shell_completion import CompletionItem

from termstats.cli import main as cli
from termstats.cli.completing import complete_keys
from termstats.cli.main import cli as group
from termstats.data.model.audit import Entries
from termstats.data.model.errors import EXIT_FAILED
from tests.cli.command import Capture, fails, prints
from tests.data.query.scope_world import make_world, mark

ALPHA = mark("id", "alpha")
BEN, CHO = mark("id", "ben"), mark("id", "cho")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(asyncio.run(make_world(tmp_path_factory.mktemp("audited"))))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


def written(log: Path) -> list[tuple[str, str, str]]:
    """Return deed, figure and training of each entry."""
    return [(entry.deed, entry.figure, entry.training) for entry in Entries(log)]


def learners(world: str, log: Path, *options: str) -> list[str]:
    command = ["--audit-log", str(log), "report", "training.learners", "--training", ALPHA]
    return [*command, "--store", world, "--period", "all", *options]


def test_a_report_and_its_file_are_told_apart(
    world: str, log: Path, tmp_path: Path, capsys: Capture
) -> None:
    prints(learners(world, log, "--viewer", mark("username", "tom")), capsys)
    prints(learners(world, log, "-o", str(tmp_path / "x.txt")), capsys)
    to_screen, to_file = Entries(log)
    figure = "training.learners"
    assert written(log) == [("reported", figure, ALPHA), ("exported", figure, ALPHA)]
    assert (to_screen.viewer, to_file.viewer) == (mark("id", "tom"), None)
    assert to_screen.store == world
    assert BEN in to_file.people


def test_the_configuration_names_the_log_and_without_one_nothing_is_written(
    world: str, log: Path, tmp_path: Path, capsys: Capture
) -> None:
    command = learners(world, log)[2:]
    prints(command, capsys)
    assert not log.exists()
    (tmp_path / "config.toml").write_text(f'audit_log = "{log}"\n')
    prints(command, capsys)
    assert len(written(log)) == 1
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_totals_of_everybody_are_nobodys(world: str, log: Path, capsys: Capture) -> None:
    command = ["--audit-log", str(log), "report", "global.totals", "--store", world]
    prints(command, capsys)
    assert written(log) == []


def test_the_list_of_viewers_names_people(world: str, log: Path, capsys: Capture) -> None:
    prints(["--audit-log", str(log), "viewers", "--store", world], capsys)
    (entry,) = Entries(log)
    assert (entry.deed, entry.everybody) == ("reported", False)
    assert mark("id", "tom") in entry.people and BEN not in entry.people


def test_whole_copies_and_sql_are_written_down(
    world: str, log: Path, tmp_path: Path, capsys: Capture
) -> None:
    base = ["--audit-log", str(log), "--store", world]
    prints([*base, "sql", "SELECT count(*) FROM person"], capsys)
    prints([*base, "snapshot", str(tmp_path / "all.db")], capsys)
    prints([*base, "--viewer", mark("username", "tom"), "snapshot", str(tmp_path / "t.db")], capsys)
    folder = str(tmp_path / "course")
    prints([*base, "export", "course", "--training", ALPHA, "-o", folder], capsys)
    whole, copy, part, *course = Entries(log)
    assert (whole.deed, whole.everybody) == ("sql", True)
    assert (copy.deed, copy.everybody) == ("snapshot", True)
    assert (part.deed, part.everybody, part.viewer) == ("snapshot", False, mark("id", "tom"))
    assert CHO in part.people and mark("id", "zoe") not in part.people
    assert {entry.deed for entry in course} == {"exported"}
    assert {entry.training for entry in course} == {ALPHA}


def test_linear_mode_writes_down_what_is_said_found_and_exported(
    world: str, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    lines = f"find name.ben\nlearner {BEN}\nexport all {tmp_path}/e\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    prints(["--audit-log", str(log), "shell", "--store", world], capsys)
    entries = list(Entries(log))
    assert {entry.deed for entry in entries} == {"searched", "seen", "exported"}
    assert all(BEN in entry.people for entry in entries)


def test_what_a_shell_completes_is_written_down(world: str, log: Path, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f'audit_log = "{log}"\n')
    context = Context(group, info_name="termstats")
    context.params = {"store": world}
    learner = next(each for each in group.params if each.name == "learner")
    offered: list[CompletionItem] = complete_keys(context, learner, "id.b")
    assert [item.value for item in offered] == [BEN]
    (entry,) = Entries(log)
    assert (entry.deed, entry.people) == ("searched", (BEN,))
    log.unlink()
    log.mkdir()
    assert complete_keys(context, learner, "id.b") == []


COMMANDS = (
    ["report", "training.learners", "--training", ALPHA],
    ["report", "global.totals"],
    ["sql", "SELECT 1"],
    ["viewers"],
    ["snapshot", "copy.db"],
    ["export", "course", "--training", ALPHA, "-o", "course"],
    ["shell"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_without_its_log_nothing_is_given(
    world: str,
    log: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    command: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO("levels\n"))
    log.symlink_to("/dev/null")
    words = fails(["--audit-log", str(log), *command, "--store", world], capsys, EXIT_FAILED)
    assert f"{log}: the audit log cannot be written" in words
    assert sorted(path.name for path in tmp_path.iterdir()) == ["audit.jsonl"]


def test_a_log_that_fails_later_gives_no_rows(
    world: str, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def opened(path: Path, line: bytes) -> None:
        if line:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("termstats.data.model.audit._append", opened)
    assert cli.main(learners(world, log, "-o", str(tmp_path / "x.csv"))) == EXIT_FAILED
    assert "No space left" in capsys.readouterr().err
    assert not (tmp_path / "x.csv").exists()


def test_an_empty_name_of_a_log_is_refused(world: str, capsys: Capture) -> None:
    command = ["--audit-log", " ", "report", "global.totals", "--store", world]
    assert "--audit-log is empty" in fails(command, capsys)
