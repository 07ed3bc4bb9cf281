"""
Requests of readers and what answers them: commands, buttons, questions, and Telegram's command menu.

A handler is given a `Request` or a `ButtonPress`: who spoke or pressed, where, in which language, and a way to answer.
The router finds the handler of a request and calls it where the requester has the required role.
"""

from __future__ import annotations

import asyncio
import difflib
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
)

from bot.core.chat import Authorization, Chat, ChatKind
from bot.core.delivery.delivery import SendPriority
from bot.core.errors import without_text
from bot.core.ids import ChatId, UserId
from bot.core.ports import Clock
from bot.core.query import phrasing
from bot.core.query.phrasing import SmallTalk
from bot.core.repositories import ChatRepository, KeyValueRepository
from bot.i18n.catalog import Catalog, Translation
from bot.i18n.markup import Html, join
from bot.services.retry import StoreRetry
from bot.telegram import keyboards
from bot.telegram.access import Requester
from bot.telegram.api.client import CallFailed, CallPolicy, RetryingCaller
from bot.telegram.message_versions import MessageContent
from bot.telegram.named_channel import without_heading
from bot.telegram.replies import Destination, ReplySender

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One command or text of a person, with what is needed to answer it."""

    place: Destination
    """The chat, or its topic, that the request is about."""
    chat: Chat | None = None
    """The stored chat; None as long as the requester is not let in."""
    requester: Requester
    translation: Translation
    text: str
    """The text of the message, or the caption of its file; of a command, its argument."""
    question: str | None = None
    """The question of the bot that was open when the message was sent: its kind, and after a colon its subject."""
    message: Message | None = None
    """The message itself, for what its text does not say."""
    replies: ReplySender

    @property
    def answered(self) -> int | None:
        """The message this is a reply to."""
        answered = self.message.reply_to_message if self.message is not None else None
        return answered.message_id if answered is not None else None

    @property
    def is_private(self) -> bool:
        """Whether the chat is a private one; groups and channels have negative ids."""
        return self.place.chat_id > 0

    @property
    def is_in_channel(self) -> bool:
        """Whether it was posted in a channel, and is answered there."""
        return not self.place.is_managed and self.chat is not None and self.chat.kind is ChatKind.CHANNEL

    @property
    def answer_place(self) -> Destination:
        """Where answers go and questions are asked."""
        return self.place.answer_to or self.place

    def show_keyboard(self, keyboard: InlineKeyboardMarkup | None) -> InlineKeyboardMarkup | None:
        """Return the keyboard whose buttons act on the chat of this request, wherever it is shown."""
        if keyboard is None or not self.place.is_managed:
            return keyboard
        return keyboards.wrap_channel(keyboard, self.place.chat_id)

    def head(self, text: Html) -> Html:
        """Name the channel in an answer that is shown in a private chat."""
        channel = self.place.channel
        return channel.head(text, self.translation) if channel else text

    def name_question(self, kind: str) -> str:
        """Return the kind under which a question is stored; that about a channel begins with it."""
        return keyboards.join_channel(self.place.chat_id, kind) if self.place.is_managed else kind

    async def reply(self, text: Html, keyboard: InlineKeyboardMarkup | None = None, *, asks: str | None = None) -> bool:
        """
        Answer in the same place; strangers come after everybody the bot knows.

        In a channel nobody has a keyboard that `asks` could open, and no post is an answer.
        """
        if asks and self.is_in_channel:
            hint = self.translation.t(
                "In a channel, write it right behind the command. "
                "The channel can also be managed from the private chat."
            )
            text, asks = join("\n", [text, hint]), None
        is_stranger = self.requester.authorization is Authorization.STRANGER
        rank = SendPriority.BULK if is_stranger else SendPriority.REPLY
        shown = self.show_keyboard(keyboard)
        return await self.replies.say(self.answer_place, self.head(text), shown, asks=asks, rank=rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRequest(Request):
    """A request that came with a file, whose caption is its text."""

    file_id: str
    size: int | None
    """In bytes, as Telegram tells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPress:
    """One press of a button; its handler returns the short note that is shown for it, or an empty one."""

    request: Request
    data: str
    """The callback data."""
    rest: str
    """The callback data without its verb."""
    message: Message

    def content(self) -> MessageContent:
        """Return the current content of the message the button is under."""
        text, keyboard = self.request.replies.find_content(self.message)
        if not self.request.place.is_managed:
            return text, keyboard
        return without_heading(text), keyboards.unwrap_channel(keyboard) if keyboard else None

    async def edit(
        self, text: Html, keyboard: InlineKeyboardMarkup | None = None, *, preview: LinkPreviewOptions | None = None
    ) -> None:
        """Edit the message the button is under; no link is previewed but that of `preview`."""
        shown = self.request.show_keyboard(keyboard)
        await self.request.replies.edit(self.message, self.request.head(text), shown, preview=preview)

    async def edit_keyboard(self, keyboard: InlineKeyboardMarkup | None) -> None:
        """Change only the buttons of the message."""
        await self.request.replies.edit_keyboard(self.message, self.request.show_keyboard(keyboard))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRegistry:
    """Loads the chat of a request, or stores a new one."""

    chats: ChatRepository
    catalog: Catalog
    clock: Clock
    max_chats: int = 0
    """`chats.max_chats`; 0: no limit."""
    _admitting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def admit(self, chat_id: ChatId, kind: ChatKind, requester: Requester) -> bool:
        """Store a chat that is new, unless as many as may be are served already; operators are always let in."""
        if not self.max_chats or requester.is_operator or await self.chats.find(chat_id) is not None:
            return True
        async with self._admitting:  # the next one is counted when this one is stored
            if await self.chats.count_active() >= self.max_chats:
                return False
            await self.chats.meet(chat_id, kind, self.catalog.choose(requester.language), self.clock.now())
            return True

    async def register(self, request: Request, kind: ChatKind) -> Request:
        """Load or store the chat; returns the request with it and in its language."""
        language = self.catalog.choose(request.requester.language)
        chat = await self.chats.meet(request.place.chat_id, kind, language, self.clock.now())
        if chat.language is None:
            await self.chats.set_language(chat.id, language)
            chat = replace(chat, language=language)
        return replace(request, chat=chat, translation=self.catalog.speak(chat.language))


