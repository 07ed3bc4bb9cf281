"""Private feeds of chats: makes and revokes their addresses, and gives what they show to whoever knows one."""

from __future__ import annotations

import asyncio
import hmac
import secrets
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field, replace

from bot.core import visible_text
from bot.core.chat import Chat
from bot.core.delivery.alert import Alert, Summary
from bot.core.ids import ChatId
from bot.core.ports import Clock
from bot.core.private_feed import (
    FEED_ENTRIES,
    FeedContents,
    PrivateFeed,
    PrivateFeedRepository,
    PublishedAlert,
    derive_token,
    digest_token,
    is_token,
)
from bot.services.message import likeness

_SUMMARIES = 2_000
"""Summaries that are remembered: a new alert must not have the 49 others summed up again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAddresses:
    """Where a private feed is read."""

    atom: str
    json: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFeed:
    """A feed that somebody named by its address."""

    feed: PrivateFeed
    chat: Chat
    addresses: FeedAddresses


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateFeeds:
    """The private feeds of this installation."""

    repository: PrivateFeedRepository
    summarise: Callable[[Alert], Awaitable[Summary]]
    """Returns the summary that the message shows, without waiting for anything."""
    may_read: Callable[[Chat], Awaitable[bool]]
    """Says whether a chat may use the bot now."""
    clock: Clock
    public_url: str
    _summaries: OrderedDict[Hashable, str] = field(default_factory=OrderedDict)

    async def find(self, chat_id: ChatId) -> FeedAddresses | None:
        """Return the addresses of a chat's feed; None when it has none."""
        feed = await self.repository.find(chat_id)
        if feed is None:
            return None
        token = derive_token(await self.repository.get_key(), feed.salt)
        # Another key than that of its making: the database is a copy without it.
        return self._addresses(token) if hmac.compare_digest(digest_token(token), feed.digest) else None

    async def make(self, chat_id: ChatId) -> FeedAddresses:
        """Give a chat a feed with a new address; the one it had ends."""
        salt = secrets.token_hex(16)
        token = derive_token(await self.repository.get_key(), salt)
        feed = PrivateFeed(chat_id=chat_id, salt=salt, digest=digest_token(token), created_at=self.clock.now())
        await self.repository.save(feed)
        return self._addresses(token)

    async def revoke(self, chat_id: ChatId) -> bool:
        """End the feed of a chat; False when it had none."""
        return await self.repository.revoke(chat_id)

    async def open(self, token: str) -> OpenFeed | None:
        """
        Find the feed of a token; None for any that is wrong, revoked, or of a chat that may not use the bot.

        It is looked for by its digest, which whoever guesses cannot steer: how long that takes tells nothing.
        """
        if not is_token(token):
            return None
        digest = digest_token(token)
        found = await self.repository.find_by_digest(digest)
        if found is None or not hmac.compare_digest(found[0].digest, digest) or not await self.may_read(found[1]):
            return None
        return OpenFeed(feed=found[0], chat=found[1], addresses=self._addresses(token))

    async def look(self, opened: OpenFeed) -> FeedContents:
        """Say what a feed shows at the moment, without loading it."""
        return await self.repository.look(opened.feed.chat_id, FEED_ENTRIES)

    async def list_items(self, contents: FeedContents) -> tuple[PublishedAlert, ...]:
        """Load what a feed shows; an article that several topics of a group were alerted to is one entry."""
        items: dict[str, PublishedAlert] = {}
        for _, alert in await self.repository.load(contents.delivery_ids):
            item = _item(alert, await self._sum_up(alert))
            known = items.get(item.id, item)
            items[item.id] = replace(known, keywords=tuple(dict.fromkeys((*known.keywords, *item.keywords))))
            await asyncio.sleep(0)  # a summary takes some milliseconds
        return tuple(items.values())

    async def _sum_up(self, alert: Alert) -> str:
        key = likeness(alert)
        if (known := self._summaries.get(key)) is None:
            summary = await self.summarise(alert)
            known = self._summaries[key] = "\n".join(visible_text.tidy(line.text) for line in summary.lines)
            while len(self._summaries) > _SUMMARIES:
                self._summaries.popitem(last=False)
        return known

    def _addresses(self, token: str) -> FeedAddresses:
        begin = f"{self.public_url.rstrip('/')}/feeds/{token}"
        return FeedAddresses(atom=f"{begin}.atom", json=f"{begin}.json")


def _item(alert: Alert, summary: str) -> PublishedAlert:
    article = alert.article
    names = (visible_text.tidy(match.subscription.name) for match in alert.matches)
    return PublishedAlert(
        id=uuid.uuid5(uuid.NAMESPACE_URL, f"stichwort:{article.key}:{article.id}").urn,
        title=visible_text.headline(article),
        url=visible_text.address(article.url),
        summary=summary,
        source=visible_text.source(article),
        published_at=article.published_at,
        updated_at=article.updated_at or article.seen_at,
        keywords=tuple(dict.fromkeys(filter(None, names))),
    )
