from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core import article
from bot.core.feed import Entry, ParsedFeed
from bot.core.identity import Traits
from tests.builders import NOW, make_feed

ENTRY = Entry(
    guid="tag:1",
    link="https://www.example.ch/a-1?utm_source=rss",
    title="Treffen",
    summary="Kim und Putin.",
    content="",
    key_points=(),
    html="",
    published_at=NOW,
    language=None,
)


def key(feed_number: int = 1, **changes: object) -> str:
    entry = replace(ENTRY, **changes)  # type: ignore[arg-type]
    return article.draft(make_feed(feed_number), entry, language="de", now=NOW).key


@pytest.mark.parametrize(
    "other",
    [
        "http://example.ch/a-1",
        "https://EXAMPLE.ch:443/a-1/",
        "https://m.example.ch/a-1#kommentare",
        "https://www.example.ch./a-1?fbclid=x&utm_medium=feed&UTM_CAMPAIGN=y",
        "https://www.example.ch/a-1?xtor=RSS-3208&at_medium=custom7&wt_mc=rss",
        "https://www.example.ch/a-1?ref=rss&source=rss_feed",
        "https://www.example.ch/a-1?partner=rss&emc=rss",
        "https://www.example.ch/a-1?output=amp",
        "https://www.example.ch/a-1?amp",
        "https://www.example.ch/a-1?share=twitter",
        "https://www.example.ch/a-1?ftag=CAD590a51e&mkcid=1",
        "https://www.example.ch/a-1;jsessionid=ABC123",
        "https://www.example.ch/a-1?PHPSESSID=7f",
        "https://www.example.ch/%61-1",
        " https://www.example.ch/a-1 ",
    ],
)
def test_same_article_in_other_clothes(other: str) -> None:
    """Scheme, www, mobile host, port, fragment, slash, session and tracking parameters do not make another article."""
    assert article.canonical_link(other) == article.canonical_link("https://www.example.ch/a-1")


@pytest.mark.parametrize(
    "other",
    [
        "https://www.example.ch/a-2",
        "https://www.example.ch/A-1",
        "https://www.example.ch/a-1?id=7",
        "https://www.example.ch/a-1?ref=startseite",
        "https://www.example.ch/a-1?source=example",
        "https://www.example.ch/a-1?output=2",
        "https://www.example.ch/a-1?share=7",
        "https://www.example.ch/a-1?partner=12",
        "https://www.example.ch:8443/a-1",
        "https://news.example.ch/a-1",
        "https://www.example.ch/a-1#!/seite/2",
    ],
)
def test_another_address_is_another_article(other: str) -> None:
    """What may name another page stays in the identity."""
    assert article.canonical_link(other) != article.canonical_link("https://www.example.ch/a-1")


def test_order_of_parameters_does_not_matter() -> None:
    """Parameters are compared as a set, with their values."""
    assert article.canonical_link("https://e.ch/?b=2&a=1") == article.canonical_link("https://e.ch/?a=1&b=2")
    assert article.canonical_link("https://e.ch/?a=1&a=2") != article.canonical_link("https://e.ch/?a=1")


def test_umlauts_may_be_escaped() -> None:
    """An escaped umlaut is the umlaut."""
    assert article.canonical_link("https://e.ch/z%C3%BCrich") == article.canonical_link("https://e.ch/zürich")


@pytest.mark.parametrize("link", ["https://[::1", "https://e.ch:99999999/x", "::", ""])
def test_broken_links_do_no_harm(link: str) -> None:
    """A link that is no address is compared as it is."""
    assert article.canonical_link(link) == article.canonical_link(link)


def test_two_feeds_with_one_link_are_one_article() -> None:
    """The link alone makes the key, in whichever feed and with whichever guid."""
    assert key(1) == key(2, guid="other", link="https://example.ch/a-1", title="Anders")


def test_changed_guid_or_title_is_the_same_article() -> None:
    """Neither guids that change at every poll nor edited headlines give a second alert."""
    assert key() == key(guid="new") == key(title="Treffen (aktualisiert)") == key(published_at=None)


