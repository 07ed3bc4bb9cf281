"""The first words with Telegram."""

from __future__ import annotations

from bot.demo.telegram_server.faults import Effect
from bot.demo.telegram_server.server import Server
from bot.services.retry import Outage
from bot.telegram.api.client import BotClient, connect
from tests.fakes.clock import FakeClock


async def test_a_flood_of_hours_at_the_start_is_asked_about_after_a_minute(clock: FakeClock) -> None:
    """The bot works as soon as Telegram lets it, and not when it said that it would."""
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    async with Server() as server:
        server.fault(Effect.FLOOD, "getMe", seconds=3600)
        account = BotClient(server.url, server.token)
        await connect(account, Outage("telegram", clock), pause)
        await account.close_all()
    assert pauses == [60.0]
