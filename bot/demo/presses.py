"""Presses of inline buttons, which wait for the bot's answer."""

from dataclasses import dataclass

from bot.demo.clock import HANG_SECONDS, Bell, until


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAnswer:
    """What the bot answered to a press."""

    text: str = ""
    alert: bool = False
    url: str = ""


@dataclass(slots=True, kw_only=True)
class CallbackPress:
    """One press, known to the bot by its id."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    data: str
    ticks: float
    bell: Bell
    answer: CallbackAnswer | None = None

    async def answered(self, within: float = HANG_SECONDS) -> CallbackAnswer:
        """Wait for the bot's answer."""
        return await until(self.bell, lambda: self.answer, within)
