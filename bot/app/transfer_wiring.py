"""Wires what gives chats their data and takes it back, with OPML as feeds are listed in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.core.feed import Feed
from bot.core.ports import Clock
from bot.feeds import feed_lists
from bot.feeds.feed_lists import OpmlFeed
from bot.i18n.catalog import Catalog
from bot.services.alerts import MatcherSync
from bot.services.feeds import FeedService
from bot.services.subscriptions import SettingsService
from bot.services.transfer import ExportService, ImportPolicy, ImportService, TransferServices
from bot.settings.model import ChatSettings
from storage.store import Store

_TITLE = "Stichwort"


def make_transfer(
    store: Store,
    clock: Clock,
    chats: ChatSettings,
    *,
    matcher_sync: MatcherSync,
    feed_service: FeedService,
    settings_service: SettingsService,
) -> TransferServices:
    """Make the services of /export and /import."""

    def write_opml(feeds: Sequence[Feed]) -> bytes:
        return feed_lists.write(map(_listed, feeds), title=_TITLE, now=clock.now())

    return TransferServices(
        give=ExportService(
            chats=store.chats,
            subscriptions=store.subscriptions,
            digests=store.digests,
            sources=store.sources,
            clock=clock,
            write_opml=write_opml,
        ),
        take=ImportService(
            chats=store.chats,
            subscriptions=store.subscriptions,
            feed_service=feed_service,
            settings_service=settings_service,
            matcher_sync=matcher_sync,
            clock=clock,
            read_opml=_read_opml,
            policy=ImportPolicy(
                max_subscriptions=chats.max_subscriptions,
                may_add_feeds=chats.users_may_add_feeds,
                languages=Catalog.load().languages,
            ),
        ),
    )


def _listed(feed: Feed) -> OpmlFeed:
    return OpmlFeed(url=feed.url, title=feed.title, site_url=feed.site_url, language=feed.language)


def _read_opml(content: bytes) -> Iterable[tuple[str, str]]:
    return [(feed.url, feed.title) for feed in feed_lists.read(content)]
