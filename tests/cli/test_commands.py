"""The list of commands tells what the commands themselves say."""

import click
import pytest

from termstats.cli.commands import COMMANDS, Commands
from termstats.cli.main import cli, main


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_what_the_command_says(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.name == name
    assert command.get_short_help_str(limit=200) == COMMANDS[name].words


def test_a_name_that_is_none_has_no_command() -> None:
    group = Commands(name="termstats")
    assert group.get_command(click.Context(group), "reprot") is None


def test_help_is_as_wide_as_the_terminal_up_to_a_limit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    widest = {}
    for columns in ("60", "300"):
        monkeypatch.setenv("COLUMNS", columns)
        assert main(["report", "--help"]) == 0
        widest[columns] = max(len(line) for line in capsys.readouterr().out.splitlines())
    assert widest["60"] <= 58 < widest["300"] <= 98
