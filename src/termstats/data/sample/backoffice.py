"""Makes the use of the platform itself: administration, API calls, functions and errors."""

from __future__ import annotations

import json
from dataclasses import dataclass

from termstats.data.model.units import RowId
from termstats.data.sample import names
from termstats.data.sample.rhythm import DAY, moment_of
from termstats.data.sample.world import SamplePerson, World
from termstats.data.store import schema

DATASETS = (
    *("air-quality", "bicycle-counts", "bus-stops", "library-loans", "noise-map"),
    *("playgrounds", "recycling-points", "school-meals", "street-trees", "water-levels"),
)
PAGES = ("home", "about", "mobility", "environment", "budget-2026")
MAPS = ("city-map", "trees-map")
PACKAGES = {
    "Charts": ("Bar chart", "Heat map", "Sparkline"),
    "Geo": ("Geocode", "Cluster points", "Distance"),
    "Cleaning": ("Trim columns", "Find duplicates", "Guess types"),
    "Forecast": ("Fit trend", "Seasonal split"),
    "Legacy": ("Old import", "Old export"),
}
"""Package -> its functions; nobody uses Legacy any more."""
ADMIN = (
    *(("edit_dataset", "dataset"),) * 9,
    *(("publish_dataset", "dataset"),) * 4,
    *(("add_dataset", "dataset"),) * 2,
    ("unpublish_dataset", "dataset"),
    *(("edit_page", "page"),) * 5,
    ("add_page", "page"),
    ("edit_map", "map"),
    *(("add_user_to_domain", "person"),) * 2,
    *(("edit_user_to_domain", "person"),) * 2,
    ("edit_domain_property", ""),
)
"""(action, what it is done to), as often as it occurs."""
CALLS = (
    *("analyze_records",) * 8,
    *("get_geo_clusters",) * 5,
    *("search_dataset_records",) * 9,
    *("download_dataset_records",) * 3,
    *("lookup_record",) * 4,
)
ERRORS = (
    ("Timeout", "function", "The service did not answer in 30 s"),
    ("UnknownDataset", "api", "No dataset 'bus-stopz'"),
    ("InvalidPolygon", "api", "The polygon crosses itself"),
    ("OutOfMemory", "function", "Needs 6 GB, may use 4 GB"),
    ("TypeError", "interface", "Cannot read 'length' of undefined"),
)
"""(group, where, message)."""
SHARES = {"admin": 0.05, "api": 0.05, "function": 0.04, "error": 0.012}
"""Parts of all events."""


@dataclass(frozen=True)
class Function:
    """A function of a package; `seconds` is its usual duration."""

    id: RowId
    package_id: RowId
    title: str
    seconds: float


