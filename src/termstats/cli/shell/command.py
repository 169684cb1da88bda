"""`termstats shell`: linear mode from the command line."""

from __future__ import annotations

import click

from termstats.cli.options import key_option, period_option, store_options
from termstats.cli.settings import Settings, keys_of, settings_of


@click.command()
@store_options
@key_option("--training", help="Begin at this training: an id or a unique name.")
@key_option("--learner", help="Begin at this learner.")
@key_option("--class", "class_", help="Begin at this class.")
@period_option
@click.pass_context
def shell(
    context: click.Context,
    training: str | None,
    learner: str | None,
    class_: str | None,
    period: str | None,
) -> int:
    """Read the same figures line by line: for screen readers, bad lines and scripts.

    Numbered lines of plain text, nothing that moves or is drawn. Type help for the commands; from
    a pipe it reads one command a line, and ends with 1 where one of them failed.
    """
    settings = settings_of(context)
    subjects = {"training": training, "learner": learner, "class": class_}
    return open_shell(settings, "", subjects, period or settings.config.period)


def open_shell(
    settings: Settings, screen: str, subjects: dict[str, str | None], period: str
) -> int:
    """Open linear mode and return its exit code.

    Raises:
        TermstatsError: something named cannot be opened.
    """
    from pathlib import Path

    from termstats.cli.shell.loop import run_shell, terminal_streams
    from termstats.config import columns_of
    from termstats.screens.frame.start import Options, StartAt

    return run_shell(
        settings.location(or_sample=True),
        settings.viewer,
        StartAt(screen, keys_of(subjects), period),
        Options(
            export_folder=Path(settings.config.export_folder),
            csv=settings.csv,
            audit=settings.audit,
            groups=settings.groups,
            server_clock=settings.config.clock == "server",
            stalled_days=settings.config.stalled_days,
            columns=columns_of(settings.config),
            demo=settings.demo,
        ),
        terminal_streams(),
    )
