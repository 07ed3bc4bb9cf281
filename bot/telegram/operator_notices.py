"""
Notices to operators and feed owners: feeds that die and return, errors in the log, and faults of the database.

Faults of the database cannot be queued in it, so they are sent by calls that need no database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.core import hot_topic, quiet_hours
from bot.core.chat import ChatState
from bot.core.delivery.delivery import ChatMoved, DeliveryKind
from bot.core.delivery.outbox import DeliveryRepository
from bot.core.health import LoggedError
from bot.core.hot_topic import HotTopic
from bot.core.ids import ChatId, ThreadId, UserId
from bot.core.polling import FeedCondition, FeedHealth, FeedHealthNews
from bot.core.ports import Clock
from bot.core.repositories import ChatRepository
from bot.i18n import markup
from bot.i18n.catalog import Catalog, Translation
from bot.i18n.markup import Html, join
from bot.settings.model import Settings
from bot.telegram.api.client import CallFailed, CallPolicy, RetryingCaller
from bot.telegram.stored_replies import write_stored
from bot.telegram.text import health as health_text
from bot.telegram.text import hot_topics

_MOST = 10
_MAIN = ThreadId(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorNotices:
    """Queues notices to operators as deliveries, so that no restart loses one and rates are kept."""

    settings: Settings
    chats: ChatRepository
    outbox: DeliveryRepository
    catalog: Catalog
    clock: Clock

    async def tell(self, news: FeedHealthNews, key: str) -> None:
        """Tell the operators of everybody's feeds, and each reader of their own."""
        common = _only(news, None)
        if common.died or common.returned:
            for chat_id in await self._list_operators():
                await self._queue(chat_id, common, key, operator=True)
        owners = {health.feed.owner for health in (*news.died, *news.returned)} - {None}
        for owner in sorted(filter(None, owners)):
            await self._queue(owner, _only(news, owner), key, operator=False)

    async def tell_of_flood(self, chat_id: ChatId | None, delay: timedelta) -> None:
        """Tell the operators that Telegram will take nothing for a long time; they hear of it when it does again."""
        for operator in await self._list_operators():
            chat, now = await self.chats.find(operator), self.clock.now()
            translation = self.catalog.speak(chat.language if chat else None)
            hours = max(1, round(delay.total_seconds() / 3600))
            if chat_id is None:
                text = translation.t(
                    "Telegram accepted nothing from this bot for {hours} h. Nothing is lost.", hours=hours
                )
            else:
                text = translation.t(
                    "Telegram accepted nothing for one chat for {hours} h. Nothing is lost.", hours=hours
                )
            key = f"flood.{now:%Y-%m-%d}.{chat_id or 0}"
            await self.outbox.enqueue_notice(operator, _MAIN, key, markup.plain(text), now)

    async def tell_of_errors(self, errors: Sequence[LoggedError], key: str) -> None:
        """Tell the operators of errors in the log."""
        for operator in await self._list_operators():
            chat = await self.chats.find(operator)
            zone = quiet_hours.zone(chat.timezone if chat else None, self.settings.chats.timezone)
            text = health_text.errors(errors, self.catalog.speak(chat.language if chat else None), zone)
            await self.outbox.enqueue_notice(operator, _MAIN, key, markup.plain(text), self.clock.now())

    async def ask_for_channel(self, topic: HotTopic) -> bool:
        """Ask the operators for a channel about a topic; returns whether there is one who can be asked."""
        operators = await self._list_operators()
        for operator in operators:
            chat, now = await self.chats.find(operator), self.clock.now()
            words, buttons = hot_topics.question(topic, self.catalog.speak(chat.language if chat else None))
            key, payload = hot_topic.key_of(topic.query_id), write_stored(words, buttons)
            await self.outbox.enqueue_notice(operator, _MAIN, f"ask.{key}", payload, now, DeliveryKind.REPLY)
        return bool(operators)

    async def _list_operators(self) -> tuple[ChatId, ...]:
        """Give the chat the configuration names, else every operator who can be written to."""
        if self.settings.telegram.operator_chat:
            return (ChatId(self.settings.telegram.operator_chat),)
        operators = {*map(UserId, self.settings.telegram.operators), *await self.chats.list_operators()}
        found = [await self.chats.find(ChatId(operator)) for operator in sorted(operators)]
        return tuple(chat.id for chat in found if chat is not None and chat.state is ChatState.ACTIVE)

    async def _queue(self, chat_id: ChatId, news: FeedHealthNews, key: str, *, operator: bool) -> None:
        chat = await self.chats.find(chat_id)
        translation = self.catalog.speak(chat.language if chat else None)
        text = self._text(news, translation, operator=operator)
        await self.outbox.enqueue_notice(chat_id, _MAIN, key, markup.plain(text), self.clock.now())

    def _text(self, news: FeedHealthNews, translation: Translation, *, operator: bool) -> Html:
        lines = [self._died(health, translation, operator=operator) for health in news.died]
        lines += [translation.t("● {title} can be read again.", title=_title(health)) for health in news.returned]
        if len(lines) > _MOST:
            more = len(lines) - _MOST
            rest = translation.n("And one more source.", "And {count} more sources.", more)
            lines = [*lines[:_MOST], rest]
        return join("\n", lines)

    def _died(self, health: FeedHealth, translation: Translation, *, operator: bool) -> Html:
        now = self.clock.now()
        if health.condition(now) is FeedCondition.GONE:
            return translation.t(
                "✗ {title} is gone for good, says its publisher. It is not read any more.", title=_title(health)
            )
        since = translation.day(health.silent_since.date(), now.date())
        line = translation.t(
            "✗ {title} has not been readable since {day}. I will keep trying.", title=_title(health), day=since
        )
        return join(" ", [line, health.feed.error]) if operator and health.feed.error else line


