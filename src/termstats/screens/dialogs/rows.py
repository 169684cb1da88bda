"""`f`: a text that the rows must contain; the fields of the table complete what is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.widgets import Input

from termstats.data.model.table import Column
from termstats.data.model.text import clean
from termstats.screens.dialogs.pick import PickDialog, Picking
from termstats.widgets.picking.choices import Choice, Narrowed, PickColumn, narrowed

_PICKING = Picking(
    "Filter rows",
    (PickColumn("Field"), PickColumn("Heading")),
    placeholder="any text, or state=failed",
    example="field=text contains, field==text is, field!=text is not, field= has any",
)


class RowsDialog(PickDialog[str]):
    """Gives the text as typed; none shows all rows again."""

    def __init__(self, columns: Sequence[Column], left: Callable[[str], str], typed: str) -> None:
        """Make the dialog.

        Args:
            columns: The fields.
            left: Text -> how many rows it leaves, in words; empty: not known here.
            typed: What the rows must contain now.
        """
        fields = [Choice(f"{each.name}=", (each.name, clean(each.heading))) for each in columns]
        super().__init__(_PICKING, fields, typed=typed)
        self._left = left

    def left_of(self, choices: Sequence[Choice], typed: str) -> Narrowed:
        """Return the fields that begin as the last word; all where a new word begins."""
        word = self._last_word()
        return narrowed(choices, word) if "=" not in word else Narrowed()

    def _last_word(self) -> str:
        return self.query_one(Input).value.rpartition(" ")[2]

    def reading(self, typed: str) -> tuple[str, bool]:
        """Say nothing: any text may be looked for."""
        return "", False

    def effect(self) -> str:
        """Say how many rows would be left."""
        return self._left(self.typed)

    def action_complete(self) -> None:
        """Write the field under the cursor in place of the last word."""
        if (current := self.picks.current) is not None:
            value = self.query_one(Input).value
            self.write(value[: len(value) - len(self._last_word())] + current.key)

    def action_accept(self) -> None:
        """Take the text; a field to which the cursor was moved is completed first."""
        if self.has_moved and self.picks.current is not None:
            self.action_complete()
        else:
            super().action_accept()

    def answer(self, typed: str, keys: tuple[str, ...]) -> str:
        """Return the text."""
        return typed
