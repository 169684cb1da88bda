"""The man page: every command and option, and nothing that roff would take for a command."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib

import pytest

from termstats.cli.commands import COMMANDS
from termstats.cli.man import man_page
from termstats.data.importers.registry import importers
from tests.shared import ROOT

REQUESTS = {".TH", ".SH", ".SS", ".TP", ".B", ".br", ".PP", '.\\"'}


def test_every_command_and_option_is_there() -> None:
    page = man_page().replace("\\-", "-")
    for name in COMMANDS:
        assert f'.SS "termstats {name}' in page
    for option in (
        "--store",
        "--viewer",
        "--as-of",
        "--hide-archived",
        "--zone",
        "--low-bandwidth",
    ):
        assert option in page


def test_every_platform_is_there_with_what_to_type() -> None:
    page = man_page().replace("\\-", "-")
    for name, importer in importers().items():
        assert f'.B "{name}"\n{importer.title}: ' in page
        assert f"\ntermstats import {name} {importer.example}\n" in page


def test_only_our_own_lines_are_requests() -> None:
    starts = {line.split(" ")[0] for line in man_page().splitlines() if line[:1] in (".", "'")}
    assert starts == REQUESTS


def test_no_hyphen_is_a_dash() -> None:
    body = [line for line in man_page().splitlines() if not line.startswith((".TH", ".\\"))]
    assert not [line for line in body if re.search(r"(?<!\\)-", line)]


def test_it_is_drawn_without_a_warning() -> None:
    if shutil.which("man") is None:
        pytest.skip("no man here")
    done = subprocess.run(
        ["man", "--warnings=w", "-l", "-"],
        input=man_page(),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == ""


def test_the_wheel_installs_it() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shared = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    [(page, place)] = shared.items()
    assert (ROOT / page).read_text(encoding="utf-8") == man_page()
    assert place == "share/man/man1/termstats.1"
