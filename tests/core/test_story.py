from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bot.core import republication, story
from bot.core.article import Article
from bot.core.ids import ChatId, FeedId
from bot.core.story import PlacedArticle, StoryPlacement, StoryPolicy, StoryWindow, WindowHeadline
from tests.builders import NOW, make_article, the_analyser

FIRST = "USA greifen Venezuela an und nehmen Präsident Maduro fest"
REWORDED = "Venezuela: USA greifen an und nehmen Präsident Maduro fest"
RELATED = "USA greifen Venezuela mit Raketen an"
OTHER = "Stromausfall in Berlin: Tausende Haushalte ohne Strom"
OWN = ChatId(7)


class Desk:
    """Places articles as the bot does."""

    def __init__(self) -> None:
        self.stories = StoryWindow(StoryPolicy(), the_analyser().locate)
        self.number = 0

    def __call__(self, title: str, **changes: object) -> StoryPlacement:
        """Place an article with this headline; all else differs from any other, also the feed it is in."""
        self.number += 1
        made = make_article(self.number, f"name {self.number}", title=title, feed_id=FeedId(self.number))
        return self.place(replace(made, **{"source_host": f"host{self.number}.example"} | changes))  # type: ignore[arg-type]

    def place(self, article: Article) -> StoryPlacement:
        """Place an article."""
        self.stories.forget(article.seen_at)
        self.stories.count(
            WindowHeadline(
                article_id=article.id, title=article.title, language=article.language, seen_at=article.seen_at
            )
        )
        placement = self.stories.place(article)
        self.stories.file(
            PlacedArticle(
                number=self.number,
                article_id=article.id,
                placement=placement,
                owner=article.owner,
                feed_id=article.feed_id,
                key=article.key,
                guid_key=article.guid_key,
                url=article.url,
                source_host=article.source_host,
                title=article.title,
                opening=republication.opening(article.lead, article.body),
                language=article.language,
                published_at=article.published_at,
                seen_at=article.seen_at,
            )
        )
        return placement


@pytest.fixture
def place() -> Desk:
    """A desk with some headlines that have nothing to do with the others."""
    desk = Desk()
    for title in (
        "Bundesrat beschliesst neue Regeln für Wölfe",
        "Der FC Bern gewinnt in Basel",
        "Schnee im Mittelland",
    ):
        desk(title)
    return desk


def test_rewording_joins_the_story(place: Desk) -> None:
    """The story's number is that of its first article, also for the third."""
    assert place(FIRST) == StoryPlacement(story_id=4)
    assert place(REWORDED).story_id == 4
    assert place("+++ Eilmeldung +++ USA greifen Venezuela an, nehmen Maduro fest").story_id == 4
    assert place(OTHER).story_id == 7


def test_what_may_be_the_same_is_a_story_of_its_own_that_knows_the_other(place: Desk) -> None:
    """Between the two thresholds."""
    place(FIRST)
    later = NOW + timedelta(hours=2)
    assert place(RELATED, published_at=later, seen_at=later) == StoryPlacement(story_id=5, related_id=4)


def test_other_languages_are_other_stories(place: Desk) -> None:
    """No grouping across languages, not even of an equal headline."""
    place(FIRST)
    assert place(FIRST, language="en").story_id == 5
    assert place(FIRST, language=None).story_id == 6


def test_an_address_or_a_guid_is_certain(place: Desk) -> None:
    """Whatever the headline says; a guid only within one site, for many are mere numbers."""
    place(FIRST, key="a", guid_key="1", source_host="srf.example")
    assert place(OTHER, key="a").story_id == 4
    assert place("Etwas ganz anderes steht hier", guid_key="1", source_host="srf.example").story_id == 4
    assert place("Noch etwas ganz anderes aus Wien", guid_key="1").story_id == 7


def test_short_headlines_are_not_the_same_for_being_equal() -> None:
    """Every day has its weather."""
    place = Desk()
    assert place("Das Wetter", published_at=NOW).story_id == 1
    assert place("Das Wetter", language="fr").story_id == 2


def test_the_window_ends(place: Desk) -> None:
    """After 72 hours the same words tell a new story."""
    place(FIRST)
    assert place(FIRST, seen_at=NOW + timedelta(hours=71)).story_id == 4
    assert place(FIRST, seen_at=NOW + timedelta(hours=144)).story_id == 6


