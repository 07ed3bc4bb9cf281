"""`stichwort run` in this process: starting, serving, stopping, and the codes it ends with."""

from __future__ import annotations

import asyncio
import re
import resource
import signal
import socket
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.app import leader, lifecycle
from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.faults import Effect
from bot.demo.telegram_server.server import Server
from bot.settings.model import Settings, TelegramSettings, WebSettings
from tests.app.conftest import Start
from tests.fakes.database_line import Line
from tests.journeys.process import write_config


def private(config: str) -> str:
    """Let only those in whom an operator approves."""
    return config.replace('access = "public"', 'access = "private"')


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_the_pairing_code_makes_an_operator_whom_strangers_are_brought_before(
    start: Start, server: Server, newsroom: Newsroom, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The code is printed to standard output only; who is approved may subscribe, and a stop ends with 0."""
    feeds = {"Limmat-Kurier": newsroom.feed_url("limmat")}
    async with start(private(write_config(server, feeds))) as bot:
        await server.ready()
        shown = capsys.readouterr()
        code = re.search(r"[2-9A-Z]{5}-[2-9A-Z]{5}", shown.out)
        assert code is not None
        assert code[0] not in shown.err

        olga, anna = server.person("Olga"), server.person("Anna")
        refused = await anna.ask("/sub Nordkorea")
        assert "Nordkorea" not in refused.text
        await olga.ask(code[0])
        anna.say("/start")
        card = await olga.chat.wait_for(lambda message: "Anna" in message.text)
        assert card.buttons
        await olga.press(card.buttons[0][0], card).answered()
        reply = await anna.ask("/sub Nordkorea")
        await newsroom.visited("limmat", times=2)
        newsroom.publish("limmat", "Nordkorea schweigt", "<p>Aus Nordkorea kommt keine Antwort auf die Einladung.</p>")
        await anna.chat.wait_for(lambda message: "schweigt" in message.text, after=reply)

        signal.raise_signal(signal.SIGTERM)
        assert await asyncio.wait_for(bot, HANG_SECONDS) == 0
    assert code[0] not in capsys.readouterr().err

    async with start(private(write_config(server, feeds))):
        await server.ready(after=len(server.calls))
        assert "code" not in capsys.readouterr().out


async def test_a_refused_token_ends_the_process_with_4(
    start: Start, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """At a start and later alike; one line says what to do, without the token."""
    config = write_config(server)
    async with start(config.replace(server.token, "123456:wrong-token-wrong-token-wrong")) as bot:
        assert await asyncio.wait_for(bot, HANG_SECONDS) == 4
    async with start(config) as bot:
        await server.ready()
        server.revoke_token()
        assert await asyncio.wait_for(bot, HANG_SECONDS) == 4

    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("stichwort:")]
    assert errors == ["stichwort: telegram.token: Telegram does not accept this token"] * 2


async def test_a_second_process_on_the_same_file_ends_with_5(
    start: Start, server: Server, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """An embedded database has one bot."""
    lock = leader.lock_file(tmp_path / "bot.db")
    assert lock is not None
    with lock:
        async with start(write_config(server)) as bot:
            assert await asyncio.wait_for(bot, HANG_SECONDS) == 5

    assert capsys.readouterr().err == (
        "stichwort: already running on this database; stop the other bot first, or let several share a PostgreSQL\n"
    )
    assert not server.calls


@pytest.mark.parametrize(
    "url",
    ["sqlite:///no/such/folder/bot.db", "postgresql://nobody:s3cret-word@127.0.0.1:{port}/news"],
    ids=["no-folder", "closed-port"],
)
async def test_a_database_that_never_comes_ends_the_process_with_3(
    start: Start, server: Server, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    """After some patience, with one line and without the password."""
    config = write_config(server, database=url.format(port=free_port()))
    async with start(config, database_timeout=timedelta(seconds=0.1)) as bot:
        assert await asyncio.wait_for(bot, HANG_SECONDS) == 3

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("stichwort: database: ")
    assert "s3cret-word" not in line


async def test_a_database_of_somebody_else_ends_the_process_with_3_at_once(
    start: Start, server: Server, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Waiting does not make it ours."""
    (tmp_path / "bot.db").write_bytes(b"this is no database" * 100)
    async with start(write_config(server), database_timeout=timedelta(minutes=5)) as bot:
        assert await asyncio.wait_for(bot, HANG_SECONDS) == 3

    assert capsys.readouterr().err == (
        "stichwort: database: the database failed: file is not a database; "
        "name another file in database.url, or restore a backup into this one\n"
    )


async def test_a_file_that_cannot_be_locked_ends_the_process_with_3(
    start: Start, server: Server, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A folder in the place of the lock file is a fault of the database's place."""
    (tmp_path / "bot.db.lock").mkdir()
    async with start(write_config(server)) as bot:
        assert await asyncio.wait_for(bot, HANG_SECONDS) == 3

    assert capsys.readouterr().err.startswith("stichwort: database: its folder cannot be written to")


async def test_a_database_that_comes_late_or_goes_for_a_while_is_waited_for(
    start: Start, server: Server, newsroom: Newsroom, postgres_url: str, tmp_path: Path
) -> None:
    """The start is retried; later an outage loses neither an update nor an alert, and doubles none."""
    line, listen = Line(postgres_url), f"127.0.0.1:{free_port()}"
    feeds = {"Limmat-Kurier": newsroom.feed_url("limmat")}
    config = write_config(server, feeds, database=line.url(free_port())).replace('listen = ""', f'listen = "{listen}"')
    async with (
        start(config, database_timeout=timedelta(seconds=30)),
        aiohttp.ClientSession(f"http://{listen}") as session,
    ):
        await _comes_to(session, (503, "still starting\n"))
        assert not server.calls
        async with line:
            await server.ready()
            anna = server.person("Anna")
            await anna.ask("/sub Nordkorea")
            await newsroom.visited("limmat", times=2)
            line.cut()
            said = anna.say("/sub Bahnhof")
            newsroom.publish("limmat", "Nordkorea eins", "<p>Aus Nordkorea kommt eine erste Antwort an alle.</p>")
            await _comes_to(session, (503, "the database cannot be reached\n"))
            assert len(anna.chat.received) == 1
            assert (await _get(session, "/metrics"))[0] == 200
            assert (await _get(session, "/"))[0] == 503
            line.mend()
            await anna.chat.answer_to(said)
            await anna.chat.wait_for(lambda message: "eins" in message.text)
            newsroom.publish("limmat", "Nordkorea zwei", "<p>Aus Nordkorea kommt eine zweite Antwort an alle.</p>")
            await anna.chat.wait_for(lambda message: "zwei" in message.text)

            assert server.doubles == ()
            assert await _get(session, "/readyz") == (200, "ready\n")


async def test_told_to_stop_while_it_waits_for_the_database_or_telegram_it_ends_with_0(
    start: Start, server: Server
) -> None:
    """Also before there is anything to stop."""
    config = write_config(server)
    away = config.replace("sqlite:///bot.db", f"postgresql://nobody@127.0.0.1:{free_port()}/news")
    for each in (away, config.replace(server.url, f"http://127.0.0.1:{free_port()}")):
        async with start(each, database_timeout=timedelta(seconds=30)) as bot:
            await asyncio.sleep(0.3)
            signal.raise_signal(signal.SIGTERM)
            assert await asyncio.wait_for(bot, HANG_SECONDS) == 0


async def test_a_terminal_that_closes_ends_it_in_order_unless_told_to_outlive_it(start: Start, server: Server) -> None:
    """SIGHUP is like SIGTERM; under nohup it is ignored from the start, and stays so."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        async with start(write_config(server)) as bot:
            await server.ready()
            signal.raise_signal(signal.SIGHUP)
            await server.person("Anna").ask("/help")
            assert not bot.done()
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        async with start(write_config(server)) as bot:
            await server.ready(after=len(server.calls))
            signal.raise_signal(signal.SIGHUP)
            assert await asyncio.wait_for(bot, HANG_SECONDS) == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_start_raises_the_soft_limit_of_descriptors() -> None:
    """To the hard one, or to more than is ever needed; it never lowers it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        lifecycle.raise_descriptor_limit()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (most, hard)
        lifecycle.raise_descriptor_limit()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (most, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_the_configured_names_are_served() -> None:
    """Those of the Mini App and the webhook."""
    settings = Settings(
        web=WebSettings(public_url="https://News.example/bot"),
        telegram=TelegramSettings(webhook_url="https://hook.example:8443/x"),
    )
    assert lifecycle._list_hosts(settings) == {"news.example", "hook.example"}
    assert lifecycle._list_hosts(Settings()) == frozenset()


async def test_a_call_that_hangs_does_not_keep_the_process_from_stopping(
    start: Start, server: Server, newsroom: Newsroom
) -> None:
    """What is in the air too long is cut off; the next start sends it."""
    config = write_config(server, {"Limmat-Kurier": newsroom.feed_url("limmat")})
    async with start(config, grace=timedelta(seconds=0.3)) as bot:
        await server.ready()
        anna = server.person("Anna")
        await anna.ask("/sub Nordkorea")
        await newsroom.visited("limmat", times=2)
        server.fault(Effect.SLOW, "sendMessage", seconds=600.0)
        before = len(server.calls)
        newsroom.publish("limmat", "Nordkorea eins", "<p>Aus Nordkorea kommt eine erste Antwort an alle.</p>")
        await server.calls.wait("sendMessage", after=before)
        signal.raise_signal(signal.SIGTERM)
        assert await asyncio.wait_for(bot, HANG_SECONDS) == 0
    async with start(config):
        await anna.chat.wait_for(lambda message: "eins" in message.text)


async def test_the_web_server_shows_the_running_bot(start: Start, server: Server, newsroom: Newsroom) -> None:
    """Every metric of the manual is fed; the page names the feed, and nothing of a reader."""
    listen = f"127.0.0.1:{free_port()}"
    feeds = {"Limmat-Kurier": newsroom.feed_url("limmat")}
    config = write_config(server, feeds).replace('listen = ""', f'listen = "{listen}"')
    async with start(config), aiohttp.ClientSession(f"http://{listen}") as session:
        await server.ready()
        anna = server.person("Anna")
        reply = await anna.ask("/sub Nordkorea")
        await newsroom.visited("limmat", times=2)
        newsroom.publish("limmat", "Nordkorea schweigt", "<p>Aus Nordkorea kommt keine Antwort auf die Einladung.</p>")
        await anna.chat.wait_for(lambda message: "schweigt" in message.text, after=reply)
        ready = await _get(session, "/readyz")
        await _fed(session, 'stichwort_sends_total{outcome="delivered"}')  # counted when its outcome is written down
        metrics, page = await _get(session, "/metrics"), await _get(session, "/")

    assert ready == (200, "ready\n")
    assert page[0] == 200
    assert "Limmat-Kurier" in page[1]
    assert "Anna" not in page[1]
    assert "Nordkorea" not in page[1]
    told = dict(line.rsplit(" ", 1) for line in metrics[1].splitlines() if not line.startswith("#"))
    for name in FED:
        assert float(told[name]) > 0, name
    for name in NAMED:
        assert name in told


FED = (
    'stichwort_polls_total{outcome="changed"}',
    "stichwort_parse_seconds_count",
    "stichwort_articles_total",
    "stichwort_matches_total",
    "stichwort_match_seconds_count",
    'stichwort_sends_total{outcome="delivered"}',
    "stichwort_seen_to_sent_seconds_count",
    "stichwort_loop_lag_seconds_count",
    'stichwort_feeds{state="active"}',
    'stichwort_chats{state="active"}',
)
NAMED = (
    'stichwort_outbox_messages{class="reply"}',
    'stichwort_outbox_messages{class="alert"}',
    'stichwort_outbox_messages{class="bulk"}',
    "stichwort_outbox_oldest_seconds",
    'stichwort_feeds{state="failing"}',
    'stichwort_feeds{state="gone"}',
    'stichwort_chats{state="blocked"}',
    'stichwort_chats{state="gone"}',
)


async def _fed(session: aiohttp.ClientSession, name: str) -> None:
    async with asyncio.timeout(HANG_SECONDS):
        while name not in (await _get(session, "/metrics"))[1]:  # noqa: ASYNC110 - a page rings no bell
            await asyncio.sleep(0.05)


async def _comes_to(session: aiohttp.ClientSession, expected: tuple[int, str]) -> None:
    async with asyncio.timeout(HANG_SECONDS):
        while await _readiness(session) != expected:  # noqa: ASYNC110 - a page rings no bell
            await asyncio.sleep(0.05)


async def _readiness(session: aiohttp.ClientSession) -> tuple[int, str] | None:
    """Ask; None while nobody listens yet."""
    try:
        return await _get(session, "/readyz")
    except aiohttp.ClientConnectionError:
        return None


async def _get(session: aiohttp.ClientSession, path: str) -> tuple[int, str]:
    async with session.get(path) as answer:
        return answer.status, await answer.text()


async def test_an_address_that_cannot_be_listened_on_ends_the_process(
    start: Start, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """With 5 where a port is taken, with 2 where it can never be; one line names the key."""
    config, secret = write_config(server), 'token = "s3cret-s3cret"'
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        places = {f"127.0.0.1:{taken.getsockname()[1]}": 5, "192.0.2.1:8080": 2}
        for listen, code in places.items():
            async with start(config.replace('listen = ""', f'listen = "{listen}"\n{secret}')) as bot:
                assert await asyncio.wait_for(bot, HANG_SECONDS) == code

    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("stichwort: web.listen: 127.0.0.1:")
    assert first.endswith("is in use already; name another port there, or stop what listens on it")
    assert second == "stichwort: web.listen: cannot listen on 192.0.2.1:8080 (this machine does not have that address)"
    assert not server.calls
