"""What there is on a level, as a numbered list: its groups of figures, or what can be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from termstats.cli.shell.reading import filters_at
from termstats.cli.shell.state import Place, State
from termstats.data.figures.definition.registry import find_figure, is_figure
from termstats.data.model.entity import Entity
from termstats.data.model.request import Param
from termstats.screens.backoffice.named import named_entities
from termstats.screens.frame.left_out import is_left_out
from termstats.screens.levels.panels import LEVELS


def groups_of(state: State) -> list[tuple[str, tuple[str, ...]]]:
    """Return the groups of figures by name, as the level shows them."""
    level = LEVELS[state.place.level]
    if state.place.is_choice:
        return [("Choose from", tuple(panel.figure_id for panel in level.choice))]
    return [(group.name, group.ids) for group in level.groups]


async def figures_of(state: State) -> list[tuple[str, tuple[str, ...]]]:
    """Return the groups with those of their figures that can say something now, each once.

    All things that they need are chosen, and a source can record what they count.
    """
    filters = filters_at(state, replace(state.place, figure=""))
    named = await named_entities(state.session.store, filters)
    entities = {**named, **state.place.entities}
    about = (state.session.missing, state.session.scope)
    listed: set[str] = set()
    groups = []
    for name, ids in groups_of(state):
        kept = tuple(
            each
            for each in ids
            if each not in listed and _can_ask(each, entities) and not is_left_out(each, *about)
        )
        listed.update(kept)
        groups.append((name, kept))
    return [(name, ids) for name, ids in groups if ids]


def _can_ask(figure_id: str, entities: Mapping[Param, Entity]) -> bool:
    return is_figure(figure_id) and all(p in entities for p in find_figure(figure_id).needs)


async def list_lines(state: State) -> tuple[list[str], tuple[Place | str, ...]]:
    """Return the level as a numbered list, and the places that its numbers stand for."""
    place = state.place
    lines: list[str] = []
    choices: list[Place | str] = []
    groups = await figures_of(state)
    for name, ids in groups:
        if len(groups) > 1 or place.is_choice:
            lines.append(f"{name}:")
        for figure_id in ids:
            choices.append(replace(place, figure=figure_id, search="", sorting=None))
            lines.append(f"{len(choices)}. {find_figure(figure_id).title}")
    if not place.is_choice:
        choices.append(replace(place, figure=LEVELS[place.level].cards))
        lines.append(f"{len(choices)}. All numbers of this level")
    return lines, tuple(choices)
