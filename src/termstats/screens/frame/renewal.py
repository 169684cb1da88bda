"""Shows what has taken the place of the open store, and keeps everybody's place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

from sqlalchemy import select
from textual.screen import Screen

from termstats.data.model.errors import StoreError, TermstatsError
from termstats.data.model.period import Period
from termstats.data.model.period_text import PRESETS, parse_period
from termstats.data.model.units import RowId
from termstats.data.query.known_days import as_of_words
from termstats.data.query.scope import scope_again
from termstats.data.snapshots.demo import turn_both
from termstats.data.store import schema
from termstats.data.store.opening import Store, StoreInfo, open_held, run_query
from termstats.screens.frame.left_out import missing_records
from termstats.screens.frame.session import Session, levels_without
from termstats.screens.frame.stats_screen import StatsScreen

_CHOSEN = (
    *((table, "key") for table in (schema.person, schema.training, schema.class_)),
    *((table, "key") for table in (schema.module, schema.activity, schema.object_)),
    (schema.action, "name"),
    (schema.place, "subdomain"),
)
"""Tables whose rows may be chosen or narrow a screen, with what else tells them apart."""


class Shown(Protocol):
    """What shows the session: the dashboard."""

    session: Session

    def all_screens(self) -> Iterable[Screen[Any]]:
        """Return every open screen of every level."""
        ...

    @property
    def screen_stack(self) -> Sequence[Screen[Any]]:
        """Return the screens of the level in sight, the topmost last."""
        ...

    def say(self, text: str) -> None:
        """Say something above the last line."""
        ...


async def renew(app: Shown) -> None:
    """Open what has taken the place of the store, and show it where everybody is.

    Raises:
        TermstatsError: it cannot be shown, and what was read before stays; this is said once.
    """
    async with app.session.turning:
        await _renew(app)


async def _renew(app: Shown) -> None:
    session = app.session
    store = session.store.with_names
    if store.holder is None:
        return
    mark = await store.holder.mark()
    try:
        fresh = await open_held(store.holder)
    except TermstatsError as error:
        store.mark = mark
        raise StoreError(f"{error}; what was read before is still shown") from error
    try:
        await _turn(session, fresh)
    except BaseException:
        store.mark = fresh.mark
        await fresh.close()
        raise
    await store.close_left()
    show_anew(app)
    app.say(f"New data, as of {as_of_words(store.info.now, session.scope)}")


def show_anew(app: Shown) -> None:
    """Have every screen read again what it shows, where everybody is."""
    for screen in app.all_screens():
        if isinstance(screen, StatsScreen):
            screen.forget_answers()
    in_sight = [each for each in app.screen_stack if isinstance(each, StatsScreen)]
    if in_sight:
        in_sight[-1].refresh_view()


async def _turn(session: Session, fresh: Store) -> None:
    """Let the session look at `fresh`, if everything that may be chosen is the same there."""
    store = session.store.with_names
    before, now = await _names(store), await _names(fresh)
    last = max(_people(before), default=RowId(0))
    # Pseudonyms are numbers too: new people get theirs after those who were there.
    has_lots = store.other is not None and not store.is_on_server
    in_between = has_lots and min(_people(now - before), default=last) < last
    if before - now or in_between:
        raise StoreError("the store was made anew and numbers things otherwise; open it again")
    async with fresh.connect() as connection:
        scope = await scope_again(connection, session.scope)
    if session.store.info.is_demo:
        scope = replace(scope, viewer=session.scope.viewer)  # they keep their pseudonym
    missing, without = await missing_records(fresh), await levels_without(fresh, scope)
    period = _followed(session.view.period, store.info, fresh.info)
    turn_both(store, fresh, last)
    session.scope, session.missing, session.without = scope, missing, without
    session.view = replace(session.view, period=period)


async def _names(store: Store) -> set[tuple[Any, ...]]:
    """Return (table, id, key) of everything that may be chosen."""
    names: set[tuple[Any, ...]] = set()
    async with store.connect() as connection:
        for table, key in _CHOSEN:
            rows = await run_query(connection, select(table.c.id, table.c[key]))
            names.update((table.name, *row) for row in rows)
    return names


def _people(names: Iterable[tuple[Any, ...]]) -> Iterator[RowId]:
    """Give the ids of people."""
    return (row for table, row, _key in names if table == schema.person.name)


def _followed(period: Period, before: StoreInfo, now: StoreInfo) -> Period:
    """Return the period that goes with the data: `last 30 days` ends on their last day."""
    for name in (before.usual_period, *PRESETS):
        if parse_period(name, before.now, before.coverage) == period:
            return parse_period(name, now.now, now.coverage)
    return period
