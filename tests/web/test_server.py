"""The web server: who may see what, and what it says when something is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from bot.core.errors import StorageError
from bot.core.feed import FeedState
from bot.core.health import LoggedError, StoredCounts
from bot.core.ids import FeedId
from bot.core.process_state import DatabaseState, LoopProgress
from bot.web import status
from bot.web.article_page import ArticleAnswer
from bot.web.feed_page import FeedDetails
from bot.web.server import WebServer
from bot.web.status import FeedSelection, Readiness, Status
from bot.web.throughput import Throughput
from tests.builders import NOW, make_feed, make_health
from tests.fakes.clock import FakeClock

TOKEN = "correct horse"
STATUS = Status(
    at=NOW,
    version="1.0.0",
    running_for=timedelta(hours=5),
    is_speaking=True,
    stock=StoredCounts(
        feeds={"active": 1, "failing": 0, "gone": 0},
        chats={"active": 3, "blocked": 1, "gone": 1},
        queue={"reply": 0, "alert": 7, "bulk": 0},
        oldest_at=NOW - timedelta(seconds=40),
    ),
    feeds=(make_health(make_feed(title="SRF & Söhne"), per_day=12.4),),
    own_feeds=2,
    say=lambda health: health.condition(NOW).value,
    throughput=Throughput(
        ends_at=NOW, articles=tuple(range(24)), alerts=(3,) * 24, publishing_delay=None, sending_delay=None
    ),
)


class FakeInsight:
    """What a server may show; the database may be away."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    async def render_metrics(self) -> bytes:
        """Give one metric."""
        return b"stichwort_polls_total 1\n"

    async def take_status(self) -> Status:
        """Give a status, or fail."""
        if self.error:
            raise self.error
        return STATUS

    async def find_feed(self, feed_id: FeedId) -> FeedDetails | None:
        """Find the only feed, or fail."""
        if self.error:
            raise self.error
        health = STATUS.feeds[0]
        if feed_id != health.feed.id:
            return None
        return FeedDetails(at=NOW, health=health, state="works", fates=(), max_age=timedelta(hours=48))

    async def find_articles(self, question: str) -> ArticleAnswer:
        """Find nothing, or fail."""
        if self.error:
            raise self.error
        return ArticleAnswer(at=NOW, fates=(), max_age=timedelta(hours=48), is_host_known=False)


class Desk:
    """A server and all it depends on."""

    def __init__(self, session: aiohttp.ClientSession, server: WebServer, insight: FakeInsight, url: str) -> None:
        self.session, self.server, self.insight, self.url = session, server, insight, url

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Ask for a page."""
        async with self.session.get(self.url + path, headers=headers) as answer:
            assert answer.headers["Cache-Control"] == "no-store"
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            return answer.status, await answer.text()


Open = Callable[..., AbstractAsyncContextManager[Desk]]


class FakeDatabase:
    """A database that may go out, or take no writes."""

    def __init__(self) -> None:
        self.state = DatabaseState()
        self.error: Exception | None = None
        self.is_full = False
        self.probes: list[int] = []

    async def ping(self) -> None:
        """Answer, or fail."""
        if self.error is not None:
            raise self.error

    async def probe(self, size: int) -> None:
        """Write, or fail."""
        self.probes.append(size)
        if self.is_full:
            self.state.failed()
            raise StorageError("disk full")
        self.state.wrote()
        self.state.proved()


@asynccontextmanager
async def opened(
    health: Readiness, token: str = "", *, listen: str = "127.0.0.1:0", hosts: frozenset[str] = frozenset()
) -> AsyncIterator[Desk]:
    """Run a server on a free port."""
    server, insight = WebServer(listen=listen, token=token, health=health, hosts=hosts), FakeInsight()
    url = await server.start()
    async with aiohttp.ClientSession() as session:
        yield Desk(session, server, insight, url)
    await server.stop()
    await health.close()


async def test_before_anything_is_open_the_process_lives_and_is_not_ready() -> None:
    """Whoever started it sees why."""
    async with opened(Readiness()) as desk:
        assert await desk.get("/healthz") == (200, "alive\n")
        assert await desk.get("/readyz") == (503, "still starting\n")
        assert await desk.get("/metrics") == (503, "still starting\n")
        code, page = await desk.get("/")
        assert (code, "still starting" in page) == (503, True)


async def test_ready_means_that_the_database_answers_and_the_loops_get_on(clock: FakeClock) -> None:
    """The reason is one sentence, without anything of the database's own words."""
    health, database = Readiness(clock.monotonic), FakeDatabase()
    progress = LoopProgress(clock.monotonic, ("poll", "deliver"))
    health.begin(database, progress)
    async with opened(health) as desk:
        desk.server.show(desk.insight)
        assert await desk.get("/readyz") == (200, "ready\n")

        database.error = StorageError("10.0.0.5 refused")
        assert await desk.get("/readyz") == (503, "the database cannot be reached\n")
        assert health.is_database_away
        assert (await desk.get("/"))[0] == 503
        database.error = None

        clock.move(seconds=61)
        progress.beat("poll")
        assert await desk.get("/readyz") == (503, "no progress for a minute: deliver\n")
        progress.beat("deliver", False)
        assert await desk.get("/readyz") == (503, "no progress for a minute: deliver\n")
        progress.beat("deliver")
        assert await desk.get("/readyz") == (200, "ready\n")
        assert not health.is_database_away
        health.end()
        assert await desk.get("/readyz") == (503, "stopping\n")


