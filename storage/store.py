"""The store: an open database and its repositories."""

from __future__ import annotations

from secrets import token_hex

from bot.core.process_state import DatabaseState
from storage import engine, schema
from storage.alerts import SqlAlertActionRepository
from storage.archive import SqlArchiveRepository, SqlSearchRepository
from storage.article_fates import SqlArticleFateRepository
from storage.article_texts import SqlFullTextRepository, SqlSummaryRepository
from storage.articles import SqlArticleRepository
from storage.broadcasts import SqlBroadcastRepository
from storage.channels import SqlChannelRepository
from storage.chats import SqlChatRepository
from storage.digests import SqlCombinedMessageRepository, SqlDigestRepository
from storage.engine import Database
from storage.erasure import SqlRetentionRepository
from storage.feeds import SqlFeedRepository, SqlSourceRepository
from storage.held import SqlHeldRepository
from storage.hot_topics import SqlHotTopicRepository
from storage.hub_subscriptions import SqlHubRepository
from storage.key_value import SqlKeyValueRepository, SqlLeaseRepository
from storage.keyword_topics import SqlKeywordTopicRepository
from storage.outbox import SqlDeliveryRepository
from storage.private_feeds import SqlPrivateFeedRepository
from storage.saved import SqlSavedArticleRepository
from storage.shared_lists import SqlSharedListRepository
from storage.statistics import SqlStatisticsRepository
from storage.status import SqlStatusRepository
from storage.stories import SqlStoryRepository
from storage.subscriptions import SqlSubscriptionRepository
from storage.updates import SqlUpdateRepository

_PROBE = "database.probe"


class Store:
    """
    All repositories; each implements the port of its name in `bot.core.repositories`, or in the noun's own module.
    """

    def __init__(self, database: Database) -> None:
        self.feeds = SqlFeedRepository(database)
        self.articles = SqlArticleRepository(database)
        self.archive = SqlArchiveRepository(database)
        self.outbox = SqlDeliveryRepository(database)
        self.chats = SqlChatRepository(database)
        self.channels = SqlChannelRepository(database)
        self.subscriptions = SqlSubscriptionRepository(database)
        self.inbox = SqlUpdateRepository(database)
        self.stories = SqlStoryRepository(database)
        self.summaries = SqlSummaryRepository(database)
        self.key_value = SqlKeyValueRepository(database)
        self.leases = SqlLeaseRepository(database)
        self.sources = SqlSourceRepository(database)
        self.full_texts = SqlFullTextRepository(database)
        self.status = SqlStatusRepository(database)
        self.article_fates = SqlArticleFateRepository(database)
        self.statistics = SqlStatisticsRepository(database)
        self.digests = SqlDigestRepository(database)
        self.held = SqlHeldRepository(database)
        self.combined_messages = SqlCombinedMessageRepository(database)
        self.alert_actions = SqlAlertActionRepository(database)
        self.shared_lists = SqlSharedListRepository(database)
        self.searches = SqlSearchRepository(database)
        self.private_feeds = SqlPrivateFeedRepository(database)
        self.broadcasts = SqlBroadcastRepository(database)
        self.keyword_topics = SqlKeywordTopicRepository(database)
        self.hot_topics = SqlHotTopicRepository(database)
        self.hubs = SqlHubRepository(database)
        self.saved = SqlSavedArticleRepository(database)
        self.retention = SqlRetentionRepository(database)
        self._database = database

    @property
    def state(self) -> DatabaseState:
        """What the last reads and writes say about the database."""
        return self._database.state

    async def ping(self) -> None:
        """Run a trivial statement; raise `StorageError` when it fails."""
        await self._database.ping()

    async def probe(self, size: int) -> None:
        """Write about so many bytes over those of the last probe; raise `StorageError` when that fails."""
        await self.key_value.set(_PROBE, token_hex(size // 2))  # not to be compressed, and never the same
        self.state.proved()

    async def close(self) -> None:
        """Close all connections."""
        await self._database.close()


async def open_store(url: str) -> Store:
    """
    Open the database of a configuration's URL, or raise `StorageError` at once.

    Its tables must be those of this version (see `upgrade`); a database in memory gets them here.
    """
    where = engine.read(url)
    database = engine.connect(where)
    try:
        if where.in_memory:
            async with database.write() as connection:
                await engine.run_script(connection, schema.write_creation())
        else:
            async with database.read() as connection:
                await connection.run_sync(schema.demand_current)
    except BaseException:
        await database.close()
        raise
    return Store(database)
