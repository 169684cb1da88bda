"""What loads what: the data layer no terminal, `--help` nothing heavy."""

import subprocess
import sys

import pytest

HEAVY = ("sqlalchemy", "textual", "rich", "plotext", "rapidfuzz", "pyroaring", "aiosqlite")


def loaded_by(code: str) -> set[str]:
    out = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    return {name.partition(".")[0] for name in out.split()}


def test_the_data_layer_loads_no_terminal() -> None:
    code = (
        "import importlib, pkgutil, termstats.data as data\n"
        "for found in pkgutil.walk_packages(data.__path__, 'termstats.data.'):\n"
        "    if not found.name.endswith('__main__'): importlib.import_module(found.name)"
    )
    loaded = loaded_by(code)
    assert "sqlalchemy" in loaded
    assert loaded.isdisjoint({"textual", "rich", "plotext", "textual_plotext", "click"})


@pytest.mark.parametrize("words", [["--help"], ["report", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    code = (
        "import contextlib, io\nfrom termstats.cli.main import main\n"
        f"with contextlib.redirect_stdout(io.StringIO()): main({words!r})"
    )
    loaded = loaded_by(code)
    assert "click" in loaded
    assert loaded.isdisjoint(HEAVY)
