from __future__ import annotations

from urllib.parse import urlsplit

from bot.core.feed import Origin
from bot.feeds import starter_catalogue

ALL = ("de", "en", "fr", "it")


def test_starter_has_something_for_every_language() -> None:
    """Twenty feeds or more, several in each language, all of the catalogue and over https."""
    feeds = starter_catalogue.starter(ALL)
    assert len(feeds) >= 20
    for language in ALL:
        assert sum(feed.language == language for feed in feeds) >= 5
    assert {feed.origin for feed in feeds} == {Origin.CATALOGUE}
    assert {urlsplit(feed.url).scheme for feed in feeds} == {"https"}
    assert len({feed.url for feed in feeds}) == len({feed.title for feed in feeds}) == len(feeds)


def test_starter_gives_the_languages_asked_for() -> None:
    """Only the wanted languages are given; without any known one, English."""
    assert {feed.language for feed in starter_catalogue.starter(("de", "it"))} == {"de", "it"}
    assert {feed.language for feed in starter_catalogue.starter(("pt",))} == {"en"}
    assert {feed.language for feed in starter_catalogue.starter(())} == {"en"}


def test_the_larger_catalogue_has_groups() -> None:
    """Each address once, with a title and a language; the papers of Switzerland in three languages."""
    assert starter_catalogue.groups() == ("ch", "de", "at", "world")
    feeds = starter_catalogue.choose(starter_catalogue.groups())
    assert len(feeds) >= 120
    assert len({feed.url for feed in feeds}) == len({feed.title for feed in feeds}) == len(feeds)
    assert {urlsplit(feed.url).scheme for feed in feeds} == {"https"}
    assert {feed.language for feed in feeds} == set(ALL)
    assert {feed.language for feed in starter_catalogue.choose(("ch",))} == set(ALL)
    assert {feed.origin for feed in feeds} == {Origin.OPERATOR}
    assert starter_catalogue.choose(()) == ()
