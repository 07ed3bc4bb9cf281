"""How the page is served, and what it is made of."""

import json
import re
import sys
from importlib import resources
from pathlib import Path

import aiohttp
import pytest

from bot.demo import stage
from bot.demo.telegram_server import people
from bot.demo.telegram_server.server import Server

TINY = (sys.executable, str(Path(__file__).with_name("tiny_bot.py")))
FILES = sorted((file.name, file.read_text("utf-8")) for file in resources.files("bot.demo").joinpath("page").iterdir())


async def test_the_page_lets_nothing_in_but_itself() -> None:
    """Every part comes with the policy; what is not a part of it is not found."""
    async with stage.set_up(0, command=TINY) as scene, aiohttp.ClientSession(scene.server.url) as session:
        for address in ("/", "/page/app.js", "/page/base.css", "/page/icon.svg"):
            async with session.get(address) as response:
                assert response.status == 200
                policy = response.headers["Content-Security-Policy"]
                assert policy.startswith("default-src 'none'; script-src 'self';")
                assert "unsafe" not in policy
                assert response.headers["X-Content-Type-Options"] == "nosniff"
        for address in ("/page/nothing.js", "/page/..%2Frun.py", "/page/", "/nowhere"):
            async with session.get(address) as response:
                assert response.status == 404


@pytest.mark.parametrize(("name", "text"), FILES, ids=[name for name, _ in FILES])
def test_a_part_of_the_page_is_small_and_stands_alone(name: str, text: str) -> None:
    """No file is long, names another machine, or turns text into markup."""
    assert len(text.splitlines()) <= 250
    addresses = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", re.sub(r"^\s*//.*", "", text, flags=re.M)))
    assert addresses <= {"http://www.w3.org"}
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|setInterval", text)


async def test_the_state_of_bot_and_reading_is_streamed() -> None:
    """From down over starting to listening, and the end of the log of a bot that ended in trouble."""
    async with stage.set_up(0, command=TINY) as scene, aiohttp.ClientSession(scene.server.url) as session:
        people.enter(scene.server.world)
        states: list[tuple[object, object]] = []
        async with session.get("/_demo/events?since=0") as response:
            await scene.bot.start()
            async for line in response.content:
                told = json.loads(line[6:]) if line.startswith(b"data: ") else {}
                if told.get("kind") == "bot":
                    states.append((told["state"], told["read"]))
                if states and states[-1] == ("listening", True):
                    break
        seen = [state for state, _ in states]
        assert sorted(set(seen), key=seen.index)[-2:] == ["starting", "listening"]
        await scene.bot.kill()
        assert scene.lookout.look() == {"state": "down", "code": -9, "log": "", "read": True}
    async with stage.set_up(0, command=(*TINY, "--broken")) as scene:
        await scene.bot.start()
        await scene.bot.wait()
        told = scene.lookout.look()
        assert (told["state"], told["code"]) == ("down", 1)
        assert "no such table" in str(told["log"])


async def test_what_is_typed_becomes_an_article_of_text() -> None:
    """Paragraphs are kept, markup is not."""
    async with stage.set_up(0, command=TINY) as scene, aiohttp.ClientSession(scene.server.url) as session:
        told = {"paper": "limmat", "title": "T", "text": "eins\nzwei\r\n\r\n<b>drei</b>\n\n\n"}
        async with session.post("/_demo/publish", json=told) as response:
            (entry,) = (await response.json())["entries"]
        assert entry["html"] == "<p>eins zwei</p><p>&lt;b&gt;drei&lt;/b&gt;</p>"


async def test_numbers_of_another_server_mean_nothing(server: Server) -> None:
    """Who was connected to an earlier server on this port looks at everything again."""
    server.person("Anna").say("x")
    async with aiohttp.ClientSession(server.url) as session:
        async with session.get("/_demo/events?since=1&life=other") as response:
            assert (await response.content.readuntil(b"\n\n")).startswith(b"event: reset")
        async with session.get(f"/_demo/events?since=1&life={server.world.journal.life}") as response:
            assert (await response.content.readuntil(b"\n\n")).startswith(b"id: 2")


async def test_files_are_handed_out_safely(server: Server) -> None:
    """A picture is shown; anything else is only saved, whatever it calls itself."""
    picture = server.world.keep_file("a.png", "image/png", b"x")
    page = server.world.keep_file('ä".html', "text/html", b"<script>")
    async with aiohttp.ClientSession(server.url) as session:
        async with session.get(f"/_demo/files/{picture.file_id}") as response:
            assert response.content_type == "image/png"
        async with session.get(f"/_demo/files/{page.file_id}") as response:
            assert response.content_type == "application/octet-stream"
            assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%C3%A4%22.html"
        async with session.get("/_demo/files/none") as response:
            assert response.status == 404


async def test_one_kind_of_trouble_can_be_ended(server: Server) -> None:
    """The others stay."""
    async with aiohttp.ClientSession(server.url) as session:
        for told in ({"effect": "slow", "times": 0}, {"effect": "flood", "seconds": 1}):
            await session.post("/_demo/faults", json=told)
        await session.post("/_demo/faults/clear", json={"effect": "slow"})
    assert [fault.effect for fault in server.faults] == ["flood"]
