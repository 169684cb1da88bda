"""Reads the files: which of them is what, by its columns, and their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from termstats.data.importers.moodle.base import title
from termstats.data.importers.moodle.files import dates, words
from termstats.data.importers.sources import cells, tabular
from termstats.data.importers.sources.file_names import files_of
from termstats.data.importers.sources.unpacking import plain_name
from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.errors import SourceError
from termstats.data.model.text import clean
from termstats.data.model.units import Second

LOG, GRADEBOOK, QUIZ = "log", "gradebook", "quiz"
"""What a file is, as the report calls it."""
NONE = ("", "-")
"""Cells that hold no value."""
_TITLES = ("context", "course")
"""Columns that may hold markup, and titles in several languages."""
_NEWEST_FIRST = 10**12
"""Logs are written so: of two rows of one second the lower one happened before."""


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row of a log."""

    at: Second
    tie: str
    """Orders the rows of one second: file and line."""
    cells: Mapping[str, str]
    """By our names of the columns."""

    def __getitem__(self, column: str) -> str:
        """Return a cell, empty where the file lacks the column."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Named:
    """How a file names a person."""

    first: str
    last: str
    email: str = ""
    id_number: str = ""
    username: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuizRow:
    """One attempt in a report of a quiz; without a start: somebody who made none."""

    who: Named
    started: Second | None
    finished: Second | None
    seconds: float | None
    points: float | None
    most: float
    answers: Mapping[int, AnswerCells]


@dataclass(frozen=True, slots=True)
class AnswerCells:
    """What a report says of one question of an attempt; empty where it does not."""

    asked: str = ""
    given: str = ""
    right: str = ""
    mark: str = ""
    most: float | None = None


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One person in a gradebook."""

    who: Named
    grades: Mapping[str, str]
    """Column -> cell, of the columns with grades."""
    at: Second | None
    """When it was saved."""


@dataclass
class Files:
    """Everything that was read."""

    context: ImportContext
    zone: tzinfo
    """Zone of times in the files."""
    logs: dict[Path, list[LogRow]] = field(default_factory=dict)
    gradebooks: dict[Path, list[GradeRow]] = field(default_factory=dict)
    quizzes: dict[Path, list[QuizRow]] = field(default_factory=dict)


def read_files(locations: Sequence[str], context: ImportContext) -> Files:
    """Return the rows of files, or folders of them.

    Raises:
        SourceError: a file is none of those that Moodle saves, or it is damaged.
    """
    files = Files(context, ZoneInfo(context.options.source_zone or context.zone))
    paths = list(dict.fromkeys(path for location in locations for path in files_of(location)))
    options = context.options
    sheets = tabular.Sheets(words.SHEET, options.map, options.dates, len(paths))
    for position, path in enumerate(paths):
        with sheets.open(path) as sheet:
            context.report.notes += sheet.notes
            _read_sheet(files, sheet, position)
    sheets.check_map()
    return files


def _read_sheet(files: Files, sheet: tabular.Sheet, position: int) -> None:
    """Read one file, by what its columns are.

    Raises:
        SourceError: it is none of those that are known.
    """
    have = set(sheet.columns)
    has_names = have.issuperset(("first name", "last name"))
    if have.issuperset(("time", "user", "event", "description")):
        files.logs[sheet.path] = _log_rows(files, sheet, position)
    elif has_names and "downloaded" not in have and _place_of_results(sheet.columns) >= 4:
        files.quizzes[sheet.path] = _quiz_rows(files, sheet, _place_of_results(sheet.columns))
    elif has_names and ("downloaded" in have or any(map(is_item, sheet.columns))):
        files.gradebooks[sheet.path] = _grade_rows(files, sheet)
    else:
        raise SourceError(
            f"{sheet.path}: neither a log, a gradebook nor a report of a quiz of Moodle; it has "
            f"{clean(', '.join(sheet.header))[:200]}; name its columns in "
            f"{sheet.path.name}.map.json"
        )


def _place_of_results(columns: Sequence[str]) -> int:
    """Return where in a report of a quiz the grade stands, or without it the first question.

    State, start, end and duration stand before it; -1 where there is neither.
    """
    questions = [
        place
        for place, name in enumerate(columns)
        if any(each.fullmatch(name) for each in (words.MARK, words.ASKED, words.GIVEN))
    ]
    grades = [
        place
        for place, name in enumerate(columns)
        if place not in questions and words.GRADE.fullmatch(name)
    ]
    return next(iter((*grades, *questions)), -1)


def is_item(column: str) -> bool:
    """Return whether a column of a gradebook holds grades."""
    return bool(words.ITEM.fullmatch(column) or words.TOTAL.fullmatch(column))


def _log_rows(files: Files, sheet: tabular.Sheet, position: int) -> list[LogRow]:
    rows = []
    order, language = sheet.order("time"), files.context.options.language
    intake = files.context.intake(LOG)
    for row in sheet.rows(intake):
        at = dates.moment(row["time"].strip(), files.zone, order)
        if at is None:
            sheet.refuse("the time is none", row, row["time"])
            continue
        kept = {name: row[name].strip() for name in (*words.LOG_COLUMNS, "course") if name in row}
        kept |= {name: title(kept[name], language) for name in _TITLES if name in kept}
        rows.append(LogRow(at, f"{position:06}{_NEWEST_FIRST - sheet.line:013}", kept))
    return rows


def _named(row: Mapping[str, str]) -> Named:
    """Return how a row names a person."""
    first, last, email, number, username = (
        "" if (cell := row.get(name, "").strip()) in NONE else cell for name in words.PERSON_COLUMNS
    )
    about = {name: row.get(name, "").strip() for name in words.FIELD_COLUMNS}
    return Named(first, last, email.casefold(), cells.id_key(number), username, about)


def _quiz_rows(files: Files, sheet: tabular.Sheet, place: int) -> list[QuizRow]:
    """Return the attempts of a report; `place`: see `_place_of_results`."""
    state, start, end, taken, grade = sheet.columns[place - 4 : place + 1]
    match = None if words.MARK.fullmatch(grade) else words.GRADE.fullmatch(grade)
    most = cells.number(match["most"]) if match else None
    questions = _question_columns(sheet.columns)
    rows = []
    intake = files.context.intake(QUIZ)
    for row in sheet.rows(intake):
        who = _named(row)
        written = row[start].strip()
        if not written and not row[state].strip():
            intake.pass_over("a line with means, of nobody")
            continue
        started = None if written in NONE else dates.moment(written, files.zone, "dmy")
        if started is None and written not in NONE:
            sheet.refuse("the start is no time", row, written)
            continue
        if not (who.first or who.last or who.email or who.id_number):
            sheet.refuse("no name, email or id number to know a person by", row)
            continue
        answers = {number: _answer(row, about) for number, about in questions.items()}
        rows.append(
            QuizRow(
                *(who, started, dates.moment(row[end].strip(), files.zone, "dmy")),
                dates.duration(row[taken].strip()) if row[taken].strip() not in NONE else None,
                cells.number(row[grade].strip()) if match else None,
                *(most or 0.0, answers),
            )
        )
    return rows


def _question_columns(columns: Sequence[str]) -> dict[int, dict[str, str]]:
    """Return number of a question -> {what a column holds of it: its name}."""
    patterns = {
        "mark": words.MARK,
        "right": words.RIGHT,
        "given": words.GIVEN,
        "asked": words.ASKED,
    }
    questions: dict[int, dict[str, str]] = {}
    for column in columns:
        for what, pattern in patterns.items():
            if match := pattern.fullmatch(column):
                questions.setdefault(int(match["number"]), {})[what] = column
                break
    return dict(sorted(questions.items()))


def _answer(row: Mapping[str, str], about: Mapping[str, str]) -> AnswerCells:
    """Return what a row says of a question; `about`: what its columns hold -> their names."""
    said = {
        what: "" if what == "given" and row[name].strip() == "-" else row[name].strip()
        for what, name in about.items()
    }
    match = words.MARK.fullmatch(about["mark"]) if "mark" in about else None
    return AnswerCells(**said, most=cells.number(match["most"]) if match else None)


def _grade_rows(files: Files, sheet: tabular.Sheet) -> list[GradeRow]:
    about = {*words.PERSON_COLUMNS, *words.FIELD_COLUMNS, "downloaded"}
    graded = [
        column
        for column in sheet.columns
        if column not in about and (is_item(column) or words.kind_and_title(column)[0])
    ]
    rows = []
    for row in sheet.rows(files.context.intake(GRADEBOOK)):
        who = _named(row)
        if not (who.first or who.last or who.email or who.id_number):
            sheet.refuse("no name, email or id number to know a person by", row)
            continue
        at = dates.moment(row.get("downloaded", "").strip(), files.zone, "dmy")
        rows.append(GradeRow(who, {column: row[column].strip() for column in graded}, at))
    return rows


def stem(path: Path) -> str:
    """Return the name of a file without its endings."""
    return Path(plain_name(path.name)).stem
