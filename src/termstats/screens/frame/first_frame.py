"""The frame before anything is known: painted at once, while the rest is still being loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen

from termstats.data.figures.definition.level import Level
from termstats.keys import key_of, pressed_key
from termstats.screens.gate import TypedAhead
from termstats.widgets.frame import FootKey, KeyLine, LevelLine, LevelName, StateLine

LEVEL_KEYS = dict(zip(Level, "12345", strict=True))
"""Level -> its number key."""
_FOOT = (("app.find", "Find"), ("app.period", "Period"), ("app.help", "All keys"))
"""Keys of every level."""


def level_names(levels: Iterable[Level]) -> tuple[LevelName, ...]:
    """Return the levels as the level line names them."""
    return tuple(LevelName(LEVEL_KEYS[level], str(level).capitalize()) for level in levels)


def foot_keys(keys: Sequence[tuple[str, str]], keymap: Mapping[str, str]) -> tuple[FootKey, ...]:
    """Return (id of a key, words) pairs as the last line shows them."""
    return tuple(
        FootKey(key_of(key_id, keymap), words, pressed_key(key_id, keymap))
        for key_id, words in keys
    )


class FirstFrame(TypedAhead, Screen[None]):
    """The lines of a level without what a store says. What is typed waits for the level."""

    AUTO_FOCUS = ""

    def __init__(self, keymap: Mapping[str, str], levels: Sequence[Level] = tuple(Level)) -> None:
        super().__init__()
        self._levels = levels
        """Those that the viewer has, as far as that is known."""
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """Compose the lines."""
        yield LevelLine()
        yield StateLine()
        yield Container(id="panels")
        yield KeyLine()

    def on_mount(self) -> None:
        """Say what is known."""
        self.query_one(LevelLine).levels = level_names(self._levels)
        self.query_one(KeyLine).keys = foot_keys(_FOOT, self._keymap)

    @property
    def is_begun(self) -> bool:
        """Return whether it takes keys: never, they are for what comes."""
        return False
