"""A small world for tests of screens: figures that answer at once, late, or never."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from termstats.app import TermStatsApp
from termstats.data.figures.definition import registry
from termstats.data.figures.definition.figure import Figure, Level, Rows
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.entity import Entity
from termstats.data.model.errors import UsageError
from termstats.data.model.period_text import parse_period
from termstats.data.model.request import Param, Request
from termstats.data.model.table import (
    Cell,
    Chart,
    Column,
    Destination,
    Kind,
    Line,
    Table,
    count,
    day,
    ident,
    moment,
    number,
    percent,
    seconds,
    words,
)
from termstats.data.model.units import DayNumber, Second
from termstats.data.query.scope import EVERYTHING, Scope
from termstats.data.query.search import Hit
from termstats.data.store.opening import SourceInfo, Store, StoreInfo
from termstats.screens.frame.session import Session
from termstats.screens.frame.start import Options
from termstats.screens.frame.view import View

TODAY = date(2026, 11, 20)
AS_OF = int(datetime(2026, 11, 20, 18, 0, tzinfo=UTC).timestamp())
T, L, C, M, A = Param.TRAINING, Param.LEARNER, Param.CLASS, Param.MODULE, Param.ATTEMPT

THINGS: dict[Param, list[Entity]] = {
    T: [Entity(1, "t1", "Safety Basics"), Entity(2, "t2", "First Aid")],
    L: [
        Entity(1, "ana", "Ana Alvarez"),
        Entity(2, "ben", "Ben Bauer"),
        Entity(3, "cho", "Cho Chen"),
    ],
    C: [Entity(1, "north", "North")],
    M: [Entity(1, "intro", "Intro"), Entity(2, "fire", "Fire")],
    A: [Entity(1, "a1", "attempt 1"), Entity(2, "a2", "attempt 2"), Entity(3, "a3", "attempt 1")],
}
TRAINING_ROWS = (("t1", "Safety Basics", 118, 71.0), ("t2", "First Aid", 40, 20.0))
MODULE_ROWS = (
    ("intro", "Intro", 2, "passed", 80.0, 50.0),
    ("fire", "Fire", 1, "failed", 35.0, 50.0),
)
ANSWER_ROWS: tuple[tuple[Cell, ...], ...] = (
    (1, "Where is the assembly point?", "Car park", "Car park", "correct", 5, 5),
    (2, "Which extinguisher for oil?", "Water", "Foam or CO2", "wrong", 0, 5),
    (3, "Name two exits", "North", "North; South", "partly", 2, 5),
    (4, "Describe an evacuation you led", "In May we...", None, "pending", None, 5),
)
TOTALS = (
    ("users", 412, 409, 3),
    ("new_users", 18, 20, -2),
    ("active_users", 231, 219, 12),
    ("progress", 64.0, 62.0, 2.0),
    ("completion", 32.0, 31.0, 1.0),
    ("never_started", 57, 61, -4),
)
TOTAL_KINDS = (Kind.COUNT, Kind.COUNT, Kind.COUNT, Kind.PERCENT, Kind.PERCENT, Kind.COUNT)
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
        )


def _series(request: Request) -> list[tuple[Cell, ...]]:
    first = request.period.first
    return [(first + timedelta(days=n), 30 + n % 7) for n in range(request.period.days)]


def _attempts(request: Request) -> list[tuple[Cell, ...]]:
    at = datetime(2026, 11, 12, 14, 3, tzinfo=UTC)
    module = request.entity(M)
    if module and module.key == "intro":
        return [
            ("a1", 1, at, 60.0, 6, 10, "passed", 300),
            ("a2", 2, at, 80.0, 8, 10, "passed", 200),
        ]
    return [("a3", 1, at, 35.0, 7, 20, "failed", 300)]


_SERIES = (day("day"), count("users"))
_TRAININGS = (ident("training_id"), words("training"), count("learners"), percent("progress"))
_OWN_TRAININGS = (
    ident("training_id"),
    words("training"),
    words("state"),
    percent("score"),
    day("last_activity"),
)
_LEARNERS = (ident("learner_id"), words("learner"), words("state"), percent("progress"))
_LEARNER_ROWS = (
    ("ana", "Ana Alvarez", "passed", 100.0),
    ("ben", "Ben Bauer", "in progress", 60.0),
    ("cho", "Cho Chen", "not started", 0.0),
)
_TOTALS = (
    words("metric"),
    Column("value", Kind.VALUE),
    Column("previous", Kind.VALUE),
    Column("change", Kind.VALUE),
)


def _figure(
    id: str,  # noqa: A002
    title: str,
    columns: Sequence[Column],
    needs: tuple[Param, ...] = (),
    chart: Chart | None = None,
    row_opens: Destination | None = None,
    paged: bool = False,
) -> Figure:
    async def compute(query: Any) -> Rows:
        """Counted people with any activity, per day."""
        raise NotImplementedError

    names = {column.name for column in columns}
    declared = find_figure(id)
    return replace(
        declared,
        title=title,
        columns=tuple(columns),
        compute=compute,
        needs=needs,
        chart=chart,
        row_opens=row_opens,
        number_opens=None,
        paged=paged,
        unit="",
        sparks=tuple((card, name) for card, name in declared.sparks if name in names),
    )


Answer = Callable[[Request], Sequence[Sequence[Cell]]]
FIGURES: dict[str, tuple[Figure, Answer]] = {}


def _add(figure: Figure, rows: Answer | Sequence[Sequence[Cell]]) -> None:
    FIGURES[figure.id] = (figure, rows if callable(rows) else lambda request: rows)


def _fill() -> None:
    chart = Line("day", ("users",))
    subjects: dict[str, tuple[Param, ...]] = {"training": (T,), "learner": (L,), "class": (C,)}
    for level in Level:
        needs = subjects.get(level, ())
        _add(_figure(f"{level}.totals", "Totals", _TOTALS, needs), TOTALS)
        if level is not Level.BACKOFFICE:
            _add(_figure(f"{level}.activity", "Activity", _SERIES, needs, chart), _series)
    _add(_figure("global.active-users", "Active users", _SERIES, chart=chart), _series)
    _add(_figure("backoffice.actions", "Actions", _SERIES, chart=chart), _series)
    _add(
        _figure(
            "global.trainings",
            "Trainings",
            _TRAININGS,
            row_opens=Destination("training", (("training", "training_id"),)),
        ),
        TRAINING_ROWS,
    )
    to_learner = Destination("learner", (("learner", "learner_id"),))
    _add(
        _figure("global.top-learners", "Top learners", _LEARNERS, row_opens=to_learner),
        _LEARNER_ROWS,
    )
    to_class = Destination("class", (("class", "class_id"),))
    _add(
        _figure(
            "global.classes", "Classes", (ident("class_id"), words("class")), row_opens=to_class
        ),
        (("north", "North"),),
    )
    _add(_figure("class.progress", "Progress", _SERIES, (C,), chart), _series)
    _add(
        _figure("training.learners", "Learners", _LEARNERS, (T,), row_opens=to_learner),
        _LEARNER_ROWS,
    )
    _add(
        _figure(
            "learner.trainings",
            "Trainings",
            _OWN_TRAININGS,
            (L,),
            row_opens=Destination("learner.modules", (("training", "training_id"),)),
        ),
        (
            ("t2", "First Aid", "not started", None, None),
            ("t1", "Safety Basics", "failed", 35.0, TODAY),
        ),
    )
    _add(
        _figure("learner.profile", "Profile", (words("field"), words("value")), (L,)),
        (("name", "Ben Bauer"), ("username", "ben"), ("last access", "2026-11-19")),
    )
    module = (("learner", "learner_id"), ("module", "module_id"))
    _add(
        _figure(
            "learner.modules",
            "Modules",
            (
                ident("module_id"),
                words("module"),
                count("attempts"),
                words("state"),
                percent("score"),
                percent("pass_mark"),
            ),
            (L, T),
            row_opens=Destination("learner.attempts", module[1:]),
        ),
        MODULE_ROWS,
    )
    _add(
        _figure(
            "learner.attempts",
            "Attempts",
            (
                ident("attempt_id"),
                count("number"),
                moment("started"),
                percent("score"),
                number("points"),
                number("max"),
                words("state"),
                seconds("time_spent"),
            ),
            (L, M),
            row_opens=Destination("learner.answers", (("attempt", "attempt_id"),)),
        ),
        _attempts,
    )
    _add(
        _figure(
            "learner.answers",
            "Answers",
            (
                count("position"),
                words("question"),
                words("answer"),
                words("correct_answer"),
                words("state"),
                number("points"),
                number("max"),
            ),
            (L, A),
        ),
        ANSWER_ROWS,
    )
    log = (moment("timestamp"), words("action"))
    start = datetime(2026, 11, 20, tzinfo=UTC)
    _add(
        _figure("backoffice.log", "Log", log, paged=True),
        [(start - timedelta(minutes=n), f"action {n}") for n in range(450)],
    )


_fill()


async def resolve(
    store: Store, scope: Scope, param: Param, text: str, training: Entity | None = None
) -> Entity:
    """Find by key."""
    for entity in THINGS[param]:
        if entity.key == text:
            return entity
    raise UsageError(f"no {param} {text!r}")


async def search(store: Store, scope: Scope, text: str, limit: int = 20) -> list[Hit]:
    """Find by the beginning of a name."""
    return [
        Hit(LEVELS[param], entity, f"id {entity.key}", 95.0, "person" if param is L else str(param))
        for param in (L, T, C)
        for entity in THINGS[param]
        if len(text) > 1 and entity.name.lower().startswith(text.lower())
    ]


INFO = StoreInfo(
    name="Academy",
    location="academy.sqlite3",
    zone=ZoneInfo("UTC"),
    sources=(
        SourceInfo(
            id=1, name="s", platform="sample", title="Academy", version=None, zone="UTC",
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
    asking = (
        "frame.loading",
        "frame.panel_screen",
        "pages.answers",
        "opening",
        "backoffice.context",
    )
    for module in ("data.figures.definition.all_pages", *(f"screens.{name}" for name in asking)):
        monkeypatch.setattr(f"termstats.{module}.run_figure", made.run_figure)
    for module in ("screens.frame.row_keys", "screens.pages.answers"):
        monkeypatch.setattr(f"termstats.{module}.resolve", resolve)
    monkeypatch.setattr("termstats.screens.dialogs.search.search", search)
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
