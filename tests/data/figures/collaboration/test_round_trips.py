"""Files of other platforms, imported and written in their own layout, are the same files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from termstats.data.importers.opendatasoft.importer import OpendatasoftImporter
from termstats.data.importers.threesixty.importer import ThreeSixtyImporter
from termstats.data.importers.writing.base import ImportOptions
from termstats.data.importers.writing.run import run_import
from termstats.data.model.request import Param
from termstats.data.model.writing import to_csv
from termstats.data.snapshots.snapshot import SnapshotOptions, make_snapshot
from tests.data.figures.hand_store import report
from tests.data.importers.opendatasoft.factory import (
    HEADER,
    LABELS,
    WEEK,
    csv_text,
    rows_of_log,
)

USERS = (
    "First name,Last name,Email,Additional information,Publications,Comments,Reactions\n"
    'Ada,Long,a@x.org,"Paris, 2nd floor",1,3,2\n'
    "Bo,Short,b@x.org,,0,0,1\n"
)
GROUPS = 'Name,Publications,Comments,Reactions\n"North, Night",0,2,0\nSales,4,7,9\n'
ACTIVITIES = (
    "Title,Views,Likes,Learned something,Outdated,Have a question,Comments,Downloads,Type\n"
    '"Safety ""first""",12,3,2,1,0,5,4,Document\n'
    "What is safe?,7,0,0,0,1,0,,Question\n"
    "Card,0,0,0,0,0,0,0,Cheat Sheet\n"
)
# 100 x (3 + 2 + 1 - 1) / 10 = 50: the platform's own score happens to be ours. Lists as they came:
# a blank, and an empty value, between the lines.
COURSES = (
    "Course Name,Course ID,Author,Co-authors,Views,Status,Creation date,Last update,"
    "Reaction Score,Likes,Learned something,Outdated,Have a question,Useful,Irrelevant,"
    "Documents,Cheat sheets,Questions,Source language,Available translation languages,"
    "Unavailable translation languages,Tags,Group\n"
    "Safety,c1,Ada Long,Bo Short|Cy,10,Active,2024-01-02T03:04:05Z,2024-02-03,"
    "50,3,2,1,0,1,0,1,1,1,en,fr|de,,safety| onboarding||first,Sales\n"
    "Quiet,c2,Ada Long,,0,Archived,2024-01-02T03:04:05Z,2024-02-03,"
    ",0,0,0,0,0,0,0,0,0,en,,,,Sales\n"
)


