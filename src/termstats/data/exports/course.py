"""Exports a training whole: its event log, and a file for every quiz and feedback it ever had."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace

from termstats.data.exports.layouts import (
    Content,
    Layout,
    feedback_layout,
    log_layout,
    quiz_layout,
)
from termstats.data.figures.definition.all_pages import PAGE, pages_of
from termstats.data.figures.definition.registry import find_figure
from termstats.data.figures.definition.run import run_figure
from termstats.data.figures.definition.small_groups import check_groups
from termstats.data.figures.learning.training.quizzes import FEEDBACK
from termstats.data.model.audit import Deed
from termstats.data.model.entity import Entity
from termstats.data.model.file_names import numbered, safe_part
from termstats.data.model.new_folders import NewFiles
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Row, Table, count, words
from termstats.data.model.writing import CsvFile, CsvStyle
from termstats.data.query.auditing import wanted_for
from termstats.data.query.names import names_of_parts
from termstats.data.query.scope import Scope
from termstats.data.store.opening import Store

LOG, QUIZZES = "training.tracker-log", "training.quizzes"
QUIZ_RESPONSES, FEEDBACK_RESPONSES = "training.quiz-responses", "training.feedback-responses"
_LIST = (
    words("file"),
    words("kind"),
    words("title"),
    words("module_id"),
    words("version"),
    words("digest"),
    count("current"),
    count("rows"),
)
"""Columns of `contents.csv`."""

Progress = Callable[[str, int, int | None], None]
"""Is told the file that is being written, its rows so far, and how many there will be, if known."""


@dataclass(frozen=True)
class Exported:
    """What was written: the names and rows of the files, and what must be known of them all."""

    rows: dict[str, int]
    """File of data -> its rows."""
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Part:
    """A quiz or feedback of the training, as `training.quizzes` lists it."""

    module: Entity
    kind: str
    attempts: int
    content: Content
    cells: Row
    """Of `contents.csv`, between the name of the file and its rows."""

    @property
    def is_feedback(self) -> bool:
        return self.kind == FEEDBACK

    @property
    def figure(self) -> str:
        return FEEDBACK_RESPONSES if self.is_feedback else QUIZ_RESPONSES

    @property
    def layout(self) -> Layout:
        return (feedback_layout if self.is_feedback else quiz_layout)(self.content)


async def export_course(
    store: Store,
    scope: Scope,
    request: Request,
    files: NewFiles,
    progress: Progress,
    style: CsvStyle = CsvStyle(),  # noqa: B008 - frozen
) -> Exported:
    """Write everything about the training of `request` that figures know event by event.

    Rows are those of the figures: the same scope, population, period and clock. They are written as
    they are read, a page at a time. `contents.csv` lists the files, `about.txt` says what holds
    for all of them.

    Raises:
        UsageError: `request` names no training.
        NotAllowed: the viewer may not see it.
        StoreError: the store cannot be read.
        OSError: a file cannot be written.
    """
    check_groups(find_figure(LOG), request, scope)
    request = replace(request, limit=PAGE)
    store = wanted_for(store, Deed.EXPORTED)
    parts = await _parts(store, scope, request)
    names = _names(parts)
    list_rows: list[Row] = []
    notes: dict[str, None] = {}
    about: Table | None = None
    plan: list[tuple[str, str, Request, Layout, int | None, Row]] = [
        ("activity-log.csv", LOG, request, log_layout, None, ("activity log", *[None] * 5))
    ]
    for name, part in zip(names, parts, strict=True):
        of_module = request.with_entity(Param.MODULE, part.module)
        plan.append((name, part.figure, of_module, part.layout, part.attempts, part.cells))
    for name, figure_id, asked, layout, total, cells in plan:
        pages = pages_of(store, figure_id, asked, scope)
        async with aclosing(pages) as given:
            first, rows = await _write(files, name, given, layout, total, progress, notes, style)
        about = about or first
        list_rows.append((name, *cells, rows))
    assert about is not None  # noqa: S101 - the log is always written
    _write_contents(files, about, list_rows, style)
    lines = _about(store, request, about, tuple(notes))
    with files.file("about.txt") as out:
        out.writelines(f"{line}\n" for line in lines)
    return Exported({str(row[0]): int(str(row[-1])) for row in list_rows}, tuple(notes))


async def _parts(store: Store, scope: Scope, request: Request) -> list[_Part]:
    table = await run_figure(store, QUIZZES, request, scope)
    training = request.entity(Param.TRAINING)
    modules = await names_of_parts(store, scope, Param.MODULE, "", training)
    entities = {named.entity.key: named.entity for named in modules}
    parts = []
    for row in table.rows:
        key, title, kind, version, digest, current, _questions, attempts = row
        parts.append(
            _Part(
                entities[str(key)],
                str(kind),
                int(str(attempts)),
                Content(version, digest),
                (kind, title, key, version, digest, current),
            )
        )
    return parts


def _names(parts: list[_Part]) -> list[str]:
    """Return the names of the files: no two alike, whatever titles hold."""
    taken: set[str] = set()
    names = []
    for part in parts:
        _kind, title, key, _version, _digest, current = part.cells
        age = () if current else ("old",)
        words = (*age, "feedback" if part.is_feedback else "quiz", str(key), str(title))
        stem = "-".join(filter(None, map(safe_part, words)))
        free = next(name for name in numbered(stem, ".csv") if name.casefold() not in taken)
        taken.add(free.casefold())
        names.append(free)
    return names


async def _write(
    files: NewFiles,
    name: str,
    pages: AsyncIterable[Table],
    layout: Layout,
    total: int | None,
    progress: Progress,
    notes: dict[str, None],
    style: CsvStyle,
) -> tuple[Table, int]:
    """Write the pages of a figure and return the first one, and the number of rows."""
    first, rows = None, 0
    progress(name, 0, total)
    with files.file(name) as out:
        file = CsvFile(out, style)
        async for page in pages:
            first = first or page
            notes.update(dict.fromkeys(page.notes))
            file.add(layout(page))
            rows += len(page.rows)
            progress(name, rows, total)
    assert first is not None  # noqa: S101 - every figure has a page
    return first, rows


def _write_contents(files: NewFiles, about: Table, rows: list[Row], style: CsvStyle) -> None:
    with files.file("contents.csv") as out:
        CsvFile(out, style).add(replace(about, columns=_LIST, rows=tuple(rows), keys=()))


def _about(store: Store, request: Request, about: Table, notes: tuple[str, ...]) -> Iterator[str]:
    """Yield what holds for all files, a line each."""
    training = request.entity(Param.TRAINING)
    assert training is not None  # noqa: S101 - the figures need it
    yield f"{training.name} (id {training.key}), {store.info.name}"
    yield f"period: {about.period} {about.zone}, {about.as_of}"
    yield "responses: of the whole time up to the end of the period"
    yield f"who: {about.population}"
    yield f"dates: {date_basis(store, request)}, in {about.zone}"
    yield "durations: seconds; no value: an empty cell; percentages: 0 to 100"
    for note in notes:
        yield f"note: {note}"


def date_basis(store: Store, request: Request) -> str:
    """Return by which clock things are dated, in words."""
    if not store.info.two_clocks:
        return "when it happened, as the platform recorded it"
    if request.server_clock:
        return "when the server received it"
    return "when it happened by the device's clock; where that is impossible, when it was received"
