"""A large activity log and a large log of function runs, always the same for the same size."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from termstats.data.importers.writing.base import ImportContext
from termstats.data.store import schema

FIELDS = (
    *("timestamp", "domain_id", "user_id", "dataset_id", "username", "action"),
    *("group_id", "page_id", "diff", "map_id", "reuse_title", "subdomain_id"),
)
"""Columns of an Opendatasoft activity log, in its order."""
START = datetime(2025, 1, 1, tzinfo=UTC)
SECONDS = 365 * 86_400
USERS, DATASETS, PAGES, MAPS, GROUPS, REUSES = 400, 3_000, 300, 60, 40, 500
DOMAINS, SUBDOMAINS = 10, 3
TEAM = 60
"""People in the group that figures are narrowed to."""
ACTIONS = {
    "dataset": (
        *(("edit_dataset", 40), ("publish_dataset", 20), ("add_dataset", 5)),
        *(("unpublish_dataset", 3), ("aborting_processing_dataset", 2), ("delete_dataset", 1)),
    ),
    "page": (("edit_page", 12), ("add_page", 2), ("delete_page", 1)),
    "map": (("edit_map", 3), ("add_map", 1)),
    "person": (("edit_user_to_domain", 5), ("add_user_to_domain", 3)),
    "group": (("edit_group", 2), ("add_group", 1)),
    "reuse": (("edit_reuse", 2), ("add_reuse", 1)),
    "domain": (("edit_domain_property", 2), ("add_subdomain", 1)),
}
RARE = "rare"
"""Stands in each field of three rows of the first days, which a log reads last."""


def write_log(path: Path, rows: int) -> None:
    """Write an activity log of one year as a CSV file, the oldest row first."""
    dice = Random(7)  # noqa: S311 - dice, not secrets
    sorts, weights = [], []
    for what, actions in ACTIONS.items():
        for name, weight in actions:
            sorts.append((name, what))
            weights.append(weight)
    moments = sorted(_moments(dice, rows))
    chosen = dice.choices(sorts, weights, k=rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, delimiter=";", restval="")
        writer.writeheader()
        for number, (second, (action, what)) in enumerate(zip(moments, chosen, strict=True)):
            row = _row(dice, action, what)
            if number % 1_000 == 500 and number < 3_000:
                row |= {name: _rare(name) for name in FIELDS[1:]}
            at = START + timedelta(seconds=second)
            writer.writerow({"timestamp": at.isoformat(), **row})


def _rare(name: str) -> str:
    return json.dumps({RARE: []}) if name == "diff" else f"{RARE}-{name}"


def _moments(dice: Random, rows: int) -> list[int]:
    """Return seconds of the year: working hours of working days, little at other times."""
    seconds: list[int] = []
    while len(seconds) < rows:
        second = dice.randrange(SECONDS)
        day, hour = second // 86_400, second % 86_400 // 3_600
        busy = (1.0 if 8 <= hour < 18 else 0.1) * (0.15 if (day + 2) % 7 > 4 else 1.0)
        if dice.random() < busy:
            seconds.append(second)
    return seconds


def _rank(dice: Random, number: int) -> int:
    """Return one of `number` things, the first ones far more often than the last."""
    return min(int(number ** dice.random()) - 1, number - 1)


def _row(dice: Random, action: str, what: str) -> dict[str, str]:
    user = _rank(dice, USERS)
    # Most people work in one place, now and then in another.
    domain = user % DOMAINS if dice.random() < 0.85 else _rank(dice, DOMAINS)
    part = user // DOMAINS % SUBDOMAINS if dice.random() < 0.85 else dice.randrange(SUBDOMAINS)
    row = {
        "domain_id": f"portal-{domain}",
        "subdomain_id": f"area-{domain}-{part}",
        "user_id": f"user{user:03}",
        "action": action,
    }
    if what == "dataset":
        row["dataset_id"] = f"dataset-{_rank(dice, DATASETS):04}"
        if dice.random() < 0.04:
            row["page_id"] = f"page-{_rank(dice, PAGES):03}"
    elif what == "page":
        row["page_id"] = f"page-{_rank(dice, PAGES):03}"
    elif what == "map":
        row["map_id"] = f"map-{_rank(dice, MAPS):02}"
    elif what == "person":
        row["username"] = f"user{dice.randrange(USERS):03}"
        row["group_id"] = f"group-{_rank(dice, GROUPS):02}"
    elif what == "group":
        row["group_id"] = f"group-{_rank(dice, GROUPS):02}"
    elif what == "reuse":
        row["reuse_title"] = f"Reuse number {_rank(dice, REUSES)}"
        row["dataset_id"] = f"dataset-{_rank(dice, DATASETS):04}"
    if dice.random() < 0.4:
        new = f"Title {dice.randrange(100_000)}"
        change = {"path": ["default", "title"], "old_value": "City data", "new_value": new}
        row["diff"] = json.dumps({"metadata": [{**change, "operation_type": "update"}]})
    return row


def add_team(store: Path) -> None:
    """Put some people of the store into a group, for the filter on a group."""
    with closing(sqlite3.connect(store)) as connection:
        source, class_id = connection.execute("SELECT id, 1 FROM source").fetchone()
        connection.execute(
            'INSERT INTO "class" (id, source_id, key, title) VALUES (?, ?, ?, ?)',
            (class_id, source, "team", "Team"),
        )
        connection.execute(
            "INSERT INTO class_member (class_id, person_id, role) "
            "SELECT ?, id, 'learner' FROM person WHERE key LIKE 'user%' ORDER BY key LIMIT ?",
            (class_id, TEAM),
        )
        connection.commit()


class RunsImporter:
    """Makes a year of function runs, errors and actions, as a Datagrok source has them."""

    platform = "runs"
    title = "Function runs"
    example = ""
    help = "made by the benchmark"

    def __init__(self, events: int, functions: int = 250) -> None:
        self.events = events
        self.functions = functions

    async def run(self, location: str, context: ImportContext) -> None:
        """Make people, packages, functions and events through `context.writer`."""
        dice, writer = Random(11), context.writer  # noqa: S311 - dice, not secrets
        people = [
            writer.add(schema.person, {"key": f"user{n:03}", "name": f"User {n}"})
            for n in range(USERS)
        ]
        packages = [
            writer.add(schema.object_, {"kind": "package", "key": f"p{n}", "title": f"Package {n}"})
            for n in range(25)
        ]
        functions = []
        for n in range(self.functions):
            parent = packages[n % len(packages)]
            named = {"kind": "function", "key": f"f{n}", "title": f"Function {n}"}
            new = writer.add(schema.object_, {**named, "parent_id": parent})
            functions.append((new, parent, writer.action("function", f"Function {n}")))
        clicks = [writer.action("admin", f"click {n}") for n in range(60)]
        failures = [writer.action("error", f"Error {n}") for n in range(200)]
        for number, second in enumerate(sorted(_moments(dice, self.events))):
            person = people[_rank(dice, USERS)]
            sort = dice.random()
            package = dice.choice(packages)
            row: dict[str, object]
            if sort < 0.55:
                # People come back to their own functions.
                at = (_rank(dice, self.functions) + 7 * (person % 20)) % self.functions
                function, package, action = functions[at]
                row = {"action_id": action, "object_id": function}
                row["seconds"] = round(dice.lognormvariate(at % 5 - 2, 0.8), 3)
                if dice.random() < 0.05:
                    row |= {"error": f"hash{_rank(dice, 200)}", "missed": 1}
            elif sort < 0.92:
                row = {"action_id": clicks[_rank(dice, 60)], "object_id": package}
            else:
                at = _rank(dice, 200)
                row = {"action_id": failures[at], "object_id": package, "error": f"hash{at}"}
                row["detail"] = f"Something broke in step {dice.randrange(50)}"
            source = {"source": "usage", **({"handled": at % 2 == 0} if sort >= 0.92 else {})}
            row |= {"person_id": person, "package_id": package, "extra": json.dumps(source)}
            writer.add_event(int(START.timestamp()) + second, number, row)
        report = context.report.table("events")
        report.read = report.kept = self.events
        writer.set_source(zone="UTC", as_of=int(START.timestamp()) + SECONDS)
