"""The report of how the bot does, and the digest of errors."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.app.error_log import ErrorLog
from bot.core.feed import FeedState
from bot.core.health import LoggedError
from bot.core.ids import ChatId
from bot.core.process_state import LoopProgress
from bot.services.health import ErrorDigest, HealthService
from storage.store import Store
from tests.builders import NOW
from tests.contracts.scenes import add_feed, poll, queue_alert
from tests.fakes.clock import FakeClock


def fail(errors: ErrorLog, event: str = "sender.failed") -> None:
    """Log an error."""
    errors.handle(logging.LogRecord("bot.services.sender", logging.ERROR, __file__, 1, event, None, None))


async def test_the_report_names_what_is_wrong(store: Store, clock: FakeClock) -> None:
    """Feeds of everybody by how long they are silent, those of readers only counted, and loops that stand still."""
    progress, errors = LoopProgress(clock.monotonic, ("poll", "deliver")), ErrorLog(clock)
    fresh, old = await add_feed(store, "fresh"), await add_feed(store, "old")
    own = await add_feed(store, "own", owner=ChatId(7))
    for feed, days in ((fresh, 1), (old, 9), (own, 20)):
        broken = replace(feed, state=FeedState.FAILING, failures=9, error="HTTP 503")
        await poll(store, broken, now=NOW - timedelta(days=days))
    await queue_alert(store, 3)
    fail(errors)
    clock.move(minutes=2)
    progress.beat("deliver")

    service = HealthService(status=store.status, database=store.state, progress=progress, errors=errors, clock=clock)
    report = await service.report()

    assert [health.feed.id for health in report.failing] == [old.id, fresh.id]
    assert (report.own_failing, report.still) == (1, ("poll",))
    assert report.stock.queue["alert"] == 1
    assert (report.database.product, report.database.size > 0) == ("SQLite", True)
    assert not report.is_database_failing
    assert report.written is not None
    assert report.last_error is not None
    store.state.met_damage("page 7")
    assert (await service.report()).is_database_failing


class Told:
    """Remembers what the operators were told."""

    def __init__(self) -> None:
        self.digests: list[tuple[tuple[str, int], ...]] = []
        self.keys: list[str] = []

    async def __call__(self, errors: Sequence[LoggedError], key: str) -> None:
        """Note a digest."""
        self.digests.append(tuple((error.event, error.count) for error in errors))
        self.keys.append(key)


async def test_errors_are_told_once_an_hour_also_after_a_restart(store: Store, clock: FakeClock) -> None:
    """The first at once; what comes within the hour waits and comes together."""
    told, errors = Told(), ErrorLog(clock)
    digest = ErrorDigest(errors=errors, key_value=store.key_value, clock=clock, tell=told)
    await digest()
    fail(errors)
    await digest()
    fail(errors)
    fail(errors, "poll.failed")
    await digest()
    assert told.digests == [(("sender.failed", 1),)]

    clock.move(minutes=59)
    again = ErrorDigest(errors=errors, key_value=store.key_value, clock=clock, tell=told)
    await again()
    assert len(told.digests) == 1
    clock.move(minutes=1)
    await again()
    assert set(told.digests[1]) == {("poll.failed", 1), ("sender.failed", 1)}
    clock.move(hours=5)
    await again()
    assert len(told.digests) == 2
    assert len(set(told.keys)) == 2


async def test_a_clock_that_was_set_back_does_not_silence_the_digest(store: Store, clock: FakeClock) -> None:
    """A digest of the future counts as none."""
    told, errors = Told(), ErrorLog(clock)
    digest = ErrorDigest(errors=errors, key_value=store.key_value, clock=clock, tell=told)
    fail(errors)
    await digest()
    clock.move(days=-3)
    fail(errors)
    await digest()
    assert len(told.digests) == 2
