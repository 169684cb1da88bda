"""`termstats audit`: who saw or took whose data, from the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from termstats.cli.options import period_option, store_options
from termstats.cli.output import (
    OUTPUT_OPTIONS,
    check_output,
    opened_output,
    say_written,
    table_file,
)
from termstats.cli.settings import Settings, settings_of
from termstats.data.model.errors import UsageError

if TYPE_CHECKING:
    from termstats.data.model.audit import Entry
    from termstats.data.model.table import Row, Table

_PAGE = 5_000


@click.command()
@store_options
@click.option("--person", metavar="ID", help="Only where this person may be in what was given.")
@click.option("--by", metavar="ID", help="Only what the viewer with this id did.")
@click.option("--uid", type=int, metavar="N", help="Only what this account of the machine did.")
@period_option
@OUTPUT_OPTIONS[0]
@OUTPUT_OPTIONS[1]
@OUTPUT_OPTIONS[2]
@OUTPUT_OPTIONS[3]
@click.pass_context
def audit(
    context: click.Context,
    person: str | None,
    by: str | None,
    uid: int | None,
    period: str | None,
    format_: str,
    output: Path | None,
    force: bool,
) -> None:
    """Print who saw or took whose data: the audit log, oldest first, moments in UTC.

    The log is that of --audit-log (before the name of the command) or audit_log in the
    configuration file. Ids are the platform's own. Days are counted by the clock of this machine.
    It is for administrators.
    """
    import asyncio

    from termstats.data.model.audit import Entries

    check_output(output, force=force)
    settings = settings_of(context)
    settings.check_names("the audit log is")
    if settings.audit is None:
        raise UsageError("which log? give termstats --audit-log FILE audit, or set audit_log")
    asyncio.run(_check_viewer(settings))
    entries, rows = Entries(settings.audit.expanduser()), 0
    wanted = _wanted(iter(entries), person, by, uid, period)
    head = _head(with_people=format_ != "text")
    with opened_output(output) as out:
        file = table_file(format_, out, settings.csv)
        while page := tuple(_row(each, format_) for each in islice(wanted, _PAGE)):
            file.add(replace(head, rows=page))
            rows += len(page)
        if not rows:
            file.add(head)
        file.end()
    say_written(rows, output)
    if entries.unreadable:
        click.echo(f"termstats: warning: {entries.unreadable:,} lines are no entries", err=True)


async def _check_viewer(settings: Settings) -> None:
    """Check that who asks is no viewer with less than everything.

    Raises:
        NotAllowed: they are.
        StoreError: the store in which the viewer is to be found cannot be read.
    """
    from termstats.data.query.scope import for_administrators
    from termstats.data.store.opening import open_store

    if settings.viewer is None:
        return
    store = await open_store(settings.location(or_sample=True))
    try:
        async with store.connect() as connection:
            await for_administrators(connection, settings.viewer, "the audit log is")
    finally:
        await store.close()


def _wanted(
    entries: Iterator[Entry],
    person: str | None,
    by: str | None,
    uid: int | None,
    period: str | None,
) -> Iterator[Entry]:
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from termstats.data.model.period import EPOCH
    from termstats.data.model.period_text import parse_period

    now = datetime.now(UTC)
    first, end = parse_period(period or "all", now, (EPOCH, now.date())).seconds(ZoneInfo("UTC"))
    for entry in entries:
        if person is not None and not entry.is_about(person):
            continue
        if by is not None and entry.viewer != by or uid is not None and entry.uid != uid:
            continue
        if first <= datetime.fromisoformat(entry.at).timestamp() < end:
            yield entry


def _head(*, with_people: bool) -> Table:
    from termstats.data.model.table import Table, count, moment, words

    columns = (
        moment("at", "Time"),
        words("viewer_id", "Viewer"),
        words("role", "Role"),
        words("uid", "Account"),
        words("what", "What"),
        words("figure", "Figure"),
        words("training_id", "Training"),
        words("class_id", "Class"),
        words("whose", "Whose data"),
        count("rows", "Rows"),
        *([words("people", "People"), words("store", "Store")] if with_people else []),
    )
    empty = "No entry fits."
    return Table("audit", "Audit log", columns, (), empty=empty, zone="UTC")


def _row(entry: Entry, format_: str) -> Row:
    from datetime import datetime

    from termstats.data.model.plural import counted
    from termstats.data.model.text import clean

    whose = counted(len(entry.people), "person") if entry.people else ""
    shown = (
        *(entry.viewer, entry.role, None if entry.uid is None else str(entry.uid), entry.deed),
        *(entry.figure, entry.training, entry.class_, "anybody" if entry.everybody else whose),
    )
    cells = (None if each is None else clean(each) for each in shown)
    more = () if format_ == "text" else (clean(" ".join(entry.people)), clean(entry.store))
    return (datetime.fromisoformat(entry.at), *cells, entry.rows, *more)
