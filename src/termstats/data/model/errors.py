"""Errors that a user can act on: one line each, naming the culprit and the way out."""

from __future__ import annotations

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_NOT_ALLOWED = 3


class TermstatsError(Exception):
    """A failure that is the answer: printed as one line, never as a traceback."""

    exit_code = EXIT_FAILED


class UsageError(TermstatsError):
    """The words given do not fit: an unknown id, a reversed period, no terminal."""

    exit_code = EXIT_USAGE


class StoreError(TermstatsError):
    """The store cannot be read: not a store, other schema version, damaged."""


class SourceError(TermstatsError):
    """The source cannot be imported: wrong platform, missing table, truncated file."""


class NotAllowed(TermstatsError):  # noqa: N818 - named for what the user is told
    """The viewer may not see this, or has nothing in scope."""

    exit_code = EXIT_NOT_ALLOWED
