"""Dates in files of rows: every form reads back as the same moment, in one order per file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from termstats.data.importers.sources import cells
from termstats.data.importers.sources.column_names import SheetColumns
from termstats.data.importers.sources.tabular import Sheets
from termstats.data.model.errors import SourceError
from tests.data.importers.sources.sheet_reading import read

TWO = SheetColumns({"made": (), "changed": ()}, dates=("made", "changed"))
EXCEL_DAY_0 = datetime(1899, 12, 30, tzinfo=UTC)


def serial(at: datetime, digits: int = 10) -> str:
    return f"{(at - EXCEL_DAY_0) / timedelta(days=1):.{digits}f}"


FORMS: dict[str, Callable[[datetime], str]] = {
    "3/11/18, 14:41": lambda at: f"{at.day}/{at.month}/{at:%y, %H:%M:%S}",
    "03/11/2018, 14:41": lambda at: f"{at:%d/%m/%Y, %H:%M:%S}",
    "3/11/2018 14:41": lambda at: f"{at.day}/{at.month}/{at:%Y %H:%M:%S}",
    "3-11-2018 14:41": lambda at: f"{at.day}-{at.month}-{at:%Y %H:%M:%S}",
    "11/3/2018 2:41 PM": lambda at: f"{at.month}/{at.day}/{at:%Y} {at:%I:%M:%S %p}",
    "03.11.2018 14:41": lambda at: f"{at:%d.%m.%Y %H:%M:%S}",
    "2018-11-03 14:41:05 UTC": lambda at: f"{at:%Y-%m-%d %H:%M:%S UTC}",
    "2018-11-3 14:41": lambda at: f"{at:%Y}-{at.month}-{at.day} {at:%H:%M:%S}",
    "2018/11/3 14:41": lambda at: f"{at:%Y}/{at.month}/{at.day} {at:%H:%M:%S}",
    "2017 July 10 12:35": lambda at: f"{at:%Y %B %d %H:%M:%S}",
    "3 Nov 2018, 2:41 PM": lambda at: f"{at.day} {at:%b %Y, %I:%M:%S %p}",
    "ISO": lambda at: at.isoformat(),
    "ISO, other zone": lambda at: (
        (at.replace(tzinfo=None) + timedelta(hours=2)).isoformat() + "+02:00"
    ),
    "seconds": lambda at: f"{at.timestamp():.3f}",
    "milliseconds": lambda at: f"{at.timestamp() * 1_000:.0f}",
    "microseconds": lambda at: f"{at.timestamp() * 1_000_000:.0f}",
    "serial": serial,
}
"""Name -> how a moment is written."""
MOMENTS = st.datetimes(
    datetime(2001, 9, 10),  # noqa: DTZ001 - seconds since 1970 have ten digits from then on
    datetime(2068, 12, 31),  # noqa: DTZ001
).map(lambda at: at.replace(microsecond=0, tzinfo=UTC))
TELLING = datetime(2018, 11, 30, 14, 41, 5, tzinfo=UTC)
"""A day that can be no month."""


@pytest.mark.parametrize("form", FORMS)
@settings(
    max_examples=int(os.environ.get("TERMSTATS_EXAMPLES", "12")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moments=st.lists(MOMENTS, min_size=1, max_size=4))
def test_every_form_reads_back(tmp_path: Path, form: str, moments: list[datetime]) -> None:
    moments = [*moments, TELLING]
    path = tmp_path / "log.csv"
    path.write_text("kind;at\n" + "".join(f"page;{FORMS[form](at)}\n" for at in moments))
    sheet, rows, _counter = read(path)
    order = sheet.order("at")
    assert [cells.instant(row["at"], UTC, order) for row in rows] == moments
    assert all(cells.has_clock(row["at"], order) for row in rows)


def test_the_end_of_a_day(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("kind;at\npage;3/13/2026 24:00\npage;2026-03-13 24:00\n")
    sheet, rows, _counter = read(path)
    midnight = datetime(2026, 3, 14, tzinfo=UTC)
    assert [cells.instant(r["at"], UTC, sheet.order("at")) for r in rows] == [midnight] * 2


def test_a_number_of_days_needs_a_column_of_them(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("kind;at\npage;43407\npage;2018-11-03\n")
    assert read(path)[0].order("at") == "dmy"
    path.write_text('{"at": 43407.5, "kind": "page"}\n{"kind": "page"}\n')
    assert read(path)[0].order("at") == "serial"


@pytest.mark.parametrize(
    "rows",
    [
        ("2026-03-01", "2026-03-02T10:00Z"),
        ("03/03/2026", "04/04/2026"),
        ("01.02.2026", "02.03.2026"),
        ("1 Mar 2026", "", "nonsense"),
        ("2026/03/04",),
    ],
)
def test_what_cannot_be_two_dates_is_not_asked_for(tmp_path: Path, rows: tuple[str, ...]) -> None:
    path = tmp_path / "log.csv"
    path.write_text("kind;at\n" + "".join(f"page;{at}\n" for at in rows))
    assert read(path)[0].order("at") == "dmy"


def test_a_column_that_leaves_it_open_follows_the_other(tmp_path: Path) -> None:
    path = tmp_path / "courses.csv"
    path.write_text("made;changed\n03/04/2026;03/13/2026\n")
    assert read(path, TWO)[0].orders == {"made": "mdy", "changed": "mdy"}
    path.write_text("made;changed\n13/04/2026;03/13/2026\n03/04/2026;03/13/2026\n")
    assert read(path, TWO)[0].orders == {"made": "dmy", "changed": "mdy"}
    path.write_text("made;changed\n03/04/2026;45000\n")
    with pytest.raises(SourceError, match="the dates of 'made' may be day first or month first"):
        read(path, TWO)
    assert read(path, sheets=Sheets(TWO, given_order="mdy"))[0].orders == {
        "made": "mdy",
        "changed": "serial",
    }


@pytest.mark.parametrize("name", ["at", "meta.at"])
def test_dates_of_json_are_looked_at_too(tmp_path: Path, name: str) -> None:
    path = tmp_path / "log.jsonl"
    (tmp_path / "log.map.json").write_text(json.dumps({"meta.at": "at", "kind": "kind"}))
    days = [f"{month}/13/2026" for month in range(1, 12)] + ["1/2/2026"]
    path.write_text(
        "\n".join(
            json.dumps(
                {name: day, "kind": 1} if name != "meta.at" else {"meta": {"at": day}, "kind": 1}
            )
            for day in days
        )
    )
    if name == "at":
        (tmp_path / "log.map.json").unlink()
    sheet, rows, _counter = read(path)
    assert (sheet.order("at"), rows[-1]["at"]) == ("mdy", "1/2/2026")
