"""`?`: every key that works here and now, read from the bindings themselves."""

from __future__ import annotations

from rich.text import Text
from textual.app import App
from textual.screen import Screen

from termstats.screens.dialogs.text_dialog import TextDialog


def help_dialog(screen: Screen[object]) -> TextDialog:
    """Return the dialog with the active keys of `screen`, its panel and the app."""
    groups: dict[str, dict[str, list[str]]] = {
        "This panel": {},
        "This screen": {},
        "Everywhere": {},
    }
    for active in screen.active_bindings.values():
        binding = active.binding
        own = bool(binding.id) and binding.description
        if not own or binding.system or not active.enabled:
            continue
        if isinstance(active.node, App):
            group = "Everywhere"
        elif isinstance(active.node, Screen):
            group = "This screen"
        else:
            group = "This panel"
        shown = groups[group].setdefault(binding.description, [])
        key = binding.key_display or screen.app.get_key_display(binding)
        if key not in shown:
            shown.append(key)
    body = Text()
    for name, keys in groups.items():
        if not keys:
            continue
        body.append(f"{name}\n", style="bold")
        for words, shown in keys.items():
            body.append(f"  {' '.join(shown):<16} ", style="bold")
            body.append(f"{words}\n")
        body.append("\n")
    return TextDialog("Keys", body, hint="remap them in the configuration · Esc close")
