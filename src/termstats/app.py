"""The dashboard: five levels, what holds on all of them, and the way from one to the other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from rich.console import RenderableType
from textual import events
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.binding import BindingType
from textual.dom import DOMNode
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter
from textual.geometry import Offset
from textual.logging import TextualHandler
from textual.screen import ModalScreen, Screen

from termstats import log
from termstats.config import keep_theme
from termstats.data.figures.definition.figure import Level
from termstats.data.model.errors import TermstatsError
from termstats.data.model.request import Param
from termstats.data.model.text import clean
from termstats.data.query.scope import scope_of
from termstats.data.query.search import Hit
from termstats.data.store.opening import open_store
from termstats.keys import APP, bindings, check_keymap
from termstats.paths import config_file
from termstats.screens.dialogs.help import HelpDialog, key_choices
from termstats.screens.dialogs.period import PeriodDialog
from termstats.screens.dialogs.period_choices import Calendar
from termstats.screens.dialogs.search import SearchDialog
from termstats.screens.dialogs.store_facts import EVERYBODY, imports_dialog, who_dialog
from termstats.screens.dialogs.theme import ThemeDialog
from termstats.screens.frame import signals
from termstats.screens.frame.first_start import FirstHint
from termstats.screens.frame.framed_screen import FramedScreen
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.frame.messages import OpenFigure, OpenLevel
from termstats.screens.frame.painting import Difference, Screenful
from termstats.screens.frame.palette import Palette, PaletteDialog
from termstats.screens.frame.panel_screen import PanelScreen
from termstats.screens.frame.session import SUBJECT, Session, begin, first_level
from termstats.screens.frame.start import Options, StartAt
from termstats.screens.frame.stats_screen import StatsScreen
from termstats.screens.frame.terminal import TerminalDriver
from termstats.screens.frame.terminal_cursor import cursor_of
from termstats.screens.frame.toasts import Toasts
from termstats.screens.frame.view import View
from termstats.screens.gate import KeyGate, Typed
from termstats.screens.opening import SCREENS, level_screen, screen_for
from termstats.screens.workers import OPENING, error_words, start_worker
from termstats.widgets import STYLES
from termstats.widgets.frame import KeyLine
from termstats.widgets.look.themed import Themed
from termstats.widgets.plain import PLAIN_MARKS


class TermStatsApp(Toasts, Themed[None]):
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
    COMMANDS = {Palette}
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, session: Session, level: Level = Level.GLOBAL) -> None:
        self.session = session
        super().__init__(session.options.theme, always_ascii=session.options.ascii)
        self.charts = session.options.charts
        self.low_bandwidth = session.options.low_bandwidth
        self.has_mouse = session.options.mouse
        """Whether clicks come here; else the terminal marks text."""
        self.screenful = Screenful()
        self.animation_level = "none"
        self.set_keymap(check_keymap(session.options.keymap))
        self.gate = KeyGate(self, self.complain)
        for each in Level:
            self.add_mode(each, partial(level_screen, session, each))
        # Else Textual lays out an empty screen first.
        self._screen_stacks, self._current_mode = {level: []}, level

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what is done to each line before it is written."""
        return [*super().get_line_filters(), *([PLAIN_MARKS] if self.ascii_only else [])]

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Write what differs from what stands on the terminal."""
        painted: RenderableType | CompositorUpdate | None = renderable
        if isinstance(renderable, (LayoutUpdate, ChopsUpdate)):
            self.screenful.fit(*self.size)
            painted = Difference(renderable, self.screenful)
        elif renderable is not None:
            self.screenful.forget()
        super()._display(screen, painted)  # type: ignore[arg-type]

    def get_driver_class(self) -> type[Driver]:
        """Return what reads and writes the terminal; another one may be named to Textual."""
        usual = super().get_driver_class()
        return TerminalDriver if usual is LinuxDriver else usual

    @property
    def cursor_position(self) -> Offset:
        """Return where the terminal's cursor stands after the next update of the screen."""
        return cursor_of(self.focused) or self._cursor_set

    @cursor_position.setter
    def cursor_position(self, cell: Offset) -> None:
        self._cursor_set = cell

    async def on_mount(self) -> None:
        """Say what somebody has to know who opens the dashboard."""
        if self.session.options.hint:
            hint = FirstHint(is_sample=self.session.store.info.is_sample)
            await self.screen.mount(hint, before=self.screen.query_one(KeyLine))
        if self.session.notice:
            self.say(self.session.notice)

    # ---- what is typed ---------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Handle keys one at a time, each when what the one before began is there."""
        if isinstance(event, events.Resize):
            # A terminal moves and cuts what stands on it as it likes.
            self.screenful.forget()
        if isinstance(event, Typed) and not event.is_forwarded and not self.gate.admits(event):
            return
        if isinstance(event, events.Key):
            self.key_pressed()
            if isinstance(self.screen, FramedScreen):
                self.screen.forget_faults()
        await super().on_event(event)
        if isinstance(event, events.MouseUp):
            self.gate.settle()

    def simulate_key(self, key: str) -> None:
        """Press a key in place of the one that is being handled."""
        self.gate.put_first(events.Key(key, None))

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
        self.push_screen(PaletteDialog(id="--command-palette"))

    def complain(self, error: Exception) -> None:
        """Show what went wrong; what nobody expected is logged too."""
        self.complain_of(error_words(error))

    def complain_of(self, words: str) -> None:
        """Show what went wrong where it is about, else in a toast; the words are safe."""
        if isinstance(self.screen, FramedScreen):
            self.screen.complain(words)
        else:
            self.say(words, "error")

    def on_unmount(self) -> None:
        """Leave nothing that waits for keys."""
        self.gate.close()

    # ---- going somewhere -------------------------------------------------------------------------

    async def action_level(self, name: str) -> None:
        """Show a level, whatever was opened on it before."""
        level = Level(name)
        if not self._may_see(level):
            return
        await self.switch_mode(level)
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        param = SUBJECT.get(level)
        if param in self.session.chosen and isinstance(self.screen, LevelScreen):
            await self.screen.choose({param: self.session.chosen[param]})

    def _may_see(self, level: Level) -> bool:
        allowed = self.session.may_see(level)
        if not allowed:
            self.say(f"{self.session.scope.viewer} does not have the {level} level", "warning")
        return allowed

    async def on_open_level(self, message: OpenLevel) -> None:
        """Open a level about something; what goes wrong is shown, and no reason to end."""
        try:
            await self._open_level(message)
        except Exception as error:  # noqa: BLE001
            self.complain(error)

    async def _open_level(self, message: OpenLevel) -> None:
        """Open it on top of this screen, or where the level is open."""
        level, entities = message.level, message.entities
        # Where a dialog was opened since, somebody is busy with that.
        if isinstance(self.screen, ModalScreen) or not self._may_see(level):
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
            await self.push_screen(SCREENS[level](self.session, entities))

    def on_open_figure(self, message: OpenFigure) -> None:
        """Open one figure on top of this screen."""
        start_worker(
            self,
            partial(self._open, message),
            self.complain_of,
            group=f"{OPENING}figure",
        )

    async def _open(self, message: OpenFigure) -> None:
        here = self.screen
        screen = await screen_for(self.session, message)
        if self.screen is here:
            await self.push_screen(screen)

    def action_find(self) -> None:
        """Find a person, a training, a class or an object of the platform."""

        def open_hit(hit: Hit | None) -> None:
            if hit is not None:
                level = Level(hit.level)
                param = SUBJECT.get(level, Param.OBJECT)
                self.post_message(OpenLevel(level, {param: hit.entity}, fresh=True))

        self.push_screen(SearchDialog(self.session.store, self.session.scope), open_hit)

    # ---- what holds everywhere -------------------------------------------------------------------

    def look(self, view: View) -> None:
        """Look at everything in another way; other screens follow when they are shown."""
        self.session.view = view
        if isinstance(self.screen, StatsScreen):
            self.screen.refresh_view()

    def action_period(self) -> None:
        """Choose the period."""

        def chosen(view: View | None) -> None:
            if view is not None:
                self.look(view)

        info, screen = self.session.store.info, self.screen
        figure = screen.comparable_figure if isinstance(screen, PanelScreen) else ""
        calendar = Calendar(info.now, info.coverage)
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

        def chosen(who: str | None) -> None:
            if who is not None:
                self.look(replace(self.session.view, everybody=who == EVERYBODY))

        framed = self.screen if isinstance(self.screen, FramedScreen) else None
        words = framed.population if framed else ""
        self.push_screen(who_dialog(words, everybody=self.session.view.everybody), chosen)

    def action_imports(self) -> None:
        """Show when each source was read."""
        self.push_screen(imports_dialog(self.session.store.info))

    def action_clock(self) -> None:
        """Use the other clock, where a source has two."""
        if isinstance(self.screen, PanelScreen) and self.screen.copy_path():
            return
        if not self.session.store.info.two_clocks:
            self.say("This store has one clock only", "warning")
            return
        self.look(replace(self.session.view, server_clock=not self.session.view.server_clock))

    def action_redraw(self) -> None:
        """Write the whole screen, whatever else has written over it."""
        self.screenful.forget()
        self.screen.refresh()

    def action_theme(self) -> None:
        """Choose the colours."""

        def chosen(theme: str | None) -> None:
            if theme is not None:
                self.keep_theme(theme)

        self.push_screen(ThemeDialog(self.theme), chosen)

    def keep_theme(self, theme: str) -> None:
        """Use a theme from now on."""
        self.theme = theme
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
        if isinstance(self.screen, FramedScreen):
            self.screen.refresh_lines()
        here = "The mouse clicks again" if self.has_mouse else "The mouse marks text; M ends it"
        self.say(here)

    def action_help(self) -> None:
        """Show all keys that work here; the one that is taken is pressed."""

        def chosen(key: str | None) -> None:
            if key is not None:
                self.simulate_key(key)

        framed = self.screen if isinstance(self.screen, FramedScreen) else None
        first = [key_id for key_id, _ in framed.foot()] if framed else []
        absent = framed.absent() if framed else ()
        self.push_screen(HelpDialog(key_choices(self.screen, first, absent)), chosen)

    def say(self, text: str, severity: Any = "information") -> None:
        """Show a toast; its text is never read as markup."""
        self.notify(clean(text), severity=severity, markup=False)


def run_app(store_location: str, viewer: str | None, start: StartAt, options: Options) -> int:
    """Open the dashboard and return the exit code: 0, or 128 + the signal that ended it.

    Raises:
        TermstatsError: the store cannot be opened, the viewer or a thing named is unknown.
    """
    return asyncio.run(_run(store_location, viewer, start, options))


async def _run(store_location: str, viewer: str | None, start: StartAt, options: Options) -> int:
    store = await open_store(store_location)
    try:
        async with store.connect() as connection:
            scope = await scope_of(connection, viewer)
        session = await begin(store, scope, start, options)
        app = TermStatsApp(session, first_level(session, start))
        if "devtools" in app.features:
            log.LOGGER.addHandler(TextualHandler(stderr=False))
            log.LOGGER.setLevel(logging.INFO)
        with signals.ending(lambda code: app.exit(return_code=code)):
            await app.run_async(mouse=options.mouse)
        return app.return_code or 0
    finally:
        await store.close()
