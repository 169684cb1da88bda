"""360Learning: the four exports of engagement statistics.

They hold totals without dates. Each total is one event of that weight, marked as a total and placed
at the as-of moment; the snapshots of every day are kept as the platform reported them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from termstats.data.importers.sources import cells
from termstats.data.importers.threesixty import files
from termstats.data.importers.threesixty.files import ExportLine, Lines
from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.period import check_zone, day_start, number_day
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

_STATUS = {"published": "Active", "active": "Active", "archived": "Archived", "deleted": "Deleted"}
_LISTS = {
    "Co-authors": "co-author",
    "Available translation languages": "translated",
    "Unavailable translation languages": "untranslated",
    "Tags": "tag",
}
"""Column whose values are joined by `|` -> kind of tag."""
_AUTHORS = ("author", "co-author")
"""Kinds of tags that name who made a course, and sees its figures."""
_PART = 120
"""Characters of `reported.part`."""


class ThreeSixtyImporter:
    """Reads one export, or a folder of them."""

    platform = "threesixty"
    title = "360Learning"
    example = "exports/ --store academy.db"
    help = (
        "a CSV export of users, groups, courses or activities, or a folder of them, recognised by "
        "their columns; `activities - COURSE.csv` names the course of a file of activities, "
        "`users - GROUP.csv` the group of its users; a date in the name (2024-05-06) is the day "
        "the totals are of, and the newest day counts"
    )

    async def run(self, location: str, context: ImportContext) -> None:
        """Import the file or folder `location`; see `Importer.run`."""
        context.need()
        lines = files.read_lines(location, context)
        zone = check_zone(context.zone)
        as_of = context.options.as_of
        if as_of is None:
            next_day = number_day(lines.last_day) + timedelta(days=1)
            as_of = Second(day_start(next_day, zone) - 1)
        load = Load(context, lines, as_of)
        _write_people(load)
        _write_classes(load)
        _write_courses(load)
        _write_activities(load)
        _write_reported(load)
        context.report.notes += [*_notes_of_replaced(lines), *_notes_of_groups(lines)]
        context.report.notes.append(
            f"totals without dates, as of {number_day(lines.last_day)}: "
            "they count in sums, and are no part of charts over time or of numbers of people"
        )
        context.writer.set_source(
            zone=context.options.source_zone or context.zone,
            as_of=as_of,
            has_time=0,
            has_clock=0,
            rules=json.dumps({"totals": "without dates"}),
        )


@dataclass
class Load:
    """One import under way: what was read, and the ids of what was written."""

    context: ImportContext
    lines: Lines
    as_of: Second
    people: dict[str, RowId] = field(default_factory=dict)
    people_by_name: dict[str, list[RowId]] = field(default_factory=lambda: defaultdict(list))
    trainings: dict[str, RowId] = field(default_factory=dict)
    trainings_by_title: dict[str, list[RowId]] = field(default_factory=lambda: defaultdict(list))
    training_of: dict[str, RowId] = field(default_factory=dict)
    """Key of an activity -> its training."""

    def total(self, kind: str, action: str, weight: int, **ids: RowId) -> None:
        """Add one total without a date; nothing for 0."""
        if weight:
            self.context.writer.add_event(
                self.as_of,
                "/".join((action, *(f"{name}={value:012}" for name, value in sorted(ids.items())))),
                {
                    "action_id": self.context.writer.action(kind, action),
                    "weight": weight,
                    "is_aggregate": 1,
                    "active": 0,
                    **ids,
                },
            )

    def moment(self, line: ExportLine, column: str) -> Second | None:
        """Return a time of a line, seconds UTC; times without offset are in the source's zone."""
        zone = check_zone(self.context.options.source_zone or self.context.zone)
        return cells.moment(line.cells.get(column, ""), zone, line.orders.get(column, "dmy"))


def _write_people(load: Load) -> None:
    """Write users; their profile is whatever the file holds beside names and totals."""
    writer, report = load.context.writer, load.context.report
    own_columns = {
        "First name",
        "Last name",
        "Email",
        "Last activity",
        *files.COUNTERS[files.USERS],
    }
    nameless = 0
    for line in load.lines.of(files.USERS):
        name, email = files.full_name(line.cells), line.cells.get("Email", "").strip()
        nameless += not email
        person = writer.add(
            schema.person,
            {
                "key": line.key,
                "name": name or email,
                "email": email or None,
                "last_access_at": load.moment(line, "Last activity"),
            },
        )
        load.people[line.key] = person
        load.people_by_name[name.casefold()].append(person)
        for label, value in line.cells.items():
            if value and label not in own_columns:
                row = {"person_id": person, "field": label[:_PART], "value": value}
                writer.add(schema.person_field, row)
        for column, action in files.CONTRIBUTIONS.items():
            load.total("forum", action, line.counts.get(column, 0), person_id=person)
    if nameless:
        report.notes.append(f"{nameless:,} users have no email: known by their names")


def _write_classes(load: Load) -> None:
    """Write groups, and the users of those whose file of users names them."""
    writer = load.context.writer
    classes: dict[str, RowId] = {}
    for line in load.lines.of(files.GROUPS):
        title = line.cells["Name"].strip()
        new = writer.add(schema.class_, {"key": line.key, "title": title})
        classes.setdefault(title.casefold(), new)
    for group, members in sorted(load.lines.groups_of.items()):
        if group.casefold() not in classes:
            row = {"key": group, "title": group}
            classes[group.casefold()] = writer.add(schema.class_, row)
        for key in sorted(members):
            ids = {"class_id": classes[group.casefold()], "person_id": load.people[key]}
            writer.add(schema.class_member, {**ids, "role": "learner"})


