"""Prints the conversation as a person would read it in a chat."""

import textwrap
from datetime import datetime
from typing import TextIO

from bot.demo.messages import Message

_NAME_WIDTH = 14
_TEXT_WIDTH = 88


class Printer:
    """Writes lines with time, speaker and text."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def line(self, text: str = "") -> None:
        """Write one line as it is."""
        self._out.write(f"{text}\n")
        self._out.flush()

    def message(self, message: Message) -> None:
        """Write what somebody said; bold is between **asterisks**, buttons are in [brackets]."""
        self.speech(message.at, message.sender.name, message.marked)
        for row in message.buttons:
            self._continue(" ".join(f"[{text}]" for text in row))

    def speech(self, at: float, who: str, text: str) -> None:
        """Write what somebody said at some time."""
        moment = datetime.fromtimestamp(at).astimezone().strftime("%H:%M:%S")
        lead = f"{moment}  {who:<{_NAME_WIDTH}.{_NAME_WIDTH}}  "
        for paragraph in text.split("\n"):
            for part in textwrap.wrap(paragraph, _TEXT_WIDTH) or [""]:
                self.line((lead + part).rstrip() if lead else self._indented(part))
                lead = ""

    def _continue(self, text: str) -> None:
        self.line(self._indented(text))

    def _indented(self, text: str) -> str:
        return (" " * (8 + 2 + _NAME_WIDTH + 2) + text).rstrip()
