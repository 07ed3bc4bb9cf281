"""The parts of delivery, as the bot puts them together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.schema import DropTable

from bot.app.delivery_wiring import schedule_digests
from bot.app.wiring import open_process
from bot.clock import WallClock
from bot.core.errors import StorageError
from bot.scheduler import Scheduler
from bot.settings import load
from bot.settings.model import Settings
from storage.schema import metadata
from storage.store import open_store
from tests.cli.test_main import write


@pytest.fixture
def settings(own_environment: Path) -> Settings:
    """The least that is needed."""
    return load.load(write())


async def test_digests_and_held_alerts_that_fail_are_no_progress(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What readers wait for is looked at by readiness, each under its name."""
    clock, scheduler = WallClock(None), Scheduler()
    store = await open_store("sqlite://")
    process = await open_process(settings, store, clock, AsyncExitStack())
    duty = process.duty
    jobs: dict[str, Callable[[], Awaitable[object]]] = {}
    monkeypatch.setattr(scheduler, "every", lambda distance, name, job: jobs.update({name: job}))
    schedule_digests(process, scheduler, lambda: None)
    names = ("digests", "held alerts")

    for name in names:
        await jobs[name]()
    assert not {*names} & {*duty.progress.list_still(timedelta(minutes=1))}

    async with store._database.write() as connection:
        for table in reversed(metadata.sorted_tables):
            await connection.execute(DropTable(table))
    for name in names:
        with pytest.raises(StorageError):
            await jobs[name]()
    await store.close()
    assert {*names} <= {*duty.progress.list_still(timedelta(0))}
