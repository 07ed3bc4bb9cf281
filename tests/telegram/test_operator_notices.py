"""What operators are told when the database cannot be used for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.app.watchdog import DamageWatch
from bot.core.chat import ChatKind
from bot.core.delivery.rate_limit import RateLimiter, RatePolicy
from bot.core.health import LoggedError
from bot.core.ids import ChatId, UserId
from bot.core.process_state import DatabaseState, SoleLeader
from bot.demo.telegram_server.chats import SimulatedChatType
from bot.demo.telegram_server.clock import ServerClock
from bot.demo.telegram_server.faults import Effect
from bot.demo.telegram_server.server import Server
from bot.i18n.catalog import Catalog
from bot.settings.model import Settings
from bot.telegram.api.client import BotClient, RetryingCaller
from bot.telegram.api.rate_limiter import TelegramRateLimiter
from bot.telegram.operator_notices import Alarm, OperatorNotices
from storage.store import Store, open_store
from tests.builders import NOW
from tests.fakes.clock import FakeClock


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A Telegram of our own."""
    async with Server() as server:
        yield server
        assert server.violations == []


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """A store that is closed when the damage is met."""
    store = await open_store("sqlite://")
    yield store
    await store.close()


def make_caller(account: BotClient, clock: FakeClock) -> RetryingCaller:
    """Make a caller whose waiting moves the clock."""

    async def pause(seconds: float) -> None:
        clock.move(seconds=seconds)
        await asyncio.sleep(0)

    rate_limiter = TelegramRateLimiter(RateLimiter(RatePolicy()), clock, pause)
    return RetryingCaller(account, rate_limiter, clock, pause=pause)


async def make_alarm(server: Server, store: Store, clock: FakeClock, **telegram: object) -> Alarm:
    """Open an account and learn who the operators are."""
    account = BotClient(server.url, server.token)
    await account.open()
    settings = Settings.model_validate({"telegram": {"token": server.token, **telegram}})
    alarm = Alarm(
        call=make_caller(account, clock),
        catalog=Catalog.load(),
        chats=store.chats,
        settings=settings,
    )
    await alarm.learn()
    return alarm


async def test_each_operator_is_told_once_in_his_language_without_the_database(
    server: Server, store: Store, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Those of the configuration and those stored; who cannot be written to holds up nobody."""
    olga, otto, anna = (server.person(name) for name in ("Olga", "Otto", "Anna"))
    for person in (olga, otto, anna):
        person.say("/start")
    await store.chats.meet(ChatId(otto.chat.id), ChatKind.PRIVATE, "de", NOW)
    await store.chats.set_operator(UserId(otto.id), True, NOW)
    alarm = await make_alarm(server, store, clock, operators=[olga.id, 999])
    await store.close()
    state = DatabaseState()
    watch = DamageWatch(state=state, leadership=SoleLeader(), alarm=alarm)
    await watch()
    assert not server.calls.of("sendMessage")

    state.met_damage("the database is damaged: page 7")
    server.fault(Effect.RESET, "sendMessage", times=1, chat_id=olga.chat.id)
    for _ in range(4):
        clock.move(seconds=5)
        await watch()
    await alarm.call.account.close_all()

    assert [message.text.startswith("My database is damaged") for message in olga.chat.received] == [True]
    assert [message.text.startswith("Meine Datenbank ist beschädigt") for message in otto.chat.received] == [True]
    assert anna.chat.received == ()
    lines = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.getMessage() for record in lines] == ["database.damaged"]


async def test_an_operator_in_a_flood_keeps_no_other_waiting_and_is_told_after_it(
    store: Store, clock: FakeClock
) -> None:
    """He is asked once, and not every few seconds, for as long as Telegram said."""
    async with Server(clock=ServerClock(ticks=clock.monotonic)) as server:
        await _one_in_a_flood(server, store, clock)


async def _one_in_a_flood(server: Server, store: Store, clock: FakeClock) -> None:
    olga, otto = server.person("Olga"), server.person("Otto")
    for person in (olga, otto):
        person.say("/start")
    alarm = await make_alarm(server, store, clock, operators=[olga.id, otto.id])
    server.fault(Effect.FLOOD, "sendMessage", chat_id=olga.id, seconds=3600)
    before = clock.monotonic()
    for _ in range(12):
        assert not await alarm.tell_of_damage()
        clock.move(seconds=5)
    assert clock.monotonic() - before < 120, "nobody slept through the flood"
    assert (len(olga.chat.received), len(otto.chat.received)) == (0, 1)
    assert len(server.calls.of("sendMessage")) == 2

    clock.move(hours=1)
    assert await alarm.tell_of_damage()
    await alarm.call.account.close_all()
    assert (len(olga.chat.received), len(otto.chat.received)) == (1, 1)


async def test_an_operators_chat_that_moved_is_told_at_its_new_place(
    server: Server, store: Store, clock: FakeClock
) -> None:
    """The database, which would know of the move, is what is damaged."""
    olga = server.person("Olga")
    group = server.group("Betrieb", olga, kind=SimulatedChatType.GROUP)
    alarm = await make_alarm(server, store, clock, operator_chat=group.chat.id)
    new = group.upgrade(told=False)
    assert await alarm.tell_of_damage()
    assert await alarm.tell_of_damage()
    await alarm.call.account.close_all()
    assert [message.text.startswith("My database is damaged") for message in new.chat.received] == [True]


async def test_the_operators_chat_is_told_where_there_is_one(server: Server, store: Store, clock: FakeClock) -> None:
    """And the process that does not speak for the bot tells nobody."""
    olga, otto = server.person("Olga"), server.person("Otto")
    for person in (olga, otto):
        person.say("/start")
    alarm = await make_alarm(server, store, clock, operators=[olga.id], operator_chat=otto.chat.id)
    state = DatabaseState()
    state.met_damage("the database is damaged")
    watch = DamageWatch(state=state, leadership=Elsewhere(), alarm=alarm)
    await watch()
    assert not server.calls.of("sendMessage")
    watch.leadership = SoleLeader()
    await watch()
    await alarm.call.account.close_all()

    assert (len(olga.chat.received), len(otto.chat.received)) == (0, 1)


async def test_errors_of_the_log_come_as_one_notice_to_each_operator(
    server: Server, store: Store, clock: FakeClock
) -> None:
    """In each one's language; the same digest is queued once."""
    for number, language in ((7, "de"), (8, "en")):
        await store.chats.meet(ChatId(number), ChatKind.PRIVATE, language, NOW)
    settings = Settings.model_validate({"telegram": {"token": server.token, "operators": [7, 8, 9]}})
    notices = OperatorNotices(
        settings=settings, chats=store.chats, outbox=store.outbox, catalog=Catalog.load(), clock=clock
    )
    error = LoggedError(event="sender.failed", cause="OSError", count=3, last_at=NOW)
    for _ in range(2):
        await notices.tell_of_errors([error], "errors:first")
    queued = await store.outbox.claim("here", NOW, timedelta(minutes=2), 10)
    texts = {delivery.chat_id: delivery.payload for delivery in queued}
    assert texts.keys() == {7, 8}
    assert texts[ChatId(8)].splitlines()[1] == "• sender.failed: OSError, 3 times, last 13:00"
    assert texts[ChatId(7)].startswith("Fehler seit")


class Elsewhere:
    """The leadership of another process."""

    def is_ours(self) -> bool:
        """Say that it is not."""
        return False

    async def confirm(self) -> None:
        """Know it."""
