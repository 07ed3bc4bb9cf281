"""The Mini App over HTTP: what it shows to whom Telegram says it is, and nothing to anybody else."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import logs
from bot.core import init_data
from bot.core.chat import Authorization
from bot.core.errors import StorageError
from bot.core.feed import FeedWish, Origin
from bot.i18n.catalog import Catalog
from bot.services.mini_app import MiniApp
from bot.telegram.text.schedule import schedule_label
from bot.web import mini_app
from bot.web.mini_app import MiniAppPages
from bot.web.server import WebServer
from bot.web.status import Readiness
from storage.store import open_store
from tests.builders import MAIN, the_analyser
from tests.core.test_init_data import TOKEN, write
from tests.fakes.clock import FakeClock
from tests.services.test_mini_app import ANNA, Door, make_app, subscribe
from tests.web.test_server import FakeInsight

WORD = "Zwetschgenkuchen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who has the page open."""

    session: aiohttp.ClientSession
    url: str
    app: MiniApp
    clock: FakeClock
    door: Door = field(default_factory=Door)

    def sign(self, *, age: timedelta = timedelta(0), user: int = ANNA, token: str = TOKEN, **others: str) -> str:
        """Sign as Telegram does, some time ago."""
        signed_at = str(int((self.clock.now() - age).timestamp()))
        return write({"auth_date": signed_at, "user": json.dumps({"id": user})}, token=token, **others)

    async def post(self, body: object, **headers: str) -> tuple[int, Any]:
        """Post something; gives the status and the answer."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **headers}
        async with self.session.post(f"{self.url}/app/state", data=data, headers=headers) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if "json" in answer.content_type else text

    async def ask(self, change: object = None, **headers: str) -> tuple[int, Any]:
        """Post a change, well signed."""
        return await self.post({"init_data": self.sign(), "change": change}, **headers)


@asynccontextmanager
async def opened(*, token: str = "correct horse", has_app: bool = True) -> AsyncIterator[Reader]:
    """Run a server with the Mini App of one chat."""
    store, clock, door = await open_store("sqlite://"), FakeClock(), Door()
    app = await make_app(store, clock, the_analyser(), door)
    server = WebServer(listen="127.0.0.1:0", token=token, health=Readiness())
    url = await server.start()
    pages = MiniAppPages(
        key=init_data.derive_key(TOKEN),
        readers=app,
        catalog=Catalog.load("de"),
        clock=clock,
        name_hours=schedule_label,
    )
    server.show(FakeInsight(), app=pages if has_app else None)
    async with aiohttp.ClientSession() as session:
        yield Reader(session=session, url=url, app=app, clock=clock, door=door)
    await server.stop()
    await store.close()


async def test_a_reader_sees_the_own_settings() -> None:
    """In the language of the chat, and with all words of the page in it."""
    async with opened() as reader:
        keyword = await subscribe(reader.app, WORD)
        await reader.app.settings_service.chats.set_language(ANNA, "fr")
        code, state = await reader.ask()
    assert code == 200
    assert state["language"] == "fr"
    assert state["words"]["quiet"] == "Heures calmes"
    (shown,) = state["keywords"]
    assert (shown["id"], shown["name"], shown["on"]) == (keyword.id, WORD, True)
    assert shown["days"] == [0] * 14
    assert [(source["name"], source["on"], source["own"]) for source in state["sources"]] == [
        ("Aare-Bote", True, False)
    ]
    assert state["quiet"] == {"on": False, "from": "22:00", "to": "07:00"}
    assert [hour["hours"] for hour in state["digest"]] == ["07:00", "08:00", "12:00", "18:00", "20:00"]


async def test_each_change_is_answered_with_what_is_in_force() -> None:
    """With a sentence where a change means more than it seems."""
    async with opened() as reader:
        keyword = await subscribe(reader.app, WORD)
        code, state = await reader.ask({"keyword": keyword.id, "on": False})
        assert (code, state["keywords"][0]["on"], state["note"][:12]) == (200, False, "Ausgeschalte")
        code, state = await reader.ask({"source": 1, "on": False})
        assert (code, state["sources"][0]["on"], state["note"]) == (200, False, "")
        code, state = await reader.ask({"quiet": "23:15-06:00"})
        assert (code, state["quiet"]) == (200, {"on": True, "from": "23:15", "to": "06:00"})
        code, state = await reader.ask({"quiet": None})
        assert (code, state["quiet"]["on"]) == (200, False)
        code, state = await reader.ask({"digest": "mon-fri 07:30", "on": True})
        assert (code, WORD in state["note"]) == (200, True)
        chosen = [hour for hour in state["digest"] if hour["on"]]
        assert chosen == [{"hours": "mon-fri 07:30", "name": "Mo–Fr 07:30", "on": True}]
        code, state = await reader.ask({"digest": "mon-fri 07:30", "on": False})
        assert (code, any(hour["on"] for hour in state["digest"])) == (200, False)


async def test_of_a_large_catalogue_the_first_sources_are_shown() -> None:
    """With how many more there are, and where; an answer stays short with ten thousand."""
    async with opened() as reader:
        feeds = [
            FeedWish(url=f"https://h{number}.example/rss", title=f"Zeitung {number}", origin=Origin.CATALOGUE)
            for number in range(203)
        ]
        await reader.app.feed_service.feeds.sync_catalogue(feeds, reader.clock.now())
        state = (await reader.ask())[1]
    assert (len(state["sources"]), state["more"]) == (200, "3 weitere Quellen: /feeds")


async def test_what_is_muted_or_paused_is_said() -> None:
    """A switch that is on would else promise alerts that do not come."""
    async with opened() as reader:
        keyword = await subscribe(reader.app, WORD)
        settings = reader.app.settings_service
        await settings.mute_keyword(ANNA, MAIN, keyword.id, timedelta(hours=8))
        await settings.pause(ANNA, timedelta(days=30))
        state = (await reader.ask())[1]
        assert (state["keywords"][0]["about"], state["keywords"][0]["on"]) == (
            "Nr. 1 · sofort · stumm bis 21:00 Uhr",
            True,
        )
        assert state["paused"].startswith("Alle Meldungen warten bis ")
        assert "seit es das Stichwort hier gibt" in state["keywords"][0]["week"]
        await settings.pause(ANNA, None)
        assert "bis auf Weiteres" in (await reader.ask())[1]["paused"]
        reader.clock.move(seconds=8 * 24 * 3_600)
        await settings.resume(ANNA)
        state = (await reader.ask())[1]
    assert (state["keywords"][0]["about"], state["paused"]) == ("Nr. 1 · sofort", "")
    assert "7 Tagen" in state["keywords"][0]["week"]


async def test_what_proves_nothing_is_refused_and_leaves_no_trace() -> None:
    """A wrong or missing signature, an old one, a doubled field, another bot's: 401, and nothing of it in the log."""
    stream, root = io.StringIO(), logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure("debug", "text", (), stream)
    try:
        logging.getLogger("bot").debug("test.begins")
        await _offer_proofs()
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    assert "test.begins" in stream.getvalue()
    assert WORD not in stream.getvalue()
    assert "hash=" not in stream.getvalue()