def _only(news: FeedHealthNews, owner: ChatId | None) -> FeedHealthNews:
    def of(feeds: Iterable[FeedHealth]) -> tuple[FeedHealth, ...]:
        return tuple(health for health in feeds if health.feed.owner == owner)

    return FeedHealthNews(of(news.died), of(news.returned))


def _title(health: FeedHealth) -> str:
    return health.feed.title or health.feed.url


_CALL_TIMEOUT = timedelta(seconds=20)
"""How long one attempt may take; the next one follows soon after."""


@dataclass(kw_only=True)
class Alarm:
    """Sends to operators whose chats it keeps in memory, because the database may be damaged."""

    call: RetryingCaller
    catalog: Catalog
    chats: ChatRepository
    settings: Settings
    _languages: dict[ChatId, str | None] = field(default_factory=dict)
    """The operators' chats, each with its language."""
    _told: set[ChatId] = field(default_factory=set)

    def __post_init__(self) -> None:
        telegram = self.settings.telegram
        named = [telegram.operator_chat] if telegram.operator_chat else telegram.operators
        self._languages.update(dict.fromkeys(map(ChatId, named)))

    async def learn(self) -> None:
        """Load the operators' chats and languages; where the database fails the known ones stay."""
        stored = () if self.settings.telegram.operator_chat else await self.chats.list_operators()
        for chat_id in {*self._languages, *map(ChatId, stored)}:
            chat = await self.chats.find(chat_id)
            self._languages[chat_id] = chat.language if chat else None

    async def tell_of_damage(self) -> bool:
        """
        Tell each operator once that the database is damaged; returns whether all were told or cannot be.

        Operators are told independently, and one who cannot be told soon is left to the next attempt.
        """
        left = [chat_id for chat_id in self._languages if chat_id not in self._told]
        await asyncio.gather(*map(self._tell_of_damage, left))
        return self._told.issuperset(self._languages)

    async def _tell_of_damage(self, chat_id: ChatId) -> None:
        text = self.catalog.speak(self._languages[chat_id]).t(
            "My database is damaged; alerts and answers may no longer arrive. Stop the bot, keep a copy of the "
            "database, and repair it or restore the last backup."
        )
        policy = CallPolicy(chat=chat_id, counts=True, timeout=_CALL_TIMEOUT)
        result = await self.call(lambda account: account.send_text(chat_id, markup.plain(text), html=False), policy)
        match result:
            case CallFailed(outcome=ChatMoved(new_id)) if new_id not in self._languages:
                # Who keeps track of moves needs the database; for the rest of this process it is known here.
                self._languages[new_id] = self._languages.pop(chat_id)
                await self._tell_of_damage(new_id)
            case CallFailed(may_pass=True):
                pass  # the next attempt
            case _:
                self._told.add(chat_id)