class RequiredRole(StrEnum):
    """Who may use a command or button."""

    ANYBODY = "anybody"
    CHANGERS = "changers"
    """Everybody in a private chat, administrators in a group."""
    OPERATORS = "operators"


async def has_role(request: Request, role: RequiredRole) -> bool:
    """Return whether the requester has a role in this chat."""
    requester = request.requester
    if role is RequiredRole.OPERATORS:
        return requester.is_operator
    if request.place.is_managed:
        return True  # the rights on both sides were checked when the request was made
    if role is RequiredRole.ANYBODY or request.is_private or requester.is_anonymous_administrator:
        return True
    return await request.replies.is_administrator(request.place.chat_id, requester.user_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of the bot and its handler."""

    name: str
    handle: Callable[[Request], Awaitable[None]]
    about: str
    """One line for the menu, in English; empty: not shown there."""
    aliases: tuple[str, ...] = ()
    arguments: str = ""
    """What may stand behind it, for docs/commands.md: in <> what it needs, in [] what it asks for or does without."""
    who: RequiredRole = RequiredRole.ANYBODY
    takes_files: bool = False
    """Whether it may be the caption of a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackButton:
    """A verb of callback data and the handler of its presses, which returns the note shown for the press."""

    verb: str
    handle: Callable[[ButtonPress], Awaitable[str]]
    who: RequiredRole = RequiredRole.CHANGERS


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptHandler:
    """A question the bot asks, and the handler of the next text of that person in that place."""

    kind: str
    handle: Callable[[Request], Awaitable[None]]
    who: RequiredRole = RequiredRole.CHANGERS
    takes_files: bool = False
    """Whether a file is an answer, too."""


def by_verb(buttons: Iterable[CallbackButton]) -> Mapping[str, CallbackButton]:
    """File buttons by verb; one that two handlers claim would lead to whichever came last, and is an error."""
    filed: dict[str, CallbackButton] = {}
    for button in buttons:
        if filed.setdefault(button.verb, button) is not button:
            raise ValueError(f"two handlers claim the button {button.verb!r}")
    return filed


class Handlers:
    """The handlers of one topic of conversation; each kind is empty unless it is overridden."""

    __slots__ = ()

    def commands(self) -> tuple[Command, ...]:
        """List the commands of these handlers."""
        return ()

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return ()

    def questions(self) -> tuple[PromptHandler, ...]:
        """List the questions of these handlers."""
        return ()


@dataclass(frozen=True, slots=True)
class TypedCommand:
    """A command as somebody typed it."""

    name: str
    bot: str | None
    argument: str


_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{1,64}))?(?:\s+(.*))?", re.DOTALL)


