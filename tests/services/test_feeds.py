"""
Adding sources and giving them up: what becomes of an address somebody typed.

Operators hear of a feed's death once, and of its return.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.core.chat import ChatKind
from bot.core.errors import StorageError
from bot.core.feed import Feed, FeedState, FeedWish, Fetched, FetchProblem, Origin, ParsedFeed
from bot.core.ids import ChatId, UserId
from bot.core.process_state import SoleLeader
from bot.core.repositories import FinishedPoll
from bot.core.source import is_address, read_address, without_password
from bot.core.web_page import FeedLink, FeedsNamed, NothingFound
from bot.i18n.catalog import Catalog
from bot.services.feeds import FeedChoice, FeedHealthNotices, FeedService, Followed, FollowedBefore, NotFollowed
from bot.settings.model import Settings, TelegramSettings
from bot.telegram.operator_notices import OperatorNotices
from storage.store import Store
from tests.contracts.scenes import add_feed, claim, meet, poll
from tests.fakes.clock import FakeClock
from tests.fakes.counters import FakeCounters
from tests.fakes.publishers import fetched
from tests.fakes.unsteady_store import Unsteady
from tests.fakes.web import FakeWeb
from tests.services.polling_desk import open_desk

URL = "https://news.example/rss"


@dataclass
class Shelter:
    """Takes in what was read, or breaks."""

    taken: list[str] = field(default_factory=list)
    error: Exception | None = None

    async def __call__(self, feed: Feed, fetched: Fetched, parsed: ParsedFeed) -> None:
        """Note it."""
        if self.error:
            raise self.error
        self.taken.append(feed.url)


@pytest.fixture
def web() -> FakeWeb:
    """A web with one feed."""
    made = FakeWeb()
    made.put(URL, "News")
    return made


def make(store: Store, web: FakeWeb, clock: FakeClock, shelter: Shelter | None = None, most: int = 100) -> FeedService:
    """Wire it."""
    return FeedService(
        feeds=store.feeds, sources=store.sources, discoverer=web, clock=clock, take_in=shelter or Shelter(), most=most
    )


def wish(url: str = URL, chat: int | None = 1, **changes: object) -> FeedWish:
    """Wish for a feed, as a chat or as the operator."""
    owner = None if chat is None else ChatId(chat)
    made = FeedWish(url=url, origin=Origin.OPERATOR if chat is None else Origin.CHAT, owner=owner)
    return replace(made, **changes)  # type: ignore[arg-type] # fields of a wish


async def test_what_was_read_is_taken_in_and_a_store_that_is_away_delays_it_only(
    store: Store, web: FakeWeb, clock: FakeClock
) -> None:
    """The feed is added either way; its first poll does what is missing."""
    shelter = Shelter()
    assert isinstance(await make(store, web, clock, shelter)(wish()), Followed)
    assert shelter.taken == [URL]
    broken = make(store, web, clock, Shelter(error=StorageError("away")))
    web.put("https://other.example", "Other")
    assert isinstance(await broken(wish("other.example")), Followed)
    assert [feed.title for feed in await store.feeds.list_all()] == ["News", "Other"]


async def test_each_refusal_has_its_reason(store: Store, web: FakeWeb, clock: FakeClock) -> None:
    """A reader's say no more than he may know; the operator gets the detail."""
    follow = make(store, web, clock, most=1)
    web.there["https://page.example"] = NothingFound(FetchProblem.NOT_A_FEED, "This is a web page.")
    web.there["https://list.example"] = FeedsNamed((FeedLink(URL, "News"), FeedLink(f"{URL}/2", "")))
    found = [await follow(wish(url)) for url in ("no address", "page.example", "gone.example", URL, "more.example")]

    assert [each.refusal.reason if isinstance(each, NotFollowed) else "" for each in found] == [
        "feed.address",
        "feed.none",
        "feed.unreadable",
        "",
        "feed.limit",
    ]
    assert isinstance(await follow(wish("list.example", None)), FeedChoice)
    assert [each.url for each in web.asked].count("https://more.example") == 0


