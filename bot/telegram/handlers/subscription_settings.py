"""The buttons Instant · Silent · Digest · Exact · Headline only below the reply to /sub."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.query.parser import MatchMode
from bot.core.subscription import Subscription
from bot.i18n.markup import code
from bot.services.subscriptions import Adjusted, SettingsService
from bot.telegram import keyboards, subscription_reply
from bot.telegram.commands import ButtonPress, CallbackButton, Handlers
from bot.telegram.subscription_reply import SubscribeReply
from bot.telegram.text import schedule, volume

_MODES = {keyboards.EXACT: MatchMode.EXACT, keyboards.COMPOUNDS: MatchMode.COMPOUNDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionSettingsHandlers(Handlers):
    """The settings of one keyword, by buttons."""

    settings_service: SettingsService
    subscribe_reply: SubscribeReply

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (CallbackButton(verb=keyboards.HOW, handle=self.choose),)

    async def choose(self, press: ButtonPress) -> str:
        """Do what the button says, and mark the current choice by ✓."""
        request, translation = press.request, press.request.translation
        asked = keyboards.read(press.rest)
        if asked is None:
            return translation.label("This button is too old.")
        subscription_id, what = asked
        place = (request.place.chat_id, request.place.thread_id, subscription_id)
        match what:
            case _ if what in _MODES:
                done = await self.settings_service.match_as(*place, _MODES[what])
            case keyboards.HEADLINE | keyboards.SUMMARY:
                is_wanted = what == keyboards.HEADLINE
                done = await self.settings_service.set_headline_only(*place, headline_only=is_wanted)
            case keyboards.OPEN:
                done = await self.settings_service.show(*place)
            case _ if what in keyboards.URGENCIES:
                done = await self.settings_service.come_as(*place, keyboards.URGENCIES[what])
            case _:
                return translation.label("This button is too old.")
        if done is None:
            return translation.label("That is no longer there.")
        await self._show(press, done.subscription, what)
        if done.hour_set is not None:
            await self._say_hour(press, done)
        return await self._note(press, done, what)

    async def _show(self, press: ButtonPress, subscription: Subscription, what: str) -> None:
        """Mark what is in force; in the reply about one keyword also say anew what depends on what was chosen."""
        text, shown = press.content()
        alone = not keyboards.others(shown, subscription.id)
        fresh = keyboards.rows(subscription, press.request.translation, alone=alone)
        if not subscription_reply.is_list(text) and keyboards.offers_undo(shown, subscription.id):
            if what in _MODES:
                before = subscription_reply.find_before(press, subscription.id)
                text = await self.subscribe_reply.write_again(press.request, subscription, before)
            else:
                text = volume.change(text, subscription, press.request.translation)
        await press.edit(text, keyboards.refreshed(shown, subscription.id, fresh))

    async def _say_hour(self, press: ButtonPress, done: Adjusted) -> None:
        translation = press.request.translation
        when = schedule.schedule_words(done.hour_set or (), translation)
        await press.request.reply(
            translation.t(
                "The digest comes {when}. To change that: {example}", when=when, example=code("/digest 18:00")
            )
        )

    async def _note(self, press: ButtonPress, done: Adjusted, what: str) -> str:
        label, subscription = press.request.translation.label, done.subscription
        match what:
            case keyboards.INSTANT:
                return label("Comes at once, with a sound.")
            case keyboards.SILENT:
                return label("Comes at once, without a sound.")
            case keyboards.DIGEST:
                return label("Comes in the digest.")
            case keyboards.HEADLINE | keyboards.SUMMARY:
                return (
                    label("The alert shows the headline only.")
                    if subscription.headline_only
                    else label("With a summary.")
                )
            case _ if what in _MODES:
                is_exact = subscription.mode is MatchMode.EXACT
                return label("Exactly as written.") if is_exact else label("With its word forms and compounds.")
            case _:
                return ""
