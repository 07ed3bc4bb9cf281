"""Methods that ask who and what: the bot itself, chats, members, files."""

from bot.demo import wire
from bot.demo.api.params import Params
from bot.demo.chats import MemberStatus, SimulatedChat, SimulatedChatType
from bot.demo.errors import bad_request
from bot.demo.world import World

_ABOUT_LENGTH = {"name": 64, "description": 512, "short_description": 120}


def get_me(world: World, params: Params) -> object:
    """Say who the bot is."""
    del params
    return wire.user(world.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(world: World, params: Params) -> object:
    """Describe a chat."""
    return wire.full_chat(_seen(world, params))


def get_member(world: World, params: Params) -> object:
    """Say how somebody stands in a chat."""
    chat, number = _seen(world, params), params.integer("user_id")
    if number == world.bot.id:
        return wire.member(world.bot, chat.bot)
    profile = world.profiles.get(number)
    if profile is None:
        raise bad_request("invalid user_id specified", blame=False)
    return wire.member(profile, chat.members.get(number, MemberStatus.LEFT))


def get_administrators(world: World, params: Params) -> object:
    """List the people who run a group."""
    chat = _seen(world, params)
    if chat.kind is SimulatedChatType.PRIVATE:
        raise bad_request("there are no administrators in the private chat")
    ranks = (MemberStatus.CREATOR, MemberStatus.ADMINISTRATOR)
    found = [(world.profiles[number], rank) for number, rank in chat.members.items() if rank in ranks]
    if chat.bot is MemberStatus.ADMINISTRATOR:
        found.append((world.bot, chat.bot))
    return [wire.member(profile, rank) for profile, rank in found]


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


def get_file(world: World, params: Params) -> object:
    """Say where a file can be fetched."""
    file = world.files.get(params.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
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


def _seen(world: World, params: Params) -> SimulatedChat:
    """Find a chat the bot may ask about: unlike writing, asking about a person who blocked it is allowed."""
    chat = world.find_chat(params.chat())
    if chat is None or (chat.kind is SimulatedChatType.PRIVATE and not chat.met):
        raise bad_request("chat not found", blame=False)
    return chat if chat.kind is SimulatedChatType.PRIVATE else world.open_chat(chat.id)
