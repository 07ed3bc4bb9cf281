"""
What publishers say of their feeds and put around their texts, through the real process.

A language that a reader's own feed declares, and the footers and doubly escaped HTML of Reddit and Hacker News.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from html import escape
from pathlib import Path

from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.feeds.servers import Answer, FeedServer, feed_server
from tests.journeys.process import make_bot, write_config

_POLLS = 3
"""Polls of a feed after which nothing more comes of a document."""
_OWN_FEEDS = {"STICHWORT_CHATS__USERS_MAY_ADD_PRIVATE_FEEDS": "true"}
_FOOTERS = ("submitted by", "[link]", "[comments]", "Article URL", "Comments URL", "Points:", "# Comments")
_SAID = "A harbour pilot went aboard at noon, and the crane was moved by hand."
_FEES = 'Fees & taxes for boats in "the old basin" go up by half from Monday.'


def write_rss(language: str, *titles: str) -> Answer:
    """Write a feed that declares its language; a headline is all there is of an entry."""
    now = format_datetime(datetime.now(UTC))
    items = "".join(
        f"<item><title>{title}</title><link>https://blatt.example/{number}</link>"
        f'<guid isPermaLink="false">{number}</guid><pubDate>{now}</pubDate></item>'
        for number, title in reversed(list(enumerate(titles)))
    )
    channel = f"<title>Pfarrblatt</title><language>{language}</language>{items}"
    return Answer(body=f'<rss version="2.0"><channel>{channel}</channel></rss>'.encode())


def write_atom(*entries: tuple[str, str]) -> Answer:
    """Write an Atom feed in English of titles and HTML, which is escaped as Atom wants it."""
    now = datetime.now(UTC) - timedelta(minutes=1)
    listed = "".join(
        f'<entry><id>t{number}</id><title>{title}</title><link href="https://forum.example/{number}"/>'
        f'<updated>{now.isoformat()}</updated><content type="html">{escape(html)}</content></entry>'
        for number, (title, html) in reversed(list(enumerate(entries)))
    )
    namespace = 'xmlns="http://www.w3.org/2005/Atom" xml:lang="en"'
    return Answer(body=f"<feed {namespace}><title>Forum</title>{listed}</feed>".encode())


def reddit(text: str) -> str:
    """Make what Reddit sends of a post: the space before each part is escaped once more than the rest."""
    return (
        f"<!-- SC_OFF --><div class='md'><p>{text}</p></div><!-- SC_ON --> &amp;#32; submitted by &amp;#32; "
        "<a href='https://forum.example/user/lotse-1'> /u/lotse-1 </a> &amp;#32; to &amp;#32; "
        "<a href='https://forum.example/r/docks'> r/docks </a> <br/> "
        "<span><a href='https://bild.example/1.jpg'>[link]</a></span> &amp;#32; "
        "<span><a href='https://forum.example/r/docks/1'>[comments]</a></span>"
    )


def hacker_news(text: str) -> str:
    """Make what Hacker News sends of an entry."""
    return (
        f"<p>{text}</p><p>Article URL: <a href='https://code.example/h'>https://code.example/h</a></p>"
        "<p>Comments URL: <a href='https://forum.example/item?id=1'>https://forum.example/item?id=1</a></p>"
        "<p>Points: 41</p><p># Comments: 7</p>"
    )


_ENTRIES = (
    ("Old ship leaves town", "<p>Nothing else happened in town today.</p>"),
    ("Harbour crane moved by hand", reddit(_SAID)),
    ("Harbour seen from above", reddit("")),
    ("Show: a harbour in 200 lines", hacker_news(_SAID)),
    ("Harbour fees to double", escape(f"<p>{escape(_FEES)}</p>")),
)


async def polled(news: FeedServer, path: str, more: int) -> None:
    """Wait until a feed was asked for so many times more."""

    def times() -> int:
        return sum(asked.path == path for asked in news.asked)

    goal = times() + more
    async with asyncio.timeout(HANG_SECONDS):
        while times() < goal:  # noqa: ASYNC110  # the server has no bell
            await asyncio.sleep(0.1)


async def alerts(person: SimulatedPerson, words: Sequence[str], *, after: Message) -> list[Message]:
    """Give the alerts whose headlines hold these words, once each is there."""
    return [await person.chat.wait_for(partial(_is_headed, word), after=after) for word in words]


def _is_headed(words: str, message: Message) -> bool:
    return words in message.text.split("\n")[0]


async def test_what_publishers_say_of_a_feed_and_put_around_a_text_is_understood(tmp_path: Path) -> None:
    """One bot meets both."""
    async with Server() as server, feed_server() as news:
        news.say("/pfarrblatt", write_rss("de-CH", "Sommerfest im Dorf"))
        news.say("/forum", write_atom(_ENTRIES[0]))
        listed = f'[alerts]\nburst = 50\n[[feeds]]\nurl = "{news.url("/forum")}"\ntitle = "Forum"\nlanguage = "en"'
        bot = make_bot(tmp_path, write_config(server, extra=listed), _OWN_FEEDS)
        await bot.start()
        try:
            await server.ready()
            await polled(news, "/forum", 2)
            await _a_readers_own_feed_is_in_the_language_it_declares(server, news)
            await _no_alert_shows_what_reddit_and_hacker_news_put_around_a_text(server, news)
        except TimeoutError:
            print(bot.tail(20))
            raise
        finally:
            await bot.terminate()
    assert server.violations == []


async def _a_readers_own_feed_is_in_the_language_it_declares(server: Server, news: FeedServer) -> None:
    """Names alone look Italian, and a chat that reads German would never hear of them."""
    anna = server.person("Anna", language="de")
    said = anna.say(f"/addfeed {news.url('/pfarrblatt')}")
    added = await anna.chat.wait_for(lambda message: "Hinzugefügt" in message.text, after=said)
    assert added.text.startswith("Hinzugefügt: Pfarrblatt (Deutsch)")
    start = await anna.ask("/sub Papst")
    news.say("/pfarrblatt", write_rss("de-CH", "Sommerfest im Dorf", "Papst Leo in Castel Gandolfo"))
    (alert,) = await alerts(anna, ["Papst Leo in Castel Gandolfo"], after=start)
    await polled(news, "/pfarrblatt", _POLLS)
    assert [message for message in anna.chat.received if message.message_id > start.message_id] == [alert]


async def _no_alert_shows_what_reddit_and_hacker_news_put_around_a_text(server: Server, news: FeedServer) -> None:
    """Nor any markup, however often it was escaped; a post that is only a link is told by its headline."""
    ben = server.person("Ben", language="en")
    start = await ben.ask("/sub harbour")
    news.say("/forum", write_atom(*_ENTRIES))
    heard = await alerts(ben, [title for title, _ in _ENTRIES[1:]], after=start)
    await polled(news, "/forum", _POLLS)
    assert len([message for message in ben.chat.received if message.message_id > start.message_id]) == len(heard)
    for unwanted in (*_FOOTERS, "<", "&"):
        assert not [message.text for message in heard if unwanted in message.text.replace(_FEES, "")]
    crane, above, show, fees = (message.text for message in heard)
    assert _SAID in crane
    assert _SAID in show
    assert _FEES in fees
    assert "lotse" not in above
