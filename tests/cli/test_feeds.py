"""`stichwort feeds`: adding, listing, giving up, lists in and out, and the explanation of an address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import database, wiring
from bot.app.feed_wiring import fetch_policy
from bot.cli import feed_check, feeds, main
from bot.clock import WallClock
from bot.core import article
from bot.core.feed import Fetched, ParsedFeed
from bot.core.repositories import FinishedPoll
from bot.demo.newsroom.newsroom import Newsroom
from bot.feeds import feed_lists, parse
from bot.feeds.fetch import HttpFetcher
from bot.settings import load
from bot.settings.model import FeedEntry
from tests.builders import NOW
from tests.feeds.servers import Answer, FeedServer, feed_server

CONFIG = """[database]
url = "sqlite:///bot.db"
[polling]
host_gap = "0s"
allow_networks = ["127.0.0.1/32"]
[[feeds]]
url = "https://www.srf.example/rss"
title = "SRF"
"""
PAGE = b"""<!doctype html><link rel=alternate type=application/rss+xml title=Eins href=/feed>"""

SITEMAP = b"""<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://t.example/1</loc>
<news:news><news:publication><news:name>Amtsblatt</news:name><news:language>de</news:language></news:publication>
<news:publication_date>2026-11-30T07:41:09Z</news:publication_date><news:title>Treffen in Genf</news:title></news:news>
</url></urlset>"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration without a token."""
    file = tmp_path / "config.toml"
    file.write_text(CONFIG, "utf-8")
    return file


@pytest.fixture
async def scripted() -> AsyncIterator[FeedServer]:
    """A server that says what it is told."""
    async with feed_server() as server:
        yield server


async def run(config: Path, *arguments: str) -> int:
    """Do what the command line does."""
    options = main._parser().parse_args(["feeds", *arguments, "--config", str(config)])
    settings = load.load(config, token_needed=False)
    return await (
        feed_check.check(settings, options.url) if options.verb == "check" else feeds.feeds(settings, options)
    )


