"""`--demo`: commands, linear mode, completion and files under pseudonyms."""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path

import pytest

from termstats.cli import main as cli
from termstats.data.model.errors import EXIT_NOT_ALLOWED
from tests.cli.command import Capture, fails, prints, run
from tests.cli.shell.voice import listening
from tests.data.query.scope_world import OF_PERSON, PEOPLE, make_world, mark

NAMES = {mark(kind, who) for who in PEOPLE for kind in (*OF_PERSON, "id")} | {"author.q"}
TOP = ["report", "global.top-learners", "--period", "all", "--format", "csv"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(asyncio.run(make_world(tmp_path_factory.mktemp("demo"))))


def named(text: str) -> set[str]:
    return {each for each in NAMES if each in text.casefold()}


def test_a_report_names_nobody_and_what_it_names_can_be_asked(world: str, capsys: Capture) -> None:
    store = ["--store", world]
    assert named(prints([*TOP, *store], capsys))
    told = prints([*TOP, *store, "--demo"], capsys)
    assert told == prints(["--demo", *TOP, *store], capsys)
    assert not named(told)
    keys = [line.split(",")[0] for line in told.splitlines()[1:]]
    assert keys
    asked = ["report", "learner.profile", "--format", "csv", *store, "--demo", "--learner"]
    assert not named(prints([*asked, keys[0]], capsys))
    said = fails([*asked, mark("id", "ana")], capsys)
    assert not named(said.replace(mark("id", "ana"), ""))


def test_the_configuration_switches_it_on(world: str, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "config.toml").write_text("demo = true\n")
    assert not named(prints([*TOP, "--store", world], capsys))


@pytest.mark.parametrize("viewer", ["mia", "tom", "ana"])
def test_viewers_see_the_same_without_names(world: str, capsys: Capture, viewer: str) -> None:
    command = ["viewers", "--store", world, "--demo", "--learners", "--format", "csv"]
    assert not named(prints(command, capsys))
    command = ["report", "backoffice.totals", "--store", world, "--demo"]
    said = fails([*command, "--viewer", mark("username", viewer)], capsys, EXIT_NOT_ALLOWED)
    assert not named(said)


def test_raw_tables_are_not_read_and_the_platform_is_not_compared(
    world: str, capsys: Capture
) -> None:
    said = fails(["sql", "SELECT name FROM person", "--store", world, "--demo"], capsys)
    assert "leave out --demo" in said
    page = ["report", "reconcile.opigno", "--store", world, "--demo"]
    assert cli.main(page) != 0
    assert not named("\n".join(capsys.readouterr()))


def test_a_snapshot_is_one_under_pseudonyms(world: str, tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "copy.db"
    prints(["snapshot", str(target), "--store", world, "--demo"], capsys)
    assert not named(target.read_bytes().decode("latin-1"))


def test_an_export_names_nobody(world: str, tmp_path: Path, capsys: Capture) -> None:
    folder = tmp_path / "course"
    command = ["export", "course", "--training", mark("id", "alpha"), "-o", str(folder)]
    prints([*command, "--store", world, "--demo"], capsys)
    written = "".join(f"{path}{path.read_text()}" for path in sorted(folder.rglob("*.csv")))
    assert re.search(r",p\d+,", written)
    assert not named(written)


def test_a_shell_completes_pseudonyms(world: str) -> None:
    if os.name == "nt":
        pytest.skip("no such shell")
    words = f"termstats --demo --store {world} report learner.profile --learner p"
    told = run([], _TERMSTATS_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD="7").stdout
    assert "p1" in told
    assert not named(told)


def test_the_audit_log_holds_no_pseudonyms(world: str, tmp_path: Path, capsys: Capture) -> None:
    log = tmp_path / "audit.jsonl"
    command = ["--audit-log", str(log), *TOP, "--store", world, "--demo", "--viewer"]
    prints([*command, mark("username", "mia")], capsys)
    (line,) = log.read_text().splitlines()
    entry = json.loads(line)
    # Who looked is known by their id; whom they saw is not, so it may have been anybody.
    assert (entry["viewer"], entry["everybody"], entry["people"]) == (mark("id", "mia"), True, [])


@pytest.mark.parametrize("command", [["audit"], ["person", "p1", "-o", "new"]])
def test_what_is_with_names_is_refused(world: str, capsys: Capture, command: list[str]) -> None:
    assert "leave out --demo" in fails([*command, "--store", world, "--demo"], capsys)


async def test_linear_mode_switches_live(world: str) -> None:
    async with listening(Path(world), period="all") as voice:
        assert named("".join(await voice.say("learner id.ana.q")))
        first = await voice.say("demo on")
        assert not named("".join(first))
        assert "pseudonyms" in "".join(await voice.say("where"))
        name = voice.state.place.subject
        assert name is not None
        for line in (
            *("again", "list", "1", "row 1", "why", "back", "where", "global", "filter", "learner"),
            *("find Person 01", "show global.top-learners", "1", "show learner.timeline"),
        ):
            try:
                assert not named("".join(await voice.say(line))), line
            except Exception as error:
                assert not named(str(error)), line
                assert not isinstance(error, AssertionError)
        said = "".join(await voice.say(f"learner {name.name}"))
        assert name.name in said
        assert named("".join(await voice.say("demo off")))
        assert voice.state.place.subject is not None
        assert voice.state.place.subject.name == mark("name", "ana")
