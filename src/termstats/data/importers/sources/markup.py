"""Reads texts that platforms keep as HTML."""

from __future__ import annotations

import html
import re

from termstats.data.importers.sources import cells

_TAG = re.compile(r"<[^>]*>")


def plain_text(text: str) -> str:
    """Return rich text as plain text on one line."""
    return cells.text(" ".join(html.unescape(_TAG.sub(" ", text)).split()))
