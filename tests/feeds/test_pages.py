"""What is read on web pages."""

from __future__ import annotations

from bot.feeds import pages

ONE = "Kim Jong Un und Wladimir Putin treffen sich heute in der Stadt."
TWO = "Es geht unter anderem um die Atomwaffen Nordkoreas und um Getreide."
TEXT = (
    "Am Hafen von Wladiwostok wehen am Montag zwei Flaggen, und die Stadt wartet auf die beiden Gäste.",
    "Die Gespräche dauern bis in die Nacht, und am Dienstag reisen beide Delegationen wieder nach Hause.",
    "Der Hafen bleibt so lange gesperrt, und auch die Züge in den Norden fahren nicht, sagt die Polizei.",
)


def test_page_is_cleaned_like_a_feed() -> None:
    """Marks and tails leave the points and the text of a page too, and no point stands in the text again."""
    first, *others = TEXT
    markup = (
        "<html><body><article><h1>Treffen</h1><h2>Das Wichtigste in Kürze</h2>"
        f"<ul><li>{ONE} (sda)</li><li>(dpa) {TWO}</li></ul><p>BERLIN (dpa) - {first}</p>"
        + "".join(f"<p>{each}</p>" for each in others)
        + "<p>Foto: Keystone</p></article></body></html>"
    )
    body, points, is_reserved, _ = pages.find_text(markup, "https://news.example/1")
    assert points == [ONE, TWO]
    assert body.removeprefix("Treffen\n") == "\n".join(TEXT)
    assert not is_reserved