async def _offer_proofs() -> None:
    async with opened() as reader:
        keyword = await subscribe(reader.app, WORD)
        good = reader.sign()
        for bad in (
            "",
            WORD,
            good[:-64] + "0" * 64,
            good.partition("&hash")[0],
            good + "&user=%7B%22id%22%3A2%7D",
            reader.sign(marker=WORD),
            reader.sign(age=timedelta(hours=1, seconds=1)),
            reader.sign(age=timedelta(minutes=-2)),
            reader.sign(token="7000000002:another"),
        ):
            code, answer = await reader.post({"init_data": bad, "change": {"keyword": keyword.id, "on": False}})
            assert (code, list(answer)) == (401, ["error"]), bad
        (kept,) = (await reader.ask())[1]["keywords"]
    assert kept["on"]


async def test_a_page_that_is_open_for_more_than_an_hour_is_opened_again() -> None:
    """The same proof sent again after an hour is refused, with a sentence that says what to do."""
    async with opened() as reader:
        proof = {"init_data": reader.sign()}
        assert (await reader.post(proof))[0] == 200
        reader.clock.move(seconds=3_601)
        code, answer = await reader.post(proof)
    assert (code, answer["error"]) == (401, "Diese Seite ist zu alt. Öffne sie noch einmal aus dem Chat.")


async def test_whom_the_bot_does_not_answer_is_told_in_one_sentence() -> None:
    """In the language of that person's Telegram; a ban takes effect on a page that is open."""
    async with opened() as reader:
        assert (await reader.ask())[0] == 200
        reader.door.authorization = Authorization.BANNED
        assert await reader.ask() == (403, {"error": "Du kannst diesen Bot nicht benutzen."})
        reader.door.authorization = Authorization.STRANGER
        assert await reader.ask() == (403, {"error": "Dieser Bot ist privat."})
        assert await reader.ask(**{"Accept-Language": "xx, it-CH;q=0.9, fr"}) == (
            403,
            {"error": "Questo bot è privato."},
        )
        reader.door.authorization = Authorization.WELCOME
        code, answer = await reader.post({"init_data": reader.sign(user=77)})
        assert (code, answer["error"]) == (403, "Schreib dem Bot zuerst /start.")
        reader.door.most = 0
        assert (await reader.ask())[0] == 429


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 9_000, 400),
        (b"\xff\xfe", 400),
        (b"[]", 400),
        (b'{"init_data": 5}', 400),
        (b" " * 16_385, 413),
        (b" " * 1_000_001, 413),
    ],
)
async def test_what_the_page_never_sends_is_refused(body: bytes, code: int) -> None:
    """Before anybody is looked up."""
    async with opened() as reader:
        assert (await reader.post(body))[0] == code
        assert not reader.door.counts


