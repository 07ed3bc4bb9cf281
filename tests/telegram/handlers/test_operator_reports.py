"""/health and /stats, asked by operators and by others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.delivery.delivery import Finished
from bot.core.feed import FeedState
from bot.core.ids import MessageId
from bot.core.statistics import Chart
from bot.demo.telegram_server.people import SimulatedPerson
from storage.store import Store
from tests.builders import NOW
from tests.contracts.scenes import add_feed, poll, queue_alert
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


async def test_figures_come_as_a_picture_with_a_caption(open_desk: Open) -> None:
    """Keywords are counted and never named."""
    async with open_desk(operators=(77,)) as desk:
        olga = desk.server.person("Olga", user_id=77)
        await send_alert(desk.store)
        await olga.ask("/start")
        answer = await olga.ask("/stats")
        assert answer.photo is not None
        assert answer.photo.content.startswith(b"\x89PNG")
        lines = answer.text.splitlines()
        assert lines[0] == "Zahlen des Bots"
        assert lines[1].startswith("Meldungen: 1 heute, 1 in 14 Tagen")
        assert lines[-1] == "1. eine Meldung, ein Leser"
        assert "Wort 3" not in answer.text
        assert (await desk.server.person("Anna").ask("/stats")).text.startswith("Diesen Befehl kenne ich nicht.")


async def test_figures_come_as_text_where_no_picture_can_be_drawn(open_desk: Open) -> None:
    """The caption says it all."""

    async def fail(chart: Chart) -> None:
        """Draw nothing."""

    async with open_desk(operators=(77,), draw_chart=fail) as desk:
        olga = desk.server.person("Olga", user_id=77)
        await olga.ask("/start")
        answer = await olga.ask("/stats")
        assert answer.photo is None
        assert answer.text.startswith("Zahlen des Bots\nMeldungen: 0 heute, 0 in 14 Tagen")


async def send_alert(store: Store) -> None:
    """Send one alert to somebody else."""
    delivery = await queue_alert(store, 3)
    await store.outbox.start([delivery.id], NOW)
    await store.outbox.finish(delivery, Finished(MessageId(1)), NOW)


async def test_the_menu_of_an_operator_is_set_at_the_start_once_for_each_version(open_desk: Open) -> None:
    """In the chat that was opened before; /start then has nothing left to set."""
    async with open_desk(operators=(77, 78)) as desk:
        olga = desk.server.person("Olga", user_id=77)
        await olga.ask("/start")
        await desk.server.wait_until(lambda: len(_menus(desk)) >= LANGUAGES)
        await desk.application._publish_for_operators()  # as at the next start
        await olga.ask("/start")
        await desk.handled()
        menus = _menus(desk)
        assert len(menus) == LANGUAGES
        assert all("broadcast" in str(menu) and "health" in str(menu) for menu in menus)


LANGUAGES = 5
"""Four, and one menu for all other languages."""


def _menus(desk: Desk) -> list[object]:
    """List the menus that were set for the operator's chat."""
    return [call.params for call in desk.server.calls.of("setMyCommands") if "77" in str(call.params.get("scope"))]
