"""Why an article was reported, or was not: each of a receiver's keywords judged again, beside what stood in the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.core import archive, article
from bot.core.archive import ArchiveRepository
from bot.core.article import Article
from bot.core.chat import Chat
from bot.core.delivery.delivery import DeliveryState
from bot.core.delivery.rules import Fate
from bot.core.ids import ChatId, MessageId, ThreadId
from bot.core.ports import Clock
from bot.core.query import matcher
from bot.core.query.matcher import Evidence
from bot.core.repositories import ChatRepository, StoryRepository, SubscriptionRepository
from bot.core.subscription import Subscription
from bot.language.analyser import Analyser
from bot.services.alerts import document


@dataclass(frozen=True, slots=True)
class QueryFinding:
    """A keyword that finds the article, and by what."""

    subscription: Subscription
    evidence: tuple[Evidence, ...]
    is_silenced: bool
    """Paused or muted at this moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All there is to say about an article and a receiver."""

    article: Article
    findings: tuple[QueryFinding, ...]
    has_keywords: bool
    is_read: bool
    """The chat reads the article's language."""
    is_paused: bool
    """The whole chat is paused."""
    is_late: bool
    """It was older than what is reported when we first saw it."""
    fate: Fate | None
    """What became of it here; None where no alert is on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainService:
    """Explains articles to a receiver."""

    archive: ArchiveRepository
    subscriptions: SubscriptionRepository
    chats: ChatRepository
    stories: StoryRepository
    analyser: Analyser
    clock: Clock
    max_age: timedelta

    async def of_message(self, chat_id: ChatId, thread_id: ThreadId, message_id: MessageId) -> Explanation | None:
        """Explain an alert; None when the message is none, or too old to be remembered."""
        found = await self.archive.find_alerted(chat_id, message_id)
        sent = Fate(state=DeliveryState.SENT)
        return None if found is None else await self._of(chat_id, thread_id, found, sent)

    async def of_link(self, chat_id: ChatId, thread_id: ThreadId, link: str) -> Explanation | None:
        """Explain the article at an address; None when no feed of the chat brought it."""
        found = await self.archive.find_by_links(article.link_keys(link), chat_id)
        if found is None:
            return None
        fate = await self.stories.find_fate(chat_id, thread_id, found.key)
        return await self._of(chat_id, thread_id, found, fate)

    async def _of(self, chat_id: ChatId, thread_id: ThreadId, found: Article, fate: Fate | None) -> Explanation:
        chat = await self.chats.find(chat_id)
        there = await self.subscriptions.list_for(chat_id, thread_id)
        now = self.clock.now()
        return Explanation(
            article=found,
            findings=tuple(finding for each in there if (finding := self._judge(each, found))),
            has_keywords=bool(there),
            is_read=chat is None or found.language in (None, *archive.view(chat, now).languages),
            is_paused=_is_paused(chat, self.clock),
            is_late=found.age_when_seen > self.max_age,
            fate=fate,
        )

    def _judge(self, subscription: Subscription, found: Article) -> QueryFinding | None:
        if not subscription.query.is_readable:
            return None
        hit = matcher.explain(self.analyser, subscription.query, subscription.mode, document(found))
        if hit is None:
            return None
        muted = subscription.muted_until is not None and subscription.muted_until > self.clock.now()
        return QueryFinding(subscription, hit.evidence, subscription.paused or muted)


def _is_paused(chat: Chat | None, clock: Clock) -> bool:
    return chat is not None and chat.paused_until is not None and chat.paused_until > clock.now()
