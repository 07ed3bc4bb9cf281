"""/health and /stats for operators: how the bot does, and what it did."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import tzinfo

from bot.core import quiet_hours
from bot.core.statistics import Chart
from bot.i18n.catalog import mark
from bot.services.health import HealthService
from bot.services.statistics import StatisticsService
from bot.telegram.api.client import WithoutSlot
from bot.telegram.commands import Command, Handlers, Request, RequiredRole
from bot.telegram.text import health as health_text
from bot.telegram.text import statistics as statistics_text


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorReportHandlers(Handlers):
    """Reports to operators."""

    health_service: HealthService
    statistics: StatisticsService
    draw_chart: Callable[[Chart], Awaitable[bytes | None]]
    """None where it could not be drawn."""
    timezone: str
    """The time zone of chats that have set none."""
    without_slot: WithoutSlot

    def commands(self) -> tuple[Command, ...]:
        """List the commands of these handlers."""
        return (
            Command(
                name="health",
                handle=self.health,
                who=RequiredRole.OPERATORS,
                about=mark("Show how the bot is doing"),
            ),
            Command(
                name="stats",
                handle=self.stats,
                who=RequiredRole.OPERATORS,
                about=mark("Show figures of the last two weeks"),
            ),
        )

    async def health(self, request: Request) -> None:
        """Say how the bot does, in one message."""
        report = await self.health_service.report()
        await request.reply(health_text.report(report, request.translation, self._zone(request)))

    async def stats(self, request: Request) -> None:
        """Show figures as a picture, with the most important ones below it; the text alone where that fails."""
        translation = request.translation
        statistics = await self.statistics.gather(self._zone(request))
        caption = statistics_text.caption(statistics, translation)
        async with self.without_slot():
            picture = await self.draw_chart(statistics_text.chart(statistics, translation))
        is_shown = picture is not None and await request.replies.send_picture(
            request.answer_place, "stats.png", picture, caption
        )
        if not is_shown:
            await request.reply(caption)

    def _zone(self, request: Request) -> tzinfo:
        return quiet_hours.zone(request.chat.timezone if request.chat else None, self.timezone)
