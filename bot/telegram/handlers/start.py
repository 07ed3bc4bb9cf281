"""/start, /help, /cancel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.core import shared_list
from bot.i18n.catalog import Translation, mark
from bot.i18n.markup import Html, code, escape, join, link
from bot.settings.model import LegalSettings
from bot.telegram import keyboards, start_links
from bot.telegram.api.client import BotClient
from bot.telegram.commands import (
    ButtonPress,
    CallbackButton,
    Command,
    CommandMenu,
    Handlers,
    Request,
    RequiredRole,
    has_role,
)
from bot.telegram.subscription_reply import SubscribeReply
from bot.telegram.text import welcome


@dataclass(frozen=True, slots=True, kw_only=True)
class StartHandlers(Handlers):
    """Welcome, help, and cancelling an open question."""

    subscribe_reply: SubscribeReply
    legal: LegalSettings
    menu: CommandMenu
    open_list: Callable[[Request, str], Awaitable[None]]
    """Shows the shared list behind the payload of a link."""
    account: BotClient
    """Who the bot is, and whether it has an inline mode, is known once it is open."""
    others: tuple[Command, ...]
    """The commands of all other handlers, for /help and the menu of operators."""

    def commands(self) -> tuple[Command, ...]:
        """List the commands of these handlers."""
        return (
            Command(name="start", handle=self.start, about=mark("Show how this works")),
            Command(name="help", aliases=("hilfe",), handle=self.help, about=mark("Show all commands")),
            Command(name="cancel", handle=self.cancel, about=mark("Cancel the open question")),
        )

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (CallbackButton(verb=keyboards.NO, handle=self.never_mind),)

    async def start(self, request: Request) -> None:
        """Welcome; a payload from a link subscribes at once, or opens a shared list."""
        if shared_list.is_payload(request.text):
            await self._open_list(request)
            return
        query = start_links.read_query(request.text) if request.is_private else ""
        if query:
            await request.reply(*await self.subscribe_reply(request, query))
        else:
            await request.reply(*welcome.welcome(request.translation, in_group=not request.is_private))
        if request.requester.is_operator and request.is_private:
            self.menu.publish_for(request.requester.user_id, self.all_commands())

    async def _open_list(self, request: Request) -> None:
        """Open a shared list; in a group only administrators may, who alone can take something over."""
        if await has_role(request, RequiredRole.CHANGERS):
            await self.open_list(request, request.text)
        else:
            await request.reply(request.translation.t("Only administrators can change anything here."))

    def all_commands(self) -> tuple[Command, ...]:
        """List the commands of all handlers, those of operators last."""
        readers = [command for command in self.others if command.who is not RequiredRole.OPERATORS]
        operators = [command for command in self.others if command.who is RequiredRole.OPERATORS]
        return (*readers, *self.commands(), *operators)

    async def help(self, request: Request) -> None:
        """List the commands, and how to write a search."""
        t = request.translation.t
        is_operator = request.requester.is_operator
        lines = [
            escape(f"/{command.name} – {request.translation.label(command.about)}")
            for command in self.all_commands()
            if command.about and (is_operator or command.who is not RequiredRole.OPERATORS)
        ]
        lines += [Html(""), t("A keyword can also look like this:"), *_searches(request.translation)]
        if self.account.supports_inline_queries:
            example = code(f"@{self.account.username} {welcome.examples(request.translation)[0]}")
            lines += [
                Html(""),
                t("In any chat: {example} shows the newest stories, and a tap sends one.", example=example),
            ]
        if self.legal.source_url:
            lines += [Html(""), link(request.translation.label("The source code of this bot"), self.legal.source_url)]
        await request.reply(join("\n", lines))

    async def cancel(self, request: Request) -> None:
        """Drop an open question."""
        if request.question:
            await request.reply(request.translation.t("All right, never mind."))
        else:
            await request.reply(request.translation.t("There is nothing to cancel."))

    async def never_mind(self, press: ButtonPress) -> str:
        """Drop an offer."""
        await press.edit(press.request.translation.t("All right, nothing was changed."))
        return ""


def _searches(translation: Translation) -> tuple[Html, ...]:
    t, label = translation.t, translation.label
    either, without = label("Putin OR Trump"), label("football -women")
    exact, beginning = label("=rail"), label("nucle*")
    return (
        t("{example} – all of these words", example=code("Kim Jong Un")),
        t("{example} – exactly this phrase", example=code('"Kim Jong Un"')),
        t("{example} – either of these words", example=code(either)),
        t("{example} – the first word, but not the second", example=code(without)),
        t("{example} – only this exact form", example=code(exact)),
        t("{example} – everything that begins like this", example=code(beginning)),
        t("Several at once: one per line, or separated by commas."),
    )
