from __future__ import annotations

import pytest

from bot.feeds import keypoints

ONE = "Kim Jong Un und Wladimir Putin treffen sich heute."
TWO = "Es geht unter anderem um die Atomwaffen Nordkoreas."
LEAD = (
    "Am Hafen von Wladiwostok wehen am Montag zwei Flaggen, und die Stadt wartet auf die beiden Gäste, "
    "die sich zum dritten Mal in diesem Jahr begegnen und viel zu besprechen haben."
)

HEADINGS = (
    "Das Wichtigste in Kürze|Das Wichtigste im Überblick|Das Wichtigste|DAS WICHTIGSTE IN KÜRZE:|Darum geht's|"
    "Darum gehts|Darum geht’s:|Darum geht es|In Kürze|Kurz & knapp|Kurz und knapp|Auf einen Blick|"
    "«Das Wichtigste in Kürze»|"
    "L’essentiel|L'essentiel en bref|Ce qu'il faut retenir|En bref|In breve|I punti chiave|Key points|Key takeaways|"
    "At a glance|KEY POINTS"
).split("|")


@pytest.mark.parametrize("heading", HEADINGS)
def test_headings(heading: str) -> None:
    """The headings publishers give such a box are known, in any case and with any marks around."""
    assert keypoints.is_heading(heading)


@pytest.mark.parametrize("line", ["Das Wichtigste ist die Gesundheit", "In Kürze mehr", "Ein Blick", "", "Kurz" * 40])
def test_other_lines_are_no_headings(line: str) -> None:
    """A sentence that begins like a heading is none."""
    assert not keypoints.is_heading(line)


BOX = {
    "heading and list": f"<h3>Das Wichtigste in Kürze</h3><ul><li>{ONE}</li><li>{TWO}</li></ul><p>{LEAD}</p>",
    "bold paragraph": f"<p><strong>Darum geht’s:</strong></p><ul><li><p>{ONE}</p></li><li>{TWO}</li></ul><p>{LEAD}</p>",
    "numbered list": f"<h2>In Kürze</h2>\n<ol>\n<li>{ONE}</li>\n<li>{TWO}</li>\n</ol>\n<p>{LEAD}</p>",
    "box in a box": (
        f"<div><div><span>L'essentiel</span></div><div><ul><li>{ONE}</li><li>{TWO}</li></ul></div></div><p>{LEAD}</p>"
    ),
    "paragraphs in a box": f"<h3>In Kürze</h3><div><p>{ONE}</p><p>{TWO}</p></div><p>{LEAD}</p>",
    "short paragraphs": f"<h4>Auf einen Blick</h4><p>{ONE}</p><p>{TWO}</p><p>{LEAD}</p>",
    "dashes": f"<p>Das Wichtigste in Kürze</p><p>- {ONE}</p><p>- {TWO}</p><p>{LEAD}</p>",
    "breaks": f"<p>Das Wichtigste in Kürze<br>- {ONE}<br>- {TWO}</p><p>{LEAD}</p>",
    "after the lead": f"<p>{LEAD}</p><h3>Key points</h3><ul><li>{ONE}</li><li>{TWO}</li></ul>",
    "plain text": f"Das Wichtigste in Kürze\n- {ONE}\n- {TWO}\n\n{LEAD}",
    "plain bullets": f"In breve:\n• {ONE}\n• {TWO}\n{LEAD}",
    "heading in a section": (
        f"<section><header><h3>Kurz & knapp</h3></header><ul><li>{ONE}</li><li>{TWO}</li></ul></section><p>{LEAD}</p>"
    ),
}


@pytest.mark.parametrize("markup", BOX.values(), ids=BOX.keys())
def test_box_is_found_and_taken_out(markup: str) -> None:
    """The points are found in every form of the box, and the rest is the article's own text."""
    assert keypoints.find(markup) == keypoints.Found((ONE, TWO), LEAD)


NO_BOX = {
    "navigation": "<h3>Auf einen Blick</h3><ul>"
    + "".join(f"<li><a href='/{n}'>Seite {n}</a></li>" for n in range(12))
    + "</ul>",
    "links to other articles": (
        "<h3>Auf einen Blick</h3><ul><li><a href='/1'>So wird das Wetter in den kommenden Tagen</a></li>"
        "<li><a href='/2'>Diese Züge fallen am Wochenende aus</a></li></ul>"
    ),
    "button": f"<p>Zusammenfassung</p><p>{LEAD}</p>",
    "nothing after": f"<p>{LEAD}</p><p>In Kürze</p>",
    "text after": f"<p><b>In Kürze</b> wird es spannend, sagt der Trainer.</p><ul><li>{ONE}</li><li>{TWO}</li></ul>",
    "other list": f"<h3>Zutaten</h3><ul><li>{ONE}</li><li>{TWO}</li></ul>",
    "whole article of short paragraphs": "<h3>In Kürze</h3>" + f"<p>{ONE}</p>" * 9,
    "tiny entries": "<h3>Key facts</h3><ul><li>Bern</li><li>Zürich</li></ul>",
}


@pytest.mark.parametrize("markup", NO_BOX.values(), ids=NO_BOX.keys())
def test_what_is_no_box_stays(markup: str) -> None:
    """Navigation, links, buttons and ordinary lists are no key points, and no text is lost over them."""
    found = keypoints.find(markup)
    assert found.points == ()
    assert found.rest


def test_many_points_are_given_as_they_are() -> None:
    """The box is read whole; how many are shown is decided elsewhere."""
    items = [f"Der Punkt Nummer {number} ist von Bedeutung." for number in range(5)]
    markup = "<h3>Key points</h3><ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
    assert keypoints.find(markup).points == tuple(items)


def test_link_inside_a_point_is_fine() -> None:
    """A point may hold a link, as long as it is not one."""
    markup = f"<h3>In Kürze</h3><ul><li>Kim und <a href='/p'>Putin</a> treffen sich am Hafen.</li><li>{TWO}</li></ul>"
    assert keypoints.find(markup).points[0] == "Kim und Putin treffen sich am Hafen."


@pytest.mark.parametrize(
    "piece", ["<b>", "<div>", "<p>In Kürze</p>", "<ul><li>", "<h3>In Kürze</h3><ul>", "In Kürze\n"]
)
def test_hostile_markup_is_cheap(piece: str) -> None:
    """A text full of headings or opened tags takes no time worth mentioning (the test's own timeout judges)."""
    keypoints.find("<h3>In Kürze</h3>" + piece * (100_000 // len(piece)))
