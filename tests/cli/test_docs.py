"""The generated pages, and that the written ones tell the truth about commands."""

import re
from pathlib import Path

import click
import pytest

from termstats import keys
from termstats.cli import docs
from termstats.cli import main as cli
from termstats.cli.commands import COMMANDS
from termstats.data.figures.definition.registry import figures
from tests.shared import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_pages_are_written_once_and_then_up_to_date(tmp_path: Path) -> None:
    assert docs.stale(tmp_path) == list(docs.PAGES)
    assert docs.write(tmp_path) == list(docs.PAGES)
    assert docs.stale(tmp_path) == []
    (tmp_path / "keys.md").write_text("by hand")
    assert docs.stale(tmp_path) == ["keys.md"]


def test_nothing_is_left_out() -> None:
    page = docs.figures_page()
    missing = [name for name in figures() if f"### {name}\n" not in page]
    assert missing == []
    assert all(f.definition for f in figures().values())
    assert all(f"## termstats {name}\n" in docs.command_page() for name in COMMANDS)
    assert all(f"| {key.id} |" in docs.keys_page() for key in (*keys.APP, *keys.SCREEN))


def test_wrong_words_are_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert docs.main(["wirte"]) == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_pages_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in re.findall(r"^(?:\w+=\S+ )?termstats ([^`\n#]+)", text, flags=re.MULTILINE):
        words = line.partition(" #")[0].split()
        known = {option for param in cli.cli.params for option in param.opts}
        command: click.Command | None = cli.cli
        for word in words:
            if not isinstance(command, click.Group):
                break
            command = command.get_command(click.Context(command), word)
            if command is not None:
                known |= {option for param in command.params for option in param.opts}
        unknown = {word.partition("=")[0] for word in words if word.startswith("-")} - known - {"-"}
        assert not unknown, line


def test_figures_in_pages_exist() -> None:
    for page in PAGES:
        for name in re.findall(r"termstats report (\w+\.[\w-]+)", page.read_text(encoding="utf-8")):
            assert name in figures(), f"{page.name}: {name}"


def test_make_targets_in_pages_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    for page in PAGES:
        for name in re.findall(r"`?\bmake ([a-z-]+)[`\s]", page.read_text(encoding="utf-8")):
            if f"`make {name}`" in page.read_text(encoding="utf-8"):
                assert name in targets, f"{page.name}: make {name}"


def test_paths_in_contributing_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:[a-z_]+/)+(?:\w+\.py)?|\w+\.py)`", text)
    assert "data/figures/" in paths and "keys.py" in paths
    roots = [ROOT, ROOT / "src" / "termstats"]
    names = {path.name for root in ("src", "tests") for path in (ROOT / root).rglob("*.py")}
    missing = [path for path in paths if not any((root / path).exists() for root in roots)]
    assert [path for path in missing if path not in names] == []
