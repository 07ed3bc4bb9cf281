"""Turns rows into the values of `bot.core`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import RowMapping

from bot.core.article import Article
from bot.core.chat import AccessLevel, Chat, ChatKind, ChatState, Person, PictureSize
from bot.core.delivery.delivery import Delivery, DeliveryKind, SendPriority, UnsentReason
from bot.core.feed import Feed, FeedState, Origin
from bot.core.identity import read_rule
from bot.core.query import parser
from bot.core.query.parser import MatchMode, Query
from bot.core.subscription import Subscription, Urgency

Row = RowMapping | Mapping[Any, Any]

_ARTICLE = tuple(field.name for field in fields(Article) if field.name not in ("traits", "state"))  # a feed's matter
_CHAT = tuple(field.name for field in fields(Chat))
_DELIVERY = tuple(field.name for field in fields(Delivery) if field.name != "reply_to")  # decided at each attempt
_FEED = tuple(field.name for field in fields(Feed))
_SUBSCRIPTION = tuple(field.name for field in fields(Subscription) if field.name not in ("query", "mode", "urgency"))


def feed(row: Row) -> Feed:
    """Read a feed."""
    values = {name: row[name] for name in _FEED}
    values |= {
        "origin": Origin(row["origin"]),
        "state": FeedState(row["state"]),
        "owner": row["owner"] or None,
        "identity": read_rule(row["identity"]),
    }
    return Feed(**values)


def article(row: Row) -> Article:
    """Read an article."""
    return Article(**{name: row[name] for name in _ARTICLE} | {"owner": row["owner"] or None})


def chat(row: Row) -> Chat:
    """Read a chat."""
    values = {name: row[name] for name in _CHAT}
    values |= {
        "kind": ChatKind(row["kind"]),
        "state": ChatState(row["state"]),
        "pictures": PictureSize(row["pictures"]),
    }
    return Chat(**values)


def person(row: Row) -> Person:
    """Read a person."""
    return Person(
        id=row["id"],
        access=AccessLevel(row["access"]),
        is_operator=row["is_operator"],
        name=row["name"],
        language=row["language"],
        asked=row["asked"],
    )


def subscription(row: Row, query: Query | None = None) -> Subscription:
    """Read a subscription joined with its query, which need not be parsed again where it is at hand."""
    values = {name: row[name] for name in _SUBSCRIPTION}
    return Subscription(
        **values,
        query=query or parser.stored(row["normal"]),
        mode=MatchMode(row["mode"]),
        urgency=Urgency(row["urgency"]),
    )


def delivery(row: Row) -> Delivery:
    """Read a delivery."""
    values = {name: row[name] for name in _DELIVERY}
    return Delivery(**values | {"kind": DeliveryKind(row["kind"]), "rank": SendPriority(row["rank"])})


def unsent_reason(value: str | None) -> UnsentReason | None:
    """Read why something was not sent."""
    return None if value is None else UnsentReason(value)
