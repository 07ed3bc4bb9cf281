"""
How the bot's messages look by now.

Answers are patient, and never the same edit twice.
"""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.core.errors import StorageError
from bot.demo.telegram_server.chats import SimulatedChat
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.faults import Effect
from bot.demo.telegram_server.rate_limits import ServerRateLimits
from bot.demo.telegram_server.server import Server
from bot.i18n import markup
from bot.i18n.markup import Html
from bot.services.subscriptions import UnsubscribeService
from bot.telegram.message_versions import MessageVersions
from bot.telegram.replies import split_pages
from bot.telegram.text import alert
from storage.store import open_store
from tests.fakes.clock import FakeClock
from tests.fakes.web import FakeWeb
from tests.telegram.conftest import Desk, make_application

KEY = (7, 5)
OLD, FAILED, NEWER = [(Html(text), None) for text in ("old", "failed", "newer")]


def test_long_messages_are_cut_between_lines() -> None:
    """No page is too long, nothing is lost, and no markup is torn."""
    text = Html("\n".join(f"<b>{number}</b> · {'x' * 200}" for number in range(60)))
    pages = split_pages(text)
    assert len(pages) == 4
    assert all(alert.visible_length(page) <= alert.MESSAGE for page in pages)
    assert "\n".join(pages) == text


def test_a_line_longer_than_a_message_is_cut() -> None:
    """Then its markup goes too."""
    (page,) = split_pages(Html("<b>" + "x" * 5000 + "</b>"))
    assert alert.visible_length(page) == alert.MESSAGE
    assert "<b>" not in page


@pytest.mark.parametrize("sign", ["x", "ä", "😀", "👨\u200d👩", "&amp;", "&lt;😀"])
@pytest.mark.parametrize("width", [50, 900, 9000])
def test_no_page_has_more_units_than_telegram_takes(sign: str, width: int) -> None:
    """Whatever is in it; code points are never more."""
    text = Html("\n".join(f"<b>{number}</b> {sign * width}" for number in range(40)))
    for page in split_pages(text):
        assert len(markup.plain(page).encode("utf-16-le")) // 2 <= alert.MESSAGE


def test_a_message_has_a_hundred_pieces_of_markup_at_most() -> None:
    """Telegram shows the others as plain text."""
    text = Html("\n".join(f"<b>{number}</b> <i>x</i>" for number in range(120)))
    pages = split_pages(text)
    assert "\n".join(pages) == text
    assert [page.count("<b>") + page.count("<i>") for page in pages] == [100, 100, 40]


def test_cutting_a_long_message_is_cheap() -> None:
    """However many units it has (the test's own timeout judges)."""
    assert split_pages(Html("😀 " * 200_000))


def test_content_that_was_refused_is_taken_back() -> None:
    """The message looks as it did before, or nothing is known of it."""
    versions = MessageVersions()
    versions.note(KEY, FAILED)
    versions.undo(KEY, FAILED, None)
    assert versions.find(KEY) is None
    versions.note(KEY, FAILED)
    versions.undo(KEY, FAILED, OLD)
    assert versions.find(KEY) == OLD


def test_old_content_is_not_put_back_over_newer_content() -> None:
    """An edit that fails late must not undo what a later edit shows."""
    versions = MessageVersions()
    for content in (OLD, FAILED, NEWER):
        versions.note(KEY, content)
    versions.undo(KEY, FAILED, OLD)
    assert versions.find(KEY) == NEWER
    versions.undo(KEY, FAILED, None)
    assert versions.find(KEY) == NEWER


@pytest.mark.parametrize(
    ("effect", "details"),
    [
        (Effect.FLOOD, {"seconds": 1}),
        (Effect.ERROR, {"status": 502}),
        (Effect.RESET, {}),
        (Effect.ERROR, {"status": 500}),
    ],
)
async def test_a_reply_is_tried_again(desk: Desk, effect: Effect, details: dict[str, float]) -> None:
    """Until Telegram has taken it."""
    anna = desk.server.person()
    desk.server.fault(effect, "sendMessage", **details)
    assert (await anna.ask("/sub Nordkorea")).text.startswith("Abonniert")
    assert len(anna.chat.received) == 1


