from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bot.core import story
from bot.core.article import Article
from bot.core.ids import ChatId
from bot.core.story import Headline, Placement, Stories, StoryPolicy, Telling
from tests.builders import NOW, make_article, the_analyser

FIRST = "USA greifen Venezuela an und nehmen Präsident Maduro fest"
REWORDED = "Venezuela: USA greifen an und nehmen Präsident Maduro fest"
RELATED = "USA greifen Venezuela mit Raketen an"
OTHER = "Stromausfall in Berlin: Tausende Haushalte ohne Strom"
OWN = ChatId(7)


class Desk:
    """Places articles as the bot does."""

    def __init__(self) -> None:
        self.stories = Stories(StoryPolicy(), the_analyser().locate)
        self.number = 0

    def __call__(self, title: str, **changes: object) -> Placement:
        """Place an article with this headline; all else differs from any other."""
        self.number += 1
        made = make_article(self.number, f"name {self.number}", title=title)
        return self.place(replace(made, **{"source_host": f"host{self.number}.example"} | changes))  # type: ignore[arg-type]

    def place(self, article: Article) -> Placement:
        """Place an article."""
        self.stories.forget(article.seen_at)
        self.stories.count(
            Headline(article_id=article.id, title=article.title, language=article.language, seen_at=article.seen_at)
        )
        placement = self.stories.place(article)
        self.stories.file(
            Telling(
                number=self.number,
                article_id=article.id,
                placement=placement,
                owner=article.owner,
                key=article.key,
                guid_key=article.guid_key,
                source_host=article.source_host,
                title=article.title,
                language=article.language,
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
    assert place(FIRST) == Placement(story_id=4)
    assert place(REWORDED).story_id == 4
    assert place("+++ Eilmeldung +++ USA greifen Venezuela an, nehmen Maduro fest").story_id == 4
    assert place(OTHER).story_id == 7


def test_what_may_be_the_same_is_a_story_of_its_own_that_knows_the_other(place: Desk) -> None:
    """Between the two thresholds."""
    place(FIRST)
    assert place(RELATED) == Placement(story_id=5, related_id=4)


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
    assert place(REWORDED) == Placement(story_id=6)


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

    assert other == Placement(story_id=5, related_id=first.story_id)
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

    assert risen == Placement(story_id=5, related_id=first.story_id)
    assert place("Bund zahlt der Bahn 1,5 Millionen Franken").story_id == 6
    assert place("Bund zahlt der Bahn 1'500'000 Franken").story_id == 6


def test_headlines_of_three_words_are_the_same_only_when_nearly_all_is(place: Desk) -> None:
    """A label says too little to be compared by half of it."""
    place("Kim trifft Putin")
    assert place("Putin trifft Kim").story_id == 4
    assert place("Kim trifft Trump") == Placement(story_id=6)


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
