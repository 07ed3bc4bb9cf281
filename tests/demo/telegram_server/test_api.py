"""What the server holds against the bot: limits, unknown parameters, wrong methods; and the trouble it makes itself."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import aiohttp
import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, TelegramError, TimedOut

from bot.demo.telegram_server.chats import MemberStatus, SimulatedChatType
from bot.demo.telegram_server.clock import HANG_SECONDS, ManualClock, until
from bot.demo.telegram_server.faults import Effect
from bot.demo.telegram_server.rate_limits import ServerRateLimiter, ServerRateLimits
from bot.demo.telegram_server.server import Server


async def call(server: Server, method: str, token: str = "", **params: object) -> tuple[int, dict[str, object]]:
    """Make a raw call with a JSON body."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/bot{token or server.token}/{method}", json=params) as response,
    ):
        return response.status, await response.json()


async def test_an_unknown_method_is_not_found(server: Server) -> None:
    """A method the server does not have gets Telegram's 404 and counts against the bot."""
    assert await call(server, "sendTelegram") == (404, {"ok": False, "error_code": 404, "description": "Not Found"})
    assert [one.method for one in server.violations] == ["sendTelegram"]


async def test_a_wrong_token_is_unauthorized(server: Server) -> None:
    """Another token gets 401."""
    status, body = await call(server, "getMe", token="1:x")
    assert (status, body["description"]) == (401, "Unauthorized")


async def test_method_names_ignore_capitals(server: Server) -> None:
    """GETME is getMe."""
    status, body = await call(server, "GETME")
    assert (status, body["ok"]) == (200, True)


async def test_unknown_parameters_pass_but_are_noted(server: Server) -> None:
    """Telegram ignores them, in the call and in its nested objects; the list of violations does not."""
    anna = server.person()
    anna.say("/start")
    status, _ = await call(
        server, "sendMessage", chat_id=anna.id, text="x", colour="red", link_preview_options={"big": True}
    )
    assert status == 200
    assert [(one.kind, one.detail) for one in server.violations] == [
        ("unknown parameter", "colour"),
        ("unknown parameter", "unknown in link_preview_options: big"),
    ]


async def test_form_query_and_json_mean_the_same(server: Server) -> None:
    """A call may come as address, form or JSON."""
    anna = server.person()
    anna.say("/start")
    url, params = f"{server.url}/bot{server.token}/sendMessage", {"chat_id": str(anna.id), "text": "x"}
    async with aiohttp.ClientSession() as session:
        for answer in (session.get(url, params=params), session.post(url, data=params), session.post(url, json=params)):
            async with answer as response:
                assert (await response.json())["ok"]
    assert len(anna.chat.received) == 3


async def test_one_chat_takes_three_at_once_then_one_a_second(still: Server, hands: ManualClock) -> None:
    """Beyond the burst of a private chat comes 429."""
    anna = still.person()
    anna.say("/start")
    wanted = {"chat_id": anna.id, "text": "x"}
    assert [(await call(still, "sendMessage", **wanted))[0] for _ in range(4)] == [200, 200, 200, 429]
    hands.advance(1)
    assert [(await call(still, "sendMessage", **wanted))[0] for _ in range(2)] == [200, 429]
    assert [one.detail for one in still.violations] == ["Too Many Requests: retry after 1"] * 2


async def test_a_flood_answer_has_the_header(still: Server) -> None:
    """Retry-After repeats the number of seconds."""
    anna = still.person()
    anna.say("/start")
    still.fault(Effect.FLOOD, "sendMessage", seconds=7)
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{still.url}/bot{still.token}/sendMessage", json={"chat_id": anna.id, "text": "x"}) as response,
    ):
        assert response.headers["Retry-After"] == "7"
        assert (await response.json()) == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 7",
            "parameters": {"retry_after": 7},
        }


async def test_calls_inside_a_flood_wait_are_flooded_too(still: Server, hands: ManualClock) -> None:
    """A wait holds until its end; what was on its way is forgiven, what comes later is a violation."""
    anna = still.person()
    anna.say("/start")
    still.fault(Effect.FLOOD, "sendMessage", seconds=7)
    wanted = {"chat_id": anna.id, "text": "x"}
    assert (await call(still, "sendMessage", **wanted))[0] == 429
    assert (await call(still, "sendMessage", **wanted))[0] == 429
    assert still.violations == []
    hands.advance(3)
    status, body = await call(still, "sendMessage", **wanted)
    assert (status, body["parameters"]) == (429, {"retry_after": 4})
    assert len(still.violations) == 1
    hands.advance(4)
    assert (await call(still, "sendMessage", **wanted))[0] == 200


