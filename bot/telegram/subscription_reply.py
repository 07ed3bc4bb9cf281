"""
Subscribes to the keywords of a message and reports each result, with what else the reader may want.

Each keyword has its own result and a button that takes it back. The reply says how often the keyword would have matched
lately and what else may be meant, and offers sources where none is in the reader's language.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from bot.core.backtest import BacktestResult
from bot.core.chat import Chat, ChatKind
from bot.core.errors import StorageError
from bot.core.ids import SubscriptionId
from bot.core.ports import Clock
from bot.core.query import parser
from bot.core.query.parser import Query
from bot.core.subscription import Subscription
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, bold, join
from bot.services.backtest import Backtest
from bot.services.related import NOTHING, Proposals, RelatedSearch, RelatedWord, identify
from bot.services.starter_feeds import LanguageGap, StarterFeeds
from bot.services.subscriptions import NotSubscribed, Subscribed, SubscribeResult, SubscribeService
from bot.services.volume import Volume, VolumeSearch
from bot.telegram import keyboards
from bot.telegram.commands import ButtonPress, CallbackButton, Request
from bot.telegram.text import alert, feeds, query_errors, volume
from bot.telegram.text import backtest as backtest_text

_log = logging.getLogger(__name__)
_SEARCH_SECONDS = 0.6
"""Per answer, for searching the archive; of many keywords at once the last ones get no suggestions."""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What the reply can add about one new subscription."""

    past: BacktestResult
    proposals: Proposals = NOTHING
    """Where the reply is about this subscription alone."""
    volume: Volume | None = None
    """Where it would bring many alerts, and the reply is about it alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionFinder:
    """Finds in the archive what can be added to the reply about a new subscription."""

    backtest: Backtest
    related: RelatedSearch
    volume: VolumeSearch
    clock: Clock

    async def __call__(
        self, chat: Chat | None, results: tuple[SubscribeResult, ...]
    ) -> Mapping[SubscriptionId, Suggestions]:
        """Search for each subscription as far as time allows; a fault of the store costs only these lines."""
        suggestions: dict[SubscriptionId, Suggestions] = {}
        started = self.clock.monotonic()
        subscriptions = [result.subscription for result in results if isinstance(result, Subscribed)]
        try:
            for subscription in subscriptions:
                if chat is None or self.clock.monotonic() - started > _SEARCH_SECONDS:
                    break
                past = await self.backtest(chat, subscription.query, subscription.mode)
                suggestions[subscription.id] = Suggestions(past)
                if len(results) == 1:
                    proposals = await self.related(chat, subscription, past)
                    volume = await self.volume(chat, subscription, past)
                    suggestions[subscription.id] = Suggestions(past, proposals, volume)
        except StorageError as error:
            _log.warning("lookback.failed", extra={"error": error})
        return suggestions

    async def find_word(self, chat: Chat, subscription: Subscription, number: str) -> str | None:
        """Find the related word that was offered under a number."""
        past = await self.backtest(chat, subscription.query, subscription.mode)
        return await self.related.find_word(chat, subscription, past, number)


UNDO = keyboards.UNDO
INSTEAD = "instead"
ALSO, READ, WITHOUT, BACK, PHRASE = "also", "read", "without", "before", "phrase"
_ROW = 40
"""Characters of buttons that stand side by side; a row of more is hard to read on a phone."""
_MOST_BUTTONS = 30
_GRANTED, _REFUSED = "✓", "✗"
_ALIKE = 4
"""Keywords refused for one reason from which the reason is said once."""


class Audience(Enum):
    """Who gets the alerts of a keyword."""

    READER = auto()
    GROUP = auto()
    TOPIC = auto()
    CHANNEL = auto()


def find_audience(request: Request) -> Audience:
    """Find out who gets the alerts of the chat, or the topic, that a request is about."""
    if request.place.chat_id > 0:
        return Audience.READER
    if request.chat is not None and request.chat.kind is ChatKind.CHANNEL:
        return Audience.CHANNEL
    return Audience.TOPIC if request.place.thread_id else Audience.GROUP


def report(
    results: tuple[SubscribeResult, ...],
    translation: Translation,
    suggestions: Mapping[SubscriptionId, Suggestions],
    audience: Audience = Audience.READER,
) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Write what became of each keyword, and what it would have found."""
    done = [result.subscription for result in results if isinstance(result, Subscribed)]
    if len(results) == 1 and (refused := _refuse(results[0], translation)) is not None:
        return refused, None
    if len(results) == 1 and done:
        return _one(done[0], translation, suggestions.get(done[0].id), audience)
    lines = [
        line
        for reason, group in groupby(results, lambda result: _refuse(result, translation))
        for line in _lines(tuple(group), reason, translation, suggestions)
    ]
    if len(done) == 1:
        rows = keyboards.rows(done[0], translation)
    else:
        rows = [keyboards.closed(subscription, translation) for subscription in done[:_MOST_BUTTONS]]
    return join("\n", lines), keyboards.keyboard(rows)


