"""
Counting and cutting as Telegram does.

How an alert looks.
"""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from bot.core import visible_text
from bot.core.article import Article
from bot.core.chat import Chat, ChatKind, ChatState
from bot.core.delivery.alert import Alert, Match, Summary, SummaryLine
from bot.core.ids import ArticleId, ChatId, FeedId, QueryId, SubscriptionId, ThreadId
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.core.subscription import Subscription, Urgency
from bot.i18n import markup
from bot.i18n.catalog import Catalog
from bot.telegram.text import alert as alert_text
from bot.telegram.text.alert import AlertContext


def test_only_what_a_reader_sees_counts() -> None:
    """Tags do not count, a reference counts as its character, and an emoji as the two units Telegram's apps count."""
    assert alert_text.visible_length('<b><a href="https://x.org/?a=1&amp;b">&lt;ä&gt;</a></b>😀') == 5


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("kurz", 4, "kurz"),
        ("ein langes Wort", 12, "ein langes…"),
        ("Donaudampfschifffahrt", 8, "Donauda…"),
        ("a, b, c", 6, "a, b…"),
        ("😀😀😀😀", 8, "😀😀😀😀"),
        ("😀😀😀😀", 7, "😀😀😀…"),
        ("😀😀😀😀", 6, "😀😀…"),
        ("eins 😀😀😀😀", 12, "eins 😀😀😀…"),
    ],
)
def test_texts_are_cut_at_words(text: str, limit: int, short: str) -> None:
    """A word is cut only when it is the whole text."""
    assert alert_text.cut(text, limit) == short


def test_cutting_a_long_text_is_cheap() -> None:
    """However many units it has (the test's own timeout judges)."""
    assert alert_text.size(alert_text.cut("😀" * 200_000, 150_001)) <= 150_001


def test_marks_that_turn_or_hide_text_are_taken_out() -> None:
    """Also those of old; joiners stay, for families and for Persian."""
    assert alert_text.tidy("a\u202eb\u2066c\u2069d\u206ae\u206ff\u2063g") == "abcdefg"
    assert alert_text.tidy("👨\u200d👩 می\u200cخواهم") == "👨\u200d👩 می\u200cخواهم"


NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
TIME = '<tg-time unix="1767613260" format="t">12:41</tg-time>'
ARTICLE = Article(
    id=ArticleId(1),
    feed_id=FeedId(1),
    owner=None,
    key="k",
    guid_key=None,
    url="https://nau.ch/a?b=1&c=2",
    title="Treffen von Putin und Kim in Wladiwostok",
    lead="",
    body="",
    key_points=(),
    html="",
    tags=(),
    language="de",
    published_at=datetime(2026, 1, 5, 11, 41, tzinfo=UTC),
    seen_at=NOW,
    source_title="Nau.ch",
    source_host="www.nau.ch",
)
CHAT = Chat(
    id=ChatId(7),
    kind=ChatKind.PRIVATE,
    language="de",
    reads=(),
    timezone=None,
    state=ChatState.ACTIVE,
    paused_until=None,
    one_per_story=True,
    created_at=NOW,
)
POINTS = Summary(
    (
        SummaryLine("Kim Jong Un und Wladimir Putin treffen sich heute."),
        SummaryLine("Es geht unter anderem um die Atomwaffen Nordkoreas.", ((40, 50),)),
    ),
    bulleted=True,
)


def subscription(number: int, query: str) -> Subscription:
    """Make a subscription."""
    return Subscription(
        id=SubscriptionId(number),
        chat_id=CHAT.id,
        thread_id=ThreadId(0),
        number=number,
        query_id=QueryId(number),
        query=parser.stored(query),
        mode=MatchMode.COMPOUNDS,
        urgency=Urgency.INSTANT,
        title=None,
        headline_only=False,
        paused=False,
        muted_until=None,
        created_at=NOW,
    )


def alert(*queries: str, count: int = 1, timezone: str | None = None, **article: object) -> Alert:
    """Make an alert of the sample article, changed in some fields."""
    return Alert(
        article=dataclasses.replace(ARTICLE, **article),  # type: ignore[arg-type] # fields of an article
        chat=dataclasses.replace(CHAT, timezone=timezone),
        matches=tuple(
            Match(subscription(number, each), ()) for number, each in enumerate(queries or ("Nordkorea",), 1)
        ),
        subscription_count=count,
    )


def setting(language: str = "de", zone: str = "Europe/Zurich") -> AlertContext:
    """Say where and when."""
    return AlertContext(translation=Catalog.load().speak(language), now=NOW, timezone=zone)


