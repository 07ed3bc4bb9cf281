from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.core.feed import Origin
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.feeds.fetch import HttpFetcher
from bot.feeds.host_rate import HostRateLimiter
from tests.builders import NOW, make_feed
from tests.feeds.servers import Answer, FeedServer, feed_server


class Seconds:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        await asyncio.sleep(0)
        self.now = max(self.now, until)


def make_pace(clock: Seconds, *, gap: float = 1, per_host: int = 2, at_once: int = 64) -> HostRateLimiter:
    return HostRateLimiter(
        gap=timedelta(seconds=gap), per_host=per_host, at_once=at_once, clock=clock, sleep=clock.sleep
    )


async def test_p16_gap_between_starts_at_a_host() -> None:
    """Two requests to one host start at least the gap apart, in the order they were asked for."""
    clock, started = Seconds(), []
    pace = make_pace(clock)

    async def ask(name: int) -> None:
        async with pace.turn("h"):
            started.append((name, clock.now))

    await asyncio.gather(*(ask(name) for name in range(5)))
    assert started == [(name, 100.0 + name) for name in range(5)]


async def test_p16_hosts_do_not_wait_for_each_other() -> None:
    """A gap at one host delays no other host."""
    clock = Seconds()
    pace = make_pace(clock)
    for number in range(50):
        async with pace.turn(f"h{number}"):
            pass
    assert clock.now == 100.0


async def test_p16_two_at_a_time_per_host() -> None:
    """At most two requests are under way at a host, even without a gap."""
    pace, busy, most = make_pace(Seconds(), gap=0), 0, 0

    async def ask() -> None:
        nonlocal busy, most
        async with pace.turn("h"):
            busy += 1
            most = max(most, busy)
            await asyncio.sleep(0)
            busy -= 1

    await asyncio.gather(*(ask() for _ in range(10)))
    assert most == 2


async def test_p16_two_that_hang_do_not_hold_up_their_host() -> None:
    """A request that hangs takes its place for a few seconds only, though no more than a few may hang."""
    pace = HostRateLimiter(gap=timedelta(0), per_host=2, at_once=3, patience=timedelta(0))
    forever, started = asyncio.Event(), []

    async def ask(host: str) -> None:
        async with pace.turn(host):
            started.append(host)
            await forever.wait()

    asked = [asyncio.create_task(ask(host)) for host in ["slow"] * 9 + ["fine"] * 9]
    for _ in range(50):
        await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    assert len(started) == 9
    assert started.count("slow") <= 6
    forever.set()
    await asyncio.gather(*asked)
    assert len(started) == 18


async def test_p16_crowd_of_a_host_is_sent_away_with_a_time_each() -> None:
    """Who would wait too long is told when to come back: one after the other, and other hosts are free."""
    clock = Seconds()
    pace = make_pace(clock)

    def wait(host: str, patience: float) -> float:
        feed = make_feed(url=f"https://{host}/rss")
        return pace.defer(feed, patience=timedelta(seconds=patience)).total_seconds()

    assert wait("h", 10) == 0
    async with pace.turn("h"):
        assert wait("h", 0.5) == 1
        assert [wait("h", 0.5) for _ in range(3)] == [2, 3, 4]
        assert wait("h", 10) == 0
        assert wait("other", 0) == 0
    clock.now += 9
    assert wait("h", 0.5) == 0


async def test_p16_cap_over_all_hosts() -> None:
    """The cap over all hosts holds, and a host that is waited for takes no place from the others."""
    clock, order = Seconds(), []
    pace = make_pace(clock, at_once=1)

    async def ask(host: str) -> None:
        async with pace.turn(host):
            order.append(host)
            await asyncio.sleep(0)

    await asyncio.gather(ask("slow"), ask("slow"), ask("a"), ask("b"))
    assert order == ["slow", "a", "b", "slow"]


async def test_idle_hosts_are_forgotten() -> None:
    """Hosts nobody waits for do not pile up."""
    clock = Seconds()
    pace = make_pace(clock)
    for number in range(5000):
        clock.now += 2
        async with pace.turn(f"h{number}"):
            pass
    assert len(pace._hosts) <= 1024


async def test_p16_ports_of_a_host_share_it(fetcher: HttpFetcher, server: FeedServer) -> None:
    """Servers on different ports of one host are asked by two requests at a time together."""
    async with feed_server() as second:
        server.hold = second.hold = asyncio.Event()
        urls = [each.say(f"/{n}", Answer()) for each in (server, second) for n in range(4)]
        polls = [
            asyncio.create_task(fetcher.fetch(make_feed(url=url, origin=Origin.OPERATOR), subscribers=1))
            for url in urls
        ]
        async with asyncio.timeout(HANG_SECONDS):
            while server.busy + second.busy < 2:  # noqa: ASYNC110 - two servers, and either may be first
                await asyncio.sleep(0.01)
        server.hold.set()
        await asyncio.gather(*polls)
        assert len(server.asked) + len(second.asked) == 8
        assert server.busiest <= 2
        assert second.busiest <= 2


async def test_p14_the_limiter_of_hosts_works_off_a_backlog_evenly() -> None:
    """What is due at once beyond a usual number may start second by second, until nothing is left."""
    clock = Seconds()
    hosts = HostRateLimiter(gap=timedelta(0), per_host=2, at_once=64, interval=timedelta(minutes=15), clock=clock)
    due, started = 3_000, []
    while due and len(started) < 500:
        now = min(due, hosts.count_startable())
        due -= now
        hosts.note_started(now, due)
        started.append(now)
        clock.now += 1
    assert due == 0
    assert started[0] == 64
    assert max(started[1:]) <= 20


async def test_p11_the_limiter_of_hosts_tells_which_429s_mean_more_than_a_feed() -> None:
    """Three feeds of one host are enough, whatever their ports."""
    hosts = make_pace(Seconds())
    feeds = [make_feed(url=f"https://h.example:{port}/rss") for port in (443, 444, 445)]
    holds = [hosts.note_throttled(feed, timedelta(minutes=30), NOW) for feed in feeds]
    assert holds[:2] == [None, None]
    assert holds[2] is not None
    assert holds[2].covers("h.example")
    assert holds[2].until == NOW + timedelta(minutes=30)
