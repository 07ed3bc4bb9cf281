"""Starter feeds: notices that no source of a chat is in its language, and adds suitable feeds on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.core import archive
from bot.core.archive import ArchiveRepository, ArchiveView
from bot.core.chat import Chat
from bot.core.errors import Refusal
from bot.core.feed import Feed, FeedState, FeedWish, Origin, address_key
from bot.core.ids import ChatId
from bot.core.ports import Clock
from bot.core.repositories import FeedRepository
from bot.core.source import Source, SourceRepository, spellings

_PAST = timedelta(days=30)
"""How far back articles are used to find the language of a source that does not declare it."""


@dataclass(frozen=True, slots=True)
class LanguageGap:
    """No source the chat follows is in the language it speaks and reads."""

    language: str
    offered: int
    """Starter feeds in this language that can be added or switched on for the chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterFeedsAdded:
    """What became of the starter feeds of one language."""

    language: str
    added: tuple[str, ...]
    """Titles of feeds that are the chat's own now."""
    switched_on: tuple[str, ...]
    """Titles of feeds of the catalogue that the chat follows again."""
    changed: int
    """Bit n is set where the n-th starter feed of the language is one of these; `undo` takes it."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One starter feed to be added, or (known) to be switched on."""

    index: int
    wish: FeedWish
    known: Source | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterFeeds:
    """Offers starter feeds to chats whose sources are not in their language."""

    feeds: FeedRepository
    sources: SourceRepository
    archive: ArchiveRepository
    clock: Clock
    starter: Mapping[str, Sequence[FeedWish]]
    """The starter feeds by language; their order must stay while buttons that name them by number are about."""
    is_open: bool
    """Whether readers may add feeds; operators always may."""
    most: int = 100
    """Feeds of its own that a chat may have."""

    async def find_gap(self, chat: Chat) -> LanguageGap | None:
        """Return the gap if no source the chat follows is in its language; None otherwise, or without any source."""
        if chat.language is None:
            return None
        if chat.language not in archive.view(chat, self.clock.now()).languages:
            return None
        seen = await self.sources.list_for(chat.id, newest=False)
        if not seen or await self._speak(chat.id, chat.language, seen):
            return None
        return LanguageGap(chat.language, len(self._plan(chat.language, seen)))

    async def add(self, chat_id: ChatId, language: str) -> StarterFeedsAdded:
        """Add the starter feeds of a language as the chat's own, and switch on those of the catalogue."""
        added, switched_on, changed = [], [], 0
        for step in self._plan(language, await self.sources.list_for(chat_id, newest=False)):
            known = step.known
            if known is None:
                made = await self._add(chat_id, step.wish)
                if isinstance(made, Feed):
                    added.append(made.title)
                    changed |= 1 << step.index
                    continue
                known = made
            if known is not None and not known.is_followed:
                await self.sources.choose(chat_id, [known.feed.id], followed=True)
                switched_on.append(known.feed.title)
                changed |= 1 << step.index
        return StarterFeedsAdded(language=language, added=tuple(added), switched_on=tuple(switched_on), changed=changed)

    async def undo(self, chat_id: ChatId, language: str, changed: int) -> int:
        """Undo what `add` changed, as far as it still exists; returns how many feeds that were."""
        there = _by_address(await self.sources.list_for(chat_id, newest=False))
        gone = 0
        for index, wish in enumerate(self.starter.get(language, ())):
            source = _at(there, wish.url)
            if not changed >> index & 1 or source is None or not source.is_followed:
                continue
            if source.is_own:
                await self.feeds.remove(source.feed.id, self.clock.now())
            else:
                await self.sources.choose(chat_id, [source.feed.id], followed=False)
            gone += 1
        return gone

    async def _speak(self, chat_id: ChatId, language: str, seen: Sequence[Source]) -> bool:
        """Return whether a followed source is, or may be, in this language; one that was never read may be."""
        followed = [source.feed for source in seen if source.is_followed and source.feed.state is not FeedState.GONE]
        spoken = {_language_of(feed) for feed in followed}
        if language in spoken:
            return True
        if None not in spoken:
            return False
        if any(_language_of(feed) is None and feed.first_success_at is None for feed in followed):
            return True
        return not await self.archive.is_empty(ArchiveView(chat_id, (language,), self.clock.now() - _PAST))

    def _plan(self, language: str, seen: Sequence[Source]) -> list[_Step]:
        """List the changes to be made, as far as the chat has room for feeds of its own."""
        there = _by_address(seen)
        room = self.most - sum(source.is_own for source in seen)
        steps = []
        for index, wish in enumerate(self.starter.get(language, ())):
            known = _at(there, wish.url)
            if known is None and room > 0:
                room -= 1
                steps.append(_Step(index, wish, None))
            elif known is not None and not known.is_followed and known.feed.state is not FeedState.GONE:
                steps.append(_Step(index, wish, known))
        return steps

    async def _add(self, chat_id: ChatId, wish: FeedWish) -> Feed | Source | None:
        """Add a feed; one that moved to another address may exist already."""
        try:
            return await self.feeds.add(replace(wish, origin=Origin.CHAT, owner=chat_id), self.clock.now())
        except Refusal as refusal:
            return await self.sources.find(chat_id, str(refusal.facts.get("url", "")))


def _language_of(feed: Feed) -> str | None:
    tag = feed.language or feed.declared_language
    return tag.partition("-")[0].lower() if tag else None


def _by_address(seen: Sequence[Source]) -> dict[str, Source]:
    return {address_key(source.feed.url): source for source in reversed(seen)}


def _at(there: Mapping[str, Source], url: str) -> Source | None:
    return next((there[key] for key in spellings(url) if key in there), None)
