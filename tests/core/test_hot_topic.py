"""The names of what belongs to a hot topic."""

from __future__ import annotations

import pytest

from bot.core import hot_topic
from bot.core.hot_topic import HotTopic
from bot.core.ids import QueryId
from bot.core.query import parser
from bot.core.query.parser import MatchMode


def test_a_key_leads_back_to_its_topic() -> None:
    """Also the key of a delivery that was given up, which is made unlike any other."""
    key = hot_topic.key_of(QueryId(42))
    assert hot_topic.read_key(key) == 42
    assert hot_topic.read_key(f"{key}~7") == 42


@pytest.mark.parametrize("key", ["", "broadcast:42", "hot-topic:", "ask.hot-topic:42"])
def test_another_key_leads_nowhere(key: str) -> None:
    """Keys of other kinds are no topics."""
    assert hot_topic.read_key(key) is None


def test_the_link_of_a_channel_has_no_at_sign() -> None:
    """As Telegram writes it."""
    topic = HotTopic(
        query_id=QueryId(1), query=parser.stored("Bern"), mode=MatchMode.FORMS, readers=2, channel="@bern_news"
    )
    assert topic.link == "https://t.me/bern_news"
