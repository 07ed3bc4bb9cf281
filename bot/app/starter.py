"""The starter catalogue for chats whose sources do not speak their language."""

from __future__ import annotations

from bot.core.ports import Clock
from bot.feeds import catalogue
from bot.flow.starter import StarterFeeds
from bot.language import codes
from storage.store import Store


def make_starter(store: Store, clock: Clock, *, is_open: bool) -> StarterFeeds:
    """Read the starter catalogue once, by language."""
    wishes = catalogue.starter(codes.OWN)
    return StarterFeeds(
        feeds=store.feeds,
        sources=store.sources,
        chats=store.chats,
        archive=store.archive,
        clock=clock,
        is_open=is_open,
        starter={language: [each for each in wishes if each.language == language] for language in codes.OWN},
    )
