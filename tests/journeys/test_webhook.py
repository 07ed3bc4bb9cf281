"""Updates by webhook, through the real process: nothing is lost or answered twice, and nobody else gets in."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import aiohttp

from bot.demo.stage import BotProcess
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.server import Server
from tests.journeys.length import pick
from tests.journeys.process import free_port, make_bot, write_config

SECRET = "a-secret-that-only-Telegram-knows_0123456789"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
TOKEN = "correct horse"
READERS = pick(40, 400)
MEGABYTE = 1_000_000
IN_FLIGHT = 16
"""Answers that may be on their way at a kill, and come twice."""


def write_webhook_config(server: Server, port: int) -> str:
    """Write a configuration of a bot to which updates are posted."""
    config = write_config(server).replace('listen = ""', f'listen = "127.0.0.1:{port}"\ntoken = "{TOKEN}"')
    mode = f'mode = "webhook"\nwebhook_url = "http://127.0.0.1:{port}/telegram"\nwebhook_secret = "{SECRET}"'
    return config.replace('access = "public"', f'access = "public"\n{mode}') + '\n[log]\nlevel = "debug"\n'


async def test_no_update_is_lost_by_a_kill_or_answered_twice(tmp_path: Path) -> None:
    """
    Telegram posts every update twice, the process is killed under way; then updates are polled, and posted once more.

    A kill between an answer and its note repeats that answer, as with polling.
    """
    port = free_port()
    async with Server(light=True) as server:
        server.webhook.delivers_twice = True
        bot = make_bot(tmp_path, write_webhook_config(server, port))
        readers = [server.person(f"Reader {number}", language="de") for number in range(READERS)]

        def answers(word: str) -> list[int]:
            return [sum(word in message.text for message in reader.chat.received) for reader in readers]

        try:
            await bot.start()
            await server.calls.wait("setWebhook")
            for reader in readers:
                reader.say("/sub Nordkorea")
            await server.wait_until(lambda: sum(answers("Nordkorea")) >= READERS // 2)
            await bot.kill()
            for reader in readers:
                reader.say("/sub Wladiwostok")
            asked = len(server.calls)
            await bot.start()
            await server.calls.wait("setWebhook", after=asked)
            await server.wait_until(lambda: min(answers("Wladiwostok")) >= 1)
            await server.wait_until(lambda: min(answers("Nordkorea")) >= 1)
            await server.wait_until(lambda: not len(server.world.inbox))
            assert max(answers("Wladiwostok")) == 1

            await bot.kill()
            for reader in readers:
                reader.say("/sub Peking")
            polling = write_config(server)
            bot = make_bot(tmp_path, polling)
            await bot.start()
            await server.wait_until(lambda: min(answers("Peking")) >= 1)
            assert max(answers("Peking")) == 1
            assert server.world.inbox.webhook is None

            await bot.kill()
            for reader in readers:
                reader.say("/sub Tokio")
            bot = make_bot(tmp_path, write_webhook_config(server, port))
            await bot.start()
            await server.wait_until(lambda: min(answers("Tokio")) >= 1)
            await server.wait_until(lambda: not len(server.world.inbox))
            assert max(answers("Tokio")) == 1
        finally:
            await bot.kill()
            print(bot.tail(60))
    assert server.violations == []


@contextlib.asynccontextmanager
async def balanced(port: int, targets: Sequence[int]) -> AsyncIterator[None]:
    """Pass each connection on to the next of some ports that takes it, as a proxy before several processes does."""
    turns = itertools.cycle(range(len(targets)))

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        turn = next(turns)
        for target in (*targets[turn:], *targets[:turn]):
            with contextlib.suppress(OSError):
                behind = await asyncio.open_connection("127.0.0.1", target)
                await asyncio.gather(pipe(reader, behind[1]), pipe(behind[0], writer))
                return
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", port):
        yield


async def test_two_processes_share_a_webhook_and_the_leader_is_killed(tmp_path: Path, postgres_url: str) -> None:
    """Both store what the proxy passes on, one answers; after the kill the other answers what was unfinished."""
    port, targets = free_port(), [free_port(), free_port()]
    async with Server(light=True) as server, balanced(port, targets):
        config = write_webhook_config(server, port).replace("sqlite:///bot.db", postgres_url)
        assert postgres_url in config
        bots = []
        for target in targets:
            folder = tmp_path / str(target)
            folder.mkdir()
            bots.append(
                make_bot(folder, config.replace(f'listen = "127.0.0.1:{port}"', f'listen = "127.0.0.1:{target}"'))
            )
        readers = [server.person(f"Reader {number}", language="de") for number in range(READERS)]

        def answers(word: str) -> list[int]:
            return [sum(word in message.text for message in reader.chat.received) for reader in readers]

        try:
            await bots[0].start()
            await server.calls.wait("setWebhook")
            await bots[1].start()
            await logged(bots[1], "bot.started")
            for reader in readers:
                reader.say("/sub Nordkorea")
            await server.wait_until(lambda: sum(answers("Nordkorea")) >= READERS // 2)
            await bots[0].kill()
            for reader in readers:
                reader.say("/sub Wladiwostok")
            await server.wait_until(lambda: min(answers("Wladiwostok")) >= 1)
            await server.wait_until(lambda: not len(server.world.inbox))
            await server.wait_until(lambda: min(answers("Nordkorea")) >= 1)
            assert sum(answers("Nordkorea")) - READERS <= IN_FLIGHT
            assert max(answers("Wladiwostok")) == 1
        finally:
            for bot in bots:
                await bot.kill()
                print(bot.tail(30))
    assert server.violations == []


async def logged(bot: BotProcess, event: str) -> None:
    """Wait until a process has logged something."""
    async with asyncio.timeout(HANG_SECONDS):
        while event not in bot.tail(10_000):  # noqa: ASYNC110 - a log rings no bell
            await asyncio.sleep(0.05)


async def test_nobody_but_telegram_posts_updates(tmp_path: Path) -> None:
    """Wrong, missing and doubled secrets, the web token, long, slow and half-open requests, and a replay."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/telegram"
    async with Server() as server, aiohttp.ClientSession() as session:
        bot = make_bot(tmp_path, write_webhook_config(server, port))
        anna = server.person("Anna")

        async def post(body: bytes, *secrets: str, **headers: str) -> int:
            given = [*((HEADER, secret) for secret in secrets), *headers.items()]
            async with session.post(url, data=body, headers=given) as answer:
                return answer.status

        forged = json.dumps(
            {
                "update_id": 7,
                "message": {
                    "message_id": 1,
                    "date": 1,
                    "text": "/sub Saboteur",
                    "chat": {"id": anna.chat.id, "type": "private"},
                    "from": {"id": anna.chat.id, "is_bot": False, "first_name": "Mallory-in-the-log"},
                },
            }
        ).encode()
        try:
            await bot.start()
            await server.calls.wait("setWebhook")
            assert await post(forged) == 401
            assert await post(forged, Authorization=f"Bearer {TOKEN}") == 401
            assert await post(forged, "guessed-in-the-log") == 403
            assert await post(forged, SECRET[:-1]) == 403
            assert await post(forged, SECRET, "guessed-in-the-log") == 403
            async with session.post(f"{url}?secret_token={SECRET}", data=forged) as answer:
                assert answer.status == 401  # a secret does not belong in an address
            assert await post(b" " * (MEGABYTE + 1), SECRET) == 413
            assert await post(b"Mallory-in-the-log", SECRET) == 400
            async with session.get(url, headers={HEADER: SECRET}) as answer:
                assert answer.status == 405
            async with session.get(f"http://127.0.0.1:{port}/metrics", headers={HEADER: SECRET}) as answer:
                assert answer.status == 401

            async with contextlib.AsyncExitStack() as stack:
                for number in range(100):  # half-open, and such as promise a body and never send it
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    stack.callback(writer.close)
                    if number % 2:
                        writer.write(b"POST /telegram HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n")
                assert "Nordkorea" in (await asyncio.wait_for(anna.ask("/sub Nordkorea"), HANG_SECONDS)).text

            genuine = forged.replace(b"Saboteur", b"Peking").replace(b'"update_id": 7', b'"update_id": 8')
            assert [await post(genuine, SECRET) for _ in range(3)] == [200, 200, 200]
            await anna.chat.wait_for(lambda message: "Peking" in message.text)
            await anna.ask("/list")
            assert sum("Peking" in message.text for message in anna.chat.received) == 2  # the answer, and the list
            assert not any("Saboteur" in message.text for message in anna.chat.received)
        finally:
            await bot.kill()
            print(bot.tail(60))
    log = bot.log.read_text("utf-8")
    assert "in-the-log" not in log
    assert SECRET not in log
    assert "Traceback" not in log