def test_a_group_takes_twenty_a_minute(hands: ManualClock) -> None:
    """The twenty-first waits until the first is a minute old."""
    limiter = ServerRateLimiter(ServerRateLimits(), hands)
    assert [limiter.admit(-100, group=True) for _ in range(20)] == [0.0] * 20
    hands.advance(10)
    assert limiter.admit(-100, group=True) == 50.0
    hands.advance(50)
    assert limiter.admit(-100, group=True) == 0.0


def test_the_bot_has_its_own_allowance(hands: ManualClock) -> None:
    """Any second holds the rate and a small burst, whatever chats they go to."""
    limiter = ServerRateLimiter(ServerRateLimits(bot_per_second=30, bot_burst=6), hands)
    assert [limiter.admit(chat) for chat in range(36)] == [0.0] * 36
    assert limiter.admit(99) == 1.0
    hands.advance(1)
    assert limiter.admit(99) == 0.0


def test_paid_messages_have_a_thousand(hands: ManualClock) -> None:
    """With paid broadcast the bot's allowance is a thousand a second."""
    limiter = ServerRateLimiter(ServerRateLimits(), hands)
    assert all(limiter.admit(chat, paid=True) == 0.0 for chat in range(1000))
    assert limiter.admit(1000, paid=True) == 1.0


async def test_limits_can_be_switched_off(server: Server, bot: Bot) -> None:
    """Without limits everything passes."""
    server.limits = replace(server.limits, enabled=False)
    anna = server.person()
    anna.say("/start")
    for _ in range(10):
        await bot.send_message(anna.id, "x")
    assert server.calls.peak("sendMessage", window=60) == 10


@pytest.mark.parametrize("status", [500, 502])
async def test_an_http_error_does_nothing(server: Server, bot: Bot, status: int) -> None:
    """A scripted HTTP error is a page, happens once, and stores nothing."""
    anna = server.person()
    anna.say("/start")
    server.fault(Effect.ERROR, "sendMessage", status=status)
    with pytest.raises(NetworkError):
        await bot.send_message(anna.id, "x")
    assert anna.chat.received == ()
    assert await bot.send_message(anna.id, "x")


async def test_a_reset_does_nothing(server: Server, bot: Bot) -> None:
    """A connection cut before handling stores nothing."""
    anna = server.person()
    anna.say("/start")
    server.fault(Effect.RESET, "sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(anna.id, "x")
    assert anna.chat.received == ()


async def test_a_lost_answer_leaves_the_message(server: Server, bot: Bot) -> None:
    """Cut after acceptance or silent for ever: the message is there, the bot does not know."""
    anna = server.person()
    anna.say("/start")
    server.fault(Effect.CUT, "sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(anna.id, "eins")
    server.fault(Effect.SILENT, "sendMessage")
    with pytest.raises(TimedOut):
        await bot.send_message(anna.id, "zwei", read_timeout=0.5)
    assert [one.text for one in anna.chat.received] == ["eins", "zwei"]
    assert [one.outcome for one in server.calls.of("sendMessage")] == ["scripted loss", "scripted loss"]


async def test_a_fault_can_be_for_one_chat(server: Server, bot: Bot) -> None:
    """A fault with a chat leaves the others alone, as often as it says."""
    anna, bert = server.person("Anna"), server.person("Bert")
    anna.say("/start")
    bert.say("/start")
    server.fault(
        Effect.REFUSE, "sendMessage", chat_id=bert.id, times=2, status=403, description="Forbidden: user is deactivated"
    )
    await bot.send_message(anna.id, "x")
    for _ in range(2):
        with pytest.raises(Forbidden, match="user is deactivated"):
            await bot.send_message(bert.id, "x")
    assert await bot.send_message(bert.id, "x")


async def test_a_slow_call_is_done_late(server: Server, bot: Bot) -> None:
    """A delay postpones the call, and no other."""
    anna = server.person()
    anna.say("/start")
    server.fault(Effect.SLOW, "sendMessage", seconds=3600)
    late = asyncio.create_task(bot.send_message(anna.id, "late"))
    await server.calls.wait("sendMessage")
    await bot.send_message(anna.id, "first")
    assert [one.text for one in anna.chat.received] == ["first"]
    late.cancel()
    server.fault(Effect.SLOW, "sendMessage", seconds=0.05)
    await bot.send_message(anna.id, "second")
    assert [one.text for one in anna.chat.received] == ["first", "second"]


async def test_an_outage_is_for_everybody(server: Server, bot: Bot) -> None:
    """Whoever waits is cut off, whoever comes too, until it is over."""
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await server.ready()
    server.outage()
    with pytest.raises(NetworkError):
        await poll
    with pytest.raises(NetworkError):
        await bot.get_me()
    server.faults.clear()
    assert (await bot.get_me()).is_bot


async def test_a_revoked_token_is_refused(server: Server, bot: Bot) -> None:
    """After revocation every call is unauthorized."""
    server.revoke_token()
    with pytest.raises(InvalidToken):
        await bot.get_me()


async def test_a_body_that_is_no_call_is_refused(server: Server) -> None:
    """Broken JSON and a chat id that is missing are bad requests."""
    status, body = await call(server, "sendMessage", text="x")
    assert (status, body["description"]) == (400, "Bad Request: chat_id is empty")
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{server.url}/bot{server.token}/sendMessage",
            data=b"{",
            headers={"Content-Type": "application/json"},
        ) as response,
    ):
        assert response.status == 400


