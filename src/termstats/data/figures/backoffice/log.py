"""The activity log of the backoffice level: every administrative action, a page at a time."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Subquery, Table, func, select

from termstats.data.figures.backoffice.reading.platform_use import actions_of, why_empty
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.policy import Details
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.logs.blocks import Seek, Within
from termstats.data.figures.logs.event_details import further_objects, parts, read_objects
from termstats.data.figures.logs.narrow import fitting_actions, fitting_ids
from termstats.data.figures.logs.pages import Narrowed, event_page
from termstats.data.model.filter_base import Field
from termstats.data.model.period import Period, add_months
from termstats.data.model.records import Record
from termstats.data.model.table import Cell, Destination, codes, moment, words
from termstats.data.model.text import clean
from termstats.data.model.units import EventId, RowId
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.schema import EVENT_SEQUENCE_BITS

COLUMNS = (
    moment("timestamp", "Time"),
    words("domain_id", "Domain"),
    words("user_id", "User", "who did it"),
    words("dataset_id", "Dataset"),
    words("username", "Affected user", "whom the action had an effect on"),
    codes("action", "Action"),
    words("group_id", "Group"),
    words("page_id", "Page"),
    words("diff", "Difference", "what the action changed, as JSON"),
    words("map_id", "Map"),
    words("reuse_title", "Reuse"),
    words("subdomain_id", "Subdomain"),
)
_CELLS = {
    **{"dataset": "dataset_id", "page": "page_id", "map": "map_id"},
    **{"group": "group_id", "reuse": "reuse_title"},
}
"""Kind of an object acted on -> the column that shows it."""
_PLACES = {"domain_id": schema.place.c.domain, "subdomain_id": schema.place.c.subdomain}
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d).*)?)?")


@figure(
    "backoffice.log",
    record=Record.ADMINISTRATION,
    title="Activity log",
    level=Level.BACKOFFICE,
    row="action",
    columns=COLUMNS,
    row_opens=Destination("learner", (("learner", "user_id"),)),
    paged=True,
    lead=("timestamp", "user_id", "action", "dataset_id", "page_id"),
    details=Details(
        "backoffice.object-history",
        filters=(
            (Field.OBJECT, "page_id"),
            (Field.OBJECT, "dataset_id"),
            (Field.OBJECT, "map_id"),
            (Field.PERSON, "user_id"),
            (Field.ACTION, "action"),
        ),
        first_only=True,
    ),
)
async def log(q: Query) -> Rows:
    """Every administrative action of the period, newest first, as the platform logged it.

    The columns and their order are those of an Opendatasoft activity log. The user is who acted;
    the affected user is somebody else on whom the action had an effect. Nothing is left out:
    machines, and actions without a known user, are rows too. Screens show names where the log has
    ids. A filter keeps the rows whose cell, or the name of it, contains the text, upper and lower
    case alike; several filters must all fit.
    """
    admin, around = await actions_of(q, "admin"), _Around()

    async def read(block: Sequence[Any]) -> None:
        await around.read(q, block)

    async def narrow(events: Subquery, name: str, text: str) -> Narrowed:
        return await _narrowed(q, events, name, text, admin)

    page = await event_page(
        q,
        COLUMNS,
        around.row_of,
        events=q.platform.events(),
        before_rows=read,
        narrow=narrow,
        seek=Seek("action_id", list(admin)),
        name_of=around.name_of,
    )
    page.columns = tuple(
        replace(column, names=tuple(around.names.get(column.name, {}).items()))
        for column in COLUMNS
    )
    if not page.rows and q.request.after is None and page.after is None:
        page.empty = await why_empty(q, "admin", "administrative actions")
        if q.request.row_search:
            page.empty = "No row fits the filter. Shorten it, or choose a longer period."
    affected = [column.name for column in COLUMNS].index("username")
    page.people = (*page.people, *(str(row[affected]) for row in page.rows if row[affected]))
    return page


async def _narrowed(
    q: Query, events: Subquery, name: str, text: str, admin: Mapping[RowId, str]
) -> Narrowed:
    """Return what skips most events whose cell cannot fit; what is read is checked again."""
    person, place, object_ = schema.person, schema.place, schema.object_
    kinds = {column: kind for kind, column in _CELLS.items()}
    if name == "action":
        return [Seek("action_id", fitting_actions(admin, text))]
    if name in ("user_id", "username"):
        people = await _fitting(q, person, (q.key_of(person), person.c.name), text)
        return [Seek("person_id" if name == "user_id" else "target_person_id", people)]
    if name in _PLACES:
        return [Seek("place_id", await fitting_ids(q, place, _PLACES[name], text))]
    if name in kinds:
        of_kind = object_.c.kind == kinds[name]
        shown = (q.key_of(object_), object_.c.title)
        return [Seek("object_id", await _fitting(q, object_, shown, text, of_kind))]
    if name == "timestamp":
        return _within(q, text)
    # Databases fold the case of ASCII only.
    if text.isascii() and not set(text) & set('"\\/'):
        return [func.lower(events.c.diff).contains(text, autoescape=True)]
    return [events.c.diff.is_not(None)]


async def _fitting(
    q: Query,
    table: Table,
    shown: Sequence[ColumnElement[Any]],
    text: str,
    *where: ColumnElement[bool],
) -> list[RowId]:
    """Return the ids of the rows of which one of the texts contains `text`."""
    ids = [each for column in shown for each in await fitting_ids(q, table, column, text, *where)]
    return list(dict.fromkeys(ids))


def _within(q: Query, text: str) -> Narrowed:
    """Return the days of a year, month or date that a text begins with; of other parts, none."""
    matched = _DATE.fullmatch(text)
    if matched is None:
        return []
    year, month, day = matched.groups()
    # A cell begins with its date: no other part of it is written like this.
    try:
        first = date(int(year), int(month or 1), int(day or 1))
        last = first if day else add_months(first, 1 if month else 12) - timedelta(days=1)
    except (ValueError, OverflowError):
        return [Within(EventId(0), EventId(0))]
    low, high = Period(first, last).seconds(q.zone)
    bits = EVENT_SEQUENCE_BITS
    return [Within(EventId(low << bits), EventId(high << bits))]


@dataclass
class _Around:
    """What belongs to the events that were read last."""

    places: dict[RowId, Any] = field(default_factory=dict)
    objects: dict[RowId, Any] = field(default_factory=dict)
    further: dict[EventId, list[RowId]] = field(default_factory=dict)
    targets: dict[RowId, str] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    """Column -> id in it -> the name that people know."""

    def name_of(self, column: str, cell: Cell) -> Cell:
        """Return what a person reads for a cell."""
        return self.names[column].get(str(cell), cell) if column in self.names else cell

    def _name(self, column: str, key: Any, name: Any) -> None:
        if key and name:
            self.names[column][clean(str(key))] = clean(str(name))

    async def read(self, q: Query, block: Sequence[Any]) -> None:
        """Read what belongs to these events."""
        if not self.places:
            self.places = {row.id: row for row in await q.fetch(select(schema.place))}
        self.further = await further_objects(q, [event.id for event in block])
        wanted = {event.object_id for event in block}
        await read_objects(q, self.objects, wanted.union(*self.further.values()))
        person = schema.person
        asked = {event.target_person_id for event in block} - {None}
        for some in parts(sorted(asked - self.targets.keys())):
            named = select(person.c.id, person.c.name, q.key_of(person).label("key"))
            for row in await q.fetch(named.where(person.c.id.in_(some))):
                self.targets[row.id] = row.key
                self._name("username", row.key, row.name)

    def row_of(self, event: Any) -> tuple[Cell, ...] | None:
        """Return one event as the cells of COLUMNS; None: no administrative action."""
        if event.kind != "admin":
            return None
        cells: dict[str, Cell] = {
            "timestamp": event.second,
            "user_id": event.learner_key,
            "username": self.targets.get(event.target_person_id),
            "action": event.action,
            "diff": event.diff,
        }
        self._name("user_id", event.learner_key, event.learner)
        place = self.places.get(event.place_id)
        if place is not None:
            cells |= {"domain_id": place.domain or None, "subdomain_id": place.subdomain or None}
        for each in (event.object_id, *self.further.get(event.id, ())):
            object_ = self.objects.get(each)
            if object_ is not None and object_.kind in _CELLS:
                shown = object_.title if object_.kind == "reuse" else object_.key
                cells[_CELLS[object_.kind]] = shown
                self._name(_CELLS[object_.kind], shown, object_.title)
        return tuple(cells.get(column.name) for column in COLUMNS)
