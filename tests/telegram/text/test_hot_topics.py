"""Texts of hot topics, also for keywords that are long or look like markup."""

from __future__ import annotations

from bot.core.hot_topic import HotTopic
from bot.core.ids import QueryId
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.i18n import markup
from bot.i18n.catalog import Catalog
from bot.telegram.text import hot_topics

GERMAN = Catalog.load("de").speak("de")


def topic(keyword: str = "Nordkorea", readers: int = 12_345) -> HotTopic:
    """Make a topic with a channel."""
    return HotTopic(
        query_id=QueryId(7),
        query=parser.stored(keyword),
        mode=MatchMode.COMPOUNDS,
        readers=readers,
        channel="@nordkorea_news",
    )


def test_an_operator_reads_how_many_there_are_and_what_to_do() -> None:
    """One reader is one."""
    text, keyboard = hot_topics.question(topic(), GERMAN)
    assert markup.plain(text).startswith("Nordkorea wird von 12,345 Personen gelesen.\nIn einem öffentlichen Kanal")
    assert keyboard is not None
    assert [button.callback_data for button in keyboard.inline_keyboard[0]] == ["hot.name:7", "hot.no:7"]
    assert "von einer Person gelesen" in hot_topics.question(topic(readers=1), GERMAN)[0]


def test_a_keyword_is_shown_as_text_and_cut() -> None:
    """However long it is, and whatever is in it."""
    text, _ = hot_topics.offer(topic("<i>" + "x" * 200), GERMAN)
    assert "<i>" not in text
    assert "\n" not in text
    assert len(markup.plain(text)) < 200


def test_a_reader_gets_one_line_with_the_link_and_the_way_out() -> None:
    """The link is that of the channel."""
    text, keyboard = hot_topics.offer(topic(), GERMAN)
    assert '<a href="https://t.me/nordkorea_news">@nordkorea_news</a>' in text
    assert keyboard is not None
    assert [button.callback_data for button in keyboard.inline_keyboard[0]] == ["hot.out:7"]
