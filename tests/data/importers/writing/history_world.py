"""A small world of every table whose parts a source can drop, and its rows by platform key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import
from termstats.data.store import schema
from tests.data.figures.hand_store import Fill, Hand, HandImporter, when
from tests.data.importers.store_file import contents, query

FOREIGN = {
    "person_id": "person",
    "owner_id": "person",
    "target_person_id": "person",
    "training_id": "training",
    "module_id": "module",
    "activity_id": "activity",
    "question_id": "question",
    "class_id": "class",
    "object_id": "object",
    "package_id": "object",
    "session_id": "session",
    "attempt_id": "attempt",
    "event_id": "event",
    "action_id": "action",
}
KEYS = {
    "action": ("kind", "name"),
    "person": ("key",),
    "person_field": ("person_id", "field"),
    "training": ("key",),
    "training_tag": ("training_id", "kind", "value"),
    "module": ("key",),
    "activity": ("key",),
    "question": ("key",),
    "class": ("key",),
    "class_member": ("class_id", "person_id", "role"),
    "class_training": ("class_id", "training_id"),
    "object": ("kind", "key"),
    "session": ("key",),
    "enrolment": ("training_id", "person_id"),
    "completion": ("training_id", "person_id", "activity_id"),
    "attempt": ("key",),
    "answer": ("attempt_id", "question_id"),
    "award": ("kind", "key"),
    "point": ("key",),
    "grant": ("person_id", "role"),
    "reported": ("name", "person_id"),
    "event": ("key",),
    "event_param": ("event_id", "name"),
}
"""table -> the columns that tell its rows apart; a table comes after those it refers to."""

_IDS = ("id", "source_id")
Row = dict[str, Any]
Rows = dict[str, dict[tuple[Any, ...], Row]]
"""table -> key -> row, with keys in the place of ids."""


def by_key(store: Path, source: str = "hand") -> Rows:
    """Return every row of one source, independent of the ids that a store gives out."""
    keys: dict[str, dict[int, Any]] = {}
    found: Rows = {}
    source_id = query(store, "SELECT id FROM source WHERE name = ?", source)[0][0]
    for name in KEYS:
        table = schema.metadata.tables[name]
        listed = ", ".join(f'"{column.name}"' for column in table.columns)
        rows = [
            dict(zip(table.columns.keys(), values, strict=True))
            for values in query(store, f'SELECT {listed} FROM "{name}"')  # noqa: S608
        ]
        rows = [row for row in rows if row.get("source_id", source_id) == source_id]
        keys[name] = {row["id"]: tuple(row[c] for c in KEYS[name]) for row in rows if "id" in row}
        found[name] = {}
        for row in rows:
            if name == "event":
                row["second"] = row["id"] >> schema.EVENT_SEQUENCE_BITS
            named = {c: _named(c, v, name, keys) for c, v in row.items() if c not in _IDS}
            if _belongs(named):
                found[name][tuple(named[c] for c in KEYS[name])] = named
    del found["action"]  # shared by all sources, never dropped
    return found


def _named(column: str, value: Any, table: str, keys: Mapping[str, Mapping[int, Any]]) -> Any:
    where = table if column == "parent_id" else FOREIGN.get(column)
    if where is None or value is None:
        return value
    return keys[where].get(value, "of another source")


def _belongs(row: Row) -> bool:
    """Rows without a source of their own belong to that of their parent."""
    return "of another source" not in row.values()


def everything(store: Path) -> dict[str, list[str]]:
    """Return every row of the canonical and of the day tables."""
    return contents(store) | {
        table.name: sorted(map(repr, query(store, f'SELECT * FROM "{table.name}"')))  # noqa: S608
        for table in schema.DAY_TABLES
    }


async def bring(
    store: Path, fill: Fill, as_of: str, *, keeps: bool = True, platform: str = "hand"
) -> ImportReport:
    """Import what `fill` writes into `store`."""
    importer = HandImporter(fill, platform, keeps_history=keeps)
    return await run_import(importer, "by hand", store, ImportOptions(as_of=when(as_of)))


def _event(hand: Hand) -> None:
    hand.writer.add_event(
        when("2026-03-02 10:00"),
        "search",
        {
            "key": "search",
            "person_id": hand.id("person", "bob"),
            "session_id": hand.id("session", "visit"),
            "action_id": hand.writer.action("search", "find"),
            "package_id": hand.id("object", "leaf"),
            "target_person_id": hand.id("person", "ann"),
            "detail": "knots",
            "server_at": when("2026-03-02 10:01"),
        },
        params={"page": "2", "empty": None},
    )


def _field(hand: Hand) -> None:
    hand.person("ann", "Ann")
    hand.writer.add(
        schema.person_field,
        {"person_id": hand.id("person", "ann"), "field": "Town", "value": "Oslo"},
    )


def _tagged(hand: Hand) -> None:
    hand.training("rope", owner_id=hand.id("person", "ann"), status="live")
    hand.writer.add(
        schema.training_tag,
        {"training_id": hand.id("training", "rope"), "kind": "tag", "value": "safety"},
    )


def _try(hand: Hand, key: str, person: str, module: str, question: str, score: float) -> None:
    at = "2026-03-03 09:00"
    hand.attempt(key, person, "rope", module, finished_at=at, score=score, passed=1)
    hand.answer(key, question, answer="42", state="correct", points=1.0)


def _award(hand: Hand, kind: str) -> None:
    hand.award("same key", "ann", kind, "rope", "2026-03-05")


def _point(hand: Hand) -> None:
    hand.writer.add(
        schema.point,
        {"key": "gift", "person_id": hand.id("person", "bob"), "points": 5.0, "at": 0},
    )


def _reported(hand: Hand) -> None:
    row = {"name": "visits", "person_id": hand.id("person", "ann"), "value": 7.0}
    hand.writer.add(schema.reported, row)


Part = tuple[str, Collection[str], Callable[[Hand], object]]
WORLD: tuple[Part, ...] = (
    ("ann", (), _field),
    ("bob", (), lambda h: h.person("bob", "Bob")),
    ("rope", ("ann",), _tagged),
    ("sail", (), lambda h: h.training("sail")),
    ("unit", ("rope",), lambda h: h.module("unit", "rope", kind="section")),
    ("quiz", ("unit",), lambda h: h.module("quiz", "rope", parent="unit", mandatory=1)),
    ("step", ("quiz",), lambda h: h.activity("step", "rope", "quiz")),
    ("page", ("sail",), lambda h: h.activity("page", "sail")),
    ("ask", ("step",), lambda h: h.question("ask", "quiz", "step", correct_answer="42")),
    ("class", ("rope",), lambda h: h.class_("class", ("rope",))),
    ("member", ("class", "bob"), lambda h: h.member("class", "bob")),
    ("tree", (), lambda h: h.object("tree", "data", owner_id=h.ids.get(("person", "ann")))),
    ("leaf", ("tree",), lambda h: h.object("leaf", "data", parent_id=h.id("object", "tree"))),
    ("twin", (), lambda h: h.object("tree", "page")),
    ("visit", ("bob",), lambda h: h._add(schema.session, "visit", person_id=h.id("person", "bob"))),
    ("ann in rope", ("ann", "rope"), lambda h: h.enrol("ann", "rope", "2026-03-01")),
    (
        "bob in rope",
        ("bob", "rope"),
        lambda h: h.enrol("bob", "rope", "2026-03-01", withdrawn_at="2026-03-04"),
    ),
    ("bob in sail", ("bob", "sail"), lambda h: h.enrol("bob", "sail", "2026-03-01")),
    ("done", ("ann in rope", "step"), lambda h: h.complete("ann", "rope", "step", "2026-03-03")),
    ("first", ("ann in rope", "ask"), lambda h: _try(h, "first", "ann", "quiz", "ask", 40.0)),
    ("second", ("ann in rope", "ask"), lambda h: _try(h, "second", "ann", "quiz", "ask", 90.0)),
    ("badge", ("ann", "rope"), lambda h: _award(h, "badge")),
    ("skill", ("ann", "rope"), lambda h: _award(h, "skill")),
    ("gift", ("bob",), _point),
    ("grant", ("ann",), lambda h: h.grant("ann", "manager")),
    ("visits", ("ann",), _reported),
    ("search", ("bob", "visit", "leaf", "ann"), _event),
    ("look", ("bob", "page"), lambda h: h.event(
        "2026-03-02 10:00", "bob", "page", "sail", key="look", activity="page", seconds=30.0)),
    ("login", ("bob",), lambda h: h.event("2026-03-02 10:00", "bob", "login", key="login")),
)  # fmt: skip
NAMES = [name for name, _deps, _write in WORLD]


def world(dropped: Collection[str] = ()) -> Fill:
    """Return what writes the world without the parts `dropped` and all that rests on them."""

    def fill(hand: Hand) -> None:
        there: set[str] = set()
        for name, needs, write in WORLD:
            if name not in dropped and there.issuperset(needs):
                there.add(name)
                write(hand)

    return fill
