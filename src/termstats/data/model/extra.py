"""What importers keep of a source row besides the columns: a JSON object as text."""

from __future__ import annotations

import json
from typing import Any


def extra_of(text: str | None) -> dict[str, Any]:
    """Return the JSON object in `text`; nothing where it is none."""
    try:
        fields = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}
