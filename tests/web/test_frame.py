"""The frame of all pages for operators."""

from __future__ import annotations

from bot.web import frame


def test_a_page_has_the_parts_it_is_given() -> None:
    """What is not given leaves nothing behind, and a dollar sign in a part is text."""
    page = frame.render_page("<p>$1</p>", topic="feeds", heading="Feeds", head=frame.HOME, foot="all of them")
    assert "<title>Stichwort: feeds</title>" in page
    assert "<h1>Feeds</h1>" + frame.HOME in page
    assert "<main><p>$1</p></main>\n<footer>all of them</footer>" in page
    plain = frame.render_page("")
    assert "<title>Stichwort</title>" in plain
    assert "footer>" not in plain
