"""Opens the dashboard from the command line."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from termstats.cli.settings import Settings, keys_of
from termstats.cli.terminals import is_dumb
from termstats.data.model.errors import UsageError
from termstats.data.model.text import clean
from termstats.paths import THEME_VARIABLE

if TYPE_CHECKING:
    from termstats.screens.frame.start import StartAt


def is_in_lines() -> bool:
    """Return whether the terminal can only write line after line; say so where it can."""
    if not is_dumb() or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    import click

    click.echo(
        f"This terminal (TERM={clean(os.environ['TERM'])}) shows no dashboard: here are lines, "
        "as of termstats shell.",
        err=True,
    )
    return True


def check_terminal() -> None:
    """Check that there is a terminal.

    Raises:
        UsageError: there is none; names the commands that need none.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "no terminal here; print a figure with: termstats report global.totals, "
            "or read lines with: termstats shell"
        )


def open_dashboard(
    settings: Settings,
    screen: str,
    subjects: dict[str, str | None],
    period: str,
    switches: dict[str, bool],
    theme: str = "",
) -> int:
    """Open the dashboard, or linear mode where nothing can be drawn; return the exit code.

    Raises:
        TermstatsError: no terminal, or something named cannot be opened.
    """
    from termstats.data.model.period import EPOCH
    from termstats.data.model.period_text import parse_period
    from termstats.screens.frame.start import StartAt

    if is_in_lines():
        from termstats.cli.shell.command import open_shell

        return open_shell(settings, screen, subjects, period)
    check_terminal()
    parse_period(period or "all", EPOCH)  # a wrong one is said before the screen changes
    location = settings.location(or_sample=True)
    start = StartAt(screen, keys_of(subjects), period)
    with _collecting_later():
        return _open(settings, location, start, switches, theme)


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Look for no garbage until all is loaded: of that nothing is, and looking takes its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _open(
    settings: Settings, location: str, start: StartAt, switches: dict[str, bool], theme: str
) -> int:
    from pathlib import Path

    # Before the frame is painted, which may take twice as long as that of a bare app: what is
    # loaded here nobody waits for between frame and figures. In a thread it takes a third longer.
    import termstats.data.store.opening  # noqa: F401
    from termstats.config import columns_of

    frugal = switches["low_bandwidth"]
    wanted = theme or os.environ.get(THEME_VARIABLE) or settings.config.look.get("theme", "")
    if "SSH_CONNECTION" in os.environ and wanted in ("", "auto"):
        # A third of the bytes of true colour; Textual reads it when it is loaded.
        os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "256")
    theme, auto_theme = _theme(wanted), _auto_theme(is_frugal=frugal)

    # Loads Textual, so after what can be wrong.
    from termstats.screens.frame.first_start import is_first_start
    from termstats.screens.frame.start import Options
    from termstats.starting import run_app

    return run_app(
        location,
        settings.viewer,
        start,
        Options(
            low_bandwidth=frugal,
            ascii=switches["ascii"] or "ascii" in (theme, auto_theme if theme == "auto" else ""),
            theme=theme,
            auto_theme=auto_theme,
            charts=chart_style(settings.config.look.get("charts", "auto"), sys.stdout.encoding),
            mouse=switches["mouse"],
            export_folder=Path(settings.config.export_folder),
            csv=settings.csv,
            audit=settings.audit,
            groups=settings.groups,
            keymap=settings.config.keymap,
            hint=is_first_start(),
            server_clock=settings.config.clock == "server",
            stalled_days=settings.config.stalled_days,
            columns=columns_of(settings.config),
            demo=settings.demo,
        ),
    )


def chart_style(wanted: str, encoding: str) -> str:
    """Return how charts are drawn; `auto`: of blocks, where the terminal's encoding has them."""
    if wanted != "auto":
        return wanted
    return "blocks" if encoding.lower().replace("-", "").startswith("utf") else "ascii"


def _auto_theme(*, is_frugal: bool) -> str:
    """Return the theme that suits the terminal."""
    from termstats.widgets.look.themes import AUTO, chosen

    return chosen(AUTO, os.environ, is_frugal=is_frugal)


def _theme(wanted: str) -> str:
    """Return the theme to begin with, or `auto`.

    Raises:
        UsageError: there is none of that name; names ours.
    """
    from termstats.widgets.look.themes import AUTO, CHOICES, names

    wanted = wanted or AUTO
    if wanted != AUTO and wanted not in names():
        ours = ", ".join(choice.name for choice in CHOICES)
        raise UsageError(f"no theme called {wanted!r}; there are auto, {ours}, and Textual's own")
    return wanted
