"""Servers of our own: started in a folder, with certificates, stopped and started by a test."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from termstats.data.store.servers.address import Family

_PATIENCE = 60.0
"""Seconds in which a server has to start or to stop."""
_ACCOUNTS = {Family.POSTGRES: "postgres", Family.MARIADB: "mysql"}
"""Whom a server runs as where we are root, as which it refuses to run."""


@dataclass
class OwnServer:
    """One server that listens on loopback only; it trusts whoever comes from there."""

    family: Family
    folder: Path
    port: int
    authority: Path
    """The certificate of who vouches for it."""
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def location(self) -> str:
        """Return the URL of the database of the tests."""
        user, base = ("postgres", "postgres"), ("root", "test")
        name, database = user if self.family is Family.POSTGRES else base
        return f"{self.family}://{name}@localhost:{self.port}/{database}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        argv = _as_account(self.family, self._argv())
        log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(argv, stdout=log, stderr=log)  # noqa: S603
        latest = time.monotonic() + _PATIENCE
        while not self._answers():
            assert self._process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < latest, (self.folder / "log").read_text()

    def stop(self) -> None:
        """Stop it at once, whoever is connected."""
        if self._process is None:
            return
        # PostgreSQL's fast way; MariaDB's usual one.
        subprocess.run(
            ["kill", "-INT" if self.family is Family.POSTGRES else "-TERM", str(self._process.pid)],  # noqa: S607
            check=True,
        )
        self._process.wait(_PATIENCE)
        self._process = None

    def _argv(self) -> list[str]:
        data, certificates = self.folder / "data", self.folder
        if self.family is Family.POSTGRES:
            settings = {
                "port": self.port,
                "listen_addresses": "127.0.0.1",
                "unix_socket_directories": "",
                "fsync": "off",
                "ssl": "on",
                "ssl_cert_file": certificates / "server.pem",
                "ssl_key_file": certificates / "server.key",
            }
            given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
            return [str(_program("postgres")), "-D", str(data), *given]
        return [
            str(_program("mariadbd")),
            "--no-defaults",
            f"--datadir={data}",
            f"--port={self.port}",
            "--bind-address=127.0.0.1",
            f"--socket={self.folder / 'socket'}",
            f"--pid-file={self.folder / 'pid'}",
            "--skip-grant-tables",
            "--skip-networking=0",
            "--innodb-flush-log-at-trx-commit=0",
            f"--ssl-ca={self.authority}",
            f"--ssl-cert={certificates / 'server.pem'}",
            f"--ssl-key={certificates / 'server.key'}",
        ]

    def _answers(self) -> bool:
        host = ["--host=127.0.0.1", f"--port={self.port}"]
        argv = (
            [str(_program("pg_isready")), *host]
            if self.family is Family.POSTGRES
            else [str(_program("mariadb-admin")), "--no-defaults", "--protocol=tcp", *host, "ping"]
        )
        return subprocess.run(argv, capture_output=True).returncode == 0  # noqa: S603


def own_server(family: Family, folder: Path) -> OwnServer:
    """Make a server in an empty folder and start it; skip where there is none to be made of.

    Whom the server runs as must come to the folder: no folder of pytest's, which are ours alone.
    """
    for name in (*_PROGRAMS[family], "openssl"):
        if _program(name) is None:
            pytest.skip(f"{name} is not installed here: no server of our own to stop and start")
    server = OwnServer(family, folder, _free_port(), folder / "authority.pem")
    _certify(folder)
    (folder / "data").mkdir()
    if os.geteuid() == 0:
        _give_away(folder, _ACCOUNTS[family])
    if family is Family.POSTGRES:
        make = ["initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "postgres", "-N"]
    else:
        make = ["mariadb-install-db", "--no-defaults", f"--datadir={folder / 'data'}"]
        make += ["--skip-test-db", "--auth-root-authentication-method=normal"]
    argv = [str(_program(make[0])), *make[1:]]
    subprocess.run(_as_account(family, argv), check=True, capture_output=True)  # noqa: S603
    try:
        server.start()
        if family is Family.MARIADB:
            client = [str(_program("mariadb")), "--no-defaults", f"--socket={folder / 'socket'}"]
            make = [*client, "-e", "CREATE DATABASE test"]
            subprocess.run(make, check=True, capture_output=True)  # noqa: S603
    except BaseException:
        server.stop()
        raise
    return server


_PROGRAMS = {
    Family.POSTGRES: ("initdb", "postgres", "pg_isready"),
    Family.MARIADB: ("mariadb-install-db", "mariadbd", "mariadb", "mariadb-admin"),
}


def _program(name: str) -> Path | None:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin")
    if found is not None:
        return Path(found)
    return next(iter(sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))), None)


def _certify(folder: Path) -> None:
    """Write an authority's certificate and one of `localhost` that it has signed."""
    key = ["-newkey", "rsa:2048", "-nodes", "-days", "2"]
    authority = ["-keyout", "authority.key", "-out", "authority.pem", "-subj", "/CN=authority"]
    wanted = ["-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost"]
    (folder / "names").write_text("subjectAltName=DNS:localhost\n")
    signed = ["-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key"]
    signed += ["-CAcreateserial", "-days", "2", "-out", "server.pem", "-extfile", "names"]
    for argv in (
        ["req", "-x509", *key, *authority],
        ["req", *key, *wanted],
        ["x509", "-req", *signed],
    ):
        subprocess.run(  # noqa: S603
            [str(_program("openssl")), *argv], cwd=folder, check=True, capture_output=True
        )
    (folder / "server.key").chmod(0o600)


def _give_away(folder: Path, account: str) -> None:
    who = pwd.getpwnam(account)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, who.pw_uid, who.pw_gid)


def _as_account(family: Family, argv: Sequence[str]) -> list[str]:
    """Return what runs a program as somebody who is not root; it ends with us."""
    if os.geteuid() != 0:
        return list(argv)
    account = _ACCOUNTS[family]
    who = [f"--reuid={account}", f"--regid={account}", "--clear-groups", "--pdeathsig=KILL"]
    return ["setpriv", *who, *argv]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
