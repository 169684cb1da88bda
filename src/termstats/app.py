"""The dashboard: five levels, what holds on all of them, and the way from one to the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType
from textual.command import Provider
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen

from termstats.config import keep_theme
from termstats.data.figures.definition.level import Level
from termstats.data.model.confined import only_folder
from termstats.data.model.errors import TermstatsError
from termstats.data.model.request import Param
from termstats.keys import APP, bindings
from termstats.paths import config_file
from termstats.screens.frame.frame_app import FrameApp
from termstats.screens.frame.terminal import TerminalDriver
from termstats.screens.workers import OPENING, start_worker
from termstats.widgets import STYLES
from termstats.widgets.frame import KeyLine

if TYPE_CHECKING:
    from termstats.data.query.search import Hit
    from termstats.screens.frame.framed_screen import FramedScreen
    from termstats.screens.frame.level_screen import LevelScreen
    from termstats.screens.frame.messages import OpenFigure, OpenLevel
    from termstats.screens.frame.session import Session
    from termstats.screens.frame.view import View

# What levels and dialogs need is imported where it is needed: the first frame is painted before.


LOOK_AGAIN = 1.0
"""Seconds between two looks at whether the store was replaced."""
LOOK_AT_SERVER = 5.0
"""Seconds between two looks at a server."""
RENEWAL = "renewal"
"""The group of the worker that opens what has taken the place of the store."""


def _palette() -> type[Provider]:
    from termstats.screens.frame.palette import Palette

    return Palette


def _level_screen(session: Session, level: Level) -> LevelScreen:
    from termstats.screens.opening import level_screen

    return level_screen(session, level)


class TermStatsApp(FrameApp):
    """Each level is a mode with its own stack: steps down are pushed, Esc takes them off."""

    TITLE = "termstats"
    CSS_PATH = [
        STYLES,
        "screens/frame/frame.tcss",
        "screens/pages/answers.tcss",
        "screens/backoffice/backoffice.tcss",
        "screens/dialogs/dialogs.tcss",
    ]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(APP)]
    COMMANDS = {_palette}
    ENABLE_COMMAND_PALETTE = True

    session: Session

    def __init__(self, session: Session, level: Level = Level.GLOBAL) -> None:
        super().__init__(session.options)
        self.take(session)
        # Else Textual lays out an empty screen first.
        self._screen_stacks, self._current_mode = {level: []}, level

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether an action can be done: in sessions of others nothing is left behind."""
        if action == "suspend_process" and only_folder() is not None:
            return False
        return super().check_action(action, parameters)

    def take(self, session: Session) -> None:
        """Show a session from now on."""
        self.session = session
        for level in Level:
            self.add_mode(level, partial(_level_screen, session, level))

    async def on_mount(self) -> None:
        """Say what somebody has to know who opens the dashboard; look for newer data."""
        self.set_interval(LOOK_AGAIN, self._look_for_new_store)
        self.set_interval(LOOK_AT_SERVER, self._look_at_server)
        if self.is_open:
            await self.greet()

    def all_screens(self) -> Iterator[Screen[Any]]:
        """Give every open screen of every level."""
        for stack in self._screen_stacks.values():
            yield from stack

    def _look_for_new_store(self) -> None:
        """Show what has taken the place of the store, where something has."""
        if self.is_open and self.session.store.is_replaced():
            from termstats.screens.frame.renewal import renew

            self._start_once(partial(renew, self))

    def _look_at_server(self) -> None:
        """See whether the server is there that holds the store, where one does."""
        if self.is_open and self.session.store.is_on_server:
            from termstats.screens.frame.watching import look_at_server

            self._start_once(partial(look_at_server, self))

    def _start_once(self, work: Callable[[], Awaitable[None]]) -> None:
        if not any(worker.group == RENEWAL for worker in self.workers):
            start_worker(self, work, self.complain_of, group=RENEWAL)

    @property
    def is_open(self) -> bool:
        """Return whether there is a session."""
        return hasattr(self, "session")

    async def greet(self) -> None:
        """Say on the first level what somebody has to know who opens the dashboard."""
        if self.session.options.hint:
            from termstats.screens.frame.first_start import FirstHint

            hint = FirstHint(is_sample=self.session.store.info.is_sample)
            await self.screen.mount(hint, before=self.screen.query_one(KeyLine))
        if self.session.notice:
            self.say(self.session.notice)

    # ---- what is typed ---------------------------------------------------------------------------

    def key_pressed(self) -> None:
        """Take away what is said of faults, in panels too: somebody has seen it."""
        super().key_pressed()
        if (framed := self._framed()) is not None:
            framed.forget_faults()

    def _framed(self) -> FramedScreen | None:
        """Return the screen in sight where it is no dialog; None too while nothing is open.

        Keys come in also while the app is closing its screens.
        """
        if not self.is_open or not self.screen_stack:
            return None
        from termstats.screens.frame.framed_screen import FramedScreen

        return self.screen if isinstance(self.screen, FramedScreen) else None

    async def run_action(
        self,
        action: Any,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do what a key stands for; what goes wrong is shown, and no reason to end."""
        try:
            return await super().run_action(action, default_namespace, namespaces)
        except Exception as error:  # noqa: BLE001 - one broken key must not end the others
            self.complain(error)
            return True

    def action_command_palette(self) -> None:
        """Show every command."""
        from termstats.screens.frame.palette import PaletteDialog

        self.push_screen(PaletteDialog(id="--command-palette"))

    def complain_of(self, words: str) -> None:
        """Show what went wrong where it is about, else in a toast; the words are safe."""
        if (framed := self._framed()) is not None:
            framed.complain(words)
        else:
            super().complain_of(words)

    # ---- going somewhere -------------------------------------------------------------------------

    async def action_level(self, name: str) -> None:
        """Show a level, whatever was opened on it before."""
        from termstats.screens.frame.level_screen import LevelScreen
        from termstats.screens.frame.session import SUBJECT

        level = Level(name)
        if self._is_between or not self._may_see(level):  # a click on the empty frame: keys wait
            return
        await self.switch_mode(level)
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        param = SUBJECT.get(level)
        if param in self.session.chosen and isinstance(self.screen, LevelScreen):
            await self.screen.choose({param: self.session.chosen[param]})

    @property
    def _is_between(self) -> bool:
        """Return whether every level is being opened anew."""
        from termstats.screens.frame.reopening import BETWEEN

        return self.current_mode == BETWEEN

    def _may_see(self, level: Level) -> bool:
        allowed = self.session.may_see(level)
        if not allowed:
            viewer = self.session.scope.viewer or "Who sees groups only"
            self.say(f"{viewer} does not have the {level} level", "warning")
        return allowed

    async def on_open_level(self, message: OpenLevel) -> None:
        """Open a level about something; what goes wrong is shown, and no reason to end."""
        try:
            await self._open_level(message)
        except Exception as error:  # noqa: BLE001
            self.complain(error)

    async def _open_level(self, message: OpenLevel) -> None:
        """Open it on top of this screen, or where the level is open."""
        from termstats.screens.frame.level_screen import LevelScreen
        from termstats.screens.frame.session import SUBJECT
        from termstats.screens.opening import screen_class

        level, entities = message.level, message.entities
        # Where a dialog was opened since, somebody is busy with that.
        if self._is_between or isinstance(self.screen, ModalScreen) or not self._may_see(level):
            return
        if (param := SUBJECT.get(level)) in entities:
            self.session.chosen[param] = entities[param]
        here = self.screen
        is_choice = isinstance(here, LevelScreen) and here.LEVEL is level and here.is_choosing
        levels = (screen for screen in self.screen_stack if isinstance(screen, LevelScreen))
        open_at = next((screen for screen in levels if screen.LEVEL is level), None)
        if open_at is not None and (message.fresh or is_choice):
            while self.screen is not open_at:
                await self.pop_screen()
            await open_at.choose(entities)
        else:
            await self.push_screen(screen_class(level)(self.session, entities))

    def on_open_figure(self, message: OpenFigure) -> None:
        """Open one figure on top of this screen."""
        start_worker(
            self,
            partial(self._open, message),
            self.complain_of,
            group=f"{OPENING}figure",
        )

    async def _open(self, message: OpenFigure) -> None:
        from termstats.screens.opening import screen_for

        here = self.screen
        screen = await screen_for(self.session, message)
        if self.screen is here:
            await self.push_screen(screen)

    def action_find(self) -> None:
        """Find a person, a training, a class or an object of the platform."""
        from termstats.screens.dialogs.search import SearchDialog
        from termstats.screens.frame.messages import OpenLevel
        from termstats.screens.frame.session import SUBJECT

        def open_hit(hit: Hit | None) -> None:
            if hit is not None:
                level = Level(hit.level)
                param = SUBJECT.get(level, Param.OBJECT)
                self.post_message(OpenLevel(level, {param: hit.entity}, fresh=True))

        self.push_screen(SearchDialog(self.session.store, self.session.scope), open_hit)

    # ---- what holds everywhere -------------------------------------------------------------------

    def look(self, view: View) -> None:
        """Look at everything in another way; other screens follow when they are shown."""
        from termstats.screens.frame.stats_screen import StatsScreen

        self.session.view = self.session.fitting(view)
        if isinstance(self.screen, StatsScreen):
            self.screen.refresh_view()

    def action_period(self) -> None:
        """Choose the period."""
        from termstats.screens.dialogs.period import PeriodDialog
        from termstats.screens.dialogs.period_choices import Calendar
        from termstats.screens.frame.panel_screen import PanelScreen

        def chosen(view: View | None) -> None:
            if view is not None:
                self.look(view)

        info, screen = self.session.store.info, self.screen
        figure = screen.comparable_figure if isinstance(screen, PanelScreen) else ""
        is_narrow = bool(self.session.scope.min_group)
        calendar = Calendar(info.now, info.coverage, of_months=is_narrow)
        self.push_screen(PeriodDialog(self.session.view, calendar, figure), chosen)

    def action_shift(self, direction: int) -> None:
        """Go one period back or on."""
        view = self.session.view
        self.look(replace(view, period=view.period.shifted(direction)))

    def action_bucket(self) -> None:
        """Count by day, week or month, or by what suits the period."""
        self.look(self.session.view.next_bucket())

    def action_everybody(self) -> None:
        """Count everybody, or counted people only."""
        self.look(replace(self.session.view, everybody=not self.session.view.everybody))

    def action_who(self) -> None:
        """Choose who counts."""
        from termstats.screens.dialogs.store_facts import EVERYBODY, who_dialog

        def chosen(who: str | None) -> None:
            if who is not None:
                self.look(replace(self.session.view, everybody=who == EVERYBODY))

        framed = self._framed()
        words = framed.population if framed else ""
        self.push_screen(who_dialog(words, everybody=self.session.view.everybody), chosen)

    def action_imports(self) -> None:
        """Show when each source was read."""
        from termstats.screens.dialogs.store_facts import imports_dialog

        self.push_screen(imports_dialog(self.session.store.info, self.session.scope))

    def action_clock(self) -> None:
        """Use the other clock, where a source has two."""
        from termstats.screens.frame.panel_screen import PanelScreen

        if isinstance(self.screen, PanelScreen) and self.screen.copy_path():
            return
        if not self.session.store.info.two_clocks:
            self.say("This store has one clock only", "warning")
            return
        self.look(replace(self.session.view, server_clock=not self.session.view.server_clock))

    def action_demo(self) -> None:
        """Show people under pseudonyms, or by their names."""
        from termstats.screens.frame.reopening import switch_names

        # Each to its end: of one that is cancelled half a dashboard would be left.
        work = partial(switch_names, self)
        start_worker(self, work, self.complain_of, group=f"{OPENING}demo", exclusive=False)

    def action_redraw(self) -> None:
        """Write the whole screen, whatever else has written over it."""
        self.screenful.forget()
        self.screen.refresh()

    def action_theme(self) -> None:
        """Choose the colours."""
        from termstats.screens.dialogs.theme import ThemeDialog

        def chosen(theme: str | None) -> None:
            if theme is not None:
                self.keep_theme(theme)

        auto = self.session.options.auto_theme
        self.push_screen(ThemeDialog(self.chosen_theme, auto), chosen)

    def keep_theme(self, theme: str) -> None:
        """Use a theme from now on; `auto` is what suits the terminal."""
        self.chosen_theme, self.theme = theme, self.session.options.theme_of(theme)
        path = config_file()
        try:
            keep_theme(path, theme)
        except (OSError, TermstatsError) as error:
            self.say(f"{path}: the theme cannot be kept ({error})", "warning")

    def action_mouse(self) -> None:
        """Leave the mouse to the terminal, which marks text with it, or take it back."""
        self.has_mouse = not self.has_mouse
        self.session.marks_text = self.session.options.mouse and not self.has_mouse
        if isinstance(self._driver, TerminalDriver):
            self._driver.set_mouse(is_ours=self.has_mouse)
        if (framed := self._framed()) is not None:
            framed.refresh_lines()
        here = "The mouse clicks again" if self.has_mouse else "The mouse marks text; M ends it"
        self.say(here)

    def action_help(self) -> None:
        """Show all keys that work here; the one that is taken is pressed."""
        from termstats.screens.dialogs.help import HelpDialog, key_choices

        def chosen(key: str | None) -> None:
            if key is not None:
                self.simulate_key(key)

        framed = self._framed()
        first = [key_id for key_id, _ in framed.foot()] if framed else []
        absent = framed.absent() if framed else ()
        choices = key_choices(self.screen, first, absent, self.session.absent_keys)
        self.push_screen(HelpDialog(choices), chosen)