def test_a_day_without_an_hour_is_shown_as_a_day() -> None:
    """In every zone it is the day the publisher named."""
    day = datetime(2026, 1, 5, 12, tzinfo=UTC)
    for zone in ("Pacific/Auckland", "Pacific/Honolulu"):
        text = alert_text.alert(alert(published_at=day, is_day=True, timezone=zone), Summary(()), setting())
        assert text.endswith("<i>Nau.ch · 5. Jan.</i>")


def test_an_article_for_subscribers_is_marked_before_its_source() -> None:
    """Also where Telegram takes no markup; one that anybody can read carries no mark."""
    paid, free = (alert(is_paid=is_paid) for is_paid in (True, False))
    assert alert_text.alert(paid, Summary(()), setting()).rpartition("\n")[2].startswith("<i>🔒 Nau.ch · ")
    assert alert_text.plain_alert(paid, Summary(()), setting()).rpartition("\n")[2].startswith("🔒 Nau.ch · ")
    assert "🔒" not in alert_text.alert(free, Summary(()), setting())


def test_an_alert_is_written_as_the_manual_shows() -> None:
    """Headline linked and bold, bullets with the matched form bold, the source last."""
    assert alert_text.alert(alert(), POINTS, setting()) == (
        '<b><a href="https://nau.ch/a?b=1&amp;c=2">Treffen von Putin und Kim in Wladiwostok</a></b>\n'
        "• Kim Jong Un und Wladimir Putin treffen sich heute.\n"
        "• Es geht unter anderem um die Atomwaffen <b>Nordkoreas</b>.\n"
        f"<i>Nau.ch · {TIME}</i>"
    )


def test_a_chat_with_several_subscriptions_is_told_which() -> None:
    """The last line begins with the names of those that hit."""
    text = alert_text.alert(alert("Nordkorea", "Atomwaffen", count=3), Summary(()), setting())
    assert text.endswith(f"\n<i>Nordkorea, Atomwaffen · Nau.ch · {TIME}</i>")


@pytest.mark.parametrize(
    ("language", "said"), [("de", "aktualisiert"), ("en", "updated"), ("fr", "mis à jour"), ("it", "aggiornato")]
)
def test_what_its_publisher_changed_says_so(language: str, said: str) -> None:
    """At the end of the last line, for which there is room."""
    made = alert(updated_at=NOW)
    assert alert_text.alert(made, Summary(()), setting(language)).endswith(f"\n<i>Nau.ch · {TIME} · {said}</i>")
    assert visible_text.foot_length(made) >= len(f"Nau.ch · AI · yesterday 12:41 · {said}")


def test_many_names_are_counted() -> None:
    """Names never fill the alert."""
    text = alert_text.alert(
        alert(*(f"Stichwort mit der Nummer {each}" for each in range(9)), count=9), POINTS, setting()
    )
    assert "Nummer 0, Stichwort" in text
    assert "+5 · Nau.ch" in text


@pytest.mark.parametrize(
    ("at", "zone", "shown"),
    [
        (datetime(2026, 1, 4, 22, 10, tzinfo=UTC), None, "gestern 23:10"),
        (datetime(2026, 1, 4, 22, 10, tzinfo=UTC), "Asia/Tokyo", "07:10"),
        (datetime(2026, 1, 1, 10, 0, tzinfo=UTC), None, "1. Jan."),
    ],
)
def test_the_time_is_the_readers(at: datetime, zone: str | None, shown: str) -> None:
    """The chat's zone counts, else that of the configuration."""
    text = alert_text.alert(alert(published_at=at, timezone=zone), Summary(()), setting())
    assert markup.plain(text).endswith(f"Nau.ch · {shown}")
    assert f'<tg-time unix="{int(at.timestamp())}"' in text


def test_feeds_cannot_write_markup_or_turn_text_round() -> None:
    """Everything is escaped, and marks of direction are taken out."""
    title = "\u202eevil\u202c <b>&\u2066 \u200fx\x00y\nz \ud83d"
    text = alert_text.alert(
        alert(title=title, source_title="<i>"), Summary((SummaryLine("a<b>\u202e c", ((0, 1),)),)), setting()
    )
    lines = text.split("\n")
    assert ">evil &lt;b&gt;&amp; xy z</a></b>" in lines[0]
    assert lines[1] == "<b>a</b>&lt;b&gt; c"
    assert lines[2].startswith("<i>&lt;i&gt; · ")


def test_right_to_left_titles_stay_as_they_are() -> None:
    """Only marks are taken out, not letters; emoji made of several signs hold together."""
    title = "كوريا الشمالية 👩‍👩‍👧"
    assert f">{title}</a>" in alert_text.alert(alert(title=title), Summary(()), setting())


