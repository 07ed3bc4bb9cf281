"""Messages that tell of several articles: how much goes into each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.delivery.delivery import DeliveryKind
from bot.core.delivery.digest import CombinedMessage, StoryEntry
from bot.core.ids import DeliveryId
from bot.demo.telegram_server import entities
from bot.i18n.catalog import Catalog
from bot.telegram.text import alert
from bot.telegram.text import digest as digest_text
from bot.telegram.text.alert import AlertContext
from tests.builders import NOW, make_article, make_chat, make_subscription

SETTING = AlertContext(translation=Catalog.load().speak("de"), now=NOW, timezone="Europe/Zurich")


def digest(keywords: int, each: int, title: str = "Treffen {number}", source: str = "Limmat-Kurier") -> CombinedMessage:
    """Make a digest of so many keywords with so many stories each."""
    tellings = tuple(
        StoryEntry(
            ids=(DeliveryId(number),),
            article=make_article(
                number, f"story {number}", title=title.format(number=number), url=f"https://news.example/{number}"
            ),
            subscriptions=(make_subscription(number // each + 1, f"Stichwort {number // each}"),),
            source_titles=(source,),
        )
        for number in range(keywords * each)
    )
    return CombinedMessage(
        kind=DeliveryKind.DIGEST,
        reason="digest:2026-01-05T08:00",
        part=0,
        parts=1,
        chat=make_chat(),
        tellings=tellings,
        message_id=None,
    )


@pytest.mark.parametrize(
    ("combined", "number_of_parts"),
    [
        (digest(120, 1), 5),
        (digest(60, 2), 5),
        (digest(2, 100), 7),
        (digest(40, 5), 8),
        (digest(100, 1, source="Nau.ch"), 6),
        (digest(100, 1, source="#1 @home srf.ch/news"), 9),
        (digest(50, 1, title="Ein langer Titel, " * 8), 3),
        (digest(3, 1), 1),
    ],
)
def test_no_message_passes_what_telegram_heeds(combined: CombinedMessage, number_of_parts: int) -> None:
    """Neither in characters nor in links, bold, italics and quotes; and every story is told, once, with its link."""
    parts = digest_text.part(combined, SETTING)
    assert [each for part in parts for each in part] == list(combined.tellings)
    assert len(parts) == number_of_parts
    for number, part in enumerate(parts, 1):
        text = digest_text.write(replace(combined, part=number, parts=len(parts), tellings=part), SETTING)
        assert alert.visible_length(text) <= digest_text.PAGE
        shown = entities.parse_html(text)
        for kind in ("text_link", "italic", "date_time"):  # what passes a hundred is cut off
            assert sum(each.kind == kind for each in shown.entities) == len(part)


def test_a_story_that_fills_a_message_alone_is_told_all_the_same() -> None:
    """However many names its headline and its sources claim."""
    combined = digest(1, 3, title="#a" * 60, source="#b" * 15)
    named = tuple(
        replace(each, article=replace(each.article, url=None), source_titles=("#a" * 15, "#c" * 15))
        for each in combined.tellings
    )
    assert [len(part) for part in digest_text.part(replace(combined, tellings=named), SETTING)] == [1, 1, 1]


def test_of_a_day_without_an_hour_no_time_is_shown() -> None:
    """As below a single alert: its noon is nobody's hour."""
    combined = digest(1, 1)
    (telling,) = combined.tellings
    dated = replace(telling, article=replace(telling.article, is_day=True))
    shown = entities.parse_html(digest_text.write(replace(combined, tellings=(dated,)), SETTING))
    assert "Limmat-Kurier · 5. Jan." in shown.text
    assert [entity for entity in shown.entities if entity.kind == "date_time"] == []
