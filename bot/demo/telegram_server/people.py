"""
What people do: write, press buttons, block the bot, send files, run groups; and who is there at first.

The demo begins with a reader in German, one in English, two groups of both, one of them with topics, and a channel of
the first.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.demo.telegram_server import entities, json_objects, mini_app
from bot.demo.telegram_server.chats import MemberStatus, SimulatedChat, SimulatedChatType
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.inline_queries import InlineQuery
from bot.demo.telegram_server.messages import CallbackPress, Message, Profile
from bot.demo.telegram_server.world import World

LONGEST_QUERY = 256
"""Characters of an inline query; the apps send no more."""


@dataclass(frozen=True, slots=True)
class SimulatedPerson:
    """Somebody in front of Telegram."""

    world: World
    profile: Profile

    @property
    def id(self) -> int:
        """The person's id, which is also that of the private chat."""
        return self.profile.id

    @property
    def chat(self) -> SimulatedChat:
        """The private chat with the bot."""
        return self.world.chats[self.profile.id]

    def say(
        self,
        text: str,
        *,
        chat: SimulatedChat | None = None,
        reply_to: Message | None = None,
        thread: int = 0,
        anonymous: bool = False,
        forwarded_from: Profile | None = None,
    ) -> Message:
        """Write a message; who blocked the bot lifts that first, as Telegram's clients do."""
        message = self._begin(chat)
        formatted = entities.find(text)
        message.text, message.entities = formatted.text, formatted.entities
        message.reply_to = reply_to.message_id if reply_to else 0
        message.thread_id = thread or (reply_to.thread_id if reply_to else 0)
        message.anonymous = anonymous
        message.forwarded_from = forwarded_from
        return self._finish(message)

    async def ask(self, text: str, *, within: float = HANG_SECONDS, chat: SimulatedChat | None = None) -> Message:
        """Write a message and return the bot's next one in that chat."""
        said = self.say(text, chat=chat)
        return await (chat or self.chat).answer_to(said, within=within)

    def send_file(
        self,
        name: str,
        content: bytes,
        *,
        mime: str = "application/json",
        caption: str = "",
        chat: SimulatedChat | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """Send a document, with or without a caption."""
        message = self._begin(chat)
        message.reply_to = reply_to.message_id if reply_to else 0
        message.thread_id = reply_to.thread_id if reply_to else 0
        message.document = self.world.keep_file(name, mime, content)
        formatted = entities.find(caption)
        message.text, message.entities = formatted.text, formatted.entities
        return self._finish(message)

    def delete_topic(self, thread: int) -> None:
        """Delete a topic of the private chat, of which the bot is not told."""
        del self.chat.topics[thread]
        self.world.turned(self.chat)

    def send_picture(self, caption: str = "") -> Message:
        """Send a picture to the bot, with or without a caption."""
        message = self._begin(None)
        message.photo = self.world.keep_file("picture.jpg", "image/jpeg", b"\xff\xd8\xff", (640, 480))
        formatted = entities.find(caption)
        message.text, message.entities = formatted.text, formatted.entities
        return self._finish(message)

    def share_location(self, latitude: float, longitude: float) -> Message:
        """Share a place with the bot."""
        message = self._begin(None)
        message.location = (latitude, longitude)
        return self._finish(message)

    def change(self, message: Message, text: str) -> None:
        """Edit an own message."""
        formatted = entities.find(text)
        message.rewrite(self.world.clock.wall(), formatted.text, formatted.entities, {}, visible=True)
        self.world.changed(message, "edit")
        self.world.tell(message, "edited_message")

    def press(self, button: str, message: Message | None = None, *, chat: SimulatedChat | None = None) -> CallbackPress:
        """Press the button that shows this text, on a message or on the newest that has it."""
        place = chat or (self.world.chats[message.chat_id] if message else self.chat)
        candidates = (message,) if message else tuple(reversed(place.received))
        for one in candidates:
            for row in one.rows:
                for key in row:
                    if key.get("text") == button and "callback_data" in key:
                        return self.world.open_press(one, self.profile, str(key["callback_data"]))
        shown = [one.buttons for one in candidates if one.buttons]
        raise LookupError(f"no button {button!r}; shown: {shown}")

    def open_app(self, button: str, message: Message) -> str:
        """Press a button that opens a Mini App; returns the address at which it opens."""
        for key in (key for row in message.rows for key in row if key.get("text") == button):
            if isinstance(shape := key.get("web_app"), dict):
                world = self.world
                return mini_app.open_address(str(shape["url"]), world.token, self.profile, world.clock.wall())
        raise LookupError(f"no button {button!r} that opens an app; shown: {message.buttons}")

    def ask_inline(self, query: str, *, chat: SimulatedChat | None = None, offset: str = "") -> InlineQuery:
        """Type the bot's name and a query into the field of a chat, where the bot need not be."""
        if not self.world.inline.is_on:
            raise LookupError("the bot has no inline mode")
        return self.world.open_inline(self.profile, chat or self.chat, query[:LONGEST_QUERY], offset)

    def choose(self, query: InlineQuery, result_id: str, *, chat: SimulatedChat | None = None) -> Message:
        """Send one of the results as a message of one's own."""
        if query.answer is None:
            raise LookupError("the bot has not answered")
        result = query.answer.find(result_id)
        message = self._begin(chat)
        message.via_bot = self.world.bot
        message.text, message.entities = result.text, result.entities
        message.markup, message.preview = result.markup, result.preview
        self.world.tell_chosen(query, result_id, self.profile)
        return self._finish(message)

    def follow(self, query: InlineQuery) -> Message:
        """Press the button shown with the results: open the private chat and start there with the parameter."""
        if query.answer is None or query.answer.button is None:
            raise LookupError("no button is shown")
        return self.say(f"/start {query.answer.button.start_parameter}")

    def block(self) -> None:
        """Block the bot."""
        self.world.set_standing(self.chat, MemberStatus.KICKED, self.profile)

    def unblock(self) -> None:
        """Lift the block."""
        self.world.set_standing(self.chat, MemberStatus.MEMBER, self.profile)

    def deactivate(self) -> None:
        """Delete the person's account, of which the bot is not told."""
        self.chat.deactivated = True
        self.world.turned(self.chat)

    def reactivate(self) -> None:
        """Bring the account back."""
        self.chat.deactivated = False
        self.world.turned(self.chat)

    def _begin(self, chat: SimulatedChat | None) -> Message:
        place = chat or self.chat
        if self.chat.deactivated or place.deleted or place.unknown or place.moved_to:
            raise LookupError(f"nobody can write to {place.title} now")
        if place.kind is SimulatedChatType.PRIVATE and not place.bot.inside:
            self.unblock()
        if place.kind is SimulatedChatType.CHANNEL and not place.may_post(self.profile.id):
            raise LookupError(f"{self.profile.name} may not post in {place.title}")
        place.met = True
        return self.world.new_message(place, self.profile)

    def _finish(self, message: Message) -> Message:
        self.world.store(message)
        kind = "channel_post" if self.world.chats[message.chat_id].kind is SimulatedChatType.CHANNEL else "message"
        self.world.tell(message, kind)
        return message


@dataclass(frozen=True, slots=True)
class SimulatedGroup:
    """A group, supergroup or channel, run by its creator."""

    world: World
    chat: SimulatedChat
    creator: SimulatedPerson

    def enrol(
        self, person: SimulatedPerson, standing: MemberStatus = MemberStatus.MEMBER, *, without: Iterable[str] = ()
    ) -> None:
        """Let somebody in, or change how they stand: promote (without some rights), demote, throw out."""
        before = self.chat.members.get(person.id, MemberStatus.LEFT)
        self.chat.members[person.id], self.chat.lacking[person.id] = standing, _rights(without)
        self.world.tell_member(self.chat, person.profile, before, standing, by=self.creator.profile)
        self.world.turned(self.chat)

    def invite_bot(self, *, by: SimulatedPerson | None = None, admin: bool = False) -> None:
        """Add the bot, or change what it may do."""
        standing = MemberStatus.ADMINISTRATOR if admin else MemberStatus.MEMBER
        self.world.set_standing(self.chat, standing, (by or self.creator).profile)

    def empower_bot(self, *, without: Iterable[str] = ()) -> None:
        """Make the bot an administrator, or change its rights: it has all but these (`can_post_messages`, …)."""
        self.world.set_standing(self.chat, MemberStatus.ADMINISTRATOR, self.creator.profile, _rights(without))

    def kick_bot(self) -> None:
        """Throw the bot out and keep it out."""
        self.world.set_standing(self.chat, MemberStatus.KICKED, self.creator.profile)

    def remove_bot(self) -> None:
        """Take the bot out; it is no member any more, and may come back."""
        self.world.set_standing(self.chat, MemberStatus.LEFT, self.creator.profile)

    def restrict_bot(self) -> None:
        """Take the right to write from the bot alone, of which it is told."""
        self.world.set_standing(self.chat, MemberStatus.RESTRICTED, self.creator.profile)

    def silence(self) -> None:
        """Let only administrators write, of which nobody is told."""
        self.chat.silenced = True
        self.world.turned(self.chat)

    def unsilence(self) -> None:
        """Let everybody write again."""
        self.chat.silenced = False
        self.world.turned(self.chat)

    def delete(self) -> None:
        """Delete the group, of which the bot is not told."""
        self.chat.deleted = True
        self.world.turned(self.chat)

    def lose(self) -> None:
        """Have Telegram find the chat no more."""
        self.chat.unknown = True
        self.world.turned(self.chat)

    def find_again(self) -> None:
        """Have Telegram find the chat again."""
        self.chat.unknown = False
        self.world.turned(self.chat)

    def link(self, group: "SimulatedGroup") -> None:
        """Make a group the discussion group of this channel: every post is repeated there."""
        self.chat.linked, group.chat.linked = group.chat.id, self.chat.id
        self.world.turned(self.chat)
        self.world.turned(group.chat)

    def open_topic(self, name: str) -> int:
        """Open a topic and return its thread id."""
        self.chat.forum = True
        message = self.world.new_message(self.chat, self.creator.profile)
        message.thread_id = message.message_id
        message.service = {"forum_topic_created": {"name": name, "icon_color": 7_322_096}}
        self.chat.topics[message.message_id] = name
        self.world.tell(self.world.store(message))
        self.world.turned(self.chat)
        return message.message_id

    def close_topic(self, thread: int) -> None:
        """Close a topic to all but administrators who may manage topics, until it is opened again."""
        self._on_topic(thread, "forum_topic_closed")
        self.chat.closed.add(thread)
        self.world.turned(self.chat)

    def reopen_topic(self, thread: int) -> None:
        """Open a closed topic again."""
        self.chat.closed.discard(thread)
        self._on_topic(thread, "forum_topic_reopened")
        self.world.turned(self.chat)

    def delete_topic(self, thread: int) -> None:
        """Delete a topic, of which the bot is not told; its thread is not found any more."""
        del self.chat.topics[thread]
        self.world.turned(self.chat)

    def upgrade(self, *, told: bool = True) -> "SimulatedGroup":
        """Turn a basic group into a supergroup, which has a new id; the bot may miss that it is told."""
        new = self.world.add_chat(SimulatedChatType.SUPERGROUP, self.chat.title)
        new.members, new.bot, new.silenced = dict(self.chat.members), self.chat.bot, self.chat.silenced
        farewell = self.world.new_message(self.chat, self.creator.profile)
        farewell.service = {"migrate_to_chat_id": new.id}
        self.world.store(farewell)
        welcome = self.world.new_message(new, self.creator.profile)
        welcome.service = {"migrate_from_chat_id": self.chat.id}
        self.world.store(welcome)
        if told:
            self.world.tell(farewell)
            self.world.tell(welcome)
        self.chat.moved_to = new.id
        self.world.turned(self.chat)
        self.world.turned(new)
        return SimulatedGroup(self.world, new, self.creator)

    def _on_topic(self, thread: int, event: str) -> None:
        message = self.world.new_message(self.chat, self.creator.profile)
        message.thread_id, message.service = thread, {event: {}}
        self.world.tell(self.world.store(message))


def _rights(named: Iterable[str]) -> frozenset[str]:
    """Return the named rights; LookupError for one that an administrator cannot have."""
    rights = frozenset(named)
    if unknown := rights.difference(json_objects.ADMINISTRATOR_RIGHTS):
        raise LookupError(f"no such right: {', '.join(sorted(unknown))}")
    return rights


def join(world: World, name: str, *, language: str = "de", username: str = "", user_id: int = 0) -> SimulatedPerson:
    """Bring a new person into the world."""
    return SimulatedPerson(world, world.add_profile(name, language=language, username=username, user_id=user_id))


def found(
    world: World,
    title: str,
    creator: SimulatedPerson,
    *,
    kind: SimulatedChatType = SimulatedChatType.SUPERGROUP,
    username: str = "",
    forum: bool = False,
) -> SimulatedGroup:
    """Open a group or channel; the bot is not in it yet."""
    chat = world.add_chat(kind, title, username=username, forum=forum)
    chat.members[creator.id] = MemberStatus.CREATOR
    return SimulatedGroup(world, chat, creator)


def enter(world: World) -> None:
    """Bring everybody in; nobody has said anything yet, and the bot was just invited to the groups and the channel."""
    anna = join(world, "Anna", language="de")
    ben = join(world, "Ben", language="en")
    small = found(world, "Weltlage", anna, kind=SimulatedChatType.GROUP)
    forum = found(world, "Redaktion", anna, forum=True)
    for group in (small, forum):
        group.enrol(ben)
        group.invite_bot()
    forum.open_topic("Asien")
    forum.open_topic("Wirtschaft")
    found(world, "Weltnachrichten", anna, kind=SimulatedChatType.CHANNEL, username="weltnachrichten").invite_bot(
        admin=True
    )
