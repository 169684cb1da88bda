"""ClickHouse as the tests run it: of today through chdb, and as Debian has it, in two shards."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.shared import ROOT, shared_path

TOOLS = ROOT.parent / "shared" / "tools" / "clickhouse"
_PATIENCE = 30.0
"""Seconds in which a server has to answer."""


def free_port(several: int = 1) -> int:
    """Return a port that is free, with those after it."""
    for first in range(20_000 + os.getpid() % 10_000, 40_000, several):
        try:
            for port in range(first, first + several):
                with closing(socket.socket()) as one:
                    one.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise RuntimeError("no free port")


def tool(name: str) -> Path:
    pytest.importorskip("clickhouse_connect", reason="clickhouse-connect is not installed")
    if not (TOOLS / name).exists():
        pytest.skip("the scaffold for ClickHouse is not here (../shared/tools/clickhouse); skipped")
    return TOOLS / name


@contextmanager
def running(command: list[str], port: int) -> Iterator[None]:
    """Run a program of the scaffold until its port answers, and end it."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + _PATIENCE
        while True:
            with closing(socket.socket()) as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, f"{command[1]} ended"
            assert time.monotonic() < until, f"{command[1]} does not answer"
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(timeout=_PATIENCE)


def fill(*urls: str) -> None:
    """Make and fill the tables of Aspects."""
    shared_path("aspects/xapi")
    command = [sys.executable, str(tool("aspects_tables.py")), *urls]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def python_with_chdb() -> str:
    if named := os.environ.get("TERMSTATS_TEST_CHDB"):
        return named
    if importlib.util.find_spec("chdb") is None:
        pytest.skip("chdb is not installed, nor TERMSTATS_TEST_CHDB a Python that has it; skipped")
    return sys.executable


def shards(do: str, folder: Path, ports: int) -> None:
    """Start or stop shards of the old ClickHouse."""
    environment = {
        **os.environ,
        **{"CH_HTTP": str(ports), "CH_TCP": str(ports + 2), "CH_INTER": str(ports + 4)},
        "CH_THREADS": "1",
    }
    number, rest = do.split(), [str(folder)]
    subprocess.run(
        ["sh", str(tool("start.sh")), *number, *rest],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
