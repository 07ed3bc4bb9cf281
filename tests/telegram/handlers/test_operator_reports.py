"""/health, asked by operators and by others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.feed import FeedState
from bot.demo.telegram_server.people import SimulatedPerson
from tests.builders import NOW
from tests.contracts.scenes import add_feed, poll
from tests.telegram.conftest import Desk, Open

UNKNOWN = "Diesen Befehl kenne ich nicht. /help zeigt alle."


@pytest.fixture
async def olga(private_desk: Desk) -> SimulatedPerson:
    """The operator, who has opened her chat with the bot."""
    person = private_desk.server.person("Olga", user_id=77)
    await person.ask("/start")
    return person


async def test_an_operator_learns_which_feeds_fail_and_why(private_desk: Desk, olga: SimulatedPerson) -> None:
    """In the operator's language, in one message."""
    feed = await add_feed(private_desk.store, "srf")
    await poll(private_desk.store, replace(feed, state=FeedState.FAILING, failures=2, error="HTTP 503"), now=NOW)
    answer = await olga.ask("/health")
    lines = answer.text.splitlines()
    assert lines[0] == "Wie es dem Bot geht"
    assert any(line.startswith("✗") and line.endswith("HTTP 503") and feed.title in line for line in lines)
    assert any("SQLite" in line for line in lines)


async def test_the_commands_of_operators_are_unknown_to_others_and_in_the_operators_menu(open_desk: Open) -> None:
    """The menu is that of the operator's own chat."""
    async with open_desk(operators=(77,)) as desk:
        olga, anna = desk.server.person("Olga", user_id=77), desk.server.person("Anna")
        await anna.ask("/start")
        assert (await anna.ask("/health")).text == UNKNOWN
        assert "/health" not in (await anna.ask("/help")).text
        await olga.ask("/start")
        assert "/health" in (await olga.ask("/help")).text
