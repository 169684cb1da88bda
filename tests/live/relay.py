"""A relay on loopback before a server: stopped and started, as the server would be."""

from __future__ import annotations

import asyncio
import contextlib


class Relay:
    """Hands on what comes to a port of its own."""

    def __init__(self, host: str, port: int) -> None:
        self._behind = host, port
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0
        """The same each time it is started."""

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Cut every connection and listen no more."""
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner_reader, inner_writer = await asyncio.open_connection(*self._behind)
        except OSError:
            writer.close()
            return
        self._open |= {writer, inner_writer}
        await asyncio.gather(_pour(reader, inner_writer), _pour(inner_reader, writer))
        self._open -= {writer, inner_writer}


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError, RuntimeError):
        writer.close()
