"""Looks at a store on a server: is it there, has another one been published in its place?"""

from __future__ import annotations

from typing import Protocol

from termstats.data.model.errors import StoreError
from termstats.screens.frame.renewal import Shown, renew, show_anew


class Watched(Shown, Protocol):
    """What shows the session and says what holds for a while: the dashboard."""

    @property
    def standing(self) -> str:
        """Return what is said as long as it holds; empty: nothing."""
        ...

    def keep_saying(self, words: str) -> None:
        """Say something as long as it holds; empty: nothing any more."""
        ...


async def look_at_server(app: Watched) -> None:
    """Say that the server is away, or that it is back, and show what was published meanwhile.

    Raises:
        TermstatsError: what was published cannot be shown; this is said once.
    """
    store = app.session.store.with_names
    if store.holder is None:
        return
    try:
        mark = await store.holder.mark()
    except StoreError as error:
        app.keep_saying(f"{error}; what is shown was read before")
        return
    was_away = bool(app.standing)
    app.keep_saying("")
    if store.is_other(mark):
        await renew(app)
    elif was_away:
        # Panels may show that they could not be read.
        show_anew(app)
        app.say(f"{store.info.location} is there again")
