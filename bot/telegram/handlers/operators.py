"""/approve, /ban, /unban for operators, and requests of strangers for access."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from telegram import Message, MessageOriginUser

from bot.core.chat import AccessLevel, ChatKind, ChatState, Person
from bot.core.delivery.delivery import SendPriority
from bot.core.ids import ChatId, ThreadId, UserId
from bot.core.query import phrasing
from bot.i18n.catalog import Translation, mark
from bot.i18n.markup import Html, bold, code
from bot.telegram import keyboards
from bot.telegram.access import Authorizer
from bot.telegram.approval_cards import APPROVE, BAN, ApprovalCards
from bot.telegram.commands import (
    ButtonPress,
    CallbackButton,
    ChatRegistry,
    Command,
    Handlers,
    Request,
    RequestRouter,
    RequiredRole,
    parse,
)
from bot.telegram.replies import Destination, ReplySender
from bot.telegram.text import alert

_LONGEST_ASKED = 1_000
_SOMEBODY = 123456789
_SHOWN = 100
"""Characters that are quoted of it."""

Change = Callable[[Request, UserId], Awaitable[Html]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorHandlers(Handlers):
    """Approving and banning by operators, and requests of strangers for access."""

    authorizer: Authorizer
    registry: ChatRegistry
    cards: ApprovalCards
    readers_router: RequestRouter
    """Answers, without the commands of operators, what a person wrote before approval."""

    def commands(self) -> tuple[Command, ...]:
        """List the commands of these handlers."""
        who = RequiredRole.OPERATORS
        return (
            Command(
                name="approve",
                handle=self.approve,
                who=who,
                arguments="<id>",
                about=mark("Approve somebody: /approve <id>"),
            ),
            Command(name="ban", handle=self.ban, who=who, arguments="<id>", about=mark("Ban somebody: /ban <id>")),
            Command(
                name="unban", handle=self.unban, who=who, arguments="<id>", about=mark("Unban somebody: /unban <id>")
            ),
        )

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (
            CallbackButton(verb=APPROVE, handle=self.press_approve, who=RequiredRole.OPERATORS),
            CallbackButton(verb=BAN, handle=self.press_ban, who=RequiredRole.OPERATORS),
        )

    async def receive_stranger(self, request: Request) -> None:
        """Answer a stranger with one sentence, and tell the operators of each stranger only once."""
        requester = request.requester
        if requester.access is AccessLevel.ASKED:
            await self._keep_first_wish(request)
            await request.reply(
                request.translation.t("Your request is with the operator; I will write to you when there is an answer.")
            )
            return
        if not await self.cards.list_operators():
            await request.reply(request.translation.t("This bot is private."))
            return
        asked = alert.cut(request.text, _LONGEST_ASKED)
        try:
            await self.authorizer.note(requester.user_id, AccessLevel.ASKED, requester.name, requester.language, asked)
        finally:  # it may be stored also where the store's answer was lost; then nobody would come back to this
            self.cards.refresh()
        await request.reply(
            request.translation.t("This bot is private. I have asked the operator whether you may use it.")
        )

    async def _keep_first_wish(self, request: Request) -> None:
        """Store what a waiting person wants, if nothing but a greeting came before it."""
        requester = request.requester
        if not _is_wish(request.text):
            return
        person = await self.registry.chats.find_person(requester.user_id)
        if person is not None and not _is_wish(person.asked or ""):
            asked = alert.cut(request.text, _LONGEST_ASKED)
            await self.authorizer.note(requester.user_id, AccessLevel.ASKED, requester.name, requester.language, asked)

    async def approve(self, request: Request) -> None:
        """Approve a person by id."""
        await self._by_id(request, "approve", self._approve)

    async def ban(self, request: Request) -> None:
        """Ban a person by id."""
        await self._by_id(request, "ban", self._ban)

    async def unban(self, request: Request) -> None:
        """End a ban by id."""
        await self._by_id(request, "unban", self._unban)

    async def press_approve(self, press: ButtonPress) -> str:
        """Approve a person by the button of a card."""
        return await self._from_card(press, self._approve)

    async def press_ban(self, press: ButtonPress) -> str:
        """Ban a person by the button of a card."""
        return await self._from_card(press, self._ban)

    async def _by_id(self, request: Request, command: str, change: Change) -> None:
        user_id = _user_id(request.text) if request.text else _find_answered(request)
        if user_id is None:
            example, t = code(f"/{command} {_SOMEBODY}"), request.translation.t
            if request.answered is not None and not request.text:
                await request.reply(
                    t("This message does not say who wrote it. For instance: {example}", example=example)
                )
            else:
                await request.reply(t("The ID is missing. For instance: {example}", example=example))
            return
        await request.reply(await change(request, user_id))

    async def _from_card(self, press: ButtonPress, change: Change) -> str:
        user_id, chat_id = _user_id(press.rest), press.request.place.chat_id
        if user_id is None:
            return press.request.translation.label("This button is too old.")
        said = await change(press.request, user_id)
        operator = await self.registry.chats.find(chat_id)
        if operator is not None and await self.cards.is_current(chat_id, press.message.message_id):
            await self.cards.show(operator, SendPriority.REPLY)
        else:
            await press.edit(said)
        return ""

    async def _approve(self, request: Request, user_id: UserId) -> Html:
        person = await self.registry.chats.find_person(user_id)
        name = {"name": _name(person.name if person else "", user_id)}
        # What he asked for is forgotten last: after a kill in between, it is done at the second attempt.
        if person is not None and person.access is AccessLevel.APPROVED and person.asked is None:
            return request.translation.t("{name} is already approved.", **name)
        await self.registry.chats.set_access(user_id, AccessLevel.APPROVED, self.registry.clock.now())
        self.cards.refresh()
        await self._set_state(user_id, ChatState.ACTIVE)
        if person is not None and (person.access is AccessLevel.ASKED or person.asked is not None):
            said = _admitted(self.registry.catalog.speak(person.language), person.asked or "")
            await request.replies.say(Destination(ChatId(user_id), ThreadId(0)), said)
            await self._answer_stored_request(person, request.replies)
            await self.registry.chats.save_person(
                replace(person, access=AccessLevel.APPROVED, asked=None), self.registry.clock.now()
            )
        return request.translation.t("{name} can use the bot now.", **name)

    async def _answer_stored_request(self, person: Person, replies: ReplySender) -> None:
        """Answer, in the private chat, what a person wrote before approval; a welcome where nothing is stored."""
        requester = await self.authorizer.identify(person.id, name=person.name, language=person.language)
        request = Request(
            place=Destination(ChatId(person.id), ThreadId(0)),
            requester=requester,
            translation=self.registry.catalog.speak(person.language),
            text=person.asked or "/start",
            replies=replies,
        )
        request = await self.registry.register(request, ChatKind.PRIVATE)
        await self.readers_router.answer(request, parse(request.text))

    async def _ban(self, request: Request, user_id: UserId) -> Html:
        person = await self.registry.chats.find_person(user_id)
        said = {"name": _name(person.name if person else "", user_id)}
        if user_id in await self.authorizer.list_operators():
            return request.translation.t("{name} is an operator and cannot be banned.", **said)
        await self.registry.chats.set_access(user_id, AccessLevel.BANNED, self.registry.clock.now())
        self.cards.refresh()
        await self._set_state(user_id, ChatState.BLOCKED)
        return request.translation.t("{name} is banned and will get no more answers.", **said)

    async def _unban(self, request: Request, user_id: UserId) -> Html:
        person = await self.registry.chats.find_person(user_id)
        said = {"name": _name(person.name if person else "", user_id)}
        if person is None or person.access is not AccessLevel.BANNED:
            return request.translation.t("{name} is not banned.", **said)
        await self.registry.chats.set_access(user_id, AccessLevel.STRANGER, self.registry.clock.now())
        return request.translation.t(
            "{name} is no longer banned. To approve: {command}", **said, command=_command(user_id)
        )

    async def _set_state(self, user_id: UserId, state: ChatState) -> None:
        if await self.registry.chats.find(ChatId(user_id)) is not None:
            await self.registry.chats.set_state(ChatId(user_id), state, self.registry.clock.now())


def _user_id(text: str) -> UserId | None:
    """Read a person's id; groups and channels have negative ones."""
    text = text.strip()
    return UserId(int(text)) if text.isdecimal() and text.isascii() and 0 < len(text) <= 16 and int(text) else None