async def test_a_database_that_hangs_is_asked_once(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not once more with every look."""
    health, database, asked, go_on = Readiness(), FakeDatabase(), [], asyncio.Event()
    monkeypatch.setattr("bot.web.status._PATIENCE_SECONDS", 0.01)

    async def hang() -> None:
        asked.append(1)
        await go_on.wait()

    database.ping = hang  # type: ignore[method-assign] # for this once
    health.begin(database, LoopProgress(clock.monotonic, ()))
    assert await health.find_problem() == "the database cannot be reached"
    assert await health.find_problem() == "the database cannot be reached"
    assert len(asked) == 1
    go_on.set()
    assert await health.find_problem() is None
    await health.close()


async def test_ready_means_that_a_write_succeeded_since_the_last_one_failed(clock: FakeClock) -> None:
    """A failed write is proved wrong by a probe as large as ordinary work, also where nothing else writes."""
    health, database = Readiness(clock.monotonic), FakeDatabase()
    health.begin(database, LoopProgress(clock.monotonic, ()))
    assert (await health.find_problem(), database.probes) == (None, [])

    database.is_full = True
    database.state.failed()
    for _ in range(3):
        database.state.wrote()  # a small one went through
        assert await health.find_problem() == "the database cannot be written to"
    assert min(database.probes) > 50_000
    database.is_full = False
    assert await health.find_problem() is None
    await health.close()


async def test_where_nothing_is_written_a_small_probe_is(clock: FakeClock) -> None:
    """So that a disk that fills up on a quiet night is found before the morning; not at every look."""
    health, database = Readiness(clock.monotonic), FakeDatabase()
    health.begin(database, LoopProgress(clock.monotonic, ()))
    for _ in range(24):
        clock.move(seconds=5)
        await health.look()
    assert len(database.probes) in (3, 4)
    assert max(database.probes) < 100
    for _ in range(24):
        clock.move(seconds=5)
        database.state.wrote()
        await health.look()
    assert len(database.probes) in (3, 4)
    database.is_full = True
    clock.move(seconds=31)
    assert await health.find_problem() == "the database cannot be written to"
    await health.close()


@pytest.mark.parametrize("answer", ["hangs", "breaks"])
async def test_a_write_that_is_not_answered_has_failed(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    """It is asked once, and what is written meanwhile proves that the database takes writes."""
    health, database, asked, go_on = Readiness(clock.monotonic), FakeDatabase(), [], asyncio.Event()
    monkeypatch.setattr("bot.web.status._PATIENCE_SECONDS", 0.01)

    async def probe(size: int) -> None:
        asked.append(size)
        if answer == "breaks":
            raise RuntimeError("nobody thought of this")
        await go_on.wait()

    database.probe = probe  # type: ignore[method-assign] # for this once
    health.begin(database, LoopProgress(clock.monotonic, ()))
    assert await health.find_problem() is None
    for _ in range(3):
        clock.move(seconds=31)
        assert await health.find_problem() == "the database cannot be written to"
        assert health.find_database_problem() == "the database cannot be written to"
    assert len(asked) == (1 if answer == "hangs" else 3)

    database.state.wrote()
    assert await health.find_problem() is None
    clock.move(seconds=31)
    go_on.set()
    assert (await health.find_problem() is None) == (answer == "hangs")
    await health.close()


async def test_damage_is_a_state_of_its_own(clock: FakeClock) -> None:
    """At once, and until the end: what can be read and written elsewhere heals nothing."""
    health, database = Readiness(clock.monotonic), FakeDatabase()
    health.begin(database, LoopProgress(clock.monotonic, ()))
    database.state.met_damage("the database is damaged: page 7")
    assert health.find_database_problem() == "the database is damaged"
    assert await health.find_problem() == "the database is damaged"
    database.state.proved()
    assert await health.find_problem() == "the database is damaged"
    await health.close()


@pytest.mark.parametrize("path", ["/", "/metrics", "/nothing"])
async def test_with_a_token_only_signs_of_life_are_open(path: str) -> None:
    """The token stands in a header."""
    async with opened(Readiness(), TOKEN) as desk:
        desk.server.show(desk.insight)
        assert (await desk.get("/healthz"))[0] == 200
        assert (await desk.get("/readyz"))[0] == 503
        expected = 404 if path == "/nothing" else 200
        for wrong in ("", "?tokens=correct+horse"):
            assert (await desk.get(path + wrong))[0] == 401
        for header in ("Bearer wrong", "Basic correct horse", "correct horse", "Bearer"):
            assert (await desk.get(path, Authorization=header))[0] == 401
        assert (await desk.get(path, Authorization=f"Bearer {TOKEN}"))[0] == expected


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST.:8088", "127.0.0.1:1", "127.9.9.9", "[::1]:8088", "bot.localhost", "news.example:443"],
)
async def test_on_loopback_a_request_may_name_loopback_and_the_configured_hosts(host: str) -> None:
    """On any port; a proxy in front may have another one."""
    async with opened(Readiness(), hosts=frozenset({"news.example"})) as desk:
        assert await desk.get("/healthz", Host=host) == (200, "alive\n")


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "192.168.1.7", "", "a b", "[::1", "::1"])
async def test_on_loopback_a_page_of_another_site_reads_nothing(host: str) -> None:
    """Its name may lead here; the answer says what to do where the name is the operator's own."""
    async with opened(Readiness(), hosts=frozenset({"news.example"})) as desk:
        desk.server.show(desk.insight)
        for path in ("/healthz", "/metrics", "/"):
            code, text = await desk.get(path, Host=host)
            assert code in (400, 421)
            assert "metric" not in text
        assert code == 400 or "web.public_url" in text


async def test_beyond_loopback_the_token_guards_and_any_name_is_fine() -> None:
    """Nobody's browser has the token."""
    async with opened(Readiness(), TOKEN, listen="0.0.0.0:0") as desk:
        desk.url = desk.url.replace("0.0.0.0", "127.0.0.1")
        assert await desk.get("/healthz", Host="evil.example") == (200, "alive\n")
        assert (await desk.get("/", Host="evil.example"))[0] == 401


async def test_without_a_token_everything_is_open() -> None:
    """The configuration allows that on loopback only."""
    async with opened(Readiness()) as desk:
        desk.server.show(desk.insight)
        assert await desk.get("/metrics") == (200, "stichwort_polls_total 1\n")
        code, page = await desk.get("/")
        assert code == 200
        assert "SRF &amp; Söhne" in page


async def test_a_store_that_fails_meanwhile_is_a_page_without_figures(clock: FakeClock) -> None:
    """And no traceback."""
    health = Readiness()
    health.begin(FakeDatabase(), LoopProgress(clock.monotonic, ()))
    async with opened(health) as desk:
        desk.insight.error = StorageError("away")
        desk.server.show(desk.insight)
        code, page = await desk.get("/")
    assert (code, "the database cannot be reached" in page) == (503, True)


def test_the_page_tells_states_errors_and_times_without_a_secret() -> None:
    """What needs somebody's eyes comes first; an address may hold a password, so only its host is shown."""
    broken = make_feed(
        2,
        title="",
        url="https://me:pw@paper.example/rss?key=abc",
        state=FeedState.FAILING,
        failures=2,
        error="The server says <no>.",
        next_poll_at=NOW + timedelta(minutes=20),
    )
    gone = make_feed(3, title="Alt", state=FeedState.GONE, failures=1, last_success_at=None, error="Gone.")
    feeds = status.order_feeds((*STATUS.feeds, make_health(broken, per_day=0.4), make_health(gone, per_day=None)), NOW)

    page = status.render(replace(STATUS, feeds=feeds), None)

    assert page.index("Alt") < page.index("paper.example") < page.index("SRF &amp; Söhne")
    assert "<li>1 feed: The server says &lt;no&gt;.</li>" in page
    assert "in 20 min" in page
    assert "under 1" in page
    assert not any(secret in page for secret in ("me:pw", "key=abc", "<script"))
    assert "7 alerts; the oldest 40 s ago" in page


def test_a_page_stays_light_however_many_feeds_there_are() -> None:
    """Those in trouble are shown in any case."""
    feeds = [make_health(make_feed(number, title=f"Well {number}")) for number in range(2_000)]
    gone = make_health(make_feed(2_001, title="Zuletzt", state=FeedState.GONE, failures=1))

    page = status.render(replace(STATUS, feeds=status.order_feeds((*feeds, gone), NOW)), None)

    assert "Zuletzt" in page
    assert "Page 1 of 21" in page
    assert len(page) < 90_000


def test_feeds_are_found_by_title_and_site_page_by_page() -> None:
    """A page beyond the last is the last; what is no number is the first."""
    feeds = tuple(make_health(make_feed(number, title=f"Blatt {number}")) for number in range(1, 251))
    shown = replace(STATUS, feeds=feeds)

    assert status.render(shown, None, FeedSelection(page=3)).count("<tr class=") == 50
    assert "Page 3 of 3" in status.render(shown, None, FeedSelection.read("", "99"))
    for odd in ("", "0", "-1", "x", "²", "9" * 5000):
        assert "Page 1 of 3" in status.render(shown, None, FeedSelection.read("", odd))
    page = status.render(shown, None, FeedSelection.read(" BLATT 25 ", "1"))
    assert (page.count("<tr class="), "Page" in page) == (4, False)
    assert "No feed has these words" in status.render(shown, None, FeedSelection.read('"><b>', ""))
    assert "<b>" not in status.render(shown, None, FeedSelection.read('"><b>', ""))
    page = status.render(shown, None, FeedSelection.read("Blatt", "2"))
    assert all(f"/?q=Blatt&amp;page={number}" in page for number in (1, 3))


def test_recent_problems_are_the_last_error_and_what_most_feeds_suffer_from() -> None:
    """The error is named as in the log, without what it quotes; where nothing is wrong there is no such part."""
    failing = [make_health(make_feed(number, failures=1, error="Away.")) for number in range(3)]
    error = LoggedError(event="send.failed", cause="OSError", count=2, last_at=NOW - timedelta(minutes=5))

    page = status.render(replace(STATUS, feeds=tuple(failing), last_error=error), None)

    assert "<li>3 feeds: Away.</li>" in page
    assert "<li>send.failed (OSError): 2 times, last <time" in page
    assert "Recent problems" not in status.render(STATUS, None)


def test_a_bot_without_feeds_has_a_page_too() -> None:
    """And one that only polls says so."""
    page = status.render(replace(STATUS, feeds=(), is_speaking=False), "no progress for a minute: poll")

    assert "No feeds." in page
    assert "another process receives and sends" in page
    assert '<p class="pill bad">no progress for a minute: poll</p>' in page