def test_without_link_the_guid_counts() -> None:
    """Without a link the guid identifies the entry within its feed, whatever its text becomes."""
    assert key(link=None) == key(link=None, title="Anders")
    assert key(link=None) != key(link=None, guid="other")
    assert key(1, link=None) != key(2, link=None)


def test_without_link_and_guid_title_date_and_text_count() -> None:
    """Whether it is the same entry is then a matter of what the feed has brought."""
    bare = {"link": None, "guid": None}
    assert key(**bare) == key(**bare)  # type: ignore[arg-type]
    assert key(**bare) != key(**bare, summary="Anders.")  # type: ignore[arg-type]


def test_home_page_is_no_article() -> None:
    """Feeds that link every entry to the home page are told apart by guid or text."""
    assert key(link="https://example.ch/") != key(link="https://example.ch/", guid="tag:2")
    bare = {"link": "https://www.example.ch", "guid": None}
    assert key(**bare) != key(**bare, title="Anders")  # type: ignore[arg-type]


def test_the_address_of_a_place_in_a_page_is_looked_for_first() -> None:
    """It may be an article of its own, or only a place in one."""
    page = article.link_key("https://e.ch/log")
    assert article.link_keys("https://e.ch/log#v2") == (article.traits_of(at("https://e.ch/log#v2")).fragment, page)
    assert article.link_keys("https://www.e.ch/log/") == (page,)


def at(link: str) -> Entry:
    return replace(ENTRY, link=link)


def test_a_page_is_a_link_without_its_query() -> None:
    """That of a home page names none: feeds link all their entries there."""
    pages = [article.traits_of(at(f"https://e.ch/{path}")).page for path in ("", "?p=1", "news", "news?sid=1", "sport")]
    assert pages[:2] == ["", ""]
    assert pages[2] == pages[3] != pages[4]
    assert "" not in pages[2:]


def test_link_that_is_shown_keeps_its_form() -> None:
    """Readers open the address the publisher gave."""
    made = article.draft(make_feed(), ENTRY, language="de", now=NOW)
    assert made.url == ENTRY.link
    assert made.source_host == "feed1.example"


@pytest.mark.parametrize(
    "impossible",
    [
        None,
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1746, 4, 3, tzinfo=UTC),
        datetime(2099, 1, 1, tzinfo=UTC),
        NOW + timedelta(hours=25),
    ],
)
def test_impossible_dates_become_first_seen(impossible: datetime | None) -> None:
    """A date that cannot be is replaced by the time we saw the entry."""
    assert article.clamp_date(impossible, NOW) == NOW


def test_possible_dates_stay() -> None:
    """Old dates and clocks a few hours ahead are believed."""
    for date in (datetime(1996, 1, 1, tzinfo=UTC), NOW - timedelta(days=3), NOW + timedelta(hours=3)):
        assert article.clamp_date(date, NOW) == date


def test_texts_no_database_takes_can_be_keys() -> None:
    """Half a character pair in a title does not break the key."""
    assert key(link=None, guid=None, title="\ud83d") != key(link=None, guid=None, title="x")


@pytest.mark.parametrize(
    ("configured", "entry", "document", "expected"),
    [
        (None, None, "de", "de"),
        (None, "de", "en", "de"),
        ("fr", "de", "en", "fr"),
        (None, None, None, "it"),
    ],
)
def test_what_is_declared_outranks_a_guess(
    configured: str | None, entry: str | None, document: str | None, expected: str
) -> None:
    """A headline of names is guessed wrong too easily; only what nobody declares is guessed."""
    parsed = ParsedFeed(
        title="",
        language=document,
        site_url=None,
        ttl=None,
        entries=(replace(ENTRY, title="Papst Leo in Castel Gandolfo", language=entry),),
    )
    feed = replace(make_feed(), language=configured)
    (made,), lost = article.draft_all(feed, parsed, detect=lambda _: "it", now=NOW)
    assert (made.language, lost) == (expected, ())


