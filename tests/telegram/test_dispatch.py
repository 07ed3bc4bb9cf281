"""Updates that have to be handled again because the store failed: nothing is used up before it succeeded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.core.errors import StorageError
from bot.telegram.access import CommandRateLimit, count_once
from storage.chats import SqlChatRepository
from storage.subscriptions import SqlSubscriptionRepository
from tests.fakes.clock import FakeClock
from tests.telegram.conftest import Desk, Open


def fail_once(monkeypatch: pytest.MonkeyPatch, repository: type, name: str, *, done: bool = False) -> list[str]:
    """Let a method of a repository fail the next time, before or after it is done; gives what failed."""
    real: Callable[..., Any] = getattr(repository, name)
    failed: list[str] = []

    async def flaky(self: object, *args: Any, **details: Any) -> Any:
        if failed:
            return await real(self, *args, **details)
        failed.append(name)
        if done:
            await real(self, *args, **details)
        raise StorageError("away")

    monkeypatch.setattr(repository, name, flaky)
    return failed


async def test_the_answer_to_a_question_is_understood_at_the_second_try(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a private chat it is no plain text; in a group it would get no answer at all."""
    anna = desk.server.person()
    group = desk.server.group("Redaktion", anna)
    await group.chat.wait_for(lambda message: "Hallo" in message.text)
    for chat in (anna.chat, group.chat):
        question = await anna.ask("/sub", chat=chat)
        with monkeypatch.context() as patched:
            failed = fail_once(patched, SqlSubscriptionRepository, "add")
            said = anna.say("Nordkorea", chat=chat, reply_to=question)
            assert (await chat.answer_to(said)).text.startswith("Abonniert")
            assert failed
    assert (await anna.ask("Klima")).text == "Soll ich Neues zu «Klima» melden?", "it is answered now"


async def test_a_switch_is_not_switched_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails around it."""
    anna = desk.server.person()
    await anna.ask("/sub Nordkorea")
    real, seen = SqlSubscriptionRepository.set_headline_only, list[bool]()

    async def noted(self: SqlSubscriptionRepository, subscription_id: Any, headline_only: bool) -> None:
        await real(self, subscription_id, headline_only)
        seen.append(headline_only)
        fail_once(monkeypatch, SqlSubscriptionRepository, "list_for")

    monkeypatch.setattr(SqlSubscriptionRepository, "set_headline_only", noted)
    await anna.press("Nur Titel").answered()
    await desk.handled()
    assert seen == [True]


async def test_a_request_whose_storing_got_no_answer_is_shown_to_the_operator(
    open_desk: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is stored, and the second try finds it there."""
    async with open_desk(access="private", operators=(77,)) as desk:
        olga = desk.server.person("Olga", user_id=77)
        await olga.ask("/start")
        for name in ("Paul", "Rita"):  # Paul's shows that the cards are up to date, Rita's is the one that fails
            desk.server.person(name).say("/start")
            await olga.chat.wait_until(lambda chat, who=name: any(who in each.text for each in chat.received))
            fail_once(monkeypatch, SqlChatRepository, "save_person", done=True)


async def test_an_update_that_is_tried_again_counts_once(clock: FakeClock) -> None:
    """A store that is away for minutes uses up nobody's allowance."""
    pace = CommandRateLimit(clock, most=2, span=timedelta(minutes=1))

    async def handle(tries: int) -> list[int]:
        count_once()
        return [pace.step("Anna") for _ in range(tries)]

    over = [await asyncio.create_task(handle(50)) for _ in range(3)]
    assert [set(each) for each in over] == [{0}, {0}, {1}]
