"""Looking at the past: /test tries a query without subscribing, /why explains an alert, or that there was none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from bot.core.delivery.delivery import DeliveryState
from bot.core.errors import Refusal
from bot.core.ids import MessageId
from bot.core.query import parser
from bot.i18n.catalog import Translation, mark
from bot.i18n.markup import Html, bold, code, italic, join
from bot.services.explain import ExplainService, Explanation, QueryFinding
from bot.telegram import keyboards
from bot.telegram.commands import CallbackButton, Command
from bot.telegram.request import Request
from bot.telegram.subscription_reply import SuggestionFinder
from bot.telegram.text import alert, backtest, query_errors, welcome

_EVIDENCE = 4


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
        speech, typed = turn.speech, turn.text.strip()
        if not typed:
            example = code("/test " + welcome.examples(speech)[0])
            await turn.reply(speech.t("Write behind it what you want to try, for instance {example}", example=example))
            return
        try:
            asked = parser.parse(typed)
        except Refusal as refusal:
            await turn.reply(query_errors.words(refusal, typed, speech))
            return
        past = await self.look_back.of_text(turn.place, asked)
        if past is None:
            return
        wanted = past.near or asked.normal
        fits = keyboards.fits(welcome.ADD, wanted)
        label = speech.label("Alert me on {query}", query=wanted)
        rows = [[keyboards.button(label, welcome.ADD, wanted)]] if fits else []
        await turn.reply(backtest.trial(past, asked.normal, speech), keyboards.keyboard(rows))

    async def explain(self, turn: Request) -> None:
        """Say why an article was reported or was not."""
        place, speech, link = turn.place, turn.speech, turn.text.strip()
        if link:
            found = await self.why.of_link(place.chat_id, place.thread_id, link.split()[0])
            missing = speech.t("I have not seen this article: none of the feeds you follow brought it.")
        elif turn.answered is not None:
            found = await self.why.of_message(place.chat_id, place.thread_id, MessageId(turn.answered))
            missing = speech.t("That is no alert, or it is too old for me to remember.")
        else:
            found = None
            missing = speech.t(
                "Answer an alert with /why, or write the link of an article behind it: {example}",
                example=code("/why https://…"),
            )
        await turn.reply(missing if found is None else _reasons(found, speech))


def _reasons(found: Explanation, speech: Translation) -> Html:
    lines = [backtest.headline(found.article)]
    if said := _fate(found, speech):
        lines.append(italic(said))
    for finding in found.findings:
        lines += _finding(finding, speech)
    return join("\n", [*lines, *(italic(each) for each in _obstacles(found, speech))])


def _fate(found: Explanation, speech: Translation) -> Html | None:
    """Say what became of an article with a keyword in it that was not told; before the keywords, which are no hits."""
    fate = found.fate
    if fate is None:
        return speech.t("No alert on it is on record here.") if found.findings else None
    if fate.told_by is not None:
        return speech.t("Not reported: same story as {headline}", headline=backtest.headline(fate.told_by))
    match fate.state:
        case DeliveryState.SENT | DeliveryState.FOLDED:
            return None
        case DeliveryState.HELD:
            return speech.t("It is held back and comes later.")
        case DeliveryState.QUEUED | DeliveryState.LEASED | DeliveryState.SENDING:
            return speech.t("It is on its way.")
        case DeliveryState.DEAD:
            return speech.t("It was not reported here.")
        case _:
            assert_never(fate.state)


def _finding(finding: QueryFinding, speech: Translation) -> list[Html]:
    subscription = finding.subscription
    name = speech.t("{query} (no. {number})", query=bold(subscription.name), number=subscription.number)
    if finding.is_silenced:
        name = speech.t("{query}: paused or muted", query=name)
    told = [
        speech.t("• {reason} ({place})", reason=alert.reason(each, speech), place=alert.place(each.place, speech))
        for each in finding.evidence[:_EVIDENCE]
    ]
    return [name, *told]


def _obstacles(found: Explanation, speech: Translation) -> list[Html]:
    """Say what stands, or stood, between the article and the reader."""
    told = []
    if not found.has_keywords:
        told.append(speech.t("There are no keywords here."))
    elif not found.findings:
        told.append(speech.t("None of your keywords is in it."))
    if not found.is_read:
        told.append(speech.t("It is in a language you do not read here."))
    if found.is_paused:
        told.append(speech.t("All alerts are paused here."))
    if found.findings and found.is_late:
        told.append(speech.t("When I first saw it, it was too old to be news."))
    return told
