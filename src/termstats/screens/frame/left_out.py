"""Which panels and cards a level leaves out, and why: no source records what they show."""

from __future__ import annotations

from collections.abc import Sequence

from termstats.data.figures.definition.registry import find_figure, is_figure
from termstats.data.figures.definition.small_groups import is_closed
from termstats.data.importers.records import records_of
from termstats.data.model.records import Record
from termstats.data.model.table import Table
from termstats.data.query.evidence import held
from termstats.data.query.scope import Scope
from termstats.data.store.opening import Store
from termstats.screens.frame.pages import Panel


async def missing_records(store: Store) -> frozenset[Record]:
    """Return what no source of the store records.

    What a platform records in some of its sources only counts where the store holds any of it.

    Raises:
        TermstatsError: the store cannot be read.
    """
    sources = [records_of(source.platform) for source in store.info.sources]
    always = frozenset[Record]().union(*(each.always for each in sources))
    open_questions = frozenset[Record]().union(*(each.by_content for each in sources)) - always
    recorded = always | await held(store, sorted(open_questions))
    if not any(source.has_time for source in store.info.sources):
        recorded -= {Record.TIME}
    return frozenset(Record) - recorded


def is_left_out(figure_id: str, missing: frozenset[Record], scope: Scope) -> bool:
    """Return whether a figure shows what no source records, or is closed to the viewer."""
    figure = find_figure(figure_id)
    return figure.record in missing or is_closed(figure, scope)


def cards_of(totals: Table, missing: frozenset[Record]) -> Table:
    """Return the headline numbers that the store can know.

    Left out are those whose panel is, and those without a value, now and before.
    """
    explained = dict(find_figure(totals.figure_id).cards)
    kept = []
    for at, row in enumerate(totals.rows):
        metric, value, previous, *_change = row
        panel = explained.get(str(metric), "")
        is_known = not (panel and is_figure(panel) and find_figure(panel).record in missing)
        if is_known and not (value is None and previous is None):
            kept.append(at)
    if len(kept) == len(totals.rows):
        return totals
    kinds = tuple(totals.row_kinds[at] for at in kept) if totals.row_kinds else ()
    return totals.with_rows(tuple(totals.rows[at] for at in kept), kinds)


def left_out(
    panels: Sequence[Panel], missing: frozenset[Record], scope: Scope
) -> list[tuple[str, str]]:
    """Return (title, reason) of the panels that are not there, in the order of the level."""
    absent = []
    for panel in panels:
        if not is_figure(panel.figure_id):
            continue
        figure = find_figure(panel.figure_id)
        if figure.record is not None and figure.record in missing:
            absent.append((figure.title, f"no source of this store records {figure.record}"))
        elif is_closed(figure, scope):
            absent.append((figure.title, "tells of single people"))
    return absent
