"""Dialogs to choose from: a line to type in, the list that it narrows, what would happen, a hint.

`PickOne` and `PickSeveral` are ready to be used; others say in `answer` what is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.suggester import SuggestionReady
from textual.widgets import Input, Static

from termstats.data.model.errors import UsageError
from termstats.data.model.folding import fold
from termstats.data.model.text import clean
from termstats.keys import PICK, bindings
from termstats.screens.dialogs.base import CHOOSING, Answer, Dialog, field
from termstats.widgets.picking.choices import Choice, Narrowed, PickColumn, narrowed
from termstats.widgets.picking.pick_list import PickList

KEYS = "Tab complete · Enter take · Esc close"
SEVERAL_KEYS = "Space choose · Enter take · Esc close"
_AROUND = 3 + 2 + 1 + 1
"""Rows that are no list: two lines above, one below; the border; the line; what is said of it."""


@dataclass(frozen=True)
class Picking:
    """How a dialog looks."""

    title: str
    columns: tuple[PickColumn, ...] = (PickColumn(),)
    placeholder: str = "type to narrow"
    example: str = ""
    """What may be typed, by example: the last line."""
    several: bool = False
    rows: int = 0
    """Rows of the list; 0: as many as there are choices."""
    beneath: int = 0
    """Rows of what stands below the list."""
    keys: str = ""
    """What stands in the border; empty: the keys of all lists."""


class PickDialog(Dialog[Answer]):
    """Gives what is chosen; None leaves everything as it was."""

    BINDINGS = bindings(PICK)

    def __init__(
        self,
        picking: Picking,
        choices: Sequence[Choice] = (),
        *,
        chosen: Sequence[str] = (),
        current: str = "",
        typed: str = "",
    ) -> None:
        """Make a dialog.

        Args:
            picking: How it looks.
            choices: What there is to choose; `offer` brings more.
            chosen: Keys of what is chosen already, where several can be.
            current: Key of the choice under the cursor at first; empty: the first.
            typed: What stands in the line at first.
        """
        super().__init__()
        self.picking = picking
        self._choices = tuple(choices)
        self._current = current
        self._first_typed = typed
        self._shown_for: str | None = None
        """What was typed when the list was narrowed last."""
        self.has_moved = False
        """Whether the cursor was moved since something was typed."""
        self.has_toggled = False
        """Whether something was chosen, or left, here."""
        self.picks = PickList(picking.columns, several=picking.several)
        self.picks.chosen = set(chosen)

    # ---- what subclasses decide ------------------------------------------------------------------

    def answer(self, typed: str, keys: tuple[str, ...]) -> Answer:
        """Return what is taken: `keys` are chosen, none where nothing fits.

        Raises:
            UsageError: nothing can be made of it; it is said, and the dialog stays.
        """
        raise NotImplementedError

    def reading(self, typed: str) -> tuple[str, bool]:
        """Return what is said below the line of what was typed, and whether that is a mistake."""
        if typed and not self.picks.narrowed.choices and not self.is_waiting:
            return self.mistake(typed), True
        left_out = self.picks.narrowed.left_out
        return (f"{left_out:,} more; type to narrow", False) if left_out else ("", False)

    def mistake(self, typed: str) -> str:
        """Return what is said where nothing fits what was typed."""
        try:
            self.answer(typed, ())
        except UsageError as error:
            return clean(error)
        return ""

    def effect(self) -> str:
        """Return what taking it would do, as far as it is known; empty: nothing to say."""
        return ""

    def left_of(self, choices: Sequence[Choice], typed: str) -> Narrowed:
        """Return the choices that are left when that is typed."""
        return narrowed(choices, typed)

    def moved(self, key: str) -> None:
        """Notice that another choice is under the cursor, or was chosen."""

    @property
    def is_waiting(self) -> bool:
        """Return whether the list does not fit what was typed yet."""
        return self._shown_for != self.typed

    # ---- parts -----------------------------------------------------------------------------------

    @property
    def typed(self) -> str:
        """Return what was typed, without blanks around it."""
        return self.query_one(Input).value.strip()

    @property
    def chosen(self) -> tuple[str, ...]:
        """Return the keys of what is chosen, in the order of the choices."""
        return tuple(each.key for each in self._choices if each.key in self.picks.chosen)

    def compose(self) -> ComposeResult:
        """Compose the line, what is said of it, the list, the effect and the example."""
        picking = self.picking
        with Vertical(classes="dialog pick") as box:
            box.border_title = Text(picking.title)
            box.border_subtitle = Text(picking.keys or (SEVERAL_KEYS if picking.several else KEYS))
            yield field(picking.placeholder, self._first_typed)
            yield Static(markup=False, classes="said")
            yield self.picks
            yield Static(markup=False, classes="effect")
            yield from self.beneath()
            yield Static(Text(picking.example), markup=False, classes="hint")

    def beneath(self) -> ComposeResult:
        """Compose what stands between the effect and the example."""
        return iter(())

    def on_mount(self) -> None:
        """Start typing at once."""
        self.picks.styles.height = (self.picking.rows or len(self._choices)) + self.picks.head
        self.query_one(".hint").display = bool(self.picking.example)
        self.query_one(Input).focus()
        self._narrow(keep=self._current)

    def on_resize(self, event: events.Resize) -> None:
        """Take the width where there is little, and leave the first two lines in sight."""
        width, height = self.app.size
        self.set_class(width < 80, "narrow")
        self.set_class(height < 12, "tiny")
        below = 3 + int(bool(self.picking.example)) + self.picking.beneath
        self.picks.styles.max_height = max(2, height - _AROUND - below)

    # ---- typing ----------------------------------------------------------------------------------

    def holds(self, key: str, seconds: float) -> bool:
        """Return whether the key is about choices that are not there yet."""
        return (key in CHOOSING or key in ("tab", "space")) and self.is_waiting

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list to what is typed now."""
        event.stop()
        self.has_moved = False
        self.typing(self.typed)

    def typing(self, typed: str) -> None:
        """Narrow the list; others ask for choices, and `offer` them."""
        self._narrow()

    def offer(self, choices: Sequence[Choice], typed: str, keep: str = "") -> None:
        """Show other choices, found for what was typed; the cursor stays at `keep`."""
        self._choices = tuple(choices)
        self._narrow(keep)
        self._shown_for = typed

    def _narrow(self, keep: str = "") -> None:
        self._shown_for = self.typed
        left = self.left_of(self._choices, self.typed)
        self.picks.show(left, self.typed, keep, self._choices)
        self.say_again()
        self._suggest()

    def _suggest(self) -> None:
        """Show dimly how the choice under the cursor goes on."""
        line, current = self.query_one(Input), self.picks.current
        goes_on = current is not None and fold(current.name).startswith(fold(line.value))
        if line.value and current is not None and goes_on:
            rest = current.name[len(line.value) :]
            line.post_message(SuggestionReady(line.value, line.value + rest))

    def say_again(self) -> None:
        """Say what was typed means, and what taking it would do."""
        words, is_wrong = self.reading(self.typed)
        self.say(words, wrong=is_wrong)
        effect = self.query_one(".effect", Static)
        said = self.effect()
        effect.display = bool(said)
        effect.update(Text(said))

    def say(self, words: str, *, wrong: bool = False) -> None:
        """Say something below the line."""
        said = self.query_one(".said", Static)
        said.set_class(wrong, "wrong")
        said.update(Text(words))

    # ---- choosing --------------------------------------------------------------------------------

    def on_pick_list_moved(self, message: PickList.Moved) -> None:
        """Say what the choice under the cursor would do."""
        message.stop()
        self.moved(message.key)
        self.say_again()

    def on_pick_list_clicked(self, message: PickList.Clicked) -> None:
        """Take what was clicked, or choose it among several."""
        message.stop()
        self.has_moved = True
        if self.picks.several:
            self.action_choose()
        else:
            self.action_accept()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what is chosen."""
        event.stop()
        self.action_accept()

    def action_accept(self) -> None:
        """Take what is chosen, else what is under the cursor; a mistake is said."""
        current = self.picks.current
        keys: tuple[str, ...] = (current.key,) if current else ()
        if self.picks.several and (self.picks.chosen or self.has_toggled):
            keys = self.chosen
        try:
            taken = self.answer(self.typed, keys)
        except UsageError as error:
            self.say(clean(error), wrong=True)
        else:
            self.dismiss(taken)

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        self.has_moved = True
        self.picks.move(step)

    def action_page(self, direction: int) -> None:
        """Move the cursor by a page."""
        self.has_moved = True
        self.picks.page(direction)

    def action_edge(self, direction: int) -> None:
        """Move the cursor to the first or the last choice."""
        self.action_move(direction * len(self.picks.narrowed.choices))

    def action_complete(self) -> None:
        """Write the name of the choice under the cursor into the line."""
        if (current := self.picks.current) is not None:
            self.write(current.name)

    def write(self, text: str) -> None:
        """Put a text into the line."""
        line = self.query_one(Input)
        line.value = text
        line.cursor_position = len(text)

    def action_choose(self) -> None:
        """Choose what is under the cursor, or leave it; then the next can be typed."""
        key = self.picks.current.key if self.picks.current else ""
        self.has_toggled = True
        self.picks.toggle()
        if self.typed:
            with self.prevent(Input.Changed):
                self.write("")
            self._narrow(keep=key)

    def takes(self, key: str) -> bool:
        """Return whether Space chooses; where words are written it is a space."""
        return key == "space" and self.picks.several and self.chooses(self.typed)

    def chooses(self, typed: str) -> bool:
        """Return whether Space chooses although something was typed."""
        return True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether a key is for the list; else it is for the line."""
        if action == "choose":
            return self.picks.several and self.chooses(self.typed)
        if action == "edge":
            return not self.query_one(Input).value
        return super().check_action(action, parameters)


class PickOne(PickDialog[str]):
    """Gives the key of one choice."""

    def answer(self, typed: str, keys: tuple[str, ...]) -> str:
        """Return the choice; nothing that fits is a mistake."""
        if not keys:
            raise UsageError(f"Nothing here is called {clean(typed)!r}; try fewer letters")
        return keys[0]


class PickSeveral(PickDialog[tuple[str, ...]]):
    """Gives the keys of what is chosen, in the order of the choices."""

    def answer(self, typed: str, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Return what is chosen."""
        return keys