async def test_a_dead_poller_gives_up_its_place(server: Server) -> None:
    """A poller whose connection is gone is no second poller."""
    async with aiohttp.ClientSession() as session:
        poll = asyncio.create_task(session.get(f"{server.url}/bot{server.token}/getUpdates?timeout=30"))
        await server.ready()
        poll.cancel()
    lost = server.calls.of("getUpdates")[0]
    await until(server.calls.bell, lambda: lost if lost.outcome == "caller gone" else None, HANG_SECONDS)
    assert not server.world.inbox.polled


async def test_markdown_is_not_spoken_here(server: Server, bot: Bot) -> None:
    """The project sends HTML only."""
    with pytest.raises(BadRequest, match="nsupported parse_mode"):
        await bot.send_message(1, "x", parse_mode="MarkdownV2")


async def refusal(bot: Bot, chat_id: int, **params: object) -> str:
    """Send something that must be refused, and return the reason."""
    with pytest.raises(TelegramError) as caught:
        await bot.send_message(chat_id, "x", **params)  # type: ignore[arg-type] # whatever the test says
    return str(caught.value)


async def test_every_fate_of_a_group_has_telegrams_words(server: Server, bot: Bot) -> None:
    """Silenced, restricted, removed, kicked, not found, deleted: refused each in its own words, and back again."""
    group = server.group("Team", server.person("Anna"), kind=SimulatedChatType.GROUP)
    number = group.chat.id
    ways: tuple[tuple[Callable[[], None], Callable[[], None], str], ...] = (
        (group.silence, group.unsilence, "Not enough rights to send text messages to the chat"),
        (group.restrict_bot, group.invite_bot, "Not enough rights to send text messages to the chat"),
        (group.remove_bot, group.invite_bot, "Forbidden: bot is not a member of the group chat"),
        (group.kick_bot, group.invite_bot, "Forbidden: bot was kicked from the group chat"),
        (group.lose, group.find_again, "Chat not found"),
    )
    for befall, mend, words in ways:
        befall()
        assert await refusal(bot, number) == words
        mend()
        assert await bot.send_message(number, "x")
    group.delete()
    assert await refusal(bot, number) == "Forbidden: the group chat was deleted"
    told = [one.my_chat_member.new_chat_member.status for one in await bot.get_updates() if one.my_chat_member]
    assert told == ["member", "restricted", "member", "left", "member", "kicked", "member"]
    assert server.violations == []


async def test_a_channel_is_written_to_by_its_administrators(server: Server, bot: Bot) -> None:
    """A bot that is no administrator has no right to; thrown out it reads of a channel."""
    channel = server.group("Kanal", server.person("Anna"), kind=SimulatedChatType.CHANNEL)
    assert await refusal(bot, channel.chat.id) == "Need administrator rights in the channel chat"
    channel.invite_bot(admin=True)
    assert await bot.send_message(channel.chat.id, "x")
    channel.kick_bot()
    assert await refusal(bot, channel.chat.id) == "Forbidden: bot was kicked from the channel chat"


