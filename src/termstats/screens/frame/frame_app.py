"""The app as far as it knows of no level: the terminal, and what is typed.

Loads little: it paints the frame while the rest is still being loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType
from textual import events
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter
from textual.geometry import Offset
from textual.screen import Screen

from termstats.data.model.text import clean
from termstats.keys import check_keymap
from termstats.screens.frame.painting import Difference, Screenful
from termstats.screens.frame.start import Options
from termstats.screens.frame.terminal import TerminalDriver
from termstats.screens.frame.toasts import Toasts
from termstats.screens.gate import KeyGate, Typed
from termstats.screens.workers import error_words
from termstats.widgets.look.themed import Themed
from termstats.widgets.plain import PLAIN_MARKS


class FrameApp(Toasts, Themed[None]):
    """Writes what differs, takes one key at a time, says what went wrong."""

    def __init__(self, options: Options) -> None:
        self.chosen_theme = options.theme
        """The theme as it was chosen: a name, or `auto`."""
        super().__init__(options.theme_of(options.theme), always_ascii=options.ascii)
        self.charts = options.charts
        self.low_bandwidth = options.low_bandwidth
        self.has_mouse = options.mouse
        """Whether clicks come here; else the terminal marks text."""
        self.screenful = Screenful()
        self.animation_level = "none"
        self.set_keymap(check_keymap(options.keymap))
        self.gate = KeyGate(self, self.complain)

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
        if self.focused is None:
            return self._cursor_set
        from termstats.screens.frame.terminal_cursor import cursor_of

        return cursor_of(self.focused) or self._cursor_set

    @cursor_position.setter
    def cursor_position(self, cell: Offset) -> None:
        self._cursor_set = cell

    async def on_event(self, event: events.Event) -> None:
        """Handle keys one at a time, each when what the one before began is there."""
        if isinstance(event, events.Resize):
            # A terminal moves and cuts what stands on it as it likes.
            self.screenful.forget()
        if isinstance(event, Typed) and not event.is_forwarded and not self.gate.admits(event):
            return
        if isinstance(event, events.Key):
            self.key_pressed()
        await super().on_event(event)
        if isinstance(event, events.MouseUp):
            self.gate.settle()

    def simulate_key(self, key: str) -> None:
        """Press a key in place of the one that is being handled."""
        self.gate.put_first(events.Key(key, None))

    def on_unmount(self) -> None:
        """Leave nothing that waits for keys."""
        self.gate.close()

    def complain(self, error: Exception) -> None:
        """Show what went wrong; what nobody expected is logged too."""
        self.complain_of(error_words(error))

    def complain_of(self, words: str) -> None:
        """Show what went wrong in a toast; the words are safe."""
        self.say(words, "error")

    def say(self, text: str, severity: Any = "information") -> None:
        """Show a toast; its text is never read as markup."""
        self.notify(clean(text), severity=severity, markup=False)
