"""What readers type around a keyword, and what they type instead of one."""

from __future__ import annotations

import pytest

from bot.core.query import phrasing
from bot.core.query.phrasing import JoinedKeywords, SmallTalk

REQUESTS = {
    "Nordkorea bitte": "Nordkorea",
    "Abo Nordkorea": "Nordkorea",
    "subscribe to Iran": "Iran",
    "news about climate change": "climate change",
    "Alert me about Boeing!": "Boeing",
    "Sag mir Bescheid, wenn es etwas Neues zu Nordkorea gibt": "Nordkorea",
    "ich möchte gerne alle Nachrichten über die Schweizer Bahn": "Schweizer Bahn",
    "je voudrais des nouvelles sur le climat s’il te plaît": "climat",
    "je m'intéresse à l'intelligence artificielle": "intelligence artificielle",
    "préviens-moi dès qu'on parle de Macron": "Macron",
    "vorrei notizie su Roma per favore": "Roma",
    "avvisami quando succede qualcosa in Ucraina": "Ucraina",
    "Roger Federer news please": "Roger Federer",
    "keep me posted on the Swiss elections": "Swiss elections",
    'abonniere bitte "Die Zeit"': '"Die Zeit"',
    "Servus, gibts was zu Rapid Wien?": "Rapid Wien",
    "avete qualcosa sui vaccini?": "vaccini",
    "previens moi si on parle de macron ⚽": "macron",
    "Hello, my name is Sarah and I would like to get news about Lausanne. Thanks a lot!": "Lausanne",
}
KEYWORDS = (
    "Nordkorea",
    "Google News",
    "Über den Wolken",
    "Die Zeit",
    "la Repubblica",
    "Neu Delhi",
    "Suis-Moi",
    "When in Rome",
    "Such Biden",
    "Nachrichten",
    "Bitte",
    "subscribe to The",
)


@pytest.mark.parametrize(("typed", "query"), REQUESTS.items())
def test_what_introduces_a_keyword_is_stripped(typed: str, query: str) -> None:
    """In four languages, from both ends."""
    assert phrasing.strip_request(typed) == phrasing.StrippedQuery(query, True)


@pytest.mark.parametrize("typed", KEYWORDS[:-1])
def test_a_keyword_stays_as_it_is(typed: str) -> None:
    """Also where a name begins like a request, and where nothing would be left."""
    assert phrasing.strip_request(typed) == phrasing.StrippedQuery(typed, False)


def test_an_article_with_a_capital_belongs_to_the_name() -> None:
    """What is a part of the name is not taken away."""
    assert phrasing.strip_request("subscribe to The Guardian").text == "The Guardian"
    assert phrasing.strip_request("subscribe to the weather").text == "weather"


def test_small_talk_around_queries_is_left_out() -> None:
    """Greeting and thanks, between commas too; each query is its own."""
    assert phrasing.read_queries("Hallo, ich hätte gern ein Abo auf Bitcoin, danke") == ("Bitcoin",)
    assert phrasing.read_queries('Abonniere Nordkorea; Iran, "Kim, Jong"\nnews about Roma') == (
        "Nordkorea",
        "Iran",
        '"Kim, Jong"',
        "Roma",
    )
    assert phrasing.read_queries("Le mie squadre sono: Inter, Milan") == ("Inter", "Milan")
    assert phrasing.read_queries("here is my list:\nTaiwan\nHong Kong\n\nKind regards\nJohn") == ("Taiwan", "Hong Kong")
    assert phrasing.read_queries("danke") == ("danke",)
    assert phrasing.read_queries(" \n") == ()


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("Hallo!", SmallTalk.GREETING),
        ("buongiorno", SmallTalk.GREETING),
        ("Danke vielmals 🙏", SmallTalk.THANKS),
        ("À  l’aide !", SmallTalk.HELP),
        ("my keywords", SmallTalk.LIST),
        ("Nordkorea", None),
        ("Hallo Nordkorea", None),
    ],
)
def test_a_whole_message_may_be_small_talk(typed: str, meaning: SmallTalk | None) -> None:
    """Only the whole of it, with whatever signs."""
    assert phrasing.find_small_talk(typed) is meaning


def test_a_small_or_and_a_small_and_have_two_sides() -> None:
    """Several words of one side belong together; quotes and capitals are the query language's own."""
    assert phrasing.find_joined("Kim oder Putin") == JoinedKeywords(("Kim", "Putin"), True)
    assert phrasing.find_joined("Kim Jong ou Putin") == JoinedKeywords(('"Kim Jong"', "Putin"), True)
    assert phrasing.find_joined("Kim and Putin") == JoinedKeywords(("Kim", "Putin"), False)
    assert phrasing.find_joined("Kim ODER Putin") is None
    assert phrasing.find_joined('"Kim oder Putin"') is None
    assert phrasing.find_joined("oder Putin") is None


def test_a_long_text_is_left_alone() -> None:
    """It is no request, and reading it must cost nothing."""
    text = "bitte " * 10_000 + "Nordkorea"
    assert phrasing.strip_request(text).text == text
    assert phrasing.find_small_talk(text) is None
