"""The stage of the delivery benchmark: the strict server in a process of its own, a store full of readers, a sender."""

from __future__ import annotations

import asyncio
import json
import sys
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot.clock import WallClock
from bot.core.article import Article, ArticleDraft
from bot.core.delivery.delivery import SenderPolicy
from bot.core.delivery.rate_limit import RateLimiter, RatePolicy
from bot.core.feed import Feed, FeedWish
from bot.core.ids import ArticleId, ChatId, QueryId, ThreadId
from bot.core.query import parser
from bot.core.query.matcher import Evidence, QueryHit
from bot.core.query.parser import MatchMode
from bot.core.query.patterns import TextField
from bot.core.repositories import FinishedPoll
from bot.core.subscription import Urgency
from bot.i18n.catalog import Catalog
from bot.language.analyser import Analyser, FormRule
from bot.services.message import AlertSummariser, MessagePreparation
from bot.services.retry import Outage, StoreRetry
from bot.services.send_rules import SendRules
from bot.services.sender import OutcomeReport, Sender, SenderProcess
from bot.telegram.api.client import BotClient, RetryingCaller
from bot.telegram.api.rate_limiter import TelegramRateLimiter
from bot.telegram.messages import TelegramMessenger
from bot.telegram.replies import ReplySender
from storage import schema
from storage.store import Store, open_store
from storage.tables import chats, subscriptions

ROOT = Path(__file__).parents[1]
CHUNK = 5_000
ALL_AT_ONCE = 10_000


@dataclass(frozen=True, kw_only=True)
class Telegram:
    """The strict server in its process."""

    url: str
    token: str
    first: int
    last: int

    async def ask(self, path: str, body: Mapping[str, object] | None = None) -> Any:
        """Ask its control side."""
        data = None if body is None else json.dumps(body).encode()

        def call() -> Any:
            request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read() or b"null")

        return await asyncio.to_thread(call)

    async def sends(self) -> list[tuple[int, float, float, int]]:
        """List messages that came in: chat, when, when answered, status."""
        return [(row[1], row[2], row[3], row[4]) for row in await self.ask("/_demo/sends")]