class Backoffice:
    """Writes objects, and the events of people who publish data."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = world.rng
        self.objects: dict[str, list[RowId]] = {}
        self.functions: list[Function] = []
        named = len(names.LEARNERS_BY_NAME) + len(names.SCRIPTS)
        learners = [p for p in world.people if p.roles == "learner" and p.counted]
        staff = [p for p in world.people if p.roles in ("administrator", "support")]
        self.publishers = [*(learners[named : named + 26] or learners), *staff]
        self.bot = next(p for p in world.people if "bot" in p.flags)
        self.anonymous = next(p for p in world.people if "anonymous" in p.flags)

    def run(self) -> None:
        """Write the objects, then each sort of event by its share."""
        self.write_objects()
        makers = {
            "admin": self.administer,
            "api": self.call,
            "function": self.run_function,
            "error": self.fail,
        }
        for kind, share in SHARES.items():
            for _ in range(int(self.world.events * share)):
                # The first publishers do the most.
                at = min(int(self.rng.expovariate(0.16)), len(self.publishers) - 1)
                day = self.world.rhythm.day()
                makers[kind](self.publishers[at], self.world.rhythm.moment(day))

    def write_objects(self) -> None:
        """Write datasets, pages, maps, and packages with their functions."""
        for kind, keys in (("dataset", DATASETS), ("page", PAGES), ("map", MAPS)):
            for number, key in enumerate(keys):
                title = key.replace("-", " ").capitalize()
                row = {"deleted": int(key == "noise-map")}
                self._object(kind, key, title, number, row)
        for package, functions in PACKAGES.items():
            parent = self._object("package", package.lower(), package, 3, {})
            for number, title in enumerate(functions):
                key = f"{package}:{title}".replace(" ", "")
                new = self._object("function", key, title, number, {"parent_id": parent})
                usual = 0.4 * (number + 1) ** 2.2 * (4 if package == "Forecast" else 1)
                if package != "Legacy":
                    self.functions.append(Function(new, parent, title, usual))

    def _object(self, kind: str, key: str, title: str, number: int, row: dict[str, int]) -> RowId:
        new = self.world.writer.add(
            schema.object_,
            {
                "kind": kind,
                "key": key,
                "title": title,
                "owner_id": self.publishers[number % 5].id,
                "created_at": moment_of("2025-04-01T09:00") + number * 9 * DAY,
                **row,
            },
        )
        self.objects.setdefault(kind, []).append(new)
        return new

    def _one_of(self, kind: str) -> RowId:
        """Return an object; the first are used more than the last, the last hardly."""
        objects = self.objects[kind]
        return objects[min(int(self.rng.expovariate(2.6 / len(objects))), len(objects) - 1)]

    def administer(self, person: SamplePerson, moment: int) -> None:
        """Add one administrative action with what it changed."""
        name, what = self.rng.choice(ADMIN)
        columns: dict[str, object] = {"place_id": self.world.writer.place("meridian")}
        if what == "person":
            columns["target_person_id"] = self.rng.choice(self.world.people).id
            change = {"path": ["permissions"], "old_value": None, "new_value": "browse_analytics"}
            columns["diff"] = json.dumps({"security": [{**change, "operation_type": "create"}]})
        elif what:
            columns["object_id"] = self._one_of(what)
        if name.startswith("edit_") and what in ("dataset", "page"):
            old, new = self.rng.sample(("Open data", "Donn\u00e9es ouvertes", "City data"), 2)
            change = {"path": ["default", "title"], "old_value": old, "new_value": new}
            columns["diff"] = json.dumps({"metadata": [{**change, "operation_type": "update"}]})
        action = self.world.writer.action("admin", name)
        self.world.log.add(moment, action, person.id, **columns)

    def call(self, person: SamplePerson, moment: int) -> None:
        """Add one API call; machines and nobody in particular call too."""
        name = self.rng.choice(CALLS)
        who = self.rng.choices((person, self.bot, self.anonymous), (6, 2, 2))[0]
        hits = 0 if self.rng.random() < 0.12 else self.rng.randrange(1, 900)
        columns: dict[str, object] = {"object_id": self._one_of("dataset")}
        if name == "search_dataset_records":
            words = ("oak", "station 4", "2025", "harbour", "zzz")
            columns |= {"value": float(hits), "missed": int(not hits)}
            columns["detail"] = self.rng.choice(words)
        elif not hits:
            columns |= {"missed": 1, "error": "UnknownDataset"}
        columns["seconds"] = round(self.rng.lognormvariate(-1.5, 0.8), 3)
        self.world.log.add(moment, self.world.writer.action("api", name), who.id, **columns)

    def run_function(self, person: SamplePerson, moment: int) -> None:
        """Add one run of a function with its inputs and outputs."""
        at = min(int(self.rng.expovariate(0.3)), len(self.functions) - 1)
        function = self.functions[at]
        fails = self.rng.random() < 0.06
        columns: dict[str, object] = {
            "object_id": function.id,
            "package_id": function.package_id,
            "seconds": round(function.seconds * self.rng.lognormvariate(0, 0.7), 3),
        }
        if fails:
            columns |= {"error": "Timeout", "missed": 1}
        params = {"input.table": self.rng.choice(DATASETS)}
        params["output.rows"] = "" if fails else str(self.rng.randrange(10, 5_000))
        action = self.world.writer.action("function", function.title)
        self.world.log.add_with_params(moment, action, person.id, params, **columns)

    def fail(self, person: SamplePerson, moment: int) -> None:
        """Add one error; the last of the list are rare."""
        at = min(int(self.rng.expovariate(0.7)), len(ERRORS) - 1)
        group, source, message = ERRORS[at]
        action = self.world.writer.action("error", group)
        extra = {"source": source, "handled": group != "OutOfMemory"}
        self.world.log.add(
            moment, action, person.id, error=group, detail=message, extra=json.dumps(extra)
        )
