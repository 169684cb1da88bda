"""`termstats viewers`, and who looks where nobody is named."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from termstats.cli import owner
from termstats.data.model.errors import EXIT_NOT_ALLOWED
from termstats.paths import sample_store
from tests.cli.command import Capture, fails, prints
from tests.data.query.scope_world import VIEWERS, make_world, mark

SAM, MIA, TOM = (mark("username", who) for who in ("sam", "mia", "tom"))
TOTALS = ["report", "global.trainings", "--format", "csv", "--period", "all"]
READING = (TOTALS, ["check"], ["viewers"], ["snapshot", "copy.db"], ["sql", "SELECT 1"], ["shell"])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(asyncio.run(make_world(tmp_path_factory.mktemp("viewers"))))


@pytest.fixture
def stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program be started by a user who owns no file."""
    monkeypatch.setattr(owner, "user_number", lambda: 54_321)


def mapping(tmp_path: Path, *lines: str) -> None:
    (tmp_path / "config.toml").write_text("\n".join(("[viewers]", *lines)))


def trainings(capsys: Capture, world: str, *options: str) -> int:
    return len(prints([*TOTALS, "--store", world, *options], capsys).splitlines()) - 1


def test_the_list_as_csv(world: str, capsys: Capture) -> None:
    lines = prints(["viewers", "--store", world, "--format", "csv"], capsys).splitlines()
    assert lines[0] == "viewer_id,username,name,role,people,trainings,classes,min_group,why"
    assert lines[1] == "id.sam.q,username.sam.q,name.sam.q,administrator,10,4,3,0,"
    assert len(lines) == 5
    all_lines = prints(["viewers", "--store", world, "--format", "csv", "--learners"], capsys)
    assert len(all_lines.splitlines()) == 11


def test_the_list_as_a_table_says_who_is_not_in_it(world: str, capsys: Capture) -> None:
    text = prints(["viewers", "--store", world], capsys)
    assert "Who sees what" in text
    assert "note: 6 accounts without rights of their own not listed: --learners lists all." in text


@pytest.mark.parametrize("viewer", [viewer for viewer in VIEWERS if viewer != "sam"])
def test_the_list_is_for_administrators(world: str, capsys: Capture, viewer: str) -> None:
    command = ["viewers", "--store", world, "--viewer", mark("username", viewer)]
    assert "the list of viewers is for administrators" in fails(command, capsys, EXIT_NOT_ALLOWED)


@pytest.mark.usefixtures("stranger")
@pytest.mark.parametrize("command", READING, ids=lambda command: command[0])
def test_a_store_of_somebody_else_asks_who_looks(
    world: str, capsys: Capture, command: list[str]
) -> None:
    said = fails([*command, "--store", world], capsys, EXIT_NOT_ALLOWED)
    assert "belongs to" in said
    assert "give --viewer NAME" in said
    assert not Path("copy.db").exists()


@pytest.mark.usefixtures("stranger")
def test_whoever_is_named_sees_theirs_in_it(world: str, capsys: Capture) -> None:
    assert trainings(capsys, world, "--viewer", MIA) == 1
    assert trainings(capsys, str(sample_store())) > 1  # is everybody's


def test_its_owner_sees_everything(
    world: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert trainings(capsys, world) == 4
    number = Path(world).stat().st_uid
    monkeypatch.setattr(owner, "user_number", lambda: number)
    assert trainings(capsys, world) == 4


@pytest.mark.parametrize("command", READING, ids=lambda command: command[0])
def test_who_is_not_in_the_mapping_sees_nothing(
    world: str, tmp_path: Path, capsys: Capture, command: list[str]
) -> None:
    for lines in ((), ('"nobody-here" = "*"',)):
        mapping(tmp_path, *lines)
        said = fails([*command, "--store", world], capsys, EXIT_NOT_ALLOWED)
        assert "is not listed under [viewers]" in said
        named = [*command, "--store", world, "--viewer", SAM]
        assert "is not listed" in fails(named, capsys, EXIT_NOT_ALLOWED)


def test_the_mapping_says_who_looks(
    world: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, "user_name", lambda _number: "tina")
    monkeypatch.setenv("USER", "root")
    mapping(tmp_path, f'"tina" = "{MIA}"', '"root" = "*"')
    assert trainings(capsys, world) == 1
    assert trainings(capsys, world, "--viewer", MIA) == 1
    said = fails([*TOTALS, "--store", world, "--viewer", SAM], capsys, EXIT_NOT_ALLOWED)
    assert f"'tina' looks as '{MIA}' and as nobody else" in said
    mapping(tmp_path, '"tina" = "*"')
    assert trainings(capsys, world) == 4
    assert trainings(capsys, world, "--viewer", TOM) == 2


def test_a_mapping_to_nobody_sees_nothing(
    world: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, "user_name", lambda _number: "tina")
    mapping(tmp_path, '"tina" = "who"')
    assert "nobody is called 'who'" in fails([*TOTALS, "--store", world], capsys, EXIT_NOT_ALLOWED)
    mapping(tmp_path, '"tina" = " "')
    assert "viewers.tina is empty" in fails([*TOTALS, "--store", world], capsys)


def test_an_account_without_a_name_is_called_by_its_number() -> None:
    assert owner.user_name(3_999_999_999) == "3999999999"