async def test_a_feed_is_added_from_a_page_listed_and_removed(
    config: Path, newsroom: Newsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what stands in it; adding it twice is no failure; the id stays the same."""
    page, before = f"{newsroom.url}/limmat/", datetime.now(UTC)
    assert await run(config, "add", page) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "Added: 1\tLimmat-Kurier (de)"
    assert shown[1] == newsroom.feed_url("limmat")
    assert len(shown) == 5
    assert await run(config, "add", newsroom.feed_url("limmat")) == 0
    assert capsys.readouterr().out == "It is there already: 1\tLimmat-Kurier\n"
    assert await run(config, "list") == 0
    columns = capsys.readouterr().out.rstrip("\n").split("\t")
    assert (columns[0], columns[1], *columns[3:]) == ("1", "active", "Limmat-Kurier", newsroom.feed_url("limmat"))
    assert before < datetime.fromisoformat(columns[2]) - timedelta(minutes=1)
    assert [visit.status for visit in newsroom.visits] == [200]  # looking at it was its first poll
    assert await run(config, "remove", newsroom.feed_url("limmat") + "/") == 0
    assert await run(config, "remove", "1") == 1
    assert await run(config, "add", page, "--language", "xx") == 2
    assert await run(config, "list") == 0
    assert "Removed: 1\tLimmat-Kurier\n" in capsys.readouterr().out


async def test_a_password_is_never_shown(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither in the list nor in what adding says."""
    async with feed_server() as server:
        server.say("/feed", Answer())
        url = server.url("/feed").replace("http://", "http://anna:geheim@")
        assert await run(config, "add", url, "--title", "Ganz\tprivat") == 0
        assert await run(config, "list") == 0
        assert await run(config, "check", url) == 0
    shown = capsys.readouterr().out
    assert "geheim" not in shown
    assert "Ganz privat" in shown
    assert all("Authorization" in asked.headers for asked in server.asked)


async def test_a_start_says_what_left_the_catalogue(config: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Who deleted a line by mistake sees it; passwords of addresses are not shown."""
    settings = load.load(config, token_needed=False)
    gone = FeedEntry(url="http://anna:geheim@127.0.0.1/rss", title="Fort")
    more = settings.model_copy(update={"feeds": [*settings.feeds, gone]})
    store = await database.open_upgraded(settings)
    await wiring._sync_catalogue(more, store, WallClock())
    await wiring._sync_catalogue(more, store, WallClock())
    assert caplog.records == []

    await wiring._sync_catalogue(settings, store, WallClock())
    await store.close()

    (record,) = caplog.records
    assert record.getMessage() == "catalogue.removed"
    assert "127.0.0.1/rss" in record.__dict__["which"]
    assert "geheim" not in record.__dict__["which"]


async def test_what_the_configuration_names_is_removed_there(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Else the next start would bring it back."""
    settings = load.load(config, token_needed=False)
    store = await database.open_upgraded(settings)
    await store.feeds.sync_catalogue(wiring.list_catalogue(settings), NOW)
    await store.close()

    assert await run(config, "remove", "https://www.srf.example/rss") == 1
    assert "configuration" in capsys.readouterr().err


def test_without_feeds_there_are_papers_in_every_language(config: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever the language of new chats is; one line of the log says so."""
    config.write_text(CONFIG.partition("[[feeds]]")[0], "utf-8")
    settings = load.load(config, token_needed=False)

    wishes = wiring.list_catalogue(settings)

    assert {wish.language for wish in wishes} == {"de", "en", "fr", "it"}
    (record,) = (record for record in caplog.records if record.getMessage() == "feeds.starter")
    assert (record.__dict__["feeds"], record.__dict__["languages"]) == (len(wishes), "de en fr it")


async def test_a_page_without_feeds_is_searched_for_a_news_sitemap(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`feeds add` polls the sitemap from then on; its articles are the first reading, which is silent."""
    async with feed_server() as server:
        front = server.say("/", Answer(body=b"<!doctype html><html></html>", headers=(("Content-Type", "text/html"),)))
        server.say("/robots.txt", Answer(body=b"Sitemap: /news.xml"))
        server.say("/news.xml", Answer(body=SITEMAP))

        assert await run(config, "add", front) == 0
        assert f"(de)\n{server.url('/news.xml')}\n  Treffen in Genf  https://t.example/1" in capsys.readouterr().out
        assert await run(config, "check", server.url("/news.xml")) == 0
        assert "feed: news sitemap, «Amtsblatt», 1 entries, language de" in capsys.readouterr().out


async def test_lists_in_and_out(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each failure and exit code 1; what is fine is in all the same, and comes out again."""
    async with feed_server() as server:
        server.say("/feed", Answer())
        server.say("/page", Answer(body=b"<html><body>nichts", headers=(("Content-Type", "text/html"),)))
        listed = [feed_lists.OpmlFeed(url=server.url(path), title=path) for path in ("/feed", "/page", "/away")]
        written = feed_lists.write(listed, title="Test", now=NOW)
        server.say("/list", Answer(body=written))
        (tmp_path / "list.opml").write_bytes(written)

        assert await run(config, "import", str(tmp_path / "list.opml"), str(tmp_path / "none.opml")) == 1
        out, err = capsys.readouterr()
        assert out == "1 added, 0 there already, 3 failed\n"
        assert len(err.splitlines()) == 3
        assert f"{server.url('/away')}: There is nothing at this address (HTTP 404)." in err
        assert await run(config, "import", server.url("/list"), "--no-check") == 0
        assert capsys.readouterr().out == "2 added, 1 there already, 0 failed\n"
        assert await run(config, "import", server.url("/page")) == 1
        (tmp_path / "broken.opml").write_bytes(b'<opml><body><outline xmlUrl="http://a.exam')
        assert await run(config, "import", str(tmp_path / "broken.opml")) == 1

    assert await run(config, "export", str(tmp_path / "out.opml")) == 0
    assert {each.url for each in feed_lists.read((tmp_path / "out.opml").read_bytes())} == {each.url for each in listed}
    assert await run(config, "export") == 0
    assert capsys.readouterr().out.count('<outline type="rss"') == 3


async def test_the_catalogue_is_taken_by_groups(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown group is a wrong use and names those there are."""
    assert await run(config, "import", "--catalogue", "ch,at", "--no-check") == 0
    added = int(capsys.readouterr().out.split()[0])
    assert added >= 50
    assert await run(config, "import", "--catalogue", "ch,xx") == 2
    assert "there is no xx; there are ch, de, at, world" in capsys.readouterr().err
    assert await run(config, "import") == 2


async def test_check_explains_each_step(config: Path, capsys: pytest.CaptureFixture[str], scripted: FeedServer) -> None:
    """Address, redirects, headers, document, dates, and when it would be polled again; a page shows its feeds."""
    server = scripted
    server.redirect("/old", server.url("/feed"), 301)
    server.say("/feed", Answer(headers=(("Cache-Control", "max-age=1800"), ("ETag", '"x"'))))
    server.say("/", Answer(body=PAGE, headers=(("Content-Type", "text/html"),)))

    assert await run(config, "check", server.url("/old")) == 0
    shown = capsys.readouterr().out
    for words in (
        "in polling.allow_networks: allowed for your feeds, not for those of readers",
        "robots.txt: not asked",
        "HTTP 301",
        "the new address will be stored",
        "  Cache-Control: max-age=1800",
        "feed: RSS, «Test», 1 entries",
        "next poll: in about 0:3",
        "validators: the next poll will be conditional",
    ):
        assert words in shown
    assert await run(config, "check", server.url("/")) == 0
    assert f"the page names 1 feed\n  {server.url('/feed')}  Eins\n" in capsys.readouterr().out
    assert await run(config, "check", server.url("/away")) == 1
    assert await run(config, "check", "http://127.0.0.2:9/") == 1
    assert "refused: port 9 is not among polling.ports" in capsys.readouterr().out


async def test_check_says_what_was_learned_of_a_feed_that_is_polled(
    config: Path, capsys: pytest.CaptureFixture[str], scripted: FeedServer
) -> None:
    """A document alone shows that guids differ, and only two that they number its rows."""
    titles = ["Drei", "Zwei", "Eins"]
    scripted.say("/feed", Answer(body=_rows(titles)))
    url = scripted.url("/feed")
    assert await run(config, "check", url) == 0
    assert not config.with_name("bot.db").exists()
    assert "told apart by link and by guid\n" in capsys.readouterr().out
    assert await run(config, "add", url) == 0
    scripted.say("/feed", Answer(body=_rows(["Vier", *titles[:2]])))
    await _poll_again(config)
    capsys.readouterr()
    assert await run(config, "check", url) == 0
    learned = "told apart by link; not by guid, which named another entry at an earlier poll (learned from its polls)"
    assert learned in capsys.readouterr().out


def _rows(titles: list[str]) -> bytes:
    items = (
        f"<item><title>{title}</title><link>https://t.example/{title}</link>"
        f"<guid isPermaLink='false'>{row}</guid></item>"
        for row, title in enumerate(titles)
    )
    return f"<rss version='2.0'><channel><title>T</title>{''.join(items)}</channel></rss>".encode()


async def _poll_again(config: Path) -> None:
    """Read the only feed once more, as a running bot would."""
    settings = load.load(config, token_needed=False)
    store = await database.open_upgraded(settings)
    (feed,) = [each for each in await store.feeds.list_all() if each.first_success_at]
    async with HttpFetcher(fetch_policy(settings)) as fetcher:
        fetched = await fetcher.fetch(feed, subscribers=0)
    assert isinstance(fetched, Fetched)
    parsed = parse.parse(fetched.body, url=fetched.url, content_type=fetched.content_type)
    assert isinstance(parsed, ParsedFeed)
    now = datetime.now(UTC)
    drafts, _ = article.draft_all(feed, parsed, detect=lambda _: "de", now=now)
    new = await store.feeds.finish_poll(
        FinishedPoll(feed=feed, drafts=drafts, alert=True, listed=article.listing(parsed)), now
    )
    await store.close()
    assert [each.title for each in new] == ["Vier"]


def test_check_needs_no_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    """Unless one is named, which must then be there."""
    assert main.main(["feeds", "check", "http://127.0.0.2:9/feed"]) == 1
    assert "result: The address leads to a network or port feeds may not be on." in capsys.readouterr().out
    assert main.main(["feeds", "check", "no address", "--config", "away.toml"]) == 2
    assert main.main(["feeds", "list"]) == 2
