from __future__ import annotations

import tomllib
import unicodedata
from pathlib import Path

import pytest

from bot.feeds.cleaning import boilerplate, key_points, plain_text

ONE = "Kim Jong Un und Wladimir Putin treffen sich heute."
TWO = "Es geht unter anderem um die Atomwaffen Nordkoreas."
LEAD = (
    "Am Hafen von Wladiwostok wehen am Montag zwei Flaggen, und die Stadt wartet auf die beiden Gäste, "
    "die sich zum dritten Mal in diesem Jahr begegnen und viel zu besprechen haben."
)

SHORT_LEAD = "Am Hafen von Wladiwostok wehen am Montag zwei Flaggen."
ROWS = tomllib.loads((Path(__file__).parents[2] / "data" / "keypoints.toml").read_text(encoding="utf-8"))
CLEAR = "Das Wichtigste in Kürze"


def told(row: str, heading: str = CLEAR) -> str:
    """Put the texts into a shape."""
    for name, text in (("HEADING", heading), ("ONE", ONE), ("TWO", TWO), ("LEAD", SHORT_LEAD)):
        row = row.replace(name, text)
    return row


@pytest.mark.parametrize("heading", ROWS["headings"])
def test_headings(heading: str) -> None:
    """The headings publishers give such a box are known, in any case and with any marks around."""
    assert key_points.is_one(heading)
    assert key_points.is_one(heading.upper())
    assert key_points.is_one(unicodedata.normalize("NFD", heading))


@pytest.mark.parametrize("heading", ["Las claves", "Puntos clave:", "Lo más importante", "En síntesis", "LO ESENCIAL"])
@pytest.mark.parametrize("shape", ["list", "plain dashes"])
def test_a_language_without_an_interface_brings_its_headings(heading: str, shape: str) -> None:
    """Spanish has them in its folder."""
    assert key_points.find(told(ROWS["shapes"][shape], heading)) == key_points.KeyPoints((ONE, TWO), SHORT_LEAD)
    assert not key_points.is_one("Las claves del coche")


@pytest.mark.parametrize("heading", ROWS["headings"])
@pytest.mark.parametrize("shape", ["list", "plain dashes"])
def test_every_heading_heads_a_box(heading: str, shape: str) -> None:
    """In HTML and in plain text, also where letters and accents come apart."""
    for spelled in (heading, unicodedata.normalize("NFD", heading)):
        assert key_points.find(told(ROWS["shapes"][shape], spelled)) == key_points.KeyPoints((ONE, TWO), SHORT_LEAD)


@pytest.mark.parametrize("heading", [CLEAR, "In Kürze"])
@pytest.mark.parametrize("shape", ROWS["shapes"])
def test_every_shape_is_read(shape: str, heading: str) -> None:
    """Points are found in every shape of the box, and what is left is the lead alone."""
    found = key_points.find(told(ROWS["shapes"][shape], heading))
    assert found.points == (ONE, TWO)
    assert boilerplate.clean_body(found.rest) == SHORT_LEAD


@pytest.mark.parametrize("after", ROWS["after_two_paragraphs"])
def test_lead_is_no_point(after: str) -> None:
    """Where nothing tells points from the paragraphs after them, there are two, and no text is lost."""
    row = ROWS["after_two_paragraphs"][after]
    found = key_points.find(told(f"<h1>Treffen</h1><p><b>HEADING</b></p><p>ONE</p><p>TWO</p>{row}"))
    assert found.points == (ONE, TWO)
    assert found.rest == "Treffen\n" + plain_text.to_text(told(row))


@pytest.mark.parametrize("row", ROWS["none"])
def test_heading_alone_proves_nothing(row: str) -> None:
    """Calls, links, tiny entries and single paragraphs are no key points."""
    for heading in (CLEAR, "In Kürze", "Auf einen Blick"):
        markup = told(ROWS["none"][row], heading)
        assert key_points.find(markup) == key_points.KeyPoints((), plain_text.to_text(markup))


@pytest.mark.parametrize("row", ROWS["none_in_brief"])
def test_column_of_short_news_is_no_box(row: str) -> None:
    """A heading that heads other things too needs more than a few short paragraphs."""
    assert key_points.find(told(ROWS["none_in_brief"][row])).points == ()


def test_long_list_gives_its_first_points() -> None:
    """A list of more points than anybody shows is read from its start; the others stay in the text."""
    points = [f"Der Punkt Nummer {number} ist von Bedeutung." for number in range(8)]
    items = "".join(f"<li>{point}</li>" for point in points)
    found = key_points.find(f"<h3>{CLEAR}</h3><ul>{items}</ul><p>{SHORT_LEAD}</p>")
    assert found == key_points.KeyPoints(tuple(points[:6]), "\n".join([*points[6:], SHORT_LEAD]))


def test_long_entry_stays_in_the_text() -> None:
    """One entry too long for a point costs the others nothing, and is not lost."""
    long = " ".join([LEAD] * 3)
    found = key_points.find(f"<h3>{CLEAR}</h3><ul><li>{ONE}</li><li>{long}</li><li>{TWO}</li></ul>")
    assert found == key_points.KeyPoints((ONE, TWO), long)


@pytest.mark.parametrize("line", ["Das Wichtigste ist die Gesundheit", "In Kürze mehr", "Ein Blick", "", "Kurz" * 40])
def test_other_lines_are_no_headings(line: str) -> None:
    """A sentence that begins like a heading is none."""
    assert not key_points.is_one(line)


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
    assert key_points.find(markup) == key_points.KeyPoints((ONE, TWO), LEAD)


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
    found = key_points.find(markup)
    assert found.points == ()
    assert found.rest


def test_many_points_are_given_as_they_are() -> None:
    """The box is read whole; how many are shown is decided elsewhere."""
    items = [f"Der Punkt Nummer {number} ist von Bedeutung." for number in range(5)]
    markup = "<h3>Key points</h3><ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
    assert key_points.find(markup).points == tuple(items)


def test_link_inside_a_point_is_fine() -> None:
    """A point may hold a link, as long as it is not one."""
    markup = f"<h3>In Kürze</h3><ul><li>Kim und <a href='/p'>Putin</a> treffen sich am Hafen.</li><li>{TWO}</li></ul>"
    assert key_points.find(markup).points[0] == "Kim und Putin treffen sich am Hafen."


@pytest.mark.parametrize(
    "piece",
    [
        *("<b>", "<div>", "<p>In Kürze</p>", "<ul><li>", "<h3>In Kürze</h3><ul>", "In Kürze\n", "<li>Key points</li>"),
        *(
            "<p> </p>",
            "<h3>Key points</h3><p>Kurz und gut</p>",
            "<h3>Key points</h3><style>",
            "- Punkt eins\n",
            "a\u0301",
        ),
    ],
)
def test_hostile_markup_is_cheap(piece: str) -> None:
    """A text full of headings or opened tags takes no time worth mentioning (the test's own timeout judges)."""
    for heading in ("<h3>In Kürze</h3>", "In Kürze\n"):
        key_points.find(heading + piece * (200_000 // len(piece)))
