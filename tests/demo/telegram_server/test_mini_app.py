"""Buttons that open a Mini App are refused where Telegram refuses them, and what opens one is signed as by Telegram."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.core import init_data
from bot.core.ids import UserId
from bot.core.init_data import InitData, InitDataProblem
from bot.demo.telegram_server.chats import SimulatedChatType
from bot.demo.telegram_server.server import Server
from tests.demo.telegram_server.test_api import call


def app(url: object = "https://bot.example/app") -> dict[str, object]:
    """Make a keyboard with a button that opens a Mini App."""
    return {"inline_keyboard": [[{"text": "Open", "web_app": {"url": url}}]]}


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://bot.example/app", ""),
        ("http://127.0.0.1:8088/app", ""),
        ("http://[::1]:8088/app", ""),
        ("http://bot.example/app", "Only HTTPS links are allowed"),
        ("javascript:alert(1)", "Only HTTPS links are allowed"),
        ("https://", "Only HTTPS links are allowed"),
        ("https://[x", "Only HTTPS links are allowed"),
        ("", "Only HTTPS links are allowed"),
        (5, "Only HTTPS links are allowed"),
    ],
)
async def test_an_address_must_be_encrypted(server: Server, url: object, reason: str) -> None:
    """But for one of this machine, which only this server takes."""
    anna = server.person()
    anna.say("/start")
    _, body = await call(server, "sendMessage", chat_id=anna.id, text="x", reply_markup=app(url))
    assert reason in str(body.get("description", ""))
    assert body["ok"] is not bool(reason)


@pytest.mark.parametrize("kind", [SimulatedChatType.GROUP, SimulatedChatType.SUPERGROUP, SimulatedChatType.CHANNEL])
async def test_only_private_chats_show_such_a_button(server: Server, kind: SimulatedChatType) -> None:
    """Neither a new message nor an edited one has it elsewhere."""
    anna = server.person()
    group = server.group("Team", anna, kind=kind)
    group.empower_bot()
    _, body = await call(server, "sendMessage", chat_id=group.chat.id, text="x", reply_markup=app())
    assert body["description"] == "Bad Request: BUTTON_TYPE_INVALID"
    _, sent = await call(server, "sendMessage", chat_id=group.chat.id, text="x")
    place = {"chat_id": group.chat.id, "message_id": sent["result"]["message_id"]}
    _, body = await call(server, "editMessageText", **place, text="y", reply_markup=app())
    assert body["description"] == "Bad Request: BUTTON_TYPE_INVALID"
    _, body = await call(server, "editMessageReplyMarkup", **place, reply_markup=app())
    assert body["description"] == "Bad Request: BUTTON_TYPE_INVALID"


async def test_what_opens_the_app_is_signed_for_whoever_pressed(server: Server) -> None:
    """With the bot's token and the time of this server's clock, behind the # of the address."""
    anna = server.person("Anna & Söhne", language="fr")
    anna.say("/start")
    _, body = await call(server, "sendMessage", chat_id=anna.id, text="x", reply_markup=app())
    asked = {"user": anna.id, "chat": anna.id, "message": body["result"]["message_id"], "button": "Open"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/_demo/app", json=asked) as answer,
    ):
        address = str((await answer.json())["address"])
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc, parts.path, parts.query) == ("https", "bot.example", "/app", "")
    data = parse_qs(parts.fragment)["tgWebAppData"][0]
    now = datetime.fromtimestamp(server.world.clock.wall(), UTC)
    key = init_data.derive_key(server.token)
    assert init_data.read(data, key, now) == InitData(user_id=UserId(anna.id), language="fr")
    assert init_data.read(data, init_data.derive_key("1:other"), now) is InitDataProblem.UNSIGNED


async def test_a_button_that_is_not_there_opens_nothing(server: Server) -> None:
    """A person presses what is shown."""
    anna = server.person()
    said = anna.say("/start")
    with pytest.raises(LookupError, match="no button"):
        anna.open_app("Open", said)
