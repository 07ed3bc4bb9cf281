"""The frame that all pages for operators share; templates are read once, when the program starts."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import Final

_FOLDER = Path(__file__).parent / "page"


def read_text(name: str) -> str:
    """Read a part of a page."""
    return _FOLDER.joinpath(name).read_text("utf-8")


def read_template(name: str) -> Template:
    """Read what a page fills in."""
    return Template(read_text(name))


STYLE: Final = read_text("status.css")
"""The one style sheet of these pages; it stands in each of them."""
HOME: Final = '<nav><a href="/">Status</a></nav>'


def render_page(main: str, *, topic: str = "", heading: str = "Stichwort", head: str = "", foot: str = "") -> str:
    """Put a page together; all parts are HTML, and `topic` is what its title adds to the name of the bot."""
    return _FRAME.substitute(
        style=STYLE,
        title=f"Stichwort: {topic}" if topic else "Stichwort",
        heading=heading,
        head=head,
        main=main,
        foot=f"<footer>{foot}</footer>" if foot else "",
    )


_FRAME: Final = read_template("frame.html")
