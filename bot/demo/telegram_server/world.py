"""
The world the bot lives in (people, chats, messages, files, its updates), and the log of what happens in it.

It stores and reads only; whether a call is allowed is decided in `api`, what a person does in `people`.
"""

import asyncio
import contextlib
import itertools
import secrets
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.demo.telegram_server import json_objects
from bot.demo.telegram_server.chats import MemberStatus, SimulatedChat, SimulatedChatType
from bot.demo.telegram_server.clock import Bell, ServerClock
from bot.demo.telegram_server.inline_queries import InlineMode, InlineQuery
from bot.demo.telegram_server.messages import CallbackPress, Message, Profile, StoredFile
from bot.demo.telegram_server.parameters import Menus
from bot.demo.telegram_server.rate_limits import ApiError, bad_request, conflict, forbidden

_OPT_IN = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_MOST_UPDATES = 100
_OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedWebhook:
    """Where updates are delivered."""

    url: str
    secret: str
    max_connections: int


class UpdateQueue:
    """Unconfirmed updates in order, one poller at a time, or a webhook."""

    def __init__(self) -> None:
        self.bell = Bell()
        self.allowed: frozenset[str] = frozenset()
        self.webhook: SimulatedWebhook | None = None
        self.failure: tuple[float, str] | None = None
        """When and why the last delivery to the webhook failed."""
        self._waiting: deque[dict[str, object]] = deque()
        self._next = 100_000_001
        self._poller: object | None = None

    def __len__(self) -> int:
        """Count the unconfirmed updates."""
        return len(self._waiting)

    @property
    def polled(self) -> bool:
        """Whether somebody waits for updates at this moment."""
        return self._poller is not None

    def put(self, kind: str, payload: Mapping[str, object]) -> None:
        """Queue an update unless the bot did not ask for its kind."""
        if (self.allowed and kind not in self.allowed) or (not self.allowed and kind in _OPT_IN):
            return
        self._waiting.append({"update_id": self._next, kind: payload})
        self._next += 1
        self.bell.ring()

    @property
    def waiting(self) -> Iterable[Mapping[str, object]]:
        """The unconfirmed updates in order."""
        return self._waiting

    def confirm_one(self, update: Mapping[str, object]) -> None:
        """Drop an update that the webhook took; it may be gone already."""
        with contextlib.suppress(ValueError):
            self._waiting.remove(dict(update))

    def set_webhook(self, webhook: SimulatedWebhook | None) -> None:
        """Deliver there from now on; None: wait for polls."""
        if webhook != self.webhook:
            self.failure = None
        self.webhook = webhook
        self.bell.ring()

    async def until_changed(self, webhook: SimulatedWebhook) -> None:
        """Wait until the webhook is another one."""
        while self.webhook == webhook:
            await self.bell.wait()

    def clear(self) -> None:
        """Drop all updates."""
        self._waiting.clear()

    def listen_to(self, kinds: Iterable[str]) -> None:
        """Remember which kinds of update the bot wants from now on."""
        self.allowed = frozenset(kinds)

    async def fetch(self, offset: int, limit: int, hold: float) -> list[dict[str, object]]:
        """Confirm updates before the offset, and return the next ones as soon as there are some."""
        if self.webhook is not None:
            raise conflict(_WEBHOOK)
        if hold < 0:
            raise bad_request("timeout must be non-negative")
        me = self._poller = object()
        self.bell.ring()  # an older poller wakes and sees that it was replaced
        self._confirm(offset)
        try:
            async with asyncio.timeout(hold or None):
                while not self._waiting and hold > 0:
                    await self.bell.wait()
                    if self._poller is not me:
                        raise conflict(_OTHER_POLLER)
                    if self.webhook is not None:
                        raise conflict("terminated by setWebhook request")
        except TimeoutError:
            pass
        finally:
            if self._poller is me:
                self._poller = None
        return list(self._waiting)[: limit if 0 < limit <= _MOST_UPDATES else _MOST_UPDATES]

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self._waiting) > -offset:
                self._waiting.popleft()
        while self._waiting and int(str(self._waiting[0]["update_id"])) < offset:
            self._waiting.popleft()


