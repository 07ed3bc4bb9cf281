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
    """Hands every update to whom it concerns."""

    account_id: int
    username: str
    voice: ReplySender
    chats: ChatRepository
    catalog: Catalog
    clock: Clock
    door: Authorizer
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
        """Look at an update that has just come in; gives True for a press that is one too many, to be declined."""
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
        """Say that something went wrong, to whoever waits for an answer."""
        if update.callback_query is not None:
            speech = self._speech_for(update.callback_query.from_user)
            await self.answers.give(update.callback_query.id, speech.label("Something went wrong. Please try again."))
        elif update.message is not None and update.message.from_user is not None:
            speech = self._speech_for(update.message.from_user)
            await self.voice.say(place_of(update.message), speech.t("Something went wrong. Please try again."))

    async def decline(self, update: Update) -> None:
        """Say that this text is too much, in one sentence for all of them."""
        await self.lanes.step_back()
        message = update.message
        typed = parse(message.text) if message is not None and message.text else None
        if message is None or (user := message.from_user) is None or not self._concerns(message, typed):
            return
        visitor = await self.door.look(UserId(user.id))
        if visitor.standing is not Authorization.BANNED:
            await self.declining.say(self._turn(message, user, visitor))

    async def _message(self, message: Message) -> None:
        if message.migrate_to_chat_id or message.migrate_from_chat_id:
            await self._moved(message)
            return
        user = message.from_user
        typed = parse(message.text) if message.text else None
        if user is None or not self._concerns(message, typed):
            return
        visitor = await self.door.look(UserId(user.id))
        if visitor.standing is Authorization.BANNED:
            return
        turn = self._turn(message, user, visitor)
        if turn.is_private and await self._paired(turn, visitor, typed):
            return
        anonymous = message.sender_chat is not None
        if not self.declining.throttle.takes_command(turn.user_id, turn.place.chat_id, anonymous=anonymous):
            await self.declining.say(turn)
            return
        if turn.is_private and visitor.standing is Authorization.STRANGER:
            await self.lanes.step_back()  # strangers may be many at once, and must hold up nobody whom the bot knows
            await self.operator.knock(turn, visitor.access)
            return
        turn, pending = await self._at_home(turn)
        await self._heard(turn, typed, message, anonymous=anonymous)
        if pending is not None:  # only now: whatever failed until here is tried again, and the question with it
            await self.chats.drop_pending(pending)

    async def _heard(self, turn: Request, typed: TypedCommand | None, message: Message, *, anonymous: bool) -> None:
        """Do what somebody wants who may speak to us."""
        if typed is not None:
            await self._command(turn, typed, anonymous=anonymous)
        elif message.text:
            await self._text(turn, anonymous=anonymous)
        elif turn.is_private and message.location is not None:
            await self.hours.locate(turn, message.location.latitude, message.location.longitude)
        elif turn.is_private and message.effective_attachment is not None:
            await turn.reply(turn.speech.t("I can only read text. /help shows what I understand."))

    async def resume(self, person: Person) -> None:
        """Do in his own chat what somebody wrote before he was let in; who wrote nothing we can read is welcomed."""
        turn = Request(
            place=Destination(ChatId(person.id), ThreadId(0)),
            kind=ChatKind.PRIVATE,
            user_id=person.id,
            name=person.name,
            language=person.language,
            is_operator=False,
            speech=self.catalog.speak(person.language),
            text=person.asked or "/start",
            voice=self.voice,
        )
        turn = replace(turn, speech=self._speech_of(await self._meet(turn), turn))
        if typed := parse(turn.text):
            await self._command(turn, typed, anonymous=False)
        else:
            await self._text(turn, anonymous=False)

    async def _moved(self, message: Message) -> None:
        """A group became a supergroup; Telegram says it in both."""
        here = ChatId(message.chat_id)
        old = ChatId(message.migrate_from_chat_id or here)
        await self.chats.move(old, ChatId(message.migrate_to_chat_id or here), self.clock.now())

    async def _paired(self, turn: Request, visitor: Requester, typed: TypedCommand | None) -> bool:
        """Try a text as the pairing code; returns whether there is nothing else to do with it."""
        if self.pairing.is_won_by(turn.user_id):
            await self._make_operator(turn)
            return True
        if visitor.is_operator or not self.pairing.is_open:
            return False
        stranger = visitor.standing is Authorization.STRANGER
        if typed is not None or not turn.text or not (stranger or self.pairing.looks_like_one(turn.text)):
            return stranger and self.pairing.ignores(turn.user_id)
        if await self.door.list_operators():
            self.pairing.close()  # named on the command line meanwhile
            return False
        result = self.pairing.attempt(turn.user_id, turn.text)
        if result is PairingAttempt.RIGHT:
            await self._make_operator(turn)
            return True
        if result is PairingAttempt.WRONG and stranger:
            await turn.reply(turn.speech.t("That is not the code."))
        return stranger

    async def _make_operator(self, turn: Request) -> None:
        """Keep who sent the right code as operator; the code is over when the store has it, and not before."""
        await self._meet(turn)
        await self.chats.set_operator(turn.user_id, True, self.clock.now())
        self.pairing.close()
        await turn.reply(turn.speech.t("You are the operator of this bot now. /help shows what you can do."))
        self.menu.publish_for(turn.user_id)

    def _concerns(self, message: Message, typed: TypedCommand | None) -> bool:
        """Say whether a message is meant for us; in groups that is a command, or an answer to us."""
        if message.chat.type == ChatKind.PRIVATE:
            return typed is None or typed.bot in (None, self.username)
        if message.sender_chat is not None and message.sender_chat.id != message.chat_id:
            return False  # a channel speaks, and has no rights here
        if typed is not None:
            known = self.commands.find(typed.name, is_operator=False) is not None
            return typed.bot == self.username or (typed.bot is None and known)
        answered = message.reply_to_message
        return bool(message.text and answered and answered.from_user and answered.from_user.id == self.account_id)

    def _turn(self, message: Message, user: User, visitor: Requester) -> Request:
        return Request(
            place=place_of(message),
            kind=ChatKind(message.chat.type),
            user_id=UserId(user.id),
            name=f"{user.full_name} (@{user.username})" if user.username else user.full_name,
            language=self.catalog.find(user.language_code),
            is_operator=visitor.is_operator,
            speech=self._speech_for(user),
            text=message.text or "",
            answered=message.reply_to_message.message_id if message.reply_to_message else None,
            rank=SendPriority.BULK if visitor.standing is Authorization.STRANGER else SendPriority.REPLY,
            voice=self.voice,
        )

    async def _at_home(self, turn: Request) -> tuple[Request, PendingQuestion | None]:
        """Meet the chat, in its own language and with the question it was asked."""
        now, place = self.clock.now(), turn.place
        chat = await self._meet(turn)
        if chat.state is not ChatState.ACTIVE:
            await self.chats.set_state(place.chat_id, ChatState.ACTIVE, now)
        pending = await self.chats.find_pending(place.chat_id, place.thread_id, turn.user_id, now)
        return replace(turn, speech=self._speech_of(chat, turn), asked=pending.kind if pending else None), pending

    async def _meet(self, turn: Request) -> Chat:
        """Know a chat; one whose language Telegram does not tell reads, and is spoken to in, the language of all."""
        language = self.catalog.choose(turn.language)
        chat = await self.chats.meet(turn.place.chat_id, turn.kind, language, self.clock.now())
        if chat.language is None:
            await self.chats.set_language(chat.id, language)
        return replace(chat, language=chat.language or language)

    async def _command(self, turn: Request, typed: TypedCommand, *, anonymous: bool) -> None:
        turn = replace(turn, text=typed.argument)
        command = self.commands.find(typed.name, is_operator=turn.is_operator)
        if command is None:
            await self._unknown(turn, typed)
        elif await self._may(command.who, turn, anonymous=anonymous):
            await command.handle(turn)
            if command.name == "start" and turn.is_operator and turn.is_private:
                self.menu.publish_for(turn.user_id)
        else:
            await turn.reply(turn.speech.t("Only administrators can change something here."))

    async def _unknown(self, turn: Request, typed: TypedCommand) -> None:
        near = self.commands.guess(typed.name)
        if near:
            await turn.reply(turn.speech.t("I do not know that command. Did you mean {command}?", command=f"/{near}"))
        else:
            await turn.reply(turn.speech.t("I do not know that command. /help shows all of them."))

    async def _text(self, turn: Request, *, anonymous: bool) -> None:
        question = self.questions.get(turn.asked or "")
        if question is None:
            if turn.is_private and not await self.sources.offer(turn):
                await self.alerts.offer(turn)
        elif await self._may(RequiredRole.CHANGERS, turn, anonymous=anonymous):
            await question.handle(turn)
        else:
            await turn.reply(turn.speech.t("Only administrators can change something here."))

    async def _query(self, query: CallbackQuery) -> None:
        """Handle a press and answer it; should it fail, `sorry` answers."""
        self.answers.expect(query.id, ChatId(query.message.chat.id) if query.message else None)
        await self.answers.give(query.id, await self._press(query))

    async def _press(self, query: CallbackQuery) -> str:
        visitor = await self.door.look(UserId(query.from_user.id))
        self.declining.note_ban(UserId(query.from_user.id), visitor.standing is Authorization.BANNED)
        if visitor.standing is Authorization.BANNED:
            return ""
        speech = self._speech_for(query.from_user)
        verb, rest = keyboards.unpack(query.data or "")
        button, message = self.buttons.get(verb), query.message
        if not isinstance(message, Message) or button is None:
            return speech.label("This button is too old.")
        turn = self._turn(message, query.from_user, visitor)
        if turn.is_private and visitor.standing is Authorization.STRANGER:
            return speech.label("This bot is private.")
        turn = replace(turn, speech=self._speech_of(await self._meet(turn), turn), text="")
        if button.who is RequiredRole.OPERATORS and not turn.is_operator:
            return turn.speech.label("This button is too old.")
        if not await self._may(button.who, turn, anonymous=False):
            return turn.speech.label("Only administrators can change something here.")
        return await button.handle(ButtonPress(turn=turn, data=query.data or "", rest=rest, message=message))

    async def _may(self, who: RequiredRole, turn: Request, *, anonymous: bool) -> bool:
        """Say whether somebody may do this here and now."""
        if who is RequiredRole.OPERATORS:
            return turn.is_operator
        if who is RequiredRole.ANYBODY or turn.is_private or anonymous:
            return True
        return await self.voice.is_administrator(turn.place.chat_id, turn.user_id)

    def _speech_for(self, user: User) -> Translation:
        return self.catalog.speak(user.language_code)

    def _speech_of(self, chat: Chat, turn: Request) -> Translation:
        return self.catalog.speak(chat.language or turn.language)
