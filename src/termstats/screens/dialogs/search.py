"""`/`: find a person, a training, a class or an object from anywhere, while typing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from textual.message import Message

from termstats.data.model.day_words import day_words
from termstats.data.model.errors import UsageError
from termstats.data.model.text import clean
from termstats.data.query.places import Place, Places, places_of
from termstats.data.query.scope import Scope
from termstats.data.query.search import Hit, search
from termstats.data.store.opening import Store
from termstats.screens.dialogs.pick import PickDialog, Picking
from termstats.screens.workers import start_worker
from termstats.widgets.picking.choices import Choice, Narrowed, PickColumn

_MOST = 20
"""Hits that are asked for."""
_ABOUT = (
    PickColumn("What"),
    PickColumn("Where", rank=2),
    PickColumn("Last seen", is_right=True, rank=1),
)
_PICKING = Picking(
    "Find",
    (PickColumn("Name"), *_ABOUT),
    placeholder="who or what?",
    example="names, usernames, e-mail, ids; accents do not matter",
    rows=12,
    keys="Tab complete · Enter open · Esc close",
)
_SHORT = "two letters are enough"


class HitsFound(Message):
    """Results for one text; `places` come later than the hits."""

    def __init__(
        self, text: str, hits: Sequence[Hit], places: Places | None = None, error: str = ""
    ) -> None:
        super().__init__()
        self.text = text
        self.hits = hits
        self.places = places
        self.error = error


class SearchDialog(PickDialog[Hit]):
    """Gives the thing found. Keys about the results wait for them."""

    def __init__(self, store: Store, scope: Scope) -> None:
        super().__init__(_PICKING)
        self._store = store
        self._scope = scope
        self._hits: dict[str, Hit] = {}
        self._error = ""

    def typing(self, typed: str) -> None:
        """Search for what is typed now; earlier searches are dropped."""
        start_worker(
            self,
            partial(self._search, typed),
            lambda fault: self.post_message(HitsFound(typed, (), error=fault)),
            group="search",
        )

    async def _search(self, text: str) -> None:
        hits = await search(self._store, self._scope, text, _MOST)
        self.post_message(HitsFound(text, hits))
        if hits:
            places = await places_of(self._store, self._scope, hits)
            self.post_message(HitsFound(text, hits, places))

    def on_hits_found(self, message: HitsFound) -> None:
        """Show the results unless the text has changed since."""
        if message.text != self.typed:
            return
        kept = self.picks.current.key if self.has_moved and self.picks.current else ""
        self._hits = {f"{hit.level} {hit.entity.id}": hit for hit in message.hits}
        self._error = message.error
        number = len(self._hits)
        found = f"{number} found" if number < _MOST else f"the {_MOST} nearest"
        self.picks.columns = (PickColumn(found if number else "Name"), *_ABOUT)
        today = self._store.info.today
        choices = [
            _choice(key, hit, (message.places or {}).get((hit.level, hit.entity.id)), today)
            for key, hit in self._hits.items()
        ]
        self.offer(choices, message.text, kept)

    def left_of(self, choices: Sequence[Choice], typed: str) -> Narrowed:
        """Return all: they are what was found."""
        return Narrowed(tuple(choices), 0 if choices else None)

    def reading(self, typed: str) -> tuple[str, bool]:
        """Say what tells the hit under the cursor from its namesakes."""
        if self._error:
            return self._error, True
        if self._hits:
            current = self.picks.current
            return self._hits[current.key].detail if current else "", False
        if len(typed) < 2:
            return _SHORT, False
        return ("", False) if self.is_waiting else super().reading(typed)

    def answer(self, typed: str, keys: tuple[str, ...]) -> Hit:
        """Return what was found."""
        if keys:
            return self._hits[keys[0]]
        if len(typed) < 2:
            raise UsageError(_SHORT)
        raise UsageError(f"Nobody and nothing is called {clean(typed)!r} here; try fewer letters")


def _choice(key: str, hit: Hit, place: Place | None, today: date) -> Choice:
    """Return a line about one hit."""
    seen = ""
    if place is not None and hit.kind == "person":
        day = place.last_seen
        seen = day_words(day, year=day.year != today.year) if day else "never"
    return Choice(key, (hit.entity.name, hit.kind, place.where if place else "", seen))
