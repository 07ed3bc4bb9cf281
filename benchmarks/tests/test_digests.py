"""Digests over weekends on which clocks change, of fewer chats than the benchmark has."""

from __future__ import annotations

from datetime import date

import pytest

from benchmarks import digests
from storage.store import open_store


@pytest.mark.parametrize("day", digests.WEEKENDS)
async def test_each_digest_comes_once_at_the_right_hour_when_the_clocks_change(day: date) -> None:
    """In forty zones, at hours that are jumped over or come twice, asked for twice each time."""
    store = await open_store("sqlite://")
    made, wrong, missing, _ = await digests.weekend(store, 200, digests.some_zones(), day)
    await store.close()
    assert (made, wrong, missing) == (600, 0, 0)
