"""Answers in a private chat that are about a channel name it."""

from __future__ import annotations

import pytest

from bot.i18n.catalog import Catalog
from bot.i18n.markup import Html
from bot.telegram.named_channel import NamedChannel, without_heading

CHANNEL = NamedChannel(title="Ufer & Co", reference="@uferkanal")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("/list shows all.", "/list @uferkanal shows all."),
        ("<code>/unsub all</code> removes all", "<code>/unsub @uferkanal all</code> removes all"),
        ("Then /cancel, or /help.", "Then /cancel, or /help."),
        ("AC/DC and/or 24/7", "AC/DC and/or 24/7"),
        ('<a href="https://example.org/list">here</a>', '<a href="https://example.org/list">here</a>'),
    ],
)
def test_commands_within_an_answer_name_the_channel(text: str, named: str) -> None:
    """Those that act on a chat, and nothing else with a slash; what was named once stays."""
    headed = CHANNEL.head(Html(text), Catalog.load("en").speak("en"))
    assert headed == f"<i>Channel Ufer &amp; Co</i>\n{named}"
    assert CHANNEL.head(without_heading(headed), Catalog.load("en").speak("en")) == headed
