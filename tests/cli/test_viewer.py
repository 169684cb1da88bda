"""Who asks: a viewer named by nothing is nobody, and what one may not see no error names."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from termstats.cli import main as cli
from termstats.data.model.errors import EXIT_NOT_ALLOWED, EXIT_OK
from tests.cli.command import Capture, fails, prints
from tests.data.query.scope_world import VIEWERS, make_world, mark


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(asyncio.run(make_world(tmp_path_factory.mktemp("viewer"))))


COMMANDS = (
    ["report", "global.totals"],
    ["check"],
    ["snapshot", "copy.db"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("name", ["", " "])
@pytest.mark.parametrize("place", ["option", "variable", "file"])
def test_an_empty_viewer_is_refused_and_writes_nothing(
    world: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    place: str,
    name: str,
    command: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    said = {
        "option": "--viewer is empty",
        "variable": "TERMSTATS_VIEWER is empty",
        "file": "viewer in the configuration file is empty",
    }[place]
    options = ["--viewer", name] if place == "option" else []
    if place == "variable":
        monkeypatch.setenv("TERMSTATS_VIEWER", name)
    if place == "file":
        (tmp_path / "config.toml").write_text(f'viewer = "{name}"\n')
    assert said in fails([*command, "--store", world, *options], capsys)
    assert not (tmp_path / "copy.db").exists()


def test_the_option_goes_before_the_variable_and_that_before_the_file(
    world: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def trainings(*options: str) -> set[str]:
        command = ["report", "global.trainings", "--store", world, "--format", "csv"]
        lines = prints([*command, "--period", "all", *options], capsys).splitlines()[1:]
        return {line.split(",")[0] for line in lines}

    (tmp_path / "config.toml").write_text(f'viewer = "{mark("username", "sam")}"\n')
    assert len(trainings()) == 4
    monkeypatch.setenv("TERMSTATS_VIEWER", mark("username", "tom"))
    assert trainings() == {mark("id", "alpha"), mark("id", "beta")}
    assert trainings("--viewer", mark("username", "mia")) == {mark("id", "alpha")}


@pytest.mark.parametrize("viewer", [viewer for viewer in VIEWERS if viewer != "sam"])
def test_a_check_is_for_administrators(world: str, capsys: Capture, viewer: str) -> None:
    command = ["check", "--store", world, "--viewer", mark("username", viewer)]
    said = fails(command, capsys, EXIT_NOT_ALLOWED)
    assert "a check is for administrators" in said
    assert cli.main([*command[:-1], mark("username", "sam")]) == EXIT_OK


NAMELY = (
    *("action=edit", "action=.q", "action=nothing", "error=fault", "error=x", "domain=domain.q"),
    *("subdomain=x", "object=.q", "object=dataset", "package=pack", "function=func"),
    *("person=name", "person=nam", "person=ben", "group=south", "group=clas", "user=id"),
)
"""What a filter may be typed like: whole, in part, and near to what there is."""


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("figure", ["backoffice.actions", "collaboration.users"])
def test_no_error_about_filters_names_what_is_out_of_scope(
    world: str, capsys: Capture, viewer: str, figure: str
) -> None:
    for text in NAMELY:
        command = ["report", figure, "--store", world, "--only", text, "--period", "all"]
        capsys.readouterr()
        code = cli.main([*command, "--viewer", mark("username", viewer)])
        told = "\n".join(capsys.readouterr())
        assert viewer == "sam" or code == EXIT_NOT_ALLOWED, text
        assert not [each for each in VIEWERS[viewer].forbidden() - {text} if each in told], text


NEAR = (
    "name.be",
    "name.bne.q",
    "id.dela.q",
    "title.gama.q",
    "class.soth.q",
    "attempt.ben",
    "dataste",
)
SUBJECTS = {
    "learner": "learner.profile",
    "training": "training.learners",
    "class": "class.members",
    "user": "backoffice.user-events",
    "object": "backoffice.object-history",
    "function": "backoffice.function-runs",
}


@pytest.mark.parametrize("viewer", VIEWERS)
def test_no_error_about_near_names_names_what_is_out_of_scope(
    world: str, capsys: Capture, viewer: str
) -> None:
    for (option, figure), typed in ((pair, typed) for pair in SUBJECTS.items() for typed in NEAR):
        command = ["report", figure, "--store", world, f"--{option}", typed]
        capsys.readouterr()
        cli.main([*command, "--viewer", mark("username", viewer)])
        told = "\n".join(capsys.readouterr())
        hidden = VIEWERS[viewer].forbidden()
        assert not [each for each in hidden if each in told], (option, typed)
