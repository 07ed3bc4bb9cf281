"""A line to a database that a test can cut and mend."""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


class Line:
    """Forwards connections to a PostgreSQL server from a port of its own while it is open and whole."""

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target)
        self._port = 0
        self._whole = True
        self._pairs: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    def url(self, port: int) -> str:
        """Decide on a port and give the address through it; nobody listens there before the line is opened."""
        self._port = port
        return self._target._replace(netloc=f"{self._target.username}@127.0.0.1:{port}").geturl()

    def cut(self) -> None:
        """Break all connections and take no new ones."""
        self._whole = False
        for writer in tuple(self._pairs):
            writer.transport.abort()

    def mend(self) -> None:
        """Be whole again."""
        self._whole = True

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Listen no more; what is connected stays so until its ends let go."""
        assert self._server is not None
        self._server.close()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection(self._target.hostname, self._target.port)
        self._pairs |= {writer, far_writer}
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        self._pairs -= {writer, far_writer}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
