"""Ten thousand feeds at fifteen minutes over ten hours, on a clock that is moved by hand: how evenly they are asked."""

from __future__ import annotations

import heapq
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from bot.core import polling
from bot.core.feed import NotModified
from bot.core.polling import PollPolicy
from tests.builders import NOW, make_feed

FEEDS, INTERVAL, HOURS = 10_000, timedelta(minutes=15), 10


def main() -> list[int]:
    """Print how many polls each minute saw, and how close two requests to a host came; gives the minutes."""
    minutes, _ = simulate(FEEDS, HOURS, seed=3)
    steady = minutes[30:]
    mean = sum(steady) / len(steady)
    print(
        f"{FEEDS:,} feeds every {INTERVAL.seconds // 60} minutes over {HOURS} hours, all added at once: after the first"
        f" half hour {mean:.0f} polls a minute, least {min(steady)} ({min(steady) / mean - 1:+.0%}),"
        f" most {max(steady)} ({max(steady) / mean - 1:+.0%})"
    )
    return minutes


def simulate(feeds: int, hours: int, *, seed: int) -> tuple[list[int], dict[int, list[float]]]:
    """Poll feeds that never change as they come due; gives polls per minute and, by feed, when it was asked."""
    source = random.Random(seed)
    policy = PollPolicy(interval=INTERVAL, min_interval=INTERVAL, max_interval=INTERVAL)
    minutes, asked = [0] * (hours * 60), defaultdict(list)
    for number, at in _due(feeds, hours, policy, source):
        minutes[int(at // 60)] += 1
        asked[number].append(at)
    return minutes, asked


def _due(feeds: int, hours: int, policy: PollPolicy, source: random.Random) -> Iterator[tuple[int, float]]:
    known = {number: make_feed(number, first_success_at=None, interval=INTERVAL) for number in range(feeds)}
    answer = NotModified(url="")
    queue = [(0.0, number) for number in known]
    while queue:
        at, number = heapq.heappop(queue)
        yield number, at
        now = NOW + timedelta(seconds=at)
        known[number] = polling.after_success(known[number], policy, answer, now=now, jitter=source.random())
        due = (known[number].next_poll_at - NOW).total_seconds()
        if due < hours * 3600:
            heapq.heappush(queue, (due, number))
