"""The abstractor before a language model on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.language.languages import Detector
from bot.llm.client import ModelPolicy
from bot.llm.summariser import CachedModelSummariser
from storage.store import Store, open_store
from tests.builders import NOW, make_draft
from tests.contracts.scenes import add_feed, poll
from tests.fakes.clock import FakeClock
from tests.fakes.model import FakeModel, listening

PATIENCE = timedelta(seconds=2)
"""For tests in which it runs out; elsewhere an answer has all the time a loaded machine may need."""


@pytest.fixture
async def endpoint() -> AsyncIterator[FakeModel]:
    """A model that listens."""
    async with listening() as model:
        yield model


@pytest.fixture(scope="session")
def detect() -> Callable[[str], str | None]:
    """Tell German, English, French and Italian apart."""
    return Detector(("de", "en", "fr", "it")).detect


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """What outlives a restart; articles 1 to 20 are stored, so that something can be said of them."""
    opened = await open_store("sqlite://")
    feed = await add_feed(opened)
    stored = await poll(opened, feed, *(make_draft(feed, f"Nummer {number}", seen_at=NOW) for number in range(1, 21)))
    assert [article.id for article in stored] == list(range(1, 21))
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> FakeClock:
    """Time that stands still."""
    return FakeClock()


Make = Callable[..., CachedModelSummariser]


@pytest.fixture
async def make(
    endpoint: FakeModel, store: Store, clock: FakeClock, detect: Callable[[str], str | None]
) -> AsyncIterator[Make]:
    """Make abstractors, as a restart would."""
    made: list[CachedModelSummariser] = []

    def one(**changes: Any) -> CachedModelSummariser:
        told: dict[str, Any] = {"base_url": endpoint.url, "model": "small", "api_key": "secret"}
        policy = ModelPolicy(**{**told, "patience": timedelta(seconds=HANG_SECONDS), **changes})
        made.append(
            CachedModelSummariser(
                policy, summaries=store.summaries, key_value=store.key_value, clock=clock, detect=detect
            )
        )
        return made[-1]

    yield one
    for each in made:
        await each.close()
