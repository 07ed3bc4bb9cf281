"""Who can have a topic per keyword."""

from __future__ import annotations

from bot.core.ids import ChatId, ThreadId
from bot.core.keyword_topic import can_have_topics


def test_only_a_private_chat_as_a_whole_has_topics_per_keyword() -> None:
    """The topics of a group are its own, and each of them is a receiver."""
    assert can_have_topics(ChatId(5_300_000_001))
    assert not can_have_topics(ChatId(5_300_000_001), ThreadId(7))
    assert not can_have_topics(ChatId(-1_001_234_567_890))
