"""`p`: the period. Presets with their dates, or anything that the command line understands."""

from __future__ import annotations

from datetime import date, datetime

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from termstats.data.model.errors import UsageError
from termstats.data.model.period import Period
from termstats.data.model.period_text import PRESETS, parse_period
from termstats.data.model.text import clean, show_duration
from termstats.screens.dialogs.base import Choices, Dialog, field


class PeriodDialog(Dialog[Period]):
    """Gives the chosen period. What cannot be understood is said, and the dialog stays."""

    def __init__(self, current: Period, now: datetime, coverage: tuple[date, date]) -> None:
        super().__init__()
        self._current = current
        self._now = now
        self._coverage = coverage

    def compose(self) -> ComposeResult:
        """Compose the line to type in, the message below it and the presets."""
        with Vertical(classes="dialog") as box:
            box.border_title = Text("Period")
            box.border_subtitle = Text("Enter take · Esc close")
            yield field("FROM..TO, 2026-03, 14d, last 30 minutes; or choose below")
            yield Static(f"now {self._current.describe()}", markup=False, classes="hint")
            yield Choices(*(self._option(name) for name in PRESETS), markup=False)

    def _option(self, name: str) -> Option:
        period = parse_period(name, self._now, self._coverage)
        return Option(Text(f"{PRESETS[name]:<14} {period.first}..{period.last}"), id=name)

    def on_mount(self) -> None:
        """Start at the preset in use."""
        presets = self.query_one(OptionList)
        words = list(PRESETS.values())
        presets.highlighted = (
            words.index(self._current.words) if self._current.words in words else 0
        )
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say at once what the line means, or why it means nothing."""
        text = event.value.strip()
        if not text:
            self._say(f"now {self._current.describe()}")
            return
        try:
            period = parse_period(text, self._now, self._coverage)
        except UsageError as error:
            self._say(clean(error), wrong=len(text) >= 4)
        else:
            length = show_duration(period.length) if period.exact else f"{period.days:,} days"
            self._say(f"{period.describe()} · {length}")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the line, or the preset under the cursor when nothing was typed."""
        event.stop()
        presets = self.query_one(OptionList)
        chosen = presets.highlighted_option
        text = event.value.strip() or (chosen.id if chosen else "") or ""
        self._take(text)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the preset."""
        event.stop()
        self._take(event.option.id or "")

    def on_key(self, event: Key) -> None:
        """Let the arrows walk the presets while the line has the focus."""
        if not self.query_one(Input).has_focus:
            return
        if event.key == "down":
            self.query_one(OptionList).action_cursor_down()
        elif event.key == "up":
            self.query_one(OptionList).action_cursor_up()

    def _take(self, text: str) -> None:
        try:
            self.dismiss(parse_period(text, self._now, self._coverage))
        except UsageError as error:
            self._say(clean(error), wrong=True)

    def _say(self, text: str, wrong: bool = False) -> None:
        hint = self.query_one(".hint", Static)
        hint.set_class(wrong, "wrong")
        hint.update(Text(text))
