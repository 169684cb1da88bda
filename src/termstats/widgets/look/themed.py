"""An app with our themes: its style sheets and its texts name colours by what they are for."""

from __future__ import annotations

from typing import TypeVar

from textual.app import App

from termstats.widgets.look.style_sheet import StyleSheet
from termstats.widgets.look.themes import ASCII, styles_of, themes, tokens_of
from termstats.widgets.look.tokens import by_name

Answer = TypeVar("Answer")


class Themed(App[Answer]):
    """Registers the themes, and follows a change of theme at once.

    `always_ascii`: letters and signs only, whatever the theme.
    """

    ascii_only = False
    """Whether widgets draw with ASCII only."""

    def __init__(self, theme: str = "dark", *, always_ascii: bool = False) -> None:
        self._always_ascii = always_ascii
        self._is_styled = False
        super().__init__()
        for each in themes():
            self.register_theme(each)
        self.theme = theme
        self.stylesheet = StyleSheet(self.get_css_variables())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the colours of the theme for style sheets."""
        return by_name(tokens_of(self.current_theme))

    def watch_theme(self, theme: str) -> None:
        """Give texts the styles of the theme."""
        if self._is_styled:
            self.console.pop_theme()
        self.console.push_theme(styles_of(tokens_of(self.current_theme)))
        self._is_styled = True
        self.ascii_only = self._always_ascii or theme == ASCII
        self.set_class(self.ascii_only, "ascii")
