from __future__ import annotations

import json
from typing import Any

import pytest

from bot.core.feed import ParseFailed
from bot.feeds import pages, parse, paywall
from tests.feeds.test_parse import rss

TITLE = "Der Pegel steigt am Montag"


@pytest.mark.parametrize(
    "head",
    [
        "Z+ (abopflichtiger Inhalt); ", "F+ ", "FAZ+ ", "SPIEGEL+ | ", "SPIEGEL Plus: ", "(S+) ", "heise+ | ",
        "SZ Plus: ", "SZ-Plus | ", "[Plus] ", "Plus | ", "(Abo) ", "abo+ ", "Abo: ",
        "Réservé aux abonnés : ", "Per abbonati - ", "Article abonné - ",
        "Plus: ", "PLUS: ", "SPIEGEL-Plus: ", "stern+ ", "stern+: ", "Stern PLUS: ", "taz+ ", "SN+ ", "T+ | ", "R+ ",
        "KStA PLUS: ",
        "ABC+: ", "XYZ Plus | ", "lokal+ | ", "🔒 ", "🔒", "(€) ",
    ],
)  # fmt: skip
def test_a_kicker_before_a_headline_is_a_mark(head: str) -> None:
    """It leaves the headline, and the article is known as paid."""
    assert paywall.cut(head + TITLE) == TITLE
    assert paywall.is_marked(head + TITLE, "", ())


@pytest.mark.parametrize(
    "tail",
    [
        " (Abo)",
        " [Plus]",
        " | Plus",
        " – Z+",
        " F+",
        " (réservé aux abonnés)",
        " | heise+",
        " - SZ Plus",
        " (taz+)",
        " 🔒",
    ],
)
def test_a_kicker_after_a_headline_is_a_mark(tail: str) -> None:
    """Some papers put it behind."""
    assert paywall.cut(TITLE + tail) == TITLE
    assert paywall.is_marked(TITLE + tail, "", ())


@pytest.mark.parametrize(
    "title",
    [
        TITLE, "Abo kostet bei der Bahn bald mehr", "Der Hersteller zeigt das neue Modell S+", "Plus von drei Prozent",
        "Wird Disney+ teurer", "SPIEGEL Plus wird teurer", "heise+ wird teurer", "Was ein Abo kostet", "Kino ohne Abo",
        "Canal+ kauft einen Sender", "Note Z+", "Konzert nur für Abonnenten", "Ein großes Plus",
        "Plus: wie es weitergeht", "Disney+: Neue Serie startet", "RTL+: Streit um Rechte", "Canal+: Streit um Rechte",
        "LGBTQ+: Parade in Bern", "A+: Note für die Schweiz", "Umsatz-Plus: Firma wächst", "Großes Plus: Börse jubelt",
        "Apple TV+: Neue Serie", "Was kostet Plus: Ein Vergleich", "C++: Neuer Standard",
        "Notepad++: Lücke geschlossen",
        "Ein Plus: Der Hafen wächst", "Neue Serie startet (Disney+)", "50+: Arbeit finden",
        "Sicher 🔒 unterwegs im Netz",
        "Plus Minus Null im Rat", "SN+ wird teurer",
    ],
)  # fmt: skip
def test_news_about_subscriptions_is_none(title: str) -> None:
    """The same words in a headline say nothing of the article."""
    assert paywall.cut(title) == title
    assert not paywall.is_marked(title, title, ("Wirtschaft", "Abo-Fallen", "Plusenergie"))


def test_a_feed_may_say_it_in_headline_description_or_category() -> None:
    """Each entry is judged by itself."""
    body = rss(
        f"<title>F+ {TITLE}</title><guid>1</guid>",
        f"<title>{TITLE} an</title><description>&lt;b&gt;Z+&lt;/b&gt; Das Wasser kommt.</description><guid>2</guid>",
        f"<title>{TITLE} weiter</title><category>Premium</category><guid>3</guid>",
        f"<title>{TITLE} fort</title><category>premium</category><guid>5</guid>",
        f"<title>{TITLE} nicht</title><category>Wetter</category><guid>4</guid>",
    )
    found = parse.parse(body, url="https://h.example/rss", content_type="application/xml")
    assert not isinstance(found, ParseFailed)
    assert [entry.is_paid for entry in found.entries] == [True, True, True, True, False]
    assert found.entries[0].title == TITLE


def page(*data: Any) -> str:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(each)}</script>' for each in data)
    return f"<html><head>{scripts}</head><body><article><p>{TITLE}.</p></article></body></html>"


def test_a_page_may_say_it_of_its_parts_or_with_slips() -> None:
    """Of the part that is hidden alone; within a comment, with a comma too many; what it says of itself comes first."""
    hidden = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".paywall"}
    other = {"@type": "NewsArticle", "isAccessibleForFree": False}
    for parts, own, is_paid in (
        (hidden, {}, True),
        ([{}, "x", hidden], {}, True),
        (hidden, {"isAccessibleForFree": True}, False),
        ([other], {}, False),
        ([], {}, False),
    ):
        data = {"@type": "NewsArticle", "hasPart": parts, **own}
        assert pages.find_text(page(data), "https://h.example/1")[3] is is_paid
    written = '{"@type": "NewsArticle", "isAccessibleForFree": false%s}'
    for script in (f"/*<![CDATA[*/{written % ''}/*]]>*/", written % ",", f"<!-- {written % ' , '} -->"):
        markup = f'<script type="application/ld+json">{script}</script><article><p>{TITLE}.</p></article>'
        assert pages.find_text(markup, "https://h.example/1")[3]


@pytest.mark.parametrize("value", [False, "False", "false", "https://schema.org/False"])
@pytest.mark.parametrize("shape", ["alone", "list", "graph"])
def test_a_page_may_say_it(value: object, shape: str) -> None:
    """Whatever form its data have."""
    article = {"@type": "NewsArticle", "isAccessibleForFree": value}
    data = {"alone": article, "list": [{"@type": "Organization"}, article], "graph": {"@graph": [article]}}[shape]
    assert pages.find_text(page({"@type": "WebSite"}, data), "https://h.example/1")[3]


@pytest.mark.parametrize(
    "data",
    [
        {"@type": "NewsArticle", "isAccessibleForFree": True},
        {"@type": "NewsArticle", "isAccessibleForFree": "true"},
        {"@type": "NewsArticle"},
        {"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "isAccessibleForFree": False}]},
        {
            "@type": "NewsArticle",
            "isAccessibleForFree": True,
            "hasPart": {"@type": "WebPageElement", "isAccessibleForFree": False},
        },
        {"@type": "Museum", "isAccessibleForFree": False},
        "isAccessibleForFree",
    ],
)
def test_a_page_that_says_something_else_is_free(data: object) -> None:
    """What is said of other articles, of a part or of a museum does not count."""
    assert not pages.find_text(page(data), "https://h.example/1")[3]


def test_damaged_data_are_passed_over() -> None:
    """A page whose first data cannot be read may say it in the next."""
    markup = page({"@type": "NewsArticle", "isAccessibleForFree": False})
    broken = '<script type="application/ld+json">{"isAccessibleForFree": fal</script>'
    deep = f'<script type="application/ld+json">{"[" * 50_000}"isAccessibleForFree"</script>'
    assert pages.find_text(markup.replace("<head>", f"<head>{broken}{deep}"), "https://h.example/1")[3]
