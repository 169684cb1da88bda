"""What Aspects keeps of the platform itself: courses, their blocks, tags, and people."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from termstats.data.importers.sources import cells
from termstats.data.importers.xapi import verbs
from termstats.data.importers.xapi.clickhouse import ClickHouse, quoted
from termstats.data.importers.xapi.content import Course, Element
from termstats.data.importers.xapi.intake import Told
from termstats.data.importers.xapi.things import Thing

_FIELDS = ("gender", "year_of_birth", "level_of_education")
SINK_TABLES = ("course_overviews", "course_blocks", "user_profile", "external_id", "object_tag")
Row = Mapping[str, str]


def sink_of(server: ClickHouse) -> str:
    """Return the database with what the platform tells of itself."""
    return server.options.get("event_sink", "event_sink")


def read_event_sink(server: ClickHouse) -> Told:
    """Return what the tables of `event_sink` tell; nothing where there are none."""
    sink = sink_of(server)
    profiles, fields = _people(server, sink)
    return Told(profiles, fields, _courses(server, sink))


def _rows(server: ClickHouse, sink: str, table: str, names: tuple[str, ...]) -> Iterator[Row]:
    """Yield rows with those columns, as text; empty where a column or the table is missing."""
    have = server.columns(table, sink)
    listed = [f"toString({quoted(name)})" if name in have else "''" for name in names]
    if not have:
        return
    for row in server.rows(f"SELECT {', '.join(listed)} FROM {server.table(table, sink)}"):  # noqa: S608
        yield dict(zip(names, map(cells.text, row), strict=True))


def _latest(rows: Iterator[Row], key: str, *by: str) -> dict[str, Row]:
    """Return key -> the row of the last dump, told by text as Aspects does."""
    found: dict[str, Row] = {}
    for row in rows:
        before = found.get(row[key])
        if before is None or [row[name] for name in by] >= [before[name] for name in by]:
            found[row[key]] = row
    return found


def _people(
    server: ClickHouse, sink: str
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, str]]]:
    """Return (id of an actor -> columns of `person`, id of an actor -> fields of the profile)."""
    names = ("user_id", "name", "username", "email", "language", "country", *_FIELDS)
    users = _rows(server, sink, "user_profile", (*names, "time_last_dumped"))
    ids = ("external_user_id", "user_id", "time_last_dumped")
    actors = _latest(_rows(server, sink, "external_id", ids), "user_id", "time_last_dumped")
    profiles: dict[str, dict[str, Any]] = {}
    fields: dict[str, dict[str, str]] = {}
    for user, row in sorted(_latest(users, "user_id", "time_last_dumped").items()):
        actor = actors[user]["external_user_id"] if user in actors else f"mailto:{row['email']}"
        profiles[actor] = {
            "name": row["name"] or row["username"] or actor[:8],
            "username": row["username"] or None,
            "email": row["email"] or None,
            "language": row["language"][:20] or None,
            "country": row["country"][:60] or None,
        }
        fields[actor] = {name: row[name] for name in _FIELDS if row[name] not in ("", "0")}
    return profiles, fields


def _courses(server: ClickHouse, sink: str) -> dict[str, Course]:
    """Return key -> course, as its last dump tells."""
    names = ("course_key", "display_name", "course_start", "course_end", "modified", "created")
    rows = _rows(server, sink, "course_overviews", (*names, "time_last_dumped"))
    tags = _tags(server, sink)
    courses = {}
    for key, row in _latest(rows, "course_key", "modified", "time_last_dumped").items():
        columns = {
            "created_at": cells.moment(row["created"]),
            "updated_at": cells.moment(row["modified"]),
            "starts_at": cells.moment(row["course_start"]),
            "ends_at": cells.moment(row["course_end"]),
        }
        thing = Thing(key, row["display_name"], verbs.COURSE)
        courses[key] = Course(thing, row=columns, tags=tuple(sorted(tags[key])))
    for key, blocks in _blocks(server, sink).items():
        course = courses.setdefault(key, Course(Thing(key, kind=verbs.COURSE)))
        course.elements.update(blocks)
    return courses


def _tags(server: ClickHouse, sink: str) -> dict[str, set[str]]:
    names = ("id", "object_id", "_value", "time_last_dumped")
    tags: dict[str, set[str]] = defaultdict(set)
    rows = _latest(_rows(server, sink, "object_tag", names), "id", "time_last_dumped")
    for row in rows.values():
        tags[row["object_id"]].add(row["_value"])
    return tags


def _blocks(server: ClickHouse, sink: str) -> dict[str, dict[str, Element]]:
    """Return course -> key of a block -> what it is; those no longer in the last dump are old."""
    names = ("course_key", "location", "display_name", "xblock_data_json", "order", "dump_id")
    rows = list(_rows(server, sink, "course_blocks", (*names, "edited_on", "time_last_dumped")))
    dumps = _latest(iter(rows), "course_key", "time_last_dumped")
    latest = _latest(iter(rows), "location", "time_last_dumped", "edited_on")
    found: dict[str, dict[str, Element]] = defaultdict(dict)
    places: dict[tuple[str, int, int], str] = {}
    for key, row in sorted(latest.items()):
        data = _data(row["xblock_data_json"])
        kind = verbs.kind_of("", f"type@{data.get('block_type', '')}+block@")
        if kind == verbs.COURSE:
            continue
        section, subsection = (cells.whole(data.get(n)) or 0 for n in ("section", "subsection"))
        if kind in verbs.SECTIONS:
            places[row["course_key"], section, subsection if kind != verbs.SECTION else 0] = key
        found[row["course_key"]][key] = Element(
            Thing(key, row["display_name"], kind),
            kind,
            f"{section}/{subsection}",
            cells.whole(row["order"]) or 0,
            is_module=kind in (verbs.QUESTION, *verbs.SECTIONS),
            is_activity=kind not in verbs.SECTIONS,
            current=int(row["dump_id"] == dumps[row["course_key"]]["dump_id"]),
        )
    for course, elements in found.items():
        for each in elements.values():
            section, subsection = map(int, each.parent.split("/"))
            each.parent = _holder(places, course, each, section, subsection)
    return dict(found)


def _holder(
    places: Mapping[tuple[str, int, int], str],
    course: str,
    each: Element,
    section: int,
    subsection: int,
) -> str:
    """Return the key of what holds a block: of a subsection its section; nothing for a section."""
    if each.kind == verbs.SECTION:
        return ""
    inner = "" if each.kind in verbs.SECTIONS else places.get((course, section, subsection), "")
    return inner or places.get((course, section, 0), "")


def _data(text: str) -> Mapping[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    return data if isinstance(data, dict) else {}
