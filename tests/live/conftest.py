"""Servers that several tests ask."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.clickhouses import fill, free_port, python_with_chdb, running, shards, tool


@pytest.fixture(scope="module")
def current() -> Iterator[str]:
    """Run a ClickHouse of today with the tables of Aspects; give its location."""
    python, port = python_with_chdb(), free_port()
    with running([python, str(tool("chdb_http.py")), str(port)], port):
        fill(f"http://127.0.0.1:{port}")
        yield f"clickhouse://127.0.0.1:{port}/xapi"


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, int]]:
    """Run two shards of ClickHouse 18.16; give (location, their folder, first port)."""
    if not (shutil.which("clickhouse-server") or Path("/usr/sbin/clickhouse-server").exists()):
        pytest.skip("no clickhouse-server of Debian here; skipped")
    folder, ports = tmp_path_factory.mktemp("shards"), free_port(7)
    try:
        shards("up", folder, ports)
        fill(f"http://127.0.0.1:{ports}", f"http://127.0.0.1:{ports + 1}")
        proxy = ports + 6
        with running([sys.executable, str(tool("proxy18.py")), str(proxy), str(ports)], proxy):
            yield f"clickhouse://reader:reader@127.0.0.1:{proxy}/xapi", folder, ports
    finally:
        shards("down", folder, ports)
