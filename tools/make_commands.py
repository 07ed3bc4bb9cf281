"""
Make docs/commands.md from the commands in the code.

    python -m tools.make_commands
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from bot.i18n.catalog import Catalog
from bot.telegram import application
from bot.telegram.commands import Command, Handlers, RequiredRole

TARGET = Path(__file__).parents[1] / "docs" / "commands.md"
LANGUAGES = ("en", "de", "fr", "it")
_TITLES = {
    RequiredRole.ANYBODY: "For everybody",
    RequiredRole.CHANGERS: "For everybody; in a group, for administrators",
    RequiredRole.OPERATORS: "For operators",
}
_HEAD = """\
# Commands

Made by `python -m tools.make_commands` from the code; a test demands that it is up to date.

In `<…>` stands what a command needs, in `[…]` what it may be given: without it, the command asks, shows buttons, or
does without. Every command works with each of its names, and in a group also as `/name@bot`. Anybody in a private chat
may use all commands but those of operators, which do not exist for others.
{files}
"""


def list_commands() -> tuple[Command, ...]:
    """List the commands of all handlers that the bot has; making their list needs none of what they work with."""
    # Of a class with slots there is also the one without, of which it was made.
    known = [kind for kind in Handlers.__subclasses__() if getattr(sys.modules[kind.__module__], kind.__name__) is kind]
    kinds = sorted(known, key=lambda kind: kind.__name__)
    return tuple(command for kind in kinds for command in kind.__new__(kind).commands())


def write() -> str:
    """Write the page."""
    catalog = Catalog.load()
    commands = list_commands()
    files = ", ".join(f"`/{command.name}`" for command in commands if command.takes_files)
    lines = [_HEAD.format(files=f"A file may be sent with {files} as its caption.")]
    for role in RequiredRole:
        of_role = sorted((command for command in commands if command.who is role), key=lambda command: command.name)
        lines += ["", f"## {_TITLES[role]}", "", *_table(of_role, catalog)]
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _table(commands: list[Command], catalog: Catalog) -> Iterator[str]:
    names = [catalog.speak(language).name for language in LANGUAGES]
    yield f"| Command | Other names | {' | '.join(names)} |"
    yield f"|---|---|{'---|' * len(names)}"
    for command in commands:
        typed = f"/{command.name} {command.arguments}".strip()
        aliases = ", ".join(f"`/{alias}`" for alias in command.aliases)
        about = [_cell(catalog.speak(language).label(command.about)) for language in LANGUAGES]
        yield f"| `{typed}` | {aliases} | {' | '.join(about)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    TARGET.write_text(write(), "utf-8")
    sys.stdout.write(f"{TARGET.name}: {len(list_commands())} commands of {application.__name__}\n")
