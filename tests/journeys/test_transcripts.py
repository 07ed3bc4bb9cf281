"""
Every command in four languages, as a reader sees it: the transcripts are held again with the real bot.

`UPDATE_TRANSCRIPTS=1 pytest -n 0 tests/journeys/test_transcripts.py` writes down what the bot says now; read the diff.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.server import Server
from tests.journeys.hand import ZURICH, Hand
from tests.journeys.process import free_port, make_bot, rounds, write_config
from tests.journeys.transcripts import NAME, Conversation, Transcript, compare, list_files

OPERATORS = {"de": 900_001, "en": 900_002, "fr": 900_003, "it": 900_004}
_UPDATES = bool(os.environ.get("UPDATE_TRANSCRIPTS"))
_SETTLED_SECONDS = 1.5
"""While writing, the bot is done when it has done nothing more for so long."""
_LONGEST_SECONDS = 6.0
"""While writing, how long the first sign may take: a picture is drawn in a process of its own."""
_SETTLED_IN_GROUP = 6.0
"""The same in a group, to which Telegram lets a bot send one message in three seconds."""


@pytest.fixture
def hand(tmp_path: Path) -> Hand:
    """The hand on the clock of the bot, which stands at noon of a Monday."""
    return Hand(tmp_path / "clock", datetime(2026, 11, 30, 12, tzinfo=ZURICH))


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A Telegram of our own."""
    async with Server() as server:
        yield server
        # Nobody types as fast as this: the bot may be told to wait a second in one chat.
        assert [violation for violation in server.violations if "Too Many Requests" not in violation.detail] == []


@pytest.fixture
async def newsroom(hand: Hand) -> AsyncIterator[Newsroom]:
    """Papers of our own, dated by the clock of the bot."""
    async with Newsroom(now=lambda: hand.now.timestamp()) as newsroom:
        yield newsroom


@pytest.fixture
async def bot(server: Server, newsroom: Newsroom, hand: Hand) -> AsyncIterator[BotProcess]:
    """The bot, running, with every listed paper read once."""
    papers = {key: paper for key, paper in newsroom.papers.items() if paper.listed}
    config = write_config(server, {paper.title: newsroom.feed_url(key) for key, paper in papers.items()})
    for paper in papers.values():
        config = config.replace(f'"{paper.title}"\nlanguage = "de"', f'"{paper.title}"\nlanguage = "{paper.language}"')
    public = f"127.0.0.1:{free_port()}"
    config = config.replace('listen = ""', f'listen = "{public}"\npublic_url = "http://{public}"')
    config = config.replace("[database]", f"operators = {list(OPERATORS.values())}\n[database]", 1)
    process = make_bot(hand.file.parent, config, {"STICHWORT_CLOCK": str(hand.file)})
    await process.start()
    try:
        await server.ready()
        await newsroom.read_by_all()
        yield process
    finally:
        await process.kill()
        print(process.tail(60))


@pytest.mark.parametrize("language", list_files())
async def test_a_conversation_goes_as_it_is_written(
    bot: BotProcess, server: Server, newsroom: Newsroom, language: str
) -> None:
    """Word by word, what differs in all sections at once; and every command of the menus has a section."""
    file = list_files()[language]
    transcript, wrong = Transcript.read(file.read_text("utf-8")), list[str]()
    patience = HANG_SECONDS
    for number, section in enumerate(transcript.sections):
        is_operator = section.title.endswith("(operator)")
        known = OPERATORS[language] if is_operator else 0
        person = server.person(NAME, language=language, user_id=known or 1_000_000 + ord(language[0]) * 1000 + number)
        conversation = Conversation.open(server, newsroom, person, section.title)
        for step in section.steps:
            try:
                step.action = conversation.begin(step.action)
            except LookupError as error:
                wrong.append(f"{section.title}, {step.action}: {error}")
                break
            if _UPDATES:
                step.expected = await _settle(
                    conversation, _SETTLED_IN_GROUP if conversation.group else _SETTLED_SECONDS
                )
            elif not await _becomes(conversation, step.expected, patience):
                patience = 1.0  # the first difference is waited for, the others are shown soon
                wrong.append(compare(section.title, step, conversation.show()))
            if (published := re.match(r"\*\*(\w+)\*\* publishes[^:]*: ", step.action)) is not None:
                await rounds(newsroom, published[1], 2)  # the alert is known as sent a moment after it is there
    if _UPDATES:
        file.write_text(transcript.write(), "utf-8")
    assert not wrong, "\n\n".join(wrong)
    offered = {f"/{name}" for menu in server.world.menus.all().values() for name, _ in menu}
    assert len(offered) > 20
    assert not offered - {section.title.split()[0] for section in transcript.sections}


def test_transcripts_are_written_as_they_are_read() -> None:
    """So that an update changes only what the bot says."""
    for file in list_files().values():
        assert Transcript.read(file.read_text("utf-8")).write() == file.read_text("utf-8")


async def _becomes(conversation: Conversation, expected: list[str], patience: float) -> bool:
    """Wait until the chat shows what is expected."""
    try:
        async with asyncio.timeout(patience):
            while not (conversation.is_answered and conversation.show() == expected):  # noqa: ASYNC110 - no bell
                await asyncio.sleep(0.01)
    except TimeoutError:
        return False
    return True


async def _settle(conversation: Conversation, seconds: float) -> list[str]:
    """Wait until nothing more changes."""
    shown, since = conversation.show(), 0.0
    while since < (seconds if shown else _LONGEST_SECONDS) or not conversation.is_answered:
        await asyncio.sleep(0.05)
        since += 0.05
        if (now := conversation.show()) != shown:
            shown, since = now, 0.0
    return shown
