from __future__ import annotations

import asyncio
from collections import Counter

from bot.core import article
from bot.core.feed import ParsedFeed
from bot.flow.drafting import Drafting
from tests.builders import NOW, make_feed
from tests.fakes.counters import FakeCounters
from tests.fakes.press import make_entry


async def test_a_long_document_lets_others_have_their_turn(counters: FakeCounters) -> None:
    """Between every few of 500 entries, and of each text only a part is looked at."""
    turn = 0
    made_in: Counter[int] = Counter()
    longest = 0

    async def others() -> None:
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    def detect(text: str) -> str:
        nonlocal longest
        made_in[turn] += 1
        longest = max(longest, len(text))
        return "de"

    entries = tuple(make_entry(str(number), summary="Wort " * 1_000) for number in range(500))
    parsed = ParsedFeed(title="Zeitung", language=None, site_url=None, ttl=None, entries=entries)
    waiting = asyncio.create_task(others())
    drafts = await Drafting(detect, counters)(make_feed(language=None), parsed, NOW)
    waiting.cancel()

    assert [draft.title for draft in drafts] == [entry.title for entry in entries]
    assert max(made_in.values()) <= 10
    assert longest <= article.DETECTED