def test_a_readers_own_feed_changes_nothing_for_others(place: Desk) -> None:
    """His article joins everybody's story; everybody's never joins his, but absorbs it."""
    own = place(FIRST, owner=OWN)
    assert own.story_id == 4
    assert place(REWORDED, owner=ChatId(8)).story_id == 5
    public = place(FIRST)
    assert public.story_id == 6
    assert set(public.absorbed) == {4, 5}
    assert place(REWORDED, owner=OWN).story_id == 6
    assert place(REWORDED) == StoryPlacement(story_id=6)


def test_headline_of_nothing_stands_alone(place: Desk) -> None:
    """No letters, other scripts, no end: a story of its own, and no fault."""
    for number, title in enumerate(("", "???", "😀 😀", "日本" * 5_000, "a" * 100_000), 4):
        assert place(title).story_id == number


@dataclass(frozen=True)
class Told:
    """Something told by so many sources."""

    sources: int
    published_at: datetime


def test_what_most_sources_tell_comes_first() -> None:
    """Of two told by as many, the newer one comes first."""
    old, new, big = Told(1, NOW - timedelta(hours=1)), Told(1, NOW), Told(3, NOW - timedelta(days=1))
    assert story.rank([old, new, big]) == (big, new, old)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Erdbeben in der Türkei fordert 40 Tote", "Erdbeben in der Türkei fordert 80 Tote", False),
        ("Nordkorea: Meldung Nummer 7 vom Tag", "Nordkorea: Meldung Nummer 8 vom Tag", False),
        ("Erdbeben in der Türkei fordert 40 Tote", "Erdbeben in der Türkei fordert viele Tote", True),
        ("Darts-WM 2026: Littler gewinnt 7:1 im Final", "Darts-WM 2026: Littler gewinnt im Final", True),
        ("Darts-WM 2026: Littler gewinnt 7:1 gegen Clayton", "Darts-WM 2026: Littler gewinnt 6:5 gegen Clayton", False),
    ],
)
def test_other_figures_are_other_news(place: Desk, first: str, second: str, same: bool) -> None:
    """A count that rose, the next match, the next part of a series; figures that one leaves out do no harm."""
    assert (place(first).story_id == place(second).story_id) is same
    assert place(second).related_id is None


def test_the_same_accident_in_another_town_is_another_story(place: Desk) -> None:
    """All words but one are the same; a reader who asked for accidents gets both, one below the other."""
    first = place("Zwei Verletzte bei Unfall auf der Autobahn in Bern")
    other = place("Zwei Verletzte bei Unfall auf der Autobahn in Basel")
    again = place("Unfall auf der Autobahn in Bern: zwei Verletzte")

    assert other == StoryPlacement(story_id=5, related_id=first.story_id)
    assert again.story_id == first.story_id


def test_what_says_all_of_it_and_more_is_the_same_story(place: Desk) -> None:
    """A kicker and a subordinate clause make a headline longer, and no other news."""
    first = place("Film-Ikone Brigitte Bardot ist tot")
    assert place("Sie wurde 91 Jahre alt: Film-Ikone Brigitte Bardot ist tot").story_id == first.story_id
    assert place("Film-Ikone Brigitte Bardot ist tot – ihr Vermögen soll Tieren helfen").story_id == first.story_id


def test_a_count_that_rose_hangs_on_the_story_it_goes_on(place: Desk) -> None:
    """It is news, so it comes; but the reader knows what it belongs to."""
    first = place("Erdbeben in der Türkei: Zahl der Toten steigt auf 40")
    risen = place("Erdbeben in der Türkei: Zahl der Toten steigt auf 48")

    assert risen == StoryPlacement(story_id=5, related_id=first.story_id)
    assert place("Bund zahlt der Bahn 1,5 Millionen Franken").story_id == 6
    assert place("Bund zahlt der Bahn 1'500'000 Franken").story_id == 6


def test_headlines_of_three_words_are_the_same_only_when_nearly_all_is(place: Desk) -> None:
    """A label says too little to be compared by half of it."""
    place("Kim trifft Putin")
    assert place("Putin trifft Kim").story_id == 4
    assert place("Kim trifft Trump") == StoryPlacement(story_id=6)