@pytest.mark.parametrize("url", [None, "javascript:alert(1)", "http://", "https://[bad", "ftp://x.org/a"])
def test_without_an_address_the_headline_is_no_link(url: str | None) -> None:
    """Only addresses a reader can open are linked."""
    assert alert_text.alert(alert(url=url), Summary(()), setting()).startswith("<b>Treffen von")


def test_without_a_title_something_else_leads() -> None:
    """There is always a headline, or Telegram would refuse the message."""
    assert ">Der Anfang.</a>" in alert_text.alert(alert(title="", lead="Der Anfang."), Summary(()), setting())
    assert ">Nau.ch</a>" in alert_text.alert(alert(title=" \u200b"), Summary(()), setting())
    assert ">nau.ch</a>" in alert_text.alert(alert(title="", source_title=""), Summary(()), setting())


def test_an_alert_is_never_longer_than_it_may_be() -> None:
    """A long headline is cut at a word; the last bullets yield."""
    bullets = Summary(tuple(SummaryLine("Wort " * 27 + "Ende.") for _ in range(3)), bulleted=True)
    text = alert_text.alert(alert(title="Wort " * 60, count=2), bullets, setting())
    head, *middle, foot = markup.plain(text).split("\n")
    assert len(head) <= visible_text.HEADLINE
    assert head.endswith("Wort…")
    assert len(middle) == 2
    assert foot.startswith("Nordkorea")
    assert alert_text.visible_length(text) <= visible_text.ALERT


def test_a_single_long_line_is_shortened_not_dropped() -> None:
    """Better half a summary than none; bold behind the cut goes with it."""
    long = Summary((SummaryLine("Nordkorea " + "Wort " * 150 + "Nordkorea", ((0, 9), (760, 769))),))
    text = alert_text.alert(alert(), long, setting())
    assert alert_text.visible_length(text) <= visible_text.ALERT
    assert text.count("<b>Nordkorea</b>") == 1
    assert "Wort…\n" in text


def test_the_line_that_says_why_never_yields() -> None:
    """Where several lines are too long, the last that shows no matched form goes first."""
    lines = (
        SummaryLine("Wort " * 27 + "eins."),
        SummaryLine("Wort " * 27 + "zwei."),
        SummaryLine("Nordkorea " + "Wort " * 20, ((0, 9),)),
    )
    text = alert_text.alert(alert(title="Wort " * 30), Summary(lines, bulleted=True), setting())
    assert "eins." in text
    assert "zwei." not in text
    assert "• <b>Nordkorea</b>" in text
    assert alert_text.visible_length(text) <= visible_text.ALERT


@pytest.mark.parametrize("language", Catalog.load().languages)
@pytest.mark.parametrize("count", [1, 9])
def test_the_last_line_is_never_longer_than_was_reckoned_with(language: str, count: int) -> None:
    """The summary was made to fit before the time and the language were known."""
    queries = [f"Stichwort mit einem recht langen Namen, Nummer {number}" for number in range(count)]
    for hours in (0, 20, 700, 7_000):
        made = alert(*queries, count=count, published_at=NOW - timedelta(hours=hours), source_title="Zeitung " * 20)
        text = alert_text.alert(made, Summary((), by_machine=True), setting(language))
        foot = markup.plain(text).split("\n")[-1]
        assert len(foot) <= visible_text.foot_length(made) <= len(foot) + visible_text.MOMENT


def test_bold_spans_that_make_no_sense_are_left_out() -> None:
    """Overlapping or turned spans never break the markup."""
    line = Summary((SummaryLine("Nordkorea", ((0, 4), (2, 6), (5, 5), (7, 99))),))
    assert "\n<b>Nord</b>kor<b>ea</b>\n" in alert_text.alert(alert(), line, setting())


def test_plain_text_says_the_same_without_markup() -> None:
    """When Telegram refused the markup, nothing but text is sent."""
    assert alert_text.plain_alert(alert(title="a <b> & c"), POINTS, setting("en")) == (
        "a <b> & c\n"
        "https://nau.ch/a?b=1&c=2\n"
        "• Kim Jong Un und Wladimir Putin treffen sich heute.\n"
        "• Es geht unter anderem um die Atomwaffen Nordkoreas.\n"
        "Nau.ch · 12:41"
    )


def test_plain_text_keeps_telegrams_limit() -> None:
    """However long an address is."""
    text = alert_text.plain_alert(
        alert(url="https://x.org/" + "a" * 9000), Summary((SummaryLine("b" * 9000),)), setting()
    )
    assert len(text) <= alert_text.MESSAGE
