"""Methods for the command menu."""

import re

from bot.demo.api.params import Params
from bot.demo.errors import bad_request
from bot.demo.menus import DEFAULT, Scope
from bot.demo.world import World

_NAME = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_MOST = 100
_LONGEST = 256
_PLAIN = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
_WITH_CHAT = frozenset({"chat", "chat_administrators", "chat_member"})


def set_commands(world: World, params: Params) -> object:
    """Set the menu of one scope and language."""
    commands = params.sequence("commands")
    if len(commands) > _MOST:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    menu = tuple(_command(one) for one in commands)
    if len({name for name, _ in menu}) != len(menu):
        raise bad_request("BOT_COMMAND_DUPLICATE")
    world.menus.put(_scope(world, params), _language(params), menu)
    world.journal.note("menu")
    return True


def get_commands(world: World, params: Params) -> object:
    """Return the menu of exactly one scope and language."""
    menu = world.menus.exact(_scope(world, params), _language(params))
    return [{"command": name, "description": description} for name, description in menu]


def delete_commands(world: World, params: Params) -> object:
    """Take a menu away."""
    world.menus.put(_scope(world, params), _language(params), ())
    world.journal.note("menu")
    return True


def _command(shape: object) -> tuple[str, str]:
    if not isinstance(shape, dict):
        raise bad_request("can't parse BotCommand: object expected")
    name, description = str(shape.get("command", "")).removeprefix("/"), str(shape.get("description", ""))
    if not _NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= _LONGEST:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return name, description


def _scope(world: World, params: Params) -> Scope:
    scope = params.mapping("scope")
    if not scope:
        return DEFAULT
    kind = str(scope.get("type", ""))
    if kind in _PLAIN:
        return (kind, 0, 0)
    if kind not in _WITH_CHAT:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    chat = world.open_chat(Params(scope).chat())
    return (kind, chat.id, int(str(scope.get("user_id", 0))))


def _language(params: Params) -> str:
    language = params.text("language_code")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("BOT_COMMAND_LANGUAGE_INVALID")
    return language
