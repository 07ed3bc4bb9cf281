"""Of some hundred texts with every mark of publishers' systems, none keeps any, and none loses its text."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.core.feed import Entry
from bot.core.query.matcher import explain
from bot.core.query.parser import MatchMode, parse
from bot.core.query.patterns import Document
from bot.feeds import entries
from bot.feeds.entries import RawEntry
from tests.builders import the_analyser

TOLD = tomllib.loads((Path(__file__).parents[1] / "data" / "descriptions.toml").read_text(encoding="utf-8"))
MARKED = [(f"{mark}{text}", text) for mark in TOLD["before"] for text in TOLD["texts"]]
MARKED += [(f"{text}{mark}", text) for mark in TOLD["after"] for text in TOLD["texts"]]


TITLE = "Etwas ganz anderes steht darüber"


def entry_of(summary: str, content: str = "", title: str = TITLE, *outlets: str) -> Entry:
    """Clean an entry."""
    raw = RawEntry(
        guid="1",
        links=("https://news.example/1",),
        title=title,
        is_title_plain=True,
        summary=summary,
        content=content,
        published_at=None,
        language="de",
        tags=(),
    )
    made = entries.clean(raw, "https://news.example/", entries.outlets(*outlets) if outlets else frozenset())
    assert made is not None
    return made


def lead_of(summary: str, title: str = TITLE) -> str:
    """Clean an entry and give its description."""
    return entry_of(summary, title=title).summary


def test_no_mark_is_left_and_no_text_is_lost() -> None:
    """Whatever stands before or after it."""
    assert len(MARKED) >= 400
    left = [
        (raw, lead) for raw, _ in MARKED for lead in [lead_of(raw)] for bad in TOLD["forbidden"] if bad in lead.lower()
    ]
    assert left == []
    lost = [(raw, lead) for raw, text in MARKED for lead in [lead_of(raw)] if lead != text]
    assert lost == []


def test_body_loses_its_marks_too() -> None:
    """The first and the last paragraph of a full text are cleaned like a description, those between stay."""
    between = "<p>Die Kantone sind sich einig.</p>" * 4
    plain = "\n".join(["Die Kantone sind sich einig."] * 4)
    for mark in TOLD["before"]:
        body = entry_of("", f"<div>{mark}{TOLD['texts'][0]}</div>{between}").content
        assert body == f"{TOLD['texts'][0]}\n{plain}", mark
    for mark in TOLD["after"]:
        body = entry_of("", f"{between}<div>{TOLD['texts'][0]}{mark}</div>").content
        assert body == f"{plain}\n{TOLD['texts'][0]}", mark


def test_lines_that_are_no_text_go() -> None:
    """A caption or link on a line of its own is dropped wherever it stands, and glued to nothing."""
    paragraphs = [f"<p>{text}</p>" for text in TOLD["texts"]] * 2
    for noise in ("Foto: Keystone", "Weiterlesen", "(dpa)", "[mehr]", "Abonnieren Sie unseren Newsletter."):
        for place in (0, 1, 5, len(paragraphs)):
            markup = "".join([*paragraphs[:place], f"<p>{noise}</p>", *paragraphs[place:]])
            assert entry_of("", markup).content == "\n".join(TOLD["texts"] * 2), (noise, place)


def test_points_lose_their_marks_too() -> None:
    """Every key point is cleaned like a description, entities included."""
    one, two = TOLD["texts"][:2]
    made = entry_of(
        "",
        f"<h3>In Kürze</h3><ul><li>{one} Weiterlesen</li><li>(dpa) {two.replace('und', '&amp;amp;')} (sda)</li></ul>",
    )
    assert made.key_points == (one, two.replace("und", "&"))


@pytest.mark.parametrize("text", TOLD["kept"])
def test_news_of_the_same_words_stays(text: str) -> None:
    """Agencies, subscriptions and reading on are news too: a mark counts only where marks stand."""
    made = entry_of(text, f"<p>{text}</p>")
    assert made.summary == text
    assert made.content == text


@pytest.mark.parametrize("row", TOLD["excerpts"], ids=lambda row: row["text"][-30:])
def test_excerpt_ends_at_its_last_sentence(row: dict[str, str]) -> None:
    """What was cut after so many words goes back to a whole sentence, if that leaves enough."""
    assert lead_of(row["text"]) == row["cut"]


@pytest.mark.parametrize(
    ("end", "shown"),
    [("sagt Dr. …", "sagt Dr. …"), ("vom 3. ...", "vom 3. …"), ("noch nicht [...]", "noch nicht…"), ("um. […]", "um.")],
)
def test_body_that_was_cut_off_says_so(end: str, shown: str) -> None:
    """A full stop after an abbreviation or a number ends no sentence."""
    assert entry_of("", f"<p>Mehr davon.</p><p>Der Markt zieht {end}</p>").content.endswith(f"Der Markt zieht {shown}")


@pytest.mark.parametrize("row", TOLD["untitled"], ids=lambda row: row["text"][:30])
def test_entry_without_a_title_is_headed_by_its_first_sentence(row: dict[str, str]) -> None:
    """What that sentence leaves is the description; a sentence too long for a headline is cut at a word."""
    made = entry_of(row["text"], title="")
    assert (made.title, made.summary) == (row["title"], row.get("rest", ""))
    in_body = entry_of("", f"<p>{row['text']}</p><p>Mehr davon.</p>", title="")
    assert (in_body.title, in_body.summary) == (row["title"], "")
    assert in_body.content == f"{row['text']}\nMehr davon."


@pytest.mark.parametrize("row", TOLD["datelines"], ids=lambda row: row["text"][:30])
def test_place_of_a_dateline_is_found_though_it_is_cut(row: dict[str, Any]) -> None:
    """Where something happened often stands in the dateline alone, and readers ask for it."""
    for made in (entry_of(row["text"]), entry_of("", f"<p>Foto: Keystone</p><p>{row['text']}</p><p>Mehr.</p>")):
        assert list(made.tags) == row.get("places", [])
        shown = made.summary or made.content
        assert not any(shown.startswith(place) for place in row.get("places", []))
        for place in row.get("places", []):
            document = Document(
                title=made.title,
                lead=made.summary,
                body=" · ".join((made.content, *made.tags)),
                language="de",
                source_title="Tagespost",
                source_host="news.example",
            )
            assert explain(the_analyser(), parse(place), MatchMode("compounds"), document)


@pytest.mark.parametrize("row", TOLD["titles"], ids=lambda row: row["text"])
def test_headline_is_cut_only_where_it_is_certain(row: dict[str, Any]) -> None:
    """A mark needs its sign, and a name at the end must be the feed's own, and after a dash a paper's."""
    made = entry_of("", "", row["text"], *row.get("feed", ("Dorfer Anzeiger", "https://www.anzeiger.ch/rss")))
    assert made.title == row.get("cut", row["text"])


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("<a href='x'>Neue Regeln für die Wölfe</a>&nbsp;&nbsp;<font>Neue Zürcher Zeitung</font>", "- NZZ"),
        ("<a href='x'>Neue Regeln für die Wölfe</a>&nbsp;&nbsp;<font>Dorfpost</font>", "- Dorfpost"),
        ("Neue Regeln für die Wölfe", "| NZZ"),
        ("Neue Regeln für die Wölfe. Neue Regeln für die Wölfe.", ""),
    ],
)
def test_headline_and_its_source_are_no_description(description: str, title: str) -> None:
    """The headline again, with who tells it or twice, tells nothing."""
    assert lead_of(description, f"Neue Regeln für die Wölfe {title}".strip()) == ""


@pytest.mark.parametrize("mark", ["<![CDATA[{}]]>", "&lt;![CDATA[{}]]&gt;", "<![CDATA[<p>{}</p>]]>"])
def test_text_in_a_section_within_a_section_is_read(mark: str) -> None:
    """Some feeds escape twice what need not be escaped once."""
    text = TOLD["texts"][0]
    assert lead_of(mark.format(text)) == text
    assert entry_of(text, title=mark.format("Neue Regeln")).title in ("Neue Regeln", "<p>Neue Regeln</p>")


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
