"""What loads what: no circles, the data layer no terminal, `--help` nothing heavy."""

import subprocess
import sys
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

HEAVY = ("sqlalchemy", "textual", "rich", "plotext", "rapidfuzz", "pyroaring", "aiosqlite")


def modules_loaded_by(code: str) -> set[str]:
    out = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    return set(out.split())


def loaded_by(code: str) -> set[str]:
    """Return the packages that are loaded once the code has run."""
    return {name.partition(".")[0] for name in modules_loaded_by(code)}


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


def test_the_frame_is_painted_before_what_is_heavy_is_loaded() -> None:
    loaded = modules_loaded_by("import termstats.starting, termstats.screens.frame.first_frame")
    assert "textual.app" in loaded
    packages = {name.partition(".")[0] for name in loaded}
    assert packages.isdisjoint(set(HEAVY) - {"textual", "rich"})
    rooms = ("termstats.screens.dialogs", "termstats.screens.levels", "termstats.widgets.charts")
    assert not [name for name in loaded if name.startswith((*rooms, "termstats.data.query"))]


def test_dialogs_are_loaded_when_one_is_opened() -> None:
    loaded = modules_loaded_by(
        "import termstats.screens.opening, termstats.screens.levels.global_screen"
    )
    assert "termstats.screens.frame.level_screen" in loaded
    assert not [name for name in loaded if name.startswith("termstats.screens.dialogs.")]
    assert not [name for name in loaded if name.startswith("termstats.widgets.picking.")]


def test_charts_are_loaded_when_one_is_drawn() -> None:
    loaded = loaded_by("import termstats.screens.opening, termstats.widgets.charts.kinds")
    assert "textual" in loaded
    assert loaded.isdisjoint({"plotext", "textual_plotext"})


def test_the_dashboard_loads_no_orm() -> None:
    loaded = modules_loaded_by("import termstats.screens.opening")
    assert "sqlalchemy.engine" in loaded
    assert not [name for name in loaded if name.startswith("sqlalchemy.orm")]


TOLD_OF_IMPORTERS = {"termstats.data.importers", "termstats.data.importers.records"}
"""What platforms record: words alone, from which screens know what a store can never show."""


@pytest.mark.parametrize(
    "code",
    [
        "import contextlib, io\nfrom termstats.cli.main import main\n"
        "with contextlib.redirect_stdout(io.StringIO()): main(['--help'])",
        "import termstats.starting, termstats.cli.dashboard, termstats.screens.opening",
    ],
    ids=("help", "dashboard"),
)
def test_neither_help_nor_dashboard_loads_an_importer(code: str) -> None:
    loaded = modules_loaded_by(code)
    assert "termstats.cli" in loaded
    importers = {name for name in loaded if name.startswith("termstats.data.importers")}
    assert importers <= TOLD_OF_IMPORTERS


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
    assert "termstats.data.model.table" in imports["termstats.data.model.writing"]
    assert circle_of(imports) == []


def test_a_circle_is_seen() -> None:
    imports = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}
    assert sorted(set(circle_of(imports))) == ["a", "b", "c"]


OPENING = """
import asyncio
from termstats.app import TermStatsApp
from termstats.data.query.scope import EVERYTHING
from termstats.data.store.opening import open_store
from termstats.paths import sample_store
from termstats.screens.frame.session import begin
from termstats.screens.frame.start import Options, StartAt

async def open_dashboard():
    store = await open_store(sample_store())
    try:
        app = TermStatsApp(await begin(store, EVERYTHING, StartAt(), Options()))
        async with app.run_test(size=(120, 40)) as pilot:
            while any(panel.table is None for panel in app.screen.panels.values()) or (
                not app.screen.panels
            ):
                await app.workers.wait_for_complete()
                await pilot.pause()
    finally:
        await store.close()

asyncio.run(open_dashboard())
"""


def test_the_dashboard_opens_without_what_it_does_not_show() -> None:
    loaded = modules_loaded_by(OPENING)
    figures = "termstats.data.figures"
    assert f"{figures}.learning.activity" in loaded
    others = ("backoffice", "collaboration", "reconcile", "learning.training", "learning.learner")
    rooms = [f"{figures}.{room}." for room in (*others, "learning.class_")]
    rooms += ["termstats.data.importers", "termstats.data.platform_pages"]
    rooms += ["termstats.data.snapshots", "termstats.data.sample"]
    unwanted = {name for name in loaded if f"{name}.".startswith(tuple(rooms))}
    known = {f"{figures}.backoffice", f"{figures}.backoffice.context_parts"}
    assert unwanted <= known | TOLD_OF_IMPORTERS


def test_help_loads_little_beside_click() -> None:
    """Keep `--help` under five times the start of Python: click alone takes four of them."""
    code = (
        "import contextlib, io\nfrom termstats.cli.main import main\n"
        "with contextlib.redirect_stdout(io.StringIO()): main(['--help'])"
    )
    beside_click = loaded_by(code) - loaded_by("import click")
    assert "termstats" in beside_click
    assert beside_click.isdisjoint({"asyncio", "dataclasses", "logging", "pathlib", "shutil"})
