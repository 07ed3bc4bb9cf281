"""
Dispatches an update to its handler: who sent it, what he may do, and which command, button or answer it is.

Everything is looked up anew for each update; nothing about a conversation is kept in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from telegram import CallbackQuery, Message, Update, User

from bot.core.chat import Chat, ChatKind, ChatState, PendingQuestion, Person
from bot.core.delivery.delivery import SendPriority
from bot.core.ids import ChatId, ThreadId, UserId
from bot.core.ports import Clock
from bot.core.repositories import ChatRepository
from bot.i18n.catalog import Catalog, Translation
from bot.telegram import keyboards
from bot.telegram.access import Authorization, Authorizer, PairingAttempt, PairingCode, Requester
from bot.telegram.api import transport
from bot.telegram.callback_answers import CallbackAnswers
from bot.telegram.chat_executor import PerChatExecutor
from bot.telegram.commands import (
    CallbackButton,
    CommandMenu,
    CommandTable,
    PromptHandler,
    RequiredRole,
    TypedCommand,
    parse,
)
from bot.telegram.handlers.feeds import FeedHandlers
from bot.telegram.handlers.operators import OperatorHandlers
from bot.telegram.handlers.quiet_and_pause import QuietAndPauseHandlers
from bot.telegram.handlers.subscriptions import SubscriptionHandlers
from bot.telegram.membership import MembershipTracker
from bot.telegram.replies import Destination, ReplySender
from bot.telegram.request import ButtonPress, Request, place_of
from bot.telegram.throttle import DeclinedRequests


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatcher:
    """Calls the handler of each update."""

    account_id: int
    username: str
    replies: ReplySender
    chats: ChatRepository
    catalog: Catalog
    clock: Clock
    authorizer: Authorizer
    declining: DeclinedRequests
    lanes: PerChatExecutor
    pairing: PairingCode
    menu: CommandMenu
    membership: MembershipTracker
    alerts: SubscriptionHandlers
    sources: FeedHandlers
    hours: QuietAndPauseHandlers
    operator: OperatorHandlers
    commands: CommandTable
    buttons: Mapping[str, CallbackButton]
    questions: Mapping[str, PromptHandler]
    answers: CallbackAnswers

    def heed(self, raw: Mapping[str, object]) -> bool:
        """Register an update on arrival; returns True for a press beyond the rate limit, which is to be declined."""
        press = transport.press(raw)
        if press is None:
            return False
        chat_id = None if press.chat_id is None else ChatId(press.chat_id)
        if not self.declining.throttle.takes_press(UserId(press.user_id), chat_id):
            return True
        self.answers.expect(press.query_id, chat_id)
        return False

    async def __call__(self, update: Update) -> None:
        """Handle one update."""
        try:
            if update.message is not None:
                await self._message(update.message)
            elif update.callback_query is not None:
                await self._query(update.callback_query)
            elif update.my_chat_member is not None:
                await self.membership.change(update.my_chat_member)
        finally:
            self.declining.forget_language(update.effective_chat)

    async def sorry(self, update: Update) -> None:
        """Tell the person of this update that something went wrong."""
        if update.callback_query is not None:
            translation = self._speech_for(update.callback_query.from_user)
            await self.answers.give(
                update.callback_query.id, translation.label("Something went wrong. Please try again.")
            )
        elif update.message is not None and update.message.from_user is not None:
            translation = self._speech_for(update.message.from_user)
            await self.replies.say(place_of(update.message), translation.t("Something went wrong. Please try again."))

    async def decline(self, update: Update) -> None:
        """Decline a text beyond the rate limit, with one sentence for all of them."""
        await self.lanes.step_back()
        message = update.message
        typed = parse(message.text) if message is not None and message.text else None
        if message is None or (user := message.from_user) is None or not self._concerns(message, typed):
            return
        requester = await self.authorizer.look(UserId(user.id))
        if requester.standing is not Authorization.BANNED:
            await self.declining.say(self._request(message, user, requester))

    async def _message(self, message: Message) -> None:
        if message.migrate_to_chat_id or message.migrate_from_chat_id:
            await self._moved(message)
            return
        user = message.from_user
        typed = parse(message.text) if message.text else None
        if user is None or not self._concerns(message, typed):
            return
        requester = await self.authorizer.look(UserId(user.id))
        if requester.standing is Authorization.BANNED:
            return
        request = self._request(message, user, requester)
        if request.is_private and await self._paired(request, requester, typed):
            return
        anonymous = message.sender_chat is not None
        if not self.declining.throttle.takes_command(request.user_id, request.place.chat_id, anonymous=anonymous):
            await self.declining.say(request)
            return
        if request.is_private and requester.standing is Authorization.STRANGER:
            await self.lanes.step_back()  # strangers may be many at once, and must hold up nobody whom the bot knows
            await self.operator.knock(request, requester.access)
            return
        request, pending = await self._at_home(request)
        await self._heard(request, typed, message, anonymous=anonymous)
        if pending is not None:  # only now: whatever failed until here is tried again, and the question with it
            await self.chats.drop_pending(pending)

    async def _heard(self, request: Request, typed: TypedCommand | None, message: Message, *, anonymous: bool) -> None:
        """Handle a message of somebody who may use the bot."""
        if typed is not None:
            await self._command(request, typed, anonymous=anonymous)
        elif message.text:
            await self._text(request, anonymous=anonymous)
        elif request.is_private and message.location is not None:
            await self.hours.locate(request, message.location.latitude, message.location.longitude)
        elif request.is_private and message.effective_attachment is not None:
            await request.reply(request.translation.t("I can only read text. /help shows what I understand."))

    async def resume(self, person: Person) -> None:
        """
        Handle, in the private chat, what a person wrote before approval; a welcome if nothing readable was written.
        """
        request = Request(
            place=Destination(ChatId(person.id), ThreadId(0)),
            kind=ChatKind.PRIVATE,
            user_id=person.id,
            name=person.name,
            language=person.language,
            is_operator=False,
            translation=self.catalog.speak(person.language),
            text=person.asked or "/start",
            replies=self.replies,
        )
        request = replace(request, translation=self._speech_of(await self._meet(request), request))
        if typed := parse(request.text):
            await self._command(request, typed, anonymous=False)
        else:
            await self._text(request, anonymous=False)

    async def _moved(self, message: Message) -> None:
        """A group became a supergroup; Telegram says it in both."""
        here = ChatId(message.chat_id)
        old = ChatId(message.migrate_from_chat_id or here)
        await self.chats.move(old, ChatId(message.migrate_to_chat_id or here), self.clock.now())

    async def _paired(self, request: Request, requester: Requester, typed: TypedCommand | None) -> bool:
        """Try a text as the pairing code; returns whether the message is thereby handled."""
        if self.pairing.is_won_by(request.user_id):
            await self._make_operator(request)
            return True
        if requester.is_operator or not self.pairing.is_open:
            return False
        stranger = requester.standing is Authorization.STRANGER
        if typed is not None or not request.text or not (stranger or self.pairing.looks_like_one(request.text)):
            return stranger and self.pairing.ignores(request.user_id)
        if await self.authorizer.list_operators():
            self.pairing.close()  # named on the command line meanwhile
            return False
        result = self.pairing.attempt(request.user_id, request.text)
        if result is PairingAttempt.RIGHT:
            await self._make_operator(request)
            return True
        if result is PairingAttempt.WRONG and stranger:
            await request.reply(request.translation.t("That is not the code."))
        return stranger

    async def _make_operator(self, request: Request) -> None:
        """Store the sender of the right code as operator; the code is closed only after that."""
        await self._meet(request)
        await self.chats.set_operator(request.user_id, True, self.clock.now())
        self.pairing.close()
        await request.reply(request.translation.t("You are the operator of this bot now. /help shows what you can do."))
        self.menu.publish_for(request.user_id)

    def _concerns(self, message: Message, typed: TypedCommand | None) -> bool:
        """Return whether a message is meant for the bot; in groups that is a command or an answer to it."""
        if message.chat.type == ChatKind.PRIVATE:
            return typed is None or typed.bot in (None, self.username)
        if message.sender_chat is not None and message.sender_chat.id != message.chat_id:
            return False  # a channel speaks, and has no rights here
        if typed is not None:
            known = self.commands.find(typed.name, is_operator=False) is not None
            return typed.bot == self.username or (typed.bot is None and known)
        answered = message.reply_to_message
        return bool(message.text and answered and answered.from_user and answered.from_user.id == self.account_id)

    def _request(self, message: Message, user: User, requester: Requester) -> Request:
        return Request(
            place=place_of(message),
            kind=ChatKind(message.chat.type),
            user_id=UserId(user.id),
            name=f"{user.full_name} (@{user.username})" if user.username else user.full_name,
            language=self.catalog.find(user.language_code),
            is_operator=requester.is_operator,
            translation=self._speech_for(user),
            text=message.text or "",
            answered=message.reply_to_message.message_id if message.reply_to_message else None,
            rank=SendPriority.BULK if requester.standing is Authorization.STRANGER else SendPriority.REPLY,
            replies=self.replies,
        )

    async def _at_home(self, request: Request) -> tuple[Request, PendingQuestion | None]:
        """Load or create the chat; returns the request in the chat's language, and the question that is open."""
        now, place = self.clock.now(), request.place
        chat = await self._meet(request)
        if chat.state is not ChatState.ACTIVE:
            await self.chats.set_state(place.chat_id, ChatState.ACTIVE, now)
        pending = await self.chats.find_pending(place.chat_id, place.thread_id, request.user_id, now)
        return replace(
            request, translation=self._speech_of(chat, request), asked=pending.kind if pending else None
        ), pending

    async def _meet(self, request: Request) -> Chat:
        """Load or create a chat; one of unknown language reads and is addressed in the bot's default language."""
        language = self.catalog.choose(request.language)
        chat = await self.chats.meet(request.place.chat_id, request.kind, language, self.clock.now())
        if chat.language is None:
            await self.chats.set_language(chat.id, language)
        return replace(chat, language=chat.language or language)

    async def _command(self, request: Request, typed: TypedCommand, *, anonymous: bool) -> None:
        request = replace(request, text=typed.argument)
        command = self.commands.find(typed.name, is_operator=request.is_operator)
        if command is None:
            await self._unknown(request, typed)
        elif await self._may(command.who, request, anonymous=anonymous):
            await command.handle(request)
            if command.name == "start" and request.is_operator and request.is_private:
                self.menu.publish_for(request.user_id)
        else:
            await request.reply(request.translation.t("Only administrators can change something here."))

    async def _unknown(self, request: Request, typed: TypedCommand) -> None:
        near = self.commands.guess(typed.name)
        if near:
            await request.reply(
                request.translation.t("I do not know that command. Did you mean {command}?", command=f"/{near}")
            )
        else:
            await request.reply(request.translation.t("I do not know that command. /help shows all of them."))

    async def _text(self, request: Request, *, anonymous: bool) -> None:
        question = self.questions.get(request.asked or "")
        if question is None:
            if request.is_private and not await self.sources.offer(request):
                await self.alerts.offer(request)
        elif await self._may(RequiredRole.CHANGERS, request, anonymous=anonymous):
            await question.handle(request)
        else:
            await request.reply(request.translation.t("Only administrators can change something here."))

    async def _query(self, query: CallbackQuery) -> None:
        """Handle a press and answer it; should it fail, `sorry` answers."""
        self.answers.expect(query.id, ChatId(query.message.chat.id) if query.message else None)
        await self.answers.give(query.id, await self._press(query))

    async def _press(self, query: CallbackQuery) -> str:
        requester = await self.authorizer.look(UserId(query.from_user.id))
        self.declining.note_ban(UserId(query.from_user.id), requester.standing is Authorization.BANNED)
        if requester.standing is Authorization.BANNED:
            return ""
        translation = self._speech_for(query.from_user)
        verb, rest = keyboards.unpack(query.data or "")
        button, message = self.buttons.get(verb), query.message
        if not isinstance(message, Message) or button is None:
            return translation.label("This button is too old.")
        request = self._request(message, query.from_user, requester)
        if request.is_private and requester.standing is Authorization.STRANGER:
            return translation.label("This bot is private.")
        request = replace(request, translation=self._speech_of(await self._meet(request), request), text="")
        if button.who is RequiredRole.OPERATORS and not request.is_operator:
            return request.translation.label("This button is too old.")
        if not await self._may(button.who, request, anonymous=False):
            return request.translation.label("Only administrators can change something here.")
        return await button.handle(ButtonPress(request=request, data=query.data or "", rest=rest, message=message))

    async def _may(self, who: RequiredRole, request: Request, *, anonymous: bool) -> bool:
        """Return whether somebody may use this command or button here."""
        if who is RequiredRole.OPERATORS:
            return request.is_operator
        if who is RequiredRole.ANYBODY or request.is_private or anonymous:
            return True
        return await self.replies.is_administrator(request.place.chat_id, request.user_id)

    def _speech_for(self, user: User) -> Translation:
        return self.catalog.speak(user.language_code)

    def _speech_of(self, chat: Chat, request: Request) -> Translation:
        return self.catalog.speak(chat.language or request.language)
