"""The abstractor before a language model on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.language.detect import Detector
from bot.llm.abstractor import ModelAbstractor
from bot.llm.client import ModelPolicy
from tests.fakes.clock import FakeClock
from tests.fakes.model import FakeModel, listening

PATIENCE = timedelta(seconds=0.5)


class MemoryFacts:
    """The `Facts` port in memory."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        """Look a fact up."""
        return self.known.get(key)

    async def set(self, key: str, value: str) -> None:
        """Write a fact down."""
        self.known[key] = value


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
def facts() -> MemoryFacts:
    """What outlives a restart."""
    return MemoryFacts()


@pytest.fixture
def clock() -> FakeClock:
    """Time that stands still."""
    return FakeClock()


Make = Callable[..., ModelAbstractor]


@pytest.fixture
async def make(
    endpoint: FakeModel, facts: MemoryFacts, clock: FakeClock, detect: Callable[[str], str | None]
) -> AsyncIterator[Make]:
    """Make abstractors, as a restart would."""
    made: list[ModelAbstractor] = []

    def one(**changes: Any) -> ModelAbstractor:
        told = {"base_url": endpoint.url, "model": "small", "api_key": "secret", "patience": PATIENCE} | changes
        made.append(ModelAbstractor(ModelPolicy(**told), facts=facts, clock=clock, detect=detect))
        return made[-1]

    yield one
    for each in made:
        await each.close()
