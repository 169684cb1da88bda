"""The tables of a log that stays in ClickHouse, and the conditions by which parts are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from termstats.data.importers.xapi.actors import LONGEST_KEY
from termstats.data.importers.xapi.aspects import TABLES, EventTable, has_event_tables, others
from termstats.data.importers.xapi.aspects import read_table as read_events
from termstats.data.importers.xapi.clickhouse import ClickHouse, quoted, text_of
from termstats.data.importers.xapi.event_log import LOG, TIME, read_log, text_column
from termstats.data.importers.xapi.intake import StatementIntake
from termstats.data.importers.xapi.known import Known
from termstats.data.importers.xapi.statements import SECOND
from termstats.data.model.units import RowId, Second
from termstats.data.store.elsewhere.wanted import Ids, Wanted

MOST = 500_000
"""Events that are read from a log at once."""
_MOST_KEYS = 5_000
"""People or trainings that a query names: of more, all are read."""
_PLAIN = re.compile(r"[\w.+@-]+", re.ASCII)
"""What JSON writes as it is."""
_MOST_PLAIN = 50
_NEVER = "0 = 1"


@dataclass(frozen=True)
class Part:
    """A table, and which of its events are wanted."""

    table: str
    """As SQL names it."""
    micros: str
    """SQL of the microseconds of an event."""
    column: str
    """Name of the column of the time."""
    kind: str
    """Type of that column."""
    where: tuple[str, ...]
    """Conditions of what belongs to the log here."""
    narrows: tuple[str, ...]
    """Conditions of the people and trainings that are wanted."""
    span: tuple[Second, Second]
    """First second that is wanted, and the first one that is not any more."""
    only: frozenset[Second] | None
    read: Callable[[ClickHouse, StatementIntake, str], None]

    @property
    def second(self) -> str:
        """Return the second of an event, in SQL."""
        return f"intDiv({self.micros}, {SECOND})"

    def within(self, low: int, high: int) -> str:
        """Return the condition of a range of seconds, up to `high`, which is not in it."""
        column = quoted(self.column)
        ends = (moment_sql(each, self.kind) for each in (low, high))
        first, past = ends
        return " AND ".join((*self.where, f"{column} >= {first}", f"{column} < {past}"))

    def at(self, seconds: Sequence[Second]) -> str:
        """Return the condition of some seconds, in order."""
        listed = ", ".join(map(str, seconds))
        return f"{self.within(seconds[0], seconds[-1] + 1)} AND {self.second} IN ({listed})"

    @property
    def wanted(self) -> str:
        """Return the condition of what is wanted."""
        if self.only is not None:
            seconds = sorted(each for each in self.only if self.span[0] <= each < self.span[1])
            span = self.at(seconds) if seconds else _NEVER
        else:
            span = self.within(*self.span)
        return " AND ".join((span, *self.narrows))


def moment_sql(second: int, kind: str) -> str:
    """Return a moment to compare a column of that type with: so the server uses its order."""
    if kind.startswith("DateTime64"):
        most = (1 << 62) // SECOND
        return f"fromUnixTimestamp64Micro(toInt64({min(second, most) * SECOND}))"
    return f"toDateTime({max(0, min(second, (1 << 32) - 1))})"


def parts_of(server: ClickHouse, wanted: Wanted, known: Known) -> list[Part]:
    """Return the tables of a log with the conditions of what is wanted."""
    people, trainings = _keys(wanted.people, known.people), _keys(wanted.trainings, known.trainings)
    verbs = _verbs(wanted, known)
    if verbs == [] or people == [] or trainings == []:
        return []
    span = (wanted.low, wanted.high)
    only = wanted.seconds if wanted.newest is not None or wanted.seconds is not None else None

    def part(
        name: str,
        time: str,
        where: tuple[str, ...],
        narrows: tuple[str, ...],
        read: Callable[[ClickHouse, StatementIntake, str], None],
    ) -> Part:
        kind = server.columns(name)[time]
        micros = server.micros(time, kind)
        seconds = (_NEVER,) if only is not None and not only else ()
        return Part(
            *(server.table(name), micros, time, kind, where, (*narrows, *seconds), span, only, read)
        )

    own = server.options.get("table", "")
    if own or not has_event_tables(server):
        name = own or LOG
        narrows = _told_of(people, verbs, text_column(server, name))
        return [part(name, TIME, (), narrows, partial(_read_log, name))]
    narrows = _columns(people, trainings, verbs)
    parts = [
        part(table.name, table.time, (), narrows, partial(_read_table, table)) for table in TABLES
    ]
    for each in others(server):
        narrows = _told_of(people, verbs, text_column(server, each.table))
        parts.append(part(each.table, TIME, (each.where,), narrows, partial(_read_log, each.table)))
    return parts


def _read_log(name: str, server: ClickHouse, intake: StatementIntake, where: str) -> None:
    read_log(server, intake, name, where)


def _read_table(table: EventTable, server: ClickHouse, intake: StatementIntake, where: str) -> None:
    read_events(server, intake, table, where)


def _keys(ids: Ids, keys: dict[str, RowId]) -> list[str] | None:
    """Return the keys of rows; None: of so many, or so written, that all have to be read."""
    if ids is None or len(ids) > _MOST_KEYS:
        return None
    found = [key for key, own in keys.items() if own in ids]
    return None if any(len(key) >= LONGEST_KEY for key in found) else found


def _verbs(wanted: Wanted, known: Known) -> list[str] | None:
    """Return the last words of the verbs that are wanted; None: all of them."""
    if wanted.actions is None and wanted.kinds is None:
        return None
    names = {
        name
        for (kind, name), own in known.actions.items()
        if (wanted.actions is None or own in wanted.actions)
        and (wanted.kinds is None or kind in wanted.kinds)
    }
    is_plain = len(names) <= _MOST_PLAIN and all(_PLAIN.fullmatch(name) for name in names)
    return sorted(names) if is_plain else None


def _columns(
    people: list[str] | None, trainings: list[str] | None, verbs: list[str] | None
) -> tuple[str, ...]:
    """Return the conditions of people, trainings and verbs on the columns of an event table."""
    conditions = []
    if people is not None:
        names = sorted({_lower(name) for key in people for name in _names(key)})
        conditions.append(f"lower(actor_id) IN ({_listed(names)})")
    if trainings is not None:
        conditions.append(f"course_key IN ({_listed(trainings)})")
    if verbs is not None:
        ends = (f"verb_id LIKE {text_of(f'%{verb}%')}" for verb in verbs)
        conditions.append(f"({' OR '.join(ends)})")
    return tuple(conditions)


def _told_of(people: list[str] | None, verbs: list[str] | None, text: str) -> tuple[str, ...]:
    """Return the conditions that the JSON of a statement names these people and verbs."""
    conditions = []
    names = [_names(key)[-1].removeprefix("mailto:") for key in people or ()]
    for words in (names, verbs or ()):
        is_plain = len(words) <= _MOST_PLAIN and all(_PLAIN.fullmatch(word) for word in words)
        if words and is_plain:
            found = (
                f"positionCaseInsensitive({quoted(text)}, {text_of(word)}) > 0" for word in words
            )
            conditions.append(f"({' OR '.join(found)})")
    return tuple(conditions)


def _names(key: str) -> list[str]:
    """Return what a person may be called in a log: the key, or the name behind a home page.

    The last one is a part of every other: a name may hold blanks.
    """
    own = key.rstrip("#")
    words = own.split(" ")
    return [key, *(" ".join(words[at:]) for at in range(len(words)))]


def _lower(name: str) -> str:
    """Return a name as ClickHouse lowers it: only letters of ASCII."""
    return "".join(each.lower() if each.isascii() else each for each in name)


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(map(text_of, texts))


def number_of(server: ClickHouse, parts: Sequence[Part]) -> int:
    """Return how many rows are wanted.

    Raises:
        SourceError: the server does not answer.
    """
    counts = (f"SELECT count() FROM {part.table} WHERE {part.wanted}" for part in parts)  # noqa: S608
    return sum(int(row[0]) for sql in counts for row in server.rows(sql))


def seconds_sql(parts: Sequence[Part], newest: int | None) -> str:
    """Return the query of (second, rows that are wanted), the latest first."""
    each = " UNION ALL ".join(
        f"SELECT {part.second} AS at FROM {part.table} WHERE {part.wanted}"  # noqa: S608
        for part in parts
    )
    limit = MOST + 1 if newest is None else newest
    return f"SELECT at, count() FROM ({each}) GROUP BY at ORDER BY at DESC LIMIT {limit}"  # noqa: S608


def seconds_of(
    server: ClickHouse, parts: Sequence[Part], newest: int | None
) -> list[tuple[Second, int]]:
    """Return (second, rows that are wanted), at most so many of the `newest`.

    Raises:
        SourceError: the server does not answer.
    """
    rows = server.rows(seconds_sql(parts, newest))
    return [(Second(int(second)), int(number)) for second, number in rows]
