"""The buttons [Mute] and [⋯] below an alert: the rows they open, what each button in them does, and its undoing."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from telegram import InlineKeyboardButton

from bot.core import quiet_hours
from bot.core.alert_action import ActionKind
from bot.core.errors import Refusal
from bot.core.ids import AlertActionId, DeliveryId, MessageId, SubscriptionId
from bot.core.portable import StoredSubscription
from bot.core.ports import Clock
from bot.core.query.parser import MatchMode
from bot.core.subscription import Urgency
from bot.i18n import markup
from bot.i18n.catalog import Translation
from bot.services.alert_actions import ActionDone, AlertActions, ShownAlert
from bot.services.explain import ExplainService
from bot.telegram import keyboards
from bot.telegram.commands import ButtonPress, CallbackButton, Handlers, Request, RequiredRole
from bot.telegram.text import alert as alert_text
from bot.telegram.text import backtest, explanation, query_errors, schedule

UNDO, WHY = "back", "whence"
"""The verbs of the buttons that undo an action and that explain an alert."""
_HOURS = {"8": timedelta(hours=8), "24": timedelta(hours=24)}
_STORY = "story"
_WORD, _SOURCE, _EXACT, _DIGEST, _UNSUBSCRIBE, _SAVE, _UNSAVE, _SHARE = "w", "f", "x", "d", "u", "k", "n", "t"
_CHOSEN = "✓ {label}"
_SAVED = "🔖 {label}"
_IN_A_ROW = 2
_NAME = 60
_DIGITS = 18

Rows = list[list[InlineKeyboardButton]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """What a button of the menu says: for which alert, what to do, with which subscription and word."""

    shown: ShownAlert
    what: str
    stored: StoredSubscription | None
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMenuHandlers(Handlers):
    """Repairing alerts with one tap; what a button names is looked up anew at each press."""

    actions: AlertActions
    explain_service: ExplainService
    clock: Clock
    timezone: str
    """Of chats that have set none."""
    share: Callable[[Request, SubscriptionId | None], Awaitable[str]]
    """Answers with the link to a shared keyword; returns the note for the press."""

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (
            CallbackButton(verb=alert_text.MUTE, handle=self.mute),
            CallbackButton(verb=alert_text.MENU, handle=self.choose),
            CallbackButton(verb=UNDO, handle=self.undo),
            CallbackButton(verb=WHY, handle=self.explain, who=RequiredRole.ANYBODY),
        )

    async def mute(self, press: ButtonPress) -> str:
        """Open the row of [Mute], or mute for some hours, or the story."""
        shown, what = await self._find(press), press.rest.partition(":")[2]
        if shown is None or what not in ("", _STORY, *_HOURS):
            return _too_old(press)
        if not what:
            return await self._open(press, shown, [_mute_row(shown, press.request.translation)])
        done = await (self.actions.mute_story(shown) if what == _STORY else self.actions.mute(shown, _HOURS[what]))
        return await self._report(press, shown, done, lambda done: self._muted(press, shown, done))

    def _muted(self, press: ButtonPress, shown: ShownAlert, done: ActionDone) -> str:
        translation = press.request.translation
        if done.until is None:
            return translation.label("No more alerts about this story will come here.")
        zone = quiet_hours.zone(shown.chat.timezone, self.timezone)
        until = schedule.until_words(done.until, self.clock.now(), zone, translation)
        return translation.label(
            "{names}: muted {until}. Alerts until then are dropped and will not come later.",
            names=_named(done),
            until=until,
        )

    async def choose(self, press: ButtonPress) -> str:
        """Open the menu of [⋯], a choice within it, or do what its button says."""
        shown = await self._find(press)
        if shown is None:
            return _too_old(press)
        _, what, wanted, word = (press.rest.split(":", 3) + [""] * 3)[:4]
        if not what:
            is_saved = await self.actions.is_saved(shown)
            return await self._open(press, shown, _menu(shown, press.request.translation, is_saved=is_saved))
        stored = shown.find(SubscriptionId(int(wanted[:_DIGITS]))) if wanted.isdecimal() else None
        if not wanted and len(shown.subscriptions) == 1:
            stored = shown.subscriptions[0]
        choice = _Choice(shown=shown, what=what, stored=stored, word=word)
        if what == _SOURCE:
            return await self._drop_source(press, choice)
        if what in (_SAVE, _UNSAVE):
            return await self._save(press, choice)
        if what not in (_WORD, _EXACT, _DIGEST, _SHARE, _UNSUBSCRIBE):
            return _too_old(press)
        if stored is None:
            if wanted or not shown.subscriptions:
                return press.request.translation.label("That is no longer there.")
            return await self._open(press, shown, _pick(shown, what, press.request.translation))
        if what == _WORD:
            return await self._exclude(press, choice, stored)
        if what == _SHARE:
            return await self.share(press.request, stored.subscription.id)
        return await self._change(press, choice, stored)

    async def _drop_source(self, press: ButtonPress, choice: _Choice) -> str:
        def say(done: ActionDone) -> str:
            translation, source = press.request.translation, alert_text.cut(done.source, _NAME)
            if done.is_removed:
                return translation.label("{source} is removed from the sources.", source=source)
            return translation.label("{source} is switched off. /feeds shows all sources.", source=source)

        return await self._report(press, choice.shown, await self.actions.drop_source(choice.shown), say)

    async def _save(self, press: ButtonPress, choice: _Choice) -> str:
        """Save the article, or remove it; one that is saved already can be removed."""
        label, shown = press.request.translation.label, choice.shown
        if choice.what == _UNSAVE:
            done = await self.actions.unsave(shown)
            return await self._report(press, shown, done, lambda _: label("It is not saved any more."))
        saved = await self.actions.save(shown)
        if isinstance(saved, Refusal):
            return _refused(saved, "", press.request.translation)
        if saved is None:
            remove = keyboards.button(label("Remove"), alert_text.MENU, shown.sent.delivery.id, _UNSAVE)
            first = alert_text.first_row(shown.sent.delivery.id, press.request.translation)
            await press.edit_keyboard(keyboards.keyboard([first, [remove]]))
            return label("It is saved already. /saved shows all of them.")
        return await self._report(press, shown, saved, lambda _: label("Saved. /saved shows all that is saved here."))

    async def _exclude(self, press: ButtonPress, choice: _Choice, stored: StoredSubscription) -> str:
        """Propose words of the article, or exclude the one that was chosen."""
        translation, shown = press.request.translation, choice.shown
        words = self.actions.list_words(shown, stored)
        if not choice.word:
            if not words:
                return translation.label("This article has no word to exclude.")
            return await self._open(press, shown, _propose(shown, stored, words, translation))
        word = next((word for word in words if _mark(word) == choice.word), None)
        if word is None:
            return _too_old(press)
        done = await self.actions.exclude(shown, stored, word)
        if isinstance(done, Refusal):
            return _refused(done, f"{stored.subscription.query.normal} -{word}", translation)
        return await self._report(
            press,
            shown,
            done,
            lambda done: translation.label("{names}: no more alerts with “{word}”.", names=_named(done), word=word),
        )

    async def _change(self, press: ButtonPress, choice: _Choice, stored: StoredSubscription) -> str:
        """Match a subscription exactly, put it into the digest, or remove it."""
        translation, shown, subscription = press.request.translation, choice.shown, stored.subscription
        if choice.what == _EXACT:
            if subscription.mode is MatchMode.EXACT:
                return translation.label("That is already the case.")
            done = await self.actions.make_exact(shown, stored)
        elif choice.what == _DIGEST:
            if subscription.urgency is Urgency.DIGEST:
                return translation.label("That is already the case.")
            done = await self.actions.digest(shown, stored)
        else:
            done = await self.actions.unsubscribe(shown, stored)
        return await self._report(press, shown, done, lambda done: _changed(choice.what, done, translation))

    async def undo(self, press: ButtonPress) -> str:
        """Restore what an action changed, and close the menu."""
        translation, shown, wanted = press.request.translation, await self._find(press), press.rest.partition(":")[2]
        if shown is None or not wanted.isdecimal():
            return _too_old(press)
        undone = await self.actions.undo(shown, AlertActionId(int(wanted[:_DIGITS])))
        if isinstance(undone, Refusal):
            return _refused(undone, "", translation)
        await press.edit_keyboard(alert_text.buttons(shown.sent.delivery.id, translation))
        if undone is None:
            return translation.label("That has already been undone.")
        if undone.kind is ActionKind.UNSUBSCRIBED:
            names = ", ".join(before.wish.title or before.wish.query.normal for before in undone.subscriptions)
            return translation.label("Undone. Back again: {names}.", names=alert_text.cut(names, _NAME))
        return translation.label("Undone: it is as it was before.")

    async def explain(self, press: ButtonPress) -> str:
        """Say why the alert came."""
        request = press.request
        place, message_id = request.place, MessageId(press.message.message_id)
        found = await self.explain_service.of_message(place.chat_id, place.thread_id, message_id)
        if found is None:
            return _too_old(press)
        headline = backtest.headline(found.article)
        await request.reply(markup.join("\n", [headline, explanation.explanation(found, request.translation)]))
        return ""

    async def _find(self, press: ButtonPress) -> ShownAlert | None:
        number = press.rest.partition(":")[0]
        if not number.isdecimal() or len(number) > _DIGITS:
            return None
        message_id = MessageId(press.message.message_id)
        return await self.actions.find(press.request.place.chat_id, DeliveryId(int(number)), message_id)

    async def _open(self, press: ButtonPress, shown: ShownAlert, rows: Rows) -> str:
        """Show rows below the first one; the press that opened them closes them."""
        first = alert_text.first_row(shown.sent.delivery.id, press.request.translation)
        opened, (_, now) = keyboards.keyboard([first, *rows]), press.content()
        await press.edit_keyboard(keyboards.keyboard([first]) if now == opened else opened)
        return ""

    async def _report(
        self,
        press: ButtonPress,
        shown: ShownAlert,
        done: ActionDone | None,
        say: Callable[[ActionDone], str],
    ) -> str:
        """Offer to undo what was done; returns the sentence about it."""
        translation, delivery_id = press.request.translation, shown.sent.delivery.id
        if done is None:
            return translation.label("That is no longer there.")
        undo = keyboards.button(translation.label("Undo"), UNDO, delivery_id, done.action_id)
        first = alert_text.first_row(delivery_id, translation)
        await press.edit_keyboard(keyboards.keyboard([first, [undo]]))
        return say(done)


def _too_old(press: ButtonPress) -> str:
    return press.request.translation.label("This button is too old.")


def _refused(refusal: Refusal, typed: str, translation: Translation) -> str:
    return markup.plain(query_errors.words(refusal, typed, translation))


def _named(done: ActionDone) -> str:
    return alert_text.cut(", ".join(done.names), _NAME)


def _mute_row(shown: ShownAlert, translation: Translation) -> list[InlineKeyboardButton]:
    delivery_id = shown.sent.delivery.id
    labels = {"8": translation.label("8 h"), "24": translation.label("24 h"), _STORY: translation.label("this story")}
    return [keyboards.button(label, alert_text.MUTE, delivery_id, what) for what, label in labels.items()]


def _menu(shown: ShownAlert, translation: Translation, *, is_saved: bool) -> Rows:
    """Make the menu; where the alert is for one subscription, what is in force bears ✓."""
    delivery_id, label = shown.sent.delivery.id, translation.label
    (only,) = shown.subscriptions if len(shown.subscriptions) == 1 else (None,)
    is_exact = only is not None and only.subscription.mode is MatchMode.EXACT
    is_in_digest = only is not None and only.subscription.urgency is Urgency.DIGEST
    labels = {
        _WORD: label("exclude a word"),
        _SOURCE: label("not this source"),
        _EXACT: _mark_chosen(label("exact only"), is_exact),
        _DIGEST: _mark_chosen(label("digest instead"), is_in_digest),
        _SAVE: _mark_chosen(_SAVED.format(label=label("save")), is_saved),
        _SHARE: label("share"),
        _UNSUBSCRIBE: label("unsubscribe"),
    }
    made = [keyboards.button(text, alert_text.MENU, delivery_id, what) for what, text in labels.items()]
    return _in_rows([*made, keyboards.button(label("why"), WHY, delivery_id)])


def _mark_chosen(label: str, chosen: bool) -> str:
    return _CHOSEN.format(label=label) if chosen else label


def _pick(shown: ShownAlert, what: str, translation: Translation) -> Rows:
    """Ask which subscription is meant."""
    delivery_id = shown.sent.delivery.id
    made = [
        keyboards.button(stored.subscription.name, alert_text.MENU, delivery_id, what, stored.subscription.id)
        for stored in shown.subscriptions
    ]
    return [*_in_rows(made), _back(shown)]


def _propose(shown: ShownAlert, stored: StoredSubscription, words: tuple[str, ...], translation: Translation) -> Rows:
    """Propose words to exclude."""
    delivery_id, number = shown.sent.delivery.id, stored.subscription.id
    made = [keyboards.button(f"−{word}", alert_text.MENU, delivery_id, _WORD, number, _mark(word)) for word in words]
    return [*_in_rows(made), _back(shown)]


def _back(shown: ShownAlert) -> list[InlineKeyboardButton]:
    return [keyboards.button("‹", alert_text.MENU, shown.sent.delivery.id)]


def _in_rows(made: list[InlineKeyboardButton]) -> Rows:
    return [made[at : at + _IN_A_ROW] for at in range(0, len(made), _IN_A_ROW)]


def _mark(word: str) -> str:
    """Name a word in callback data, which has no room for long ones; the article has only a few."""
    return hashlib.blake2b(word.encode(), digest_size=4).hexdigest()


def _changed(what: str, done: ActionDone, translation: Translation) -> str:
    names = _named(done)
    if what == _EXACT:
        return translation.label("{names}: from now on only exactly as written.", names=names)
    if what == _UNSUBSCRIBE:
        return translation.label("Removed: {names}.", names=names)
    if done.hour_set:
        when = schedule.schedule_words(done.hour_set, translation)
        return translation.label("{names}: in the digest from now on, {when}.", names=names, when=when)
    return translation.label("{names}: in the digest from now on.", names=names)
