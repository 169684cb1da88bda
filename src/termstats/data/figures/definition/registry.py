"""The registry of figures: how a function becomes one, and how one is looked up by its id."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TypedDict, Unpack

from termstats.data import figures as package
from termstats.data.figures.definition.figure import (
    Compute,
    CountPeople,
    Figure,
    Level,
    Place,
    SideScreen,
)
from termstats.data.figures.definition.policy import (
    ANY_FILTER,
    OF_LEARNING,
    Counts,
    Details,
    Option,
    Pairs,
    PlatformPages,
    StartRow,
)
from termstats.data.figures.definition.rooms import ROOMS
from termstats.data.model.buckets import Pace
from termstats.data.model.doors import PEOPLE, Door, Doors
from termstats.data.model.errors import UsageError
from termstats.data.model.filter_base import Field
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.sentence import Wording
from termstats.data.model.table import Below, Chart, Column, Destination
from termstats.data.model.text import clean

REGISTRY: dict[str, Figure] = {}


class Declared(TypedDict, total=False):
    """What a figure may say of itself; what it leaves out its level says, else `Figure`."""

    needs: tuple[Param, ...]
    takes: tuple[Param, ...]
    chart: Chart | None
    unit: str
    row: str
    paged: bool
    pace: Pace | None
    counts: Counts
    filters: frozenset[Field]
    options: frozenset[Option]
    lead: tuple[str, ...]
    row_opens: Destination | None
    skips_single_row: bool
    behind: Doors
    details: Details | None
    lists: Field | None
    record: Record | None
    of_single_people: bool
    pane: str
    below: Below | None
    start: StartRow | None
    cards: Pairs
    sentence: tuple[Wording, ...]
    sparks: Pairs
    count_people: CountPeople | None
    pages: PlatformPages | None


OF_LEVEL: Mapping[Place, Declared] = {
    Level.GLOBAL: {"filters": OF_LEARNING},
    Level.TRAINING: {"needs": (Param.TRAINING,), "filters": OF_LEARNING},
    Level.LEARNER: {"needs": (Param.LEARNER,), "filters": OF_LEARNING},
    Level.CLASS: {"needs": (Param.CLASS,), "filters": OF_LEARNING},
    Level.BACKOFFICE: {"counts": Counts.ACTORS, "filters": ANY_FILTER},
    SideScreen.RECONCILE: {"options": frozenset((Option.MONTH,))},
}
"""What holds for the figures of a level that do not say otherwise."""
OF_LEARNERS = (Level.GLOBAL, Level.TRAINING, Level.LEARNER, Level.CLASS)
"""The levels of learning: what narrows one of their figures narrows them all."""


def figure(
    id: str,  # noqa: A002 - the figure's id is its name in the contract
    *,
    title: str,
    level: Place,
    columns: Sequence[Column],
    **declared: Unpack[Declared],
) -> Callable[[Compute], Compute]:
    """Register the decorated function as a figure; `Figure` says what can be declared."""

    def register(compute: Compute) -> Compute:
        if id in REGISTRY:
            raise ValueError(f"figure {id} is defined twice")
        policy: Declared = {**OF_LEVEL.get(level, {}), **declared}
        if level in OF_LEARNERS:
            policy["filters"] = OF_LEARNING | policy.get("filters", OF_LEARNING)
        policy["behind"] = _on_level(level, policy.get("behind", ()))
        REGISTRY[id] = Figure(
            id=id, title=title, level=level, columns=tuple(columns), compute=compute, **policy
        )
        return compute

    return register


WITH_LISTS = (Level.GLOBAL, Level.TRAINING, Level.LEARNER, Level.CLASS)
"""The levels that list the people and enrolments behind their numbers."""


def _on_level(level: Place, doors: Doors) -> Doors:
    """Return the doors of a figure on a level; those to lists that it does not have are none."""
    return tuple(
        (name, _of_level(level, door) if door.is_of_level else door)
        for name, door in doors
        if level in WITH_LISTS or not door.is_of_level
    )


def _of_level(level: Place, door: Door) -> Door:
    """Return a door to the list of a level; that of one learner holds what was done, no people."""
    is_one = level is Level.LEARNER and door.unit == PEOPLE
    return replace(door, target=f"{level}{door.target}", unit="actions" if is_one else door.unit)


def on_levels(
    name: str,
    levels: Sequence[Level],
    *,
    title: str,
    columns: Sequence[Column],
    **declared: Unpack[Declared],
) -> Callable[[Compute], Compute]:
    """Register the decorated function as `LEVEL.name` on several levels: one definition."""

    def register(compute: Compute) -> Compute:
        for level in levels:
            figure(f"{level}.{name}", title=title, level=level, columns=columns, **declared)(
                compute
            )
        return compute

    return register


def figures() -> Mapping[str, Figure]:
    """Return all figures by id; every module of all rooms is loaded on first use."""
    _load(package.__name__)
    return REGISTRY


def figures_of(first_word: str) -> list[Figure]:
    """Return the figures whose ids begin with that word; no others are loaded."""
    load_rooms(first_word)
    return [each for each in REGISTRY.values() if each.id.startswith(f"{first_word}.")]


def is_figure(figure_id: str) -> bool:
    """Return whether there is a figure with that id; loads the rooms that can hold it."""
    if figure_id not in REGISTRY:
        load_rooms(figure_id.partition(".")[0])
    return figure_id in REGISTRY


def find_figure(figure_id: str) -> Figure:
    """Return the figure with that id; loads the rooms that can hold it, no others.

    Raises:
        UsageError: no such figure; names those that are near.
    """
    if is_figure(figure_id):
        return REGISTRY[figure_id]
    ids = figures()
    name = figure_id.rpartition(".")[2]
    alike = [each for each in ids if name and name in each]
    near = sorted(alike, key=lambda each: (each.rpartition(".")[2] != name, each)) or sorted(
        each for each in ids if each.startswith(figure_id.partition(".")[0])
    )
    hint = f"; did you mean {', '.join(near[:4])}?" if near else ""
    raise UsageError(f"no figure {clean(figure_id)!r}{hint} List them with: termstats figures")


@cache
def load_rooms(first_word: str) -> None:
    """Import the modules that hold the figures whose ids begin with that word."""
    for name in ROOMS.get(first_word, ()):
        _load(f"{package.__name__}.{name}")


def _load(name: str) -> None:
    """Import a module, and of a package all that is in it."""
    module = importlib.import_module(name)
    for inner in pkgutil.walk_packages(getattr(module, "__path__", ()), f"{name}."):
        importlib.import_module(inner.name)