def test_a_story_that_is_told_again_lives_on_from_there(place: Desk) -> None:
    """Running or just restarted, the window begins with the last telling."""
    place("Kim und Putin", key="k")
    assert place("Ganz anders benannt", key="k", seen_at=NOW + timedelta(hours=60)).story_id == 4
    assert place("Und noch einmal anders", key="k", seen_at=NOW + timedelta(hours=80)).story_id == 4


def test_one_threshold_may_be_set_without_the_other() -> None:
    """With `same` below `related` there is nothing in between."""
    assert StoryPolicy(same=0.2).least == 0.2
    assert StoryPolicy(same=0.7).least == 0.45


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Bern: Mann bei Unfall schwer verletzt", "Basel: Mann bei Unfall schwer verletzt"),
        ("Teil 3: Die Anfänge der Raumfahrt", "Teil 4: Die Anfänge der Raumfahrt"),
        ("Tag 1411: Was in der Nacht geschah", "Tag 1412: Was in der Nacht geschah"),
        ("Merz verteidigt Rentenpaket gegen Kritik", "Kommentar: Merz verteidigt Rentenpaket gegen Kritik"),
        ("Merz verteidigt Rentenpaket gegen Kritik", "Merz verteidigt Rentenpaket gegen Kritik – ein Kommentar"),
        ("Israel greift Ziele im Libanon an", "Israel greift Ziele im Jemen an"),
        ("Lawine in Davos: Fünf Tote geborgen", "Lawine in Graubünden: Fünf Tote geborgen"),
    ],
)
def test_what_differs_in_a_claim_alone_hangs_on_the_other(place: Desk, first: str, second: str) -> None:
    """A place, a figure or a genre, also in the kicker: neither held back nor told as if it were new."""
    story = place(first).story_id
    told = place(second)

    assert told.story_id != story
    assert told.related_id == story


PAPER, OTHERS = FeedId(1001), FeedId(1002)
THUN = ("Zeugenaufruf nach Einbruch in Thun", "Zeugenaufruf nach Brand in Thun", "Zeugenaufruf nach Unfall in Thun")
TEXT = "Am Montagmorgen ist bei Olten ein Regionalzug entgleist. Drei Personen wurden verletzt, die Strecke bleibt zu."


@pytest.mark.parametrize(
    "titles",
    [
        THUN,
        (
            "Sinner schlägt Ruud in drei Sätzen",
            "Sinner schlägt Fritz in drei Sätzen",
            "Sinner schlägt Paul in drei Sätzen",
        ),
        ("Die Lage am Morgen",) * 3,
        ("Elevated error rates in Helsinki", "Elevated error rates in Falkenstein", "Elevated error rates in Ashburn"),
        ("Erdbeben in der Türkei fordert 40 Tote", "Erdbeben in der Türkei fordert 80 Tote"),
    ],
)
@pytest.mark.parametrize("minutes", [0, 90])
def test_what_one_feed_lists_is_different_news(place: Desk, titles: tuple[str, ...], minutes: int) -> None:
    """Together or one after another: neither the same story nor one that hangs on the first."""
    for at, title in enumerate(titles):
        seen_at = NOW + timedelta(minutes=at * minutes)
        assert place(title, feed_id=PAPER, seen_at=seen_at, published_at=seen_at) == StoryPlacement(story_id=4 + at)


def test_a_paper_does_not_join_its_own_story_by_way_of_another(place: Desk) -> None:
    """Whoever of them came first; the other paper's headline stands for one of the two."""
    assert place(THUN[0], feed_id=PAPER).story_id == 4
    assert place(THUN[0], feed_id=OTHERS).story_id == 4
    assert place(THUN[1], feed_id=PAPER) == StoryPlacement(story_id=6)
    assert place(THUN[2], feed_id=FeedId(1003)).story_id in (4, 6)
    assert place(THUN[0], feed_id=PAPER, published_at=NOW + timedelta(days=1)) == StoryPlacement(story_id=8)


def test_other_papers_in_one_feed_are_other_papers(place: Desk) -> None:
    """An aggregator lists many; which paper it is says the link, or where it leads to the aggregator the headline."""
    first = place(FIRST, feed_id=PAPER, url="https://www.srf.example/1").story_id
    assert place(REWORDED, feed_id=PAPER, url="https://nzz.example/2").story_id == first
    assert place(REWORDED, feed_id=PAPER, url="https://news.srf.example/3").story_id == 6
    google = "https://news.google.com/rss/articles/"
    assert place(f"{OTHER} - NZZ", feed_id=PAPER, url=f"{google}1").story_id == 7
    assert place(f"{OTHER} - Tages-Anzeiger", feed_id=PAPER, url=f"{google}2").story_id == 7
    assert place(f"{OTHER} - NZZ", feed_id=PAPER, url=f"{google}3", lead="").story_id == 9


