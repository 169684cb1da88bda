"""The blocks of the context pane, made from tables."""

from __future__ import annotations

from dataclasses import dataclass, replace

from termstats.data.model.table import Kind, Row, Table, show

MANY = 8
"""More cells than this are shown without the zeros."""


@dataclass(frozen=True)
class Part:
    """One block of the pane: (name, value) lines, or a diff whose lines begin with + or -."""

    title: str
    lines: tuple[tuple[str, str], ...] = ()
    rest: int | None = None
    """How many more names there are; None: the lines are no list."""
    diff: tuple[str, ...] = ()


def fields_part(table: Table, row: Row) -> Part:
    """Return the cells of a row by their headings; ids and empty cells are left out.

    Of many columns those with 0 are left out too.
    """
    nothing = (None, 0) if len(row) > MANY else (None,)
    shown = table.with_rows((row,), table.row_kinds[:1])
    lines = tuple(
        (column.heading, shown.shown(0, at))
        for at, column in enumerate(table.columns)
        if column.kind is not Kind.IDENT and row[at] not in nothing and column.name != "diff"
    )
    return Part("", lines)


def counted_parts(table: Table) -> list[Part]:
    """Return the parts of a table of part, name, number, and how many names the part has."""
    parts: dict[str, Part] = {}
    for title, name, number, names in table.rows:
        part = parts.get(str(title), Part(str(title)))
        lines = (*part.lines, (str(name), show(number, Kind.COUNT)))
        rest = names - len(lines) if isinstance(names, int) else None
        parts[part.title] = replace(part, lines=lines, rest=rest)
    return list(parts.values())