async def test_what_is_there_is_not_added_again(store: Store, web: FakeWeb, clock: FakeClock) -> None:
    """Whether it stands at the address itself or behind a redirect; a chat's own feed is no hindrance to all others."""
    follow = make(store, web, clock)
    web.put("https://old.example", "News", at=URL)
    await meet(store, 1)
    assert isinstance(await follow(wish()), Followed)
    assert isinstance(await follow(wish(URL + "/")), FollowedBefore)
    assert isinstance(await follow(wish("old.example")), FollowedBefore)
    assert isinstance(await follow(wish(chat=2)), Followed)
    assert isinstance(await follow(wish(chat=None)), Followed)
    assert isinstance(await follow(wish("https://old.example", chat=3)), FollowedBefore)


async def test_only_what_one_sees_can_be_switched_or_removed(store: Store, web: FakeWeb, clock: FakeClock) -> None:
    """Feeds of everybody are switched, own ones removed; those of others are as good as none."""
    follow = make(store, web, clock)
    await meet(store, 1)
    common = await add_feed(store)
    result = await follow(wish())
    assert isinstance(result, Followed)
    own = result.feed

    assert await follow.remove(ChatId(1), common.id) is None
    assert await follow.switch(ChatId(1), own.id, followed=False) is None
    assert await follow.remove(ChatId(2), own.id) is None
    switched = await follow.switch(ChatId(1), common.id, followed=False)
    assert switched is not None
    assert not switched.is_followed
    assert await follow.remove(ChatId(1), own.id) is not None
    assert await follow.remove(ChatId(1), own.id) is None


async def test_a_feed_that_was_just_read_is_not_asked_for_again(
    store: Store, clock: FakeClock, counters: FakeCounters
) -> None:
    """Looking at it was its first poll: silent, and the next is due an interval later."""
    desk = open_desk(store, clock, counters)
    feed = await desk.add()
    document = fetched(["alt"])
    parsed = await desk.parser.parse(document)
    assert isinstance(parsed, ParsedFeed)

    assert desk.poll.reserve(feed.id)
    assert not desk.poll.reserve(feed.id)
    assert await desk.round() == 0
    await desk.poll.meet(feed, document, parsed)

    assert await desk.round() == 0
    assert desk.fetcher.asked == []
    assert await desk.waiting() == []
    assert [each.title for each in await desk.articles()] == ["Nordkorea: alt"]
    assert (await desk.look(feed)).first_success_at is not None
    desk.fetcher.answer(feed, fetched(["neu", "alt"]))
    assert await desk.round(seconds=61) == 1
    assert await desk.waiting() == [("neu", False)]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" <https://a.example/x> ", "https://a.example/x"),
        ("a.example", "https://a.example"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("ftp://a.example", None),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("https://[x", None),
        ("https://a.example:99999/", None),
        ("zwei Wörter.de", None),
        ("keinpunkt", None),
        ("https://a.example/" + "x" * 1000, None),
        ("", None),
    ],
)
def test_what_counts_as_an_address(typed: str, read: str | None) -> None:
    """Completed where only its beginning is missing; nothing but the web."""
    assert read_address(typed) == read


def test_small_matters_of_addresses() -> None:
    """A bare host is an address, a name with a full stop is none; passwords are for nobody's eyes."""
    assert is_address("https://a.example")
    assert is_address("www.a.example")
    assert is_address("srf.ch")
    assert not is_address("Node.js")
    assert not is_address("u.s.w.")
    assert not is_address("https://zwei wörter")
    assert without_password("https://anna:geheim@a.example:8080/x?y=1#z") == "https://a.example:8080/x?y=1#z"
    assert without_password("https://[x") == ""


