"""How much a person and a group may ask of the bot in a minute; what is more is declined, once in words."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from bot.chat.access import CommandRateLimit
from bot.core.ids import ChatId, UserId
from bot.core.ports import Clock

_SILENCE = timedelta(minutes=1)
_REMEMBERED = 20_000


class Throttle:
    """
    Counts commands and presses, each for a person and for a group as a whole: thirty a minute.

    A group has a bound of its own because its members share one rate: Telegram takes twenty messages a minute there.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._commands = CommandRateLimit(clock)
        self._presses = CommandRateLimit(clock)
        self._told: OrderedDict[ChatId, datetime] = OrderedDict()

    def takes_command(self, user_id: UserId, chat_id: ChatId, *, anonymous: bool = False) -> bool:
        """
        Count a command, and say whether it is to be handled.

        Anonymous administrators have one id in all groups, so they are counted in each.
        """
        return _takes(self._commands, (user_id, chat_id if anonymous else 0), chat_id)

    def takes_press(self, user_id: UserId, chat_id: ChatId | None) -> bool:
        """Count a press, and say whether it is to be handled; one that is not is answered all the same."""
        return _takes(self._presses, (user_id, 0), chat_id or ChatId(0))

    def may_say_so(self, chat_id: ChatId) -> bool:
        """Say whether a chat is to be told now that it was too much: once a minute."""
        now, told_at = self._clock.now(), self._told.get(chat_id)
        if told_at is not None and abs(now - told_at) < _SILENCE:  # a clock set back must not silence us
            return False
        self._told[chat_id] = now
        self._told.move_to_end(chat_id)
        while len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        return True


def _takes(pace: CommandRateLimit, person: object, chat_id: ChatId) -> bool:
    """Count for the person and, in a group, for the group; what the person has no room for costs the group none."""
    if pace.step(person):
        return False
    return chat_id >= 0 or not pace.step(("group", chat_id))
