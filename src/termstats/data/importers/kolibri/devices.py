"""Opens the databases of devices and merges their rows: the same id on two devices is one row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from termstats.data.importers.kolibri.files import DeviceFiles, looks_like
from termstats.data.importers.kolibri.tables import (
    ENDS,
    FLAGS,
    NOTIFICATIONS,
    OLDEST,
    REQUIRED,
    TABLES,
    key,
    moment,
    stamp,
)
from termstats.data.importers.sources import cells
from termstats.data.importers.sources.opening import open_source
from termstats.data.importers.sources.tables import TableSource, require
from termstats.data.importers.writing.base import ImportContext
from termstats.data.importers.writing.table_run import Columns, TableRun, needed
from termstats.data.model.errors import SourceError
from termstats.data.model.plural import counted
from termstats.data.model.units import Second
from termstats.data.store import schema

ELSEWHERE = "the same row on another device, which is as new or newer"
"""Why a row is passed over."""
_DAY = 86_400
Row = tuple[Any, ...]
_Rank = tuple[Any, ...]


class DeviceRun(TableRun):
    """The tables of one device, and what its logs say of its clock."""

    def __init__(self, source: TableSource, context: ImportContext) -> None:
        super().__init__(source, context, TABLES)
        self.id = ""
        self.flags: TableRun | None = None
        """The tables of its second file."""
        self.newest = ""
        """Stamp of its newest log with a possible clock."""
        self.latest = ""
        """Stamp of its newest log, possible or not."""
        self.rows_read = 0
        """Rows of logs."""
        self.impossible = 0
        """Rows of logs that end before 2000 or after the import."""


@dataclass
class Devices:
    """The devices of one import, and what is possible as a time of their logs."""

    context: ImportContext
    until: Second
    """Later times are impossible: when the import began, or what the data are as of."""
    runs: list[DeviceRun] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._until = f"{datetime.fromtimestamp(self.until, UTC):%Y-%m-%d %H:%M:%S.999999}"

    def is_possible(self, written: str) -> bool:
        """Return whether a stamp may be true: from 2000 to the import."""
        return OLDEST <= written <= self._until

    @property
    def newest(self) -> Second | None:
        """Return the newest possible moment in a log of any device; None: there is none."""
        return moment(max((run.newest for run in self.runs), default=""))

    async def open(self, files: Sequence[DeviceFiles], stack: AsyncExitStack) -> None:
        """Open every device; `stack` closes them.

        Raises:
            SourceError: a file is none of Kolibri, is damaged, or lacks a table.
        """
        others: list[str] = []
        for each in files:
            source = await stack.enter_async_context(
                await open_source(each.location, needed(TABLES))
            )
            if what := await looks_like(source):
                if not each.found:
                    raise SourceError(f"{source.name}: not a database of Kolibri: {what}")
                others.append(source.name)
                continue
            await require(source, "Kolibri", REQUIRED)
            run = DeviceRun(source, self.context)
            if each.notifications is not None:
                second = await stack.enter_async_context(
                    await open_source(str(each.notifications), needed(FLAGS))
                )
                run.flags = TableRun(second, self.context, FLAGS)
            self.runs.append(run)
        if others:
            named = ", ".join(others[:3]) + (", ..." if len(others) > 3 else "")
            self.context.report.notes.append(f"{len(others)} other databases not read: {named}")
        if not self.runs:
            raise SourceError(f"{self.context.report.source}: no database of Kolibri in it")
        await self._name_devices()

    async def _name_devices(self) -> None:
        for run in self.runs:
            ids = [row async for row in run.rows("morango_instanceidmodel")]
            current = [key(row[0]) for row in ids if cells.flag(row[1])] or [
                key(row[0]) for row in ids
            ]
            run.id = (current[0] if current else "") or run.source.name.rpartition("/")[2]
        self.runs.sort(key=lambda run: (run.id, run.source.name))

    async def rows(self, table: str) -> list[Row]:
        """Return the rows of a table of all devices, each id once, in the order of their ids.

        Of several rows with one id the one that reaches furthest by a possible clock is taken, of
        those the longer one; where a table has no such times, that of the device with the newest
        logs. What is not taken is counted as refused.
        """
        columns, best = TABLES[table], dict[str, tuple[_Rank, Row]]()
        for run in self.runs:
            intake = self.context.intake(table)
            async for row in run.rows(table):
                own = key(row[0])
                if not own:
                    run.refuse(table, f"no {columns.names[0]}", row)
                    continue
                row = (own, *row[1:])
                rank = self._rank(run, table, columns, row)
                other = best.get(own)
                if other is not None:
                    intake.pass_over(ELSEWHERE)
                if other is None or _beats(rank, row, other):
                    best[own] = rank, row
        return [best[own][1] for own in sorted(best)]

    def _rank(self, run: DeviceRun, table: str, columns: Columns, row: Row) -> _Rank:
        """Return what tells the newest of equal rows; takes note of the device's clock."""
        ends = ENDS.get(table)
        if ends is None:
            # Who is deleted on one device is deleted.
            is_gone = table == "kolibriauth_facilityuser" and bool(stamp(row[5]))
            return (is_gone, run.newest, run.id)
        stamps = [stamp(row[columns.names.index(name)]) for name in ends]
        possible = max((each for each in stamps if self.is_possible(each)), default="")
        run.rows_read += 1
        run.newest = max(run.newest, possible)
        run.latest = max(run.latest, *stamps)
        run.impossible += any(each and not self.is_possible(each) for each in stamps)
        names = columns.names
        spent = cells.number(row[names.index("time_spent")]) if "time_spent" in names else 0
        return (possible, spent or 0.0)

    async def help_flags(self) -> list[Row]:
        """Return the notifications of all devices, without their own numbers, sorted."""
        flags: set[Row] = set()
        for run in self.runs:
            if run.flags is not None:
                async for row in run.flags.rows(NOTIFICATIONS):
                    flags.add(tuple(map(cells.text, row[1:])))
        return sorted(flags)

    async def note_gaps(self) -> None:
        """Note what the versions of the devices lack, and which of their tables are not read."""
        report = self.context.report
        for run in self.runs:
            await run.note_gaps()
        report.gaps[:] = dict.fromkeys(report.gaps)
        report.notes[:] = dict.fromkeys(report.notes)

    def write(self) -> None:
        """Write how fresh each device is, and how far its clock is off; the stalest first."""
        by_device: dict[str, DeviceRun] = {}
        for run in sorted(self.runs, key=lambda run: (run.newest, run.rows_read)):
            by_device.pop(run.id, None)
            by_device[run.id] = run  # of two copies of one device the newer
        for name, run in by_device.items():
            newest, latest = moment(run.newest), moment(run.latest)
            ahead = latest - newest if newest and latest and run.latest > self._until else 0
            said = {
                "newest": newest,
                "rows": run.rows_read,
                "impossible": run.impossible,
                "ahead": ahead,
                "has_flags": run.flags is not None,
            }
            self.context.report.notes.append(_freshness(run, ahead))
            self.context.writer.add(
                schema.source_setting,
                {"name": f"{schema.DEVICE}{name}", "value": json.dumps(said, sort_keys=True)},
            )


def _freshness(run: DeviceRun, ahead: int) -> str:
    """Return how fresh a device is and how far its clock was off, in one line."""
    newest = f"{run.newest[:16]} UTC" if run.newest else "none with a possible clock"
    off = counted(run.impossible, "row") + " with an impossible clock" if run.impossible else ""
    off += f", up to {counted(ahead // _DAY, 'day')} ahead" if ahead else ""
    told = [f"newest log {newest}", counted(run.rows_read, "row") + " of logs", off]
    return f"device {run.id}: {', '.join(filter(None, told))}"


def _beats(rank: _Rank, row: Row, other: tuple[_Rank, Row]) -> bool:
    """Return whether a row takes the place of another; the order of the files changes nothing."""
    return rank > other[0] or (rank == other[0] and str(row) > str(other[1]))
