"""/lang: the language in which the bot writes in a chat."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.repositories import ChatRepository
from bot.i18n.catalog import Catalog, mark
from bot.telegram import keyboards
from bot.telegram.commands import ButtonPress, CallbackButton, Command, Handlers, Request, RequiredRole

_LANG = "lang"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsHandlers(Handlers):
    """Settings of a chat: its language."""

    chats: ChatRepository
    catalog: Catalog

    def commands(self) -> tuple[Command, ...]:
        """List the commands of these handlers."""
        return (
            Command(
                name="lang",
                aliases=("language", "sprache"),
                handle=self.lang,
                who=RequiredRole.CHANGERS,
                about=mark("Choose the language"),
            ),
        )

    def buttons(self) -> tuple[CallbackButton, ...]:
        """List the buttons of these handlers."""
        return (CallbackButton(verb=_LANG, handle=self.choose),)

    async def lang(self, request: Request) -> None:
        """Change the language, or show buttons for all languages."""
        wanted = self.catalog.find_named(request.text)
        if wanted:
            await self.chats.set_language(request.place.chat_id, wanted)
            await request.reply(self.catalog.speak(wanted).t("From now on I speak English here."))
            return
        rows = [
            [keyboards.button(self.catalog.speak(language).name, _LANG, language)]
            for language in self.catalog.languages
        ]
        if request.text:
            text = request.translation.t("I do not speak that language yet. Which one do you want?")
        else:
            text = request.translation.t("Which language do you want?")
        await request.reply(text, keyboards.keyboard(rows))

    async def choose(self, press: ButtonPress) -> str:
        """Change the language to that of the button."""
        wanted = self.catalog.find(press.rest)
        if wanted is None:
            return press.request.translation.label("This button is too old.")
        await self.chats.set_language(press.request.place.chat_id, wanted)
        await press.edit(self.catalog.speak(wanted).t("From now on I speak English here."))
        return ""