def is_list(text: str) -> bool:
    """Return whether a message reports several keywords."""
    return text.startswith((_GRANTED, _REFUSED))


def report_change(
    before: Query, subscription: Subscription, translation: Translation, found: Suggestions | None
) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Write what a keyword asks for now and, in the second bold words, what it asked for before."""
    changed = translation.t(
        "Changed: {query} (no. {number}), previously {before}",
        query=bold(subscription.query.normal),
        number=subscription.number,
        before=bold(before.normal),
    )
    rows = [
        [_back(before, subscription.id, translation)],
        *_suggest(subscription, translation, found),
        *keyboards.rows(subscription, translation),
    ]
    lines = [changed, *_foresee(subscription, translation, found)]
    return join("\n", lines), keyboards.keyboard(rows)


def _back(before: Query, subscription_id: SubscriptionId, translation: Translation) -> InlineKeyboardButton:
    return keyboards.button(translation.label("Back to {query}", query=before.normal), BACK, subscription_id)


def find_before(press: ButtonPress, subscription_id: SubscriptionId) -> Query | None:
    """Read in a message what a keyword asked for before it was changed, if the message says so and leads back."""
    bold_words = list(press.message.parse_entities([MessageEntity.BOLD]).values())
    before = parser.stored(bold_words[1]) if len(bold_words) > 1 else None
    if before is None or not before.is_readable:
        return None
    back, shown = _back(before, subscription_id, press.request.translation), press.content()[1]
    leads_back = shown is not None and any(button == back for row in shown.inline_keyboard for button in row)
    return before if leads_back else None


def _announce(subscription: Subscription, audience: Audience, translation: Translation) -> Html:
    """Say that a keyword is there, and who gets its alerts."""
    facts = {"query": bold(subscription.query.normal), "number": subscription.number}
    match audience:
        case Audience.READER:
            return translation.t(
                "Subscribed to {query} (no. {number}). You will get an alert as soon as a source reports on it.",
                **facts,
            )
        case Audience.GROUP:
            return translation.t(
                "Subscribed to {query} (no. {number}). This group gets an alert as soon as a source reports on it.",
                **facts,
            )
        case Audience.TOPIC:
            return translation.t(
                "Subscribed to {query} (no. {number}). This topic gets an alert as soon as a source reports on it.",
                **facts,
            )
        case Audience.CHANNEL:
            return translation.t(
                "Subscribed to {query} (no. {number}). The channel gets an alert as soon as a source reports on it.",
                **facts,
            )


def _one(
    subscription: Subscription, translation: Translation, found: Suggestions | None, audience: Audience
) -> tuple[Html, InlineKeyboardMarkup | None]:
    done = _announce(subscription, audience, translation)
    rows = [*_suggest(subscription, translation, found), *keyboards.rows(subscription, translation)]
    lines = [done, *_foresee(subscription, translation, found)]
    return join("\n", lines), keyboards.keyboard(rows)


def _foresee(subscription: Subscription, translation: Translation, found: Suggestions | None) -> tuple[Html, ...]:
    """Say what a keyword would have found, and where that is much, which of the buttons below make it less."""
    if found is None:
        return ()
    past = backtest_text.lines(found.past, subscription.query.normal, translation)
    return past if found.volume is None else (*past, *volume.lines(subscription, found.volume, translation))


def _suggest(subscription: Subscription, translation: Translation, found: Suggestions | None) -> keyboards.Rows:
    """Suggest a similar word, related words, the other reading of the keyword, and compounds to exclude."""
    if found is None:
        return []
    rows: keyboards.Rows = []
    near, proposals = found.past.near, found.proposals
    if near and near != proposals.other_reading and keyboards.fits(INSTEAD, subscription.id, near):
        label = translation.label("{query} instead", query=near)
        rows.append([keyboards.button(label, INSTEAD, subscription.id, near)])
    rows += _in_rows(
        keyboards.button(_counted(f"+ {word.text}", word), ALSO, subscription.id, identify(word.text))
        for word in proposals.words
    )
    others: list[InlineKeyboardButton] = []
    if found.volume is not None and found.volume.phrase is not None:
        others.append(keyboards.button(found.volume.phrase.query.normal, PHRASE, subscription.id))
    if proposals.other_reading:
        label = translation.label("{query} instead", query=proposals.other_reading)
        others.append(keyboards.button(label, READ, subscription.id))
    for word in proposals.exclusions:
        label = _counted(translation.label("without {query}", query=word.text), word)
        others.append(keyboards.button(label, WITHOUT, subscription.id, identify(word.text)))
    return [*rows, *_in_rows(others)]


def _counted(label: str, word: RelatedWord) -> str:
    return f"{label} ({word.count})" if word.count else label


def _in_rows(buttons: Iterable[InlineKeyboardButton]) -> keyboards.Rows:
    """Put buttons side by side as far as they can be read."""
    rows: keyboards.Rows = []
    for button in buttons:
        if rows and sum(len(other.text) for other in rows[-1]) + len(button.text) <= _ROW:
            rows[-1].append(button)
        else:
            rows.append([button])
    return rows


def _refuse(result: SubscribeResult, translation: Translation) -> Html | None:
    """Say why a keyword was refused; None where it was not."""
    return query_errors.words(result.refusal, result.text, translation) if isinstance(result, NotSubscribed) else None


def _lines(
    group: Sequence[SubscribeResult],
    reason: Html | None,
    translation: Translation,
    suggestions: Mapping[SubscriptionId, Suggestions],
) -> Iterator[Html]:
    """Write the lines of keywords that follow each other; where many are refused for one reason, it is said once."""
    for at, result in enumerate(group):
        match result:
            case Subscribed(subscription):
                yield _line(subscription, translation, suggestions.get(subscription.id))
            case NotSubscribed(text, _):
                named = bold(alert.cut(text.rstrip(": "), 60))
                if at == 0 and len(group) >= _ALIKE:
                    count = len(group) - 1
                    yield translation.t("✗ {text} and {count} more: {reason}", text=named, count=count, reason=reason)
                    return
                yield translation.t("✗ {text}: {reason}", text=named, reason=reason)


def _line(subscription: Subscription, translation: Translation, known: Suggestions | None) -> Html:
    line = translation.t("✓ {query} (no. {number})", query=bold(subscription.query.normal), number=subscription.number)
    counted = backtest_text.short(known.past, translation) if known else None
    return join(" · ", [line, counted]) if counted else line


_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeReply:
    """Subscribes to the keywords of a text and writes the reply, however the text was given."""

    subscribe: SubscribeService
    find_suggestions: SuggestionFinder
    starter: StarterFeeds

    async def __call__(self, request: Request, text: str) -> tuple[Html, InlineKeyboardMarkup | None]:
        """Subscribe to the keywords in a text; returns the reply and its buttons."""
        results = await self.subscribe(request.place.chat_id, request.place.thread_id, text)
        suggestions = await self.find_suggestions(request.chat, results)
        reply, keyboard = report(results, request.translation, suggestions, find_audience(request))
        gap = await self._find_gap(request.chat, results)
        if gap is None:
            return reply, keyboard
        return feeds.with_gap(reply, keyboard, gap, request.translation, may_add=self._may_add(request))

    async def write_again(self, request: Request, subscription: Subscription, before: Query | None = None) -> Html:
        """Write the reply about one keyword anew, because it is matched in another way now, or its change."""
        results = (Subscribed(subscription),)
        suggestions = await self.find_suggestions(request.chat, results)
        reply, keyboard = report(results, request.translation, suggestions, find_audience(request))
        if before is not None:
            found = suggestions.get(subscription.id)
            reply, keyboard = report_change(before, subscription, request.translation, found)
        gap = await self._find_gap(request.chat, results)
        if gap is None:
            return reply
        return feeds.with_gap(reply, keyboard, gap, request.translation, may_add=self._may_add(request))[0]

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of the offer."""
        return (
            CallbackButton(verb=feeds.STARTER, handle=self.add_starter),
            CallbackButton(verb=feeds.STARTER_UNDO, handle=self.undo_starter),
        )

    async def add_starter(self, press: ButtonPress) -> str:
        """Add the starter feeds of a language, and replace the offer by the result."""
        request, translation = press.request, press.request.translation
        if not self._may_add(request):
            return translation.label("The operator of this bot chooses the sources.")
        done = await self.starter.add(request.place.chat_id, press.rest)
        if done.changed:
            await request.reply(*feeds.starter_added(done, translation))
        text, shown = press.content()
        await press.edit(text, keyboards.without(shown, press.data))
        return "" if done.changed else translation.label("There is nothing left to add.")

    async def undo_starter(self, press: ButtonPress) -> str:
        """Remove what a press added, and switch off what it switched on."""
        translation = press.request.translation
        language, _, digits = press.rest.partition(":")
        try:
            changed = int(digits[:_DIGITS], 16)
        except ValueError:
            return translation.label("This button is too old.")
        gone = await self.starter.undo(press.request.place.chat_id, language, changed)
        if not gone:
            return translation.label("That is no longer there.")
        await press.edit(feeds.starter_undone(gone, language, translation))
        return ""

    async def _find_gap(self, chat: Chat | None, results: tuple[SubscribeResult, ...]) -> LanguageGap | None:
        """Find out whether no source is in the reader's language; a fault of the store costs only this line."""
        if chat is None or not any(isinstance(result, Subscribed) for result in results):
            return None
        try:
            return await self.starter.find_gap(chat)
        except StorageError as error:
            _log.warning("starter.failed", extra={"error": error})
            return None

    def _may_add(self, request: Request) -> bool:
        return self.starter.is_open or request.requester.is_operator
