"""
Gives a chat all that is stored of it, and takes it back: settings, sources and keywords.

Each part of what is taken back is one transaction, and says what became of it. So an import that was interrupted is
simply done again: what it had stored is there already then.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, islice
from typing import Any, assert_never

from bot.core import portable
from bot.core.chat import Chat
from bot.core.delivery import schedule
from bot.core.delivery.digest import DigestRepository
from bot.core.errors import Refusal
from bot.core.feed import Feed, FeedWish, Origin, address_key, host_of
from bot.core.ids import ChatId, ThreadId
from bot.core.portable import (
    MOST_BYTES,
    MOST_PARTS,
    ChatContents,
    ContentKind,
    DigestPart,
    KeywordPart,
    PortablePart,
    SavedPart,
    SettingPart,
    SourcePart,
    UnreadablePart,
)
from bot.core.ports import Clock
from bot.core.repositories import ChatRepository, StoredQuery, SubscriptionRepository
from bot.core.saved import MOST_SAVED, SavedArticleRepository
from bot.core.shared_list import SharedListRepository
from bot.core.source import Source, SourceRepository, without_password
from bot.services.alerts import MatcherSync
from bot.services.feeds import FeedService
from bot.services.subscriptions import FullChat, SettingsService


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file to send."""

    name: str
    content: bytes