@asynccontextmanager
async def telegram(people: int, *, limited: bool = True) -> AsyncIterator[Telegram]:
    """Run the server."""
    options = [] if limited else ["--unlimited"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.demo.telegram_server.standalone", "--people", str(people), "--light", *options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        told = json.loads(await process.stdout.readline())
        yield Telegram(url=told["url"], token=told["token"], first=told["first"], last=told["last"])
    finally:
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def store_at(url: str) -> AsyncIterator[Store]:
    """Open a fresh store."""
    await asyncio.to_thread(schema.upgrade, url)
    store = await open_store(url)
    try:
        yield store
    finally:
        await store.close()


@dataclass(kw_only=True)
class Readers:
    """Who subscribed to what."""

    store: Store
    feed: Feed
    count: int = 0

    async def add(self, first: int, count: int, normal: str) -> QueryId:
        """Let chats with following ids subscribe to a keyword; the first in the ordinary way, the rest at once."""
        now = datetime.now(UTC)
        common = {"kind": "private", "language": "de", "state": "active", "state_at": now, "created_at": now}
        new = [common | {"id": first + at, "last_number": 1} for at in range(count)]
        async with self.store._database.write() as connection:
            for start in range(0, count, ALL_AT_ONCE):
                await connection.execute(insert(chats), new[start : start + ALL_AT_ONCE])
        wish = await self.store.subscriptions.add(
            ChatId(first), ThreadId(0), parser.stored(normal), MatchMode.COMPOUNDS, Urgency.INSTANT, limit=100, now=now
        )
        row = {"thread_id": 0, "number": 1, "query_id": wish.query_id, "urgency": "instant", "created_at": now}
        rows = [row | {"chat_id": first + at} for at in range(1, count)]
        async with self.store._database.write() as connection:
            for start in range(0, len(rows), ALL_AT_ONCE):
                await connection.execute(insert(subscriptions), rows[start : start + ALL_AT_ONCE])
        return wish.query_id

    async def publish(self, query_id: QueryId, word: str) -> Article:
        """Let the feed bring an article that hits."""
        self.count += 1
        now, key = datetime.now(UTC), f"bench-{self.count}"
        draft = ArticleDraft(
            feed_id=self.feed.id,
            owner=None,
            key=key,
            guid_key=None,
            url=f"https://example.org/{key}",
            title=f"{word}: Meldung {self.count}",
            lead=f"In {word} treffen sich heute zwei Präsidenten zu einem längeren Gespräch über die Lage.",
            body="",
            key_points=(),
            html="",
            tags=(),
            language="de",
            published_at=now,
            seen_at=now,
            source_title="Bench",
            source_host="example.org",
        )
        (article,) = await self.store.feeds.finish_poll(FinishedPoll(feed=self.feed, drafts=[draft], alert=True), now)
        proof = Evidence(term=word, form=word, place=TextField.TITLE, rule=FormRule.EXACT, start=0, end=len(word))
        await self.store.articles.record_matches(article.id, [QueryHit(query_id, (proof,))])
        return article

    async def enqueue(self, article_id: ArticleId) -> int:
        """Queue all alerts of an article."""
        total = 0
        while (queued := await self.store.articles.enqueue(article_id, datetime.now(UTC), limit=CHUNK)) is not None:
            total += queued
        return total


async def make_readers(store: Store) -> Readers:
    """Begin with a feed and nobody."""
    wish = FeedWish(url="https://example.org/feed", title="Bench", language="de")
    return Readers(store=store, feed=await store.feeds.add(wish, datetime.now(UTC)))


class Counts:
    """Counts what the sender counts."""

    def __init__(self) -> None:
        self.found: dict[str, float] = {}

    def count(self, name: str, /, amount: float = 1, **labels: str) -> None:
        """Add."""
        key = " ".join((name, *labels.values()))
        self.found[key] = self.found.get(key, 0) + amount

    def observe(self, name: str, seconds: float, /) -> None:
        """Leave durations to the server's clock."""


@dataclass(kw_only=True)
class SenderUnderTest:
    """The bot's sending half in this process."""

    deliver: Sender
    replies: ReplySender
    counts: Counts


@asynccontextmanager
async def sender(store: Store, server: Telegram, *, rate: float, outbox: Any = None) -> AsyncIterator[SenderUnderTest]:
    """Send what is queued until the end."""
    clock, counts = WallClock(None), Counts()
    account = BotClient(server.url, server.token)
    await account.open()
    rate_limiter = TelegramRateLimiter(RateLimiter(RatePolicy(messages_per_second=rate)), clock)
    policy = SenderPolicy.for_rate(rate)
    deliver = Sender(
        outbox=outbox or store.outbox,
        prepare=MessagePreparation(
            outbox=outbox or store.outbox,
            chats=store.chats,
            messenger=TelegramMessenger(
                account=account, catalog=Catalog.load("de"), clock=clock, timezone="Europe/Zurich"
            ),
            clock=clock,
            summarise=AlertSummariser(Analyser()),
            rules=SendRules(),
            preparers={},
            fresh=policy.fresh,
        ),
        rate_limiter=rate_limiter,
        clock=clock,
        retry=StoreRetry(clock=clock),
        report=OutcomeReport(counters=counts, clock=clock, outage=Outage("telegram", clock)),
        process=SenderProcess(owner="bench", token_refused=lambda: None),
        policy=policy,
    )
    task = asyncio.create_task(deliver.run())
    try:
        yield SenderUnderTest(
            deliver=deliver, replies=ReplySender(RetryingCaller(account, rate_limiter, clock)), counts=counts
        )
    finally:
        deliver.stop()
        await task
        await account.close_all()
