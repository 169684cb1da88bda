"""`/`: find a person, a training, a class or an object from anywhere, while typing."""

from __future__ import annotations

from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from termstats.data.model.text import clean
from termstats.data.query.scope import Scope
from termstats.data.query.search import Hit, search
from termstats.data.store.opening import Store
from termstats.screens.dialogs.base import CHOOSING, Choices, Dialog, field
from termstats.screens.workers import start_worker
from termstats.widgets.text import left

_HINT = "Name, username, email or id; two letters are enough"
_KIND_WIDTH = 9


class HitsFound(Message):
    """Results for one text."""

    def __init__(self, text: str, hits: list[Hit], error: str = "") -> None:
        super().__init__()
        self.text = text
        self.hits = hits
        self.error = error


class SearchDialog(Dialog[Hit]):
    """Gives the thing found. Keys about the results wait for them."""

    def __init__(self, store: Store, scope: Scope) -> None:
        super().__init__()
        self._store = store
        self._scope = scope
        self._hits: list[Hit] = []
        self._shown_for = ""

    def compose(self) -> ComposeResult:
        """Compose the line to type in and the list of results."""
        with Vertical(classes="dialog tall") as box:
            box.border_title = Text("Find")
            box.border_subtitle = Text("Enter open · Esc close")
            yield field("who or what?")
            yield Static(_HINT, markup=False, classes="hint")
            yield Choices(markup=False)

    def on_mount(self) -> None:
        """Start typing at once."""
        self.query_one(Input).focus()

    def holds(self, key: str, seconds: float) -> bool:
        """Return whether the key is about results that are not there yet."""
        return key in CHOOSING and self._shown_for != self.query_one(Input).value.strip()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search for what is typed now; earlier searches are dropped."""
        text = event.value.strip()
        start_worker(
            self,
            partial(self._search, text),
            lambda fault: self.post_message(HitsFound(text, [], fault)),
            group="search",
        )

    async def _search(self, text: str) -> None:
        self.post_message(HitsFound(text, await search(self._store, self._scope, text)))

    def on_hits_found(self, message: HitsFound) -> None:
        """Show the results unless the text has changed since."""
        typed = self.query_one(Input).value.strip()
        if message.text != typed:
            return
        self._hits = message.hits
        self._shown_for = message.text
        results = self.query_one(OptionList)
        results.clear_options()
        results.add_options([Option(_line(hit)) for hit in self._hits])
        if self._hits:
            results.highlighted = 0
        self.query_one(".hint", Static).update(Text(message.error or _words(typed, self._hits)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open the result under the cursor."""
        event.stop()
        chosen = self.query_one(OptionList).highlighted
        if chosen is not None and chosen < len(self._hits):
            self.dismiss(self._hits[chosen])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the result."""
        event.stop()
        self.dismiss(self._hits[event.option_index])

    def on_key(self, event: Key) -> None:
        """Let the arrows walk the results while the line has the focus."""
        results = self.query_one(OptionList)
        if not self.query_one(Input).has_focus:
            return
        if event.key == "down":
            results.action_cursor_down()
        elif event.key == "up":
            results.action_cursor_up()


def _line(hit: Hit) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{left(hit.kind, _KIND_WIDTH - 1)} ", style="muted")
    line.append(hit.entity.name, style="bold")
    line.append(f"  {hit.detail}", style="muted")
    return line


def _words(typed: str, hits: list[Hit]) -> str:
    if hits:
        return f"{len(hits)} found" if len(hits) < 20 else "the 20 nearest; type more to narrow"
    if len(typed) < 2:
        return _HINT
    return f"Nobody and nothing is called {clean(typed)!r} here; try fewer letters"
