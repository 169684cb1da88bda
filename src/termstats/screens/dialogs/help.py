"""`?`: every key that works here and now, to be searched and done; and what is not here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from textual.app import App
from textual.binding import ActiveBinding
from textual.screen import Screen

from termstats.data.model.errors import UsageError
from termstats.data.model.text import clean
from termstats.screens.dialogs.pick import PickDialog, Picking
from termstats.widgets.picking.choices import Choice, PickColumn

_PICKING = Picking(
    "Keys",
    (PickColumn("Key"), PickColumn("What it does", is_name=True)),
    placeholder="search: period",
    example="remap them in the configuration; docs/keys.md has their names",
    keys="type to search · Enter do it · Esc close",
    rows=14,
)
GROUPS = ("This panel", "This screen", "Everywhere")
_ABSENT = "absent:"
"""Begins the keys of lines about what is not here."""


class HelpDialog(PickDialog[str]):
    """Gives the key to press."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__(_PICKING, choices)
        self._keys = sum(not each.is_heading for each in choices)

    def effect(self) -> str:
        """Say how many keys are left of all."""
        left = sum(not each.is_heading for each in self.picks.narrowed.choices)
        return f"{left} of {self._keys} lines contain “{clean(self.typed)}”" if self.typed else ""

    def answer(self, typed: str, keys: tuple[str, ...]) -> str:
        """Return the key of the line under the cursor."""
        if not keys:
            raise UsageError(f"no key is about {clean(typed)!r}; try another word")
        if keys[0].startswith(_ABSENT):
            raise UsageError("nothing to open: this store does not hold it")
        return keys[0]


def key_choices(
    screen: Screen[object],
    first: Sequence[str] = (),
    absent: Iterable[tuple[str, str]] = (),
    without: Collection[str] = (),
) -> list[Choice]:
    """Return the active keys of `screen`, its panel and the app as lines, each with all spellings.

    Args:
        screen: The screen below the dialog.
        first: Ids of the keys that matter most, in their order.
        absent: What is not here, and why.
        without: Ids of the keys that lead nowhere for this viewer.
    """
    groups: dict[str, dict[str, list[ActiveBinding]]] = {name: {} for name in GROUPS}
    for active in screen.active_bindings.values():
        binding = active.binding
        shown = active.enabled and not binding.system and binding.id not in without
        if binding.id and binding.description and shown:
            groups[_group(active)].setdefault(binding.description, []).append(active)
    choices: list[Choice] = []
    for name, keys in groups.items():
        if keys:
            choices.append(_heading(name))
            ordered = sorted(keys.items(), key=lambda pair: _place(pair[1], first))
            choices += [_line(screen.app, words, actives) for words, actives in ordered]
    return [*choices, *_absent(absent)]


def _group(active: ActiveBinding) -> str:
    if isinstance(active.node, App):
        return "Everywhere"
    return "This screen" if isinstance(active.node, Screen) else "This panel"


def _place(actives: Sequence[ActiveBinding], first: Sequence[str]) -> int:
    """Return where a key stands: those that the footer names come first."""
    places = [first.index(each.binding.id) for each in actives if each.binding.id in first]
    return min(places, default=len(first))


def _line(app: App[object], words: str, actives: Sequence[ActiveBinding]) -> Choice:
    spelt: list[str] = []
    for active in actives:
        shown = active.binding.key_display or app.get_key_display(active.binding)
        if getattr(app, "ascii_only", False) and not shown.isascii():
            shown = active.binding.key
        spelt += [each for each in shown.split() if each not in spelt]
    return Choice(actives[0].binding.key, (" or ".join(spelt), words), name_at=1)


def _heading(words: str) -> Choice:
    return Choice(f"heading:{words}", (words,), is_heading=True)


def _absent(absent: Iterable[tuple[str, str]]) -> Iterator[Choice]:
    lines = [Choice(f"{_ABSENT}{what}", ("", f"{what}: {why}"), name_at=1) for what, why in absent]
    if lines:
        yield _heading("Not in this store")
        yield from lines