def written(text: str, delimiter: str, start: str, end: str) -> bytes:
    """Return a file of the same cells with another delimiter, line end, and perhaps a BOM."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(
        csv.reader(io.StringIO(text))
    )
    return (start + out.getvalue()).encode()


FORMS = pytest.mark.parametrize(
    ("delimiter", "start", "end"),
    [(",", "", "\n"), (";", "", "\n"), (",", "\ufeff", "\r\n"), (";", "\ufeff", "\r\n")],
    ids=["comma", "semicolon", "comma, BOM, CRLF", "semicolon, BOM, CRLF"],
)


@FORMS
async def test_the_four_files_come_back_byte_for_byte(
    tmp_path: Path, delimiter: str, start: str, end: str
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    for name, text in (
        *(("users", USERS), ("groups", GROUPS), ("courses", COURSES)),
        ("activities - Safety", ACTIVITIES),
    ):
        path = folder / f"{name} 2026-03-20.csv"
        path.write_bytes(written(text, delimiter, start, end))
    store = tmp_path / "store.sqlite3"
    await run_import(ThreeSixtyImporter(), str(folder), store, ImportOptions())
    safety = {Param.TRAINING: "c1"}
    for figure, keys, expected in (
        *(("users", None, USERS), ("groups", None, GROUPS), ("courses", None, COURSES)),
        ("activities", safety, ACTIVITIES),
    ):
        table = await report(store, f"collaboration.{figure}", keys=keys)
        assert to_csv(table) == expected, figure


def in_commas(rows: list[dict[str, str]]) -> str:
    """Return the log as we write it: newest first, commas, UTC."""
    return csv_text(list(reversed(rows)), ",")


@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris", "Pacific/Auckland"])
@FORMS
async def test_the_log_comes_back_byte_for_byte_in_one_zone(
    tmp_path: Path, delimiter: str, start: str, end: str, zone: str
) -> None:
    source, store = tmp_path / "log.csv", tmp_path / "store.sqlite3"
    labels = LABELS if start else HEADER
    text = csv_text(rows_of_log(zone), ",", labels)
    source.write_bytes(written(text, delimiter, start, end))
    await run_import(OpendatasoftImporter(), str(source), store, ImportOptions())
    assert to_csv(await report(store, "backoffice.log", WEEK)) == in_commas(rows_of_log())


async def test_the_log_is_written_in_the_zone_of_the_store(tmp_path: Path) -> None:
    source, store = tmp_path / "log.csv", tmp_path / "store.sqlite3"
    source.write_text(csv_text(rows_of_log("UTC"), ","))
    options = ImportOptions(zone="Europe/Paris")
    await run_import(OpendatasoftImporter(), str(source), store, options)
    expected = in_commas(rows_of_log("Europe/Paris"))
    assert to_csv(await report(store, "backoffice.log", WEEK)) == expected


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rows: rows[0].update(diff='{"a": [{"path": ["x;y"], "new_value": "1,2"}]}'),
        lambda rows: rows[0].update(reuse_title='A "quoted" title; with all'),
        lambda rows: rows[0].update(dataset_id="", map_id="m1", group_id="g|h"),
        lambda rows: rows.append(dict(rows[-1])),
    ],
    ids=["diff with both delimiters", "quotes", "map and group", "two rows alike"],
)
async def test_odd_rows_of_a_log_come_back(
    tmp_path: Path, spoil: Callable[[list[dict[str, str]]], None]
) -> None:
    source, store = tmp_path / "log.csv", tmp_path / "store.sqlite3"
    rows = rows_of_log()
    spoil(rows)
    source.write_text(csv_text(rows))
    await run_import(OpendatasoftImporter(), str(source), store, ImportOptions())
    assert to_csv(await report(store, "backoffice.log", WEEK)) == in_commas(rows)


async def test_a_pseudonymised_copy_names_nobody_in_the_layouts(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    for name, text in (
        *(("users - Sales", USERS), ("courses", COURSES)),
        ("groups", GROUPS.replace("Sales", "Elsewhere")),
    ):
        (folder / f"{name} 2026-03-20.csv").write_text(text)
    store, copy = tmp_path / "store.sqlite3", tmp_path / "copy.sqlite3"
    await run_import(ThreeSixtyImporter(), str(folder), store, ImportOptions())
    await make_snapshot(str(store), copy, SnapshotOptions(pseudonyms=True))
    found = ""
    for figure in ("users", "groups", "courses", "people"):
        for wide in (False, True):
            found += to_csv(await report(copy, f"collaboration.{figure}", wide=wide))
    for secret in ("Ada", "Long", "Bo", "Short", "Cy", "@x.org", "Paris"):
        assert secret not in found
    # Who did how much stays: 3 comments, 1 and 0 publications, 2 and 1 reactions.
    users = await report(copy, "collaboration.users")
    assert sorted(row[4:] for row in users.rows) == [(0, 0, 1), (1, 3, 2)]
    assert all(str(row[0]) == "Person" and row[2] is None for row in users.rows)
    # Totals of groups were lines of the files, which may name people: they are gone, not zero.
    groups = await report(copy, "collaboration.groups")
    assert groups.rows == (
        *(("Elsewhere", None, None, None), ("North, Night", None, None, None)),
        ("Sales", 1, 3, 3),
    )
