"""`python -m benchmarks.bare_app`: one word in Textual, beside which a start is measured."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static

WORD = "Bare"


class BareApp(App[None]):
    """Shows one word."""

    def compose(self) -> ComposeResult:
        """Show it."""
        yield Static(WORD)


if __name__ == "__main__":
    BareApp().run()
