"""Changes how everything is looked at: period, buckets, people, clock."""

from __future__ import annotations

from dataclasses import replace

from termstats.cli.shell.commands import one_of
from termstats.cli.shell.lines import plain
from termstats.cli.shell.state import State
from termstats.data.model.comparison import Against
from termstats.data.model.errors import UsageError
from termstats.data.model.period import BUCKETS
from termstats.data.model.period_text import parse_period
from termstats.data.model.plural import singular
from termstats.screens.dialogs.period_choices import (
    NOW,
    Calendar,
    choices,
    named_periods,
    shown_dates,
)

SHIFTS = {"back": -1, "on": 1}


def with_period(state: State, text: str) -> State:
    """Return the state in another period: as it is typed, or the one before or after.

    Raises:
        UsageError: it cannot be read.
    """
    info, view = state.session.store.info, state.view
    if text in SHIFTS:
        period = view.period.shifted(SHIFTS[text])
    else:
        period = parse_period(text, info.now, info.coverage)
    return state.seen(state.session.fitting(replace(view, period=period)))


def period_lines(state: State) -> tuple[list[str], tuple[str, ...]]:
    """Return the periods to choose from with their days, and what each number types."""
    info, now = state.session.store.info, state.view.period
    of_months = bool(state.session.scope.min_group)
    calendar = Calendar(info.now, info.coverage, of_months)
    named = named_periods(calendar, now)
    named.pop(NOW, None)
    lines = [
        f"Now {now.words or plain(shown_dates(now, calendar.today))}. Say a number, or period and "
        "any of: 2026-03, 14d, 3 Nov to 9 Nov, q3, since 1 Sep, last 30 minutes."
    ]
    for number, choice in enumerate(choices(named, None, calendar.today, ""), start=1):
        words, dates, days = choice.cells
        lines.append(singular(f"{number}. {words}, {plain(dates)}, {days} days"))
    return lines, tuple(f"period {name}" for name in named)


def with_buckets(state: State, text: str) -> State:
    """Return the state by other buckets.

    Raises:
        UsageError: there are no such buckets.
    """
    return state.seen(replace(state.view, by=one_of(text, tuple(BUCKETS), "by")))


def with_comparison(state: State, text: str) -> State:
    """Return the state whose changes are since the period before, or a year before.

    Raises:
        UsageError: neither before nor year.
    """
    against = Against(one_of(text, tuple(Against), "compare"))
    return state.seen(replace(state.view, against=against))


def with_everybody(state: State, text: str) -> State:
    """Return the state that counts everybody or counted people only; without a word the other.

    Raises:
        UsageError: neither on nor off.
    """
    now = state.view.everybody
    wanted = one_of(text, ("on", "off"), "everybody") == "on" if text else not now
    return state.seen(replace(state.view, everybody=wanted))


def with_clock(state: State, text: str) -> State:
    """Return the state by the device's or the server's clock.

    Raises:
        UsageError: neither, or the store has one clock.
    """
    server = one_of(text, ("device", "server"), "clock") == "server"
    if not state.session.store.info.two_clocks:
        raise UsageError("this store has one clock only; there is nothing to choose")
    return state.seen(replace(state.view, server_clock=server))


def with_archived(state: State, text: str) -> State:
    """Return the state with or without what is archived.

    Raises:
        UsageError: neither show nor hide.
    """
    hide = one_of(text, ("show", "hide"), "archived") == "hide"
    return state.seen(replace(state.view, hide_archived=hide))
