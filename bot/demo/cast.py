"""Who is on the stage when the page opens: a reader in German, one in English, and a group of both."""

from bot.demo import people
from bot.demo.world import World


def enter(world: World) -> None:
    """Bring everybody in; nobody has said anything yet, and the bot was just invited to the group."""
    anna = people.join(world, "Anna", language="de")
    ben = people.join(world, "Ben", language="en")
    group = people.found(world, "Weltlage", anna)
    group.enrol(ben)
    group.invite_bot()
