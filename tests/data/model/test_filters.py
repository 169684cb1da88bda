"""Filters as values: written and read again, joined, and what each kind says of itself."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termstats.data.model.entity import Entity
from termstats.data.model.filter_base import EntityFilter, Field, Filter, NameFilter
from termstats.data.model.filter_writing import joined, typed, written
from termstats.data.model.filters import (
    FILTERS,
    ActionFilter,
    DaysFilter,
    DomainFilter,
    FunctionFilter,
    GroupFilter,
    ObjectFilter,
    PackageFilter,
    PeopleFilter,
    WeekdayFilter,
    of_days,
)
from termstats.data.model.period import Period
from termstats.data.model.period_text import parse_range
from termstats.data.model.request import Request
from termstats.data.model.units import RowId, Second
from termstats.data.model.weekdays import WEEKDAYS, weekday_of

PARIS = ZoneInfo("Europe/Paris")
ANA, BO, CY, DEE = (
    Entity(RowId(n), name, name.title()) for n, name in enumerate(("ana", "bo", "cy", "d"))
)
ALWAYS = Period(date(2024, 1, 1), date(2024, 12, 31))


def one_each(filters: tuple[Filter, ...]) -> list[tuple[bool, Filter]]:
    """Return filters as they are typed: one value each, and whether `+` is before it."""
    return [
        (beside, FILTERS[each.field]((value,)))
        for place, each in enumerate(filters)
        for beside, value in (
            (not n and each.field in {other.field for other in filters[:place]}, value)
            for n, value in enumerate(each.values)
        )
    ]


_names = st.text(min_size=1, max_size=8)
_entities = st.builds(Entity, st.integers(1, 9), _names, _names)
_filters = st.sampled_from(Field).flatmap(
    lambda field: st.lists(
        {
            EntityFilter: _entities,
            NameFilter: _names,
            WeekdayFilter: st.integers(0, 6),
            DaysFilter: st.dates(date(2000, 1, 1), date(2030, 1, 1)).map(lambda d: Period(d, d)),
        }[
            next(
                kind
                for kind in (EntityFilter, NameFilter, WeekdayFilter, DaysFilter)
                if issubclass(FILTERS[field], kind)
            )
        ],
        min_size=1,
        max_size=3,
        unique=True,
    ).map(lambda values: FILTERS[field](tuple(values)))
)


@given(st.lists(_filters, max_size=4))
def test_filters_are_the_sum_of_their_values(filters: list[Filter]) -> None:
    asked = tuple(filters)
    assert joined(one_each(asked)) == asked
    texts = written(asked)
    assert len(texts) == sum(len(each.values) for each in asked)
    assert [text.startswith("+") for text in texts] == [beside for beside, _ in one_each(asked)]


@given(st.integers(0, 30_000_000), st.integers(1, 10_000))
def test_days_are_written_so_that_they_are_read_again(minute: int, minutes: int) -> None:
    begin = Second(60 * minute)
    period = Period.between(begin, Second(begin + 60 * minutes), PARIS, "the words of a person")
    (text,) = of_days(period).typed
    assert of_days(parse_range(text, PARIS)) == of_days(period)


def test_every_field_has_one_kind() -> None:
    assert set(FILTERS) == set(Field)
    assert all(kind.field is field for field, kind in FILTERS.items())


@pytest.mark.parametrize(
    ("one", "words", "text"),
    [
        (PeopleFilter((ANA, BO)), "person Ana or Bo", "person=ana person=bo"),
        (PeopleFilter((ANA, BO, CY)), "person Ana or Bo or Cy", "person=ana person=bo person=cy"),
        (GroupFilter((ANA, BO, CY, DEE)), "group Ana or Bo or 2 more", None),
        (
            ActionFilter(("edit page\x1b[1m",)),
            "action edit page\ufffd[1m",
            "action='edit page\x1b[1m'",
        ),
        (WeekdayFilter((0, 6)), "weekday Monday or Sunday", "weekday=Monday weekday=Sunday"),
        (
            of_days(Period(date(2024, 5, 6), date(2024, 5, 6), "yesterday")),
            "days Mon 2024-05-06",
            "days=2024-05-06",
        ),
        (
            of_days(Period(date(2024, 5, 6), date(2024, 5, 9))),
            "days 2024-05-06..05-09",
            "days=2024-05-06..2024-05-09",
        ),
        (
            of_days(parse_range("2024-05-06 10:00..12:30", PARIS)),
            "days 05-06 10:00-12:30",
            "days=2024-05-06T10:00..2024-05-06T12:30",
        ),
    ],
)
def test_what_a_filter_says_of_itself(one: Filter, words: str, text: str | None) -> None:
    assert one.words == words
    assert text is None or typed([one]) == text


def test_kinds_of_the_same_values_differ() -> None:
    same = (ObjectFilter((ANA,)), PackageFilter((ANA,)), FunctionFilter((ANA,)))
    assert len(set(same)) == 3
    assert written(same) == ("object=ana", "package=ana", "function=ana")


def test_a_request_knows_its_filters_by_kind() -> None:
    package, person = PackageFilter((ANA,)), PeopleFilter((BO,))
    request = Request(ALWAYS, filters=(package, person))
    assert request.filters_of(ObjectFilter) == [package]
    assert request.has_filter(ObjectFilter) and not request.has_filter(FunctionFilter)
    assert not request.has_filter(DomainFilter, WeekdayFilter)
    assert ("--only", "package=ana") in request.words


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("edit", "edit", True),
        ("edit", "edit_page", False),
        ("edit_*", "edit_page", True),
        ("*_page", "edit_page", True),
        ("e*p*", "edit_page", True),
        ("*", "", True),
        ("a.c", "abc", False),
    ],
)
def test_a_star_stands_for_any_text(pattern: str, name: str, fits: bool) -> None:
    assert ActionFilter((pattern,)).fits(name) is fits


@given(st.integers(-100_000, 100_000))
def test_a_day_number_has_the_weekday_of_its_date(number: int) -> None:
    day = date(1970, 1, 1) + timedelta(days=number)
    assert WEEKDAYS[weekday_of(number)] == f"{day:%A}"
