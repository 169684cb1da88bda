"""What a newcomer sees of the command line: platforms, the configuration, what was imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.cli import main as cli
from termstats.data.importers.registry import importers
from termstats.data.store.contents import contents_of
from tests.cli.command import Capture, fails, prints
from tests.data.importers.small_sources import SOURCES


def test_import_without_words_names_every_platform_with_an_example(capsys: Capture) -> None:
    out = prints(["import"], capsys)
    for name, importer in importers().items():
        assert importer.title in out
        assert f"termstats import {name} {importer.example}" in out
        assert "--store " in importer.example


@pytest.mark.parametrize("platform", sorted(SOURCES))
def test_import_of_a_platform_alone_says_what_it_reads(platform: str, capsys: Capture) -> None:
    said = fails(["import", platform], capsys)
    assert f"which data of {importers()[platform].title}? give " in said
    assert f"for example: termstats import {platform} " in said


def test_import_of_a_misspelt_platform_names_the_one_that_is_near(capsys: Capture) -> None:
    assert fails(["import", "moodel"], capsys).rstrip().endswith("; near: moodle")


@pytest.mark.parametrize("platform", sorted(SOURCES))
def test_an_import_says_what_is_there_and_what_to_type(
    platform: str, tmp_path: Path, capsys: Capture
) -> None:
    store = tmp_path / "my store.db"
    source = SOURCES[platform](tmp_path)
    assert cli.main(["import", platform, str(source), "--store", str(store)]) == 0
    lines = capsys.readouterr().err.splitlines()
    held = contents_of(store)
    summary = next(line for line in lines if line.startswith("store: "))
    people = "1 person" if held.people == 1 else f"{held.people:,} people"
    assert f": {people}, " in summary
    assert f" from {held.first} to {held.last}" in summary
    assert lines[-1] == f"open it with: termstats --store '{store}'"


def test_an_import_says_what_the_source_lacks(tmp_path: Path, capsys: Capture) -> None:
    source = SOURCES["oppia"](tmp_path)
    assert cli.main(["import", "oppia", str(source), "--store", str(tmp_path / "s.db")]) == 0
    lacks = [line for line in capsys.readouterr().err.splitlines() if "not in the source" in line]
    assert len(lacks) == 1 and "table " in lacks[0]


def test_config_alone_names_file_settings_and_keys(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "config.toml"  # as the fixture of this folder says
    out = prints(["config"], capsys)
    assert f"{path} (not there yet)" in out and "set: nothing" in out
    path.write_text(
        'store = "mysql://me:secret@host/db"\nascii = true\n[look]\ntheme = "light"\n',
        encoding="utf-8",
    )
    path.chmod(0o600)
    out = prints(["config"], capsys)
    assert "not there yet" not in out and "secret" not in out
    assert "  ascii = true" in out and '  [look] "theme" = "light"' in out
    for key in ("store", "viewer", "period", "export_folder", "low_bandwidth", "mouse"):
        assert f"  {key} = " in out
