"""`termstats report reconcile.oppia` without a period: the days with which the pages open."""

from __future__ import annotations

import asyncio
import csv
from pathlib import Path

from termstats.data.model.errors import EXIT_USAGE
from tests.cli.command import Capture, fails, prints
from tests.data.importers.oppia.factory import event, load


def days(folder: Path, capsys: Capture, *options: str) -> dict[str, list[str]]:
    """Return page -> the days of its graph; the server is as of 1 June 2024."""
    store = folder / "store.db"
    if not store.exists():
        asyncio.run(load(folder, None, oppia_tracker=[event(1)]))
    base = ["report", "reconcile.oppia", "--store", str(store), "--format", "csv"]
    rows = list(csv.DictReader(prints([*base, *options], capsys).splitlines()))
    found: dict[str, list[str]] = {}
    for row in rows:
        if row["figure"] == "activity_day":
            found.setdefault(row["page"], []).append(row["key"])
    return found


def test_pages_open_with_their_own_days(tmp_path: Path, capsys: Capture) -> None:
    found = days(tmp_path, capsys)
    spans = {page: (keys[0], keys[-1], len(keys)) for page, keys in found.items()}
    assert spans == {
        "home": ("2024-05-01", "2024-06-01", 32),
        "reports": ("2023-06-02", "2024-06-01", 366),
    }
    found = days(tmp_path, capsys, "--training", "Alpha")
    assert (found["course"][0], len(found["course"])) == ("2024-05-01", 32)


def test_a_period_that_is_asked_for_holds(tmp_path: Path, capsys: Capture) -> None:
    both = ("--from", "2024-03-05", "--to", "2024-03-06")
    for options in (both, ("--period", "2024-03-05..2024-03-06")):
        found = days(tmp_path, capsys, *options)
        assert found == dict.fromkeys(("home", "reports"), ["2024-03-05", "2024-03-06"])


def test_pages_of_the_period_take_no_month(tmp_path: Path, capsys: Capture) -> None:
    days(tmp_path, capsys)
    command = ["report", "reconcile.oppia", "--store", str(tmp_path / "store.db")]
    words = fails([*command, "--month", "2024-03"], capsys, EXIT_USAGE)
    assert "give --period YYYY-MM" in words
