"""How the files of a course export look: the columns of OppiaMobile's own export, then ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from termstats.data.model.table import Cell, Column, Kind, Table
from termstats.data.model.text import clean

_RESPONSE, _SCORE = "_response", "_score"
"""How the columns of a question end in the figures of responses."""
_LOG = (
    ("Date", "at"),
    ("UserId", "learner_id"),
    ("Type", "type"),
    ("Activity Title", "activity"),
    ("Section Title", "section"),
    ("Time Taken", "time_taken"),
    ("IP Address", "ip"),
    ("User Agent", "agent"),
    ("Language", "language"),
    ("username", "username"),
    ("version", "version"),
    ("digest", "digest"),
    ("completed", "completed"),
    ("score", "score"),
)
_WHO = (("Date", "finished"), ("UserId", "learner_id"), ("Username", "username"))
_QUIZ = (*_WHO, ("Max Score", "max"), ("User Score", "points"))
_QUIZ_OURS = (("completed", "passed"), ("score", "score"))


@dataclass(frozen=True)
class Content:
    """What was asked: the same in every row of its file."""

    version: Cell
    """Of a quiz only where an attempt does not say in which one it was made."""
    digest: Cell


Layout = Callable[[Table], Table]
"""Makes the page of a file of the page of a figure."""


def log_layout(page: Table) -> Table:
    """Return a page of the event log with the columns of the file."""
    return _picked(page, _LOG)


def quiz_layout(content: Content) -> Layout:
    """Return the layout of the responses to one quiz."""

    def layout(page: Table) -> Table:
        asked: list[tuple[str, str]] = []
        for column in _questions(page):
            score = column.name.removesuffix(_RESPONSE) + _SCORE
            asked += [(clean(column.help), column.name), ("Question Score", score)]
        names = (*_QUIZ, *asked)
        return _with_versions(page, _picked(page, names, content, _QUIZ_OURS), len(names))

    return layout


def feedback_layout(content: Content) -> Layout:
    """Return the layout of the responses to one feedback."""

    def layout(page: Table) -> Table:
        asked = [(clean(column.help), column.name) for column in _questions(page)]
        return _picked(page, (*_WHO, *asked), content)

    return layout


def _questions(page: Table) -> list[Column]:
    return [column for column in page.columns if column.name.endswith(_RESPONSE)]


def _picked(
    page: Table,
    names: Sequence[tuple[str, str]],
    content: Content | None = None,
    ours: Sequence[tuple[str, str]] = (),
) -> Table:
    """Return the columns of a page named so, (name in the file, name in the figure).

    `content` stands behind `names`, `ours` behind that.
    """
    first, last = _places(page, names), _places(page, ours)
    columns = [_named(page, place) for place in (*names, *ours)]
    if content is None:
        rows = list(zip(*_cells(page, first), strict=True))
        return replace(page, columns=tuple(columns), rows=tuple(rows), keys=())
    middle = (content.version, content.digest)
    columns[len(names) : len(names)] = [Column(n, Kind.TEXT) for n in ("version", "digest")]
    same = ([cell] * len(page.rows) for cell in middle)
    rows = list(zip(*_cells(page, first), *same, *_cells(page, last), strict=True))
    return replace(page, columns=tuple(columns), rows=tuple(rows), keys=())


def _with_versions(page: Table, picked: Table, at: int) -> Table:
    """Return picked columns with the version that each attempt says, where it does, at `at`."""
    own = page.column("version")
    rows = [
        (*row[:at], version or row[at], *row[at + 1 :])
        for row, version in zip(picked.rows, own, strict=True)
    ]
    return replace(picked, rows=tuple(rows))


def _places(page: Table, names: Sequence[tuple[str, str]]) -> list[int]:
    return [page.position(name) for _shown, name in names]


def _cells(page: Table, places: Sequence[int]) -> list[Sequence[Cell]]:
    """Return the cells of the columns at `places`."""
    columns = list(zip(*page.rows, strict=True)) or [()] * len(page.columns)
    return [columns[at] for at in places]


def _named(page: Table, place: tuple[str, str]) -> Column:
    shown, name = place
    return replace(page.columns[page.position(name)], name=shown)
