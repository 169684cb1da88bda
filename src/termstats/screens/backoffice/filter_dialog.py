"""`F`: pick a field, then its values with their counts; what would remain is said before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from rich.text import Text
from textual.containers import Vertical
from textual.message import Message

from termstats.data.figures.definition.figure import Figure
from termstats.data.figures.definition.policy import ANY_FILTER
from termstats.data.model.filter_base import Field, Filter
from termstats.data.model.filter_writing import typed as typed_filters
from termstats.data.model.table import Table
from termstats.data.model.text import clean
from termstats.screens.backoffice.filter_values import (
    field_choices,
    filter_words,
    number_heading,
    value_choices,
    what_remains,
)
from termstats.screens.dialogs.pick import SEVERAL_KEYS, PickDialog, Picking
from termstats.screens.workers import error_words, start_worker
from termstats.widgets.picking.choices import Choice, Narrowed, PickColumn, narrowed

_FIELDS = (PickColumn("Field"), PickColumn("Now"))
_PICKING = Picking(
    "Filter",
    _FIELDS,
    placeholder="type to narrow, or person=ana group='Team North'",
    example="typed: person=ana person=bo: either; person=ana action=edit: both",
    rows=11,
)

Ask = Callable[[Figure, tuple[Filter, ...]], Awaitable[Table]]
"""Computes a figure under filters, for the viewer and the period of the screen."""
Read = Callable[[str], Awaitable[tuple[Filter, ...]]]
"""Returns the filters that are typed so."""


class ValuesFound(Message):
    """The values of a field have arrived, or an error."""

    def __init__(self, field: Field, table: Table | None, error: str = "") -> None:
        super().__init__()
        self.field = field
        self.table = table
        self.error = error


class Remaining(Message):
    """What the filters that are typed so would leave."""

    def __init__(self, text: str, words: str) -> None:
        super().__init__()
        self.text = text
        self.words = words


class FilterDialog(PickDialog[str]):
    """Gives the filters as they are typed."""

    def __init__(
        self,
        current: tuple[Filter, ...],
        lists: Mapping[Field, Figure],
        totals: Figure,
        ask: Ask,
        read: Read,
        *,
        fields: frozenset[Field] = ANY_FILTER,
    ) -> None:
        """Make the dialog.

        Args:
            current: What holds now.
            lists: Field -> the figure that lists its values.
            totals: The figure whose cards say what remains.
            ask: Computes a figure.
            read: Reads what is typed.
            fields: What filters may be about.
        """
        super().__init__(_PICKING, field_choices(lists, current, fields))
        self._now = current
        self._lists = lists
        self._totals = totals
        self._ask = ask
        self._read = read
        self._field: Field | None = None
        """The field whose values are listed; None: the fields are."""
        self._is_reading = False
        self._error = ""
        self._effect = ("", "")
        """Filters as they are typed, and what they leave."""

    # ---- what is chosen --------------------------------------------------------------------------

    @property
    def _others(self) -> tuple[Filter, ...]:
        return tuple(each for each in self._now if each.field is not self._field)

    @property
    def _own(self) -> tuple[Filter, ...]:
        return tuple(each for each in self._now if each.field is self._field)

    def _words(self, keys: Sequence[str]) -> str:
        """Return the filters as they would be typed."""
        if "=" in self.typed:
            return self.typed
        if self._field is None:
            return typed_filters(self._now)
        return filter_words(self._others, self._field, keys)

    def answer(self, typed: str, keys: tuple[str, ...]) -> str:
        """Return the filters; of a field that was picked the values are listed first."""
        return self._words(keys)

    def action_accept(self) -> None:
        """Take what is typed or chosen; a field opens its values."""
        current = self.picks.current
        if self._field is None and "=" not in self.typed and current is not None:
            self._open(Field(current.key))
        else:
            super().action_accept()

    def _open(self, field: Field) -> None:
        if field not in self._lists:
            self.write(f"{field}=")
            return
        self._field, self._is_reading = field, True
        self.picks.chosen = {key for each in self._own for key in each.typed}
        self.picks.several = True
        self.picks.columns = (
            PickColumn(str(field).capitalize()),
            PickColumn(number_heading(self._lists[field]), is_right=True),
        )
        box = self.query_one(".dialog", Vertical)
        box.border_title, box.border_subtitle = Text(f"Filter by {field}"), Text(SEVERAL_KEYS)
        self.write("")
        self.offer([], "")
        start_worker(
            self,
            partial(self._find, field),
            lambda fault: self.post_message(ValuesFound(field, None, fault)),
            group="values",
        )

    async def _find(self, field: Field) -> None:
        table = await self._ask(self._lists[field], self._others)
        self.post_message(ValuesFound(field, table))

    def on_values_found(self, message: ValuesFound) -> None:
        """List the values."""
        message.stop()
        self._is_reading, self._error = False, message.error
        choices: list[Choice] = []
        if message.table is not None:
            choices = value_choices(self._lists[message.field], message.table, self._own)
            self._error = "" if choices else clean(message.table.empty)
        self.offer(choices, self.typed)

    # ---- what is said ----------------------------------------------------------------------------

    @property
    def is_waiting(self) -> bool:
        """Return whether the values are still being read."""
        return self._is_reading or super().is_waiting

    def left_of(self, choices: Sequence[Choice], typed: str) -> Narrowed:
        """Return the choices that fit; none where filters are typed."""
        return Narrowed() if "=" in typed else narrowed(choices, typed)

    def chooses(self, typed: str) -> bool:
        """Return whether Space chooses: in what is typed as a filter it is a space."""
        return "=" not in typed

    def reading(self, typed: str) -> tuple[str, bool]:
        """Say what holds now, or what is wrong."""
        if self._error:
            return self._error, True
        if "=" in typed:
            return "FIELD=VALUE, as typed", False
        if self._is_reading:
            return "reading", False
        if not typed and self._now:
            return f"now: {clean(typed_filters(self._now))}", False
        return super().reading(typed)

    def effect(self) -> str:
        """Return what would remain, once it is known."""
        wanted = self._wanted
        if not wanted:
            return ""
        if self._effect[0] != wanted:
            self._effect = (wanted, "counting")
            start_worker(
                self,
                partial(self._count, wanted),
                lambda fault: self.post_message(Remaining(wanted, fault)),
                group="effect",
            )
        return self._effect[1]

    @property
    def _wanted(self) -> str:
        """Return the filters whose effect is said."""
        if self._is_reading or (self._field is None and "=" not in self.typed):
            return ""
        current = self.picks.current
        keys = self.chosen
        if not keys and not self.has_toggled and current is not None:
            keys = (current.key,)
        return self._words(keys)

    async def _count(self, text: str) -> None:
        try:
            filters = await self._read(text)
            words = what_remains(await self._ask(self._totals, filters))
        except Exception as error:  # noqa: BLE001 - it is said, and nothing is taken
            words = error_words(error)
        self.post_message(Remaining(text, words))

    def on_remaining(self, message: Remaining) -> None:
        """Say what would remain, unless something else is wanted by now."""
        message.stop()
        if message.text == self._effect[0]:
            self._effect = (message.text, message.words)
            self.say_again()
