"""The filters of the backoffice as they are kept for each store, for their owner only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from termstats.data.model.errors import TermstatsError
from termstats.data.model.file_kinds import check_plain
from termstats.data.model.private_files import cannot_write, make_folder, write_private
from termstats.data.model.text import clean
from termstats.paths import state_folder

_NOT_KEPT = "filters hold but are not kept: "


def filters_file(location: str) -> Path:
    """Return the file of the store at `location`, there or not."""
    place = location if "://" in location else str(Path(location).expanduser().resolve())
    return state_folder() / f"filters-{hashlib.sha256(place.encode()).hexdigest()[:16]}.json"


def read_filters(location: str) -> list[str]:
    """Return the filters kept for the store, each as `FIELD=VALUE`; none where none can be read."""
    path = filters_file(location)
    try:
        check_plain(path)
        texts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [text for text in texts if isinstance(text, str)] if isinstance(texts, list) else []


def save_filters(location: str, filters: Sequence[str]) -> None:
    """Keep the filters for the store; no filters, no file.

    Raises:
        TermstatsError: the file cannot be written.
    """
    path = filters_file(location)
    try:
        if not filters:
            path.unlink(missing_ok=True)
            return
        make_folder(path.parent)
        write_private(path, json.dumps(list(filters)))
    except OSError as error:
        raise TermstatsError(f"{_NOT_KEPT}{clean(cannot_write(path, error))}") from None
    except TermstatsError as error:
        raise TermstatsError(f"{_NOT_KEPT}{clean(error)}") from None
