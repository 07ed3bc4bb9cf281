"""Who may look at the demo and change it: tabs of this machine's browser that show the demo's own page."""

import aiohttp
import pytest

from bot.demo import stage
from bot.demo.server import Server

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
