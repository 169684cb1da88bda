"""The loop: scripts and people, mistakes, what takes long, and how it ends."""

import asyncio
import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from termstats.cli.shell import answering, loop
from termstats.cli.shell.loop import Streams, run_shell
from termstats.data.model.errors import NotAllowed, StoreError
from termstats.screens.frame.start import Options, StartAt
from tests.cli.command import run
from tests.pty.terminal import Terminal

ONE_DAY = StartAt(period="2026-03-05")


def script(store: Path, text: str, viewer: str | None = None) -> tuple[int, str, str]:
    """Return the exit code, the answers and the mistakes of a script."""
    streams = Streams(io.StringIO(text), io.StringIO(), io.StringIO(), is_interactive=False)
    code = run_shell(str(store), viewer, ONE_DAY, Options(), streams)
    assert isinstance(streams.out, io.StringIO) and isinstance(streams.errors, io.StringIO)
    return code, streams.out.getvalue(), streams.errors.getvalue().replace("reading\n", "")


def test_a_script_goes_on_after_a_mistake_and_ends_with_1(academy: Path) -> None:
    code, out, errors = script(academy, "dance\n3 ana\nopen 1\n")
    assert code == 1
    assert errors == "error: no command dance; help lists them, find dance looks for it\n"
    assert "Trainings, Ana Alvarez. 2 trainings\n" in out


def test_a_script_without_a_mistake_ends_with_0(academy: Path) -> None:
    code, out, errors = script(academy, "# who is it\n\n3 ana\nquit\n3 nobody\n")
    assert (code, errors) == (0, "")
    assert out.splitlines()[-1] == "10. All numbers of this level"


def test_what_is_not_allowed_says_nothing_of_what_is_there(academy: Path) -> None:
    code, out, errors = script(academy, "3 ben\n5\nbackoffice\nfind ben\n", viewer="tina")
    assert code == 1
    assert "Bauer" not in out + errors
    assert "the backoffice is for administrators; tina is a class coach" in errors
    with pytest.raises(NotAllowed):
        script(academy, "", viewer="nobody")
    with pytest.raises(NotAllowed):
        script(academy, "", viewer="")


def test_a_fault_that_nobody_expected_ends_one_command_only(
    academy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("termstats.cli.shell.reading.run_figure", broken)
    with pytest.raises(ZeroDivisionError):
        script(academy, "")  # the first answer is a start that fails
    monkeypatch.undo()
    calls = []

    async def later(*asked: object) -> object:
        calls.append(asked)
        if len(calls) == 2:
            raise ZeroDivisionError("oh")
        return await real(*asked)  # type: ignore[arg-type]

    real = answering.answer
    monkeypatch.setattr(answering, "answer", later)
    code, out, errors = script(academy, "where\nwhere\nwhere\n")
    assert code == 1
    assert errors == "error: a fault in termstats: ZeroDivisionError: oh\n"
    assert out.count("Level global") == 2


def test_a_store_that_is_none_is_an_error_of_the_command(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        script(tmp_path / "nothing.sqlite3", "")


async def test_what_takes_long_says_reading_once() -> None:
    errors, gate = io.StringIO(), asyncio.Event()
    streams = Streams(io.StringIO(), io.StringIO(), errors, is_interactive=True)

    async def slow() -> str:
        await gate.wait()
        return "done"

    waiting = asyncio.ensure_future(loop._patiently(slow(), streams, patience=0))
    asyncio.get_running_loop().call_later(0.01, gate.set)  # after the patience of 0 s is over
    assert await waiting == "done"
    assert errors.getvalue() == "reading\n"


async def test_what_is_quick_says_nothing() -> None:
    errors = io.StringIO()
    streams = Streams(io.StringIO(), io.StringIO(), errors, is_interactive=True)

    async def quick() -> str:
        return "done"

    assert await loop._patiently(quick(), streams, patience=60) == "done"
    assert errors.getvalue() == ""


async def test_what_is_stopped_stops_what_was_under_way() -> None:
    stopped = asyncio.Event()
    streams = Streams(io.StringIO(), io.StringIO(), io.StringIO(), is_interactive=True)

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    waiting = asyncio.ensure_future(loop._patiently(endless(), streams, patience=60))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert stopped.is_set()


def test_a_pipe_gets_answers_and_nothing_else(academy: Path) -> None:
    command = [sys.executable, "-m", "termstats", "shell", "--store", str(academy)]
    done = subprocess.run(
        command, input="3 ana\nopen 1\n", capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0
    assert "Trainings, Ana Alvarez. 2 trainings\n" in done.stdout
    assert "termstats:" not in done.stdout  # no prompt
    linear = run(["--linear", "--store", str(academy)])
    assert linear.returncode == 0
    assert "All numbers of this level" in linear.stdout


_SLOW = """
import asyncio, sys
from termstats.cli import main
from termstats.cli.shell import answering
real = answering.answer
async def answer(state, line):
    if line != "slow":
        return await real(state, line)
    print("waits", flush=True)
    await asyncio.Event().wait()
answering.answer = answer
sys.exit(main.main(sys.argv[1:]))
"""


def test_ctrl_c_ends_what_is_read_and_ctrl_d_the_shell(academy: Path) -> None:
    argv = [sys.executable, "-c", _SLOW, "shell", "--store", str(academy)]
    with Terminal(argv) as terminal:
        terminal.wait_for("termstats:")
        terminal.send("slow\n")
        terminal.wait_for("waits")
        terminal.send("\x03")
        terminal.wait_for("stopped")
        terminal.send("where\n")
        terminal.wait_for("Level global")
        terminal.send("\x04")
        assert terminal.wait_for_exit() == 0


def test_ctrl_c_ends_a_script(academy: Path) -> None:
    argv = [sys.executable, "-c", _SLOW, "shell", "--store", str(academy)]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write("slow\nwhere\nquit\n")
        process.stdin.close()
        assert "waits\n" in iter(process.stdout.readline, "")
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(30) == 130
        assert "Level global" not in process.stdout.read()
