"""Excel workbooks as files of rows: the first sheet that has any, as CSV."""

from __future__ import annotations

import csv
import datetime
import io
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, cast

from termstats.data.importers.sources.unpacking import check_archive, member_of
from termstats.data.model.errors import SourceError
from termstats.data.model.text import clean

SUFFIX = ".xlsx"
_SHEETS = "xl/workbook.xml"
_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"))


def is_workbook(path: Path) -> bool:
    """Return whether a file is an Excel workbook, by its content."""
    if member_of(path)[1] or not path.is_file() or not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return _SHEETS in archive.namelist()
    except Exception:  # a damaged archive: the door says what is wrong with it
        return False


@contextmanager
def open_workbook(path: Path) -> Iterator[IO[bytes]]:
    """Give the first sheet with rows as CSV in UTF-8; what is made of it is gone afterwards.

    Raises:
        SourceError: damaged, locked, too much in it, or several sheets have rows.
    """
    import openpyxl

    with tempfile.TemporaryFile() as made:
        try:
            check_archive(path)
            # Opened here: openpyxl goes by the name, and content tells what a file is.
            with path.open("rb") as file:
                book = openpyxl.load_workbook(file, read_only=True, data_only=True)
                with closing(book):
                    _write(path, book.worksheets, made)
        except SourceError:
            raise
        except Exception as error:
            # What openpyxl raises of a damaged workbook is not listed anywhere.
            raise SourceError(
                f"{path}: an Excel workbook that cannot be read ({clean(error)}); "
                "save the sheet as CSV (UTF-8)"
            ) from error
        made.seek(0)
        yield cast("IO[bytes]", made)


def _write(path: Path, sheets: Sequence[Any], made: IO[bytes]) -> None:
    # Read twice: a spreadsheet writes each row of CSV as wide as the widest.
    widths = [max(map(len, _rows(sheet)), default=0) for sheet in sheets]
    used = [sheet for sheet, width in zip(sheets, widths, strict=True) if width]
    if len(used) > 1:
        listed = ", ".join(clean(sheet.title) for sheet in used)
        raise SourceError(f"{path}: a workbook with several sheets ({listed}); save each as a file")
    text = io.TextIOWrapper(made, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for sheet in used:
        writer.writerows(row + [""] * (max(widths) - len(row)) for row in _rows(sheet))
    text.detach()


def _rows(sheet: Any) -> Iterator[list[str]]:
    """Yield the rows of a sheet that hold anything."""
    return filter(None, map(_cells, sheet.iter_rows(values_only=True)))


def _cells(row: Sequence[object]) -> list[str]:
    """Return the cells of a row as text, without the empty ones at its end."""
    cells = [_text(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(cell: object) -> str:
    """Return a cell as CSV would hold it; what a formula could not tell is no value."""
    if cell is None or cell in _ERRORS:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.timedelta):
        return str(cell.total_seconds())
    if isinstance(cell, datetime.datetime):
        # Spreadsheets count days in floats: what is off by less than a millisecond is not.
        return _rounded(cell).isoformat(" ")
    return str(cell)


def _rounded(at: datetime.datetime) -> datetime.datetime:
    milli = round(at.microsecond / 1000)
    return at.replace(microsecond=0) + datetime.timedelta(milliseconds=milli)
