"""The figures of the small world: their columns, and rows for any request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from termstats.data.figures.definition.figure import Figure, Level, Rows
from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.request import Param, Request
from termstats.data.model.table import (
    Cell,
    Chart,
    Column,
    Destination,
    Kind,
    Line,
    count,
    day,
    ident,
    moment,
    number,
    percent,
    seconds,
    words,
)

TODAY = date(2026, 11, 20)
T, L, C, M, A = Param.TRAINING, Param.LEARNER, Param.CLASS, Param.MODULE, Param.ATTEMPT
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
        behind=(),
        paged=paged,
        unit="",
        sparks=tuple((card, name) for card, name in declared.sparks if name in names),
    )


Answer = Callable[[Request], Sequence[Sequence[Cell]]]
FIGURES: dict[str, tuple[Figure, Answer]] = {}


def _add(figure: Figure, rows: Answer | Sequence[Sequence[Cell]]) -> None:
    FIGURES[figure.id] = (figure, rows if callable(rows) else lambda request: rows)


_CHART = Line("day", ("users",))
_TO_LEARNER = Destination("learner", (("learner", "learner_id"),))


def _fill() -> None:
    """Make the figures of all levels."""
    _add_what_levels_share()
    _add_global_figures()
    _add_learner_figures()
    _add_attempts()
    _add_wrong_answers()
    _add(_figure("class.progress", "Progress", _SERIES, (C,), _CHART), _series)
    _add(
        _figure("training.learners", "Learners", _LEARNERS, (T,), row_opens=_TO_LEARNER),
        _LEARNER_ROWS,
    )
    _add(_figure("backoffice.actions", "Actions", _SERIES, chart=_CHART), _series)
    start = datetime(2026, 11, 20, tzinfo=UTC)
    _add(
        _figure("backoffice.log", "Log", (moment("timestamp"), words("action")), paged=True),
        [(start - timedelta(minutes=n), f"action {n}") for n in range(450)],
    )


def _add_what_levels_share() -> None:
    subjects: dict[str, tuple[Param, ...]] = {"training": (T,), "learner": (L,), "class": (C,)}
    for level in Level:
        needs = subjects.get(level, ())
        _add(_figure(f"{level}.totals", "Totals", _TOTALS, needs), TOTALS)
        if level is not Level.BACKOFFICE:
            _add(_figure(f"{level}.activity", "Activity", _SERIES, needs, _CHART), _series)


def _add_global_figures() -> None:
    _add(_figure("global.active-users", "Active users", _SERIES, chart=_CHART), _series)
    _add(
        _figure(
            "global.trainings",
            "Trainings",
            _TRAININGS,
            row_opens=Destination("training", (("training", "training_id"),)),
        ),
        TRAINING_ROWS,
    )
    _add(
        _figure("global.top-learners", "Top learners", _LEARNERS, row_opens=_TO_LEARNER),
        _LEARNER_ROWS,
    )
    to_class = Destination("class", (("class", "class_id"),))
    _add(
        _figure(
            "global.classes", "Classes", (ident("class_id"), words("class")), row_opens=to_class
        ),
        (("north", "North"),),
    )


def _add_learner_figures() -> None:
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
            row_opens=Destination("learner.attempts", (("module", "module_id"),)),
        ),
        MODULE_ROWS,
    )


WRONG_ROWS: tuple[tuple[Cell, ...], ...] = (
    ("fire", "a3", "Fire", 2, "Which extinguisher for oil?", "Water", "wrong", "Foam or CO2", 0, 5),
    ("fire", "a3", "Fire", 3, "Name two exits", "North", "partly", "North; South", 2, 5),
)


def _add_wrong_answers() -> None:
    _add(
        _figure(
            "learner.wrong-answers",
            "Wrong answers",
            (
                ident("module_id"),
                ident("attempt_id"),
                words("module"),
                count("position"),
                words("question"),
                words("answer"),
                words("state"),
                words("correct_answer"),
                number("points"),
                number("max"),
            ),
            (L, T),
            row_opens=Destination(
                "learner.answers", (("module", "module_id"), ("attempt", "attempt_id"))
            ),
        ),
        lambda request: WRONG_ROWS if _is_about(request, "t1") else (),
    )
    _add(
        _figure(
            "learner.answers-of-all",
            "How all answered",
            (
                count("position"),
                words("question"),
                count("responses"),
                count("correct"),
                percent("right"),
                count("same"),
            ),
            (L, A),
        ),
        ((2, "Which extinguisher for oil?", 118, 37, 31.4, 48),),
    )


def _is_about(request: Request, training: str) -> bool:
    chosen = request.entity(T)
    return chosen is not None and chosen.key == training


def _add_attempts() -> None:
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


_fill()