def test_a_day_without_an_hour_lasts_until_it_ends_everywhere() -> None:
    """An article of today is not old in the first hours of the next day."""
    noon = datetime(2026, 11, 29, 12, tzinfo=UTC)
    seen_at = datetime(2026, 11, 30, 12, 30, tzinfo=UTC)
    made = article.draft(make_feed(), replace(ENTRY, published_at=noon, is_day=True), language="de", now=seen_at)
    assert (made.published_at, made.is_day) == (noon, True)
    assert made.age_when_seen == timedelta(minutes=30)
    assert replace(made, is_day=False).age_when_seen == timedelta(hours=24, minutes=30)
    unreadable = article.draft(make_feed(), replace(ENTRY, published_at=None), language="de", now=seen_at)
    assert (unreadable.is_day, unreadable.age_when_seen) == (False, timedelta(0))


LEAD = "Am Säntis steht die Bahn seit dem Morgen still."


def state(title: str, lead: str = LEAD, *points: str, body: str = "") -> str:
    """Give the state of an entry."""
    return article.state_of(title, lead, points, body)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Seilbahn steht still", "UPDATE: Seilbahn steht still!"),
        ("Seilbahn steht still", "Seilbahn  steht\nstill (aktualisiert)"),
        ("Seilbahn steht still", "++ Update ++ Seilbahn steht still ++"),
        ("12:41 Seilbahn steht still", "12:57 Seilbahn steht still"),
        ("Seilbahn steht still (3)", "Seilbahn steht still (17 Kommentare)"),
        ("Téléphérique arrêté", "Mis à jour: téléphérique arrêté"),
        ("Funivia ferma", "Funivia ferma - Aggiornato"),
    ],
)
def test_how_it_is_written_is_no_news(before: str, after: str) -> None:
    """Marks, times, counters and punctuation."""
    assert state(before) == state(after)
    assert article.headline_state(before) == article.headline_state(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Drei Tote bei Brand", "Vier Tote bei Brand"),
        ("3 Tote bei Brand", "4 Tote bei Brand"),
        ("Sinner führt 2:1", "Sinner siegt 3:1"),
        ("Eilmeldung: Zwischenfall am Berg", "Seilbahn am Säntis steht still"),
    ],
)
def test_another_headline_is_news(before: str, after: str) -> None:
    """Numbers are, too."""
    assert state(before) != state(after)
    assert article.headline_state(before) != article.headline_state(after)


def test_text_counts_by_its_words_alone() -> None:
    """A number in it is mostly the hour or a count; lead, key points and body all count."""
    same = state("Titel", "Stand: 12:41 Uhr. 17 Kommentare", body="Text.")
    assert same == state("Titel", "Stand: 13:05 Uhr. 21 Kommentare", body="Text!")
    assert len({same, state("Titel", body="Mehr."), state("Titel", "Mehr."), state("Titel", "", "Punkt")}) == 4


def test_no_state_is_announced_twice_and_no_entry_for_ever() -> None:
    """Back and forth is one change; the sixth new state is stored, and nothing is said of it."""
    states: tuple[str, ...] = ("a",)
    announced = []
    for state_now in ("b", "a", "b", "b", "c", "d", "e", "f", "g", "h", "g", "i"):
        states, is_news = article.advance(states, state_now)
        announced += [state_now] if is_news else []
    assert announced == ["b", "c", "d", "e", "f"]
    assert len(announced) == article.MOST_REVISIONS == len(states) - 1
    assert states[0] == "i"


def test_a_silent_change_takes_no_place() -> None:
    """What a publisher renders anew may change for real later."""
    states, is_news = article.advance(("b", "a"), "c", silent=True)
    assert (states, is_news) == (("c", "a"), False)
    assert article.advance(states, "d") == (("d", "c", "a"), True)


def test_many_changes_at_once_are_another_template() -> None:
    """Unless they bear dates of their own; a few are news, and so are many of a very long list."""
    before = [Traits(title=str(number), date=1_000 + number) for number in range(20)]
    undated = [(each, each) for each in before]
    redated = [(each, replace(each, date=each.date + 9_000)) for each in before]
    at_once = [(each, replace(each, date=99_000)) for each in before]
    assert article.is_rendered_anew(undated, 20)
    assert article.is_rendered_anew(at_once, 20)
    assert not article.is_rendered_anew(redated, 20)
    assert not article.is_rendered_anew(undated[:5], 5)
    assert article.is_rendered_anew(undated[:6], 6)
    assert not article.is_rendered_anew(undated, 200)
