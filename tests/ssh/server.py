"""A real sshd on loopback, set up as docs/ssh.md says, for an account that owns a store."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "ssh.md"
NAMED = os.environ.get("TERMSTATS_TEST_SSHD")
"""The server program that was named; None: any that is there."""
_PLACES = ("/usr/sbin/sshd", "/usr/local/sbin/sshd")
_STARTING = 10.0
"""Seconds in which a server has to answer."""


def sshd() -> str | None:
    """Return the server program: $TERMSTATS_TEST_SSHD or where systems have it; None: nowhere."""
    places = (NAMED,) if NAMED else _PLACES
    return next((place for place in places if place and os.access(place, os.X_OK)), None)


def why_not() -> str:
    """Return why no server can be started here; empty: one can."""
    if sshd() is None:
        return "no sshd here (Debian: openssh-server)"
    if any(shutil.which(each) is None for each in ("ssh", "ssh-keygen")):
        return "no ssh client here"
    if os.getuid() == 0:
        try:
            pwd.getpwnam("sshd")
        except KeyError:
            return "sshd of root needs the account sshd (Debian: openssh-server)"
        if not Path("/run/sshd").is_dir():
            return "sshd of root needs the folder /run/sshd"
    return ""


@dataclass(frozen=True)
class Server:
    """A running server; each viewer has a key of their own."""

    folder: Path
    port: int
    pid: int

    def client(self, viewer: str, *words: str, options: Sequence[str] = ()) -> list[str]:
        """Return the command of a client with the key of a viewer."""
        key = self.folder / f"key-{viewer}"
        settings = (
            *("IdentitiesOnly=yes", "BatchMode=yes", "PasswordAuthentication=no"),
            *("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR"),
        )
        given = [word for setting in settings for word in ("-o", setting)]
        user = pwd.getpwuid(os.getuid()).pw_name
        who = ["-F", "none", "-i", str(key), "-p", str(self.port), *options, f"{user}@127.0.0.1"]
        return ["ssh", *given, *who, *words]

    def running(self) -> set[int]:
        """Return the processes of sessions."""
        found = set()
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                words = (path / "cmdline").read_bytes().split(b"\0")
                if str(self.folder / "exports").encode() in b" ".join(words):
                    found.add(int(path.name))
        return found


def blocks(language: str) -> list[str]:
    """Return the blocks of the page that are written in a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)


def _one(language: str, holds: str) -> str:
    (block,) = [each for each in blocks(language) if holds in each]
    return block


@contextlib.contextmanager
def serving(folder: Path, store: Path, viewers: Sequence[str]) -> Iterator[Server]:
    """Start a server on a free port of loopback, set up by the blocks of the page."""
    (folder / "exports").mkdir(mode=0o700)
    (folder / "termstats").write_text(f'#!/bin/sh\nexec {sys.executable} -m termstats "$@"\n')
    (folder / "termstats").chmod(0o755)
    here = (
        ("/srv/termstats/academy.db", str(store)),
        ("/etc/termstats/", f"{folder}/"),
        ("/srv/termstats/", f"{folder}/"),
        ("exec termstats ", f"exec {folder}/termstats "),
    )

    def put(name: str, block: str, mode: int) -> Path:
        for there, place in here:
            block = block.replace(there, place)
        path = folder / name
        path.write_text(block)
        path.chmod(mode)
        return path

    put("config.toml", _one("toml", "audit_log"), 0o644)
    path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), ""])).strip(os.pathsep)
    script = _one("sh", "#!/bin/sh").replace("umask", f"export PYTHONPATH={path}\numask", 1)
    command = put("termstats-session", script, 0o755)
    _keys(folder, command, viewers)
    user = pwd.getpwuid(os.getuid()).pw_name
    match = _one("text", "Match User").replace("Match User termstats", f"Match User {user}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = (
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\n"
        "StrictModes no\nUsePAM no\nPermitRootLogin yes\nPasswordAuthentication no\n"
        "KbdInteractiveAuthentication no\nMaxStartups 100\n"
    )
    config = put("sshd_config", base + match, 0o644)
    program = sshd()
    assert program is not None
    with (folder / "sshd.log").open("wb") as log:
        running = subprocess.Popen([program, "-D", "-e", "-f", str(config)], stderr=log)
        try:
            _wait(running, port, folder / "sshd.log")
            yield Server(folder, port, running.pid)
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(10)


def _keys(folder: Path, command: Path, viewers: Sequence[str]) -> None:
    for name in ("host", *(f"key-{viewer}" for viewer in viewers), "key-stranger"):
        new = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(new, check=True)
    pattern = _one("text", "restrict,pty,command").splitlines()[0]
    lines = []
    for viewer in viewers:
        key = (folder / f"key-{viewer}.pub").read_text().strip()
        line = pattern.replace("/usr/local/bin/termstats-session", str(command))
        lines.append(line.replace("ssh-ed25519 AAAA... tina", key).replace("tina", viewer))
    (folder / "authorized_keys").write_text("\n".join(lines) + "\n")


def _wait(running: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + _STARTING
    while time.monotonic() < end and running.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"sshd does not answer: {log.read_text()}")
