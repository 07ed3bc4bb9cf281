"""
What private feeds cost: 100 readers, each with 50 alerts, that ask every minute, over HTTP on SQLite.

The server is a process of its own, whose processor time is read from /proc; the readers' is not counted. Three kinds of
round: nothing is new (304), nothing is new but the reader does not ask conditionally (the kept document), and every
chat has got a new alert (the document is written anew). The bound: 2 % of a core.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
from sqlalchemy import update

from bot.core.ids import ChatId
from bot.i18n.catalog import Catalog
from bot.services.message import AlertSummariser
from bot.services.private_feeds import PrivateFeeds
from bot.settings.model import TelegramSettings
from bot.telegram.access import Authorizer
from bot.web.private_feeds import FeedPages
from bot.web.server import WebServer
from bot.web.status import Readiness
from storage import schema
from storage.store import Store, open_store
from storage.tables import deliveries
from tests.builders import NOW, the_analyser
from tests.contracts.scenes import add_feed, announce, publish, subscribe
from tests.fakes.clock import FakeClock
from tests.web.test_server import FakeInsight

READERS, ALERTS, ROUNDS = 100, 50, 10
BOUND = 0.02
"""Of a core, with each reader asking once a minute."""
_LEAD = "Kim Jong Un und Wladimir Putin treffen sich heute in Wladiwostok, wie der Kreml mitteilt. "
_BODY = "Dabei geht es um die Atomwaffen Nordkoreas und um Getreide aus dem Osten des Landes. " * 20
_TICKS = os.sysconf("SC_CLK_TCK")


async def serve(folder: Path) -> None:
    """Fill a store, serve its feeds, and write new alerts when told to by a line."""
    url = f"sqlite:///{folder}/bench.db"
    await asyncio.to_thread(schema.upgrade, url)
    store = await open_store(url)
    wishes = [await subscribe(store, number) for number in range(1, READERS + 1)]
    feed = await add_feed(store)

    async def deliver(*names: str, minutes: int) -> None:
        now = NOW + timedelta(minutes=minutes)
        for article in await publish(store, feed, *names, now=now, lead=_LEAD, body=_BODY):
            await announce(store, article, *wishes, now=now)
        async with store._database.write() as connection:
            sent = {"state": "sent", "finished_at": now, "message_id": 1}
            await connection.execute(update(deliveries).where(deliveries.c.state == "queued").values(sent))

    await deliver(*(f"Treffen {number}" for number in range(ALERTS)), minutes=0)
    server, addresses = await _open(store)
    print(json.dumps(addresses), flush=True)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    number = 0
    while await lines.readline():
        number += 1
        await deliver(f"Neues {number}", minutes=number)
        print("delivered", flush=True)
    await server.stop()
    await store.close()


async def _open(store: Store) -> tuple[WebServer, list[str]]:
    clock = FakeClock()
    clock.move(days=1)
    server = WebServer(listen="127.0.0.1:0", token="", health=Readiness())
    url = await server.start()
    feeds = PrivateFeeds(
        repository=store.private_feeds,
        summarise=AlertSummariser(the_analyser()).again,
        may_read=Authorizer.of(TelegramSettings(access="public"), store.chats, clock).is_welcome,
        clock=clock,
        public_url=url,
    )
    server.show(FakeInsight(), FeedPages(source=feeds, catalog=Catalog.load("en"), clock=clock))
    return server, [(await feeds.make(ChatId(number))).atom for number in range(1, READERS + 1)]


@dataclass(slots=True)
class Readers:
    """All readers, with the tags of what they have."""

    session: aiohttp.ClientSession
    tags: dict[str, str]

    async def ask(self, *, conditionally: bool, expected: int) -> None:
        """Have each ask once, one after the other, as spread over a minute."""
        for address, tag in self.tags.items():
            headers: Mapping[str, str] = {"If-None-Match": tag} if conditionally else {}
            async with self.session.get(address, headers=headers) as answer:
                await answer.read()
                assert answer.status == expected, answer.status
                self.tags[address] = answer.headers["ETag"]


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


async def measure(folder: Path) -> bool:
    """Print what each kind of round costs; says whether the usual one is within the bound."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.private_feeds", "--serve", str(folder), stdin=-1, stdout=-1, limit=1_000_000
    )
    assert process.stdin is not None
    assert process.stdout is not None
    addresses = json.loads(await process.stdout.readline())
    async with aiohttp.ClientSession() as session:
        readers = Readers(session, dict.fromkeys(addresses, ""))
        await readers.ask(conditionally=False, expected=200)
        shares = []
        for name, conditionally, expected, is_new in (
            ("nothing new, 304", True, 304, False),
            ("nothing new, the whole document", False, 200, False),
            ("a new alert for every reader", True, 200, True),
        ):
            spent = 0.0
            for _ in range(ROUNDS):
                if is_new:
                    process.stdin.write(b"\n")
                    await process.stdout.readline()
                before = _cpu_seconds(process.pid)
                await readers.ask(conditionally=conditionally, expected=expected)
                spent += _cpu_seconds(process.pid) - before
            shares.append(spent / ROUNDS / 60)
            print(f"{name}: {spent / ROUNDS / READERS * 1000:.2f} ms a request, {shares[-1]:.2%} of a core")
    process.stdin.close()
    await process.wait()
    return shares[0] <= BOUND


def main() -> None:
    """Run it; the exit code is 1 where the bound is not kept."""
    if sys.argv[1:2] == ["--serve"]:
        asyncio.run(serve(Path(sys.argv[2])))
        return
    with tempfile.TemporaryDirectory() as folder:
        is_kept = asyncio.run(measure(Path(folder)))
    if not is_kept:
        sys.exit(1)


if __name__ == "__main__":
    main()
