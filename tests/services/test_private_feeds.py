"""Private feeds: who gets what at which address."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.core.chat import AccessLevel, Chat, ChatState
from bot.core.delivery.alert import Alert, Summary, SummaryLine
from bot.core.ids import ChatId, UserId
from bot.services.private_feeds import FeedAddresses, PrivateFeeds
from bot.settings.model import TelegramSettings
from bot.telegram.access import Authorizer
from storage.store import Store, open_store
from tests.builders import NOW
from tests.contracts.scenes import meet, subscribe
from tests.contracts.test_private_feeds import deliver
from tests.fakes.clock import FakeClock

HERE, GROUP = ChatId(1), ChatId(-5)


class Summaries:
    """Sums up, and counts how often."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self, alert: Alert) -> Summary:
        """Give two lines."""
        self.count += 1
        return Summary((SummaryLine("Sie reden."), SummaryLine("Sie essen.")))


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """A store in memory."""
    opened = await open_store("sqlite://")
    yield opened
    await opened.close()


def make_feeds(store: Store, summaries: Summaries | None = None, *, access: str = "public") -> PrivateFeeds:
    """Make the service as the process does."""
    settings = TelegramSettings.model_validate({"access": access})
    return PrivateFeeds(
        repository=store.private_feeds,
        summarise=summaries or Summaries(),
        may_read=Authorizer.of(settings, store.chats, FakeClock()).is_welcome,
        clock=FakeClock(),
        public_url="https://news.example/bot/",
    )


def token_of(addresses: FeedAddresses) -> str:
    """Take the token out of an address."""
    return addresses.atom.removeprefix("https://news.example/bot/feeds/").removesuffix(".atom")


async def test_an_address_is_shown_again_and_stored_nowhere(store: Store) -> None:
    """Below the public address, for both formats."""
    chat, feeds = await meet(store), make_feeds(store)
    assert await feeds.find(HERE) is None

    made = await feeds.make(HERE)

    token = token_of(made)
    assert made.json == f"https://news.example/bot/feeds/{token}.json"
    assert await feeds.find(HERE) == made
    opened = await feeds.open(token)
    assert opened is not None
    assert (opened.chat, opened.addresses) == (chat, made)
    assert token not in str(await store.chats.list_rows(HERE))


async def test_a_new_address_or_none_ends_the_old_one_at_once(store: Store) -> None:
    """Each is another one."""
    await meet(store)
    feeds = make_feeds(store)
    first, second = await feeds.make(HERE), await feeds.make(HERE)
    assert first != second
    assert await feeds.open(token_of(first)) is None
    assert await feeds.open(token_of(second)) is not None

    assert await feeds.revoke(HERE)

    assert await feeds.open(token_of(second)) is None
    assert await feeds.find(HERE) is None
    assert not await feeds.revoke(HERE)


async def test_a_token_with_one_letter_changed_opens_nothing(store: Store) -> None:
    """Nor one of another installation."""
    await meet(store)
    feeds = make_feeds(store)
    token = token_of(await feeds.make(HERE))
    for place in range(len(token)):
        other = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert await feeds.open(other) is None
    assert await feeds.open(token + "A") is None
    assert await feeds.open("") is None


async def test_who_may_not_use_the_bot_reads_nothing(store: Store) -> None:
    """A banned person, and in a private bot a stranger; a group reads as long as the bot is in it."""
    await meet(store)
    await meet(store, GROUP)
    public, private = make_feeds(store), make_feeds(store, access="private")
    token, group = token_of(await public.make(HERE)), token_of(await public.make(GROUP))
    assert await public.open(token) is not None
    assert await private.open(token) is None
    await store.chats.set_access(UserId(HERE), AccessLevel.APPROVED, NOW)
    assert await private.open(token) is not None
    assert await private.open(group) is not None

    await store.chats.set_access(UserId(HERE), AccessLevel.BANNED, NOW)
    await store.chats.set_state(GROUP, ChatState.BLOCKED, NOW)

    assert await public.open(token) is None
    assert await public.open(group) is None
    await store.chats.set_state(GROUP, ChatState.ACTIVE, NOW)
    assert await public.open(group) is not None


async def test_a_feed_shows_alerts_as_plain_texts(store: Store) -> None:
    """With the keywords they came for; each is summed up once, however often the feed is asked for."""
    await subscribe(store)
    await deliver(store, "eins", "zwei")
    summaries = Summaries()
    feeds = make_feeds(store, summaries)
    opened = await feeds.open(token_of(await feeds.make(HERE)))
    assert opened is not None

    listed = [await feeds.list_items(await feeds.look(opened)) for _ in range(3)]

    assert listed[0] == listed[2]
    (newest, oldest) = listed[0]
    assert newest.title == "Nordkorea: zwei"
    assert (newest.url, newest.summary) == ("https://news.example/zwei", "Sie reden.\nSie essen.")
    assert (newest.keywords, newest.published_at) == (("Nordkorea",), oldest.published_at.replace(second=1))
    assert newest.id.startswith("urn:uuid:")
    assert newest.id != oldest.id
    assert summaries.count == 2


async def test_an_article_for_several_topics_is_one_entry(store: Store) -> None:
    """With the keywords of all of them: no two entries of a feed may have the same id."""
    wishes = [await subscribe(store, GROUP, name, thread=thread) for thread, name in ((5, "Nordkorea"), (6, "Kim"))]
    await meet(store, HERE)
    await deliver(store, "eins", wishes=wishes)
    feeds = make_feeds(store)
    opened = await feeds.open(token_of(await feeds.make(GROUP)))
    assert opened is not None

    (item,) = await feeds.list_items(await feeds.look(opened))

    assert sorted(item.keywords) == ["Kim", "Nordkorea"]


async def test_a_chat_with_a_copy_of_the_database_without_its_key_gets_a_new_address(store: Store) -> None:
    """An address that would lead nowhere is not shown."""
    chat: Chat = await meet(store)
    feeds = make_feeds(store)
    await feeds.make(chat.id)
    await store.key_value.set("private_feeds.key", "00" * 32)
    assert await feeds.find(chat.id) is None
    assert await feeds.open(token_of(await feeds.make(chat.id))) is not None