async def test_a_closed_topic_takes_nothing_until_it_is_opened(server: Server, bot: Bot) -> None:
    """Its closing and opening are told, its deletion is not."""
    group = server.group("Team", server.person("Anna"), forum=True)
    thread = group.open_topic("Asien")
    group.close_topic(thread)
    assert await refusal(bot, group.chat.id, message_thread_id=thread) == "Topic_closed"
    group.reopen_topic(thread)
    assert await bot.send_message(group.chat.id, "x", message_thread_id=thread)
    group.delete_topic(thread)
    assert await refusal(bot, group.chat.id, message_thread_id=thread) == "Message thread not found"
    told = [one.message for one in await bot.get_updates() if one.message]
    assert [bool(one.forum_topic_closed) for one in told] == [False, True, False]


async def test_members_and_administrators_are_told_apart(server: Server, bot: Bot) -> None:
    """An administrator bot that asks for it hears of every change."""
    anna, bert = server.person("Anna"), server.person("Bert")
    group = server.group("Team", anna, admin=True)
    await bot.get_updates(allowed_updates=["chat_member"])
    group.enrol(bert)
    group.enrol(bert, MemberStatus.ADMINISTRATOR)
    found = await bot.get_chat_administrators(group.chat.id)
    assert [one.user.first_name for one in found] == ["Anna", "Bert", "Stichwort"]
    changes = [one.chat_member for one in await bot.get_updates() if one.chat_member]
    assert [one.new_chat_member.status for one in changes] == ["member", "administrator"]


async def test_a_masked_answer_hides_a_message(server: Server, bot: Bot) -> None:
    """The message is there, but a proxy answers with its own page."""
    anna = server.person()
    anna.say("/start")
    server.fault(Effect.MASK, "sendMessage", status=502)
    with pytest.raises(NetworkError):
        await bot.send_message(anna.id, "x")
    assert [one.text for one in anna.chat.received] == ["x"]


async def test_a_server_that_hangs_does_nothing(server: Server, bot: Bot) -> None:
    """The call is taken and never answered, for everybody, until it ends by itself."""
    anna = server.person()
    anna.say("/start")
    server.fault(Effect.HANG, "sendMessage")
    with pytest.raises(TimedOut):
        await bot.send_message(anna.id, "x", read_timeout=0.1)
    assert anna.chat.received == ()


async def test_trouble_can_end_by_itself_and_spare_calls(still: Server, hands: ManualClock) -> None:
    """`lasting` seconds later it is gone; with `every` 3 only each third call meets it."""
    still.outage(seconds=20, effect=Effect.ERROR)
    assert still.faults.take("getUpdates", None) is not None
    hands.advance(20)
    assert still.faults.take("getUpdates", None) is None
    still.fault(Effect.CUT, times=0, every=3)
    assert [still.faults.take("sendMessage", 1) is not None for _ in range(6)] == [False, False, True] * 2


async def test_a_flood_storm_begins_anew_after_each_wait(still: Server, hands: ManualClock) -> None:
    """Calls inside a wait use up no further flood of the storm; other chats go on."""
    anna, bert = still.person("Anna"), still.person("Bert")
    for one in (anna, bert):
        one.say("/start")
    still.fault(Effect.FLOOD, "sendMessage", chat_id=anna.id, seconds=5, times=2)
    for _ in range(2):
        assert [(await call(still, "sendMessage", chat_id=anna.id, text="x"))[0] for _ in range(2)] == [429, 429]
        hands.advance(5)
    assert (await call(still, "sendMessage", chat_id=anna.id, text="x"))[0] == 200
    assert (await call(still, "sendMessage", chat_id=bert.id, text="x"))[0] == 200


async def test_a_server_that_is_away_refuses_connections(server: Server, bot: Bot) -> None:
    """Whoever waits is cut off, whoever comes is refused, until it is back on the same port."""
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await server.ready()
    await server.go_away()
    with pytest.raises(NetworkError):
        await poll
    with pytest.raises(NetworkError, match="ConnectError"):
        await bot.get_me()
    await server.come_back()
    assert (await bot.get_me()).is_bot
