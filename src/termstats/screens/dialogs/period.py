"""`p`: the period by its name or in words, what it is compared with, and by what it is counted."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult

from termstats.data.model.comparison import Against
from termstats.data.model.errors import UsageError
from termstats.data.model.period import BUCKETS, Period
from termstats.data.model.period_text import NoPeriod
from termstats.data.model.plural import counted
from termstats.data.model.text import show_duration
from termstats.screens.dialogs.period_choices import (
    COLUMNS,
    NOW,
    TYPED,
    Calendar,
    choices,
    named_periods,
    shown_dates,
    typed_period,
)
from termstats.screens.dialogs.pick import PickDialog, Picking
from termstats.screens.frame.view import View
from termstats.widgets.picking.choices import Choice
from termstats.widgets.picking.radios import Radio, Radios

_PICKING = Picking(
    "Period",
    COLUMNS,
    placeholder="last month, 2026-03, 14d",
    example="or type 2026-03, 14d, 3 Nov..9 Nov, q3, since 1 Sep, by week",
    beneath=2,
)
BY, COMPARE = "by", "compare"
_BUCKET_WORDS = {"auto": "what suits the period"}
_COMPARED = {str(each): each.words for each in Against}
OFF = "off"


class PeriodDialog(PickDialog[View]):
    """Gives the view with another period; what cannot be understood is said, the dialog stays.

    `figure`: the one under the focus where what it is compared with can be drawn; else empty.
    """

    def __init__(self, view: View, calendar: Calendar, figure: str = "") -> None:
        self._view = view
        self._calendar = calendar
        self._figure = figure
        self._named = named_periods(calendar, view.period)
        self._meant: Period | None = None
        current = next(name for name, period in self._named.items() if period == view.period)
        super().__init__(_PICKING, self._lines(""), current=current)

    def _lines(self, typed: str) -> list[Choice]:
        """Return the periods, and when something is typed also the switches by their words."""
        self._meant = typed_period(self._calendar, typed)
        periods = choices(self._named, self._meant, self._calendar.today, typed)
        switches = [
            Choice(f"{radio.name} {value}", (f"{radio.name} {word}",))
            for radio in self._radios()
            for value, word in radio.options
        ]
        return [*periods, *(switches if typed else [])]

    def _radios(self) -> tuple[Radio, ...]:
        """Return what can be switched, as it is set now."""
        view = self._view
        is_off = self._figure and self._figure not in view.compared
        off = ((OFF, OFF),) if self._figure else ()
        compared = OFF if is_off else str(view.against)
        buckets = tuple((by, _BUCKET_WORDS.get(by, by)) for by in BUCKETS)
        return (
            Radio(COMPARE, "Compare", (*_COMPARED.items(), *off), compared),
            Radio(BY, "By", buckets, view.bucket),
        )

    def beneath(self) -> ComposeResult:
        """Compose the switches."""
        yield Radios()

    def on_mount(self) -> None:
        """Show how everything is set."""
        self.query_one(Radios).radios = self._radios()

    def typing(self, typed: str) -> None:
        """Offer what is meant first."""
        self.offer(self._lines(typed), typed)

    def reading(self, typed: str) -> tuple[str, bool]:
        """Say in full what the period under the cursor is; a mistake in words."""
        current = self.picks.current
        if current is None:
            return self.mistake(typed), True
        if current.key not in (*self._named, TYPED):
            return "", False
        period = self._period(current.key)
        length = show_duration(period.length) if period.exact else counted(period.days, "day")
        is_now = "now: " if current.key == NOW or period == self._view.period else ""
        today = self._calendar.today
        so_far = " so far" if period.exact is None and period.first <= today < period.last else ""
        return f"{is_now}{shown_dates(period, today)}{so_far} · {length}", False

    def _period(self, key: str) -> Period:
        return self._meant if key == TYPED and self._meant else self._named[key]

    def answer(self, typed: str, keys: tuple[str, ...]) -> View:
        """Return the view of the period chosen, or with the switch that was typed."""
        if not keys:
            return replace(self._view, period=self._read(typed))
        name, _, value = keys[0].partition(" ")
        if name in (BY, COMPARE):
            self._switch(name, value)
            return self._view
        return replace(self._view, period=self._period(keys[0]))

    def _read(self, typed: str) -> Period:
        try:
            return self._calendar.read(typed)
        except NoPeriod:
            raise UsageError(f"no period is written {typed!r}; see the last line") from None

    def on_radios_set(self, message: Radios.Set) -> None:
        """Set what was clicked; Enter takes it, Esc does not."""
        message.stop()
        self._switch(message.name, message.value)
        self.query_one(Radios).radios = self._radios()

    def _switch(self, name: str, value: str) -> None:
        if name == BY:
            self._view = replace(self._view, by=value)
        else:
            compared = self._view.compared - {self._figure}
            if value != OFF:
                compared |= {self._figure} if self._figure else set()
                self._view = replace(self._view, against=Against(value))
            self._view = replace(self._view, compared=compared)
