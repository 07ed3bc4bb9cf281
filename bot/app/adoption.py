"""The first poll of a feed that was just looked at: what was read for that is taken in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from bot.core.feed import Feed, Fetched, ParsedFeed
from bot.flow.poll import PollingService
from bot.language.detect import Detector


class FirstPollAdoption:
    """
    Holds the place of the poll, which is made after those who add feeds.

    Whoever added the feed does not wait for this: `warm` may have to load what guesses languages.
    """

    def __init__(self, warm: Callable[[], object] = lambda: None) -> None:
        self.poll: PollingService | None = None
        self._warm = warm
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, feed: Feed, fetched: Fetched, parsed: ParsedFeed) -> None:
        """Begin to take it in; before there is a poll, the feed simply waits for its turn."""
        if self.poll is None or not self.poll.reserve(feed.id):
            return
        task = asyncio.create_task(self._take_in(self.poll, feed, fetched, parsed))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take_in(self, poll: PollingService, feed: Feed, fetched: Fetched, parsed: ParsedFeed) -> None:
        try:
            await asyncio.to_thread(self._warm)
        finally:
            await poll.meet(feed, fetched, parsed)

    async def close(self) -> None:
        """Stop; what was not taken in is polled as usual."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def detect_lazily(languages: Iterable[str]) -> Callable[[str], str | None]:
    """Detect languages with a model that is loaded when the first text needs it: most feeds say theirs."""
    detectors: list[Detector] = []

    def detect(text: str) -> str | None:
        if not detectors:
            detectors.append(Detector(languages))
        return detectors[0].detect(text)

    return detect
