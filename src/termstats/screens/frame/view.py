"""What the whole dashboard is looking at: period, bucket, who counts, which clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from rich.cells import cell_len

from termstats.data.figures.definition.figure import Figure
from termstats.data.figures.definition.policy import Option
from termstats.data.model.entity import Entity
from termstats.data.model.filter_base import Filter
from termstats.data.model.period import BUCKETS, Period
from termstats.data.model.request import Param, Request
from termstats.data.model.text import show_duration
from termstats.data.store.opening import StoreInfo

Entities = Mapping[Param, Entity]
"""What is chosen on a screen. An action is kept as an entity whose key is the action's word."""


@dataclass(frozen=True)
class View:
    """The switches that hold on every screen."""

    period: Period
    by: str = "day"
    everybody: bool = False
    server_clock: bool = False
    hide_archived: bool = False
    """In figures that tell what is archived or deleted from the rest."""
    compared: frozenset[str] = field(default=frozenset(), compare=False)
    """Figures whose lines have the period before beside them; no other figure changes by that."""

    def next_bucket(self) -> View:
        """Return the view by the next larger bucket, after months by what suits the period."""
        return replace(self, by=BUCKETS[(BUCKETS.index(self.by) + 1) % len(BUCKETS)])

    def request(self, figure: Figure, entities: Entities) -> Request:
        """Return the question to `figure` about the chosen things that it needs."""
        action = entities.get(Param.ACTION)
        return Request(
            period=self.period,
            entities=tuple(
                (param, entities[param])
                for param in figure.params
                if param in entities and param is not Param.ACTION
            ),
            everybody=self.everybody,
            server_clock=self.server_clock,
            by=self.by,
            hide_archived=self.hide_archived and Option.HIDE_ARCHIVED in figure.options,
            action=action.key if action and Param.ACTION in figure.params else None,
        )


def store_mark(info: StoreInfo) -> str:
    """Return `SAMPLE`, or the day of the copy that a store file is."""
    return "SAMPLE" if info.is_sample else f"SNAPSHOT {info.today.day} {info.today:%b}"


def period_words(period: Period, today: date, coverage: tuple[date, date]) -> tuple[str, str]:
    """Return the words of the period, and its dates with what is not true of all of it."""
    if period.exact:
        return period.words, period.dates
    first, last = period.first, period.last
    end = f"{last:%m-%d}" if first.year == last.year else f"{last}"
    dates = f"{first}..{end}" if period.days > 1 else f"{first}"
    if last > today >= first:
        dates += f" ({(today - first).days + 1} of {period.days} days)"
    elif first > today:
        dates += " (not begun)"
    elif first < coverage[0] <= last:
        dates += f" (data since {coverage[0]})"
    elif last < coverage[0]:
        dates += f" (before the data, {coverage[0]})"
    return period.words, dates


def filter_chips(
    figure: Figure, lasting: Sequence[Filter], chips: Sequence[Filter] = ()
) -> tuple[str, ...]:
    """Return the filters as the state line says them for one figure, those of details in brackets.

    What narrows nothing in that figure stands apart: `not here: package Geo`.
    """
    meant = figure.filters
    holding = ", ".join(each.words for each in lasting if each.field in meant)
    parts = [f"only {holding}"] if holding else []
    parts += [f"[{each.words}]" for each in chips if each.field in meant]
    idle = [each.words for each in (*lasting, *chips) if each.field not in meant]
    if idle:
        parts.append(f"not here: {', '.join(dict.fromkeys(idle))}")
    return tuple(parts)


LONG = 24
"""Cells from which filters need room on the state line of a narrow screen."""


def state_parts(
    view: View, info: StoreInfo, population: str, chips: tuple[str, ...], width: int
) -> tuple[str, ...]:
    """Return the parts of the state line: what a picture of the screen needs to be evidence.

    Words give way before facts where `width` cells are not enough.
    """
    # Without any event there is no day on which the data begin.
    coverage = info.coverage if info.has_events else (view.period.first, info.today)
    words, dates = period_words(view.period, info.today, coverage)
    # Who was left out, and why, stands under `i`.
    counted = population.partition(" (")[0] or ("everybody" if view.everybody else "counted people")
    read = datetime.fromtimestamp(info.as_of, info.zone)
    as_of = f"{read:%H:%M}" if read.date() == view.period.last else f"{read:%Y-%m-%d %H:%M}"
    short = as_of.removeprefix(f"{view.period.last:%Y}-")
    so_far = info.so_far(view.period)
    before = f"vs {so_far.days} before"
    if view.period.exact:
        before = f"vs {show_duration(so_far.length)} before"
        if info.as_of < view.period.exact.start:
            dates += " (not begun)"
        elif not view.period.exact.is_over(info.as_of):
            dates += " (not over)"
    switches = [
        *([f"by {view.by}"] if view.by != "day" else []),
        *(["server clock"] if view.server_clock else []),
        *chips,
    ]
    spoken = f"{words} {dates}" if words else dates
    # They need the room more than the zone and a word, which stand on every export.
    has_long_chips = cell_len(" · ".join(chips)) > LONG
    parts: tuple[str, ...] = ()
    for period, people, moment in (
        (f"{spoken} {info.zone}, {before}", counted, as_of),
        (f"{dates} {info.zone}, {before}", counted, as_of),
        (f"{dates} {info.zone}", counted, as_of),
        (f"{dates} {info.zone}", counted.partition(", ")[0], short),
        *([(dates, counted.partition(" people")[0], short)] if has_long_chips else []),
    ):
        parts = (period, *switches, people, f"as of {moment}")
        if cell_len(" · ".join(parts)) <= width:
            break
    return parts