WriteOpml = Callable[[Sequence[Feed]], bytes]
_END = 1_000
"""Characters in which an OPML that is whole has its end."""
ReadOpml = Callable[[bytes], Iterable[tuple[str, str]]]
"""Returns addresses and titles; raises `ValueError` for what is no OPML."""
FindDamage = Callable[[bytes], tuple[int, int] | None]
"""Returns the line and column from which on an OPML is damaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportService:
    """Writes what a chat has stored."""

    chats: ChatRepository
    subscriptions: SubscriptionRepository
    digests: DigestRepository
    sources: SourceRepository
    saved: SavedArticleRepository
    shared_lists: SharedListRepository
    clock: Clock
    write_opml: WriteOpml

    async def __call__(self, chat: Chat) -> tuple[ExportFile, ...]:
        """
        Return the files: everything as JSON, and the sources as OPML.

        Where everything is more than an import takes, what only documents the past is in a file of its own.
        """
        now = self.clock.now()
        contents = ChatContents(
            chat=chat,
            digests={each.thread_id: each.digest or "" for each in await self.digests.list_of(chat.id)},
            sources=await self.sources.list_for(chat.id, newest=False),
            subscriptions=await self.subscriptions.list_all_of(chat.id),
            saved=await self.saved.list_all(chat.id),
            shared_lists=await self.shared_lists.list_all_of(chat.id),
            rows=await self.chats.list_rows(chat.id),
        )
        name = f"stichwort-{now:%Y-%m-%d}"
        document = portable.document(contents, now)
        files = [ExportFile(f"{name}.json", await asyncio.to_thread(_dump, document))]
        if len(files[0].content) > MOST_BYTES:
            past = {"stored": document.pop("stored")}
            files = [
                ExportFile(f"{name}.json", _dump(document)),
                ExportFile(f"{name}-stored.json", await asyncio.to_thread(_dump, past)),
            ]
        return (*files, ExportFile(f"{name}.opml", self.write_opml(_followed(contents.sources))))


def _followed(sources: Iterable[Source]) -> tuple[Feed, ...]:
    """List the feeds that are followed; what the operator pays for with a password stays with the operator."""
    followed = [source for source in sources if source.is_followed]
    return tuple(
        source.feed if source.is_own else replace(source.feed, url=without_password(source.feed.url))
        for source in followed
    )


def _dump(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8", "replace")


class ImportOutcome(StrEnum):
    """What became of one part of an import."""

    ADDED = "added"
    KNOWN = "known"
    """It was there already, or set so."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedPart:
    """One line of the report."""

    part: PortablePart
    outcome: ImportOutcome
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of each part, in the order of the file."""

    kind: ContentKind
    parts: tuple[ImportedPart, ...]
    is_cut: bool = False
    """The file goes on; no more of it was read."""

    def count(self, outcome: ImportOutcome) -> int:
        """Count the parts with this outcome."""
        return sum(part.outcome is outcome for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPolicy:
    """What an import may change."""

    max_subscriptions: int
    may_add_feeds: bool
    languages: tuple[str, ...]
    """Languages the bot speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRepositories:
    """Where an import stores what needs no service."""

    chats: ChatRepository
    subscriptions: SubscriptionRepository
    saved: SavedArticleRepository


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportService:
    """Takes back what a chat brings, part by part."""

    repositories: ImportRepositories
    feed_service: FeedService
    settings_service: SettingsService
    matcher_sync: MatcherSync
    clock: Clock
    read_opml: ReadOpml
    find_damage: FindDamage
    policy: ImportPolicy

    async def __call__(self, chat_id: ChatId, thread_id: ThreadId, content: bytes) -> ImportReport:
        """Store what is in a file; raises `Refusal` for a file of which nothing can be read."""
        kind, text = portable.decode(content)
        parts = await asyncio.to_thread(self._read, kind, text, (chat_id, thread_id))
        if not parts:
            raise Refusal("import.empty")
        taken: list[ImportedPart] = []
        full: FullChat | None = None
        for part in parts[:MOST_PARTS]:
            if full is not None and isinstance(part, KeywordPart) and part.thread_id == thread_id:
                taken.append(_refuse(part, full.refuse_query(part.wish.query)))
                continue
            taken.append(await self._take(chat_id, part))
            refusal = taken[-1].refusal
            if full is None and refusal is not None and refusal.reason == FullChat.REASON:
                there = await self.repositories.subscriptions.list_for(chat_id, thread_id)
                full = FullChat(refusal, there)
        return ImportReport(kind=kind, parts=tuple(taken), is_cut=len(parts) > MOST_PARTS)

    def _read(self, kind: ContentKind, text: str, place: tuple[ChatId, ThreadId]) -> list[PortablePart]:
        return list(islice(self._parts(kind, text, place), MOST_PARTS + 1))

    def _parts(self, kind: ContentKind, text: str, place: tuple[ChatId, ThreadId]) -> Iterator[PortablePart]:
        chat_id, thread_id = place
        match kind:
            case ContentKind.DOCUMENT:
                return portable.read_document(text, chat_id, thread_id)
            case ContentKind.WORDS:
                return portable.read_words(text, thread_id)
            case ContentKind.OPML:
                return self._read_sources(text)
            case _:
                assert_never(kind)

    def _read_sources(self, text: str) -> Iterator[PortablePart]:
        """Read what can be read of an OPML, and say from where on it is damaged, if it ends there or has no source."""
        content = text.encode("utf-8", "replace")
        try:
            listed = tuple(self.read_opml(content))
        except ValueError:
            raise Refusal("import.kind") from None
        is_whole = "</opml" in text[-_END:].lower()
        damage = None if listed and is_whole else self.find_damage(content)
        refusal = Refusal("import.opml", line=damage[0], column=damage[1]) if damage else None
        if refusal is not None and not listed:
            raise refusal
        missed = (UnreadablePart(text="OPML", refusal=refusal),) if refusal is not None else ()
        return chain(portable.read_sources(listed), missed)

    async def _take(self, chat_id: ChatId, part: PortablePart) -> ImportedPart:
        try:
            outcome = await self._store(chat_id, part)
        except Refusal as refusal:
            return _refuse(part, refusal)
        return ImportedPart(part=part, outcome=outcome)

    async def _store(self, chat_id: ChatId, part: PortablePart) -> ImportOutcome:
        match part:
            case UnreadablePart():
                raise part.refusal
            case SettingPart():
                return await self._set(chat_id, part)
            case DigestPart():
                return await self._set_digest(chat_id, part)
            case SourcePart():
                return await self._follow(chat_id, part)
            case KeywordPart():
                return await self._subscribe(chat_id, part)
            case SavedPart():
                return await self._save(chat_id, part)
            case _:
                assert_never(part)

    async def _set(self, chat_id: ChatId, part: SettingPart) -> ImportOutcome:
        if part.changes.get("language", self.policy.languages[0]) not in self.policy.languages:
            raise Refusal("import.value", name=part.name)
        chat = await self.repositories.chats.find(chat_id)
        if chat is None or replace(chat, **part.changes) == chat:
            return ImportOutcome.KNOWN
        if "timezone" in part.changes:
            await self.settings_service.set_timezone(chat_id, part.changes["timezone"])
        else:
            await self.repositories.chats.save_settings(replace(chat, **part.changes), self.clock.now())
        return ImportOutcome.ADDED

    async def _set_digest(self, chat_id: ChatId, part: DigestPart) -> ImportOutcome:
        planned = schedule.read(part.hours)
        known = await self.settings_service.receiver(chat_id, part.thread_id)
        if known is not None and known.digest == schedule.write(planned):
            return ImportOutcome.KNOWN
        await self.settings_service.restore_digest(chat_id, part.thread_id, planned)
        return ImportOutcome.ADDED

    async def _follow(self, chat_id: ChatId, part: SourcePart) -> ImportOutcome:
        """Follow a source without reading it first: its first poll does, and tells when it cannot be read for long."""
        sources = self.feed_service.sources
        there = await sources.list_for(chat_id, newest=False)
        key = address_key(without_password(part.url))
        known = next((each for each in there if address_key(without_password(each.feed.url)) == key), None)
        known = known or await sources.find(chat_id, part.url)
        if known is not None and (known.is_own or known.is_followed == part.followed):
            return ImportOutcome.KNOWN
        if known is not None:
            await sources.choose(chat_id, [known.feed.id], followed=part.followed)
            return ImportOutcome.ADDED
        if not part.followed:
            raise Refusal("import.no_such_source")
        if not self.policy.may_add_feeds:
            raise Refusal("feed.closed")
        if sum(source.is_own for source in there) >= self.feed_service.most:
            raise Refusal("feed.limit", limit=self.feed_service.most)
        wish = FeedWish(
            url=part.url,
            title=part.title or host_of(part.url),
            language=part.language,
            origin=Origin.CHAT,
            owner=chat_id,
        )
        await self.feed_service.feeds.add(wish, self.clock.now())
        return ImportOutcome.ADDED

    async def _subscribe(self, chat_id: ChatId, part: KeywordPart) -> ImportOutcome:
        subscription = await self.repositories.subscriptions.restore(
            chat_id, part.thread_id, part.wish, limit=self.policy.max_subscriptions, now=self.clock.now()
        )
        self.matcher_sync.learn(StoredQuery(subscription.query_id, subscription.query, subscription.mode))
        return ImportOutcome.ADDED

    async def _save(self, chat_id: ChatId, part: SavedPart) -> ImportOutcome:
        is_new = await self.repositories.saved.add(chat_id, part.article, limit=MOST_SAVED, now=self.clock.now())
        return ImportOutcome.ADDED if is_new else ImportOutcome.KNOWN


def _refuse(part: PortablePart, refusal: Refusal) -> ImportedPart:
    known = refusal.reason in ("subscription.exists", "feed.exists")
    return ImportedPart(part=part, outcome=ImportOutcome.KNOWN if known else ImportOutcome.REFUSED, refusal=refusal)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferServices:
    """Both ways a chat's data goes."""

    give: ExportService
    take: ImportService
