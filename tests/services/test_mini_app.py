"""The Mini App changes what the chat's own commands change, for whom the bot answers there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pytest

from bot.core.chat import Authorization
from bot.core.delivery import schedule
from bot.core.errors import Refusal, StorageError
from bot.core.feed import FeedWish, Origin
from bot.core.ids import ChatId, FeedId, SubscriptionId, UserId
from bot.core.query import parser
from bot.core.query.matcher import Matcher
from bot.core.query.parser import MatchMode
from bot.core.subscription import Subscription, Urgency
from bot.language.analyser import Analyser
from bot.services.alerts import MatcherSync
from bot.services.feeds import FeedService
from bot.services.mini_app import (
    ChangeDone,
    MiniApp,
    ReaderSettings,
    SetQuietHours,
    SwitchDigestHour,
    SwitchKeyword,
    SwitchSource,
    TurnedAway,
)
from bot.services.subscriptions import SettingsService
from storage.store import Store
from tests.builders import MAIN
from tests.contracts.scenes import meet
from tests.fakes.clock import FakeClock
from tests.fakes.web import FakeWeb

ANNA, BERT = ChatId(1), ChatId(2)


@dataclass
class Door:
    """Who is let in, and how often."""

    authorization: Authorization = Authorization.WELCOME
    most: int = 30
    counts: Counter[UserId] = field(default_factory=Counter)
    error: StorageError | None = None

    async def authorize(self, user_id: UserId) -> Authorization:
        """Treat everybody alike, or fail."""
        if self.error is not None:
            raise self.error
        return self.authorization

    def takes(self, user_id: UserId) -> bool:
        """Count a request."""
        self.counts[user_id] += 1
        return self.counts[user_id] <= self.most


@pytest.fixture
def door() -> Door:
    """A door that is open."""
    return Door()


@pytest.fixture
async def app(store: Store, clock: FakeClock, analyser: Analyser, door: Door) -> MiniApp:
    """The Mini App, with a chat that was met and one source."""
    return await make_app(store, clock, analyser, door)


async def make_app(store: Store, clock: FakeClock, analyser: Analyser, door: Door) -> MiniApp:
    """Make the Mini App of a store in which one chat was met, with one source."""
    await meet(store, ANNA)
    await store.feeds.sync_catalogue(
        [FeedWish(url="https://a.example/rss", title="Aare-Bote", origin=Origin.CATALOGUE)], clock.now()
    )
    return MiniApp(
        settings_service=SettingsService(
            chats=store.chats,
            subscriptions=store.subscriptions,
            digests=store.digests,
            held=store.held,
            matcher_sync=MatcherSync(store.subscriptions, Matcher(analyser)),
            clock=clock,
            timezone="Europe/Zurich",
        ),
        feed_service=FeedService(feeds=store.feeds, sources=store.sources, discoverer=FakeWeb(), clock=clock),
        subscriptions=store.subscriptions,
        authorize=door.authorize,
        takes=door.takes,
        clock=clock,
        timezone="Europe/Zurich",
    )


async def subscribe(app: MiniApp, query: str, chat_id: ChatId = ANNA) -> Subscription:
    """Subscribe a chat."""
    return await app.subscriptions.add(
        chat_id,
        MAIN,
        parser.parse(query),
        MatchMode.COMPOUNDS,
        Urgency.INSTANT,
        limit=9,
        now=app.clock.now(),
    )


async def load(app: MiniApp) -> ReaderSettings:
    """Load what Anna sees."""
    view = await app.load(ANNA)
    assert view is not None
    return view


@pytest.mark.parametrize(
    ("authorization", "why"),
    [(Authorization.STRANGER, TurnedAway.STRANGER), (Authorization.BANNED, TurnedAway.BANNED)],
)
async def test_whom_the_bot_does_not_answer_is_not_let_in(
    app: MiniApp, door: Door, authorization: Authorization, why: TurnedAway
) -> None:
    """It is looked up at each request: a ban takes effect on a page that is open."""
    chat = await app.admit(UserId(1))
    assert not isinstance(chat, TurnedAway)
    door.authorization = authorization
    assert await app.admit(UserId(1)) is why


async def test_a_chat_that_is_not_known_is_not_made(app: MiniApp, store: Store) -> None:
    """Nobody wrote there, or it was forgotten: a page that is still open brings nothing back."""
    assert await app.admit(UserId(2)) is TurnedAway.NOT_STARTED
    assert await app.load(BERT) is None
    assert await store.chats.find(BERT) is None


async def test_requests_are_counted_per_person(app: MiniApp, door: Door) -> None:
    """One who asks too often holds up nobody else."""
    door.most = 2
    assert [isinstance(await app.admit(UserId(1)), TurnedAway) for _ in range(3)] == [False, False, True]
    assert await app.admit(UserId(1)) is TurnedAway.TOO_FAST
    assert await app.admit(UserId(2)) is TurnedAway.NOT_STARTED


async def test_a_keyword_is_switched_off_and_on(app: MiniApp) -> None:
    """As by its button in /list."""
    keyword = await subscribe(app, "Nordkorea")
    assert await app.change(ANNA, SwitchKeyword(keyword.id, is_on=False)) == ChangeDone()
    ((seen, _),) = (await load(app)).keywords
    assert seen.paused
    await app.change(ANNA, SwitchKeyword(keyword.id, is_on=True))
    ((seen, hits),) = (await load(app)).keywords
    assert (seen.paused, hits.week) == (False, 0)


async def test_what_belongs_to_another_chat_is_not_there(app: MiniApp, store: Store) -> None:
    """Ids are small numbers that anybody can guess."""
    await meet(store, BERT)
    theirs = await subscribe(app, "Geheim", BERT)
    own = await store.feeds.add(
        FeedWish(url="https://b.example/rss", title="Privat", origin=Origin.CHAT, owner=BERT), app.clock.now()
    )
    assert await app.change(ANNA, SwitchKeyword(theirs.id, is_on=False)) is None
    assert await app.change(ANNA, SwitchKeyword(SubscriptionId(999), is_on=False)) is None
    assert await app.change(ANNA, SwitchSource(own.id, is_on=False)) is None
    (kept,) = await store.subscriptions.list_for(BERT, MAIN)
    assert not kept.paused
    assert [source.feed.title for source in (await load(app)).sources] == ["Aare-Bote"]


async def test_a_source_is_switched_off_and_on(app: MiniApp) -> None:
    """As by its button in /feeds; one's own has no switch, it is removed."""
    (source,) = (await load(app)).sources
    await app.change(ANNA, SwitchSource(source.feed.id, is_on=False))
    assert [source.is_followed for source in (await load(app)).sources] == [False]
    await app.change(ANNA, SwitchSource(source.feed.id, is_on=True))
    assert [source.is_followed for source in (await load(app)).sources] == [True]
    assert await app.change(ANNA, SwitchSource(FeedId(999), is_on=True)) is None