_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened."""

    number: int
    at: float
    kind: str
    data: Mapping[str, object]


class Journal:
    """An ordered, bounded list of changes with a bell."""

    def __init__(self, clock: ServerClock) -> None:
        self.clock = clock
        self.bell = Bell()
        self.number = 0
        self.life = secrets.token_hex(4)
        """Tells this server's numbers from those of the one before it on the same port."""
        self._changes: deque[Change] = deque(maxlen=_KEPT)

    def note(self, kind: str, /, **data: object) -> None:
        """Append a change and wake those who wait."""
        self.number += 1
        self._changes.append(Change(self.number, self.clock.wall(), kind, data))
        self.bell.ring()

    def since(self, number: int) -> tuple[Change, ...] | None:
        """Return the changes after a number, or None if some of them are no longer kept."""
        if number < self.number - len(self._changes) or number > self.number:
            return None
        fresh = self.number - number
        return tuple(self._changes)[len(self._changes) - fresh :] if fresh else ()


DEMO_TOKEN = "7000000001:AAstichwort-demo-token-of-no-value-AA"
_FIRST_PERSON = 5_300_000_001  # beyond 32 bits, as real ids are
_FIRST_GROUP = -4_100_000_001
_FIRST_SUPERGROUP = -1_002_300_000_001


