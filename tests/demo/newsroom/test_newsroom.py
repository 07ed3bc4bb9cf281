"""The newsroom's feeds."""

from collections.abc import Mapping

import aiohttp
import feedparser
import pytest

from bot.demo.newsroom.newsroom import Newsroom, load_stock
from bot.demo.telegram_server.clock import ManualClock


async def get(url: str, **headers: str) -> tuple[int, Mapping[str, str], str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with aiohttp.ClientSession() as session, session.get(url, headers=named) as response:
        return response.status, response.headers, await response.text()


async def test_every_paper_has_a_feed_with_older_articles() -> None:
    """RSS and Atom parse without a complaint, in four languages, with at least two entries each."""
    async with Newsroom() as newsroom:
        assert {paper.language for paper in newsroom.papers.values()} == {"de", "en", "fr", "it"}
        for paper in newsroom.papers.values():
            status, _, body = await get(newsroom.feed_url(paper.key))
            parsed = feedparser.parse(body.encode())
            assert status == 200
            assert not parsed.bozo, parsed.get("bozo_exception")
            assert parsed.feed.title == paper.title
            assert len(parsed.entries) >= 2
            assert all(entry.link.startswith(newsroom.url) and entry.published_parsed for entry in parsed.entries)


@pytest.mark.parametrize("paper", ["limmat", "harbour"])
async def test_an_unchanged_feed_is_not_sent_again(paper: str) -> None:
    """The tag or the date gives 304 until something is published; the tag wins; nothing asks for a slower pace."""
    async with Newsroom() as newsroom:
        url = newsroom.feed_url(paper)
        _, headers, _ = await get(url)
        assert "Cache-Control" not in headers
        assert "ttl" not in headers
        assert (await get(url, If_None_Match=headers["ETag"]))[0] == 304
        assert (await get(url, If_None_Match=f'W/{headers["ETag"]}, "x"'))[0] == 304
        assert (await get(url, If_Modified_Since=headers["Last-Modified"]))[0] == 304
        assert (await get(url, If_None_Match='"x"', If_Modified_Since=headers["Last-Modified"]))[0] == 200
        newsroom.publish(paper, "Neu")
        status, fresh, body = await get(url, If_None_Match=headers["ETag"])
        assert status == 200
        assert fresh["ETag"] != headers["ETag"]
        assert "Neu" in body
        assert [visit.status for visit in newsroom.visits] == [200, 304, 304, 304, 200, 200]


async def test_the_newest_article_comes_first_with_everything(hands: ManualClock) -> None:
    """Title, lead, full text, link, guid and time survive, however they are written."""
    title, html = 'A & B <b>"C"</b> ]]>', "<ul><li>x ]]> y</li></ul>"
    async with Newsroom(now=hands) as newsroom:
        for paper in ("limmat", "harbour"):
            newsroom.publish(paper, title, html, lead="L & M", link="https://example.org/?a=1&b=2", guid="g<1>")
            _, _, body = await get(newsroom.feed_url(paper))
            entry = feedparser.parse(body.encode(), sanitize_html=False).entries[0]
            assert (entry.link, entry.id) == ("https://example.org/?a=1&b=2", "g<1>")
            assert entry.content[0].value == html
            assert entry.summary == "L & M"
            assert entry.published_parsed[:4] == (2027, 1, 15, 8)


async def test_an_article_has_a_page() -> None:
    """The link in the feed leads to the text; a title stays text."""
    async with Newsroom() as newsroom:
        entry = newsroom.publish("limmat", "<script>", "<p>Text</p>")
        status, _, body = await get(entry.link)
        assert status == 200
        assert "<h1>&lt;script&gt;</h1>" in body
        assert "<p>Text</p>" in body
        assert (await get(f"{newsroom.url}/limmat/artikel/999"))[0] == 404
        assert (await get(f"{newsroom.url}/nobody/feed.xml"))[0] == 404


async def test_what_lies_ready_can_be_published() -> None:
    """Each ready article names papers that exist; one is the same link in two papers."""
    async with Newsroom() as newsroom:
        for ready in newsroom.stock.ready:
            assert len(newsroom.publish_ready(ready.key)) == len(ready.papers)
        links = [entry.link for entry in newsroom.entries if "satellit" in entry.link]
        assert len(links) == 2
        assert len(set(links)) == 1
        assert (await get(links[0]))[0] == 200
        with pytest.raises(LookupError):
            newsroom.publish_ready("nothing")
        with pytest.raises(LookupError):
            newsroom.publish("nobody", "x")


def test_the_meeting_has_its_two_points() -> None:
    """The article of the demo carries a box with two bullets; the one on the South never names the North."""
    ready = {one.key: one for one in load_stock().ready}
    assert "Das Wichtigste in Kürze" in ready["kim-putin"].html
    assert ready["kim-putin"].html.count("<li>") == 2
    south = ready["suedkorea"]
    assert "nordkorea" not in f"{south.title} {south.lead} {south.html}".lower()


async def test_reading_by_all_needs_a_second_conditional_request() -> None:
    """A feed counts as read when it is asked for again with a validator."""
    async with Newsroom() as newsroom:
        tags = {}
        for paper in newsroom.papers:
            tags[paper] = (await get(newsroom.feed_url(paper)))[1]["ETag"]
        assert not newsroom.is_read_by_all()
        for paper, tag in tags.items():
            await get(newsroom.feed_url(paper), If_None_Match=tag)
        await newsroom.read_by_all()
        await newsroom.visited("limmat", times=2)


async def test_every_paper_has_a_front_page_that_names_its_feed() -> None:
    """With the headlines on it; one paper is left for readers to add."""
    async with Newsroom() as newsroom:
        for key, paper in newsroom.papers.items():
            status, _, body = await get(newsroom.front_url(key))
            assert status == 200
            assert f'<link rel="alternate" type="application/{paper.format}+xml"' in body
            assert "/artikel/" in body
        assert [key for key, paper in newsroom.papers.items() if not paper.listed] == ["saentis"]
        assert (await get(newsroom.front_url("nobody")))[0] == 404
