"""What the server holds against the bot: limits, unknown parameters, wrong methods; and the trouble it makes itself."""

import asyncio
from dataclasses import replace

import aiohttp
import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, TimedOut

from bot.demo.clock import ManualClock, until
from bot.demo.faults import Effect
from bot.demo.limits import Limiter, Limits
from bot.demo.server import Server


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
    limiter = Limiter(Limits(), hands)
    assert [limiter.admit(-100, group=True) for _ in range(20)] == [0.0] * 20
    hands.advance(10)
    assert limiter.admit(-100, group=True) == 50.0
    hands.advance(50)
    assert limiter.admit(-100, group=True) == 0.0


def test_the_bot_has_its_own_allowance(hands: ManualClock) -> None:
    """Any second holds the rate and a small burst, whatever chats they go to."""
    limiter = Limiter(Limits(bot_per_second=30, bot_burst=6), hands)
    assert [limiter.admit(chat) for chat in range(36)] == [0.0] * 36
    assert limiter.admit(99) == 1.0
    hands.advance(1)
    assert limiter.admit(99) == 0.0


def test_paid_messages_have_a_thousand(hands: ManualClock) -> None:
    """With paid broadcast the bot's allowance is a thousand a second."""
    limiter = Limiter(Limits(), hands)
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
        await bot.send_message(anna.id, "zwei", read_timeout=0.1)
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
    """A delay postpones the call."""
    anna = server.person()
    anna.say("/start")
    server.fault(Effect.SLOW, "sendMessage", seconds=0.05)
    await bot.send_message(anna.id, "x")
    (sent,) = server.calls.of("sendMessage")
    assert sent.ended - sent.at >= 0.05


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
    await until(server.calls.bell, lambda: lost if lost.outcome == "caller gone" else None, 2)
    assert not server.world.inbox.polled


async def test_markdown_is_not_spoken_here(server: Server, bot: Bot) -> None:
    """The project sends HTML only."""
    with pytest.raises(BadRequest, match="nsupported parse_mode"):
        await bot.send_message(1, "x", parse_mode="MarkdownV2")
