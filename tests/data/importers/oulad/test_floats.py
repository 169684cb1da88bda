"""Tables that went through pandas: numbers as `-159.0`, an index in front. They mean the same."""

import csv
import io
import re
from pathlib import Path

import pytest

from tests.data.importers.oulad.factory import TABLES, kept_and_refused, load, write_folder
from tests.data.importers.store_file import contents, query
from tests.shared import shared_case


def as_floats(lines: list[str]) -> list[str]:
    """Return a table with a column of numbers in front, and all whole numbers as floats."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    header, *rows = csv.reader(lines)
    writer.writerow(["", *header])
    for number, row in enumerate(rows):
        cells = [f"{c}.0" if re.fullmatch(r"-?\d+", c) else c for c in row]
        writer.writerow([str(number), *cells])
    return out.getvalue().splitlines()


@pytest.mark.parametrize("name", [*TABLES, "all"])
async def test_any_table_may_hold_floats(tmp_path: Path, name: str) -> None:
    changed = {each: as_floats(lines) for each, lines in TABLES.items() if name in (each, "all")}
    floats, plain = tmp_path / "floats.db", tmp_path / "plain.db"
    report = await load(write_folder(tmp_path / "floats", {**TABLES, **changed}), floats)
    expected = await load(write_folder(tmp_path / "plain"), plain)
    assert kept_and_refused(report) == kept_and_refused(expected)
    assert contents(floats) == contents(plain)


async def test_an_id_cut_by_a_spreadsheet_is_nobodys(tmp_path: Path) -> None:
    changed = [line.replace(",12,900,", ",1.2E+01,900,") for line in TABLES["studentVle"]]
    folder = write_folder(tmp_path / "oulad", {**TABLES, "studentVle": changed})
    report = await load(folder, tmp_path / "store.db")
    assert report.tables["studentVle"].refused == {"the learner is not enrolled": 1}


async def test_the_shared_folder_of_pandas(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    report = await load(shared_case("oulad-pandas"), store)
    counts = kept_and_refused(report)
    assert counts["studentRegistration"] == (2, 2, 0)
    assert counts["assessments"] == (3, 3, 0)
    assert counts["studentAssessment"] == (3, 3, 0)
    assert query(store, "SELECT key FROM person ORDER BY key") == [("7",), ("8",)]
