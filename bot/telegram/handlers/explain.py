"""Looking at the past: /test tries a query without subscribing, /why explains an alert, or that there was none."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core import source
from bot.core.errors import Refusal
from bot.core.ids import MessageId
from bot.core.query import parser
from bot.core.query.parser import MatchMode
from bot.i18n.catalog import mark
from bot.i18n.markup import code
from bot.services.backtest import Backtest
from bot.services.explain import ExplainService
from bot.telegram import keyboards
from bot.telegram.commands import Command, Handlers, Request
from bot.telegram.text import backtest as backtest_text
from bot.telegram.text import explanation, query_errors, welcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainHandlers(Handlers):
    """Questions about stored articles; they change nothing."""

    backtest: Backtest
    explain_service: ExplainService

    def commands(self) -> tuple[Command, ...]:
        """List the commands of this area."""
        return (
            Command(
                name="test", handle=self.test, arguments="<keyword>", about=mark("Try a keyword on stored articles")
            ),
            Command(
                name="why",
                aliases=("warum",),
                handle=self.explain,
                arguments="[link]",
                about=mark("Explain why an article did or did not trigger an alert"),
            ),
        )

    async def test(self, request: Request) -> None:
        """Say what a query would have found."""
        translation, typed = request.translation, request.text.strip()
        if not typed:
            example = code("/test " + welcome.examples(translation)[0])
            await request.reply(translation.t("What shall I try? For instance {example}", example=example))
            return
        try:
            asked = parser.parse(typed)
        except Refusal as refusal:
            await request.reply(query_errors.words(refusal, typed, translation))
            return
        if request.chat is None:
            return
        past = await self.backtest(request.chat, asked, MatchMode.COMPOUNDS)
        wanted = past.near or asked.normal
        fits = keyboards.fits(welcome.ADD, wanted)
        label = translation.label("Alert me on {query}", query=wanted)
        rows = [[keyboards.button(label, welcome.ADD, wanted)]] if fits else []
        await request.reply(backtest_text.trial(past, asked.normal, translation), keyboards.keyboard(rows))

    async def explain(self, request: Request) -> None:
        """Say why an article was reported or was not."""
        place, translation = request.place, request.translation
        first, _, _ = request.text.partition(" ")
        link = first if source.is_address(first) else source.find_address(request.text)
        if link is not None:
            found = await self.explain_service.of_link(place.chat_id, place.thread_id, link)
            missing = translation.t("I have not seen this article: none of the sources followed here carried it.")
        elif request.answered is not None:
            found = await self.explain_service.of_message(place.chat_id, place.thread_id, MessageId(request.answered))
            missing = translation.t("That is not an alert, or it is so old that nothing about it is stored any more.")
        elif request.text.strip():
            found, missing = None, translation.t("That is not a web address.")
        else:
            found = None
            missing = translation.t(
                "Reply to an alert with /why, or add the link to an article: {example}",
                example=code("/why https://…"),
            )
        await request.reply(missing if found is None else explanation.explanation(found, translation))
