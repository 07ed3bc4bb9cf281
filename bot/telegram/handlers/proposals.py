"""The buttons above those of the reply to /sub: related words, the other reading of a keyword, and exclusions."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.errors import Refusal
from bot.core.query import parser
from bot.core.query.parser import Query
from bot.core.repositories import SubscriptionRepository
from bot.core.subscription import Subscription
from bot.i18n.markup import plain
from bot.services.related import identify
from bot.services.subscriptions import SettingsService, Subscribed
from bot.telegram import keyboards, subscription_reply
from bot.telegram.commands import ButtonPress, CallbackButton, Handlers
from bot.telegram.subscription_reply import SubscribeReply
from bot.telegram.text import query_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalHandlers(Handlers):
    """Does what the reply to /sub proposes; the buttons carry the keyword's id and the number of a word."""

    subscribe_reply: SubscribeReply
    subscriptions: SubscriptionRepository
    settings_service: SettingsService

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (
            CallbackButton(verb=subscription_reply.ALSO, handle=self.also),
            CallbackButton(verb=subscription_reply.READ, handle=self.read),
            CallbackButton(verb=subscription_reply.WITHOUT, handle=self.exclude),
            CallbackButton(verb=subscription_reply.PHRASE, handle=self.as_phrase),
            CallbackButton(verb=subscription_reply.BACK, handle=self.restore),
        )

    async def also(self, press: ButtonPress) -> str:
        """Subscribe to a related word as well; the reply to that can be undone."""
        request, (known, number) = press.request, await self._find(press)
        word = None
        if known is not None and request.chat is not None:
            word = await self.subscribe_reply.find_suggestions.find_word(request.chat, known, number)
        if word is None:
            return request.translation.label("That is no longer there.")
        await request.reply(*await self.subscribe_reply(request, word))
        text, shown = press.content()
        await press.edit(text, keyboards.without(shown, press.data))
        return ""

    async def read(self, press: ButtonPress) -> str:
        """Let the keyword be meant in its other reading."""
        known, _ = await self._find(press)
        other = self.subscribe_reply.find_suggestions.related.reread(known.query) if known else None
        return await self._change(press, known, other)

    async def as_phrase(self, press: ButtonPress) -> str:
        """Look for the words of a keyword side by side."""
        known, _ = await self._find(press)
        return await self._change(press, known, parser.as_phrase(known.query) if known else None)

    async def exclude(self, press: ButtonPress) -> str:
        """Exclude a compound that the keyword finds."""
        known, number = await self._find(press)
        related = self.subscribe_reply.find_suggestions.related
        compounds = related.list_exclusions(known.query) if known else ()
        compound = next((compound for compound in compounds if identify(compound) == number), None)
        if known is None or compound is None:
            return press.request.translation.label("That is no longer there.")
        try:
            return await self._change(press, known, parser.exclude(known.query, compound))
        except Refusal as refusal:
            return plain(query_errors.words(refusal, known.query.normal, press.request.translation))

    async def restore(self, press: ButtonPress) -> str:
        """Let the keyword ask again for what it asked before, which stands in the message in its second bold words."""
        known, _ = await self._find(press)
        before = subscription_reply.find_before(press, known.id) if known else None
        return await self._change(press, known, before)

    async def _find(self, press: ButtonPress) -> tuple[Subscription | None, str]:
        """Find the keyword that a button belongs to, and what else the button carries."""
        place = press.request.place
        wanted, _, rest = press.rest.partition(":")
        listed = await self.subscriptions.list_for(place.chat_id, place.thread_id)
        return next((known for known in listed if str(known.id) == wanted), None), rest

    async def _change(self, press: ButtonPress, known: Subscription | None, query: Query | None) -> str:
        """Change what a keyword asks for, and say it in place of the reply."""
        request, translation = press.request, press.request.translation
        if known is None or query is None:
            return translation.label("That is no longer there.")
        place = (request.place.chat_id, request.place.thread_id, known.id)
        try:
            done = await self.settings_service.change_query(*place, query)
        except Refusal as refusal:
            return plain(query_errors.words(refusal, query.normal, translation))
        if done is None:
            return translation.label("That is no longer there.")
        subscription = done.subscription
        found = await self.subscribe_reply.find_suggestions(request.chat, (Subscribed(subscription),))
        shown = subscription_reply.report_change(known.query, subscription, translation, found.get(subscription.id))
        await press.edit(*shown)
        return ""
