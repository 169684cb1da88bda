"""A cell reads the same whatever wrote it, and no cell of any type breaks a reader."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.importers.sources import cells


@pytest.mark.parametrize(
    ("value", "second"),
    [
        ("1970-01-02 00:00:01", 86_401),
        ("1970-01-02 00:00:01.999999", 86_401),
        ("1970-01-02T01:00:01+01:00", 86_401),
        ("1969-12-31 23:59:59.5", -1),
        (datetime(1970, 1, 2, 0, 0, 1, 999_999), 86_401),  # noqa: DTZ001 - as drivers give it
        (datetime(1970, 1, 2, 0, 0, 1, tzinfo=UTC), 86_401),
        ("0000-00-00 00:00:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (17, None),
    ],
)
def test_reads_moments(value: object, second: int | None) -> None:
    assert cells.moment(value) == second


def test_a_moment_without_zone_is_in_the_zone_given() -> None:
    assert cells.moment("2024-07-01 12:00:00", ZoneInfo("Europe/Berlin")) == 1_719_828_000


def test_reads_days_and_numbers() -> None:
    assert cells.day("2024-02-29") == cells.day("2024-02-29 10:00:00") == date(2024, 2, 29)
    assert cells.day(datetime(2024, 2, 29, 23, 0, tzinfo=UTC)) == cells.day(date(2024, 2, 29))
    assert cells.day("2023-02-29") is None
    assert [cells.number(v) for v in ("2.50", Decimal("0.33"), 3, True)] == [2.5, 0.33, 3.0, 1.0]
    unusable: list[object] = ["two", None, "nan", "inf", []]
    assert [cells.number(value) for value in unusable] == [None] * 5


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-06T09:00:00+00:00",
        "2024-05-06T09:00:00Z",
        "2024-05-06 11:00:00.000+02:00",
        "2024-05-06T11:00",
        "2024/05/06 11:00",
        "06/05/2024 11:00",
        "1714986000",
        "1714986000000",
    ],
)
def test_one_instant_in_many_forms(text: str) -> None:
    at = cells.instant(text, ZoneInfo("Europe/Paris"))
    assert at == datetime(2024, 5, 6, 9, tzinfo=UTC)
    assert cells.second_of(at) == 1714986000


@pytest.mark.parametrize("text", ["", "yesterday", "2024-13-01", "99/99/2024", "12"])
def test_what_is_no_instant(text: str) -> None:
    assert cells.instant(text, UTC) is None


NOVEMBER = datetime(2018, 11, 3, 14, 41, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "3/11/18, 14:41",
        "03/11/2018, 14:41",
        "3/11/2018 14:41",
        "03.11.2018 14:41",
        "2018-11-03 14:41:00 UTC",
        "2018-11-3 14:41",
        "2018 November 3 14:41",
        "3 Nov 2018, 2:41 PM",
        "3/11/2018 2:41 pm",
        "1541256060.0",
        "1541256060000000",
    ],
)
def test_a_date_as_people_and_programs_write_it(text: str) -> None:
    assert cells.instant(text) == NOVEMBER


def test_a_date_keeps_its_fraction() -> None:
    assert cells.instant("1541256060.5") == NOVEMBER + timedelta(seconds=0.5)
    assert cells.instant("1541256060000005") == NOVEMBER + timedelta(microseconds=5)


def test_the_order_of_a_file_says_what_numbers_mean() -> None:
    assert cells.instant("3/4/2026") == datetime(2026, 4, 3, tzinfo=UTC)
    assert cells.instant("3/4/2026", order="mdy") == datetime(2026, 3, 4, tzinfo=UTC)
    assert cells.instant("3/31/2026") is None  # never guessed row by row
    assert cells.instant("31.3.2026", order="mdy") == datetime(2026, 3, 31, tzinfo=UTC)
    assert cells.instant("43407.5") is None
    assert cells.instant("43407.5", order="serial") == datetime(2018, 11, 3, 12, tzinfo=UTC)


def test_the_end_of_a_day_is_the_next_one() -> None:
    for text in ("2018-11-02 24:00", "2018-11-02T24:00:00", "2/11/2018 24:00"):
        assert cells.instant(text) == datetime(2018, 11, 3, tzinfo=UTC)
    assert cells.instant("2018-11-02 24:01") is None


@pytest.mark.parametrize(
    "text",
    ["March 2020", "10 March", "3 Nov", "may", "3 Nov 2018 10:00 EST", "1/2/3", "31/12/9999", "5"],
)
def test_a_date_that_leaves_something_open_is_none(text: str) -> None:
    assert cells.instant(text) is None


def test_a_date_alone_has_no_time_of_day() -> None:
    dated = ("2026-01-31", "20260131", "31/01/2026", "3 Nov 2018", " 2026-1-3 ")
    assert [cells.has_clock(text) for text in dated] == [False] * 5
    timed = (
        "2026-01-31 10:00",
        "2026-01-31T10",
        "1541256060",
        "1541256060.5",
        "3 Nov 2018, 2:41 PM",
    )
    assert [cells.has_clock(text) for text in timed] == [True] * 5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("90,5", 90.5),
        ("1 234", 1234.0),
        ("1\u202f234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1,234,567", 1234567.0),
        ("1'234.5", 1234.5),
        ("0,125", 0.125),
        ("-159.0", -159.0),
        ("1,234", None),  # either of two
        ("12 5", None),
        ("1_000", None),
        ("1,234,5", None),
    ],
)
def test_numbers_as_people_write_them(text: str, value: float | None) -> None:
    assert cells.number(text) == value


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        *(("90,5", ","), ("0,125", ","), ("1.234,567", ","), ("1.234.567", ","), ("1234,567", ",")),
        *(("90.5", "."), ("0.125", "."), ("1,234.567", "."), ("1,234,567", "."), (" -1.5 ", ".")),
        *(("1.234", ""), ("1,234", ""), ("1 234", ""), ("12", ""), ("1.234.56", ""), ("a,b", "")),
    ],
)
def test_what_stands_before_decimals(text: str, mark: str) -> None:
    assert cells.decimal_mark(text) == mark


def test_the_mark_of_a_file_says_what_numbers_mean() -> None:
    texts = ("1.234", "-1,234", "90,5", "0.5", "1234")
    assert [cells.number(text, ",") for text in texts] == [1234, -1.234, 90.5, 0.5, 1234]
    texts = ("1.234", "-1,234", "90.5", "0.5", "1234")
    assert [cells.number(text, ".") for text in texts] == [1.234, -1234, 90.5, 0.5, 1234]
    assert cells.whole("1.234", decimal=",") == 1234
    assert cells.duration("1.234", ",") == 1234


def test_whole_numbers() -> None:
    whole = [cells.whole(cell) for cell in ("7", " 0 ", "12.0", "-159.0", Decimal(4), True)]
    assert whole == [7, 0, 12, -159, 4, 1]
    none: list[object] = ["", "-", "1.5", "many", None, 1e300, 10**30, "9" * 30, b"\xff"]
    assert [cells.whole(cell) for cell in none] == [None] * 9
    assert [cells.whole(cell, 0, 5) for cell in ("-1", "5", "6")] == [None, 5, None]


def test_words_for_yes_and_no() -> None:
    yes: list[object] = [1, True, "true", "T", "yes", "1", "2.0", b"1", Decimal(1)]
    assert [cells.flag(cell) for cell in yes] == [True] * 9
    no: list[object] = [0, None, False, "", "0", "False", "no", "null", "Googlebot", b""]
    assert [cells.flag(cell) for cell in no] == [False] * 10
    assert cells.flag("Googlebot", unknown=True)
    assert not cells.flag("no", unknown=True)


def test_durations_are_seconds() -> None:
    durations: list[object] = ["90", 90.0, timedelta(seconds=90), "0:01:30", "90,0"]
    assert [cells.duration(cell) for cell in durations] == [90.0] * 5
    assert cells.duration("PT1M30S") == 90
    assert cells.duration("PT0.5S") == 0.5
    assert cells.duration("P1DT2H") == 93_600
    assert [cells.duration(cell) for cell in ("P", "PT", "P1Y", "PT-5S")] == [None] * 4
    assert cells.duration("1:30") is None  # hours or minutes
    assert cells.duration("soon") is None


def test_ids_of_one_row_are_one() -> None:
    assert {cells.id_key(cell) for cell in (5, 5.0, "5", "5.0", "5.00", Decimal(5))} == {"5"}
    # Versions, halves, and numbers whose last digits are lost, are none.
    for text in ("5.0.1", "5.5", "v5.0", "5.", ".0", "5E+15", "1e3"):
        assert cells.id_key(text) == text
    assert cells.whole("1e3") == 1000
    assert cells.id_key(UUID(int=10)) == "00000000-0000-0000-0000-00000000000a"
    assert cells.id_key(None) == ""


def test_text_is_what_every_database_takes() -> None:
    assert cells.text("a\0b\ud800") == "ab?"
    assert cells.text(b"caf\xc3\xa9\xff") == "caf\u00e9\ufffd"
    assert cells.text(None) == ""
    assert cells.text(["a", 1]) == '["a", 1]'


ANY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**18, max_value=10**40),
    st.floats(),
    st.decimals(),
    st.binary(max_size=9),
    st.text(st.characters(exclude_categories=()), max_size=12),
    st.text("0123456789-/.:, TPMadjun", max_size=20),
    st.datetimes(),
    st.dates(),
    st.timedeltas(),
    st.uuids(),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.floats(), max_size=2),
)


@given(ANY)
def test_no_cell_breaks_a_reader(cell: object) -> None:
    number, whole = cells.number(cell), cells.whole(cell)
    assert number is None or number - number == 0  # finite
    assert whole is None or abs(whole) <= cells.LARGEST
    for order in ("dmy", "mdy", "serial"):
        cells.moment(cell, ZoneInfo("Asia/Tokyo"), order)
    cells.day(cell)
    cells.duration(cell)
    cells.flag(cell)
    hash(cells.plain(cell))
    with closing(sqlite3.connect(":memory:")) as connection:
        for text in (cells.text(cell), cells.id_key(cell)):
            assert connection.execute("SELECT ?", (text,)).fetchone() == (text,)
