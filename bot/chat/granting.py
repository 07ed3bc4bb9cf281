"""Grants wishes for keywords: subscribes, reports, and offers sources where none speaks the reader's language."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from telegram import InlineKeyboardMarkup

from bot.chat import keyboards, report, sourcewords
from bot.chat.command import CallbackButton
from bot.chat.lookback import SuggestionFinder
from bot.chat.turn import ButtonPress, Request
from bot.core.errors import StorageError
from bot.flow.starter import LanguageGap, StarterFeeds
from bot.flow.subscribe import Subscribed, SubscribeResult, SubscribeService
from bot.texts.markup import Html

_log = logging.getLogger(__name__)
_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeReply:
    """What every way to a new keyword ends in."""

    subscribe: SubscribeService
    look_back: SuggestionFinder
    starter: StarterFeeds

    async def __call__(self, turn: Request, text: str) -> tuple[Html, InlineKeyboardMarkup | None]:
        """Subscribe to what stands in a text; returns the answer and its buttons."""
        results = await self.subscribe(turn.place.chat_id, turn.place.thread_id, text)
        told = await self.look_back(turn.place, results)
        said, keyboard = report.report(results, turn.speech, told)
        gap = await self._find_gap(turn, results)
        if gap is None:
            return said, keyboard
        return sourcewords.with_gap(said, keyboard, gap, turn.speech, may_add=self._may_add(turn))

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of the offer."""
        return (
            CallbackButton(verb=sourcewords.STARTER, handle=self.add_starter),
            CallbackButton(verb=sourcewords.STARTER_UNDO, handle=self.undo_starter),
        )

    async def add_starter(self, press: ButtonPress) -> str:
        """Add the starter feeds of a language, and say which; the offer goes."""
        turn, speech = press.turn, press.turn.speech
        if not self._may_add(turn):
            return speech.label("Sources are chosen by the operator of this bot.")
        done = await self.starter.add(turn.place.chat_id, press.rest)
        if done.changed:
            await turn.reply(*sourcewords.starter_added(done, speech))
        text, shown = press.look()
        await press.edit(text, keyboards.without(shown, press.data))
        return "" if done.changed else speech.label("There is nothing left to add.")

    async def undo_starter(self, press: ButtonPress) -> str:
        """Take back what a press added or switched on."""
        speech = press.turn.speech
        language, _, digits = press.rest.partition(":")
        try:
            changed = int(digits[:_DIGITS], 16)
        except ValueError:
            return speech.label("This button is too old.")
        gone = await self.starter.undo(press.turn.place.chat_id, language, changed)
        if not gone:
            return speech.label("That is no longer there.")
        await press.edit(sourcewords.starter_undone(gone, language, speech))
        return ""

    async def _find_gap(self, turn: Request, results: tuple[SubscribeResult, ...]) -> LanguageGap | None:
        """Look for the gap; a fault of the store costs the reader this line and no more."""
        if not any(isinstance(each, Subscribed) for each in results):
            return None
        try:
            return await self.starter.find_gap(turn.place.chat_id)
        except StorageError as error:
            _log.warning("starter.failed", extra={"error": error})
            return None

    def _may_add(self, turn: Request) -> bool:
        return self.starter.is_open or turn.is_operator
