"""
Digests of many chats in many zones over two weekends on which clocks change: each once, at the right wall time.

    python -m benchmarks digests [--chats 10000] [--rush 100000]

The clock is a fake one, moved in steps of 15 minutes; an article for everybody comes out every four hours.
Gathering is the real one, on SQLite. Then a rush: so many digests due at one moment, on a file with fsync, while
commands go on being answered.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import case, insert, literal, select, update

from benchmarks.backtest import _postgresql
from benchmarks.delivery import ask_meanwhile
from benchmarks.outbound import store_at
from bot.core.chat import ChatKind, ChatState
from bot.core.delivery import schedule
from bot.core.delivery.delivery import DeliveryKind, DeliveryState, SendPriority, UnsentReason
from bot.core.delivery.rules import HoldBackPolicy
from bot.services.digests import DigestGatherer
from storage.store import Store, open_store
from storage.tables import chats, deliveries, receivers

WEEKENDS = (date(2026, 3, 28), date(2026, 10, 24))
STEP = timedelta(minutes=15)
MINUTES = (0, 90, 150, 480, 1080)
"""00:00, 01:30, 02:30, 08:00 and 18:00: the first three are what changes of the clocks move."""


class Clock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Give the time it was set to."""
        return self.at

    def monotonic(self) -> float:
        """Not asked."""
        return 0.0


async def settle(store: Store, number: int, zones: list[str], start: datetime) -> None:
    """Make the chats, each with an hour, and let something wait for each of them."""
    async with store._database.write() as connection:
        await connection.execute(receivers.delete())
        await connection.execute(deliveries.delete())
        await connection.execute(chats.delete())
        for first in range(1, number + 1, 1000):
            ids = range(first, min(first + 1000, number + 1))
            base = {"kind": ChatKind.PRIVATE, "state": ChatState.ACTIVE, "state_at": start, "created_at": start}
            await connection.execute(insert(chats), [base | {"id": i, "timezone": zones[i % len(zones)]} for i in ids])
            hours = [
                {"chat_id": i, "thread_id": 0, "digest": _hour(i), "next_due": _first(i, zones, start)} for i in ids
            ]
            await connection.execute(insert(receivers), hours)


def _hour(number: int) -> str:
    minute = MINUTES[number % len(MINUTES)]
    return f"{minute // 60:02}:{minute % 60:02}"


def _first(number: int, zones: list[str], start: datetime) -> datetime:
    return schedule.next_slot(schedule.read(_hour(number)), ZoneInfo(zones[number % len(zones)]), start).at


async def publish(store: Store, number: int, now: datetime) -> None:
    """Let something wait for everybody."""
    base = {
        "thread_id": 0,
        "kind": DeliveryKind.ALERT,
        "rank": int(SendPriority.ALERT),
        "state": DeliveryState.HELD,
        "reason": UnsentReason.DIGEST,
        "not_before": now,
        "seen_at": now,
        "created_at": now,
        "key": now.isoformat(),
    }
    async with store._database.write() as connection:
        for first in range(1, number + 1, 1000):
            ids = range(first, min(first + 1000, number + 1))
            await connection.execute(insert(deliveries), [base | {"chat_id": i} for i in ids])