def _notes_of_replaced(lines: Lines) -> list[str]:
    """Say where two files of one day give other totals of the same: only one can count."""
    return [
        f"{name}: {len(keys):,} are in several files of one day with other totals, such as "
        f"{min(keys)}; those of the last file count"
        for name, keys in sorted(lines.replaced.items())
    ]


def _notes_of_groups(lines: Lines) -> list[str]:
    """Say of how many groups the platform reports other totals than their users add up to."""
    users = lines.newest.get(files.USERS, {})
    members_of = {group.casefold(): keys for group, keys in lines.groups_of.items()}
    differing = []
    for line in lines.of(files.GROUPS):
        title = line.cells["Name"].strip()
        keys = members_of.get(title.casefold(), set())
        added_up = {
            column: sum(users[key].counts.get(column, 0) for key in keys) for column in line.counts
        }
        if keys and added_up != line.counts:
            differing.append(title)
    if not differing:
        return []
    return [
        f"groups: {len(differing):,} have other totals than their users add up to, such as "
        f"{min(differing)}; both are kept, see: termstats report collaboration.groups --wide"
    ]


def _write_courses(load: Load) -> None:
    """Write courses as trainings, with their totals."""
    writer = load.context.writer
    for line in load.lines.of(files.COURSES):
        columns = line.cells
        status = columns.get("Status", "").strip()
        status = _STATUS.get(status.casefold(), status)
        author = " ".join(columns.get("Author", "").split())
        owners = load.people_by_name.get(author.casefold(), [])
        title = columns["Course Name"].strip() or line.key
        training = writer.add(
            schema.training,
            {
                "key": line.key,
                "title": title,
                "status": status or None,
                "published": int(status in ("Active", "")),
                "created_at": load.moment(line, "Creation date"),
                "updated_at": load.moment(line, "Last update"),
                "owner_id": owners[0] if len(owners) == 1 else None,
                "language": columns.get("Source language") or None,
                "has_activity": 0,
            },
        )
        load.trainings[line.key] = training
        load.trainings_by_title[title.casefold()].append(training)
        tags = {("author", author), ("group", columns.get("Group", "").strip())}
        for column, kind in _LISTS.items():
            tags |= {(kind, value.strip()) for value in columns.get(column, "").split("|")}
        for kind, value in sorted(tags):
            if value:
                row = {"training_id": training, "kind": kind, "value": value}
                writer.add(schema.training_tag, row)
        _add_totals(load, line, training_id=training)
        _grant_authors(load, training, {value for kind, value in tags if kind in _AUTHORS})


def _grant_authors(load: Load, training: RowId, names: set[str]) -> None:
    """Let authors see their course; a name that several users have, or none, is nobody's."""
    authors = [load.people_by_name.get(" ".join(name.split()).casefold(), []) for name in names]
    for person in sorted({people[0] for people in authors if len(people) == 1}):
        row = {"person_id": person, "role": "manager", "training_id": training}
        load.context.writer.add(schema.grant, row)


def _write_activities(load: Load) -> None:
    """Write activities; a course that no file of courses holds is known by its name only."""
    writer = load.context.writer
    for position, line in enumerate(load.lines.of(files.ACTIVITIES)):
        training = load.trainings.get(line.owner)
        if training is None:
            trainings = load.trainings_by_title.get(line.owner.casefold(), [])
            if len(trainings) > 1:
                load.context.report.notes.append(
                    f"several courses are called {line.owner}: name the file of activities by id"
                )
            if len(trainings) == 1:
                training = trainings[0]
            else:
                row = {"key": line.owner, "title": line.owner, "has_activity": 0}
                training = writer.add(schema.training, row)
            load.trainings[line.owner] = training
        load.training_of[line.key] = training
        activity = writer.add(
            schema.activity,
            {
                "key": line.key,
                "training_id": training,
                "title": line.cells["Title"].strip(),
                "type": line.cells["Type"].strip(),
                "position": position,
                "in_path": 0,
            },
        )
        _add_totals(load, line, training_id=training, activity_id=activity)


def _add_totals(load: Load, line: ExportLine, **ids: RowId) -> None:
    """Add views, reactions, comments and downloads of a course or an activity."""
    load.total("page", "view", line.counts.get("Views", 0), **ids)
    load.total("forum", "comment", line.counts.get("Comments", 0), **ids)
    load.total("download", "download", line.counts.get("Downloads", 0), **ids)
    for column, action in files.REACTIONS.items():
        load.total("forum", action, line.counts.get(column, 0), **ids)


def _write_reported(load: Load) -> None:
    """Keep every snapshot as reported numbers, and the newest lines word for word."""
    writer = load.context.writer
    for (name, key, day), line in sorted(load.lines.snapshots.items()):
        numbers: dict[str, float] = {**line.counts}
        score = line.cells.get("Reaction Score", "").strip() if name == files.COURSES else ""
        reported = cells.number(score)  # "-" or nothing: no views, or the file has no such column
        if reported is not None:
            numbers["Reaction Score"] = reported
        where = {
            "person_id": load.people.get(key) if name == files.USERS else None,
            "training_id": (load.trainings if name == files.COURSES else load.training_of).get(key),
            "part": key[:_PART] if name in (files.GROUPS, files.ACTIVITIES) else None,
        }
        for column, value in sorted(numbers.items()):
            figure = f"{name}.{column.casefold().replace(' ', '_')}"
            writer.add(schema.reported, {"name": figure, "day": day, "value": value, **where})
    for name in (files.USERS, files.GROUPS, files.COURSES, files.ACTIVITIES):
        for line in load.lines.of(name):
            data = json.dumps(line.cells, ensure_ascii=False)
            writer.add(schema.reported_row, {"name": name, "key": line.key, "data": data})
