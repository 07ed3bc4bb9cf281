"""How many alerts a day a keyword would bring, and what would bring fewer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.core.archive import ArticleRef
from bot.core.backtest import BacktestResult
from bot.core.ids import ArticleId
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.services.backtest import Backtest
from bot.services.search import WordIndexing
from bot.services.volume import NarrowerQuery, Volume, VolumePolicy, VolumeSearch, count_a_day
from storage.store import Store, open_store
from tests.builders import NOW, make_chat, make_draft, make_subscription, the_analyser
from tests.contracts.scenes import add_feed, meet, poll
from tests.fakes.clock import FakeClock

FEW = VolumePolicy(many=2)


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """A database in memory."""
    store = await open_store("sqlite://")
    yield store
    await store.close()


def past(*ages: timedelta, week: int | None = None) -> BacktestResult:
    """Make a result with articles of these ages."""
    sightings = tuple(
        ArticleRef(article_id=ArticleId(number), key=str(number), published_at=NOW - age)
        for number, age in enumerate(ages)
    )
    counted = sum(age <= timedelta(days=7) for age in ages) if week is None else week
    return BacktestResult(week=counted, month=len(sightings), sightings=sightings)


@pytest.mark.parametrize(
    ("ages", "a_day"),
    [
        ([], 0),
        ([timedelta(hours=1)] * 30, 30),
        ([timedelta(days=2)] * 30, 15),
        ([timedelta(days=6)] * 13, 3),
        ([timedelta(hours=1)] * 70 + [timedelta(days=20)], 10),
        ([timedelta(days=8)], 0),
        ([timedelta(minutes=-5)] * 3, 3),
    ],
    ids=["nothing", "today", "two days", "rounded up", "a whole week", "before the week", "dated ahead"],
)
def test_a_day_is_an_average_of_what_there_is_of_the_last_week(ages: list[timedelta], a_day: int) -> None:
    """Where articles are there for two days only, those count."""
    assert count_a_day(past(*ages), NOW) == a_day


async def fill(store: Store) -> None:
    """Publish twelve articles of today: all name Kim and Jong, eleven side by side, three of these in another form."""
    feed, drafts = await add_feed(store), []
    for number in range(12):
        lead = "Kim Jong kommt." if number < 8 else "Kim sagt, dass Jong kommt."
        title = "Kims Jong" if number >= 9 else f"Tag {number}"
        lead = "Jong kommt." if number >= 9 else lead
        drafts.append(make_draft(feed, f"n{number}", title=title, lead=lead, body="", published_at=_at(number)))
    await poll(store, feed, *drafts)
    await WordIndexing(archive=store.archive, analyser=the_analyser())()


def _at(number: int) -> datetime:
    return NOW - timedelta(minutes=number)


async def search(store: Store, normal: str, mode: MatchMode, policy: VolumePolicy = FEW) -> Volume | None:
    """Subscribe in mind, and look for something narrower."""
    await meet(store)
    clock, chat, query = FakeClock(NOW), make_chat(), parser.parse(normal)
    backtest = Backtest(archive=store.archive, analyser=the_analyser(), clock=clock)
    found = await backtest(chat, query, mode)
    return await VolumeSearch(backtest=backtest, clock=clock, policy=policy)(
        chat, make_subscription(normal=normal, mode=mode), found
    )


async def test_what_would_bring_fewer_is_counted(store: Store) -> None:
    """The words as they are written, and side by side; only what really is less, and not nothing."""
    await fill(store)

    several = await search(store, "Kim Jong", MatchMode.COMPOUNDS)
    exact = await search(store, "Kim Jong", MatchMode.EXACT)
    single = await search(store, "Jong", MatchMode.COMPOUNDS)
    reverse = await search(store, "Jong Kim", MatchMode.FORMS)

    phrase = parser.parse('"Kim Jong"')
    assert several is not None
    assert (several.a_day, several.exact, several.phrase) == (12, 9, NarrowerQuery(query=phrase, a_day=11))
    assert exact == Volume(a_day=9, phrase=NarrowerQuery(query=phrase, a_day=8))
    assert single == Volume(a_day=12)
    assert reverse == Volume(a_day=12, exact=9)


async def test_a_keyword_that_brings_little_is_left_alone(store: Store) -> None:
    """Up to twenty a day."""
    await fill(store)

    assert await search(store, "Kim Jong", MatchMode.COMPOUNDS, VolumePolicy()) is None
    assert await search(store, "Kim Jong", MatchMode.COMPOUNDS, VolumePolicy(many=12)) is None