def _find_answered(request: Request) -> UserId | None:
    """Return who wrote the answered message first, or whom alone a card is about; None where it does not say so."""
    answered = request.message.reply_to_message if request.message is not None else None
    if answered is None:
        return None
    if answered.forward_origin is not None:  # whoever hides the own account when forwarded has another origin
        origin = answered.forward_origin
        return UserId(origin.sender_user.id) if isinstance(origin, MessageOriginUser) else None
    author = answered.from_user
    if author is not None and author.is_bot:
        named = _list_named(answered)
        return named.pop() if len(named) == 1 else None
    is_self = author is None or author.id == request.requester.user_id
    return None if is_self or answered.sender_chat is not None or author is None else UserId(author.id)


def _list_named(card: Message) -> set[UserId]:
    """List whom the buttons of a card are about."""
    rows = card.reply_markup.inline_keyboard if card.reply_markup is not None else ()
    pressed = [keyboards.unpack(str(button.callback_data or "")) for row in rows for button in row]
    return {user_id for verb, rest in pressed if verb in (APPROVE, BAN) and (user_id := _user_id(rest)) is not None}


def _is_wish(text: str) -> bool:
    """Return whether a first request is more than a greeting."""
    typed = parse(text)
    if typed is not None:
        return typed.name != "start" or bool(typed.argument)
    return bool(text.strip()) and phrasing.find_small_talk(text) is None


def _admitted(translation: Translation, asked: str) -> Html:
    """Tell a person of the approval, and what is done now because it was asked for before."""
    typed = parse(asked)
    if not _is_wish(asked) or (typed is not None and typed.name == "start"):
        return translation.t("You can use this bot now.")
    return translation.t(
        "You can use this bot now. First, what you asked for: {text}", text=code(alert.cut(alert.tidy(asked), _SHOWN))
    )


def _name(name: str, user_id: UserId) -> Html:
    return bold(alert.cut(alert.tidy(name), 100) or str(user_id))


def _command(user_id: UserId) -> Html:
    return code(f"/approve {user_id}")
