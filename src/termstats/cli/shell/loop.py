"""The loop of linear mode: reads lines, says answers, and goes on after a mistake."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO, TypeVar

from termstats.cli.ending import ended_by_signals
from termstats.cli.shell import answering
from termstats.cli.shell.commands import WORDS
from termstats.cli.shell.lines import WIDTH, plain, text_of
from termstats.cli.shell.saying import level as say_level
from termstats.cli.shell.state import Answer, Place, State
from termstats.data.figures.definition.figure import Level
from termstats.data.model.errors import EXIT_FAILED, EXIT_OK, TermstatsError
from termstats.data.model.redaction import redacted
from termstats.data.query.scope import scope_in
from termstats.data.store.opening import Store, open_store
from termstats.log import fault_words
from termstats.screens.frame.session import SUBJECT, begin
from termstats.screens.frame.start import Options, StartAt
from termstats.screens.levels.first_level import first_level

T = TypeVar("T")
PATIENCE = 0.3
"""Seconds before `reading` is said."""
PROMPT = "termstats: "
_ENDING = ("SIGTERM", "SIGHUP")


@dataclass(frozen=True)
class Streams:
    """Where lines come from, where answers go, and where mistakes go."""

    source: TextIO
    out: TextIO
    errors: TextIO
    is_interactive: bool
    """Whether a person types: there is a prompt, and a mistake is no failure."""
    width: int = WIDTH

    def say(self, lines: tuple[str, ...]) -> None:
        """Write lines of an answer."""
        self.out.write(text_of(lines, self.width))
        self.out.flush()

    def complain(self, error: Exception) -> None:
        """Write a mistake as one line; what nobody expected is logged too."""
        words = str(error) if isinstance(error, TermstatsError) else fault_words(error)
        self.out.flush()
        self.errors.write(text_of([redacted(f"error: {words}")], self.width))
        self.errors.flush()

    def note(self, words: str) -> None:
        """Write what is no part of an answer."""
        self.errors.write(text_of([words], self.width))
        self.errors.flush()


def terminal_streams() -> Streams:
    """Return the streams of this process."""
    is_interactive = sys.stdin.isatty() and sys.stdout.isatty()
    width = WIDTH
    if is_interactive:
        try:
            width = min(WIDTH, os.get_terminal_size(sys.stdout.fileno()).columns)
        except OSError:
            width = WIDTH
    return Streams(sys.stdin, sys.stdout, sys.stderr, is_interactive, max(width, 20))


def run_shell(
    location: str, viewer: str | None, start: StartAt, options: Options, streams: Streams
) -> int:
    """Answer lines until there are no more; return the exit code.

    Ctrl+C ends what is being read, and where a person types not the shell.

    Raises:
        TermstatsError: the store cannot be opened, the viewer or a thing named is unknown.
        KeyboardInterrupt: Ctrl+C in a script.
    """
    with asyncio.Runner() as runner, ended_by_signals(_ENDING):
        store = runner.run(open_store(location, options.audit))
        try:
            first = runner.run(_patiently(begun(store, viewer, start, options), streams))
            streams.say(first.lines)
            return _loop(runner, first.state, streams)
        finally:
            runner.run(store.close())


async def begun(store: Store, viewer: str | None, start: StartAt, options: Options) -> Answer:
    """Return the state to begin with and what is said first.

    Raises:
        TermstatsError: the viewer or a thing named is unknown, or may not be seen.
    """
    if options.demo:
        from termstats.data.snapshots.demo import with_pseudonyms

        store = with_pseudonyms(store)
    scope = await scope_in(store, viewer, options.groups)
    session = await begin(store, scope, start, options)
    level = first_level(session, start)
    param = SUBJECT.get(level)
    chosen = session.chosen.get(param) if param else None
    entities = {param: chosen} if param and chosen else {}
    said = await say_level(State(session, Place(Level(level), entities), picked=session.columns))
    name = f"{store.info.name}, termstats in lines. help says the commands, quit leaves."
    notice = (plain(session.notice),) if session.notice else ()
    return Answer(said.state, (name, *notice, *said.lines))


def _loop(runner: asyncio.Runner, state: State, streams: Streams) -> int:
    """Answer line by line; return 1 where a line of a script failed."""
    failed = False
    for line in _lines(streams):
        try:
            given = runner.run(_patiently(answering.answer(state, line), streams))
        except KeyboardInterrupt:
            if not streams.is_interactive or not _is_interrupt():
                raise
            streams.note("stopped")
            continue
        except Exception as error:  # noqa: BLE001 - the shell goes on after any fault
            streams.complain(error)
            failed = True
            continue
        state = given.state
        streams.say(given.lines)
        if given.is_over:
            break
    return EXIT_FAILED if failed and not streams.is_interactive else EXIT_OK


def _is_interrupt() -> bool:
    """Return whether Ctrl+C was pressed, and not another signal told the shell to end."""
    error = sys.exception()
    return type(error) is KeyboardInterrupt


def _lines(streams: Streams) -> Iterator[str]:
    """Yield what is typed, until Ctrl+D; Ctrl+C begins the line anew."""
    if not streams.is_interactive:
        yield from (line.rstrip("\r\n") for line in streams.source)
        return
    with _editing():
        while True:
            try:
                yield input(PROMPT)
            except EOFError:
                streams.note("")
                return
            except KeyboardInterrupt:
                streams.note("")


@contextmanager
def _editing() -> Iterator[None]:
    """Let lines be edited, repeated and completed, where this Python can; nothing is kept."""
    try:
        import readline
    except ImportError:
        yield
        return
    names = sorted(name for word in WORDS for name in (word.name, *word.aliases))

    def complete(text: str, number: int) -> str | None:
        near = [name for name in names if name.startswith(text)]
        return f"{near[number]} " if number < len(near) else None

    before = readline.get_completer()
    readline.set_completer(complete)
    readline.parse_and_bind("tab: complete")
    # Asked, not drawn: a bell, brackets around what is pasted and colours are for eyes.
    for setting in ("bell-style none", "enable-bracketed-paste off"):
        readline.parse_and_bind(f"set {setting}")
    try:
        yield
    finally:
        readline.set_completer(before)
        readline.clear_history()


async def _patiently(work: Awaitable[T], streams: Streams, patience: float = PATIENCE) -> T:
    """Return what some work gives; what takes long is said once.

    Raises:
        What the work raises.
    """
    task = asyncio.ensure_future(work)
    try:
        done, _waiting = await asyncio.wait({task}, timeout=patience)
        if not done:
            streams.note("reading")
        return await task
    except asyncio.CancelledError:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise
