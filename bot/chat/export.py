"""A chat's keywords as a file: JSON that people can read and that a later import understands."""

from __future__ import annotations

import json
from datetime import datetime

from bot.core.subscription import Subscription

FORMAT = 1


def subscriptions_file(subscriptions: tuple[Subscription, ...], now: datetime) -> bytes:
    """Write subscriptions down."""
    content = {
        "format": FORMAT,
        "program": "stichwort",
        "written_at": now.isoformat(timespec="seconds"),
        "subscriptions": [_entry(each) for each in subscriptions],
    }
    return json.dumps(content, ensure_ascii=False, indent=2).encode("utf-8", "replace")


def _entry(each: Subscription) -> dict[str, object]:
    return {
        "number": each.number,
        "query": each.normal,
        "mode": each.mode.value,
        "urgency": each.urgency.value,
        "title": each.title,
        "headline_only": each.headline_only,
        "paused": each.paused,
        "created_at": each.created_at.isoformat(timespec="seconds"),
    }
