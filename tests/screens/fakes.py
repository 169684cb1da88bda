"""A small world for tests of screens: figures that answer at once, late, or never."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from termstats.app import TermStatsApp
from termstats.data.figures.definition import registry
from termstats.data.figures.definition.figure import Level
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.entity import Entity
from termstats.data.model.errors import UsageError
from termstats.data.model.filter_base import Filter
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.model.table import (
    Cell,
    Table,
)
from termstats.data.model.units import DayNumber, RowId, Second
from termstats.data.query.places import Place, Places
from termstats.data.query.scope import EVERYTHING, Scope
from termstats.data.query.search import Hit
from termstats.data.store.opening import Store, StoreInfo
from termstats.data.store.settings import SourceInfo
from termstats.screens.frame.session import Session
from termstats.screens.frame.start import Options
from termstats.screens.frame.view import View
from tests.screens.fake_figures import FIGURES, TODAY, TOTAL_KINDS
from tests.screens.fake_figures import A as A
from tests.screens.fake_figures import C as C
from tests.screens.fake_figures import L as L
from tests.screens.fake_figures import M as M
from tests.screens.fake_figures import T as T

AS_OF = int(datetime(2026, 11, 20, 18, 0, tzinfo=UTC).timestamp())


def _numbered(*keys_and_names: tuple[str, str]) -> list[Entity]:
    return [Entity(RowId(n), key, name) for n, (key, name) in enumerate(keys_and_names, start=1)]


THINGS: dict[Param, list[Entity]] = {
    T: _numbered(("t1", "Safety Basics"), ("t2", "First Aid")),
    L: _numbered(("ana", "Ana Alvarez"), ("ben", "Ben Bauer"), ("cho", "Cho Chen")),
    C: _numbered(("north", "North")),
    M: _numbered(("intro", "Intro"), ("fire", "Fire")),
    A: _numbered(("a1", "attempt 1"), ("a2", "attempt 2"), ("a3", "attempt 1")),
}
LEVELS = {T: "training", L: "learner", C: "class"}


@dataclass
class World:
    """Remembers what was asked; `rows`, `slow` and `broken` change single figures."""

    asked: list[tuple[str, Request]] = field(default_factory=list)
    rows: dict[str, Sequence[Sequence[Cell]]] = field(default_factory=dict)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    stopped: list[str] = field(default_factory=list)
    pages: dict[str, int] = field(default_factory=dict)
    """Figure -> rows per page."""

    async def run_figure(
        self, store: Store, figure_id: str, request: Request, scope: Scope | None = None
    ) -> Table:
        """Answer as the data layer would."""
        self.asked.append((figure_id, request))
        try:
            if figure_id in self.gates:
                await self.gates[figure_id].wait()
        except asyncio.CancelledError:
            self.stopped.append(figure_id)
            raise
        if figure_id in self.broken:
            raise UsageError(self.broken[figure_id])
        figure = find_figure(figure_id)
        rows = self.rows.get(figure_id) or FIGURES[figure_id][1](request)
        after = None
        if size := self.pages.get(figure_id):
            start = int(request.after or 0)
            after = str(start + size) if start + size < len(rows) else None
            rows = rows[start : start + size]
        return Table(
            figure_id,
            figure.title,
            figure.columns,
            tuple(tuple(row) for row in rows),
            notes=("a note",),
            chart=figure.chart,
            row_opens=figure.row_opens,
            empty=f"No {figure.title.lower()} in this period. Press ] for the next one.",
            row_kinds=TOTAL_KINDS if figure_id.endswith(".totals") else (),
            period=request.period.describe(),
            as_of="as of 2026-11-20 18:00",
            population="412 of 431 people (not 12 staff, 5 deleted, 2 excluded)",
            after=after,
            params=request.words,
            noun=figure.noun,
        )


async def resolve(
    store: Store, scope: Scope, param: Param, text: str, training: Entity | None = None
) -> Entity:
    """Find by key."""
    for entity in THINGS[param]:
        if entity.key == text:
            return entity
    raise UsageError(f"no {param} {text!r}")


async def parse(store: Store, scope: Scope, text: str) -> tuple[Filter, ...]:
    """Understand no filter at all."""
    if text:
        raise UsageError(f"{text!r}: write FIELD=VALUE")
    return ()


async def without_dates(store: Store, class_: Entity) -> None:
    """No class has dates of its own."""


async def search(store: Store, scope: Scope, text: str, limit: int = 20) -> list[Hit]:
    """Find by the beginning of a name."""
    return [
        Hit(LEVELS[param], entity, f"id {entity.key}", 95.0, "person" if param is L else str(param))
        for param in (L, T, C)
        for entity in THINGS[param]
        if len(text) > 1 and entity.name.lower().startswith(text.lower())
    ]


async def places_of(store: Store, scope: Scope, hits: Sequence[Hit]) -> Places:
    """Everybody is in North, and was seen on the first days of November, the last one never."""
    return {
        (hit.level, hit.entity.id): Place(
            "North" if hit.kind == "person" else "41 learners",
            date(2026, 11, hit.entity.id) if hit.entity.id < len(THINGS[L]) else None,
        )
        for hit in hits
    }


INFO = StoreInfo(
    name="Academy",
    location="academy.sqlite3",
    zone=ZoneInfo("UTC"),
    sources=(
        SourceInfo(
            id=RowId(1), name="s", platform="sample", title="Academy", version=None, zone="UTC",
            as_of=Second(AS_OF), first_day=DayNumber(20000), last_day=DayNumber(20777),
            two_clocks=False, has_time=True, has_clock=True, rules={}, report={},
        ),
    ),
    is_sample=True,
)  # fmt: skip


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Put the small world in the place of the data layer for one test."""
    return small_world(monkeypatch)


def small_world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Put the small world in the place of the data layer."""
    made = World()
    known = {name: figure for name, (figure, _) in FIGURES.items()}
    monkeypatch.setattr(registry, "REGISTRY", known)
    monkeypatch.setattr(registry, "load_rooms", lambda first_word: None)
    monkeypatch.setattr(registry, "figures", lambda: known)
    monkeypatch.setattr("termstats.screens.backoffice.filters.parse", parse)
    asking = (
        "frame.loading",
        "pages.answers",
        "levels.learner",
        "opening",
        "backoffice.belonging",
        "backoffice.filters",
    )
    for module in ("data.figures.definition.all_pages", *(f"screens.{name}" for name in asking)):
        monkeypatch.setattr(f"termstats.{module}.run_figure", made.run_figure)
    for module in ("screens.frame.row_keys", "screens.pages.answers"):
        monkeypatch.setattr(f"termstats.{module}.resolve", resolve)
    monkeypatch.setattr("termstats.screens.frame.class_window.class_period", without_dates)
    monkeypatch.setattr("termstats.screens.dialogs.search.search", search)
    monkeypatch.setattr("termstats.screens.dialogs.search.places_of", places_of)
    return made


def make_app(
    level: Level = Level.GLOBAL,
    chosen: dict[Param, Entity] | None = None,
    folder: Path = Path("/dev/null/exports"),
    scope: Scope = EVERYTHING,
    **options: Any,
) -> TermStatsApp:
    """Return the dashboard on the small world."""
    store = Store(cast("Any", None), INFO)
    view = View(parse_period("30d", TODAY))
    session = Session(
        store, scope, replace(Options(export_folder=folder), **options), view, dict(chosen or {})
    )
    return TermStatsApp(session, level)
