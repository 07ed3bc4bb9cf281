"""The store: an open database and its shelves."""

from __future__ import annotations

from secrets import token_hex

from bot.core.database_state import DatabaseState
from storage import address, engine, tables, version
from storage.abstracts import Abstracts
from storage.archive import Archive
from storage.articles import Articles
from storage.bundles import Bundles
from storage.chats import Chats
from storage.engine import Database
from storage.facts import Facts
from storage.feeds import Feeds
from storage.fulltexts import FullTexts
from storage.holding import Holding
from storage.inbox import Inbox
from storage.leases import Leases
from storage.outbox import Outbox
from storage.overview import Overview
from storage.receivers import Receivers
from storage.sources import Sources
from storage.stories import Stories
from storage.subscriptions import Subscriptions
from storage.tidy import Tidying

_PROBE = "database.probe"


class Store:
    """All shelves; each implements the port of its name in `bot.core.shelves`, or in the noun's own file."""

    def __init__(self, database: Database) -> None:
        self.feeds = Feeds(database)
        self.articles = Articles(database)
        self.archive = Archive(database)
        self.outbox = Outbox(database)
        self.chats = Chats(database)
        self.subscriptions = Subscriptions(database)
        self.inbox = Inbox(database)
        self.stories = Stories(database)
        self.abstracts = Abstracts(database)
        self.facts = Facts(database)
        self.leases = Leases(database)
        self.sources = Sources(database)
        self.full_texts = FullTexts(database)
        self.overview = Overview(database)
        self.receivers = Receivers(database)
        self.holding = Holding(database)
        self.bundles = Bundles(database)
        self.tidying = Tidying(database)
        self._database = database

    @property
    def state(self) -> DatabaseState:
        """What the last attempts say about the database."""
        return self._database.state

    async def ping(self) -> None:
        """Ask the database for a sign of life; raise `StorageError` when there is none."""
        await self._database.ping()

    async def probe(self, size: int) -> None:
        """Write about so many bytes over those of the last probe; raise `StorageError` when that cannot be."""
        await self.facts.set(_PROBE, token_hex(size // 2))  # not to be compressed, and never the same
        self.state.proved()

    async def close(self) -> None:
        """Close all connections."""
        await self._database.close()


async def open_store(url: str) -> Store:
    """
    Open the database of a configuration's URL, or raise `StorageError` at once.

    Its tables must be those of this version (see `upgrade`); a database in memory gets them here.
    """
    where = address.read(url)
    database = engine.connect(where)
    try:
        if where.in_memory:
            async with database.write() as connection:
                await connection.run_sync(tables.metadata.create_all)
        else:
            async with database.read() as connection:
                await connection.run_sync(version.demand_current)
    except BaseException:
        await database.close()
        raise
    return Store(database)
