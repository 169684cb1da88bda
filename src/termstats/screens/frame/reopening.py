"""Opens every level anew, with people by other names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol

from textual.screen import Screen

from termstats.data.figures.definition.level import Level
from termstats.screens.frame.demo import switched
from termstats.screens.frame.first_frame import FirstFrame
from termstats.screens.frame.session import Session
from termstats.widgets.toast import Toast

BETWEEN = "between"
"""The mode of the empty frame, while the levels are opened anew: there is none to go to."""


class Reopened(Protocol):
    """What shows the session, a mode for each level: the dashboard."""

    session: Session

    @property
    def current_mode(self) -> str:
        """Return the level in sight."""
        ...

    def add_mode(self, mode: str, base_screen: Callable[[], Screen[Any]]) -> None:
        """Have a mode that begins with the screen given."""
        ...

    def switch_mode(self, mode: str) -> Awaitable[None]:
        """Show a mode."""
        ...

    def remove_mode(self, mode: str) -> Awaitable[None]:
        """Have a mode no more, nor its screens."""
        ...

    def take(self, session: Session) -> None:
        """Show a session from now on, each level when it is asked for."""
        ...

    def show_toast(self, toast: Toast | None) -> None:
        """Say something above the last line."""
        ...

    def say(self, text: str) -> None:
        """Say something above the last line."""
        ...


async def switch_names(app: Reopened) -> None:
    """Show people under pseudonyms in place of their names, or the other way round.

    Everything is opened anew: no screen may keep what it was shown before.

    Raises:
        StoreError: the store cannot be read; all stays.
    """
    async with app.session.turning:
        session = await switched(app.session)
        level = Level(app.current_mode)
        app.show_toast(None)
        app.add_mode(BETWEEN, partial(FirstFrame, session.options.keymap, session.levels))
        await app.switch_mode(BETWEEN)
        for each in Level:
            await app.remove_mode(each)
        app.take(session)
        await app.switch_mode(level)
        await app.remove_mode(BETWEEN)
    is_demo = session.store.info.is_demo
    app.say("People stand under pseudonyms; A ends it" if is_demo else "People have names again")
