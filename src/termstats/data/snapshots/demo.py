"""The demo mode: a store in which people stand under the pseudonyms of snapshots, live.

Every connection sees views in place of the tables in which people are named, so that nothing that
is read through it - figures, search, completion, exports - can name anybody. Ids inside the store
stay: what is in scope, in focus or chosen is the same with names and without.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import Engine

from termstats.data.model.units import RowId
from termstats.data.snapshots.tables import (
    COPIED,
    LEFT_OUT,
    NAMELESS_COLUMNS,
    TABLES,
    pseudonym_key,
    pseudonym_name,
)
from termstats.data.store import schema
from termstats.data.store.connecting import ReadingConnection
from termstats.data.store.elsewhere.opening import NoLog
from termstats.data.store.files import engine_of
from termstats.data.store.opening import Store
from termstats.data.store.servers.held import StoreOnServer
from termstats.data.store.servers.views import NamelessView

SAME = frozenset(("grant", "store_setting", *(table.name for table in schema.DAY_TABLES)))
"""Tables that a snapshot under pseudonyms leaves out though they name nobody: ids stay here."""
_NO_LOG = (
    "the events of this store stay in their log, which knows people by their names: "
    "there are none under pseudonyms"
)
KEPT = frozenset((("event", "extra"), ("object", "extra")))
"""Columns that a snapshot empties, and that figures count by here: no screen shows them whole."""
_ON_SERVERS = {COPIED: "", LEFT_OUT: "1 = 0"}
"""Conditions that servers write otherwise."""
_NUMBER = "(SELECT n.new FROM demo_number AS n WHERE n.id = t.id)"


@dataclass(frozen=True)
class Drawing:
    """How people come to their numbers: the same of everybody by the same drawing."""

    salt: bytes
    lasts: tuple[RowId, ...] = ()
    """The highest ids of people before each time that more came: those have the numbers after."""

    def place(self, person: int) -> bytes:
        """Return by what a person, an id of the store, is put in order."""
        # Not by id: the order in which accounts were made tells who somebody is.
        lot = hashlib.blake2b(str(person).encode(), key=self.salt, digest_size=8).digest()
        return bisect_left(self.lasts, person).to_bytes(4) + lot


@dataclass
class NamelessStore(Store):
    """A store with people under pseudonyms."""

    drawing: Drawing = Drawing(b"")


def with_pseudonyms(store: Store) -> Store:
    """Return the store with people under pseudonyms; nothing is read yet, and it closes with it."""
    if store.info.is_demo or store.holder is None:
        return store
    if store.other is None:
        # The same until the store is imported anew.
        salt = b"?" if store.mark is None else repr(store.mark[2:]).encode()
        store.other = _nameless(store, Drawing(salt))
    return store.other


def other_face(store: Store) -> Store:
    """Return the store with names for the one with pseudonyms, and the other way round."""
    return store.with_names if store.info.is_demo else with_pseudonyms(store)


def turn_both(store: Store, fresh: Store, last: RowId) -> None:
    """Let a store with names, and the one under pseudonyms, read what `fresh` was opened on.

    Everybody keeps their pseudonym: new people, whose ids come after `last`, get numbers after.
    """
    nameless = store.other
    store.turn_to(fresh)
    if isinstance(nameless, NamelessStore):
        if not store.is_on_server:
            lasts = dict.fromkeys((*nameless.drawing.lasts, last))
            nameless.drawing = replace(nameless.drawing, lasts=tuple(lasts))
        nameless.turn_to(_nameless(store, nameless.drawing))


def _nameless(store: Store, drawing: Drawing) -> NamelessStore:
    # What imports say of refused rows may name people.
    sources = tuple(replace(source, report={}) for source in store.info.sources)
    info = replace(
        store.info, sources=sources, is_demo=True, has_own_pseudonyms=bool(drawing.lasts)
    )
    return NamelessStore(
        _nameless_engine(store, drawing),
        info,
        audit=store.audit,
        holder=store.holder,
        mark=store.mark,
        log=None if store.log is None else NoLog(_NO_LOG),
        other=store,
        drawing=drawing,
    )


def _nameless_engine(store: Store, drawing: Drawing) -> Engine:
    """Return what connects to a store with people under pseudonyms."""
    if store.path is not None:
        return engine_of(store.path, partial(DemoConnection, drawing=drawing))
    if isinstance(store.holder, StoreOnServer) and store.mark is not None:
        return store.holder.engine(store.mark[0], nameless=True)
    raise ValueError("a store that nothing holds has no second face")


def server_views() -> dict[str, NamelessView]:
    """Return how tables look on a server where people stand under pseudonyms."""
    views = {}
    for name in nameless_tables():
        where = TABLES[name].pseudonymous
        cells = {
            column: "NULL"
            for column in NAMELESS_COLUMNS.get(name, ())
            if (name, column) not in KEPT
        }
        views[name] = NamelessView(cells, _ON_SERVERS.get(where, where))
    return views


class DemoConnection(ReadingConnection):
    """A connection in which people stand under pseudonyms."""

    def __init__(self, *settings: Any, drawing: Drawing, **more: Any) -> None:
        self._drawing = drawing
        super().__init__(*settings, **more)

    def prepare(self) -> None:
        """Draw the numbers of people, and put views before the tables."""
        self.create_function("demo_place", 1, self._drawing.place, deterministic=True)
        self.execute("CREATE TEMP TABLE demo_number (id INTEGER PRIMARY KEY, new INTEGER NOT NULL)")
        self.execute(
            "INSERT INTO demo_number "
            "SELECT id, row_number() OVER (ORDER BY demo_place(id), id) FROM main.person"
        )
        people = self.execute("SELECT count(*) FROM demo_number").fetchone()[0]
        for name in nameless_tables():
            self.execute(_view(name, len(str(people))))
        self.commit()  # else what ends the next transaction takes them off again


def nameless_tables() -> list[str]:
    """Return the tables in whose place views stand."""
    rows = {name for name, each in TABLES.items() if each.pseudonymous != COPIED}
    columns = {
        table for table, names in NAMELESS_COLUMNS.items() if {(table, n) for n in names} - KEPT
    }
    return sorted((rows | columns) - SAME)


def _view(name: str, width: int) -> str:
    """Return the SQL of the view before a table: rows that it leaves out, cells that it empties."""
    columns = ", ".join(
        f'{_cell(name, column.name, width)} AS "{column.name}"'
        for column in schema.metadata.tables[name].columns
    )
    where = TABLES[name].pseudonymous
    return f'CREATE TEMP VIEW "{name}" AS SELECT {columns} FROM main."{name}" AS t WHERE {where}'  # noqa: S608


def _cell(table: str, column: str, width: int) -> str:
    if (table, column) == ("person", "key"):
        return pseudonym_key(table, _NUMBER)
    if (table, column) == ("person", "name"):
        return pseudonym_name(width, _NUMBER)
    emptied = column in NAMELESS_COLUMNS.get(table, ()) and (table, column) not in KEPT
    return "NULL" if emptied else f't."{column}"'
