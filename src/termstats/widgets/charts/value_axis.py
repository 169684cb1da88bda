"""Ticks of values: round numbers, and how they are written."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from termstats.data.model.table import Kind
from termstats.data.model.text import show_duration, show_number

MAX_TICKS = 5
HOUR = 3600
_DURATIONS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800)


@dataclass(frozen=True)
class Tick:
    """One tick of an axis of values: where it is and what stands at it."""

    at: float
    label: str


def value_ticks(
    low: float, high: float, kind: Kind, most: int = MAX_TICKS, *, percent: bool = False
) -> tuple[Tick, ...]:
    """Return ticks from at most 0 to at least `high`, lowest first.

    Steps are 1, 2 or 5 times a power of ten (durations: seconds, minutes, hours that people
    use); counts have whole ticks. `percent` fixes the axis to 0-100.
    """
    most = max(2, most)
    low, high = min(low, 0.0), max(high, 0.0)
    if percent and low >= 0 and high <= 100:
        step = 25.0 if most >= 5 else 50.0 if most >= 3 else 100.0
        return tuple(Tick(n * step, f"{n * step:.0f}%") for n in range(int(100 / step) + 1))
    if low == high:
        high = 1.0
    for step in _steps(high - low, kind):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first < most:
            values = [n * step for n in range(first, last + 1)]
            return tuple(Tick(value, axis_label(value, kind, step)) for value in values)
    raise AssertionError("steps grow without end")


def _steps(span: float, kind: Kind) -> Iterator[float]:
    """Yield the allowed steps, smallest first, from somewhat below what `span` needs."""
    if kind is Kind.SECONDS:
        yield from (step for step in _DURATIONS if span / step < 50)
        unit = float(HOUR)
        power = max(0, math.floor(math.log10(max(span / unit, 1))) - 2)
    else:
        unit = 1.0
        power = math.floor(math.log10(span)) - 2
        if kind is Kind.COUNT:
            power = max(0, power)
    while True:
        for factor in (1, 2, 5):
            yield unit * factor * 10.0**power
        power += 1


def axis_label(value: float, kind: Kind, step: float) -> str:
    """Return the short writing of `value` on an axis with that step."""
    if kind is Kind.SECONDS:
        return show_duration(value) if value else "0"
    if kind is Kind.PERCENT:
        return f"{show_number(value)}%"
    size = abs(value)
    for unit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if size >= 10 * unit or (size >= unit and step >= unit):
            return f"{show_number(value / unit)}{letter}"
    return show_number(value) if step >= 0.01 else f"{value:.3g}"
