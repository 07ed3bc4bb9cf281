"""The tags of a text that an operator typed."""

from __future__ import annotations

import pytest

from bot.demo.telegram_server import entities
from bot.demo.telegram_server.rate_limits import ApiError
from bot.telegram.text import tags
from bot.telegram.text.tags import FaultyTag, TagFault

IN_ORDER = (
    "plain & simple > all",
    "<b>bold <i>both</i></b> <STRONG>x</strong >",
    '<a href="https://example.org/?a=1&b=2">link</a>',
    '<blockquote expandable>long</blockquote><pre><code class="language-python">x</code></pre>',
    '<span class="tg-spoiler">x</span> <tg-spoiler>y</tg-spoiler>',
    '<tg-time unix="1" format="t">12:00</tg-time>',
)


@pytest.mark.parametrize("text", IN_ORDER)
def test_what_telegram_takes_is_in_order(text: str) -> None:
    """The strict server takes it too."""
    assert tags.find_fault(text) is None
    entities.parse_html(text)


@pytest.mark.parametrize(
    ("text", "tag", "fault"),
    [
        ("a <b>b", "<b>", TagFault.UNCLOSED),
        ("<b><i>x</b></i>", "</b>", TagFault.UNOPENED),
        ("x</i>", "</i>", TagFault.UNOPENED),
        ("a < b", "< b", TagFault.UNKNOWN),
        ("I <3 this\nline", "<3 this", TagFault.UNKNOWN),
        ("<script>x</script>", "<script>x</script>", TagFault.UNKNOWN),
        ("<br>", "<br>", TagFault.UNKNOWN),
        ("<span>x</span>", "<span>", TagFault.UNKNOWN),
        ("<tg-time>x</tg-time>", "<tg-time>", TagFault.UNKNOWN),
        ("<b", "<b", TagFault.UNKNOWN),
        ("<b>x</b x=1>", "</b x=1>", TagFault.UNOPENED),
    ],
)
def test_the_first_faulty_tag_is_found(text: str, tag: str, fault: TagFault) -> None:
    """As it was typed; the strict server refuses each of them."""
    assert tags.find_fault(text) == FaultyTag(tag, fault)
    with pytest.raises(ApiError):
        entities.parse_html(text)
