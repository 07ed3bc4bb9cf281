"""Looking at the past: /test tries a query without subscribing, /why explains an alert, or that there was none."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.errors import Refusal
from bot.core.ids import MessageId
from bot.core.query import parser
from bot.i18n.catalog import mark
from bot.i18n.markup import code
from bot.services.explain import ExplainService
from bot.telegram import keyboards
from bot.telegram.commands import CallbackButton, Command
from bot.telegram.request import Request
from bot.telegram.subscription_reply import SuggestionFinder
from bot.telegram.text import backtest, explanation, query_errors, welcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainHandlers:
    """Questions about stored articles; they change nothing."""

    look_back: SuggestionFinder
    why: ExplainService

    def commands(self) -> tuple[Command, ...]:
        """List the commands of this area."""
        return (
            Command(name="test", handle=self.test, about=mark("Try a keyword on stored articles")),
            Command(name="why", aliases=("warum",), handle=self.explain, about=mark("Why I told you, or did not")),
        )

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of this area."""
        return ()

    async def test(self, turn: Request) -> None:
        """Say what a query would have found."""
        translation, typed = turn.translation, turn.text.strip()
        if not typed:
            example = code("/test " + welcome.examples(translation)[0])
            await turn.reply(
                translation.t("Write behind it what you want to try, for instance {example}", example=example)
            )
            return
        try:
            asked = parser.parse(typed)
        except Refusal as refusal:
            await turn.reply(query_errors.words(refusal, typed, translation))
            return
        past = await self.look_back.of_text(turn.place, asked)
        if past is None:
            return
        wanted = past.near or asked.normal
        fits = keyboards.fits(welcome.ADD, wanted)
        label = translation.label("Alert me on {query}", query=wanted)
        rows = [[keyboards.button(label, welcome.ADD, wanted)]] if fits else []
        await turn.reply(backtest.trial(past, asked.normal, translation), keyboards.keyboard(rows))

    async def explain(self, turn: Request) -> None:
        """Say why an article was reported or was not."""
        place, translation, link = turn.place, turn.translation, turn.text.strip()
        if link:
            found = await self.why.of_link(place.chat_id, place.thread_id, link.split()[0])
            missing = translation.t("I have not seen this article: none of the feeds you follow brought it.")
        elif turn.answered is not None:
            found = await self.why.of_message(place.chat_id, place.thread_id, MessageId(turn.answered))
            missing = translation.t("That is no alert, or it is too old for me to remember.")
        else:
            found = None
            missing = translation.t(
                "Answer an alert with /why, or write the link of an article behind it: {example}",
                example=code("/why https://…"),
            )
        await turn.reply(missing if found is None else explanation.explanation(found, translation))
