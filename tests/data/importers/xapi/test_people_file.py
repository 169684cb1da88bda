"""A file of people beside statements: names, staff, and who is the same as whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from termstats.data.model.errors import SourceError
from tests.data.importers.store_file import query
from tests.data.importers.xapi.factory import (
    ADL,
    account,
    imported,
    lesson,
    lines,
    statement,
)


async def people_of(folder: Path, people: str) -> tuple[Path, dict[str, int]]:
    """Import three people's statements with a file of people; return the store and refusals."""
    actors = {
        "a": account("5a7ad7c6-8b7c-4a0e-8d53-6d0e4b1c3c11"),
        "b": {"mbox": "mailto:bo@x.org", "name": "Bo"},
        "c": account("cy"),
    }
    raw = [statement(name, f"{ADL}experienced", lesson(), who=who) for name, who in actors.items()]
    log = lines(folder / "log.jsonl", raw)
    table = folder / "people.csv"
    table.write_text(people, encoding="utf-8")
    report = await imported(log, folder / "s.db", more=(str(table),))
    return folder / "s.db", report.table("people").refused


async def test_names_and_staff_come_from_the_file(tmp_path: Path) -> None:
    store, refused = await people_of(
        tmp_path,
        "external_user_id,username,name,email,staff\n"
        "5a7ad7c6-8b7c-4a0e-8d53-6d0e4b1c3c11,ana,Ana Long,ana@x.org,\n"
        "cy,,,,yes\n"
        "di,di,Di Never,,\n"
        ",who,Who,,\n"
        "di,again,,,\n",
    )
    rows = query(store, "SELECT key, name, username, email, staff, counted FROM person ORDER BY 2")
    assert rows == [
        ("5a7ad7c6-8b7c-4a0e-8d53-6d0e4b1c3c11", "Ana Long", "ana", "ana@x.org", 0, 1),
        ("mailto:bo@x.org", "Bo", None, "bo@x.org", 0, 1),
        ("di", "Di Never", "di", None, 0, 1),
        ("cy", "cy", "cy", None, 1, 0),
    ]
    assert refused == {"no person": 1, "the person is there twice": 1}


async def test_people_who_are_said_to_be_one_are_one(tmp_path: Path) -> None:
    store, refused = await people_of(
        tmp_path,
        "person;same_as\nmailto:bo@x.org;cy\ncy;5a7ad7c6-8b7c-4a0e-8d53-6d0e4b1c3c11\nx;x\n",
    )
    # Bo is Cy, who is the first; the latest name that any of them had is the name.
    whole = "5a7ad7c6-8b7c-4a0e-8d53-6d0e4b1c3c11"
    assert query(store, "SELECT key, name FROM person") == [(whole, "Bo")]
    assert query(store, "SELECT count(*), count(DISTINCT person_id) FROM event") == [(3, 1)]
    assert refused == {"the same as themselves": 1}


async def test_those_who_are_each_other_are_one_too(tmp_path: Path) -> None:
    store, _refused = await people_of(
        tmp_path, "person,same_as\nmailto:bo@x.org,cy\ncy,mailto:bo@x.org\n"
    )
    assert query(store, "SELECT count(*) FROM person") == [(2,)]


async def test_what_is_no_file_of_people_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="which has a column person"):
        await people_of(tmp_path, "name,email\nAna,ana@x.org\n")
