"""Tables written page by page: the same file as in one piece, in constant memory."""

from __future__ import annotations

import gc
import io
import json
import tracemalloc
from dataclasses import replace
from datetime import date
from typing import IO

import pytest

from termstats.data.model.table import Table, count, day, words
from termstats.data.model.writing import CsvFile, JsonFile, TableFile, TextFile, to_json

FIRST = Table(
    "some.log",
    "A log",
    (day("day"), words("name", "Who"), count("n")),
    ((date(2026, 3, 2), "Ana", 1000), (date(2026, 3, 1), 'Ben "B"', None)),
    notes=("of all", "of the first"),
    period="2026-03-01..2026-03-02",
    zone="UTC",
    as_of="as of 2026-03-02 10:00",
    population="3 people",
    after="2",
)
LAST = replace(
    FIRST, rows=((date(2026, 2, 1), "Cho-Chen", 7),), notes=("of all", "of the last"), after=None
)

CSV = """day,name,n
2026-03-02,Ana,1000
2026-03-01,"Ben ""B\""",
2026-02-01,Cho-Chen,7
"""
TEXT = """A log
2026-03-01..2026-03-02 UTC · 3 people · as of 2026-03-02 10:00

Day         Who           N
2026-03-02  Ana       1,000
2026-03-01  Ben "B"       -
2026-02-01  Cho-Chen      7

note: of all
note: of the first
note: of the last
"""


def write(kind: type[CsvFile | JsonFile | TextFile], *pages: Table) -> str:
    out = io.StringIO()
    file: TableFile = kind(out)
    for page in pages:
        file.add(page)
    file.end()
    return out.getvalue()


def test_pages_are_one_csv_file() -> None:
    assert write(CsvFile, FIRST, LAST) == CSV


def test_pages_are_one_text_with_widths_and_notes_of_all() -> None:
    assert write(TextFile, FIRST, LAST) == TEXT


def test_pages_are_one_object_with_notes_of_all() -> None:
    read = json.loads(write(JsonFile, FIRST, LAST))
    assert read == {
        "figure": "some.log",
        "title": "A log",
        "period": "2026-03-01..2026-03-02",
        "zone": "UTC",
        "as_of": "as of 2026-03-02 10:00",
        "population": "3 people",
        "rows": [
            {"day": "2026-03-02", "name": "Ana", "n": 1000},
            {"day": "2026-03-01", "name": 'Ben "B"', "n": None},
            {"day": "2026-02-01", "name": "Cho-Chen", "n": 7},
        ],
        "notes": ["of all", "of the first", "of the last"],
    }


def test_the_object_is_laid_out_as_python_does() -> None:
    written = to_json(LAST)
    assert written == json.dumps(json.loads(written), ensure_ascii=False, indent=1) + "\n"
    nothing = replace(LAST, rows=(), notes=())
    written = to_json(nothing)
    assert written == json.dumps(json.loads(written), ensure_ascii=False, indent=1) + "\n"


def test_a_page_without_rows_says_why_in_the_words_of_the_last() -> None:
    empty = replace(FIRST, rows=(), empty="Nothing so far.")
    last = replace(empty, empty="Nothing at all.", notes=())
    assert write(TextFile, empty, last).splitlines()[3:] == [
        "Nothing at all.",
        "",
        "note: of all",
        "note: of the first",
    ]


class _Nowhere(io.StringIO):
    def write(self, text: str) -> int:
        return len(text)


@pytest.mark.parametrize("kind", [CsvFile, JsonFile, TextFile])
def test_what_was_written_is_not_remembered(kind: type[CsvFile | JsonFile | TextFile]) -> None:
    page = replace(FIRST, rows=FIRST.rows * 1000)
    nowhere: IO[str] = _Nowhere()
    file: TableFile = kind(nowhere)
    for _ in range(20):
        file.add(page)
    gc.collect()
    tracemalloc.start()
    try:
        for _ in range(20):
            file.add(page)
        held, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 100_000