class Desk:
    """Everything around the warnings."""

    def __init__(self, store: Store, clock: FakeClock, **telegram: object) -> None:
        self.store, self.clock, self.key_value = store, clock, Unsteady(store.key_value)
        settings = Settings.model_construct(telegram=TelegramSettings(**telegram))  # type: ignore[arg-type]
        warnings = OperatorNotices(
            settings=settings, chats=store.chats, outbox=store.outbox, catalog=Catalog.load(), clock=clock
        )
        self.warn = FeedHealthNotices(
            status=store.status, key_value=self.key_value, clock=clock, leadership=SoleLeader(), tell=warnings.tell
        )

    async def fail(self, feed: Feed, failures: int, state: FeedState = FeedState.FAILING, error: str = "No.") -> None:
        """Let polls have failed until now."""
        failed = replace(feed, state=state, failures=failures, error=error, last_polled_at=self.clock.now())
        await self.store.feeds.finish_poll(FinishedPoll(feed=failed), self.clock.now())

    async def told(self) -> list[tuple[int, str]]:
        """Look, and give what is queued for whom."""
        await self.warn()
        return [(each.chat_id, each.payload) for each in await claim(self.store, now=self.clock.now())]


async def test_a_death_and_a_return_are_told_once(store: Store, clock: FakeClock) -> None:
    """To the operators who can be written to, each in their language; not for a blip."""
    for number, language in ((7, "de"), (8, "en")):
        await store.chats.meet(ChatId(number), ChatKind.PRIVATE, language, clock.now())
        await store.chats.set_operator(UserId(number), True, clock.now())
    desk = Desk(store, clock, operators=(9,))
    feed = await add_feed(store, "srf")
    await poll(store, replace(feed, first_success_at=clock.now()))
    (feed,) = await store.feeds.list_all()

    clock.move(hours=5)
    await desk.fail(feed, 9)
    assert await desk.told() == []
    clock.move(days=3)
    await desk.fail(feed, 20, error="The server did not answer.")
    assert await desk.told() == [
        (7, "✗ SRF ist seit dem 5. Jan. nicht lesbar. Ich versuche es weiter. The server did not answer."),
        (8, "✗ SRF has not been readable since 5 Jan. I will keep trying. The server did not answer."),
    ]
    assert await desk.told() == []

    await poll(store, replace(feed, failures=0), now=clock.now())
    assert await desk.told() == [(7, "● SRF ist wieder lesbar."), (8, "● SRF can be read again.")]
    assert await desk.told() == []


async def test_a_kill_right_after_telling_tells_nobody_twice(store: Store, clock: FakeClock) -> None:
    """The chat of the configuration gets it, whoever the operators are."""
    desk = Desk(store, clock, operators=(9,), operator_chat=-100)
    await desk.fail(await add_feed(store, "srf"), 1, FeedState.GONE)
    desk.key_value.break_before("set")

    with pytest.raises(StorageError):
        await desk.warn()
    assert await desk.told() == [
        (-100, "✗ SRF is gone for good, says its publisher. It is not read any more."),
    ]


async def test_a_reader_hears_of_their_own_feed_and_nobody_else(store: Store, clock: FakeClock) -> None:
    """What answered is not told; many feeds are one message."""
    await store.chats.meet(ChatId(5), ChatKind.PRIVATE, "en", clock.now())
    desk = Desk(store, clock, operator_chat=-100)
    own = await add_feed(store, "own", origin=Origin.CHAT, owner=ChatId(5))
    await desk.fail(own, 9)
    for number in range(12):
        await desk.fail(await add_feed(store, f"f{number:02}"), 1, FeedState.GONE)
    clock.move(days=3)

    told = dict(await desk.told())

    assert told[5] == "✗ OWN has not been readable since 5 Jan. I will keep trying."
    assert told[-100].count("\n") == 10
    assert told[-100].endswith("And 2 more sources.")
    assert "OWN" not in told[-100]
    await store.feeds.remove(own.id, clock.now())
    clock.move(seconds=timedelta(minutes=1).total_seconds())
    assert await desk.told() == []
