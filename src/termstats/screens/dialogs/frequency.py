"""`#`: how often each value of a column occurs; Enter keeps only one of them, x leaves it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from termstats.data.model.errors import UsageError
from termstats.data.model.frequency import MOST, counted_values, frequency_table, value_words
from termstats.data.model.plural import counted
from termstats.data.model.table import Cell, Column, Table
from termstats.data.model.text import NO_VALUE, clean, show_count, show_percent
from termstats.keys import FREQUENCY, bindings
from termstats.screens.dialogs.pick import PickDialog, Picking
from termstats.screens.workers import start_worker
from termstats.widgets.picking.choices import Choice, PickColumn

Pages = AsyncGenerator[Table, None]
ShownRows = Callable[[Table], Sequence[int]]
_KEYS = "Enter only this · x without it · Esc close"
_LEAVE_OUT = "x"
_ROWS = 12
"""Lines of the list."""


@dataclass(frozen=True)
class PickedValue:
    """The value that was picked; `words` None: rows without a value."""

    column: str
    words: str | None
    keeps: bool
    """Whether only it stays, or all but it."""


class FrequencyDialog(PickDialog[PickedValue]):
    """Counts the values of a column, page by page, then lists them with their shares."""

    BINDINGS = bindings(FREQUENCY)

    def __init__(self, title: str, column: Column, pages: Pages, shown: ShownRows) -> None:
        columns = (
            PickColumn(clean(column.heading)),
            PickColumn("Rows", is_right=True),
            PickColumn("Share", is_right=True),
        )
        heading = clean(f"{column.heading} · {title}")
        super().__init__(Picking(heading, columns, rows=_ROWS, keys=_KEYS))
        self._column = column
        self._pages = pages
        self._shown = shown
        self._noun = "row"
        """What is counted."""
        self._values: Table | None = None
        """The values and how often they occur, once they are counted."""
        self._progress = "reading"
        self._is_too_much = False

    def on_mount(self) -> None:
        """Begin to count."""
        super().on_mount()
        start_worker(self, self._count, self._say_why, group="count")

    # ---- what is counted -------------------------------------------------------------------------

    async def _count(self) -> None:
        counts: Counter[Cell] = Counter()
        async with aclosing(self._pages) as pages:
            async for page in pages:
                self._noun = page.noun
                counts += counted_values(page, page.position(self._column.name), self._shown(page))
                if len(counts) > MOST:
                    self._say_why(f"More than {MOST:,} different values: too many to count.")
                    return
                if page.after is not None:
                    self._progress = f"reading: {counted(counts.total(), page.noun)} so far"
                    self.say_again()
        self._values = frequency_table(page.figure_id, self._column, counts, page.noun)
        self.offer(value_choices(self._values), self.typed)

    def _say_why(self, words: str) -> None:
        """Say why there are no values; Esc closes."""
        self._progress, self._is_too_much = words, True
        self.say_again()

    @property
    def is_waiting(self) -> bool:
        """Return whether the values are still being counted."""
        return self._values is None and not self._is_too_much

    def holds(self, key: str, seconds: float) -> bool:
        """Return whether the key is about a value that is not there yet."""
        leaves_out = key == _LEAVE_OUT and self.takes(key) and self.is_waiting
        return leaves_out or super().holds(key, seconds)

    # ---- what is said ----------------------------------------------------------------------------

    def reading(self, typed: str) -> tuple[str, bool]:
        """Say how far the counting is, then of how many rows the values are."""
        if self._values is None:
            return self._progress, self._is_too_much
        words, is_wrong = super().reading(typed)
        return (words, is_wrong) if words else (self._values.summary, False)

    def effect(self) -> str:
        """Return how many rows stay with the value under the cursor, and without it."""
        if self._values is None or (current := self.picks.current) is None:
            return ""
        numbers = [int(str(row[1])) for row in self._values.rows]
        mine = numbers[int(current.key)]
        others = sum(numbers) - mine
        return f"Enter: {counted(mine, self._noun)} · x: {counted(others, self._noun)}"

    # ---- what is taken ---------------------------------------------------------------------------

    def takes(self, key: str) -> bool:
        """Return whether x leaves a value out: once something is typed it is a letter of that."""
        return (key == _LEAVE_OUT and not self.typed) or super().takes(key)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether a key is for the list; else it is for the line."""
        if action == "leave_out":
            return not self.typed
        return super().check_action(action, parameters)

    def answer(self, typed: str, keys: tuple[str, ...]) -> PickedValue:
        """Return the value, which is kept; nothing that fits is a mistake."""
        if not keys:
            raise UsageError(f"No value is called {clean(typed)!r}; try fewer letters")
        return self._picked(keys[0], keeps=True)

    def action_leave_out(self) -> None:
        """Leave the value under the cursor out."""
        if (current := self.picks.current) is not None:
            self.dismiss(self._picked(current.key, keeps=False))

    def _picked(self, key: str, *, keeps: bool) -> PickedValue:
        assert self._values is not None  # noqa: S101 - there are no choices before
        value = self._values.rows[int(key)][0]
        return PickedValue(self._column.name, value_words(value, self._column), keeps)


def value_choices(values: Table) -> list[Choice]:
    """Return the rows of a frequency table as choices; their keys are the places of the rows."""
    return [
        Choice(
            str(at),
            (
                value_words(value, values.columns[0]) or NO_VALUE,
                show_count(float(str(number))),
                show_percent(float(str(share))),
            ),
            share=float(str(share)),
        )
        for at, (value, number, share) in enumerate(values.rows)
    ]
