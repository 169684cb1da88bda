"""How the cursor reads a point out: which bucket it is, and its values in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from termstats.data.model.table import Column, Kind, Table, show
from termstats.widgets.charts.days import ONE_DAY, several_years, step_of, week_before
from termstats.widgets.charts.series import Series
from termstats.widgets.charts.time_axis import day_words
from termstats.widgets.charts.unfinished import is_unfinished


def bucket_words(day: date, step: float, *, year: bool = False, zone: str = "UTC") -> str:
    """Return the name of a point: `Tue 3 Nov`, `week of 2 Nov`, `Nov 2026`.

    Of a moment where its bucket is on the clock of `zone`: `Wed 15 May 12:00-16:00`.
    """
    if isinstance(day, datetime):
        return _moment_words(day, day + timedelta(days=step), ZoneInfo(zone), year)
    if step >= 28:
        return f"{day:%b} {day.year}"
    words = day_words(day, year=year)
    return f"week of {words}" if step >= 7 else f"{day:%a} {words}"


def _moment_words(start: datetime, end: datetime, zone: ZoneInfo, year: bool) -> str:
    """Return `Wed 15 May 12:00-16:00`, `Wed 15 May`, `12 May - 16 May`, `14 May 12:00 - 17 May`."""
    start, end = start.astimezone(zone), end.astimezone(zone)
    midnights = not (start.hour or start.minute or end.hour or end.minute)
    if midnights and (end - start).days > 1:
        last = end - ONE_DAY
        return f"{day_words(start, year=year)} - {day_words(last, year=year)}"
    words = f"{start:%a} {day_words(start, year=year)}"
    if midnights:
        return words
    if start.date() == end.date():
        return f"{words} {start:%H:%M}-{end:%H:%M}"
    if not (end.hour or end.minute) and end.date() - start.date() == ONE_DAY:
        return f"{words} {start:%H:%M}-24:00"
    return f"{words} {start:%H:%M} - {end:%a} {day_words(end, year=year)} {end:%H:%M}"


def read_series(
    head: str,
    drawn: Sequence[Series],
    values: Sequence[float | None],
    *,
    total: bool,
    series: str = "",
) -> str:
    """Return the values of one point in words.

    `total`: the values are parts of a whole, which is said first, then the largest of them. Of more
    than three others letters stand for the names, as in the chart. Only the value of `series`, the
    name of a column, where it is drawn.
    """
    for one, value in zip(drawn, values, strict=True):
        if one.column.name == series or len(drawn) == 1:
            return f"{head}: {value_words(value, one.column)}"
    kind = drawn[0].column.kind
    points = list(zip(drawn, values, strict=True))
    if not total:
        short = len(drawn) > 3
        parts = [
            f"{one.letter if short else one.column.heading} {show(value, kind)}"
            for one, value in points
        ]
        return f"{head}: {('  ' if short else ', ').join(parts)}"
    largest = sorted((point for point in points if point[1]), key=lambda point: -(point[1] or 0))
    parts = [f"{one.column.heading} {show(value, kind)}" for one, value in largest]
    whole = f"{head}: {show(sum(value or 0 for value in values), kind)} in all"
    return f"{whole}: {', '.join(parts)}" if parts else whole


def stretch_words(
    first: date, last: date, step: float, *, year: bool = False, zone: str = "UTC"
) -> str:
    """Return the name of one point, or of several neighbours: `Mon 2 Nov to Sun 8 Nov`."""
    words = bucket_words(first, step, year=year, zone=zone)
    if first == last:
        return words
    return f"{words} to {bucket_words(last, step, year=year, zone=zone)}"


def value_words(value: float | None, column: Column) -> str:
    """Return one value with its unit: `88 users`, `64 %`."""
    words = show(value, column.kind)
    if column.kind in (Kind.PERCENT, Kind.SHARE, Kind.SECONDS) or value is None:
        return words
    return f"{words} {column.heading[:1].lower()}{column.heading[1:]}"


def change_words(value: float | None, before: float | None, day: date, kind: Kind) -> str:
    """Return `+31 on the Tuesday before`, or nothing where there is nothing to compare."""
    if value is None or before is None:
        return ""
    change = value - before
    if not change:
        return f"as on the {day:%A} before"
    return f"{'+' if change > 0 else '-'}{show(abs(change), kind)} on the {day:%A} before"


def read_row(
    read: Sequence[Series],
    days: tuple[date, ...],
    row: int,
    table: Table,
    previous: Table | None,
) -> str:
    """Return the exact values at one row, and what one number is compared with.

    That is the same bucket of `previous` where it is given, else the same weekday before.
    """
    step = step_of(days, table.step)
    year = several_years(days)
    name = bucket_words(days[row], step, year=year, zone=table.zone)
    words = read_series(name, read, [one.values[row] for one in read], total=False)
    if row == len(days) - 1 and is_unfinished(table, days):
        return f"{words} so far, {'day ' if step == 1 else ''}not over"
    if len(read) > 1:
        return words
    value, kind = read[0].values[row], read[0].column.kind
    if previous is not None:
        return words + _compared(value, read[0].column.name, row, previous, step, days[row].year)
    earlier = week_before(days, row, step)
    if earlier is None:
        return words
    change = change_words(value, read[0].values[earlier], days[row], kind)
    return f"{words} ({change})" if change else words


def _compared(
    value: float | None, column: str, row: int, previous: Table, step: float, year: int
) -> str:
    """Return `, 10 on Sat 17 Oct, 20 more`: the same bucket of the period that is compared.

    `year`: that of the bucket; another one is said.
    """
    names = [each.name for each in previous.columns]
    if column not in names or row >= len(previous.rows) or value is None:
        return ""
    at = names.index(column)
    before, day = previous.rows[row][at], previous.rows[row][0]
    if not isinstance(before, (int, float)) or not isinstance(day, date):
        return ""
    kind = previous.columns[at].kind
    difference = value - before
    more = "the same"
    if difference:
        more = f"{show(abs(difference), kind)} {'more' if difference > 0 else 'less'}"
    when = bucket_words(day, step, year=day.year != year, zone=previous.zone)
    return f", {show(before, kind)} on {when}, {more}"
