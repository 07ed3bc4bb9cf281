"""/health for operators: how the bot does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from bot.core import quiet_hours
from bot.i18n.catalog import mark
from bot.services.health import HealthService
from bot.telegram.commands import Command, Handlers, Request, RequiredRole
from bot.telegram.text import health as health_text


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorReportHandlers(Handlers):
    """Reports to operators."""

    health_service: HealthService
    timezone: str
    """The time zone of chats that have set none."""

    def commands(self) -> tuple[Command, ...]:
        """List the commands of these handlers."""
        return (
            Command(
                name="health",
                handle=self.health,
                who=RequiredRole.OPERATORS,
                about=mark("Show how the bot is doing"),
            ),
        )

    async def health(self, request: Request) -> None:
        """Say how the bot does, in one message."""
        report = await self.health_service.report()
        await request.reply(health_text.report(report, request.translation, self._zone(request)))

    def _zone(self, request: Request) -> tzinfo:
        return quiet_hours.zone(request.chat.timezone if request.chat else None, self.timezone)