async def test_a_reply_nobody_can_get_holds_up_nothing(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """One line in the log, and the next one is served."""
    anna, bert = desk.server.person("Anna"), desk.server.person("Bert")
    anna.say("/start")
    anna.block()
    assert (await bert.ask("/start")).text.startswith("Hallo")
    await desk.handled()
    assert all(record.exc_info is None for record in caplog.records)


async def test_a_refusal_is_logged_by_its_code(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Telegram's own words may quote the message."""
    anna = desk.server.person("Anna")
    words = "Bad Request: can't parse entities: Nordkorea"
    desk.server.fault(Effect.REFUSE, "sendMessage", status=400, description=words, times=3)
    anna.say("/sub Nordkorea")
    await desk.handled()

    (told,) = [vars(record) for record in caplog.records if record.getMessage() == "reply.refused"]
    assert told["outcome"] == "bad-markup"
    assert "Nordkorea" not in str(told)


async def test_an_edit_whose_answer_was_lost_is_not_made_twice_in_vain(desk: Desk) -> None:
    """The second attempt finds it done, and that is no mistake of anybody."""
    anna = desk.server.person()
    answer = await anna.ask("/sub Nordkorea")
    desk.server.fault(Effect.RESET, "editMessageText")
    await anna.press("Rückgängig").answered()
    assert answer.text.startswith("Rückgängig gemacht")


async def test_a_handler_that_fails_is_answered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence for a text, a note for a press, and the conversation goes on."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea")

    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(UnsubscribeService, "by_id", broken)
    monkeypatch.setattr(UnsubscribeService, "by_text", broken)
    assert (await anna.ask("/unsub x")).text == "Da ging etwas schief. Bitte noch einmal versuchen."
    assert (await anna.press("Rückgängig").answered()).text == "Da ging etwas schief. Bitte noch einmal versuchen."
    assert "Nordkorea" in (await anna.ask("/list")).text


async def test_a_store_that_is_away_for_a_moment_delays_the_answer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes when the store is back."""
    anna = desk.server.person()
    by_text, faults = UnsubscribeService.by_text, 1

    async def flaky(self: UnsubscribeService, *where: object) -> object:
        nonlocal faults
        faults -= 1
        if faults >= 0:
            raise StorageError("away")
        return await by_text(self, *where)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(UnsubscribeService, "by_text", flaky)
    assert (await anna.ask("/unsub x")).text.startswith("Dieses Stichwort gibt es hier nicht.")


async def test_menus_are_set_once_per_version(clock: FakeClock) -> None:
    """Per scope and language; a restart sets nothing, operators have a menu of their own, members what they may use."""
    store = await open_store("sqlite://")
    async with Server(limits=ServerRateLimits(enabled=False)) as server:
        olga = server.person("Olga", user_id=77)
        calls = []
        for _ in range(2):
            application = make_application(server, store, clock, FakeWeb(), operators=(77,))
            await application.open()
            running = asyncio.create_task(application.run())
            await olga.ask("/start")
            await olga.ask("/list")
            await server.wait_until(lambda: len(server.calls.of("setMyCommands")) >= 20)
            application.stop()
            await running
            await application.close()
            calls.append(len([call for call in server.calls if call.method == "setMyCommands"]))
        assert calls[0] == calls[1] == 20
        anna = server.person(language="de")
        assert dict(server.world.menus.seen_by(anna.chat, anna.id, "de"))["sub"] == "Ein Stichwort abonnieren"
        assert "approve" not in dict(server.world.menus.seen_by(anna.chat, anna.id, "de"))
        assert "approve" in dict(server.world.menus.seen_by(olga.chat, olga.id, "de"))
        group, ben = server.group("Presse", anna), server.person("Ben", language="en")
        group.enrol(ben)
        by_administrator = dict(server.world.menus.seen_by(group.chat, anna.id, "de"))
        by_member = dict(server.world.menus.seen_by(group.chat, ben.id, "en"))
        assert {"sub", "list", "search"} <= by_administrator.keys()
        assert by_administrator.keys().isdisjoint({"cancel", "approve", "stats"})
        assert {"list", "search", "why"} <= by_member.keys()
        assert by_member.keys().isdisjoint({"sub", "unsub", "settings", "cancel", "approve"}), "members change nothing"
        assert by_member["search"] == "Search stored articles"
        assert server.violations == []
    await store.close()


async def test_telegram_may_be_away_at_the_start(clock: FakeClock, caplog: pytest.LogCaptureFixture) -> None:
    """One line, no traceback, and it goes on when Telegram is there."""
    store = await open_store("sqlite://")
    async with Server() as server:
        server.fault(Effect.RESET, "*", times=2)
        application = make_application(server, store, clock, FakeWeb())
        await asyncio.wait_for(application.open(), HANG_SECONDS)
        assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
            "telegram.unreachable"
        ]
        await application.close()
    await store.close()


async def test_nothing_anybody_writes_is_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """At any level."""
    caplog.set_level(logging.DEBUG)
    anna = desk.server.person("Annamaria")
    await anna.ask("/sub Geheimwort")
    await anna.ask("Geheimwort")
    await anna.press("Ja, melden").answered()
    await desk.handled()
    lines = [
        f"{record.getMessage()} {vars(record)}"
        for record in caplog.records
        if record.name.startswith(("bot.", "telegram", "httpx"))
    ]
    assert not [line for line in lines if "Geheimwort" in line or "Annamaria" in line or desk.server.token in line]


def _texts(chat: SimulatedChat) -> list[str]:
    return [message.text for message in chat.received]


async def test_one_chat_is_answered_in_order(desk: Desk) -> None:
    """However fast somebody types."""
    anna = desk.server.person()
    for number in range(8):
        anna.say(f"/sub Wort{number}")
    await anna.chat.wait_until(lambda chat: len(chat.received) == 8)
    assert [f"(Nr. {number})" in text for number, text in enumerate(_texts(anna.chat), 1)] == [True] * 8
