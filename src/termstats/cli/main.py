"""The command line: the group, what all commands share, and how errors end.

Nothing heavy is imported at module level: `termstats --help` answers at once.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Sequence

import click

from termstats import __version__
from termstats.cli.commands import Commands
from termstats.cli.completing import complete_themes
from termstats.cli.options import key_option, period_option, store_options
from termstats.cli.setting_names import AUDIT, MIN_GROUP
from termstats.data.model.errors import EXIT_FAILED, EXIT_OK, EXIT_USAGE, TermstatsError, UsageError
from termstats.data.model.group_sizes import LARGEST, SMALLEST
from termstats.data.model.redaction import redacted, remember

INTERRUPTED = 130
_USUAL, _WIDEST = 80, 100
"""Columns of help texts: where there is no terminal, and at most."""
GARBAGE = (20_000, 20, 20)
"""How much is made before garbage is looked for; Python looks 28 times as often.

What screens, rows and answers leave is rarely circular: looking took a fifth of each key.
"""
_LEVELS = ("global", "training", "learner", "class", "backoffice")


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _WIDEST},
)
@store_options
@click.option("--screen", type=click.Choice(_LEVELS), help="The level to open.")
@key_option("--training", help="Open this training: an id or a unique name.")
@key_option("--learner", help="Open this learner.")
@key_option("--class", "class_", help="Open this class.")
@period_option
@click.option(
    "--theme",
    metavar="NAME",
    shell_complete=complete_themes,
    help="Colours: auto, dark, light, contrast, ansi, ascii.",
)
@click.option("--low-bandwidth", is_flag=True, help="16 colours, nothing that moves.")
@click.option("--ascii", is_flag=True, help="No box or braille characters.")
@click.option("--linear", is_flag=True, help="Lines instead of a dashboard, as termstats shell.")
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal.")
@click.option(
    "--log",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Append what happens to FILE: no names, no keys, no passwords.",
)
@click.option(
    "--exports-in",
    type=click.Path(file_okay=False),
    metavar="FOLDER",
    help="Write files in FOLDER only, whatever is asked; Ctrl+Z suspends nothing then.",
)
@click.option(
    "--audit-log",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Append to FILE who gets whose data: ids, no names.",
)
@click.option(
    "--min-group",
    type=click.IntRange(SMALLEST, LARGEST),
    metavar="N",
    help="Show no numbers about fewer than N people, and nobody by name.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(__version__, prog_name="termstats", message="%(prog)s %(version)s")
@click.pass_context
def cli(
    context: click.Context,
    screen: str | None,
    training: str | None,
    learner: str | None,
    class_: str | None,
    period: str | None,
    theme: str | None,
    low_bandwidth: bool,
    ascii: bool,  # noqa: A002 - the option's name
    linear: bool,
    no_mouse: bool,
    log: str | None,
    exports_in: str | None,
    audit_log: str | None,
    min_group: int | None,
    debug: bool,
) -> int | None:
    """Statistics of a learning platform in a terminal.

    Without a command the dashboard opens: on --store, else on $TERMSTATS_STORE, else on the store
    of the configuration file, else on the sample that comes with termstats.
    """
    _confine(context, exports_in)
    if log is not None:
        _log(context, log)
    if audit_log is not None:
        context.ensure_object(dict)[AUDIT] = _named("--audit-log", audit_log)
    if min_group is not None:
        context.ensure_object(dict)[MIN_GROUP] = min_group
    if context.invoked_subcommand is not None:
        return None
    from termstats.cli.dashboard import open_dashboard
    from termstats.cli.settings import settings_of

    settings = settings_of(context)
    screen = screen or _level(training, learner, class_)
    subjects = {"training": training, "learner": learner, "class": class_}
    period = period or settings.config.period
    if linear:
        from termstats.cli.shell.command import open_shell

        return open_shell(settings, screen, subjects, period)
    return open_dashboard(
        settings,
        screen,
        subjects,
        period,
        {
            "low_bandwidth": low_bandwidth or settings.config.low_bandwidth,
            "ascii": ascii or settings.config.ascii,
            "mouse": settings.config.mouse and not no_mouse,
        },
        theme or "",
    )


def _named(option: str, path: str) -> str:
    """Return the path of an option that guards something: an empty one would guard nothing.

    Raises:
        UsageError: it is empty, as where a script's variable was never set.
    """
    if not path.strip():
        raise UsageError(f"{option} is empty; give a path, or leave it out")
    return path


def _confine(context: click.Context, typed: str | None) -> None:
    """Let the command write in one folder only, if that is asked for here or in the configuration.

    Raises:
        TermstatsError: there is no such folder.
    """
    from pathlib import Path

    from termstats import config, paths
    from termstats.data.model import confined

    if typed is not None:
        folder = _named("--exports-in", typed)
    elif confined.only_folder() is None:
        try:
            folder = config.load(paths.config_file()).exports_in
        except UsageError:
            return  # commands that read it say so
    else:
        return
    if folder:
        confined.confine_to(Path(folder))
        context.call_on_close(confined.set_free)


def _log(context: click.Context, path: str) -> None:
    """Log to a file from here until the command has ended."""
    import logging
    from pathlib import Path

    from termstats.log import logging_to

    if path == "-":
        raise UsageError("--log -: stdout is for the data; give a file")
    context.with_resource(logging_to(Path(path)))
    logging.getLogger(__name__).info(
        "termstats %s: %s", __version__, context.invoked_subcommand or "dashboard"
    )


def _level(training: str | None, learner: str | None, class_: str | None) -> str:
    """Return the level that the chosen things belong on; empty: none was chosen."""
    if learner:
        return "learner"
    if class_:
        return "class"
    return "training" if training else ""


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code; every error is one line on stderr."""
    arguments = list(sys.argv[1:] if args is None else args)
    gc.set_threshold(*GARBAGE)
    _print_what_can_be_printed()
    for word in arguments:
        # An option and its value may be one word.
        remember(word.partition("=")[2] if word.startswith("--") else word)
    try:
        code = cli.main(
            arguments, prog_name="termstats", standalone_mode=False, terminal_width=_help_width()
        )
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough; what is left in the buffer must not fail at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except (KeyboardInterrupt, click.Abort) as error:
        # Click makes an Abort of it.
        return getattr(error.__cause__ or error, "exit_code", INTERRUPTED)
    except Exception as error:
        if "--debug" in arguments:
            click.echo(redacted("".join(traceback.format_exception(error))), err=True, nl=False)
        return _explain(error)
    return code if isinstance(code, int) else EXIT_OK


