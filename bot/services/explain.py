"""Explains why an article was reported or was not: which keywords match it, and what prevented an alert."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.core import archive, article, quiet_hours
from bot.core.alert_action import AlertActionRepository
from bot.core.archive import ArchiveRepository
from bot.core.article import Article
from bot.core.chat import Chat
from bot.core.delivery import rules
from bot.core.delivery.delivery import DeliveryState, UnsentReason
from bot.core.delivery.digest import DigestRepository
from bot.core.delivery.rules import Fate, StoryRepository
from bot.core.ids import ChatId, MessageId, ThreadId
from bot.core.ports import Clock
from bot.core.query import matcher, telling
from bot.core.query.matcher import Evidence
from bot.core.query.near_miss import NearMiss, find_near_miss
from bot.core.repositories import ArticleRepository, ChatRepository, SubscriptionRepository
from bot.core.source import Source, SourceRepository
from bot.core.subscription import Subscription
from bot.language.analyser import Analyser
from bot.services.alerts import document
from bot.services.in_flight import InFlight

_TELLING = 3


@dataclass(frozen=True, slots=True)
class QueryFinding:
    """A keyword that finds the article, and by what."""

    subscription: Subscription
    evidence: tuple[Evidence, ...]
    silenced: UnsentReason | None
    """Paused or muted at this moment."""


@dataclass(frozen=True, slots=True)
class QueryMiss:
    """A keyword that nearly finds the article."""

    subscription: Subscription
    miss: NearMiss


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All there is to say about an article and a receiver."""

    article: Article
    is_alert: bool
    """It was asked about an alert, and not about a link."""
    findings: tuple[QueryFinding, ...]
    misses: tuple[QueryMiss, ...] = ()
    """Where no keyword finds it."""
    telling: tuple[str, ...] = ()
    """Words of the article that would find it, where no keyword does."""
    fate: Fate | None
    """What became of it here; None where no alert is on record."""
    obstacles: tuple[UnsentReason, ...]
    """What stood in the way of an alert that is not on record, and what stands in the way now."""
    until: datetime | None
    """When what is held is to come, where that is known."""
    now: datetime
    zone: tzinfo
    """The reader's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainRepositories:
    """Where the facts of an explanation are stored."""

    archive: ArchiveRepository
    articles: ArticleRepository
    subscriptions: SubscriptionRepository
    chats: ChatRepository
    stories: StoryRepository
    sources: SourceRepository
    digests: DigestRepository
    actions: AlertActionRepository


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainService:
    """Explains articles to a receiver."""

    repositories: ExplainRepositories
    in_flight: InFlight
    analyser: Analyser
    clock: Clock
    max_age: timedelta
    timezone: str
    """For chats that have set none."""

    async def of_message(self, chat_id: ChatId, thread_id: ThreadId, message_id: MessageId) -> Explanation | None:
        """Explain an alert; None when the message is none, or too old to be remembered."""
        archived = self.repositories.archive
        found = await self.in_flight.find(chat_id, lambda: archived.find_alerted(chat_id, message_id))
        if found is None:
            return None
        fate = await self.repositories.stories.find_fate(chat_id, thread_id, found.key)
        is_its_own = fate is not None and fate.state is DeliveryState.SENT
        fate = fate if is_its_own else Fate(state=DeliveryState.SENT)
        return await self._of(chat_id, thread_id, found, fate, is_alert=True)

    async def of_link(self, chat_id: ChatId, thread_id: ThreadId, link: str) -> Explanation | None:
        """Explain the article at an address; None when no feed of the chat brought it."""
        found = await self.repositories.archive.find_by_links(article.link_keys(link), chat_id)
        if found is None:
            return None
        fate = await self.repositories.stories.find_fate(chat_id, thread_id, found.key)
        return await self._of(chat_id, thread_id, found, fate)

    async def _of(
        self, chat_id: ChatId, thread_id: ThreadId, found: Article, fate: Fate | None, *, is_alert: bool = False
    ) -> Explanation:
        chat = await self.repositories.chats.find(chat_id)
        there = await self.repositories.subscriptions.list_for(chat_id, thread_id)
        now = self.clock.now()
        findings = tuple(finding for subscription in there if (finding := self._find(subscription, found, now)))
        obstacles = [] if there or is_alert else [UnsentReason.NO_SUBSCRIPTION]
        if there and not findings and not is_alert:
            obstacles.append(UnsentReason.NO_MATCH)
        if fate is None:
            obstacles += await self._obstacles(chat_id, chat, found, findings, now)
            obstacles += await self._was_muted(chat_id, thread_id, found, findings)
        if fate is None or fate.state is not DeliveryState.HELD:
            is_paused = chat is not None and chat.paused_until is not None and chat.paused_until > now
            obstacles += [UnsentReason.PAUSE] if is_paused else []
        return Explanation(
            article=found,
            is_alert=is_alert,
            findings=findings,
            misses=() if findings or is_alert else tuple(self._find_misses(there, found)),
            telling=()
            if findings or is_alert
            else telling.list_telling(self.analyser, document(found), (), most=_TELLING),
            fate=fate,
            obstacles=tuple(obstacles),
            until=await self._until(chat, thread_id, fate, now),
            now=now,
            zone=quiet_hours.zone(chat.timezone if chat else None, self.timezone),
        )

    def _find(self, subscription: Subscription, found: Article, now: datetime) -> QueryFinding | None:
        if not subscription.query.is_readable:
            return None
        hit = matcher.explain(self.analyser, subscription.query, subscription.mode, document(found))
        if hit is None:
            return None
        silenced = UnsentReason.SUBSCRIPTION_PAUSED if subscription.paused else None
        if subscription.muted_until is not None and subscription.muted_until > now:
            silenced = UnsentReason.MUTED
        return QueryFinding(subscription, hit.evidence, silenced)

    def _find_misses(self, there: Sequence[Subscription], found: Article) -> Iterator[QueryMiss]:
        """Find the keywords of which a part is in the article, or that exclude it."""
        for subscription in there:
            if subscription.query.is_readable:
                miss = find_near_miss(self.analyser, subscription.query, subscription.mode, document(found))
                if miss is not None:
                    yield QueryMiss(subscription, miss)

    async def _was_muted(
        self, chat_id: ChatId, thread_id: ThreadId, found: Article, findings: Sequence[QueryFinding]
    ) -> list[UnsentReason]:
        """Say whether all keywords that find an article were muted when it came, and are no more."""
        if not findings or any(finding.silenced for finding in findings):
            return []
        mutes = await self.repositories.actions.list_mutes(chat_id, thread_id, found.updated_at or found.seen_at)
        muted = {before.number for action in mutes for before in action.subscriptions}
        return [UnsentReason.MUTED] if all(finding.subscription.number in muted for finding in findings) else []

    async def _obstacles(
        self, chat_id: ChatId, chat: Chat | None, found: Article, findings: Sequence[QueryFinding], now: datetime
    ) -> list[UnsentReason]:
        """List what kept an article from the queue, though a keyword may find it."""
        followed = await self.repositories.sources.list_for(chat_id, newest=False)
        source = next((source for source in followed if source.feed.id == found.feed_id), None)
        is_read = chat is None or found.language in (None, *archive.view(chat, now).languages)
        obstacles = [] if is_read else [UnsentReason.LANGUAGE]
        if source is not None and not source.is_followed:
            obstacles.append(UnsentReason.FEED_OFF)
        if findings:
            obstacles += self._of_time(source, found, findings)
        if findings and not obstacles and not await self.repositories.articles.is_announced(found.id):
            obstacles.append(UnsentReason.PENDING)
        return obstacles

    def _of_time(
        self, source: Source | None, found: Article, findings: Sequence[QueryFinding]
    ) -> Iterator[UnsentReason]:
        seen_at = found.updated_at or found.seen_at
        first = None if source is None else source.feed.first_success_at
        if found.age_when_seen > self.max_age:
            yield UnsentReason.TOO_OLD
        elif first is not None and seen_at <= first:
            yield UnsentReason.FIRST_POLL
        if all(finding.subscription.created_at > seen_at for finding in findings):
            yield UnsentReason.SUBSCRIBED_LATER

    async def _until(self, chat: Chat | None, thread_id: ThreadId, fate: Fate | None, now: datetime) -> datetime | None:
        """Say when what is held comes: at the end of the reader's own hours, or with his digest."""
        held = None if fate is None else fate.carrier or fate
        if chat is None or held is None or held.state is not DeliveryState.HELD:
            return None
        match held.reason:
            case UnsentReason.QUIET | UnsentReason.PAUSE:
                waits = rules.held_until(chat, self.timezone, now)
                return None if waits is None else waits[1]
            case UnsentReason.DIGEST:
                receiver = await self.repositories.digests.find(chat.id, thread_id)
                return None if receiver is None else receiver.next_due
            case _:
                return None
