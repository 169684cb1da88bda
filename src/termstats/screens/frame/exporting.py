"""Writes what a screen shows into the export folder, and says how to print the same."""

from __future__ import annotations

import shlex
from collections.abc import AsyncIterable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from termstats.data.model.errors import TermstatsError
from termstats.data.model.file_names import safe_part
from termstats.data.model.private_files import make_folder, open_new_private
from termstats.data.model.table import Table
from termstats.data.model.text import clean
from termstats.data.model.unfinished import unfinished
from termstats.data.model.writing import CsvFile, CsvStyle


class ExportError(TermstatsError):
    """The export folder cannot be written."""


def export_name(table: Table) -> str:
    """Return a file name that says figure, subject and period, without its ending."""
    words = dict(table.params)
    period = words.pop("--period", "").replace("..", "_")
    if ":" in period:
        period += f"_{table.zone}"
    subjects = [
        words[name]
        for name in (
            "--training",
            "--learner",
            "--class",
            "--module",
            "--attempt",
            "--action",
            "--month",
        )
        if words.get(name)
    ]
    parts = [table.figure_id, *subjects, period]
    return "_".join(safe_part(part) for part in parts if part)


async def write_csv(
    folder: Path,
    pages: AsyncIterable[Table],
    record: Callable[[Table], None],
    style: CsvStyle = CsvStyle(),  # noqa: B008 - frozen
) -> Path:
    """Write the pages of a table and return the new file; `record` writes down whose data go.

    It is readable by its owner only, and never takes the place of another one.

    Raises:
        ExportError: the folder cannot be made or written, the disk is full. Nothing is left.
        TermstatsError: a page cannot be computed or recorded. Nothing is left.
    """
    try:
        with ExitStack() as opened:
            path, file = None, None
            async for page in pages:
                record(page)
                if file is None:
                    path, out = _new_file(folder, page)
                    opened.enter_context(unfinished(path))
                    file = CsvFile(opened.enter_context(out), style)
                file.add(page)
    except OSError as error:
        raise ExportError(_words(path or folder, error)) from None
    assert path is not None  # noqa: S101 - every figure has a page
    return path


def _new_file(folder: Path, page: Table) -> tuple[Path, IO[str]]:
    folder = folder.expanduser()
    make_folder(folder)
    return open_new_private(folder, export_name(page), ".csv")


def is_folder(typed: str) -> bool:
    """Return whether something is written as a folder is."""
    return "/" in typed or typed.startswith(("~", "."))


def short_path(path: Path) -> str:
    """Return a path as people write it: `~` for their own folder."""
    home = Path.home()
    return clean(Path("~") / path.relative_to(home) if path.is_relative_to(home) else path)


def _words(path: Path, error: OSError) -> str:
    reason = error.strerror or type(error).__name__
    return (
        f"not exported: {clean(path)}: {clean(reason)}; "
        "choose another folder with: termstats config show"
    )


def report_line(
    table: Table, location: str, viewer: str, *, demo: bool = False, min_group: int = 0
) -> str:
    """Return the shell line that prints the same figure."""
    least = ("--min-group", str(min_group)) if min_group else ()
    words = ["termstats", *least, "report", table.figure_id]
    options = [*table.params, ("--store", location)]
    if viewer:
        options.append(("--viewer", viewer))
    if demo:
        options.append(("--demo", ""))
    for name, value in options:
        if not value:
            words.append(name)
        elif value.startswith("-"):
            # A value that looks like an option has to hang on its name.
            words.append(f"{name}={value}")
        else:
            words += [name, value]
    return shlex.join(words)
