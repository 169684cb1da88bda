"""Names of files made from text of a source, which may hold whatever a name must not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
LONGEST = 60
"""Characters of one part."""


def safe_part(text: str) -> str:
    """Return what may stand in the name of a file on any system; empty: nothing is left."""
    return _UNSAFE.sub("-", text).strip("-.")[:LONGEST]


def numbered(stem: str, ending: str = "") -> Iterator[str]:
    """Yield names to choose a free one of: `STEM.ENDING`, `STEM-2.ENDING`..."""
    yield f"{stem}{ending}"
    for number in count(2):
        yield f"{stem}-{number}{ending}"
