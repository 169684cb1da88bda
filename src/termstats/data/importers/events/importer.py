"""Events of any platform: a CSV or JSON Lines file with one row per event; see docs/events.md."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import Any

from termstats.data.importers.sources import cells, tabular
from termstats.data.importers.sources.column_names import SheetColumns
from termstats.data.importers.sources.file_names import files_of
from termstats.data.importers.sources.withheld import is_network
from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.errors import SourceError
from termstats.data.model.period import check_zone
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

EVENTS = "events"
EVENT_LIMIT = 4 * 3600
"""Seconds; a longer event is an outlier."""
COLUMNS = (
    *("at", "id", "person", "name", "email", "kind", "action", "training", "module", "activity"),
    *(
        "object",
        "object_kind",
        "domain",
        "subdomain",
        "target",
        "duration",
        "value",
        "weight",
        "detail",
        "session",
    ),
    *("language", "country", "missed", "active", "error", "diff", "ip", "agent"),
)
"""The columns that mean something; every other one becomes a parameter of its events."""
_NETWORK = ("ip", "agent")
_TEXTS = ("detail", "language", "country", "error", "diff")
_KINDS = (*schema.KINDS, *schema.PLATFORM_KINDS)
_WORDS = {
    **dict.fromkeys(("exercise", "assessment", "test", "exam"), "quiz"),
    **dict.fromkeys(("video", "audio"), "media"),
    **dict.fromkeys(("document", "slideshow", "html5", "file"), "resource"),
    **dict.fromkeys(("lesson", "topic"), "page"),
}
"""What other platforms call our kinds."""
SHEET = SheetColumns(
    dict.fromkeys(COLUMNS, ()),
    dates=("at",),
    numbers=("duration", "value", "weight"),
    only_mapped=True,
    words={"kind": (*_KINDS, *_WORDS)},
    maps=Path(__file__).with_name("maps"),
)
_LARGEST_WEIGHT = 1 << 40
"""So that sums of weights stay exact."""
_IDS = frozenset(("id", "person", "target", "session", "training", "module", "activity"))
"""Columns that may hold numbers of another table, which some programs write as `12.0`."""
_LIMITS = {"kind": 20, "name": 120}


class EventsImporter:
    """Reads one file of events, or a folder of them."""

    platform = "events"
    title = "Events"
    example = "clicks.csv --store own.db"
    help = (
        "events of any platform: a CSV, JSON or JSON Lines file (or a folder of them) with a "
        "column `at`, and person, kind, action, training, ...; FILE.map.json names the columns of "
        "files that call them otherwise, or --map with one that is shipped: caliper, canvas, edx, "
        "xapi; docs/events.md lists them all"
    )

    async def run(self, location: str, context: ImportContext) -> None:
        """Import the file or folder `location`; see `Importer.run`."""
        context.need(EVENTS)
        run = EventsRun(context, check_zone(context.options.source_zone or context.zone))
        paths, options = files_of(location), context.options
        sheets = tabular.Sheets(SHEET, options.map, options.dates, len(paths))
        for position, path in enumerate(paths):
            with sheets.open(path) as sheet:
                _read_sheet(run, sheet, position)
        sheets.check_map()
        _finish(run)


@dataclass
class Seen:
    """What is known of a person or a session after all its events."""

    id: RowId
    first: Second
    last: Second
    cells: dict[str, Any] = field(default_factory=dict)

    def at(self, second: Second) -> None:
        """Note one more event."""
        self.first, self.last = min(self.first, second), max(self.last, second)


@dataclass
class EventsRun:
    """One import under way."""

    context: ImportContext
    zone: tzinfo
    """Zone of times without offset."""
    people: dict[str, Seen] = field(default_factory=dict)
    sessions: dict[str, Seen] = field(default_factory=dict)
    enrolled: dict[tuple[RowId, RowId], Second] = field(default_factory=dict)
    """(training, person) -> first event there."""
    subjects: dict[tuple[str, ...], RowId] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    decimal: cells.Mark = ""
    """What stands before decimals in the file."""
    parameters: tuple[str, ...] = ()
    """Columns of the file that become parameters of its events."""
    unknown: Counter[str] = field(default_factory=Counter)
    without_clock: int = 0
    without_training: int = 0
    """Events whose activity is in no training."""
    read: int = 0
    newest: Second | None = None

    def subject(self, table: Any, key: str, title: str, **cells: Any) -> RowId:
        """Return the id of a training, module, activity or object, written on first use."""
        at = (table.name, str(cells.get("kind", "")), key)
        if at not in self.subjects:
            row = {"key": key, "title": title, **cells}
            self.subjects[at] = self.context.writer.add(table, row)
        return self.subjects[at]

    def seen(self, where: dict[str, Seen], table: Any, key: str, second: Second) -> Seen:
        """Return what is known of a person or session, with one more event."""
        if key not in where:
            where[key] = Seen(self.context.writer.new_id(table), second, second)
        where[key].at(second)
        return where[key]


def _read_sheet(run: EventsRun, sheet: tabular.Sheet, position: int) -> None:
    intake = run.context.intake(EVENTS)
    run.context.report.notes += sheet.notes
    have = set(sheet.columns)
    if sheet.header and ("at" not in have or not have & {"kind", "action"}):
        raise SourceError(
            f"{sheet.path}: no column 'at', or neither 'kind' nor 'action'; it has "
            f"{', '.join(sheet.header)[:200]}; name its columns in {sheet.path.name}.map.json"
        )
    run.parameters, run.decimal = _parameters(run, sheet), sheet.decimal
    order = sheet.order("at")
    for line, row in enumerate(sheet.rows(intake)):
        try:
            _add(run, _plain(row), (position, line), order)
        except tabular.RefusedCell as error:
            sheet.refuse(str(error), row, error.cell)


def _plain(row: dict[str, str]) -> dict[str, str]:
    """Return the cells of a row without blanks around them, and ids as they are written once."""
    return {
        name: cells.id_key(cell.strip()) if name in _IDS else cell.strip()
        for name, cell in row.items()
    }


def _parameters(run: EventsRun, sheet: tabular.Sheet) -> tuple[str, ...]:
    """Return the columns that become parameters; says which hold what is not kept."""
    others = [name for name in sheet.columns if name not in COLUMNS]
    if run.context.options.with_network_data:
        return tuple(others)
    network = [name for name in others if is_network(name)]
    if network:
        run.context.report.notes.append(
            f"{sheet.path.name}: only kept with --with-network-data: {', '.join(network)}"
        )
    return tuple(name for name in others if name not in network)


def _add(run: EventsRun, row: dict[str, str], place: tuple[int, int], order: cells.Order) -> None:
    """Add one event.

    Raises:
        RefusedCell: a cell cannot be used; says which.
    """
    at = row.get("at", "")
    second = _second(run, at, order)
    numbers = _numbers(row, run.decimal)
    word, action = row.get("kind", "").casefold(), row.get("action", "")
    kind, action = _WORDS.get(word, word), action or word
    if not action:
        raise tabular.RefusedCell("neither kind nor action")
    if row.get("module") and not row.get("training"):
        raise tabular.RefusedCell("a module without a training")
    if row.get("id") in run.ids:
        raise tabular.RefusedCell("the id is there twice", row["id"])
    if row.get("id"):
        run.ids.add(row["id"])
    params = {n[: _LIMITS["name"]]: row[n] for n in run.parameters if row.get(n)}
    if kind and kind not in _KINDS:
        run.unknown[kind] += 1
        params["kind"], kind = kind, "other"
    event: dict[str, Any] = {
        "key": row.get("id") or None,
        "action_id": run.context.writer.action(kind or "other", action[: _LIMITS["name"]]),
        **{name: row.get(name) or None for name in _TEXTS},
        **numbers,
        "missed": int(cells.flag(row.get("missed"), unknown=True)),
        "active": int(cells.flag(row.get("active") or "1", unknown=True)),
    }
    if run.context.options.with_network_data:
        event |= {name: row.get(name) or None for name in _NETWORK}
    event["place_id"] = run.context.writer.place(row.get("domain", ""), row.get("subdomain", ""))
    _add_people(run, row, event, second)
    _add_subjects(run, row, event)
    training, person = event.get("training_id"), event.get("person_id")
    if training and person and kind not in schema.PLATFORM_KINDS:
        run.enrolled[training, person] = min(second, run.enrolled.get((training, person), second))
    run.read += 1
    run.without_clock += not cells.has_clock(at, order)
    run.newest = max(second, run.newest if run.newest is not None else second)
    run.context.writer.add_event(second, f"{place[0]:06}{place[1]:012}", event, params)


def _second(run: EventsRun, cell: str, order: cells.Order) -> Second:
    moment = cells.instant(cell, run.zone, order)
    if moment is None:
        raise tabular.RefusedCell("at is not a time", cell)
    if not cells.has_clock(cell, order):
        moment += timedelta(hours=12)  # noon, so that no zone moves it to another day
    return cells.second_of(moment)


def _numbers(row: dict[str, str], decimal: cells.Mark) -> dict[str, Any]:
    """Return duration, value and weight of a row, as columns of `event`."""
    columns: dict[str, Any] = {}
    if row.get("duration"):
        seconds = columns["seconds"] = cells.duration(row["duration"], decimal)
        if seconds is None:
            raise tabular.RefusedCell("duration is not a number", row["duration"])
        if not 0 <= seconds <= EVENT_LIMIT:
            columns["flags"] = schema.FLAG_OUTLIER
    if row.get("value"):
        columns["value"] = cells.number(row["value"], decimal)
        if columns["value"] is None:
            raise tabular.RefusedCell("value is not a number", row["value"])
    if row.get("weight"):
        columns["weight"] = cells.whole(row["weight"], 1, _LARGEST_WEIGHT, decimal)
        if columns["weight"] is None:
            raise tabular.RefusedCell("weight is not a whole number above 0", row["weight"])
    return columns


def _add_people(run: EventsRun, row: dict[str, str], event: dict[str, Any], second: Second) -> None:
    key = row.get("person") or row.get("email", "").casefold()
    if key:
        person = run.seen(run.people, schema.person, key, second)
        person.cells |= {name: row[name] for name in ("name", "email") if row.get(name)}
        event["person_id"] = person.id
    if row.get("target"):
        event["target_person_id"] = run.seen(run.people, schema.person, row["target"], second).id
    if row.get("session"):
        # Some platforms number the sessions of each person.
        session = run.seen(run.sessions, schema.session, f"{key}:{row['session']}", second)
        session.cells["person_id"] = event.get("person_id")
        event["session_id"] = session.id


def _add_subjects(run: EventsRun, row: dict[str, str], event: dict[str, Any]) -> None:
    training, module, activity = (row.get(n, "") for n in ("training", "module", "activity"))
    thing, kind = row.get("object", ""), row.get("object_kind", "") or "object"
    if activity and not training:
        run.without_training += 1
        if not thing:
            thing, kind = activity, "activity"
    if thing:
        of_kind = kind[: _LIMITS["kind"]]
        event["object_id"] = run.subject(schema.object_, thing, thing, kind=of_kind)
    if not training:
        return
    ids = {"training_id": run.subject(schema.training, training, training)}
    event |= ids
    if module:
        key = f"{training}/{module}"
        event["module_id"] = run.subject(schema.module, key, module, kind="module", **ids)
        ids["module_id"] = event["module_id"]
    if activity:
        key = "/".join(part for part in (training, module, activity) if part)
        kind = row.get("kind") or "activity"
        event["activity_id"] = run.subject(
            schema.activity, key, activity, type=kind, in_path=0, **ids
        )


def _finish(run: EventsRun) -> None:
    """Write people, sessions and implied enrolments, and describe the source."""
    writer, report = run.context.writer, run.context.report
    for key, person in run.people.items():
        row = {"id": person.id, "key": key, "name": key, "username": key}
        writer.add(schema.person, row | person.cells)
    for key, session in run.sessions.items():
        times = {"started_at": session.first, "ended_at": session.last}
        writer.add(schema.session, {"id": session.id, "key": key, **times, **session.cells})
    for (training, person_id), first in run.enrolled.items():
        ids = {"training_id": training, "person_id": person_id}
        writer.add(schema.enrolment, {**ids, "enrolled_at": first, "implied": 1})
    if run.unknown:
        kinds = ", ".join(f"{kind} {times:,}" for kind, times in run.unknown.most_common(5))
        report.notes.append(f"kinds that are not known count as other: {kinds}")
    if run.without_clock:
        report.notes.append(f"{run.without_clock:,} events have a date and no time of day")
    if run.without_training:
        report.notes.append(
            f"{run.without_training:,} events of an activity without a training: it is their object"
        )
    writer.set_source(
        zone=str(run.zone),
        as_of=run.newest,
        has_clock=int(run.without_clock < run.read or not run.read),
    )
