"""Hot topics: an operator names the channel of a keyword with many readers, and readers leave the push for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.core.chat import PendingQuestion
from bot.core.errors import Refusal
from bot.core.hot_topic import HotTopic
from bot.core.ids import QueryId
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, code, link
from bot.services.hot_topics import HotTopicService
from bot.telegram.channels import ChannelAccess
from bot.telegram.commands import ButtonPress, CallbackButton, Handlers, PromptHandler, Request, RequiredRole
from bot.telegram.text import hot_topics as text
from bot.telegram.text import query_errors

_ASKED = "hot-topic"
_QUESTION_LIFETIME = timedelta(minutes=10)
_CHANNEL = re.compile(r"(?:@|(?:https?://)?t\.me/)([A-Za-z][A-Za-z0-9_]{3,31})/?")


@dataclass(frozen=True, slots=True, kw_only=True)
class HotTopicHandlers(Handlers):
    """Naming and declining a channel, and leaving the push."""

    hot_topics: HotTopicService
    channels: ChannelAccess

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        who = RequiredRole.OPERATORS
        return (
            CallbackButton(verb=text.NAME, handle=self.ask, who=who),
            CallbackButton(verb=text.DECLINE, handle=self.decline, who=who),
            CallbackButton(verb=text.LEAVE, handle=self.leave),
        )

    def questions(self) -> tuple[PromptHandler, ...]:
        """List the questions of these handlers."""
        return (PromptHandler(kind=_ASKED, handle=self.name, who=RequiredRole.OPERATORS),)

    async def ask(self, press: ButtonPress) -> str:
        """Ask for the name of the channel."""
        request, translation = press.request, press.request.translation
        topic = await self._find(press.rest)
        if topic is None:
            return translation.label("This keyword has a channel already.")
        registry = self.channels.registry
        await registry.chats.ask(
            PendingQuestion(
                chat_id=request.answer_place.chat_id,
                thread_id=request.answer_place.thread_id,
                user_id=request.requester.user_id,
                kind=f"{_ASKED}:{topic.query_id}",
                expires_at=registry.clock.now() + _QUESTION_LIFETIME,
            )
        )
        asked = translation.t("Which channel is for {keyword}? Send me its @name.", keyword=text.keyword(topic))
        await request.reply(asked, asks=translation.label("@channel"))
        return ""

    async def name(self, request: Request) -> None:
        """Give the topic the channel that was named, where the operator and the bot have the rights."""
        topic = await self._find((request.question or "").partition(":")[2])
        if topic is None:
            await request.reply(request.translation.t("This keyword has a channel already."))
            return
        named = _CHANNEL.fullmatch(request.text.strip())
        if named is None:
            await request.reply(_unnamed(request.translation), text.question(topic, request.translation)[1])
            return
        about = await self.channels.concern(request, f"@{named[1]}")
        if not isinstance(about, Request):
            await request.reply(about, text.question(topic, request.translation)[1])
            return
        await request.reply(await self._give(topic, about, f"@{named[1]}"))

    async def _give(self, topic: HotTopic, about: Request, channel: str) -> Html:
        translation = about.translation
        try:
            given = await self.hot_topics.give(topic, about.place.chat_id, channel)
        except Refusal as refusal:
            return query_errors.words(refusal, topic.query.normal, translation)
        if given is None:
            return translation.t("This keyword has a channel already.")
        return translation.t(
            "{channel} gets every article about {keyword} from now on, and I tell the readers of it.",
            channel=link(channel, given.link),
            keyword=text.keyword(topic),
        )

    async def decline(self, press: ButtonPress) -> str:
        """Ask no more about this keyword."""
        translation, query_id = press.request.translation, _number(press.rest)
        topic = None if query_id is None else await self.hot_topics.decline(query_id)
        if topic is None:
            return translation.label("This keyword has a channel already.")
        await press.edit(
            translation.t("No channel for {keyword}; I will not ask about it again.", keyword=text.keyword(topic))
        )
        return ""

    async def leave(self, press: ButtonPress) -> str:
        """End the subscription of a reader who reads the channel."""
        request, translation, query_id = press.request, press.request.translation, _number(press.rest)
        place, gone, topic = request.place, None, None
        if query_id is not None:
            gone = await self.hot_topics.leave(place.chat_id, place.thread_id, query_id)
            topic = await self.hot_topics.hot_topics.find(query_id)
        if gone is None:
            return translation.label("That is no longer there.")
        await press.edit(*text.left(topic, gone, translation))
        return ""

    async def _find(self, typed: str) -> HotTopic | None:
        query_id = _number(typed)
        return None if query_id is None else await self.hot_topics.find(query_id)


def _unnamed(translation: Translation) -> Html:
    return translation.t(
        "Only a public channel has a link for its readers: send me its name, for instance {example}.",
        example=code("@nordkorea_news"),
    )


def _number(typed: str) -> QueryId | None:
    return QueryId(int(typed)) if typed.isdecimal() and typed.isascii() and len(typed) <= 18 else None
