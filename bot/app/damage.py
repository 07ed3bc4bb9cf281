"""What happens when a part of the database cannot be read any more: one line, and one message to each operator."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.chat.alarm import Alarm
from bot.core.database_state import DatabaseState
from bot.core.office import Leadership

_log = logging.getLogger(__name__)


@dataclass(kw_only=True)
class DamageWatch:
    """Looks whether the database met damage; to be called again and again."""

    state: DatabaseState
    office: Leadership
    alarm: Alarm
    _is_logged: bool = False
    _is_told: bool = False

    async def __call__(self) -> None:
        """Tell what has not been told; the process that speaks for the bot writes to the operators."""
        if self.state.damage is None or self._is_told:
            return
        if not self._is_logged:
            _log.critical("database.damaged", extra={"why": self.state.damage})
            self._is_logged = True
        if self.office.is_ours():
            self._is_told = await self.alarm.tell_of_damage()
