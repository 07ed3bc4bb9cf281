"""Telegram's HTML dialect, rule by rule."""

import pytest

from bot.demo.telegram_server import entities
from bot.demo.telegram_server.rate_limits import ApiError


def shape(source: str) -> tuple[str, list[tuple[str, str]]]:
    formatted = entities.parse_html(source)
    return formatted.text, [
        (one.kind, entities.cut(formatted.text, one.offset, one.length)) for one in formatted.entities
    ]


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("plain", "plain", []),
        ("<b>a</b> <STRONG>b</strong>", "a b", [("bold", "a"), ("bold", "b")]),
        ("<i>a</i><em>b</em>", "ab", [("italic", "a"), ("italic", "b")]),
        ("<u>a</u> <ins>b</ins>", "a b", [("underline", "a"), ("underline", "b")]),
        ("<s>a</s> <strike>b</strike> <del>c</del>", "a b c", [("strikethrough", one) for one in "abc"]),
        ('<tg-spoiler>a</tg-spoiler> <span class="tg-spoiler">b</span>', "a b", [("spoiler", "a"), ("spoiler", "b")]),
        ("<b>a<i>b</i></b>", "ab", [("bold", "ab"), ("italic", "b")]),
        ("<b>a</>", "a", [("bold", "a")]),
        ("<b></b>x", "x", []),
        ("a<b> </b>b", "a b", []),
        ("<code>x <b>y</b></code>", "x y", [("code", "x y")]),
        ("<pre>x</pre>", "x", [("pre", "x")]),
        ("<blockquote>q</blockquote>", "q", [("blockquote", "q")]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", "q")]),
        ('<blockquote expandable="">q</blockquote>', "q", [("expandable_blockquote", "q")]),
        ("&lt;b&gt; &amp;amp; &quot", '<b> &amp; "', []),
        ("&nbsp;&apos;&auml;", "&nbsp;&apos;&auml;", []),
        ("&#65;&#x42&#x1F600;", "AB\U0001f600", []),
        ("&#0;&#x10ffff;&#99999999999;", "&#0;&#x10ffff;&#99999999999;", []),
        ("&#x1F600;<b>x</b>", "\U0001f600x", [("bold", "x")]),
        ("  \n <b> x</b>  ", " x", [("bold", " x")]),
        ("  y <b> x</b> \n", "y  x", [("bold", " x")]),
        ("<a href=https>x</a>", "x", []),
        ('<a href="https://srf.ch/a?b=1&amp;c=2">x</a>', "x", [("text_link", "x")]),
        ("<a>srf.ch</a>", "srf.ch", [("text_link", "srf.ch")]),
        ('<a href="no link">x</a>', "x", []),
        ('<a href="http://localhost/x">x</a>', "x", []),
        ("a\r\nb\tc", "a\nb c", []),
        ("/sub Kim @bot https://nau.ch/x.", "/sub Kim @bot https://nau.ch/x.",
         [("bot_command", "/sub"), ("mention", "@bot"), ("url", "https://nau.ch/x")]),
        ("<code>/sub</code>", "/sub", [("code", "/sub")]),
    ],
)  # fmt: skip
def test_accepted(source: str, text: str, found: list[tuple[str, str]]) -> None:
    """What Telegram accepts becomes this text with these stretches."""
    assert shape(source) == (text, found)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("ü<P>", 'Unsupported start tag "p" at byte offset 2'),
        ("<b/>", 'Unsupported start tag "b/" at byte offset 0'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<!-- x -->", 'Unsupported start tag "!--" at byte offset 0'),
        ("a <", "Unclosed start tag at byte offset 2"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ('<a href="x', 'Unclosed start tag "a" at byte offset 0'),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a ='x'>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji emoji-id=0>x</tg-emoji>", "Invalid custom emoji identifier specified"),
        (
            "&#xD800;",
            (
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            ),
        ),
    ],
)
def test_refused(source: str, reason: str) -> None:
    """What Telegram refuses is refused with its words."""
    with pytest.raises(ApiError) as caught:
        entities.parse_html(source)
    assert caught.value.code == 400
    assert caught.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    "source",
    [
        '<pre><code class="language-python">x</code></pre>',
        '<code class="language-python"><pre>x</pre></code>',
    ],
)
def test_a_block_has_a_language_in_either_nesting(source: str) -> None:
    """A code tag directly inside or around pre gives the block its language."""
    (block,) = entities.parse_html(source).entities
    assert (block.kind, block.language) == ("pre", "python")


def test_inline_code_has_no_language() -> None:
    """Without pre the class is dropped."""
    (inline,) = entities.parse_html('<code class="language-python">x</code>').entities
    assert (inline.kind, inline.language) == ("code", "")


def test_offsets_count_utf16_units() -> None:
    """A character beyond the basic plane counts twice."""
    (bold,) = entities.parse_html("\U0001f600<b>\U0001f600x</b>").entities
    assert (bold.offset, bold.length) == (2, 3)


def test_a_link_is_written_as_telegram_writes_it() -> None:
    """The host is lowered and an empty path becomes a slash."""
    (link,) = entities.parse_html('<a href="SRF.ch">x</a>').entities
    assert link.url == "http://srf.ch/"


def test_a_time_keeps_its_instant() -> None:
    """A tg-time tag becomes a date_time entity."""
    (moment,) = entities.parse_html('<tg-time unix="1800000000" format="t">08:00</tg-time>').entities
    assert moment.to_wire() == {
        "type": "date_time", "offset": 0, "length": 5, "unix_time": 1_800_000_000, "date_time_format": "t",
    }  # fmt: skip


def test_entities_beyond_a_hundred_are_ignored() -> None:
    """Extra formatting is dropped, the text stays."""
    formatted = entities.parse_html("<b>x</b> " * 130)
    assert len(formatted.entities) == 100
    assert len(formatted.text) == 130 * 2 - 1
