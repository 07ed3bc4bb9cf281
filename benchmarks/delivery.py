"""
How fast, how fairly and how surely alerts go out, against the strict server, which enforces Telegram's limits.

`python -m benchmarks delivery --only enqueue|rate|fast|fair|flood|kills|idle`; each takes less than three minutes,
`--long` for five minutes of steady sending and fifty kills.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta

from benchmarks import crash_safety, waits
from benchmarks.backtest import _postgresql
from benchmarks.outbound import make_readers, sender, store_at, telegram
from bot.core.chat import ChatKind
from bot.core.ids import ChatId
from storage.store import Store

BURST = 100_000
_LEASE = timedelta(minutes=2)


async def enqueue(url: str, name: str) -> None:
    """Queue a hundred thousand alerts, while commands go on being answered."""
    async with store_at(url) as store:
        readers = await make_readers(store)
        query_id = await readers.add(1, BURST, "Nordkorea")
        article = await readers.publish(query_id, "Nordkorea")
        waits: list[float] = []
        asking = asyncio.create_task(ask_meanwhile(store, waits))
        started = time.perf_counter()
        queued = await readers.enqueue(article.id)
        took = time.perf_counter() - started
        asking.cancel()
        started = time.perf_counter()
        claimed = await store.outbox.claim("bench", datetime.now(UTC), _LEASE, 16)
        claim = time.perf_counter() - started
        assert len(claimed) == 16
        print(
            f"{name}: {queued:,} deliveries queued in {took:.2f} s; meanwhile the store's part of a reply took "
            f"median {1000 * statistics.median(waits):.0f} ms, worst {1000 * max(waits):.0f} ms; "
            f"a claim of 16 out of them {1000 * claim:.1f} ms"
        )


async def ask_meanwhile(store: Store, waits: list[float]) -> None:
    """Do again and again what a command costs the store: keep the update, meet the chat, finish the update."""
    number = 0
    while True:
        number += 1
        started = time.perf_counter()
        await store.inbox.receive([(number, "{}")], datetime.now(UTC))
        await store.chats.meet(ChatId(10**9 + number), ChatKind.PRIVATE, "de", datetime.now(UTC))
        await store.inbox.finish([number], datetime.now(UTC))
        waits.append(time.perf_counter() - started)
        await asyncio.sleep(0.02)


async def steady(seconds: float, *, rate: float, limited: bool) -> None:
    """Send for a while at a rate."""
    people = int(rate * seconds * 1.2) + 100
    with tempfile.TemporaryDirectory() as folder:
        async with telegram(people, limited=limited) as server, store_at(f"sqlite:///{folder}/bench.db") as store:
            readers = await make_readers(store)
            query_id = await readers.add(server.first, people, "Nordkorea")
            article = await readers.publish(query_id, "Nordkorea")
            await readers.enqueue(article.id)
            cpu = time.process_time()
            async with sender(store, server, rate=rate):
                await asyncio.sleep(seconds)
            cpu = time.process_time() - cpu
            found = [row for row in await server.sends() if row[3] == 200]
            tally = await server.ask("/_demo/tally")
    span = found[-1][1] - found[0][1]
    floods = sum(count for name, count in tally["calls"].items() if name.endswith("429"))
    print(
        f"rate {rate:g}/s for {span:.0f} s: {len(found) / span:.1f} messages/s, {floods} times 429, busiest second "
        f"{tally['peak']}, {1000 * cpu / len(found):.2f} ms of CPU each, {tally['doubles']} doubles"
    )


def main() -> None:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks delivery", description=__doc__)
    parser.add_argument("--only", choices=("enqueue", "rate", "fast", "fair", "flood", "kills", "idle"))
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--kills", type=int, default=0)
    told = parser.parse_args()

    def wanted(part: str) -> bool:
        return told.only in (None, part)

    if wanted("enqueue"):
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(enqueue(f"sqlite:///{folder}/bench.db", "SQLite"))
        with _postgresql() as url:
            if url is not None:
                asyncio.run(enqueue(url, "PostgreSQL"))
    if wanted("rate"):
        asyncio.run(steady(300 if told.long else 60, rate=30, limited=True))
    if wanted("fast"):
        asyncio.run(steady(20, rate=1000, limited=False))
    if wanted("fair"):
        asyncio.run(waits.compare())
    if wanted("flood"):
        asyncio.run(waits.flood())
    if wanted("kills"):
        asyncio.run(crash_safety.kills(told.kills or (50 if told.long else 10)))
    if wanted("idle"):
        asyncio.run(crash_safety.idle(60 if told.long else 25))


if __name__ == "__main__":
    main()
