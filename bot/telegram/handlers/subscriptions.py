"""/sub, /list, and plain text that may be meant as a keyword."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from telegram import MessageEntity

from bot.core.chat import PendingQuestion
from bot.core.errors import Refusal
from bot.core.ids import SubscriptionId
from bot.core.ports import Clock
from bot.core.query import parser
from bot.core.repositories import ChatRepository, SubscriptionRepository
from bot.core.subscription import Subscription, Urgency
from bot.i18n.catalog import Translation, mark
from bot.i18n.markup import Html, bold, code, italic, join
from bot.services.subscriptions import UnsubscribeService
from bot.telegram import keyboards, subscription_reply
from bot.telegram.commands import CallbackButton, Command, PromptHandler, RequiredRole
from bot.telegram.request import ButtonPress, Request
from bot.telegram.subscription_reply import SubscribeReply, SuggestionFinder
from bot.telegram.text import query_errors, welcome

_ASKED = "subscribe"
_PATIENCE = timedelta(minutes=10)
_OFFER = "offer"
_OFFER_LENGTH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionHandlers:
    """Subscribing, and seeing what one is subscribed to."""

    grant: SubscribeReply
    unsubscribe: UnsubscribeService
    subscriptions: SubscriptionRepository
    chats: ChatRepository
    clock: Clock
    look_back: SuggestionFinder

    def commands(self) -> tuple[Command, ...]:
        """List the commands of this area."""
        return (
            Command(
                name="sub",
                aliases=("subscribe", "add", "abo"),
                handle=self.sub,
                who=RequiredRole.CHANGERS,
                about=mark("Tell me when there is news on a keyword"),
            ),
            Command(name="list", aliases=("liste",), handle=self.list, about=mark("My keywords")),
        )

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of this area."""
        return (
            CallbackButton(verb=welcome.ADD, handle=self.add),
            CallbackButton(verb=_OFFER, handle=self.accept),
            CallbackButton(verb=subscription_reply.UNDO, handle=self.undo),
            CallbackButton(verb=subscription_reply.INSTEAD, handle=self.instead),
            CallbackButton(verb=subscription_reply.ALSO, handle=self.also),
            *self.grant.buttons(),
        )

    def questions(self) -> tuple[PromptHandler, ...]:
        """List the questions of this area."""
        return (PromptHandler(kind=_ASKED, handle=self.sub),)

    async def sub(self, turn: Request) -> None:
        """Subscribe to what was typed, or ask for it."""
        if not parser.split(turn.text):
            await self._ask(turn)
            return
        await turn.reply(*await self.grant(turn, turn.text))

    async def _ask(self, turn: Request) -> None:
        now = self.clock.now()
        await self.chats.ask(
            PendingQuestion(
                chat_id=turn.place.chat_id,
                thread_id=turn.place.thread_id,
                user_id=turn.user_id,
                kind=_ASKED,
                expires_at=now + _PATIENCE,
            )
        )
        first, second, _ = welcome.examples(turn.speech)
        await turn.reply(
            turn.speech.t(
                "What shall I look for? Send me a word or more, for instance {first} or {second}. /cancel ends this.",
                first=code(first),
                second=code(second),
            ),
            asks=turn.speech.label("Keyword"),
        )

    async def list(self, turn: Request) -> None:
        """List the keywords with their numbers."""
        there = await self.subscriptions.list_for(turn.place.chat_id, turn.place.thread_id)
        if not there:
            example = code("/sub " + welcome.examples(turn.speech)[0])
            await turn.reply(turn.speech.t("There are no keywords yet. Begin with {example}", example=example))
            return
        now = self.clock.now()
        lines = [turn.speech.n("You have one keyword:", "You have {count} keywords:", len(there))]
        lines += [line(each, turn.speech, muted=bool(each.muted_until and each.muted_until > now)) for each in there]
        lines.append(turn.speech.t("To remove one: {example}", example=code(f"/unsub {there[0].number}")))
        await turn.reply(join("\n", lines))

    async def offer(self, turn: Request) -> None:
        """Ask whether a text is meant as a keyword; nobody is subscribed by accident."""
        text, speech = turn.text.strip(), turn.speech
        if len(text) > _OFFER_LENGTH:
            await turn.reply(speech.t("That is too long for a keyword. Send me a few words, or /help."))
            return
        for part in parser.split(text):
            try:
                parser.parse(part)
            except Refusal as refusal:
                await turn.reply(query_errors.words(refusal, part, speech))
                return
        data = (_OFFER, text) if keyboards.fits(_OFFER, text) else (_OFFER, "")
        rows = [
            [
                keyboards.button(speech.label("Yes, alert me"), *data),
                keyboards.button(speech.label("Cancel"), keyboards.NO),
            ]
        ]
        await turn.reply(speech.t("Alert me on «{text}»?", text=bold(text)), keyboards.keyboard(rows))

    async def add(self, press: ButtonPress) -> str:
        """Subscribe to what a button carries; its message stays."""
        await press.turn.reply(*await self.grant(press.turn, press.rest))
        return ""

    async def accept(self, press: ButtonPress) -> str:
        """Subscribe to what was offered; a longer text stands bold in the offer itself."""
        text = press.rest or next(iter(press.message.parse_entities([MessageEntity.BOLD]).values()), "")
        if parser.split(text):
            await press.edit(*await self.grant(press.turn, text))
        return ""

    async def instead(self, press: ButtonPress) -> str:
        """Put what was meant in the place of what was typed."""
        turn = press.turn
        wanted, _, text = press.rest.partition(":")
        if not (wanted.isdecimal() and text):
            return turn.speech.label("This button is too old.")
        await self.unsubscribe.by_id(turn.place.chat_id, turn.place.thread_id, SubscriptionId(int(wanted[:18])))
        await press.edit(*await self.grant(turn, text))
        return ""

    async def also(self, press: ButtonPress) -> str:
        """Subscribe to what the place of a keyword is called in the reader's other languages."""
        turn = press.turn
        there = await self.subscriptions.list_for(turn.place.chat_id, turn.place.thread_id)
        known = next((each for each in there if str(each.id) == press.rest), None)
        names = await self.look_back.names_of(turn.place, known) if known else ()
        if not names:
            return turn.speech.label("That is no longer there.")
        await turn.reply(*await self.grant(turn, "\n".join(names)))
        text, shown = press.look()
        await press.edit(text, keyboards.without(shown, press.data))
        return ""

    async def undo(self, press: ButtonPress) -> str:
        """Take one subscription back and say so in the message that announced it."""
        turn, speech = press.turn, press.turn.speech
        if not press.rest.isdecimal():
            return speech.label("This button is too old.")
        gone = await self.unsubscribe.by_id(
            turn.place.chat_id, turn.place.thread_id, SubscriptionId(int(press.rest[:18]))
        )
        if gone is None:
            return speech.label("That is no longer there.")
        undone = speech.t("Undone: I no longer look for {query}.", query=bold(gone.normal))
        text, shown = press.look()
        if subscription_reply.is_list(text):  # several were reported in this message, the others stay
            await press.edit(join("\n", [text, undone]), keyboards.refreshed(shown, gone.id, []))
        else:
            await press.edit(undone)
        return ""


def line(each: Subscription, speech: Translation, *, muted: bool = False) -> Html:
    """Write one line of /list."""
    notes = []
    if each.paused:
        notes.append(speech.label("paused"))
    if muted:
        notes.append(speech.label("muted"))
    if each.urgency is Urgency.SILENT:
        notes.append(speech.label("silent"))
    if each.urgency is Urgency.DIGEST:
        notes.append(speech.label("in the digest"))
    name = join("", [f"{each.number} · ", bold(each.name)])
    return join(" ", [name, italic(f"({', '.join(notes)})")]) if notes else name
