"""Lists of columns: one to count the values of, or several to show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from termstats.data.model.table import Column
from termstats.data.model.text import clean
from termstats.screens.dialogs.pick import PickDialog, Picking, PickOne
from termstats.widgets.picking.choices import Choice, PickColumn

_COLUMNS = (PickColumn("Column"), PickColumn("What it holds", rank=1))
_ALL = "*"
"""The key of the line that stands for all columns."""


def _choice(column: Column) -> Choice:
    return Choice(column.name, (clean(column.heading), clean(column.help)), also=column.name)


class ColumnDialog(PickOne):
    """Gives the name of one column."""

    def __init__(self, title: str, columns: Sequence[Column]) -> None:
        super().__init__(Picking(title, _COLUMNS), [_choice(column) for column in columns])


class ColumnsDialog(PickDialog[tuple[str, ...]]):
    """Gives the names of the columns to show, in the order of the list; all of them: an empty one.

    The first column says what a row is and cannot be left out.
    """

    def __init__(self, title: str, columns: Sequence[Column], chosen: Iterable[str]) -> None:
        self._names = tuple(column.name for column in columns)
        every = Choice(_ALL, ("all columns", "as far as there is room"))
        picking = Picking(f"Columns of {title}", _COLUMNS, several=True)
        super().__init__(
            picking,
            [*(_choice(column) for column in columns), every],
            chosen=(self._names[0], *chosen),
            current=self._names[min(1, len(self._names) - 1)],
        )

    def effect(self) -> str:
        """Say how many columns are chosen."""
        chosen = len(self._chosen_names)
        return f"{chosen} of {len(self._names)} columns, as far as there is room"

    @property
    def _chosen_names(self) -> tuple[str, ...]:
        return tuple(name for name in self._names if name in self.picks.chosen)

    def action_choose(self) -> None:
        """Show a column or leave it out; the line of all shows all of them."""
        super().action_choose()
        kept = {self._names[0]}
        if _ALL in self.picks.chosen:
            kept |= set(self._names)
        self.picks.chosen = (self.picks.chosen | kept) - {_ALL}
        self.picks.refresh()

    def answer(self, typed: str, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Return the columns."""
        names = self._chosen_names
        return () if names == self._names else names
