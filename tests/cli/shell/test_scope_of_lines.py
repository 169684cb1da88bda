"""What each role meets in linear mode and in the export of a course: nothing out of scope."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest

from termstats.cli import main as cli
from termstats.data.figures.definition.registry import figures
from termstats.data.model.errors import EXIT_OK
from termstats.data.model.request import Param
from tests.cli.command import Capture
from tests.data.query.scope_world import VIEWERS, make_world, mark

KEYS = {
    Param.TRAINING: mark("id", "alpha"),
    Param.LEARNER: mark("id", "ana"),
    Param.CLASS: mark("class", "north"),
    Param.MODULE: mark("module", "alpha"),
    Param.ACTIVITY: mark("activity", "alpha"),
    Param.ATTEMPT: mark("attempt", "ana", "alpha"),
    Param.QUESTION: mark("question", "alpha"),
    Param.OBJECT: "dataset.q",
    Param.FUNCTION: "function.q",
    Param.USER: mark("id", "ben"),
}
WALK = (
    *("period all", "global", "numbers", "list", "training", "more all", "learner", "more all"),
    *("class", "more all", "backoffice", "list", "platform", "filter", "filter person", "where"),
    *("find name", "find title", "find class", "find dataset", "find username", "find ben"),
)
EACH = ("more all", "row 1", "open 1", "why", "back")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_world(tmp_path_factory.mktemp("lines")))


def strangers(text: str, viewer: str, typed: str = "") -> set[str]:
    folded = text.casefold()
    return {each for each in VIEWERS[viewer].forbidden() if each in folded and each not in typed}


def lines_of() -> list[str]:
    """Return what is typed: each level and list, then each figure about things in scope or not."""
    shown = []
    for figure in figures().values():
        keys = " ".join(f"{each}={KEYS[each]}" for each in figure.params if each in KEYS)
        shown += [f"show {figure.id} {keys}".strip(), *EACH]
    return [*WALK, *shown]


@pytest.mark.slow
@pytest.mark.parametrize("viewer", VIEWERS)
def test_no_line_says_what_is_out_of_scope(
    world: Path, viewer: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    typed = "\n".join(lines_of())
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    cli.main(["--store", str(world), "--viewer", mark("username", viewer), "shell"])
    captured = capsys.readouterr()
    said = " ".join((captured.out + captured.err).split())  # a mark may be broken by no blank
    assert mark("name", "ana") in said.casefold()
    assert not strangers(said, viewer, typed)


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("training", ["alpha", "beta"])
def test_no_export_of_a_course_holds_what_is_out_of_scope(
    world: Path, tmp_path: Path, viewer: str, training: str, capsys: Capture
) -> None:
    folder, key = tmp_path / "course", mark("id", training)
    asked = ["--store", str(world), "--viewer", mark("username", viewer), "export", "course"]
    code = cli.main([*asked, "--training", key, "--period", "all", "-o", str(folder)])
    files = b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    captured = capsys.readouterr()
    assert not strangers(files.decode() + captured.out + captured.err, viewer, key)
    sees = training in VIEWERS[viewer].trainings and viewer != "ana"
    assert (code == EXIT_OK) is sees and bool(files) is sees
