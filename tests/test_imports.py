"""What loads what: no circles, the data layer no terminal, `--help` nothing heavy."""

import subprocess
import sys
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

HEAVY = ("sqlalchemy", "textual", "rich", "plotext", "rapidfuzz", "pyroaring", "aiosqlite")

TIED = (
    ("termstats.screens.frame.palette", "termstats.app"),
    ("termstats.data.importers.sources.source_url", "termstats.data.importers.sources.opening"),
    ("termstats.data.importers.sources.mysqldump", "termstats.data.importers.sources.opening"),
    ("termstats.data.importers.opigno.base", "termstats.data.importers.opigno.content"),
)


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


def circle_of(imports: dict[str, set[str]]) -> list[str]:
    """Return modules that import each other in a circle, the first one again at the end."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = grimp.build_graph("termstats", cache_dir=None)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    for importer, imported in TIED:
        imports[importer].discard(imported)
    assert "termstats.data.model.table" in imports["termstats.data.model.writing"]
    assert circle_of(imports) == []


def test_a_circle_is_seen() -> None:
    imports = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}
    assert sorted(set(circle_of(imports))) == ["a", "b", "c"]