class World:
    """All that Telegram would know."""

    def __init__(
        self,
        *,
        token: str = DEMO_TOKEN,
        clock: ServerClock | None = None,
        username: str = "stichwort_bot",
        light: bool = False,
    ) -> None:
        self.token = token
        self.light = light
        self.clock = clock or ServerClock()
        self.bot = Profile(id=int(token.split(":")[0]), name="Stichwort", username=username, is_bot=True)
        self.journal = Journal(self.clock)
        self.inbox = UpdateQueue()
        self.menus = Menus()
        self.profiles: dict[int, Profile] = {self.bot.id: self.bot}
        self.chats: dict[int, SimulatedChat] = {}
        self.files: dict[str, StoredFile] = {}
        self.presses: dict[str, CallbackPress] = {}
        self.inline = InlineMode(self.clock)
        self.has_private_topics = False
        """Whether the bot's owner switched on topics in private chats with @BotFather."""
        self.about: dict[tuple[str, str], str] = {}
        self._person_ids = itertools.count(_FIRST_PERSON)
        self._group_ids = itertools.count(_FIRST_GROUP, -1)
        self._supergroup_ids = itertools.count(_FIRST_SUPERGROUP, -1)

    def add_profile(self, name: str, *, language: str = "", username: str = "", user_id: int = 0) -> Profile:
        """Bring somebody into the world, with a private chat in which nothing was said yet."""
        profile = Profile(id=user_id or next(self._person_ids), name=name, language=language, username=username)
        self.profiles[profile.id] = profile
        # A private chat has the id of the person.
        self.chats[profile.id] = SimulatedChat(
            id=profile.id,
            kind=SimulatedChatType.PRIVATE,
            bell=Bell(),
            title=name,
            username=username,
            bot=MemberStatus.MEMBER,
            members={profile.id: MemberStatus.MEMBER},
        )
        self.journal.note("chat", chat=profile.id)
        return profile

    def add_chat(
        self, kind: SimulatedChatType, title: str, *, username: str = "", forum: bool = False
    ) -> SimulatedChat:
        """Open a group or channel in which the bot is not yet."""
        ids = self._group_ids if kind is SimulatedChatType.GROUP else self._supergroup_ids
        chat = SimulatedChat(
            id=next(ids), kind=kind, bell=Bell(), title=title, username=username, forum=forum, met=True
        )
        self.chats[chat.id] = chat
        self.journal.note("chat", chat=chat.id)
        return chat

    def find_chat(self, reference: int | str) -> SimulatedChat | None:
        """Return a chat by its id or its @name (of a group or channel; people are not found by name)."""
        if isinstance(reference, int):
            chat = self.chats.get(reference)
            return None if chat is None or chat.unknown else chat
        name = reference.removeprefix("@").lower()
        if not name:
            return None
        public = (chat for chat in self.chats.values() if chat.kind is not SimulatedChatType.PRIVATE)
        return next((chat for chat in public if chat.username.lower() == name and not chat.unknown), None)

    def open_chat(self, reference: int | str) -> SimulatedChat:
        """Return a chat the bot may write to, or refuse as Telegram does."""
        chat = self.find_chat(reference)
        if chat is None:
            raise bad_request("chat not found", blame=False)
        if chat.moved_to:
            raise bad_request(
                "group chat was upgraded to a supergroup chat",
                blame=False,
                parameters={"migrate_to_chat_id": chat.moved_to},
            )
        if reason := _shut(chat):
            raise reason
        return chat

    def store(self, message: Message) -> Message:
        """Append a message to its chat and wake those who wait there."""
        chat = self.chats[message.chat_id]
        chat.transcript.append(message)
        self.changed(message, "message")
        if chat.kind is SimulatedChatType.CHANNEL and chat.linked:
            self._repeat(message, self.chats[chat.linked])
        return message

    def _repeat(self, post: Message, group: SimulatedChat) -> None:
        """Repeat a post of a channel in its discussion group, as Telegram does by itself."""
        copy = self.new_message(group, json_objects.TELEGRAM, post.text)
        copy.entities, copy.document, copy.photo = post.entities, post.document, post.photo
        copy.posted = post.chat_id, post.message_id
        self.tell(self.store(copy))

    def new_message(self, chat: SimulatedChat, sender: Profile, text: str = "") -> Message:
        """Make the next message of a chat, not yet stored."""
        return Message(
            message_id=len(chat.transcript) + 1, chat_id=chat.id, at=self.clock.wall(), sender=sender, text=text
        )

    def changed(self, message: Message, kind: str) -> None:
        """Notify watchers that a message has changed."""
        self.chats[message.chat_id].bell.ring()
        self.journal.note(kind, chat=message.chat_id, message=message.message_id)

    def tell(self, message: Message, kind: str = "message") -> None:
        """Put a person's message into the bot's updates, if the bot is there and may read it."""
        chat = self.chats[message.chat_id]
        if chat.bot.inside and self._may_read(chat, message):
            self.inbox.put(kind, json_objects.message(self, message))

    def set_standing(
        self, chat: SimulatedChat, standing: MemberStatus, by: Profile, lacks: frozenset[str] = frozenset()
    ) -> None:
        """Change how the bot stands in a chat, or its rights as an administrator there, and tell the bot."""
        before = json_objects.member(self.bot, chat.bot, chat.bot_lacks)
        after = json_objects.member(self.bot, standing, lacks)
        chat.bot, chat.bot_lacks = standing, lacks
        if before == after:
            return
        self.inbox.put("my_chat_member", self._member_update(chat, by, before, after))
        self.journal.note("standing", chat=chat.id, standing=standing.value)
        chat.bell.ring()

    def tell_member(
        self, chat: SimulatedChat, who: Profile, before: MemberStatus, after: MemberStatus, *, by: Profile
    ) -> None:
        """Tell a bot that asked for it, and runs the chat, how a member stands now."""
        if before is not after and chat.bot is MemberStatus.ADMINISTRATOR:
            members = json_objects.member(who, before), json_objects.member(who, after)
            self.inbox.put("chat_member", self._member_update(chat, by, *members))

    def turned(self, chat: SimulatedChat) -> None:
        """Notify watchers that a chat has changed; the bot gets no update."""
        chat.bell.ring()
        self.journal.note("chat", chat=chat.id)

    def keep_file(self, name: str, mime: str, content: bytes, size: tuple[int, int] = (0, 0)) -> StoredFile:
        """Store a file under a new id."""
        file_id = f"file{len(self.files) + 1}-{secrets.token_urlsafe(12)}"
        kept = StoredFile(file_id=file_id, name=name, mime=mime, content=content, width=size[0], height=size[1])
        self.files[file_id] = kept
        return kept

    def open_press(self, message: Message, by: Profile, data: str) -> CallbackPress:
        """Press a button: tell the bot, which owes an answer."""
        press = CallbackPress(
            id=str(secrets.randbits(62)),
            user_id=by.id,
            chat_id=message.chat_id,
            message_id=message.message_id,
            data=data,
            ticks=self.clock.ticks(),
            bell=Bell(),
        )
        self.presses[press.id] = press
        query: Mapping[str, object] = {
            "id": press.id,
            "from": json_objects.user(by),
            "message": json_objects.message(self, message),
            "chat_instance": str(message.chat_id),
            "data": data,
        }
        self.inbox.put("callback_query", query)
        self.journal.note("press", chat=press.chat_id, user=by.id, message=press.message_id, press=press.id)
        return press

    def open_inline(self, by: Profile, chat: SimulatedChat, query: str, offset: str) -> InlineQuery:
        """Ask an inline query: answered from the cache, or by the bot, which is told of it."""
        asked = InlineQuery(
            id=str(secrets.randbits(62)), user_id=by.id, query=query, offset=offset, ticks=self.clock.ticks()
        )
        self.inline.queries[asked.id] = asked
        asked.answer = self.inline.find_cached(by.id, query, offset)
        if asked.answer is None:
            kind = "sender" if chat.id == by.id else chat.kind.value
            self.inbox.put("inline_query", json_objects.inline_query(asked, by, kind))
        self.journal.note("inline", chat=chat.id, user=by.id, query=asked.id)
        return asked

    def tell_chosen(self, query: InlineQuery, result_id: str, by: Profile) -> None:
        """Tell a bot that wants to know it which result was chosen."""
        if self.inline.has_feedback:
            chosen = {"result_id": result_id, "from": json_objects.user(by), "query": query.query}
            self.inbox.put("chosen_inline_result", chosen)

    def _member_update(
        self, chat: SimulatedChat, by: Profile, before: Mapping[str, object], after: Mapping[str, object]
    ) -> Mapping[str, object]:
        return {
            "chat": json_objects.chat(chat),
            "from": json_objects.user(by),
            "date": int(self.clock.wall()),
            "old_chat_member": before,
            "new_chat_member": after,
        }

    def _may_read(self, chat: SimulatedChat, message: Message) -> bool:
        """In groups a bot in privacy mode gets commands, replies to it, and service messages only."""
        if not chat.is_group or chat.bot is MemberStatus.ADMINISTRATOR or message.service:
            return True
        if message.via_bot is not None:
            return message.via_bot.id == self.bot.id
        answered = chat.find(message.reply_to)
        if answered is not None and answered.from_bot:
            return True
        commands = message.pieces("bot_command")
        return any("@" not in one or one.lower().endswith(f"@{self.bot.username.lower()}") for one in commands)


def _shut(chat: SimulatedChat) -> ApiError | None:
    """Say why a bot cannot write to a chat, if it cannot."""
    name = "group chat" if chat.kind is SimulatedChatType.GROUP else f"{chat.kind.value} chat"
    if chat.kind is SimulatedChatType.PRIVATE:
        if chat.deactivated:
            return forbidden("user is deactivated")
        if not chat.met:
            return forbidden("bot can't initiate conversation with a user")
        return None if chat.bot.inside else forbidden("bot was blocked by the user")
    if chat.deleted:
        return forbidden("the group chat was deleted")
    if chat.bot is MemberStatus.KICKED:
        return forbidden(f"bot was kicked from the {name}")
    if chat.bot is MemberStatus.LEFT:
        return forbidden(f"bot is not a member of the {name}")
    return None