def _explain(error: Exception) -> int:
    """Print one line that says what and the way out; return the exit code."""
    code = EXIT_FAILED
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else "termstats"
        message, code = f"{error.format_message()} See: {command} --help", EXIT_USAGE
    elif isinstance(error, click.ClickException):
        message = error.format_message()
    elif isinstance(error, TermstatsError):
        message, code = str(error), error.exit_code
    elif isinstance(error, OSError):
        message = ": ".join(str(p) for p in (error.filename, error.strerror or error) if p)
    else:
        message = (
            f"unexpected {type(error).__name__}: {error}; "
            "run it again with --debug and report the traceback"
        )
    from termstats.data.model.text import clean

    click.echo(f"termstats: error: {redacted(clean(message))}", err=True)
    return code


def _help_width() -> int:
    """Return the columns of help texts; click would load every compressor to find them."""
    named = os.environ.get("COLUMNS", "")
    columns = int(named) if named.isdecimal() else 0
    if not columns:
        try:
            columns = os.get_terminal_size(1).columns
        except OSError:
            columns = 0
    return max(min(columns or _USUAL, _WIDEST) - 2, 50)


def _print_what_can_be_printed() -> None:
    """Replace characters that the locale cannot show, rather than fail in the middle."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and (stream.encoding or "").lower() not in ("utf-8", "utf8"):
            reconfigure(errors="replace")
