"""Sessions of others: files are written in one folder only, and only what is read is done."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from termstats.cli import main as cli
from termstats.cli.session import ALLOWED, ASKED
from termstats.data.model.confined import confine_to, only_folder, set_free
from termstats.data.model.errors import EXIT_FAILED, EXIT_NOT_ALLOWED, EXIT_OK
from termstats.screens.frame.start import Options
from tests.cli.command import Capture, fails, prints
from tests.data.query.scope_world import VIEWERS, make_world, mark
from tests.screens.keyboard import files, press, settle
from tests.screens.opened import dashboard_on

ALPHA = mark("id", "alpha")
TRAINING = ["--training", ALPHA, "--period", "all"]
WRITING = (
    ["report", "training.learners", *TRAINING, "-o", "{}/x.csv"],
    ["sql", "SELECT 1", "-o", "{}/x.csv"],
    ["viewers", "-o", "{}/x.csv"],
    ["snapshot", "{}/x.db"],
    ["sample", "{}/x.db", "--learners", "60", "--events", "1000"],
    ["export", "course", *TRAINING, "-o", "{}/x"],
    ["export", "course", *TRAINING, "-o", "{}/x.zip"],
    ["person", mark("id", "ben"), "-o", "{}/x"],
    ["import", "events", "{log}", "--store", "{}/x.db"],
)
"""Every command that writes files."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_world(tmp_path_factory.mktemp("confined")))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "exports"
    set_free()


def command(words: list[str], place: Path, world: Path, tmp_path: Path) -> list[str]:
    source = tmp_path / "log.csv"
    source.write_text("at,person,kind\n2026-03-01T09:00,ana,page\n")
    filled = [word.replace("{}", str(place)).replace("{log}", str(source)) for word in words]
    takes_store = words[0] not in ("sample", "import")
    return [*(["--store", str(world)] if takes_store else []), *filled]


@pytest.mark.parametrize("words", WRITING, ids=lambda words: f"{words[0]} {words[-1]}")
def test_nothing_is_written_outside_of_the_folder(
    world: Path, folder: Path, tmp_path: Path, capsys: Capture, words: list[str]
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder.mkdir()
    (folder / "link").symlink_to(outside)
    for place in (outside, folder / ".." / "outside", folder / "link"):
        line = ["--exports-in", str(folder), *command(words, place, world, tmp_path)]
        said = fails(line, capsys, EXIT_FAILED)
        assert f"files are written in {folder} only" in said
        assert list(outside.iterdir()) == []
    line = ["--exports-in", str(folder), *command(words, folder, world, tmp_path)]
    assert cli.main(line) == EXIT_OK, capsys.readouterr().err
    assert [path.name for path in folder.glob("x*")]
    assert only_folder() is None


def test_the_log_of_faults_lies_inside_too(world: Path, folder: Path, capsys: Capture) -> None:
    line = ["--exports-in", str(folder), "--log", f"{folder}/../log", "--store", str(world)]
    assert "files are written in" in fails([*line, "report", "global.totals"], capsys, EXIT_FAILED)
    assert not (folder.parent / "log").exists()


def test_the_configuration_confines_too(
    world: Path, folder: Path, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "config.toml").write_text(f'exports_in = "{folder}"\n')
    line = command(["snapshot", "{}/x.db"], tmp_path, world, tmp_path)
    assert "files are written in" in fails(line, capsys, EXIT_FAILED)
    sample = ["sample", str(tmp_path / "y.db"), "--learners", "60", "--events", "1000"]
    assert "files are written in" in fails(sample, capsys, EXIT_FAILED)


async def test_the_dashboard_exports_inside_only_and_is_not_suspended(
    world: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERMSTATS_STATE", str(tmp_path / "state"))
    monkeypatch.setattr("os.kill", lambda *_asked: pytest.fail("was suspended"))
    confine_to(folder)
    async with dashboard_on(world, options=Options(export_folder=folder)) as (app, pilot):
        await press(pilot, "e")
        await settle(pilot)
        for key in str(tmp_path / "outside"):
            await press(pilot, "slash" if key == "/" else key)
        await press(pilot, "enter")
        await settle(pilot)
        await press(pilot, "ctrl+z")
        await press(pilot, "E")
        await settle(pilot)
        assert not app.check_action("suspend_process", ())
    assert not (tmp_path / "outside").exists()
    assert files(folder)
    assert not (tmp_path / "state").exists()


def session(world: Path, folder: Path, viewer: str = "tom") -> list[str]:
    line = ["--store", str(world), "--viewer", mark("username", viewer)]
    return [*line, "--exports-in", str(folder), "session"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("sql 'SELECT 1'", "'sql' is not done here"),
        ("import events /etc/passwd --store x.db", "'import' is not done here"),
        ("config show", "'config' is not done here"),
        ("session", "'session' is not done here"),
        ("audit", "'audit' is not done here"),
        ("--store /x report global.totals", "'--store' is not done here"),
        ("--help --store /x", "'--help' is not done here"),
        ("sh -c id", "'sh' is not done here"),
        ("; id", "';' is not done here"),
        ("$(id)", "'$(id)' is not done here"),
        ("scp -t .", "'scp' is not done here"),
        ("report global.totals --viewer sam", "--viewer is not for you to choose"),
        ("report global.totals --store /tmp/x", "--store is not for you to choose"),
        ("shell --viewer sam", "--viewer is not for you to choose"),
        ("snapshot x.db --viewer sam", "--viewer is not for you to choose"),
    ],
)
def test_what_a_client_asks_for_is_done_only_if_it_reads_as_the_viewer(
    world: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    asked: str,
    words: str,
) -> None:
    monkeypatch.chdir(folder.parent)
    monkeypatch.setenv(ASKED, asked)
    assert words in fails(session(world, folder), capsys, EXIT_NOT_ALLOWED)


def test_a_session_prints_writes_and_sends_what_its_viewer_may_see(
    world: Path,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    monkeypatch.chdir(tmp_path)

    def asks(asked: str) -> str:
        monkeypatch.setenv(ASKED, asked)
        return prints(session(world, folder), capsys)

    report = f"report training.learners --training {ALPHA} --period all --format csv"
    shown = asks(f"termstats {report}")
    assert mark("id", "ana") in shown
    assert not [each for each in VIEWERS["tom"].forbidden() if each in shown]
    asks(f"{report} -o mine.csv")
    assert asks("fetch") == "mine.csv\n"
    assert (folder / "mine.csv").read_text() == shown
    assert "fetch" in ALLOWED
    monkeypatch.setattr(sys, "stdin", io.StringIO("help\n"))
    assert "termstats in lines" in asks("")


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "secret", "", ".", "..", "link"])
def test_nothing_but_files_of_the_folder_is_sent(
    world: Path,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    name: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_text("secret")
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "secret")
    monkeypatch.setenv(ASKED, f"fetch '{name}'")
    assert "no file" in fails(session(world, folder), capsys, EXIT_FAILED)


def test_a_session_needs_to_know_who_and_where(world: Path, folder: Path, capsys: Capture) -> None:
    assert "needs to know who" in fails(["--store", str(world), "session"], capsys)
    nobody = ["--viewer", mark("username", "tom"), "--store", str(world), "session"]
    assert "needs to know who" in fails(nobody, capsys)
    assert "--exports-in is empty" in fails(["--exports-in", "", "session"], capsys)