@pytest.mark.parametrize(
    "change",
    [
        {},
        [],
        "x",
        {"keyword": "1", "on": True},
        {"keyword": True, "on": True},
        {"keyword": 1},
        {"keyword": 1, "on": 1},
        {"keyword": -1, "on": True},
        {"keyword": 10**30, "on": True},
        {"source": 1.5, "on": True},
        {"quiet": "25:00-07:00"},
        {"quiet": "07:00-07:00"},
        {"quiet": 5},
        {"digest": "often", "on": True},
        {"digest": "08:00 " * 50, "on": True},
        {"forget": 1},
    ],
)
async def test_a_change_that_is_none_is_refused(change: object) -> None:
    """And nothing is changed; what is not there is said to be gone."""
    async with opened() as reader:
        before = (await reader.ask())[1]
        assert (await reader.ask(change))[0] == 400
        assert (await reader.ask())[1] == before
        code, answer = await reader.ask({"keyword": 999, "on": True})
        assert (code, answer["error"]) == (404, "Das gibt es nicht mehr.")


async def test_a_body_that_says_no_length_is_bounded_too() -> None:
    """Its end is not waited for."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(80):
            yield b" " * 16_384
            await asyncio.sleep(0)

    async with opened() as reader:
        headers = {"Content-Type": "application/json"}
        async with reader.session.post(f"{reader.url}/app/state", data=endless(), headers=headers) as answer:
            assert answer.status == 413


async def test_another_site_cannot_have_a_browser_ask() -> None:
    """A form of another site can send no JSON, and no answer says that another site may."""
    async with opened() as reader:
        body = json.dumps({"init_data": reader.sign()}).encode()
        headers = {"Content-Type": "text/plain", "Origin": "https://evil.example"}
        async with reader.session.post(f"{reader.url}/app/state", data=body, headers=headers) as answer:
            assert answer.status == 415
            assert "Access-Control-Allow-Origin" not in answer.headers
        async with reader.session.options(f"{reader.url}/app/state") as answer:
            assert answer.status == 405


async def test_the_page_loads_nothing_from_elsewhere() -> None:
    """One page, one script, one style sheet, in the browser's language; the token of the web server opens the rest."""
    async with opened() as reader:
        for path, kind in (("", "text/html"), ("/app.js", "text/javascript"), ("/app.css", "text/css")):
            headers = {"Accept-Language": "it-CH,it;q=0.9"}
            async with reader.session.get(f"{reader.url}/app{path}", headers=headers) as answer:
                text = await answer.text()
                policy = answer.headers["Content-Security-Policy"]
                assert (answer.status, answer.content_type) == (200, kind)
                assert "default-src 'none'; script-src 'self'" in policy
                assert "unsafe" not in policy
                addresses = set(re.findall(r"https?://[^\s\"'`]+", text))
                assert addresses <= {"http://www.w3.org/2000/svg", "https://web.telegram.org"}
            assert path or '<html lang="it">' in text
        for path in ("/state", "/app.html", "/..%2fserver.py", "/x/y"):
            async with reader.session.get(f"{reader.url}/app{path}") as answer:
                assert answer.status in (404, 405)
        async with reader.session.get(f"{reader.url}/") as answer:
            assert answer.status == 401


async def test_there_is_no_page_without_a_public_address() -> None:
    """No button could lead to it."""
    async with opened(has_app=False) as reader:
        async with reader.session.get(f"{reader.url}/app") as answer:
            assert answer.status == 404
        assert (await reader.ask())[0] == 404


async def test_a_database_that_is_away_is_said_in_one_sentence() -> None:
    """The switch then goes back."""
    async with opened() as reader:
        reader.door.error = StorageError("away")
        assert await reader.ask() == (503, {"error": "Da ging etwas schief. Bitte noch einmal versuchen."})


def test_the_script_makes_no_markup_of_texts() -> None:
    """What a reader called a keyword, or a publisher a feed, stays text."""
    script = Path(mini_app.__file__).with_name("page").joinpath("mini_app.js").read_text("utf-8")
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", ".style"):
        assert way not in script
