"""
Changes of a chat, by name, over HTTP: `POST /_demo/fate {"chat": -100…, "do": "kick"}`.

A person's private chat may be named by `user`. The answer shows the state of the chat afterwards.
"""

from collections.abc import Callable, Mapping

from bot.demo.telegram_server.chats import MemberStatus, SimulatedChat, SimulatedChatType
from bot.demo.telegram_server.people import SimulatedGroup, SimulatedPerson
from bot.demo.telegram_server.world import World

Body = Mapping[str, object]
Fate = Callable[[World, SimulatedChat, Body], object]


def befall(world: World, chat: SimulatedChat, body: Body) -> dict[str, object]:
    """Let an event happen to a chat, by name; KeyError or LookupError when there is no such event for it."""
    name = str(body["do"])
    fates = _PRIVATE if chat.kind is SimulatedChatType.PRIVATE else _GROUP
    if name not in fates:
        raise LookupError(f"{name!r} cannot happen to this chat; what can: {', '.join(fates)}")
    result = fates[name](world, chat, body)
    told: dict[str, object] = {"id": chat.id, "bot": chat.bot.value}
    if isinstance(result, SimulatedGroup):
        told["moved_to"] = result.chat.id
    elif isinstance(result, int):
        told["thread"] = result
    return told


def _group(world: World, chat: SimulatedChat) -> SimulatedGroup:
    creator = next((number for number, rank in chat.members.items() if rank is MemberStatus.CREATOR), None)
    profile = world.profiles[creator or next(iter(chat.members), world.bot.id)]
    return SimulatedGroup(world, chat, SimulatedPerson(world, profile))


def _person(world: World, chat: SimulatedChat) -> SimulatedPerson:
    return SimulatedPerson(world, world.profiles[chat.id])


def _member(world: World, body: Body) -> SimulatedPerson:
    """Find the person a fate is about, by id or name."""
    wanted = body["member"]
    for profile in world.profiles.values():
        if wanted in (profile.id, profile.name) and not profile.is_bot:
            return SimulatedPerson(world, profile)
    raise LookupError(f"nobody is called {wanted}")


def _thread(body: Body) -> int:
    return int(str(body["thread"]))


_PRIVATE: Mapping[str, Fate] = {
    "block": lambda world, chat, _: _person(world, chat).block(),
    "unblock": lambda world, chat, _: _person(world, chat).unblock(),
    "deactivate": lambda world, chat, _: _person(world, chat).deactivate(),
    "reactivate": lambda world, chat, _: _person(world, chat).reactivate(),
    "lose": lambda world, chat, _: SimulatedGroup(world, chat, _person(world, chat)).lose(),
    "find": lambda world, chat, _: SimulatedGroup(world, chat, _person(world, chat)).find_again(),
}
_GROUP: Mapping[str, Fate] = {
    "invite": lambda world, chat, body: _group(world, chat).invite_bot(admin=bool(body.get("admin", False))),
    "promote": lambda world, chat, _: _group(world, chat).invite_bot(admin=True),
    "kick": lambda world, chat, _: _group(world, chat).kick_bot(),
    "remove": lambda world, chat, _: _group(world, chat).remove_bot(),
    "restrict": lambda world, chat, _: _group(world, chat).restrict_bot(),
    "silence": lambda world, chat, _: _group(world, chat).silence(),
    "unsilence": lambda world, chat, _: _group(world, chat).unsilence(),
    "upgrade": lambda world, chat, body: _group(world, chat).upgrade(told=bool(body.get("told", True))),
    "delete": lambda world, chat, _: _group(world, chat).delete(),
    "lose": lambda world, chat, _: _group(world, chat).lose(),
    "find": lambda world, chat, _: _group(world, chat).find_again(),
    "enrol": lambda world, chat, body: _group(world, chat).enrol(
        _member(world, body), MemberStatus(str(body.get("standing", "member")))
    ),
    "open_topic": lambda world, chat, body: _group(world, chat).open_topic(str(body["name"])),
    "close_topic": lambda world, chat, body: _group(world, chat).close_topic(_thread(body)),
    "reopen_topic": lambda world, chat, body: _group(world, chat).reopen_topic(_thread(body)),
    "delete_topic": lambda world, chat, body: _group(world, chat).delete_topic(_thread(body)),
}
