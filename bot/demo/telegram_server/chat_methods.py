"""Methods about the bot, chats, members and files, the command menu, and the receipt of updates."""

import re

from bot.demo.telegram_server import json_objects, webhook
from bot.demo.telegram_server.chats import MemberStatus, SimulatedChat, SimulatedChatType
from bot.demo.telegram_server.parameters import DEFAULT, Params, Scope
from bot.demo.telegram_server.rate_limits import bad_request
from bot.demo.telegram_server.world import World

_LARGEST_DOWNLOAD = 20 * 1024**2
"""Bytes of a file that a bot may fetch; https://core.telegram.org/bots/api#getfile."""
_ABOUT_LENGTH = {"name": 64, "description": 512, "short_description": 120}


def get_me(world: World, params: Params) -> object:
    """Say who the bot is."""
    del params
    return json_objects.user(world.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": world.inline.is_on,
        "has_topics_enabled": world.has_private_topics,
        "allows_users_to_create_topics": world.has_private_topics,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(world: World, params: Params) -> object:
    """Describe a chat."""
    return json_objects.full_chat(_seen(world, params))


def get_member(world: World, params: Params) -> object:
    """Say how somebody stands in a chat."""
    chat, number = _seen(world, params), params.integer("user_id")
    if number == world.bot.id:
        return json_objects.member(world.bot, chat.bot, chat.bot_lacks)
    if chat.kind is SimulatedChatType.CHANNEL and chat.bot is not MemberStatus.ADMINISTRATOR:
        raise bad_request("member list is inaccessible", blame=False)
    profile = world.profiles.get(number)
    if profile is None:
        raise bad_request("invalid user_id specified", blame=False)
    return json_objects.member(profile, chat.members.get(number, MemberStatus.LEFT), _lacks(chat, number))


def get_administrators(world: World, params: Params) -> object:
    """List the people who run a group."""
    chat = _seen(world, params)
    if chat.kind is SimulatedChatType.PRIVATE:
        raise bad_request("there are no administrators in the private chat")
    ranks = (MemberStatus.CREATOR, MemberStatus.ADMINISTRATOR)
    found = [
        json_objects.member(world.profiles[number], rank, _lacks(chat, number))
        for number, rank in chat.members.items()
        if rank in ranks
    ]
    if chat.bot is MemberStatus.ADMINISTRATOR:
        found.append(json_objects.member(world.bot, chat.bot, chat.bot_lacks))
    return found


def count_members(world: World, params: Params) -> object:
    """Count the people in a chat, the bot included."""
    chat = _seen(world, params)
    return sum(rank.inside for rank in chat.members.values()) + chat.bot.inside


def leave(world: World, params: Params) -> object:
    """Leave a group or channel."""
    chat = _seen(world, params)
    if chat.kind is SimulatedChatType.PRIVATE:
        raise bad_request("chat member status can't be changed in private chats")
    world.set_standing(chat, MemberStatus.LEFT, world.bot)
    return True


_TOPIC_NAME = 128
_TOPIC_COLOURS = (7_322_096, 16_766_590, 13_338_331, 9_367_192, 16_749_490, 16_478_047)


def create_topic(world: World, params: Params) -> object:
    """Open a topic: in a supergroup that has them, or in a private chat where the bot's owner switched them on."""
    chat, name = world.open_chat(params.chat()), params.text("name").strip()
    is_private = chat.kind is SimulatedChatType.PRIVATE
    if not (world.has_private_topics if is_private else chat.forum):
        raise bad_request("the chat is not a forum")
    if not is_private and not chat.bot_may("can_manage_topics"):
        raise bad_request("not enough rights to create a topic", blame=False)
    colour = params.integer("icon_color", _TOPIC_COLOURS[0])
    if not 1 <= len(name) <= _TOPIC_NAME:
        raise bad_request("TOPIC_TITLE_INVALID")
    if colour not in _TOPIC_COLOURS:
        raise bad_request("TOPIC_ICON_COLOR_INVALID")
    message = world.new_message(chat, world.bot)
    message.thread_id = message.message_id
    message.service = {"forum_topic_created": {"name": name, "icon_color": colour}}
    chat.topics[message.message_id] = name
    world.store(message)
    world.turned(chat)
    return {"message_thread_id": message.message_id, "name": name, "icon_color": colour}


def get_file(world: World, params: Params) -> object:
    """Say where a file can be fetched."""
    file = world.files.get(params.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > _LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.file_id[-12:],
        "file_size": len(file.content),
        "file_path": f"documents/{file.file_id}",
    }


def set_about(world: World, params: Params) -> object:
    """Set the bot's name, description or short description in one language."""
    for kind, longest in _ABOUT_LENGTH.items():
        if kind in params:
            if len(params.text(kind)) > longest:
                raise bad_request(f"{kind} is too long")
            world.about[kind, params.text("language_code")] = params.text(kind)
    return True


def say_goodbye(world: World, params: Params) -> object:
    """Log out or close; nothing to do here."""
    del world, params
    return True


def _lacks(chat: SimulatedChat, user_id: int) -> frozenset[str]:
    return chat.lacking.get(user_id, frozenset())


def _seen(world: World, params: Params) -> SimulatedChat:
    """Find a chat the bot may ask about: unlike writing, asking about a person who blocked it is allowed."""
    chat = world.find_chat(params.chat())
    if chat is None or (chat.kind is SimulatedChatType.PRIVATE and not chat.met):
        raise bad_request("chat not found", blame=False)
    is_public = bool(chat.username) and chat.bot is MemberStatus.LEFT
    return chat if chat.kind is SimulatedChatType.PRIVATE or is_public else world.open_chat(chat.id)


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


_MOST_LIMIT = 100


async def get_updates(world: World, params: Params) -> object:
    """Return the next updates, waiting for them as long as the bot wishes."""
    if "allowed_updates" in params:
        world.inbox.listen_to(str(one) for one in params.sequence("allowed_updates"))
    limit = params.integer("limit", _MOST_LIMIT)
    return await world.inbox.fetch(params.integer("offset"), limit, params.integer("timeout"))


def set_webhook(world: World, params: Params) -> object:
    """Have updates delivered to an address; an empty one switches that off."""
    found = webhook.read_webhook(params)
    if "allowed_updates" in params:
        world.inbox.listen_to(str(one) for one in params.sequence("allowed_updates"))
    if params.flag("drop_pending_updates"):
        world.inbox.clear()
    world.inbox.set_webhook(found)
    return True


def delete_webhook(world: World, params: Params) -> object:
    """Go back to polling."""
    if params.flag("drop_pending_updates"):
        world.inbox.clear()
    world.inbox.set_webhook(None)
    return True


def webhook_info(world: World, params: Params) -> object:
    """Describe the webhook."""
    del params
    return webhook.describe(world.inbox)
