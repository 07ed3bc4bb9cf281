"""Chats: who is in them, what the bot may do there, and all that was said."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from bot.demo.telegram_server.clock import HANG_SECONDS, Bell, until
from bot.demo.telegram_server.messages import Message


class SimulatedChatType(StrEnum):
    """What Telegram calls the type of a chat."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class MemberStatus(StrEnum):
    """How the bot, or a person, stands in a chat."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    RESTRICTED = "restricted"
    LEFT = "left"
    KICKED = "kicked"

    @property
    def inside(self) -> bool:
        """Whether this is a standing within the chat."""
        return self not in (MemberStatus.LEFT, MemberStatus.KICKED)


@dataclass(slots=True, kw_only=True)
class SimulatedChat:
    """One chat and its transcript."""

    id: int
    kind: SimulatedChatType
    bell: Bell
    title: str = ""
    username: str = ""
    bot: MemberStatus = MemberStatus.LEFT
    bot_lacks: frozenset[str] = frozenset()
    """The rights of an administrator that the bot has not got, by their names in the Bot API."""
    members: dict[int, MemberStatus] = field(default_factory=dict)
    lacking: dict[int, frozenset[str]] = field(default_factory=dict)
    """The rights that other administrators have not got."""
    topics: dict[int, str] = field(default_factory=dict)
    forum: bool = False
    linked: int = 0
    """The discussion group of a channel, or the channel of a discussion group."""
    met: bool = False
    deactivated: bool = False
    deleted: bool = False
    unknown: bool = False
    """Whether Telegram finds it no more, though it is only away."""
    silenced: bool = False
    """Whether ordinary members may not write here; nobody is told of such a change."""
    closed: set[int] = field(default_factory=set)
    moved_to: int = 0
    transcript: list[Message] = field(default_factory=list)

    @property
    def messages(self) -> tuple[Message, ...]:
        """What a reader sees: everything not deleted."""
        return tuple(message for message in self.transcript if message.deleted_at is None)

    @property
    def received(self) -> tuple[Message, ...]:
        """What the bot wrote and did not delete."""
        return tuple(message for message in self.messages if message.from_bot)

    @property
    def may_write(self) -> bool:
        """Whether the rights of the bot, where it is, let it write."""
        if self.bot is MemberStatus.ADMINISTRATOR or not self.is_group:
            return True
        return self.bot is not MemberStatus.RESTRICTED and not self.silenced

    def bot_may(self, *rights: str) -> bool:
        """Whether the bot is an administrator who has one of these rights."""
        return self.bot is MemberStatus.ADMINISTRATOR and not self.bot_lacks.issuperset(rights)

    def may_post(self, user_id: int) -> bool:
        """Whether somebody owns this channel, or is an administrator with the right to post."""
        standing = self.members.get(user_id)
        lacks = self.lacking.get(user_id, frozenset())
        return standing is MemberStatus.CREATOR or (
            standing is MemberStatus.ADMINISTRATOR and "can_post_messages" not in lacks
        )

    @property
    def is_group(self) -> bool:
        """Whether several people talk here."""
        return self.kind in (SimulatedChatType.GROUP, SimulatedChatType.SUPERGROUP)

    def find(self, message_id: int) -> Message | None:
        """Return a message that is still there."""
        index = message_id - 1
        if not 0 <= index < len(self.transcript) or self.transcript[index].deleted_at is not None:
            return None
        return self.transcript[index]

    async def wait_for(
        self, wanted: Callable[[Message], bool], *, within: float = HANG_SECONDS, after: Message | None = None
    ) -> Message:
        """Return the first message of the bot that is wanted, as it is or once it comes or is edited."""
        start = after.message_id if after else 0
        return await until(
            self.bell,
            lambda: next((one for one in self.transcript[start:] if _shown(one) and wanted(one)), None),
            within,
        )

    async def answer_to(self, message: Message, *, within: float = HANG_SECONDS) -> Message:
        """Return the bot's next message after another one."""
        return await self.wait_for(lambda _: True, within=within, after=message)

    async def wait_until(self, holds: Callable[["SimulatedChat"], bool], *, within: float = HANG_SECONDS) -> None:
        """Wait until something holds for the whole chat, such as a number of messages."""
        await until(self.bell, lambda: True if holds(self) else None, within)


def _shown(message: Message) -> bool:
    return message.from_bot and message.deleted_at is None
