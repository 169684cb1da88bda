"""ctrl+p: every group, panel, level, period and key by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

from rich.text import Text
from textual.await_complete import AwaitComplete
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider

from termstats.data.figures.definition.registry import find_figure
from termstats.data.model.period_text import PRESETS, parse_period
from termstats.keys import ALL, key_of
from termstats.screens.dialogs.base import CHOOSING
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.frame.session import Dashboard
from termstats.screens.gate import TypedAhead
from termstats.screens.workers import error_words


@dataclass(frozen=True)
class Command:
    """One line of the palette."""

    words: str
    run: Callable[[], Any]
    key: str = ""


class PaletteDialog(TypedAhead, CommandPalette):
    """Textual's palette, which closes itself only, and waits for its list before it is used."""

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Close the palette, never the screen below."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def holds(self, key: str, seconds: float) -> bool:
        """Return whether the key is about commands that are still being gathered."""
        gathering = (worker for worker in self.workers if worker.node is self)
        return key in CHOOSING and any(not worker.is_finished for worker in gathering)

    def _action_command_list(self, action: str) -> None:
        # Without room for a single line the list does not know where its lines are.
        if self.query_one(CommandList).scrollable_content_region:
            super()._action_command_list(action)


class Palette(Provider):
    """Offers what can be done from the screen under the palette."""

    async def discover(self) -> Hits:
        """Yield everything, before anything is typed."""
        for command in self._commands():
            yield DiscoveryHit(_shown(Text(command.words), command.key), command.run, command.words)

    async def search(self, query: str) -> Hits:
        """Yield what matches the text typed so far."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = matcher.match(command.words)
            if score > 0:
                yield Hit(
                    score, _shown(Text(command.words), command.key), command.run, command.words
                )

    def _commands(self) -> Iterator[Command]:
        try:
            yield from self._all_commands()
        except Exception as error:  # noqa: BLE001 - Textual would drop it, and show an empty list
            self.app.notify(error_words(error), severity="error", markup=False)

    def _all_commands(self) -> Iterator[Command]:
        app = cast(Dashboard, self.app)
        screen = self.screen
        if isinstance(screen, LevelScreen):
            for group in screen.groups():
                go = partial(screen.run_action, f"go_group({group.name!r})")
                yield Command(f"Group: {group.name}", go)
            for panel in screen.panel_list():
                title = find_figure(panel.figure_id).title
                yield Command(
                    f"Panel: {title}", partial(screen.run_action, f"panel('{panel.figure_id}')")
                )
        now, coverage = app.session.store.info.now, app.session.store.info.coverage
        for name, words in PRESETS.items():
            view = replace(app.session.view, period=parse_period(name, now, coverage))
            view = app.session.fitting(view)
            period = view.period
            yield Command(f"Period: {words} {period.first}..{period.last}", partial(app.look, view))
        keymap = app.session.options.keymap
        active = {each.binding.id for each in screen.active_bindings.values()}
        active -= app.session.absent_keys
        for key in ALL:
            if key.in_palette and key.id in active:
                yield Command(
                    key.words, partial(screen.run_action, key.action), key_of(key.id, keymap)
                )


def _shown(words: Text, key: str) -> Text:
    """Return the words with their key; never markup."""
    if key:
        words.append(f"  {key}", style="muted")
    return words
