"""docs/store.md: every table and column, worked queries, and accounts that can only read."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING

from termstats.cli.store_queries import QUERIES

if TYPE_CHECKING:
    from sqlalchemy import Column, Table

_INTRODUCTION = """\
A store is one SQLite file. `termstats sql` reads it, and so does every tool that opens SQLite; open
it read-only. Tables and columns may change with the version of the schema (`store_setting`): then
the source is imported again. Ids and columns of figures do not change, so a script is better off
with `termstats report`.

```sh
termstats sql "SELECT name, platform FROM source"
termstats sql --store academy.db --param training=safety --format csv -o days.csv - < activity.sql
```

Only SELECT is taken, and WITH, VALUES and EXPLAIN in front of one. `:name` in the SQL takes its
value from `--param name=VALUE`; what is written as a number is one, `007` is text. Ctrl+C ends a
long one. Tables know no scope: with a `--viewer` who is no administrator nothing is read.

## Units

- **Moments** are whole seconds since 1970 UTC: `datetime(joined_at, 'unixepoch')`. The moment of an
  event is `id >> 20`.
- **Days** are local days of the store's zone (`store_setting` `zone`), counted from 1970-01-01:
  `date(day * 86400, 'unixepoch')`.
- **Durations** are seconds, **scores and progress** 0 to 100, **points** the platform's own.
- **Flags** are 0 and 1, but `flags`, which is bits. **NULL** is no value: no score is not 0 points.
- **Bitmaps** are roaring bitmaps: no SQL reads them; day tables hold the same as rows.
- `key` is the platform's own id, unique within a source; `id` is a number of this store, which the
  next import may give to another row. Columns that end in `_id` hold the `id` of the table named.

## Who and what counts

`person.counted = 1` are learners: not staff, flagged, blocked, deleted, anonymous or bots.
`clock = 0` is when it happened, by the device where there are two; `clock = 1` when the server
received it. `training_id = 0` in day tables is the whole platform. Kinds of actions are page, quiz,
media, resource, download, search, login, forum and other; admin, api, function and error are use of
the platform itself.
"""
_READERS = """\
## An account that can only read

For `termstats import` from a live server. PostgreSQL, as an administrator of the database
`academy`:

```sql
CREATE ROLE reader LOGIN PASSWORD 'choose one';
GRANT CONNECT ON DATABASE academy TO reader;
GRANT USAGE ON SCHEMA public TO reader;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;
ALTER ROLE reader SET default_transaction_read_only = on;
ALTER ROLE reader SET statement_timeout = '10min';
```

Tables that the platform makes later need the fourth line again. MariaDB (MySQL: without the last
line):

```sql
CREATE USER 'reader'@'localhost' IDENTIFIED BY 'choose one';
GRANT SELECT ON academy.* TO 'reader'@'localhost';
GRANT USAGE ON *.* TO 'reader'@'localhost' WITH MAX_STATEMENT_TIME 600;
```

Instead of `localhost` write the machine from which termstats reads. Keep the password out of the
command line: `TERMSTATS_STORE` and the configuration file are for stores, so for a source use the
server's own ways (`.pgpass`, a local socket), or an account that only this machine may use.
"""


def store_page() -> str:
    """Return docs/store.md without its first lines, made from the schema and the queries."""
    return "\n".join([_INTRODUCTION, *_queries(), *_tables(), "", _READERS])


def _queries() -> Iterator[str]:
    yield "## Worked queries"
    for number, query in enumerate(QUERIES, 1):
        yield f"\n### {number}. {query.title}\n"
        if query.words:
            yield f"{query.words}\n"
        yield f"```sql\n{query.sql}\n```\n"
        yield f"The same numbers: `{query.same}`"


def _tables() -> Iterator[str]:
    yield "\n## Tables"
    for title, module in _rooms():
        yield f"\n### {title}"
        for table in _tables_of(module):
            yield f"\n**{table.name}**: {table.comment}\n"
            yield "| column | type | what it is |"
            yield "|---|---|---|"
            yield from (f"| `{c.name}` | {_type(c)} | {_words(c)} |" for c in table.columns)


def _rooms() -> list[tuple[str, ModuleType]]:
    """Return the parts of the schema with their titles."""
    from termstats.data.store.schema import content, days, events, learning, people, sources

    return [
        ("What was imported", sources),
        ("People and classes", people),
        ("Content", content),
        ("Learning", learning),
        ("Events", events),
        ("Day tables, made of the others by every import", days),
    ]


def _tables_of(module: ModuleType) -> list[Table]:
    from sqlalchemy import Table

    return [each for each in vars(module).values() if isinstance(each, Table)]


def _type(column: Column[object]) -> str:
    """Return the type as SQLite has it, and whether there is always a value."""
    from sqlalchemy.dialects import sqlite

    kind = column.type.compile(sqlite.dialect()).lower()
    return kind if column.nullable else f"{kind}, always"


def _words(column: Column[object]) -> str:
    from termstats.data.store.schema.columns import REFERS_TO

    target = column.info.get(REFERS_TO)
    words = (column.comment or "").replace("|", "\\|")
    if not target:
        return words
    return f"`{target}.id`" if words == target else f"`{target}.id`: {words}"
