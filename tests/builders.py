"""Small things with sensible values, so that a test names only what it is about."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from bot.core.article import Article, ArticleDraft
from bot.core.chat import Chat, ChatKind, ChatState
from bot.core.delivery.delivery import Delivery, DeliveryKind, SendPriority
from bot.core.feed import Feed, FeedState, FeedWish, Origin
from bot.core.ids import ArticleId, ChatId, DeliveryId, FeedId, QueryId, SubscriptionId, ThreadId
from bot.core.polling import FeedHealth
from bot.core.query import parser
from bot.core.query.matcher import Evidence, QueryHit
from bot.core.query.parser import MatchMode
from bot.core.query.patterns import TextField
from bot.core.subscription import Subscription, Urgency
from bot.language.analyser import Analyser, FormRule

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
"""A Monday noon in winter; the fake clock starts here too."""
MAIN = ThreadId(0)
"""The chat itself and none of its topics."""


@cache
def the_analyser() -> Analyser:
    """Give the one analyser of this process: it takes a while to build, and remembers nothing but words."""
    return Analyser()


def make_wish(name: str = "srf", **changes: Any) -> FeedWish:
    """Make a wish for a feed of the catalogue."""
    return replace(FeedWish(url=f"https://{name}.example/rss", title=name.upper(), language="de"), **changes)


def make_feed(number: int = 1, **changes: Any) -> Feed:
    """Make a feed that was polled with success before."""
    feed = Feed(
        id=FeedId(number),
        url=f"https://feed{number}.example/rss",
        title=f"Feed {number}",
        language="de",
        declared_language=None,
        full_text="never",
        origin=Origin.CATALOGUE,
        owner=None,
        state=FeedState.ACTIVE,
        etag=None,
        last_modified=None,
        validators_url=None,
        body_hash=None,
        interval=timedelta(minutes=10),
        next_poll_at=NOW,
        first_success_at=NOW - timedelta(days=1),
        last_success_at=NOW - timedelta(minutes=10),
        last_polled_at=NOW - timedelta(minutes=10),
        failures=0,
        error=None,
    )
    return replace(feed, **changes)


def make_health(feed: Feed | None = None, **changes: Any) -> FeedHealth:
    """Make what there is to say of a feed."""
    health = FeedHealth(feed=feed or make_feed(), begun_at=NOW - timedelta(days=30), per_day=0.0)
    return replace(health, **changes)


def make_draft(feed: Feed | None = None, name: str = "treffen", **changes: Any) -> ArticleDraft:
    """Make an article that is not stored; the same name is the same article in any feed."""
    feed = feed or make_feed()
    draft = ArticleDraft(
        feed_id=feed.id,
        owner=feed.owner,
        key=_key(f"link {name}"),
        guid_key=_key(f"guid {name}"),
        url=f"https://news.example/{name}",
        title=f"Nordkorea: {name}",
        lead="Kim Jong Un und Wladimir Putin treffen sich heute.",
        body="",
        key_points=(),
        html="<p>Kim Jong Un und Wladimir Putin treffen sich heute.</p>",
        tags=(),
        language="de",
        published_at=NOW,
        seen_at=NOW,
        source_title=feed.title,
        source_host="news.example",
    )
    return replace(draft, **changes)


def make_article(number: int = 1, name: str = "treffen", **changes: Any) -> Article:
    """Make a stored article."""
    draft = make_draft(None, name)
    values = {field: getattr(draft, field) for field in ArticleDraft.__dataclass_fields__}
    return Article(**values | {"id": ArticleId(number)} | changes)


def make_hit(query_id: int, form: str = "Nordkorea") -> QueryHit:
    """Make a hit in the headline."""
    evidence = Evidence(term="Nordkorea", form=form, place=TextField.TITLE, rule=FormRule.EXACT, start=0, end=len(form))
    return QueryHit(query_id=QueryId(query_id), evidence=(evidence,))


def make_chat(number: int = 1, **changes: Any) -> Chat:
    """Make a private chat that reads German and English."""
    chat = Chat(
        id=ChatId(number),
        kind=ChatKind.PRIVATE,
        language="de",
        reads=(),
        timezone=None,
        state=ChatState.ACTIVE,
        paused_until=None,
        one_per_story=True,
        created_at=NOW,
    )
    return replace(chat, **changes)


def make_subscription(number: int = 1, normal: str = "Nordkorea", **changes: Any) -> Subscription:
    """Make a subscription of chat 1."""
    subscription = Subscription(
        id=SubscriptionId(number),
        chat_id=ChatId(1),
        thread_id=MAIN,
        number=number,
        query_id=QueryId(number),
        query=parser.stored(normal),
        mode=MatchMode.COMPOUNDS,
        urgency=Urgency.INSTANT,
        title=None,
        headline_only=False,
        paused=False,
        muted_until=None,
        created_at=NOW,
    )
    return replace(subscription, **changes)


def make_delivery(number: int = 1, **changes: Any) -> Delivery:
    """Make a claimed alert for chat 1."""
    delivery = Delivery(
        id=DeliveryId(number),
        chat_id=ChatId(1),
        thread_id=MAIN,
        key=_key(f"link {number}"),
        kind=DeliveryKind.ALERT,
        rank=SendPriority.ALERT,
        article_id=ArticleId(number),
        payload="",
        silent=False,
        attempts=0,
        plain=False,
        seen_at=NOW,
        created_at=NOW,
    )
    return replace(delivery, **changes)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]
