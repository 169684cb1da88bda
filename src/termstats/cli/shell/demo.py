"""Switches linear mode between people's names and their pseudonyms."""

from __future__ import annotations

from dataclasses import replace

from termstats.cli.shell.commands import one_of
from termstats.cli.shell.state import State
from termstats.screens.frame.demo import entities_in, filters_in, switched


async def with_demo(state: State, text: str) -> State:
    """Return the state with people under pseudonyms, or by their names; without a word the other.

    What was read is read anew, and `back` leads nowhere: no line says what the ones before said.

    Raises:
        UsageError: neither on nor off.
        StoreError: the store cannot be read.
    """
    now = state.session.store.info.is_demo
    if text and (one_of(text, ("on", "off"), "demo") == "on") == now:
        return state
    session = await switched(state.session)
    place = replace(
        state.place,
        entities=await entities_in(session, state.place.entities),
        chips=await filters_in(session, state.place.chips),
    )
    return State(
        session,
        place,
        filters=await filters_in(session, state.filters),
        learning=await filters_in(session, state.learning),
        all_columns=state.all_columns,
        picked=state.picked,
    )
