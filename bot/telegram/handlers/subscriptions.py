"""/sub, and plain text that may be meant as a keyword."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from telegram import MessageEntity

from bot.core import source
from bot.core.chat import PendingQuestion
from bot.core.errors import Refusal
from bot.core.ids import SubscriptionId
from bot.core.ports import Clock
from bot.core.query import keyword_candidates, parser, phrasing
from bot.core.repositories import ChatRepository, SubscriptionRepository
from bot.i18n.catalog import mark
from bot.i18n.markup import bold, code, join
from bot.services.subscriptions import UnsubscribeService
from bot.telegram import keyboards, subscription_reply
from bot.telegram.commands import ButtonPress, CallbackButton, Command, Handlers, PromptHandler, Request, RequiredRole
from bot.telegram.subscription_reply import SubscribeReply
from bot.telegram.text import query_errors, welcome

_ASKED = "subscribe"
_QUESTION_LIFETIME = timedelta(minutes=10)
_OFFER = "offer"
_EACH = "each"
_OFFER_LENGTH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionHandlers(Handlers):
    """Subscribing to keywords."""

    subscribe_reply: SubscribeReply
    unsubscribe: UnsubscribeService
    subscriptions: SubscriptionRepository
    chats: ChatRepository
    clock: Clock
    offer_source: Callable[[Request], Awaitable[bool]]
    """Offers to add the feed at an address; returns False for any other text."""

    def commands(self) -> tuple[Command, ...]:
        """List the commands of these handlers."""
        return (
            Command(
                name="sub",
                aliases=("subscribe", "add", "abo"),
                handle=self.sub,
                who=RequiredRole.CHANGERS,
                arguments="[keywords]",
                about=mark("Subscribe to a keyword"),
            ),
        )

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (
            CallbackButton(verb=welcome.ADD, handle=self.add),
            CallbackButton(verb=_OFFER, handle=self.accept),
            CallbackButton(verb=_EACH, handle=self.add_each),
            CallbackButton(verb=subscription_reply.UNDO, handle=self.undo),
            CallbackButton(verb=subscription_reply.INSTEAD, handle=self.instead),
            *self.subscribe_reply.buttons(),
        )

    def questions(self) -> tuple[PromptHandler, ...]:
        """List the questions of these handlers."""
        return (PromptHandler(kind=_ASKED, handle=self.sub),)

    async def sub(self, request: Request) -> None:
        """Subscribe to what was typed, or ask for it."""
        queries = phrasing.read_queries(request.text)
        if not queries:
            await self._ask(request)
        elif not await self._offer_other(request, queries, is_command=True):
            await request.reply(*await self.subscribe_reply(request, "\n".join(queries)))

    async def _offer_other(self, request: Request, queries: Sequence[str], *, is_command: bool) -> bool:
        """Offer what a text may mean that is no plain keyword; says whether it was answered."""
        is_doubtful = keyword_candidates.are_doubtful(queries, is_command=is_command)
        return (
            await self._offer_source(request, queries, is_doubtful=is_doubtful)
            or await self._offer_alternatives(request, queries)
            or (is_doubtful and await self._offer_keywords(request, queries))
        )

    async def _offer_keywords(self, request: Request, queries: Sequence[str]) -> bool:
        """Ask which words of a sentence are meant, so that nobody waits for news of a whole sentence."""
        proposal, whole = keyword_candidates.find_keywords(request.text), ", ".join(queries)
        offered = [word for word in proposal.keywords if keyboards.fits(welcome.ADD, word)]
        if not offered:
            return False
        rows = [[keyboards.button(word, welcome.ADD, word)] for word in offered]
        together = [at for at, word in enumerate(offered) if word in proposal.together]
        if len(together) > 1:
            label = request.translation.label("Each on its own")
            rows.append([keyboards.button(label, _EACH, ".".join(map(str, together)))])
        if whole not in offered and keyboards.fits(welcome.ADD, whole):
            rows.append([keyboards.quoting(whole, request.translation, welcome.ADD, whole)])
        rows.append([keyboards.button(request.translation.label("Cancel"), keyboards.NO)])
        await request.reply(request.translation.t("Which words shall I look for?"), keyboards.keyboard(rows))
        return True

    async def _offer_source(self, request: Request, queries: Sequence[str], *, is_doubtful: bool) -> bool:
        address = queries[0] if len(queries) == 1 else ""
        if is_doubtful or len(address.split()) == 2:
            address = source.find_address(request.text) or address
        return bool(address) and await self.offer_source(replace(request, text=address))

    async def _offer_alternatives(self, request: Request, queries: Sequence[str]) -> bool:
        """Ask how "Kim or Putin" and "Kim and Putin", in small letters, are meant."""
        joined = phrasing.find_joined(queries[0]) if len(queries) == 1 else None
        if joined is None or not keyboards.fits(welcome.ADD, " OR ".join(joined.parts)):
            return False
        translation = request.translation
        if joined.is_either:
            question = translation.t("Is one of them enough, or must the article contain all of them?")
            operator = translation.label("OR")
            label, wanted = f" {operator} ".join(joined.parts), " OR ".join(joined.parts)
        else:
            question = translation.t("Each of them on its own, or only articles that contain all of them?")
            label, wanted = translation.label("Each on its own"), ", ".join(joined.parts)
        all_words = translation.label("All of the words")
        rows = [
            [keyboards.button(label, welcome.ADD, wanted)],
            [keyboards.button(all_words, welcome.ADD, " ".join(joined.parts))],
        ]
        await request.reply(question, keyboards.keyboard(rows))
        return True

    async def _ask(self, request: Request) -> None:
        now = self.clock.now()
        await self.chats.ask(
            PendingQuestion(
                chat_id=request.answer_place.chat_id,
                thread_id=request.answer_place.thread_id,
                user_id=request.requester.user_id,
                kind=request.name_question(_ASKED),
                expires_at=now + _QUESTION_LIFETIME,
            )
        )
        first, second, _ = welcome.examples(request.translation)
        await request.reply(
            request.translation.t(
                "What shall I look for? One word or more, for instance {first} or {second}. /cancel ends this.",
                first=code(first),
                second=code(second),
            ),
            asks=request.translation.label("Keyword"),
        )

    async def offer(self, request: Request) -> bool:
        """Ask whether a text is meant as a keyword, so that nobody is subscribed by accident; it always is answered."""
        text, translation = request.text.strip(), request.translation
        if len(text) > _OFFER_LENGTH:
            await request.reply(translation.t("That is too long for a keyword. Send me a few words, or /help."))
            return True
        queries = phrasing.read_queries(text)
        if await self._offer_other(request, queries, is_command=False):
            return True
        text = ", ".join(queries) or text
        for part in queries:
            try:
                parser.parse(part)
            except Refusal as refusal:
                await request.reply(query_errors.words(refusal, part, translation))
                return True
        data = (_OFFER, text) if keyboards.fits(_OFFER, text) else (_OFFER, "")
        rows = [
            [
                keyboards.button(translation.label("Yes, alert me"), *data),
                keyboards.button(translation.label("Cancel"), keyboards.NO),
            ]
        ]
        await request.reply(translation.t("Alert me on “{text}”?", text=bold(text)), keyboards.keyboard(rows))
        return True

    async def add(self, press: ButtonPress) -> str:
        """Subscribe to the keyword a button carries; its message stays."""
        await press.request.reply(*await self.subscribe_reply(press.request, press.rest))
        return ""

    async def add_each(self, press: ButtonPress) -> str:
        """Subscribe to several of the keywords that the buttons of this message carry; the button holds their rows."""
        _, shown = press.content()
        wanted = [int(at) for at in press.rest.split(".") if at.isdecimal()]
        offered = [keyboards.unpack(str(row[0].callback_data)) for row in shown.inline_keyboard] if shown else []
        words = [offered[at][1] for at in wanted if at < len(offered) and offered[at][0] == welcome.ADD]
        if not words:
            return press.request.translation.label("This button is too old.")
        await press.request.reply(*await self.subscribe_reply(press.request, "\n".join(words)))
        return ""

    async def accept(self, press: ButtonPress) -> str:
        """Subscribe to the keyword that was offered; a longer one is read from the bold text of the offer."""
        text = press.rest or next(iter(press.message.parse_entities([MessageEntity.BOLD]).values()), "")
        if parser.split(text):
            await press.edit(*await self.subscribe_reply(press.request, text))
        return ""

    async def instead(self, press: ButtonPress) -> str:
        """Replace the keyword by the suggestion."""
        request = press.request
        wanted, _, text = press.rest.partition(":")
        if not (wanted.isdecimal() and text):
            return request.translation.label("This button is too old.")
        await self.unsubscribe.by_id(request.place.chat_id, request.place.thread_id, SubscriptionId(int(wanted[:18])))
        await press.edit(*await self.subscribe_reply(request, text))
        return ""

    async def undo(self, press: ButtonPress) -> str:
        """Remove one subscription and confirm it in the message that announced it."""
        request, translation = press.request, press.request.translation
        if not press.rest.isdecimal():
            return translation.label("This button is too old.")
        gone = await self.unsubscribe.by_id(
            request.place.chat_id, request.place.thread_id, SubscriptionId(int(press.rest[:18]))
        )
        if gone is None:
            return translation.label("That is no longer there.")
        undone = translation.t("Undone. Removed again: {query}.", query=bold(gone.query.normal))
        text, shown = press.content()
        if subscription_reply.is_list(text):  # several were reported in this message, the others stay
            await press.edit(join("\n", [text, undone]), keyboards.refreshed(shown, gone.id, []))
        else:
            await press.edit(undone)
        return ""
