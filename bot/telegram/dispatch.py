"""
Dispatches an update: who sent it, what that person may do, and which handler answers it.

Everything is looked up anew for each update; nothing about a conversation is kept in memory.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, fields, replace

from telegram import CallbackQuery, Message, Update, User

from bot.core.chat import Authorization, ChatKind, ChatState
from bot.core.ids import ChatId, ThreadId, UserId
from bot.i18n.markup import code, plain
from bot.telegram import keyboards
from bot.telegram.access import Authorizer, FullNotices, PairingAttempt, PairingCode, Requester, Throttle
from bot.telegram.api.transport import RawPress
from bot.telegram.callback_answers import PressLimit
from bot.telegram.channels import ChannelAccess, split_reference
from bot.telegram.commands import (
    ButtonPress,
    ChatRegistry,
    Command,
    CommandMenu,
    FileRequest,
    Request,
    RequestRouter,
    RequiredRole,
    TypedCommand,
    has_role,
    parse,
)
from bot.telegram.membership import MembershipTracker
from bot.telegram.replies import Destination, ReplySender
from bot.telegram.text import access as access_text


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorPairing:
    """Makes the first operator: the person who sends the code that only somebody at the machine can read."""

    code: PairingCode
    authorizer: Authorizer
    registry: ChatRegistry
    menu: CommandMenu
    commands: Sequence[Command]

    async def pair(self, request: Request, typed: TypedCommand | None) -> bool:
        """Try a text in a private chat as the code; returns whether the message is thereby handled."""
        requester = request.requester
        if self.code.is_won_by(requester.user_id):
            await self._make_operator(request)
            return True
        if not self.code.is_open or requester.is_operator:
            return False
        is_stranger = requester.authorization is Authorization.STRANGER
        if typed is not None or not request.text or not (is_stranger or self.code.looks_like_one(request.text)):
            return is_stranger and self.code.ignores(requester.user_id)
        if await self.authorizer.list_operators():
            self.code.close()  # named on the command line meanwhile
            return False
        result = self.code.attempt(requester.user_id, request.text)
        if result is PairingAttempt.RIGHT:
            await self._make_operator(request)
            return True
        if result is PairingAttempt.WRONG and is_stranger:
            await request.reply(request.translation.t("That is not the code."))
        return is_stranger

    async def _make_operator(self, request: Request) -> None:
        """Store the sender of the right code as operator; the code is closed only after that."""
        await self.registry.register(request, ChatKind.PRIVATE)
        user_id = request.requester.user_id
        await self.registry.chats.set_operator(user_id, True, self.registry.clock.now())
        self.code.close()
        await request.reply(request.translation.t("You are the operator of this bot now. /help shows what you can do."))
        self.menu.publish_for(user_id, self.commands)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Decides whether a message is handled; answers those it does not let in."""

    pairing: OperatorPairing
    throttle: Throttle
    full_notices: FullNotices
    step_back: Callable[[], Awaitable[None]]
    """Moves the running task to a slot that delays nobody who waits for an answer."""
    receive_stranger: Callable[[Request], Awaitable[None]]

    async def admits(self, request: Request, typed: TypedCommand | None) -> bool:
        """Return whether a message is to be handled."""
        requester = request.requester
        if requester.authorization is Authorization.BANNED:
            return False
        if request.is_private and await self.pairing.pair(request, typed):
            return False
        is_anonymous = requester.is_anonymous_administrator
        if not self.throttle.takes_command(requester.user_id, request.place.chat_id, is_anonymous=is_anonymous):
            await self.decline(request)
            return False
        if request.is_private and requester.authorization is Authorization.STRANGER:
            await self.step_back()  # strangers may be many at once, and must hold up nobody whom the bot knows
            await self.receive_stranger(request)
            return False
        return await self._has_room(request)

    async def _has_room(self, request: Request) -> bool:
        """Turn away a new chat where as many are served as the operator allows, with one sentence."""
        chat_id = request.place.chat_id
        kind = ChatKind(request.message.chat.type) if request.message is not None else ChatKind.PRIVATE
        if await self.pairing.registry.admit(chat_id, kind, request.requester):
            return True
        if await self.full_notices.may_say(chat_id):
            await request.reply(access_text.full(request.translation))
        return False

    async def decline(self, request: Request) -> None:
        """Decline with a sentence, unless the chat was told within this minute."""
        if self.throttle.may_say_so(request.place.chat_id):
            await request.reply(request.translation.t("That is a lot at once. Please wait a minute."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatcher:
    """Implements `bot.telegram.update_queue.UpdateHandler`: calls the handler of each update."""

    replies: ReplySender
    authorizer: Authorizer
    registry: ChatRegistry
    admission: Admission
    router: RequestRouter
    presses: PressLimit
    membership: MembershipTracker
    channels: ChannelAccess

    async def handle(self, update: Update) -> None:
        """Handle one update."""
        try:
            if update.message is not None:
                await self._handle_message(update.message)
            elif update.callback_query is not None:
                await self._handle_press(update.callback_query)
            elif update.my_chat_member is not None:
                await self.membership.change(update.my_chat_member)
        finally:
            if update.effective_chat is not None:
                self.presses.forget_language(ChatId(update.effective_chat.id))

    async def _handle_message(self, message: Message) -> None:
        if message.migrate_to_chat_id or message.migrate_from_chat_id:
            await self._move_chat(message)
            return
        typed = parse(find_text(message))
        if message.from_user is None or not self._concerns_bot(message, typed):
            return
        if message.chat.type == ChatKind.CHANNEL and not await self._may_answer_in(ChatId(message.chat_id)):
            return
        is_anonymous = message.sender_chat is not None
        requester = await self._identify(message.from_user, is_anonymous_administrator=is_anonymous)
        request = self._make_request(message, requester)
        if not await self.admission.admits(request, typed):
            return
        chats, place, now = self.registry.chats, request.place, self.registry.clock.now()
        request = await self.registry.register(request, ChatKind(message.chat.type))
        if request.chat is not None and request.chat.state is not ChatState.ACTIVE:
            await chats.set_state(place.chat_id, ChatState.ACTIVE, now)
        asked_in = request.answer_place
        pending = await chats.find_pending(asked_in.chat_id, asked_in.thread_id, requester.user_id, now)
        request = replace(request, question=pending.kind if pending else None)
        about, typed = await self._concern(request, typed)
        if about is not None:
            await self._answer(about, typed, message)
        if pending is not None:  # only now: whatever failed until here is tried again, and the question with it
            await chats.drop_pending(pending)

    async def _concern(
        self, request: Request, typed: TypedCommand | None
    ) -> tuple[Request | None, TypedCommand | None]:
        """Find the channel that a command or an answer in a private chat is about; None where it is refused."""
        reference: int | str | None = None
        is_operator = request.requester.is_operator
        if request.is_private and typed is not None and self.router.may_name_channel(typed, is_operator=is_operator):
            if split := split_reference(typed):
                reference, typed = split
        elif typed is None and (asked := keyboards.split_channel(request.question or "")):
            reference, request = asked[0], replace(request, question=asked[1])
        if reference is None:
            return request, typed
        about = await self.channels.concern(request, reference)
        if isinstance(about, Request):
            return about, typed
        await request.reply(about)
        return None, typed

    async def _answer(self, request: Request, typed: TypedCommand | None, message: Message) -> None:
        if message.text or (message.document and self.router.takes_file(request, typed)):
            await self.router.answer(request, typed)
        elif request.is_private:
            await self._answer_attachment(request, message)

    async def _answer_attachment(self, request: Request, message: Message) -> None:
        t, typed = request.translation.t, parse(message.caption or "")
        is_operator = request.requester.is_operator
        known = None if typed is None else self.router.commands.find(typed.name, is_operator=is_operator)
        if known is not None and not known.takes_files:
            name = code(f"/{known.name}")
            await request.reply(t("Nothing was done: {command} takes text only, no picture and no file.", command=name))
        elif message.location is not None:
            await self.router.locate(request, message.location.latitude, message.location.longitude)
        elif message.document is not None:
            await request.reply(t("I can only read text. To import a file, send it with the caption /import."))
        elif message.effective_attachment is not None:
            await request.reply(t("I can only read text. /help shows all commands."))

    async def _move_chat(self, message: Message) -> None:
        """A group became a supergroup; Telegram says it in both."""
        here = ChatId(message.chat_id)
        old, new = ChatId(message.migrate_from_chat_id or here), ChatId(message.migrate_to_chat_id or here)
        await self.registry.chats.move(old, new, self.registry.clock.now())

    def _concerns_bot(self, message: Message, typed: TypedCommand | None) -> bool:
        """Return whether a message is meant for the bot; in groups that is a command or an answer to it."""
        if message.via_bot is not None and message.via_bot.id == self.replies.account.id:
            return False  # an inline result that somebody sent
        username = self.replies.account.username.lower()
        if message.chat.type == ChatKind.CHANNEL:
            return message.forward_origin is None and typed is not None and self._is_of_channel(typed, username)
        if message.chat.type == ChatKind.PRIVATE:
            return typed is None or typed.bot in (None, username)
        if message.sender_chat is not None and message.sender_chat.id != message.chat_id:
            return False  # a channel speaks, and has no rights here
        if typed is not None:
            known = self.router.commands.find(typed.name, is_operator=False) is not None
            return typed.bot == username or (typed.bot is None and known)
        answered = message.reply_to_message
        may_answer = bool(message.text or message.document)
        return bool(may_answer and answered and answered.from_user and answered.from_user.id == self.replies.account.id)

    def _is_of_channel(self, typed: TypedCommand, username: str) -> bool:
        """Return whether a command that was posted in a channel is one that takes effect on it."""
        return typed.bot in (None, username) and self.router.may_name_channel(typed, is_operator=False)

    async def _may_answer_in(self, channel_id: ChatId) -> bool:
        """Return whether the bot may post in a channel; Telegram is asked only where it could not at last."""
        chat = await self.registry.chats.find(channel_id)
        if chat is None or chat.state is ChatState.ACTIVE:
            return True
        return (await self.replies.find_member(channel_id, UserId(self.replies.account.id))).may_post

    async def _identify(self, user: User, *, is_anonymous_administrator: bool = False) -> Requester:
        """Find out who a person is and what that person may do."""
        return await self.authorizer.identify(
            UserId(user.id),
            name=f"{user.full_name} (@{user.username})" if user.username else user.full_name,
            language=self.registry.catalog.find(user.language_code),
            is_anonymous_administrator=is_anonymous_administrator,
        )

    def _make_request(self, message: Message, requester: Requester) -> Request:
        document = message.document
        request = Request(
            place=find_destination(message),
            requester=requester,
            translation=self.registry.catalog.speak(requester.language),
            text=find_text(message),
            message=message,
            replies=self.replies,
        )
        if document is None:
            return request
        given = {field.name: getattr(request, field.name) for field in fields(request)}
        return FileRequest(**given, file_id=document.file_id, size=document.file_size)

    async def _handle_press(self, query: CallbackQuery) -> None:
        """Handle a press and answer it; should it fail, `report_failure` answers."""
        answers = self.presses.answers
        answers.expect(query.id, ChatId(query.message.chat.id) if query.message else None)
        await answers.give(query.id, await self._press(query))

    async def _press(self, query: CallbackQuery) -> str:
        """Call the handler of a button; returns the note for the press."""
        requester = await self._identify(query.from_user)
        is_banned = requester.authorization is Authorization.BANNED
        self.presses.note_ban(requester.user_id, is_banned)
        if is_banned:
            return ""
        translation = self.registry.catalog.speak(requester.language)
        channel = keyboards.split_channel(query.data or "")
        data = channel[1] if channel else query.data or ""
        verb, rest = keyboards.unpack(data)
        button, message = self.router.buttons.get(verb), query.message
        if not isinstance(message, Message) or button is None:
            return translation.label("This button is too old.")
        request = self._make_request(message, requester)
        if request.is_private and requester.authorization is Authorization.STRANGER:
            return translation.label("This bot is private.")
        request = await self.registry.register(replace(request, text=""), ChatKind(message.chat.type))
        if channel is not None:
            about = await self.channels.concern(request, channel[0])
            if not isinstance(about, Request):
                return plain(about)
            request = about
        if await has_role(request, button.who):
            return await button.handle(ButtonPress(request=request, data=data, rest=rest, message=message))
        if button.who is RequiredRole.OPERATORS:
            return request.translation.label("This button is too old.")
        return request.translation.label("Only administrators can change anything here.")

    async def report_failure(self, update: Update) -> None:
        """Tell the person of this update that something went wrong."""
        message, query = update.message, update.callback_query
        if query is not None:
            translation = self.registry.catalog.speak(query.from_user.language_code)
            note = translation.label("Something went wrong. Please try again.")
            await self.presses.answers.give(query.id, note)
        elif message is not None and message.from_user is not None:
            translation = self.registry.catalog.speak(message.from_user.language_code)
            words = translation.t("Something went wrong. Please try again.")
            place = find_destination(message)
            await self.replies.say(place.answer_to or place, words)

    async def decline(self, update: Update) -> None:
        """Decline a text that came while the queue of its chat was full, with one sentence for all of them."""
        await self.admission.step_back()
        message = update.message
        typed = parse(message.text) if message is not None and message.text else None
        if message is None or message.from_user is None or not self._concerns_bot(message, typed):
            return
        requester = await self._identify(message.from_user)
        if requester.authorization is not Authorization.BANNED:
            await self.admission.decline(self._make_request(message, requester))

    def is_exceeded(self, press: RawPress) -> bool:
        """Count a press on its arrival; returns whether it exceeds the rate limit and is to be declined."""
        return self.presses.is_exceeded(press)

    async def decline_press(self, press: RawPress) -> None:
        """Answer a press that is not handled."""
        await self.presses.decline(press)


_MAIN_THREAD = ThreadId(0)


def find_text(message: Message) -> str:
    """Return what was written: the text of a message, or the caption of a file; pictures have none that counts."""
    return message.text or (message.caption if message.document else None) or ""


def find_destination(message: Message) -> Destination:
    """Return where the answer to a message goes."""
    # Telegram numbers answers in ordinary groups as threads too; only topics are places of their own.
    chat_id, thread = ChatId(message.chat_id), ThreadId((message.is_topic_message and message.message_thread_id) or 0)
    if thread and message.chat.type == ChatKind.PRIVATE:
        # Topics of a private chat are no receivers of their own; only answers belong where the question was.
        return Destination(chat_id, _MAIN_THREAD, Destination(chat_id, thread))
    return Destination(chat_id, thread)
