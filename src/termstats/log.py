"""The log: off unless `--log FILE` asks for it; one line a record, and no data of learners.

Every module logs to the standard logger of its own name. What goes in: ids of figures, counts,
seconds, names of faults and where they arose. What stays out: texts of errors, keys and names,
because they may hold what people typed or what is stored about them.
"""

from __future__ import annotations

import logging
import os
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from termstats.data.model.confined import check_inside
from termstats.data.model.errors import TermstatsError
from termstats.data.model.file_kinds import check_plain
from termstats.data.model.private_files import PRIVATE
from termstats.data.model.redaction import redacted
from termstats.data.model.text import clean

LOGGER = logging.getLogger("termstats")
# Without a handler of its own a logger writes warnings into the middle of the screen.
LOGGER.addHandler(logging.NullHandler())
LONGEST = 300
"""Characters of a fault that are shown; the log has where it arose."""


class OneLine(logging.Formatter):
    """Writes a record as one line: moment in UTC, level, logger, words, and where a fault arose."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        """Return the moment of a record in UTC, to the millisecond."""
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; credentials are masked, control characters replaced."""
        words = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            words += f": {place_of(record.exc_info[1])}"
        words = clean(redacted(words))
        return f"{self.formatTime(record)} {record.levelname} {record.name} {words}"


def place_of(error: BaseException) -> str:
    """Return the kind of an error and its frames, the innermost first; never its text."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in frames]
    kinds = [type(each).__name__ for each in (error, error.__cause__) if each is not None]
    return f"{' from '.join(kinds)} at {' < '.join(reversed(places)) or 'an unknown place'}"


def fault_words(error: Exception) -> str:
    """Log a fault that nobody expected and return the line that is shown of it."""
    LOGGER.error("a fault in termstats", exc_info=error)
    return f"a fault in termstats: {type(error).__name__}: {clean(error)}"[:LONGEST]


@contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """Append what happens within to a file; a new one is for its owner only.

    Raises:
        TermstatsError: the file cannot be written.
    """
    check_inside(path)
    try:
        check_plain(path)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE)
    except OSError as error:
        raise TermstatsError(
            f"{path}: cannot be written ({error.strerror}); choose another file with --log"
        ) from error
    with open(handle, "a", encoding="utf-8") as file:
        handler = logging.StreamHandler(file)
        handler.setFormatter(OneLine())
        LOGGER.addHandler(handler)
        level = LOGGER.level
        LOGGER.setLevel(logging.INFO)
        try:
            with _ending_logged():
                yield
        finally:
            LOGGER.setLevel(level)
            LOGGER.removeHandler(handler)


@contextmanager
def _ending_logged() -> Iterator[None]:
    """Log how what happens within ends, and after how many seconds."""
    began = time.monotonic()
    ending = "done"
    try:
        yield
    except Exception as error:
        # What is raised to end with an exit code was foreseen: wrong words, no store, help asked.
        code = getattr(error, "exit_code", None)
        ending = ending if code == 0 else f"failed with {type(error).__name__}"
        if code is None:
            LOGGER.error("unexpected", exc_info=error)
        raise
    except BaseException as error:
        ending = f"ended by {type(error).__name__}"
        raise
    finally:
        LOGGER.info("%s after %.2f s", ending, time.monotonic() - began)
