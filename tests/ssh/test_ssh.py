"""The recipe of docs/ssh.md with a real sshd: two viewers, a terminal and none, a cut link."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from termstats.data.model.audit import Entries
from termstats.data.model.errors import EXIT_NOT_ALLOWED, EXIT_OK
from tests.data.query.scope_world import VIEWERS, make_world, mark
from tests.pty.terminal import Terminal
from tests.ssh.server import NAMED, Server, serving, why_not

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no sshd"),
    # Where a server is named, as .ci/run does, its tests may not skip.
    pytest.mark.skipif(bool(why_not()) and not NAMED, reason=why_not()),
]
TOM, MIA = mark("username", "tom"), mark("username", "mia")
GONE = 20.0
"""Seconds after which nothing may be left of a session whose link was cut."""
REFUSED = 255
"""What a client ends with that sshd does not let in."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    assert not why_not()
    folder = tmp_path_factory.mktemp("ssh")
    store = asyncio.run(make_world(folder))
    with serving(folder, store, (TOM, MIA)) as running:
        yield running


def asked(
    server: Server, viewer: str, *words: str, typed: str = "", options: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        server.client(viewer, *words, options=options),
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def dashboard(server: Server, viewer: str) -> Terminal:
    return Terminal(server.client(viewer, options=("-t",)))


def wait_until_gone(server: Server) -> None:
    end = time.monotonic() + GONE
    while left := server.running():
        assert time.monotonic() < end, f"still running: {left}"
        time.sleep(0.05)  # other processes end: there is nothing to wait for


def test_each_key_is_a_viewer_and_none_lets_nobody_in(server: Server) -> None:
    report = "report global.trainings --period all --format csv"
    for name in ("tom", "mia"):
        given = asked(server, mark("username", name), report)
        assert given.returncode == EXIT_OK, given.stderr
        ids = {line.partition(",")[0] for line in given.stdout.splitlines()[1:]}
        assert ids == {mark("id", what) for what in VIEWERS[name].trainings}
    stranger = asked(server, "stranger", report)
    assert (stranger.returncode, stranger.stdout) == (REFUSED, "")
    assert "Permission denied" in stranger.stderr


@pytest.mark.parametrize(
    "words",
    [
        "sh",
        "sql 'SELECT 1'",
        "report global.totals --viewer x",
        "; id > /tmp/x",
        "$(id)",
        "scp -t .",
    ],
)
def test_nothing_else_is_run(server: Server, words: str) -> None:
    given = asked(server, TOM, words)
    assert (given.returncode, given.stdout) == (EXIT_NOT_ALLOWED, "")
    assert given.stderr.startswith("termstats: error: ")


def test_files_are_fetched_by_no_protocol_of_their_own(server: Server) -> None:
    given = asked(server, TOM, "sftp", options=("-s",))
    # Where a server has the subsystem, the command of the key runs instead of it.
    assert given.returncode in (REFUSED, EXIT_NOT_ALLOWED) and given.stdout == ""


@pytest.mark.parametrize(
    "variable",
    [
        f"TERMSTATS_VIEWER={MIA}",
        "TERMSTATS_CONFIG=/dev/null",
        "TERMSTATS_STORE=other.db",
        "SSH_ORIGINAL_COMMAND=sql",
        "PYTHONSTARTUP=/etc/passwd",
        "LC_ALL=C.UTF-8",
    ],
)
def test_no_variable_of_a_client_changes_who_looks_at_what(server: Server, variable: str) -> None:
    report = "report global.trainings --period all --format csv"
    given = asked(server, TOM, report, options=("-o", f"SetEnv={variable}"))
    assert given.returncode == EXIT_OK, given.stderr
    assert given.stdout == asked(server, TOM, report).stdout


def test_a_second_session_on_one_link_is_refused(server: Server, tmp_path: Path) -> None:
    shared = ("-o", f"ControlPath={tmp_path / 'link'}")
    first = subprocess.Popen(
        server.client(TOM, "shell", options=(*shared, "-o", "ControlMaster=yes")),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert first.stdin is not None and first.stdout is not None
        first.stdin.write("help\n")
        first.stdin.flush()
        assert first.stdout.readline()  # it is there, and answers
        second = asked(server, TOM, "report global.totals", options=(*shared, "-S", "none"))
        assert second.returncode == EXIT_OK  # a link of its own
        refused = asked(
            server, TOM, "report global.totals", options=(*shared, "-o", "ControlMaster=no")
        )
        assert "Session open refused" in refused.stderr or refused.returncode == REFUSED
    finally:
        first.communicate("quit\n", timeout=30)


@pytest.mark.parametrize("way", ["-R", "-W"])
def test_nothing_is_forwarded(server: Server, way: str) -> None:
    there = f"127.0.0.1:{server.port}"
    option = (way, there if way == "-W" else f"0:{there}")
    given = asked(server, TOM, options=(*option, "-o", "ExitOnForwardFailure=yes"))
    assert (given.returncode, given.stdout) == (REFUSED, "")


def test_without_a_terminal_lines_are_answered(server: Server) -> None:
    given = asked(server, MIA, typed="help\nquit\n")
    assert given.returncode == EXIT_OK, given.stderr
    assert "termstats in lines" in given.stdout


def test_files_go_into_the_folder_of_the_viewer_and_come_back(server: Server) -> None:
    report = f"report training.learners --training {mark('id', 'alpha')} --period all --format csv"
    assert asked(server, MIA, f"{report} -o l.csv").returncode == EXIT_OK
    outside = asked(server, MIA, f"{report} -o ../{TOM}/l.csv")
    assert outside.returncode != EXIT_OK and "files are written in" in outside.stderr
    assert asked(server, MIA, "fetch").stdout == "l.csv\n"
    assert asked(server, MIA, "fetch l.csv").stdout == asked(server, MIA, report).stdout
    assert asked(server, TOM, "fetch").stdout == ""
    folder = server.folder / "exports" / MIA
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "l.csv").stat().st_mode & 0o777 == 0o600


def test_who_saw_what_is_in_the_audit_log(server: Server) -> None:
    learners = f"report training.learners --training {mark('id', 'alpha')} --period all"
    assert asked(server, MIA, learners).returncode == EXIT_OK
    last = list(Entries(server.folder / "audit.jsonl"))[-1]
    assert (last.viewer, last.deed, last.figure) == (
        *(mark("id", "mia"), "reported", "training.learners"),
    )


def test_with_a_terminal_the_dashboard_opens_and_ends(server: Server) -> None:
    with dashboard(server, TOM) as terminal:
        terminal.wait_for("as username.tom")
        terminal.send(b"\x1a")  # there is no shell to come back to
        terminal.wait_until_quiet()
        terminal.send("?")
        terminal.wait_for("type to search")
        terminal.send("suspend")
        terminal.wait_until_quiet()
        assert "fg comes back" not in terminal.text
        terminal.send(b"\x1b")
        terminal.wait_until_quiet()
        terminal.send("q")
        assert terminal.wait_for_exit() == EXIT_OK
        assert b"\x1b[?1049l" in terminal.raw, "the other screen was not left"
    assert not [each for each in VIEWERS["tom"].forbidden() if each.encode() in terminal.raw]
    wait_until_gone(server)


LIMITS = {
    "Max core file size": 0,
    "Max cpu time": 3600,
    "Max address space": 4_000_000 * 1024,
    "Max file size": 2_000_000 * 512,
}
"""What the script of the page allows a session, in bytes and seconds."""


def test_a_session_has_limits(server: Server) -> None:
    with dashboard(server, TOM) as terminal:
        terminal.wait_for("as username.tom")
        texts = [Path(f"/proc/{pid}/limits").read_text() for pid in server.running()]
        limits = [line.split("  ") for line in texts[0].splitlines()]
        found = {words[0]: next(filter(None, map(str.strip, words[1:]))) for words in limits}
        assert len(texts) == 1  # the script gives way to the dashboard
        assert {name: int(found[name]) for name in LIMITS} == LIMITS
    wait_until_gone(server)


@pytest.mark.parametrize("cut", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM])
def test_a_link_that_is_cut_leaves_nothing_running(server: Server, cut: signal.Signals) -> None:
    with dashboard(server, MIA) as terminal:
        terminal.wait_for("as username.mia")
        assert server.running()
        terminal.send("1234" * 20)
        os.kill(terminal.pid, cut)
        terminal.wait_for_exit()
    wait_until_gone(server)
