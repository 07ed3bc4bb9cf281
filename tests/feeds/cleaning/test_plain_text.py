from __future__ import annotations

import pytest

from bot.feeds.cleaning import plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Nur Text", "Nur Text"),
        ("  Viel \n\n  Luft\t. ", "Viel\nLuft ."),
        ("<p>Eins</p><p>Zwei <b>fett</b></p>", "Eins\nZwei fett"),
        ("<p>Ein\nUmbruch\nim Satz</p>", "Ein Umbruch im Satz"),
        ("Oben<br>unten<br/><br/>weit unten", "Oben\nunten\nweit unten"),
        ("<div>a<div>b</div>c</div>", "a\nb\nc"),
        ("<ul><li>x</li><li>y</li></ul>", "x\ny"),
        ("A&nbsp;B&shy;C&#8203;D&amp;E", "A BCD&E"),
        ("<p>Text<script>böse()</script><style>p{}</style></p>", "Text"),
        ("<figure><img src=x><figcaption>Bild</figcaption></figure><p>Text</p>", "Text"),
        ("<table><tr><td>1</td></tr></table>Rest", "Rest"),
        ("<p></p><p> </p><p>&nbsp;</p>", ""),
        ("", ""),
        ("<!-- nichts -->", ""),
        ("&lt;p&gt;Doppelt&lt;/p&gt;&lt;p&gt;maskiert&lt;/p&gt;", "Doppelt\nmaskiert"),
        ("a &lt; b und c &gt; d", "a < b und c > d"),
        ("3 < 5", "3 < 5"),
        ("<p>Offen <b>und <i>nie zu", "Offen und nie zu"),
        ("Wort<b>teil</b>e", "Wortteile"),
        ("<![CDATA[<p>Eins</p>]]>", "Eins"),
        ("&lt;![CDATA[Eins]]&gt;", "Eins"),
        ("<p>u\u0308ber e\u0301te\u0301</p>", "über été"),
    ],
)
def test_html_becomes_text(markup: str, text: str) -> None:
    """Paragraphs and breaks become lines, what is no text goes, and odd spaces become ordinary ones."""
    assert plain_text.to_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "is_plain", "text"),
    [
        ("A &amp; B", False, "A & B"),
        ("A &amp;amp; B", False, "A & B"),
        ("A &amp;amp;amp; B", False, "A &amp; B"),
        ("<b>Fett</b>\n und <i>schräg</i>", False, "Fett und schräg"),
        ("Der &lt;body&gt;-Tag", False, "Der <body>-Tag"),
        ("Der <body>-Tag", True, "Der <body>-Tag"),
        ("Was <table> kann und <h1>", False, "Was <table> kann und <h1>"),
        ("Sparsam mit <b> umgehen", False, "Sparsam mit <b> umgehen"),
        ("std::map<int> und <vector>", False, "std::map<int> und <vector>"),
        ("<p>Ein <a href='x'>Link <em>dahin</em></a></p>", False, "Ein Link dahin"),
        ("Eins<br/>zwei <img src='x' alt=''> H<sub>2</sub>O<!-- x -->", False, "Eins zwei H2O"),
        ("<script>alert(1)</script>Titel", False, "Titel"),
        ("<![CDATA[Eins]]>", False, "Eins"),
        ("<![CDATA[Eins]]>", True, "Eins"),
        ("U\u0308ber", True, "Über"),
        ("AT&T &#8211; ja", True, "AT&T – ja"),
    ],
)
def test_headline_becomes_a_line(markup: str, is_plain: bool, text: str) -> None:
    """A headline is one line, unescaped at most twice; tags it means stay."""
    assert plain_text.to_line(markup, is_plain=is_plain) == text


@pytest.mark.parametrize(
    "piece", ["<b>", "<div>", "<ul><li>", "<!--", "<", "&", "<p>x", "<a href='", "a\u0301\u0316", "<![CDATA["]
)
def test_hostile_markup_is_cheap(piece: str) -> None:
    """A text of nothing but opened tags takes no time worth mentioning (the test's own timeout judges)."""
    plain_text.to_text(piece * (100_000 // len(piece)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("👨\u200d👩\u200d👧 und 🏳️\u200d🌈", "👨\u200d👩\u200d👧 und 🏳️\u200d🌈"),
        ("🤷🏽\u200d♀️", "🤷🏽\u200d♀️"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("Nord\u200ckorea\u200d", "Nordkorea"),
        ("می\u200c خواهم\u200c", "می خواهم"),
        ("👨\u200d\u200d👩", "👨👩"),
        ("a\u202eb\u202cc\u2066d\u2069e\u206af\u206fg\u061ch\u2063i", "abcdefghi"),
    ],
)
def test_joiners_stay_where_they_join_and_marks_that_turn_text_go(text: str, shown: str) -> None:
    """A family stays a family and Persian stays Persian; nothing hidden stays in or between other letters."""
    assert plain_text.to_line(text) == plain_text.to_text(text) == shown


def test_a_text_of_joiners_is_cheap() -> None:
    """Looking at both sides of each costs no more than reading it (the test's own timeout judges)."""
    assert plain_text.to_line("\u200d" * 200_000) == ""
