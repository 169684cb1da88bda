"""Publishes a store on a server, with both its faces: people by their names, and by pseudonyms."""

from __future__ import annotations

from pathlib import Path

from termstats.data.snapshots.demo import server_views
from termstats.data.store.servers.address import Address
from termstats.data.store.servers.publishing import Progress, publish


def _quiet(_table: str, _rows: int) -> None:
    """Say nothing."""


async def publish_store(file: Path, address: Address, progress: Progress = _quiet) -> int:
    """Copy the store in `file` to a server; see `publish`."""
    return await publish(file, address, progress, server_views())
