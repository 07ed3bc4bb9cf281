"""Where alerts of a private chat go that wants topics."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.core.chat import Chat
from bot.core.delivery.alert import Alert, Summary
from bot.core.delivery.delivery import Delivered, Delivery, Refused, RefusedReason, SendOutcome
from bot.core.delivery.rules import SentAlert
from bot.core.ids import ChatId, MessageId, ThreadId
from bot.core.subscription import Subscription
from bot.services.keyword_topics import TopicMessenger
from storage.store import Store
from tests.builders import NOW
from tests.contracts.scenes import add_feed, announce, claim, publish, subscribe

ANNA = ChatId(1)
NOTHING = Summary(())


@dataclass
class Telegram:
    """Opens topics as far as it is let, and notes into which threads messages go."""

    opens: bool = True
    names: list[str] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    threads: list[int] = field(default_factory=list)

    async def create(self, chat_id: ChatId, name: str) -> ThreadId | None:
        """Open a topic."""
        self.names.append(name)
        return ThreadId(100 + len(self.names)) if self.opens else None

    async def send_alert(self, delivery: Delivery, alert: Alert, summary: Summary) -> SendOutcome:
        """Take it, unless its topic is gone."""
        if delivery.thread_id in self.gone:
            return Refused(RefusedReason.THREAD_GONE, "message thread not found")
        self.threads.append(delivery.thread_id)
        return Delivered(MessageId(len(self.threads)))

    async def edit_alert(self, sent: SentAlert, alert: Alert, summary: Summary) -> SendOutcome:
        """Nothing is edited here."""
        raise NotImplementedError

    async def send_notice(self, delivery: Delivery, chat: Chat | None) -> SendOutcome:
        """Nothing else is sent here."""
        raise NotImplementedError


async def deliver(store: Store, telegram: Telegram, name: str, *, number: int = 1, has_topics: bool = True) -> None:
    """Let an article about North Korea alert a chat."""
    messenger = TopicMessenger(
        messenger=telegram, topics=store.keyword_topics, has_topics=lambda: has_topics, create=telegram.create
    )
    feed = await add_feed(store, name)
    (article,) = await publish(store, feed, name)
    await announce(store, article, await found(store, number))
    (delivery,) = await claim(store)
    alert = (await store.outbox.load_alerts([delivery]))[delivery.id]
    assert isinstance(await messenger.send_alert(delivery, alert, NOTHING), Delivered)


async def found(store: Store, number: int) -> Subscription:
    """Return the chat's only subscription, made when it is not there."""
    listed = await store.subscriptions.list_for(ChatId(number), ThreadId(0))
    return listed[0] if listed else await subscribe(store, number)


async def test_nothing_is_opened_where_topics_are_off_or_impossible(store: Store) -> None:
    """Neither for a chat that wants none, nor for a group, nor without the bot's own switch."""
    telegram = Telegram()
    await deliver(store, telegram, "a")
    await store.keyword_topics.switch(ANNA, NOW, is_on=True)
    await deliver(store, telegram, "b", has_topics=False)
    assert (telegram.threads, telegram.names) == ([0, 0], [])


async def test_a_topic_is_opened_once_and_used_again(store: Store) -> None:
    """It bears the name of the keyword."""
    telegram = Telegram()
    await subscribe(store)
    await store.keyword_topics.switch(ANNA, NOW, is_on=True)
    await deliver(store, telegram, "a")
    await deliver(store, telegram, "b")
    assert (telegram.threads, telegram.names) == ([101, 101], ["Nordkorea"])


async def test_a_deleted_topic_is_not_made_anew(store: Store) -> None:
    """Its alerts come into the chat, the first of them too."""
    telegram = Telegram()
    await subscribe(store)
    await store.keyword_topics.switch(ANNA, NOW, is_on=True)
    await deliver(store, telegram, "a")
    telegram.gone.add(101)
    await deliver(store, telegram, "b")
    telegram.gone.clear()
    await deliver(store, telegram, "c")
    assert (telegram.threads, telegram.names) == ([101, 0, 0], ["Nordkorea"])


async def test_where_telegram_opens_none_the_alert_comes_into_the_chat(store: Store) -> None:
    """And it is tried again with the next one."""
    telegram = Telegram(opens=False)
    await subscribe(store)
    await store.keyword_topics.switch(ANNA, NOW, is_on=True)
    await deliver(store, telegram, "a")
    telegram.opens = True
    await deliver(store, telegram, "b")
    assert telegram.threads == [0, 102]