async def weekend(store: Store, number: int, zones: list[str], day: date) -> tuple[int, int, int, float]:
    """Live through a weekend; gives digests, wrong ones, missing ones and the seconds of gathering."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=14)
    await settle(store, number, zones, start + timedelta(seconds=1))
    clock = Clock(start)
    gather = DigestGatherer(
        digests=store.digests,
        held_alerts=store.held,
        clock=clock,
        policy=HoldBackPolicy(timezone="UTC"),
        queued=lambda: None,
    )
    spent = 0.0
    for step in range(int(timedelta(hours=74) / STEP)):
        clock.at = start + step * STEP
        if step % 16 == 0:
            await publish(store, number, clock.at)
        began = time.perf_counter()
        await gather.gather_digests()
        await gather.gather_digests()  # another process, or the same after a restart
        spent += time.perf_counter() - began
    wanted = select(deliveries.c.chat_id, deliveries.c.key, deliveries.c.created_at)
    async with store._database.read() as connection:
        made = (await connection.execute(wanted.where(deliveries.c.kind == DeliveryKind.DIGEST))).all()
    wrong = missing = 0
    seen = Counter((row.chat_id, row.key) for row in made)
    whole = (day, day + timedelta(days=1))
    for row in made:
        wrong += not _is_right(zones[row.chat_id % len(zones)], row.key, row.created_at)
    for chat in range(1, number + 1):
        missing += sum(seen[chat, f"digest:{each.isoformat()}T{_hour(chat)}"] != 1 for each in whole)
    return len(made), wrong, missing, spent


def _is_right(zone: str, key: str, at: datetime) -> bool:
    """Say whether it is the first quarter of an hour at which the clocks have reached the hour of the key."""
    wished = datetime.fromisoformat(key.removeprefix("digest:"))
    shown = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    before = (at - STEP).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return before < wished <= shown


def some_zones() -> list[str]:
    """Give forty zones from all over the world."""
    continents = ("Europe", "America", "Asia", "Australia", "Pacific")
    zones = [zone for zone in sorted(available_timezones()) if zone.split("/")[0] in continents]
    return [*zones[:: max(1, len(zones) // 40)][:39], "Europe/Zurich"]


async def run(number: int) -> None:
    """Run both weekends and print a table."""
    zones = some_zones()
    print("weekend     chats  zones  digests  at a wrong time  missing or twice  gathering")
    for day in WEEKENDS:
        store = await open_store("sqlite://")
        made, wrong, missing, spent = await weekend(store, number, zones, day)
        print(f"{day}  {number:>5}  {len(zones):>5}  {made:>7}  {wrong:>15}  {missing:>16}  {spent:>7.1f} s")
        await store.close()


async def rush(url: str, number: int) -> None:
    """Let all hours be the same, and see how long gathering takes and others wait, and that the oldest go first."""
    now = datetime.now(UTC).replace(hour=8, minute=0)
    async with store_at(url) as store:
        await settle(store, number, ["UTC"], now - timedelta(days=1))
        early = receivers.c.chat_id % 2 == 0
        async with store._database.write() as connection:
            first, last = (literal(at, receivers.c.next_due.type) for at in (now - timedelta(minutes=1), now))
            due = case((early, first), else_=last)
            await connection.execute(update(receivers).values(digest="08:00", next_due=due))
        await publish(store, number, now - timedelta(hours=1))
        gather = DigestGatherer(
            digests=store.digests,
            held_alerts=store.held,
            clock=Clock(now),
            policy=HoldBackPolicy(timezone="UTC"),
            queued=lambda: None,
        )
        waits: list[float] = []
        asking = asyncio.create_task(ask_meanwhile(store, waits))
        began = time.perf_counter()
        made = await gather.gather_digests()
        took = time.perf_counter() - began
        asking.cancel()
        claimed = await store.outbox.claim("bench", now, timedelta(minutes=2), 100)
    oldest = all(each.chat_id % 2 == 0 for each in claimed)
    print(
        f"{url.partition(':')[0]}: {made:,} digests due at once, gathered in {took:.1f} s; meanwhile the store's part "
        f"of a reply took median {1000 * statistics.median(waits):.0f} ms, worst {1000 * max(waits):.0f} ms; "
        f"the oldest go first: {'yes' if oldest and len(claimed) == 100 else 'NO'}"
    )


def main() -> None:
    """Take the numbers of chats from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks digests", description=__doc__)
    parser.add_argument("--chats", type=int, default=10_000)
    parser.add_argument("--rush", type=int, default=100_000)
    told = parser.parse_args()
    if told.chats:
        asyncio.run(run(told.chats))
    if told.rush:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(rush(f"sqlite:///{folder}/bench.db", told.rush))
        with _postgresql() as url:
            if url is not None:
                asyncio.run(rush(url, told.rush))