def parse(text: str) -> TypedCommand | None:
    """Read a command, with or without the bot's name; None when the text is none."""
    match = _COMMAND.fullmatch(text.strip())
    if match is None:
        return None
    return TypedCommand(match[1].lower(), match[2].lower() if match[2] else None, (match[3] or "").strip())


class CommandTable:
    """All commands by each of their names."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self.all = tuple(commands)
        self._by_name = {name: command for command in self.all for name in (command.name, *command.aliases)}

    def find(self, name: str, *, is_operator: bool) -> Command | None:
        """Find a command by name; those of operators do not exist for others."""
        command = self._by_name.get(name)
        is_hidden = command is not None and command.who is RequiredRole.OPERATORS and not is_operator
        return None if is_hidden else command

    def guess(self, name: str) -> str | None:
        """Name the command that may have been meant."""
        known = [known for known, command in self._by_name.items() if command.who is not RequiredRole.OPERATORS]
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
        return near[0] if near else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRouter:
    """Finds the handler of a request and calls it, if the requester has the required role."""

    commands: CommandTable
    buttons: Mapping[str, CallbackButton]
    """By verb."""
    questions: Mapping[str, PromptHandler]
    """By kind."""
    offer_removal: Callable[[Request], Awaitable[bool]]
    """Called first for a text in a private chat; returns whether it has answered."""
    offers: Sequence[Callable[[Request], Awaitable[bool]]]
    """Called in this order for a text in a private chat, until one of them has answered."""
    locate: Callable[[Request, float, float], Awaitable[None]]
    """Called with the latitude and longitude of a shared location."""

    async def answer(self, request: Request, typed: TypedCommand | None) -> None:
        """Answer a command, the answer to a question, or (in a private chat) any other text."""
        if typed is not None:
            command = self.commands.find(typed.name, is_operator=request.requester.is_operator)
            if command is None:
                await self._suggest(request, typed)
                return
            handle, role, request = command.handle, command.who, replace(request, text=typed.argument)
        elif question := self._find_question(request):
            handle, role = question.handle, question.who
            cancel = self.commands.find(_COMMAND_FOR[SmallTalk.CANCEL], is_operator=False)
            if cancel is not None and phrasing.find_small_talk(request.text) is SmallTalk.CANCEL:
                handle, role = cancel.handle, cancel.who
        else:
            await self._offer(request)
            return
        if await has_role(request, role):
            await handle(request)
        else:
            await request.reply(request.translation.t("Only administrators can change anything here."))

    def may_name_channel(self, typed: TypedCommand, *, is_operator: bool) -> bool:
        """Return whether a command takes effect on a chat, which may be a channel named before its argument."""
        command = self.commands.find(typed.name, is_operator=is_operator)
        is_about_chat = command is not None and command.who is not RequiredRole.OPERATORS
        return command is not None and is_about_chat and command.name not in _ABOUT_THE_PERSON

    def takes_file(self, request: Request, typed: TypedCommand | None) -> bool:
        """Return whether a file is what a command, or an open question, waits for."""
        if typed is not None:
            command = self.commands.find(typed.name, is_operator=request.requester.is_operator)
            return command is not None and command.takes_files
        question = self._find_question(request)
        return question is not None and question.takes_files

    def _find_question(self, request: Request) -> PromptHandler | None:
        """Find the handler of the open question; behind its kind may stand what it is about."""
        kind, _, _ = (request.question or "").partition(":")
        return self.questions.get(kind)

    async def _suggest(self, request: Request, typed: TypedCommand) -> None:
        """Name the command that is nearest to an unknown one."""
        near = self.commands.guess(typed.name)
        if near:
            await request.reply(
                request.translation.t("I do not know that command. Did you mean {command}?", command=f"/{near}")
            )
        else:
            await request.reply(request.translation.t("I do not know that command. /help shows all of them."))

    async def _offer(self, request: Request) -> None:
        """Answer small talk in a private chat, or offer what the text may be meant for."""
        if not request.is_private or await self.offer_removal(request):
            return
        talk = phrasing.find_small_talk(request.text)
        command = self.commands.find(_COMMAND_FOR[talk], is_operator=False) if talk in _COMMAND_FOR else None
        if command is not None:
            await command.handle(replace(request, text="all" if talk is SmallTalk.STOP else ""))
        elif talk is not None:
            await request.reply(request.translation.t("You are welcome."))
        else:
            for offer in self.offers:
                if await offer(request):
                    return


_COMMAND_FOR = {
    SmallTalk.GREETING: "start",
    SmallTalk.HELP: "help",
    SmallTalk.LIST: "list",
    SmallTalk.STOP: "unsub",
    SmallTalk.END: "unsub",
    SmallTalk.CANCEL: "cancel",
}
_ABOUT_THE_PERSON = frozenset({"start", "help", "cancel"})
_PRIVATE_ONLY = frozenset({"start", "cancel"})
_GAP_SECONDS = 0.25
"""Seconds between two calls that set a menu; Telegram answers many at once with 429."""
_MENU_POLICY = CallPolicy(rank=SendPriority.BULK, timeout=timedelta(days=1))
"""After all other calls, however long that takes."""

Scopes = list[tuple[BotCommandScope, list[Command]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandMenu:
    """The command menu that Telegram shows, per scope and language."""

    call: RetryingCaller
    key_value: KeyValueRepository
    catalog: Catalog
    retry: StoreRetry
    gap_seconds: float = _GAP_SECONDS
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def publish(self, commands: Iterable[Command]) -> None:
        """Set the menus for everybody in the background, unless they are set already."""
        everybody = [command for command in commands if command.about and command.who is not RequiredRole.OPERATORS]
        in_groups = [command for command in everybody if command.name not in _PRIVATE_ONLY]
        of_members = [command for command in in_groups if command.who is RequiredRole.ANYBODY]
        scopes: Scopes = [
            (BotCommandScopeAllPrivateChats(), everybody),
            (BotCommandScopeAllGroupChats(), of_members),
            (BotCommandScopeAllChatAdministrators(), in_groups),
        ]
        self._begin("menu", scopes)

    def publish_for(self, operator: UserId, commands: Iterable[Command]) -> None:
        """Show an operator, in the private chat he has opened, his own commands too."""
        shown = [command for command in commands if command.about]
        self._begin(f"menu.{operator}", [(BotCommandScopeChat(operator), shown)])

    async def close(self, seconds: float = 0.5) -> None:
        """Give a running update of menus a moment, then leave it to the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, key: str, scopes: Scopes) -> None:
        task = asyncio.create_task(self._publish(key, scopes))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _publish(self, key: str, scopes: Scopes) -> None:
        try:
            async with self._lock:  # a call that has to wait keeps all the others waiting
                await self._set(key, scopes)
        except Exception as error:
            _log.warning("menu.not_set", extra={"error": without_text(error)})

    async def _set(self, key: str, scopes: Scopes) -> None:
        wanted = self._digest(scopes)
        if await self.retry(lambda: self.key_value.get(key), "menu of commands") == wanted:
            return
        for scope, commands in scopes:
            for language in (None, *self.catalog.languages):
                shown = _translated(commands, self.catalog.speak(language))
                if not await self._set_one(shown, scope, language):
                    return
                await asyncio.sleep(self.gap_seconds)
        await self.retry(lambda: self.key_value.set(key, wanted), "menu of commands")

    async def _set_one(self, commands: Sequence[BotCommand], scope: BotCommandScope, language: str | None) -> bool:
        """Set the menu of one scope and language."""
        result = await self.call(
            lambda account: account.set_my_commands(commands, scope=scope, language_code=language), _MENU_POLICY
        )
        if isinstance(result, CallFailed):
            _log.warning("menu.not_set", extra={"outcome": type(result.outcome).__name__})
        return not isinstance(result, CallFailed)

    def _digest(self, scopes: Scopes) -> str:
        parts = [str(self.call.account.id)]  # another account has no menu yet
        for scope, commands in scopes:
            for language in (None, *self.catalog.languages):
                shown = _translated(commands, self.catalog.speak(language))
                parts += [scope.to_json(), language or "", *(command.to_json() for command in shown)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _translated(commands: Sequence[Command], translation: Translation) -> list[BotCommand]:
    return [BotCommand(command.name, translation.label(command.about)) for command in commands]
