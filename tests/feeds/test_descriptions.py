"""Of some hundred descriptions with every mark of publishers' systems, none keeps any, and none loses its text."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot.feeds import entries
from bot.feeds.entries import RawEntry

TOLD = tomllib.loads((Path(__file__).parents[1] / "data" / "descriptions.toml").read_text(encoding="utf-8"))
MARKED = [(f"{mark}{text}", text) for mark in TOLD["before"] for text in TOLD["texts"]]
MARKED += [(f"{text}{mark}", text) for mark in TOLD["after"] for text in TOLD["texts"]]


def lead_of(summary: str, title: str = "Etwas ganz anderes steht darüber") -> str:
    """Clean an entry and give its description."""
    raw = RawEntry(
        guid="1",
        link="https://news.example/1",
        title=title,
        is_title_plain=True,
        summary=summary,
        content="",
        published_at=None,
        language="de",
        tags=(),
    )
    made = entries.clean(raw, "https://news.example/")
    assert made is not None
    return made.summary


def test_no_mark_is_left_and_no_text_is_lost() -> None:
    """Whatever stands before or after it."""
    assert len(MARKED) >= 200
    left = [
        (raw, lead) for raw, _ in MARKED for lead in [lead_of(raw)] for bad in TOLD["forbidden"] if bad in lead.lower()
    ]
    assert left == []
    lost = [
        (raw, lead) for raw, text in MARKED for lead in [lead_of(raw)] if text.split(". ")[0].rstrip(".") not in lead
    ]
    assert lost == []


@pytest.mark.parametrize(
    "summary",
    [
        "<p></p>",
        "&nbsp;",
        "<img src='a.gif'>",
        "Weiterlesen",
        "(dpa)",
        "<div><div><div>",
        "<p>" * 20_000,
        "&" * 50_000,
        "]]>",
    ],
)
def test_what_is_no_description_is_none(summary: str) -> None:
    """Soup, pixels and tails alone leave nothing a reader could take for a summary."""
    assert len(lead_of(summary)) < 40 or set(lead_of(summary)) <= {"&", "…"}
