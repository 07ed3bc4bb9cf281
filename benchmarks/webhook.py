"""
Updates by webhook at a thousand a second for twenty seconds, through the real process.

Each update is `/sub` of another reader; every fifth is posted twice, and halfway the process is killed and started
again. Told are how long Telegram waits for its confirmation, and whether every reader got exactly one answer in the
end. Answers are paced as with paid broadcast, since thirty a second would take eleven minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.fairness.stage import find_free_port, write_toml
from bot.demo.telegram_server.rate_limits import ServerRateLimits
from bot.demo.telegram_server.server import Server
from tests.journeys.process import make_bot

RATE, SECONDS = 1_000.0, 20.0
SECRET, PATH = "a-secret-of-the-benchmark-of-webhooks", "/telegram"
_PER_SECOND = 1_000.0
_PATIENCE_SECONDS = 1_200.0


def main() -> None:
    """Print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rate", type=float, default=RATE)
    options.add_argument("--seconds", type=float, default=SECONDS)
    options.add_argument("--no-kill", action="store_true")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="webhook-") as name:
        asyncio.run(_measure(Path(name), asked.rate, asked.seconds, is_killed=not asked.no_kill))


async def _measure(folder: Path, rate: float, seconds: float, *, is_killed: bool) -> None:
    count, port = int(rate * seconds), find_free_port()
    async with Server(light=True) as server:
        server.limits = ServerRateLimits(enabled=False)
        people = [server.person(f"Reader {number}") for number in range(count)]
        for person in people:
            person.chat.met = True
        settings: dict[str, dict[str, object]] = {
            "telegram": {
                "token": server.token,
                "api_url": server.url,
                "access": "public",
                "mode": "webhook",
                "webhook_url": f"http://127.0.0.1:{port}{PATH}",
                "webhook_secret": SECRET,
                "messages_per_second": int(_PER_SECOND),
                "allow_paid_broadcast": True,
            },
            "database": {"url": "sqlite:///bot.db"},
            "polling": {"contact": "mailto:test@example.org", "allow_networks": ["127.0.0.0/8"]},
            "web": {"listen": f"127.0.0.1:{port}"},
        }
        bot = make_bot(folder, write_toml(settings, []))
        await bot.start()
        await server.calls.wait("setWebhook")
        arguments = ["127.0.0.1", str(port), PATH, SECRET, str(people[0].id), str(count), str(rate)]
        begun = time.monotonic()
        poster = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.webhook_poster", *arguments, stdout=asyncio.subprocess.PIPE
        )
        if is_killed:
            await asyncio.sleep(seconds / 2)
            await bot.kill()
            await bot.start()
        told = json.loads((await poster.communicate())[0])
        await _all_answered(server, count, begun)
        answers = Counter(_count_answers(person.chat.received) for person in people)
        seconds_in_all = time.monotonic() - begun
        await bot.terminate()
    killed = "killed halfway" if is_killed else "without a kill"
    confirmed = f"{told['confirmed']:,} confirmed in {told['seconds']:.1f} s"
    print(f"{count:,} updates, {rate:,.0f} a second, {killed}: {confirmed}")
    print(f"confirmed after {told['median'] * 1000:.0f} ms (median), {told['p99'] * 1000:.0f} ms (99 of 100);", end=" ")
    print(f"{told['again']} posts were repeated")
    print(f"answers per reader: {dict(sorted(answers.items()))}, the last one after {seconds_in_all:.0f} s")
    print(f"calls that Telegram must refuse: {len(server.violations)}")


async def _all_answered(server: Server, count: int, begun: float) -> None:
    """Wait until every reader has an answer; time enough for it to come twice is part of that."""

    def answered() -> int:
        return sum(bool(chat.received) for chat in server.world.chats.values())

    while answered() < count and time.monotonic() - begun < _PATIENCE_SECONDS:  # noqa: ASYNC110 - counted, not told
        await asyncio.sleep(1.0)
    await asyncio.sleep(3.0)


def _count_answers(received: object) -> int:
    return sum("Nordkorea" in message.text for message in received)  # type: ignore[attr-defined]
