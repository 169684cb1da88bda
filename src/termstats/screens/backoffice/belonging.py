"""What belongs to a selection of the backoffice: totals, then lists. No terminal here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from termstats.data.figures.backoffice.context_parts import (
    AUDIT,
    ERRORS,
    FUNCTIONS,
    OBJECTS,
    PACKAGES,
    PEOPLE,
)
from termstats.data.figures.definition.registry import find_figure
from termstats.data.figures.definition.run import run_figure
from termstats.data.model.filter_base import Field, Filter
from termstats.data.model.filters import DaysFilter
from termstats.data.model.units import Second
from termstats.screens.frame.session import Session
from termstats.widgets.panels.parts import Part, counted_parts

OWN_PARTS = {
    Field.PERSON: PEOPLE,
    Field.ACTION: AUDIT,
    Field.OBJECT: OBJECTS,
    Field.PACKAGE: PACKAGES,
    Field.FUNCTION: FUNCTIONS,
    Field.ERROR: ERRORS,
}
"""Field of a filter -> the part that it makes one line long."""


async def selection_parts(session: Session, filters: tuple[Filter, ...]) -> list[Part]:
    """Return what belongs to a selection: totals, then lists, narrowed by `filters`.

    Raises:
        TermstatsError: the figure cannot be computed.
    """
    figure = find_figure("backoffice.context")
    request = replace(session.view.request(figure, {}), filters=filters)
    table = await run_figure(session.store, figure.id, request, session.scope)
    own = {OWN_PARTS.get(each.field) for each in filters if len(each.values) == 1}
    return [
        replace(part, lines=(*_interval(session, filters), *part.lines)) if n == 0 else part
        for n, part in enumerate(counted_parts(table))
        if part.title not in own
    ]


def _interval(session: Session, filters: tuple[Filter, ...]) -> tuple[tuple[str, str], ...]:
    """Return from when until when the selection reaches, the end not included."""
    zone = session.store.info.zone
    start, end = session.view.period.seconds(zone)
    for each in filters:
        if isinstance(each, DaysFilter):
            ranges = [period.seconds(zone) for period in each.values]
            start = max(start, min(first for first, _ in ranges))
            end = min(end, max(last for _, last in ranges))

    def written(second: Second) -> str:
        return f"{datetime.fromtimestamp(second, zone):%Y-%m-%d %H:%M}"

    return ("from", written(start)), ("until", written(max(start, end)))
