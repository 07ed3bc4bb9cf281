"""
The same world over HTTP.

Who may look at the demo and change it: tabs of this machine's browser that show the demo's own page.
"""

import asyncio
import json

import aiohttp
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from bot.demo import stage
from bot.demo.telegram_server import standalone
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.server import Server
from tests.demo.conftest import client


async def do(server: Server, action: str, **body: object) -> tuple[int, dict[str, object]]:
    async with aiohttp.ClientSession() as session, session.post(f"{server.url}/_demo/{action}", json=body) as response:
        return response.status, await response.json()


async def show(server: Server, what: str) -> dict[str, object]:
    async with aiohttp.ClientSession() as session, session.get(f"{server.url}/_demo/{what}") as response:
        return await response.json()  # type: ignore[no-any-return]


async def test_a_conversation_over_http(server: Server, bot: Bot) -> None:
    """Saying, reading, pressing and answering work from another process."""
    await do(server, "people", name="Anna", language="de")
    await do(server, "say", user="Anna", text="/start")
    update = (await bot.get_updates())[0]
    assert update.message is not None
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Mehr", callback_data="m")]])
    await bot.send_message(update.message.chat_id, "x", reply_markup=markup)
    state = await show(server, "state")
    (chat,) = state["chats"]  # type: ignore[misc]
    assert [one["text"] for one in chat["messages"]] == ["/start", "x"]  # type: ignore[index]
    status, _ = await do(server, "press", user="Anna", button="Mehr")
    assert status == 200
    query = (await bot.get_updates(offset=update.update_id + 1))[0].callback_query
    assert query is not None
    assert query.data == "m"


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("say", {"user": "Niemand", "text": "x"}),
        ("say", {"text": "x"}),
        ("press", {"user": "Anna", "button": "fehlt"}),
        ("faults", {"effect": "earthquake"}),
        ("faults", {"effect": "reset", "colour": "red"}),
        ("limits", {"colour": "red"}),
        ("fate", {"user": "Anna", "do": "kick"}),
        ("outage", {"how": "refuse"}),
    ],
)
async def test_what_cannot_be_done_is_said(server: Server, action: str, body: dict[str, object]) -> None:
    """A bad request is answered with 400 and a reason."""
    server.person("Anna")
    status, answer = await do(server, action, **body)
    assert status == 400
    assert answer["error"]


async def test_only_json_is_taken(server: Server) -> None:
    """A form, which any web page could send, is refused."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/_demo/say", data={"user": "Anna", "text": "x"}) as response,
    ):
        assert response.status == 415


async def test_a_file_over_http(server: Server) -> None:
    """It comes with its caption; what is no Base64 is refused."""
    anna = server.person("Anna")
    await do(server, "say", user="Anna", text="/import", file={"name": "w.txt", "content": "S2lt"})
    (said,) = anna.chat.transcript
    assert said.document is not None
    assert (said.document.name, said.document.content, said.text) == ("w.txt", b"Kim", "/import")
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{server.url}/_demo/say", json={"user": "Anna", "file": {"name": "w", "content": "?"}}
        ) as response,
    ):
        assert response.status == 400


async def test_trouble_over_http(server: Server) -> None:
    """Faults, limits, blocks are set, and seen."""
    anna = server.person("Anna")
    anna.say("/start")
    await do(server, "faults", effect="error", method="sendMessage", times=2)
    assert [one["times"] for one in await show(server, "faults")] == [2]  # type: ignore[index]
    await do(server, "faults/clear")
    assert list(server.faults) == []
    await do(server, "limits", bot_per_second=5, enabled=False)
    assert (server.limits.bot_per_second, server.limits.enabled) == (5, False)
    await do(server, "block", user=anna.id)
    assert not anna.chat.bot.inside
    await do(server, "unblock", user=anna.id)
    assert anna.chat.bot.inside
    assert await show(server, "violations") == []
    assert await show(server, "calls") == []


async def test_changes_are_streamed(server: Server) -> None:
    """Everything since a number comes as an event of its own, then what happens."""
    anna = server.person("Anna")
    before = server.world.journal.number
    anna.say("eins")
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{server.url}/_demo/events?since={before}") as response,
    ):
        first = await response.content.readuntil(b"\n\n")
        anna.say("zwei")
        second = await response.content.readuntil(b"\n\n")
    texts = [json.loads(event.split(b"data: ")[1])["message"]["text"] for event in (first, second)]
    assert texts == ["eins", "zwei"]
    assert first.startswith(f"id: {before + 1}\nevent: message\n".encode())


async def test_a_number_from_another_life_starts_anew(server: Server) -> None:
    """Who asks for what is not kept is told to look at everything again."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{server.url}/_demo/events?since=99999") as response,
    ):
        assert (await response.content.readuntil(b"\n\n")).startswith(b"event: reset")


async def test_groups_over_http(server: Server) -> None:
    """A group can be opened with the bot in it."""
    server.person("Anna")
    _, answer = await do(server, "groups", user="Anna", title="Team")
    chat = server.world.chats[int(str(answer["id"]))]
    assert chat.bot.inside


