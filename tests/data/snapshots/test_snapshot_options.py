"""Snapshots of one class or training, without answers, sealed with a password, with a checksum."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from termstats.cli import main as cli
from termstats.data.model.errors import EXIT_FAILED, EXIT_NOT_ALLOWED, EXIT_OK, EXIT_USAGE
from tests.cli.command import Capture, fails, prints
from tests.data.query.scope_world import EVERYTHING, PEOPLE, make_world, mark

PASSWORD = "correct horse"  # noqa: S105 - of a test
PRINTS = f"{sys.executable} -c \"print('{PASSWORD}')\""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_world(tmp_path_factory.mktemp("world")))


@pytest.fixture(autouse=True)
def nothing_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERMSTATS_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.delenv("TERMSTATS_PASSWORD", raising=False)


def snapshot(world: Path, target: Path, *options: str) -> Path:
    assert cli.main(["snapshot", "--store", str(world), str(target), *options]) == EXIT_OK
    return target


def marks_in(path: Path) -> set[str]:
    content = path.read_bytes()
    return {each for each in EVERYTHING.allowed() if each.encode() in content}


def people_in(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {key for (key,) in connection.execute("SELECT key FROM person")}


def test_of_one_training_it_holds_nothing_of_another(world: Path, tmp_path: Path) -> None:
    path = snapshot(world, tmp_path / "s.db", "--training", mark("id", "beta"))
    # ana and cho are enrolled in beta, and what they did elsewhere is not there.
    assert people_in(path) == {mark("id", "ana"), mark("id", "cho")}
    met = marks_in(path)
    assert {mark("title", "beta"), mark("act", "ana", "beta")} <= met
    others = {each for each in EVERYTHING.allowed() if "alpha" in each or "gamma" in each}
    others |= {each for each in EVERYTHING.allowed() for who in PEOPLE if f".{who}." in each}
    others = {e for e in others if "beta" not in e and not {"ana", "cho"} & set(e.split("."))}
    assert not met & others


def test_of_one_class_it_holds_its_members_in_its_trainings(world: Path, tmp_path: Path) -> None:
    path = snapshot(world, tmp_path / "s.db", "--class", mark("class", "south"))
    # ben is its only member; south takes alpha and gamma.
    assert people_in(path) == {mark("id", "ben")}
    met = marks_in(path)
    assert mark("act", "ben", "alpha") in met and mark("act", "ben", "gamma") in met
    assert not {each for each in met if ".ana." in each or ".beta." in each or "none" in each}


@pytest.mark.parametrize(
    ("viewer", "option", "words"),
    [
        ("tom", ("--training", mark("id", "gamma")), "gamma"),
        ("mia", ("--training", mark("id", "beta")), "beta"),
        ("ana", ("--training", mark("id", "alpha")), "is a learner"),
    ],
)
def test_a_viewer_gets_no_more_than_they_see(
    world: Path, tmp_path: Path, capsys: Capture, viewer: str, option: tuple[str, str], words: str
) -> None:
    target = tmp_path / "s.db"
    asked = ["snapshot", "--store", str(world), "--viewer", mark("username", viewer), str(target)]
    assert cli.main([*asked, *option]) in (EXIT_USAGE, EXIT_NOT_ALLOWED)
    assert words in capsys.readouterr().err and not target.exists()


def test_without_answers_nothing_that_was_written_is_there(world: Path, tmp_path: Path) -> None:
    whole, without = (
        snapshot(world, tmp_path / "a.db"),
        snapshot(world, tmp_path / "b.db", "--no-answers"),
    )
    answer = mark("answer", "ana", "alpha")
    assert answer in marks_in(whole) and answer not in marks_in(without)
    with closing(sqlite3.connect(without)) as connection:
        assert connection.execute("SELECT count(*) FROM answer").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM attempt").fetchone() != (0,)


def test_days_from_now_are_an_end_too(world: Path, tmp_path: Path) -> None:
    path = snapshot(world, tmp_path / "s.db", "--no-events", "--expires", "30d")
    with closing(sqlite3.connect(path)) as connection:
        asked = "SELECT value FROM store_setting WHERE name = 'expires'"
        ((day,),) = connection.execute(asked).fetchall()
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (0,)
    assert day == str(datetime.now(UTC).date() + timedelta(days=30))


def test_a_sealed_one_opens_with_its_password_only(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    sealed = snapshot(world, tmp_path / "s.age", "--password-command", PRINTS)
    assert sealed.stat().st_mode & 0o777 == 0o600
    assert sealed.read_bytes().startswith(b"age-encryption.org/v1") and not marks_in(sealed)
    assert [path.name for path in tmp_path.iterdir()] == ["s.age"]
    asked = ["--store", str(sealed), "report", "global.trainings", "--period", "all"]
    assert "sealed with a password, which was not given" in fails(asked, capsys, EXIT_FAILED)
    monkeypatch.setenv("TERMSTATS_PASSWORD", "wrong horse")
    error = fails(asked, capsys, EXIT_FAILED)
    assert "sealed with another password, or damaged" in error and "wrong horse" not in error
    monkeypatch.delenv("TERMSTATS_PASSWORD")
    (tmp_path / "config.toml").write_text(f"password_command = '''{PRINTS}'''\n")
    opened = prints(asked, capsys)
    assert mark("title", "alpha") in opened
    assert opened == prints(["--store", str(world), *asked[2:]], capsys)
    # It is a store like any other: demo, check, SQL and snapshots of it.
    assert "the checksum of the rows fits" in prints(["--store", str(sealed), "check"], capsys)
    assert "10" in prints(["--store", str(sealed), "sql", "SELECT count(*) FROM person"], capsys)
    again = tmp_path / "again.db"
    prints(
        ["snapshot", "--store", str(sealed), "--training", mark("id", "beta"), str(again)], capsys
    )
    assert people_in(again) == {mark("id", "ana"), mark("id", "cho")}


def test_who_sits_at_a_terminal_is_asked_and_a_shell_that_completes_is_not(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from termstats.cli.passwords import unsealed
    from termstats.data.store.sealed import address_in_memory

    path = snapshot(world, tmp_path / "s.age", "--no-events", "--password-command", PRINTS)
    asked: list[str] = []

    def prompt(text: str, *, hide_input: bool, err: bool) -> str:
        assert hide_input and err
        asked.append(text)
        return PASSWORD

    monkeypatch.setattr("click.prompt", prompt)
    for stream in ("stdin", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True, raising=False)
    monkeypatch.setenv("_TERMSTATS_COMPLETE", "bash_complete")
    assert unsealed(str(path), "") == str(path) and asked == []
    assert address_in_memory(path) is None
    monkeypatch.delenv("_TERMSTATS_COMPLETE")
    unsealed(str(path), "")
    assert asked == [f"Password of {path}"]
    assert address_in_memory(path) is not None


def test_a_sealed_file_that_was_cut_or_holds_no_store_is_refused(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    from termstats.data.store.sealed import sealed as seal

    monkeypatch.setenv("TERMSTATS_PASSWORD", PASSWORD)
    whole = snapshot(world, tmp_path / "s.age", "--password-command", PRINTS).read_bytes()
    for content in (whole[:-100], seal(b"no database", PASSWORD), whole[:40]):
        path = tmp_path / f"{len(content)}.age"
        path.write_bytes(content)
        error = fails(["--store", str(path), "report", "global.totals"], capsys, EXIT_FAILED)
        assert error.count("\n") == 1 and PASSWORD not in error


@pytest.mark.parametrize("command", ["false", "no-such-program-anywhere", "true"])
def test_a_command_that_prints_no_password_ends_it(
    world: Path, tmp_path: Path, capsys: Capture, command: str
) -> None:
    target = tmp_path / "s.age"
    asked = ["snapshot", "--store", str(world), str(target), "--password-command", command]
    assert "--password-command" in fails(asked, capsys, EXIT_USAGE)
    assert not target.exists()


def test_a_row_that_was_changed_is_found(world: Path, tmp_path: Path, capsys: Capture) -> None:
    path = snapshot(world, tmp_path / "s.db")
    forged = tmp_path / "forged.db"
    shutil.copy(path, forged)
    with closing(sqlite3.connect(forged)) as connection:
        connection.execute("UPDATE person SET staff = 1 - staff WHERE id = 1")
        connection.commit()
    assert "the checksum of the rows fits" in prints(["--store", str(path), "check"], capsys)
    assert cli.main(["--store", str(forged), "check"]) == EXIT_FAILED
    assert "not those that its maker wrote" in capsys.readouterr().out
