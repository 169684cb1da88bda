"""Names of files made from text of a source, which may hold whatever a name must not."""

from __future__ import annotations

import re

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
LONGEST = 60
"""Characters of one part."""


def safe_part(text: str) -> str:
    """Return what may stand in the name of a file on any system; empty: nothing is left."""
    return _UNSAFE.sub("-", text).strip("-.")[:LONGEST]
