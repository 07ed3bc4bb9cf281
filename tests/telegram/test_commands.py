"""How commands are read."""

from __future__ import annotations

import pytest

from bot.telegram.commands import (
    ButtonPress,
    CallbackButton,
    Command,
    CommandTable,
    Request,
    RequiredRole,
    TypedCommand,
    by_verb,
    parse,
)


async def nothing(request: Request) -> None:
    """Do nothing."""


COMMANDS = CommandTable(
    [
        Command(name="sub", aliases=("subscribe", "add", "abo"), handle=nothing, about="x"),
        Command(name="unsub", aliases=("abmelden",), handle=nothing, about="x"),
        Command(name="approve", handle=nothing, about="x", who=RequiredRole.OPERATORS),
    ]
)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("/sub Nordkorea", TypedCommand("sub", None, "Nordkorea")),
        ("  /SUB  Nordkorea ", TypedCommand("sub", None, "Nordkorea")),
        ("/sub@Stichwort_Bot Kim Jong Un", TypedCommand("sub", "stichwort_bot", "Kim Jong Un")),
        ("/sub\nKim\nPutin", TypedCommand("sub", None, "Kim\nPutin")),
        ("/list", TypedCommand("list", None, "")),
        ("/list@bot", TypedCommand("list", "bot", "")),
        ("/ sub", None),
        ("/sub-way", None),
        ("/", None),
        ("sub Nordkorea", None),
        ("und /sub", None),
    ],
)
def test_commands_are_read(text: str, typed: TypedCommand | None) -> None:
    """With and without the bot's name, with an argument over several lines."""
    assert parse(text) == typed


@pytest.mark.parametrize("name", ["sub", "subscribe", "add", "abo"])
def test_aliases_are_the_command(name: str) -> None:
    """German readers have their own words."""
    found = COMMANDS.find(name, is_operator=False)
    assert found is not None
    assert found.name == "sub"


def test_operators_commands_do_not_exist_for_others() -> None:
    """Not even as a guess."""
    assert COMMANDS.find("approve", is_operator=False) is None
    assert COMMANDS.find("approve", is_operator=True) is not None
    assert COMMANDS.guess("aprove") is None


@pytest.mark.parametrize(("typed", "meant"), [("usnub", "unsub"), ("subscrib", "subscribe"), ("quux", None)])
def test_a_slip_is_guessed(typed: str, meant: str | None) -> None:
    """A near command is offered."""
    assert COMMANDS.guess(typed) == meant


def test_two_handlers_cannot_claim_one_button() -> None:
    """A press would reach whichever came last."""

    async def press(_: ButtonPress) -> str:
        return ""

    one, other = CallbackButton(verb="undo", handle=press), CallbackButton(verb="more", handle=press)
    assert by_verb([one, other]) == {"undo": one, "more": other}
    with pytest.raises(ValueError, match="'undo'"):
        by_verb([one, other, CallbackButton(verb="undo", handle=press, who=RequiredRole.ANYBODY)])