def test_what_a_paper_publishes_again_knows_the_first(place: Desk) -> None:
    """Another link and guid, the same headline but for a mark, the same text: a story of its own, told silently."""
    first = place("Zug entgleist bei Olten: drei Verletzte", feed_id=PAPER, lead=TEXT).story_id
    later = NOW + timedelta(hours=2)
    again = place("Update: Zug entgleist bei Olten: drei Verletzte", feed_id=PAPER, lead=TEXT, seen_at=later)
    assert again == StoryPlacement(story_id=5, related_id=first)
    other = place("Zug entgleist bei Aarau: drei Verletzte", feed_id=PAPER, lead=TEXT, seen_at=later)
    assert other == StoryPlacement(story_id=6)


def test_the_window_ends_for_a_paper_too(place: Desk) -> None:
    """What it told before is forgotten, as after a restart: then only the other paper's headline counts."""
    place(THUN[0], feed_id=PAPER)
    place(THUN[0], feed_id=OTHERS, seen_at=NOW + timedelta(hours=60))
    assert place(THUN[0], feed_id=PAPER, seen_at=NOW + timedelta(hours=71)).story_id == 6
    assert place(THUN[0], feed_id=PAPER, seen_at=NOW + timedelta(hours=131)).story_id == 4


def test_a_readers_feed_keeps_its_news_apart_when_everybodys_tell_them(place: Desk) -> None:
    """Of two that everybody's feed could absorb, only one goes into its story."""
    for title in THUN[:2]:
        place(title, feed_id=PAPER, owner=OWN)
    assert place(THUN[0]).absorbed == (4,)
    joined = place(THUN[0])
    assert joined.story_id == 6
    assert joined.absorbed == ()
    assert place(THUN[2], feed_id=PAPER, owner=OWN).story_id == 8


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Sinner gewinnt das Turnier von Wien in drei Sätzen", "Zverev gewinnt das Turnier von Wien in drei Sätzen"),
        ("Bundesanwaltschaft klagt Müntefering wegen Betrugs an", "Bundesanwaltschaft klagt Schröder wegen Betrugs an"),
    ],
)
def test_where_all_that_differs_is_who_it_is_other_news(place: Desk, first: str, second: str) -> None:
    """Of two papers that use one pattern, the second names somebody else."""
    assert place(second).story_id != place(first).story_id


@pytest.mark.parametrize(
    "roundup",
    [
        "News kompakt: USA greifen Venezuela an, Maduro festgenommen, Streik der Bahn",
        "Liveticker: +++ USA greifen Venezuela an +++ Präsident Maduro festgenommen +++",
    ],
)
def test_what_lists_several_stories_belongs_to_none(place: Desk, roundup: str) -> None:
    """Nothing joins it, and it joins nothing, whichever comes first."""
    assert place(roundup) == StoryPlacement(story_id=4)
    assert place(FIRST) == StoryPlacement(story_id=5)
    assert place(roundup.replace("festgenommen", "gefasst")) == StoryPlacement(story_id=6)


def test_a_story_is_as_near_as_its_two_nearest_headlines(place: Desk) -> None:
    """One headline that is alike makes no chain where the other has nothing in common."""
    assert place(FIRST).story_id == 4
    assert place(REWORDED).story_id == 4
    place(OTHER, key="k")
    assert place("Köpenick bleibt bis zum Morgen dunkel", key="k").story_id == 6
    assert place("Berlin: Tausende Haushalte nach Stromausfall ohne Strom") == StoryPlacement(story_id=8)


def test_a_town_that_the_other_headline_has_in_a_longer_name_is_the_same_place(place: Desk) -> None:
    """ "Zürich-Oerlikon" and "Oerlikon"."""
    first = place("Messerangriff in Zürich-Oerlikon: 24-Jähriger verhaftet")
    assert place("Messerangriff in Oerlikon: 24-Jähriger in Haft").story_id == first.story_id
