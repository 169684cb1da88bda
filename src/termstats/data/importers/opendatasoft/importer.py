"""Opendatasoft: activity log, API monitoring and dataset monitoring, as exported files.

The files have no ids. Rows alike inside one file are separate events; of rows that several files
hold, each file's copies stand for the same events, whatever zone or format it was exported in.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, time, tzinfo
from hashlib import blake2b
from typing import Any

from termstats.data.importers.opendatasoft import columns
from termstats.data.importers.sources import cells, tabular
from termstats.data.importers.sources.column_names import SheetColumns
from termstats.data.importers.sources.file_names import day_of_file, day_of_name, files_of
from termstats.data.importers.sources.withheld import is_network
from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.errors import SourceError
from termstats.data.model.period import check_zone, day_number
from termstats.data.model.units import DayNumber, RowId, Second
from termstats.data.store import schema

SHEET = SheetColumns(columns.ALIASES, dates=("timestamp",))
LOG, API, DATASETS = "activity log", "API calls", "datasets"


class OpendatasoftImporter:
    """Reads one exported file, or a folder of them."""

    platform = "opendatasoft"
    title = "Opendatasoft"
    example = "exports/ --store portal.db --zone Europe/Paris"
    help = (
        "an export of the activity log, of API monitoring or of dataset monitoring (CSV, JSON or "
        "JSON Lines, packed or not), or a folder with all exports kept: rows that several files "
        "hold count once; --with-network-data also keeps addresses and what was searched for"
    )

    async def run(self, location: str, context: ImportContext) -> None:
        """Import the file or folder `location`; see `Importer.run`."""
        context.need()
        context.bad_rows.withheld |= set(columns.NETWORK)
        run = OpendatasoftRun(context, check_zone(context.options.source_zone or "UTC"))
        paths, options = files_of(location), context.options
        sheets = tabular.Sheets(SHEET, options.map, options.dates, len(paths))
        for path in paths:
            with sheets.open(path) as sheet:
                _read_sheet(run, sheet, several=len(paths) > 1)
        sheets.check_map()
        _finish(run)


@dataclass
class PortalUser:
    """What the files show of one account."""

    id: RowId
    works: bool = False
    """Acts in the back office."""
    calls: int = 0
    calls_of_bots: int = 0


@dataclass
class OpendatasoftRun:
    """One import under way."""

    context: ImportContext
    zone: tzinfo
    """Zone of times without offset."""
    people: dict[str, PortalUser] = field(default_factory=dict)
    objects: dict[tuple[str, str], RowId] = field(default_factory=dict)
    titles: dict[str, dict[str, str]] = field(default_factory=dict)
    """Dataset id -> its row of the newest snapshot."""
    titles_day: dict[str, DayNumber] = field(default_factory=dict)
    snapshots: dict[tuple[DayNumber, str, str], float] = field(default_factory=dict)
    """(day, measure, dataset id) -> value."""
    seen: Counter[bytes] = field(default_factory=Counter)
    """Row -> how often, in the file that holds it most often."""
    newest: Second | None = None
    repeated: int = 0
    without_offset: int = 0

    def person(self, login: str) -> PortalUser:
        """Return the person with that login, made on first use."""
        if login not in self.people:
            self.people[login] = PortalUser(self.context.writer.new_id(schema.person))
        return self.people[login]

    def object(self, kind: str, key: str) -> RowId:
        """Return the id of an object, made on first use."""
        if (kind, key) not in self.objects:
            self.objects[kind, key] = self.context.writer.new_id(schema.object_)
        return self.objects[kind, key]


def _read_sheet(run: OpendatasoftRun, sheet: tabular.Sheet, *, several: bool) -> None:
    """Read one file as what its columns say it is."""
    run.context.report.notes += sheet.notes
    have = set(sheet.columns)
    if not sheet.header:
        _refuse_rows(run, sheet.path.name, sheet)
    elif have >= {"timestamp", "api"}:
        _read_events(run, API, sheet, several=several)
    elif have >= {"timestamp", "action"} and have & columns.LOG_HAS:
        _read_events(run, LOG, sheet, several=several)
    elif "dataset_id" in have and have & set(columns.MEASURES):
        _read_snapshot(run, sheet)
    else:
        raise SourceError(
            f"{sheet.path}: neither an activity log (timestamp, action, user_id), API monitoring "
            f"(timestamp, api) nor dataset monitoring; it has {', '.join(sheet.header)[:200]}; "
            f"name its columns in {sheet.path.name}.map.json"
        )


def _refuse_rows(run: OpendatasoftRun, name: str, sheet: tabular.Sheet) -> None:
    """Count what a file without columns holds: nothing that could be used."""
    for row in sheet.rows(run.context.intake(name)):
        sheet.refuse("no columns", row)


def _read_events(run: OpendatasoftRun, name: str, sheet: tabular.Sheet, *, several: bool) -> None:
    """Read a log; of `several` files each holds its own copies of the same events."""
    intake, needed = run.context.intake(name), "api" if name == API else "action"
    run.context.need(name, rows=False)
    mine: Counter[bytes] = Counter()
    order = sheet.order("timestamp")
    for row in sheet.rows(intake):
        moment = cells.instant(row.get("timestamp", ""), run.zone, order)
        if moment is None:
            sheet.refuse("the timestamp is not a time", row, row.get("timestamp", ""))
            continue
        if not row.get(needed):
            sheet.refuse(f"no {needed}", row)
            continue
        digest = _digest(name, moment, row)
        if several:
            mine[digest] += 1
            if mine[digest] <= run.seen[digest]:
                run.repeated += 1
                continue
        _count_offset(run, row["timestamp"])
        tie = f"{moment.microsecond:06d}{digest.hex()}"
        second = cells.second_of(moment)
        run.newest = max(second, run.newest or second)
        event = _log_event(run, row) if name == LOG else _api_event(run, row)
        event["place_id"] = run.context.writer.place(*(row.get(n, "") for n in columns.PLACE))
        objects = event.pop("objects", ())
        run.context.writer.add_event(second, tie, event, objects=objects)
    run.seen |= mine


def _digest(name: str, moment: datetime, row: dict[str, str]) -> bytes:
    """Return what tells rows apart: every cell, the time as an instant."""
    cells = [f"{key}\x1e{cell}" for key, cell in row.items() if cell and key != "timestamp"]
    written = "\x1f".join((name, moment.isoformat(), *sorted(cells)))
    return blake2b(written.encode("utf-8", "surrogatepass"), digest_size=12).digest()


def _count_offset(run: OpendatasoftRun, text: str) -> None:
    ending = text.strip()[10:]
    run.without_offset += not ("+" in ending or "-" in ending or ending.upper().endswith("Z"))


def _log_event(run: OpendatasoftRun, row: dict[str, str]) -> dict[str, Any]:
    """Return the event of one row of the activity log. `user_id` acted, `username` did not.

    The first thing that a row names is its object; `objects` are the others.
    """
    event: dict[str, Any] = {"action_id": run.context.writer.action("admin", row["action"])}
    login, target = row.get("user_id", ""), row.get("username", "")
    if login:
        person = run.person(login)
        person.works = True
        event["person_id"] = person.id
    if target:
        event["target_person_id"] = run.person(target).id
    event["diff"] = row.get("diff") or None
    rest = {name: cell for name, cell in row.items() if cell and name not in columns.LOG_USED}
    if not run.context.options.with_network_data:
        rest = {name: cell for name, cell in rest.items() if not _is_network(name)}
    objects = [
        run.object(kind, row[name]) for name, kind in columns.OBJECTS.items() if row.get(name)
    ]
    if objects:
        event["object_id"], *event["objects"] = objects
    event["extra"] = _json(rest)
    return event


def _api_event(run: OpendatasoftRun, row: dict[str, str]) -> dict[str, Any]:
    """Return the event of one API call."""
    login = row.get("user_id") or columns.ANONYMOUS
    person = run.person(login)
    person.calls += 1
    if cells.flag(row.get("bot", ""), unknown=True):
        person.calls_of_bots += 1
    name = columns.call_name(row)
    hits = cells.number(row.get("nhits", ""))
    error = columns.error_name(row)
    event: dict[str, Any] = {
        "action_id": run.context.writer.action("api", name),
        "person_id": person.id,
        "value": hits,
        "error": error,
        "missed": int(error is not None or (hits == 0 and columns.is_search(name))),
    }
    if row.get("dataset_id"):
        event["object_id"] = run.object("dataset", row["dataset_id"])
    rest = {key: cell for key, cell in row.items() if cell and key not in columns.API_USED}
    if name == row["api"]:
        del rest["api"]
    for flag in columns.FLAGS & rest.keys():
        rest[flag] = "true" if cells.flag(rest[flag], unknown=True) else "false"
    network = {key: rest.pop(key) for key in filter(_is_network, tuple(rest))}
    if run.context.options.with_network_data:
        event["ip"] = network.pop("user_ip_addr", None)
        event["agent"] = network.pop("user_agent", None)
        event["detail"] = network.pop("query_text", None)
        rest |= network
    event["extra"] = _json(rest)
    return event


def _is_network(name: str) -> bool:
    return name in columns.NETWORK or is_network(name)


def _json(cells: dict[str, str]) -> str | None:
    return json.dumps(cells, ensure_ascii=False, sort_keys=True) if cells else None


def _read_snapshot(run: OpendatasoftRun, sheet: tabular.Sheet) -> None:
    """Read one snapshot of the datasets; a later file of the same day replaces it."""
    zone = check_zone(run.context.zone)
    given = run.context.options.as_of
    day = day_of_name(sheet.path)
    if day is None and given is not None:
        day = datetime.fromtimestamp(given, zone).date()
    day = day or day_of_file(sheet.path, zone)
    intake = run.context.intake(DATASETS)
    run.context.need(DATASETS, rows=False)
    number = day_number(day)
    end = Second(int(datetime.combine(day, time.max, zone).timestamp()))
    run.newest = max(end, run.newest or end)
    listed: set[str] = set()
    for row in sheet.rows(intake):
        key = row.get("dataset_id", "")
        if not key:
            sheet.refuse("no dataset_id", row)
        elif key in listed:
            sheet.refuse("dataset listed twice", row, key)
        else:
            listed.add(key)
            run.object("dataset", key)
            if number >= run.titles_day.get(key, number):
                run.titles[key], run.titles_day[key] = row, number
            for name in columns.MEASURES:
                value = cells.number(row.get(name, ""))
                if value is not None:
                    run.snapshots[number, name, key] = value


def _finish(run: OpendatasoftRun) -> None:
    """Write people, objects and snapshots in the order of their keys, and describe the source."""
    writer, report = run.context.writer, run.context.report
    for login, person in sorted(run.people.items()):
        anonymous = login == columns.ANONYMOUS
        bot = 0 < person.calls == person.calls_of_bots and not (person.works or anonymous)
        flags = {"anonymous": anonymous, "bot": bot}
        writer.add(
            schema.person,
            {
                "id": person.id,
                "key": login,
                "name": login,
                "username": login,
                "roles": "back office" if person.works else None,
                **{name: int(is_set) for name, is_set in flags.items()},
                "counted": int(not any(flags.values())),
            },
        )
    for (kind, key), new in sorted(run.objects.items()):
        row = run.titles.get(key, {}) if kind == "dataset" else {}
        rest = {name: cell for name, cell in row.items() if cell and name != "dataset_id"}
        title = rest.pop("title", "") or key
        writer.add(
            schema.object_,
            {"id": new, "kind": kind, "key": key, "title": title, "extra": _json(rest)},
        )
    for (day, name, key), value in sorted(run.snapshots.items()):
        writer.add(schema.reported, {"name": name, "day": day, "part": key, "value": value})
    if run.repeated:
        report.notes.append(f"{run.repeated:,} rows are in several files and count once")
    if run.without_offset:
        report.notes.append(
            f"{run.without_offset:,} times carry no offset: read as {run.zone}; "
            "--source-zone names another"
        )
    days = {day for day, _name, _key in run.snapshots}
    if days and len(days) == 1:
        report.notes.append("one snapshot of the datasets: a change over time needs a second one")
    writer.set_source(zone=str(run.zone), as_of=run.newest, has_time=0)
