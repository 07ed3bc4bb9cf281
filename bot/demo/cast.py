"""Who is on the stage when the page opens: a reader in German, one in English, and two groups of both."""

from bot.demo import people
from bot.demo.chats import SimulatedChatType
from bot.demo.world import World


def enter(world: World) -> None:
    """Bring everybody in; nobody has said anything yet, and the bot was just invited to the groups."""
    anna = people.join(world, "Anna", language="de")
    ben = people.join(world, "Ben", language="en")
    small = people.found(world, "Weltlage", anna, kind=SimulatedChatType.GROUP)
    forum = people.found(world, "Redaktion", anna, forum=True)
    for group in (small, forum):
        group.enrol(ben)
        group.invite_bot()
    forum.open_topic("Asien")