async def test_fates_over_http(server: Server) -> None:
    """A group with members and topics, and what becomes of it, told from another process."""
    for name in ("Anna", "Bert", "Cleo"):
        server.person(name)
    told = {"user": "Anna", "title": "Team", "kind": "group", "members": ["Bert"], "administrators": ["Cleo"]}
    _, answer = await do(server, "groups", **told)
    number = int(str(answer["id"]))
    chat = server.world.chats[number]
    assert [one.value for one in chat.members.values()] == ["creator", "member", "administrator"]
    assert (await do(server, "fate", chat=number, do="lose"))[0] == 200
    assert (await do(server, "fate", chat=number, do="find"))[0] == 200
    _, answer = await do(server, "fate", chat=number, do="upgrade", told=False)
    assert answer["moved_to"] == chat.moved_to
    _, answer = await do(server, "fate", chat=chat.moved_to, do="open_topic", name="Asien")
    await do(server, "fate", chat=chat.moved_to, do="close_topic", thread=answer["thread"])
    await do(server, "fate", user="Bert", do="deactivate")
    state = await show(server, "state")
    shown = {one["title"]: one for one in state["chats"]}  # type: ignore[attr-defined]
    assert shown["Bert"]["deactivated"]
    assert shown["Team"]["topics"] == [{"thread": answer["thread"], "name": "Asien", "closed": True}]


async def test_an_outage_over_http_ends_by_itself(server: Server) -> None:
    """Connections are refused for as long as was told."""
    assert (await do(server, "outage", how="refuse", seconds=0.1))[0] == 200
    assert await reachable(server, False)
    assert await reachable(server, True)


async def reachable(server: Server, wanted: bool) -> bool:
    """Wait until the server can be reached, or cannot."""
    async with asyncio.timeout(HANG_SECONDS):
        while True:
            try:
                await show(server, "faults")
                found = True
            except aiohttp.ClientConnectionError:
                found = False
            if found is wanted:
                return True


async def test_a_server_of_its_own_counts_what_a_crowd_gets() -> None:
    """It names its people, and tells what they got and when."""
    server = Server(light=True)
    server.add_routes(standalone.routes(server))
    async with server:
        _, crowd = await do(server, "crowd", count=3)
        assert crowd["last"] == int(str(crowd["first"])) + 2
        async with client(server) as bot:
            await bot.send_message(int(str(crowd["last"])), "x")
        figures = await show(server, "tally")
        assert (figures["messages"], figures["doubles"], figures["peak"]) == (1, 0, 1)
        ((_, chat, _, _, status, outcome),) = await show(server, "sends")
        assert (chat, status, outcome) == (crowd["last"], 200, "ok")


PATHS = ("/", "/_demo/state", "/_demo/events", "/_demo/newsroom")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:{port}"}, 200),
        ({"Host": "[::1]:{port}", "Origin": "http://[::1]:{port}"}, 200),
        ({"Host": "localhost:{port}", "Origin": "http://localhost:{port}"}, 200),
        ({"Host": "attacker.example:{port}"}, 403),
        ({"Host": "attacker.example:{port}", "Origin": "http://attacker.example:{port}"}, 403),
        ({"Host": "127.0.0.1.attacker.example"}, 403),
        ({"Host": "192.0.2.1:{port}"}, 403),
        ({"Host": ""}, 403),
        ({"Host": "[::1"}, 403),
        ({"Origin": "http://attacker.example"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "https://127.0.0.1:{port}"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
async def test_only_its_own_page_on_this_machine_may_change_anything(
    server: Server, headers: dict[str, str], status: int
) -> None:
    """Another name for this machine, or another page, is refused with a sentence and without effect."""
    told = {name: value.format(port=server.port) for name, value in headers.items()}
    async with (
        aiohttp.ClientSession(server.url) as session,
        session.post("/_demo/people", json={"name": "Eve"}, headers=told) as response,
    ):
        assert response.status == status
        assert ("error" in await response.json()) == (status == 403)
    assert any(one.name == "Eve" for one in server.world.profiles.values()) == (status == 200)


async def test_by_another_name_nothing_is_shown() -> None:
    """A foreign page that had its own name lead here could read what is said."""
    async with stage.set_up(0) as scene, aiohttp.ClientSession(scene.server.url) as session:
        for path in PATHS:
            async with session.get(path, headers={"Host": "attacker.example"}) as response:
                assert response.status == 403
                assert "127.0.0.1" in await response.text()


async def test_a_bot_that_outlived_its_demo_is_refused_by_the_next_one() -> None:
    """Each demo has a token of its own, so nobody answers in the bot's place."""
    async with stage.set_up(0) as first, stage.set_up(0) as second:
        assert first.server.token != second.server.token
        async with (
            aiohttp.ClientSession(second.server.url) as session,
            session.get(f"/bot{first.server.token}/getUpdates") as response,
        ):
            assert response.status == 401
