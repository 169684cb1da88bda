"""What a terminal can do: draw, or only write line after line."""

from __future__ import annotations

import os
from typing import TextIO

DUMB = ("dumb", "unknown")
"""Values of TERM of terminals that cannot move the cursor."""


def is_dumb() -> bool:
    """Return whether the terminal can only write line after line."""
    return os.environ.get("TERM", "") in DUMB


def draws(stream: TextIO) -> bool:
    """Return whether a stream is a terminal on which a bar can be painted over."""
    return stream.isatty() and not is_dumb()
