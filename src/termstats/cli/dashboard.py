"""Opens the dashboard from the command line."""

from __future__ import annotations

import os
import sys

from termstats.cli.settings import Settings, keys_of
from termstats.data.model.errors import UsageError
from termstats.paths import THEME_VARIABLE


def check_terminal() -> None:
    """Check that there is a terminal that can show a dashboard.

    Raises:
        UsageError: there is none; names the command that needs none.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("no terminal here; print a figure with: termstats report global.totals")
    if os.environ.get("TERM", "") in ("dumb", "unknown"):
        raise UsageError(
            f"the terminal (TERM={os.environ['TERM']}) cannot show a dashboard; "
            "print a figure with: termstats report global.totals"
        )


def open_dashboard(
    settings: Settings,
    screen: str,
    subjects: dict[str, str | None],
    period: str,
    switches: dict[str, bool],
    theme: str = "",
) -> int:
    """Open the dashboard and return its exit code.

    Raises:
        TermstatsError: no terminal, or something named cannot be opened.
    """
    from pathlib import Path

    from termstats.config import columns_of
    from termstats.data.model.period import EPOCH
    from termstats.data.model.period_text import parse_period
    from termstats.screens.frame.first_start import is_first_start
    from termstats.screens.frame.start import Options, StartAt

    check_terminal()
    parse_period(period or "all", EPOCH)  # a wrong one is said before the screen changes
    location = settings.location(or_sample=True)

    frugal = switches["low_bandwidth"]
    wanted = theme or os.environ.get(THEME_VARIABLE) or settings.config.look.get("theme", "")
    if "SSH_CONNECTION" in os.environ and wanted in ("", "auto"):
        # A third of the bytes of true colour; Textual reads it when it is loaded.
        os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "256")
    theme = _theme(wanted, is_frugal=frugal)

    from termstats.app import run_app

    return run_app(
        location,
        settings.viewer,
        StartAt(screen, keys_of(subjects), period),
        Options(
            low_bandwidth=frugal,
            ascii=switches["ascii"] or theme == "ascii",
            theme=theme,
            charts=chart_style(settings.config.look.get("charts", "auto"), sys.stdout.encoding),
            mouse=switches["mouse"],
            export_folder=Path(settings.config.export_folder),
            keymap=settings.config.keymap,
            hint=is_first_start(),
            columns=columns_of(settings.config),
        ),
    )


def chart_style(wanted: str, encoding: str) -> str:
    """Return how charts are drawn; `auto`: of blocks, where the terminal's encoding has them."""
    if wanted != "auto":
        return wanted
    return "blocks" if encoding.lower().replace("-", "").startswith("utf") else "ascii"


def _theme(wanted: str, *, is_frugal: bool) -> str:
    """Return the theme to begin with.

    Raises:
        UsageError: there is none of that name; names ours.
    """
    from termstats.widgets.look.themes import CHOICES, chosen, names

    if wanted and wanted != "auto" and wanted not in names():
        ours = ", ".join(choice.name for choice in CHOICES)
        raise UsageError(f"no theme called {wanted!r}; there are auto, {ours}, and Textual's own")
    return chosen(wanted, os.environ, is_frugal=is_frugal)