async def test_quiet_hours_are_set_and_ended(app: MiniApp) -> None:
    """As by /quiet."""
    await app.change(ANNA, SetQuietHours((22 * 60, 7 * 60)))
    chat = (await load(app)).chat
    assert (chat.quiet_from, chat.quiet_to) == (22 * 60, 7 * 60)
    await app.change(ANNA, SetQuietHours(None))
    assert (await load(app)).chat.quiet_from is None


async def test_hours_of_the_digest_are_added_and_taken_away(app: MiniApp) -> None:
    """The first moves all keywords into it, as /digest does; without the last they come as before."""
    await subscribe(app, "Nordkorea")
    done = await app.change(ANNA, SwitchDigestHour(schedule.read("08:00"), is_on=True))
    assert done is not None
    assert done.digest_set is not None
    assert done.digest_set.is_moved
    await app.change(ANNA, SwitchDigestHour(schedule.read("mon-fri 07:30"), is_on=True))
    assert schedule.write((await load(app)).digest) == "08:00; mon-fri 07:30"
    await app.change(ANNA, SwitchDigestHour(schedule.read("08:00"), is_on=False))
    assert schedule.write((await load(app)).digest) == "mon-fri 07:30"
    await app.change(ANNA, SwitchDigestHour(schedule.read("mon-fri 07:30"), is_on=False))
    view = await load(app)
    assert (view.digest, view.keywords[0][0].urgency) == ((), Urgency.INSTANT)


async def test_too_many_hours_are_refused(app: MiniApp) -> None:
    """The limit is that of /digest."""
    for hour in range(schedule.MOST):
        await app.change(ANNA, SwitchDigestHour(schedule.read(f"{hour}:00"), is_on=True))
    with pytest.raises(Refusal, match="too_many"):
        await app.change(ANNA, SwitchDigestHour(schedule.read("23:30"), is_on=True))
    assert len((await load(app)).digest) == schedule.MOST
