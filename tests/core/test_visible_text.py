"""A summary is never the headline again."""

from __future__ import annotations

import pytest

from bot.core.visible_text import HeadlineOverlap
from tests.builders import make_article

TITLE = "Bundesrat beschliesst neue Regeln"
MORE = "Ab Januar müssen Banken mehr Eigenkapital halten als bisher."


def headline(title: str = TITLE, source: str = "NZZ", host: str = "www.nzz.ch", lead: str = "") -> HeadlineOverlap:
    """Make the headline of an article."""
    return HeadlineOverlap(make_article(title=title, lead=lead, source_title=source, source_host=host))


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (f"{TITLE} - NZZ", f"{TITLE} Neue Zürcher Zeitung"),
        (f"{TITLE} - Neue Zürcher Zeitung", f"{TITLE} NZZ"),
        (f"{TITLE} | NZZ", TITLE),
        (TITLE, f"{TITLE}. {TITLE}."),
        (TITLE, f"{TITLE} {TITLE} {TITLE}"),
        (TITLE, f"{TITLE} – NZZ"),
        (TITLE, f"Der {TITLE}, wie nzz.ch schreibt"),
        (TITLE, f"Neue Zürcher Zeitung: {TITLE}!"),
        (TITLE, f"{TITLE} https://www.nzz.ch/schweiz/bundesrat-beschliesst-neue-regeln-ld.1234567?utm=rss"),
        (TITLE, "https://www.nzz.ch/schweiz/bundesrat-beschliesst-neue-regeln-ld.1234567?utm=rss"),
        (f"Banken: {TITLE}", f"{TITLE}. 12.03.2026, 14:05 Uhr"),
        (f"Nach langem Streit um das Eigenkapital: {TITLE}", f"{TITLE}."),
        (f"{TITLE} für alle Banken im ganzen Land", f"{TITLE} für alle Banken im…"),
        (f"{TITLE} für alle Ban…", f"{TITLE} für alle Banken im Lande"),
        (TITLE.upper(), f"»{TITLE}«"),
        (TITLE, "NZZ"),
        (TITLE, "…"),
    ],
)
def test_the_headline_again_is_no_summary(title: str, text: str) -> None:
    """Whatever stands before, behind or between, less than 40 characters of it are no summary."""
    assert not headline(title).is_worth(text)


def test_the_name_of_the_source_is_no_summary() -> None:
    """However long it is."""
    name = "Neue Zürcher Zeitung - Aktuelle Nachrichten aus der Schweiz und der Welt"
    assert not headline(source=name).is_worth(name)
    assert not headline(source=name).is_worth(f"{name} (www.nzz.ch)")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (TITLE, MORE),
        (TITLE, f"{TITLE}. {MORE}"),
        (TITLE, f"{TITLE} für Banken, die im Land systemrelevant sind und wachsen."),
        ("Nordkorea", "Nordkorea testet eine Rakete über dem Meer."),
        ("Iran", "Iran: In Teheran sind neue Proteste ausgebrochen."),
    ],
)
def test_a_text_that_says_more_is_a_summary(title: str, text: str) -> None:
    """Also when it begins with the headline, or names the topic that is the headline."""
    assert headline(title).is_worth(text)


@pytest.mark.parametrize(
    ("title", "text", "rest"),
    [
        (TITLE, f"{TITLE}. {MORE}", MORE),
        (TITLE, f"{TITLE}: {MORE}", MORE),
        (TITLE, f"«{TITLE}» – {MORE}", MORE),
        (TITLE, f"{TITLE}. {TITLE}! {MORE}", MORE),
        (f"{TITLE} - NZZ", f"{TITLE} - {MORE}", MORE),
        (f"Banken: {TITLE}", f"{TITLE} | {MORE}", MORE),
        (
            TITLE,
            f"{TITLE} Die Banken müssen ab Januar mehr Kapital halten.",
            "Die Banken müssen ab Januar mehr Kapital halten.",
        ),
        (
            f"{TITLE} für…",
            f"{TITLE} für die Banken, die im Land systemrelevant sind.",
            "…die Banken, die im Land systemrelevant sind.",
        ),
    ],
)
def test_a_text_that_goes_on_after_the_headline_is_shown_from_there(title: str, text: str, rest: str) -> None:
    """The headline stands above already."""
    assert headline(title).without(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        f"{TITLE} für Banken, die im Land systemrelevant sind und wachsen.",
        f"{TITLE}. Kurz.",
        f"{TITLE} – das meldet die Nachrichtenagentur am frühen Morgen aus Bern.",
        f"{TITLE}: was die Banken jetzt wissen müssen und was nicht.",
        "Streit um Ukraine-Hilfe eskaliert in Berlin, die Koalition tagt bis in die Nacht.",
        MORE,
    ],
)
def test_a_sentence_that_goes_on_stays_whole(text: str) -> None:
    """Half a sentence says less than one that begins like the headline."""
    assert headline().without(text) == text
    assert headline("Streit um Ukraine").without(text) == text


def test_a_description_in_place_of_a_headline_goes_on_below_it() -> None:
    """Without a title the description leads; what was cut off it follows."""
    lead = "Der Bundesrat hat am Mittwoch " + "lange und ausführlich " * 6 + f"beraten. {MORE}"
    made = headline("", lead=lead)
    assert made.shown.endswith("…")
    assert made.without(lead) == "…" + lead[len(made.shown) :]
    assert not made.is_worth("Der Bundesrat hat am Mittwoch")


def test_a_point_that_is_hardly_more_than_the_headline_is_the_headline() -> None:
    """A short one about the same topic is not."""
    assert headline().is_again(f"{TITLE} (sda)")
    assert headline().is_again("Neue Regeln")
    assert not headline().is_again("Banken zahlen mehr.")
    assert not headline("Nordkorea").is_again("Nordkorea testet Rakete")


def test_hostile_texts_are_measured_in_one_go() -> None:
    """Two hundred thousand letters of headline, spaces or dashes take no longer than any others."""
    for text in (
        "a b c " * 30_000,
        " " * 200_000 + "x",
        " - " * 60_000,
        ": " * 100_000,
        "|" * 200_000,
        "a - b | " * 25_000,
    ):
        made = headline(text, source=text)
        assert not made.is_worth(text)
        assert made.is_again(text)
        assert made.without(text) == text
