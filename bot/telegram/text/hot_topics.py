"""Texts of hot topics: what operators are asked, and what readers are told of a channel."""

from __future__ import annotations

from telegram import InlineKeyboardMarkup

from bot.core.hot_topic import HotTopic
from bot.core.subscription import Subscription
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, bold, join, link
from bot.telegram import keyboards
from bot.telegram.text import alert, subscription_list

NAME, DECLINE, LEAVE = "hot.name", "hot.no", "hot.out"
_NAME = 60


def question(topic: HotTopic, translation: Translation) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Ask an operator for a channel."""
    text = translation.n(
        "{keyword} has one reader.",
        "{keyword} has {count} readers.",
        topic.readers,
        keyword=keyword(topic),
        count=f"{topic.readers:,}",
    )
    steps = translation.t(
        "In a public channel one message reaches them all. Open one, make me an administrator there who may post, "
        "and tell me its name."
    )
    row = [
        keyboards.button(translation.label("Name the channel"), NAME, topic.query_id),
        keyboards.button(translation.label("No channel"), DECLINE, topic.query_id),
    ]
    return join("\n", [text, steps]), keyboards.keyboard([row])


def offer(topic: HotTopic, translation: Translation) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Tell a reader of the channel, in one line."""
    text = translation.t(
        "{keyword} has a channel of its own now: {channel}. Everything that comes here about it comes there.",
        keyword=keyword(topic),
        channel=link(topic.channel, topic.link),
    )
    row = [keyboards.button(translation.label("Only in the channel"), LEAVE, topic.query_id)]
    return text, keyboards.keyboard([row])


def left(
    topic: HotTopic | None, gone: Subscription, translation: Translation
) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Say that a keyword comes in the channel alone, with the way back."""
    said, undo = subscription_list.removed([gone], translation)
    if topic is None:
        return said, undo
    where = translation.t("From now on it comes in {channel}.", channel=link(topic.channel, topic.link))
    return join(" ", [said, where]), undo


def keyword(topic: HotTopic) -> Html:
    """Show the keyword of a topic."""
    return bold(alert.cut(topic.query.normal, _NAME))
