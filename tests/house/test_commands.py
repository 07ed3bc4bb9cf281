"""What the house asks of the page of commands: it says what the code has."""

from __future__ import annotations

from tests.telegram.conftest import Desk, desk, open_desk
from tools import make_commands

__all__ = ["desk", "open_desk"]


def test_the_page_of_commands_is_up_to_date() -> None:
    """Otherwise: `python -m tools.make_commands`."""
    assert make_commands.TARGET.read_text("utf-8") == make_commands.write()


async def test_the_page_lists_the_commands_of_a_running_bot(desk: Desk) -> None:
    """Each is in it, with all its names, and no other."""
    running = {(command.name, command.aliases) for command in desk.application.commands}

    assert {(command.name, command.aliases) for command in make_commands.list_commands()} == running
