"""The chats of the page that are not private, with the real bot: topics and a channel; the bot asked from any chat."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect
from telegram import Bot, InlineQuery, InlineQueryResultArticle, InputTextMessageContent

from bot.demo import stage
from bot.demo.telegram_server import people
from tests.demo import browser
from tests.demo.browser import chromium
from tests.demo.test_page import overflow, person, shown, spoken

__all__ = ["chromium"]

pytestmark = [browser.needed, pytest.mark.asyncio(loop_scope="module")]
PHONE = (390, 844)
MEETING = "Treffen von Putin und Kim in Wladiwostok"


async def test_alerts_arrive_in_a_topic_and_in_a_channel(chromium: Browser) -> None:
    """On a phone: one topic of the group is subscribed, and the channel from its manager's chat; both get the alert."""
    async with stage.set_up(0) as scene:
        people.enter(scene.server.world)
        await scene.bot.start()
        await scene.server.ready()
        await scene.newsroom.read_by_all()
        async with browser.opened(chromium, scene.server.url, size=PHONE) as window:
            await window.open("Redaktion")
            await expect(window.page.locator("#topic option")).to_have_text(["General", "Asien", "Wirtschaft"])
            await window.page.get_by_label("in", exact=True).select_option("Asien")
            await window.write("/sub Nordkorea")
            await expect(window.message("Nordkorea").last.locator(".name")).to_have_text("Stichwort in Asien")
            await window.open("Weltnachrichten")
            await expect(window.page.locator("#opening")).to_contain_text("Anna manages it in the chat with the bot")
            await window.button("/sub @weltnachrichten Nordkorea").click()
            await expect(window.page.locator("#chat-list [aria-current] .chat-name")).to_have_text("Anna")
            await expect(window.messages.last.get_by_role("button", name="Rückgängig")).to_be_visible()

            await window.button("Newsroom").click()
            await window.publish(MEETING)
            for title in ("Redaktion", "Weltnachrichten"):
                await expect(window.page.locator(".wire li")).to_contain_text(f"{title} after")
            await window.page.locator('[data-place="chats"]').click()
            await window.open("Weltnachrichten")
            await expect(window.message(MEETING).locator(".name")).to_have_text("Weltnachrichten")
            assert await overflow(window) <= 0
            await window.open("Redaktion")
            await expect(window.message(MEETING).locator(".name")).to_have_text("Stichwort in Asien")
            assert await overflow(window) <= 0
        assert scene.server.violations == []


async def test_a_channel_loses_the_bot_and_gets_it_back(chromium: Browser) -> None:
    """As administrator, without which it could not post there."""
    async with shown(chromium) as (scene, window):
        await window.open("Weltnachrichten")
        about = window.page.locator("#talk-about")
        await expect(about).to_have_text("Channel @weltnachrichten of Anna, with the bot")
        await window.switch("Weltnachrichten dismisses the bot").click()
        await expect(about).to_contain_text("bot removed")
        await window.switch("Weltnachrichten dismisses the bot").click()
        await expect(about).to_contain_text("with the bot")
        channel = scene.server.world.find_chat("@weltnachrichten")
        assert channel is not None
        assert channel.bot == "administrator"


async def asked(bot: Bot, words: str) -> InlineQuery:
    """Wait until the bot is asked inline for these words."""
    offset = 0
    while True:
        for update in await bot.get_updates(offset=offset, timeout=5):
            offset = update.update_id + 1
            if update.inline_query and update.inline_query.query == words:
                return update.inline_query


@pytest.mark.parametrize("size", [browser.WIDE, PHONE], ids=["wide", "phone"])
async def test_the_bot_is_asked_from_any_chat(chromium: Browser, size: tuple[int, int]) -> None:
    """The button with the "@" begins a query, its results cover nothing that can be pressed, and one is sent."""
    async with spoken(chromium, size=size) as (_, window, bot, anna):
        anna.say("/sub Nordkorea")
        suggestions = window.page.locator(".suggestion")
        await expect(suggestions.first).to_be_visible()
        await window.button("Ask the bot from this chat").click()
        await expect(window.field).to_have_value("@stichwort_bot ")
        await window.field.press_sequentially("Bern")
        query = await asked(bot, "Bern")
        results = [
            InlineQueryResultArticle(str(number), f"Treffer {number}", InputTextMessageContent(f"Meldung {number}"))
            for number in range(9)
        ]
        await bot.answer_inline_query(query.id, results, cache_time=0, is_personal=True)

        options = window.page.locator("#menu").get_by_role("option")
        await expect(options).to_have_count(9)
        menu, row = await window.page.locator("#menu").bounding_box(), await suggestions.first.bounding_box()
        assert menu
        assert row
        assert menu["y"] >= 0
        assert menu["y"] + menu["height"] <= row["y"]
        assert await overflow(window) <= 0
        await window.field.press("ArrowDown")
        await window.field.press("Enter")
        await expect(window.field).to_have_value("")
        await expect(window.message("Meldung 0")).to_be_visible()
        assert anna.chat.messages[-1].text == "Meldung 0"


async def test_the_page_has_every_kind_of_chat(chromium: Browser) -> None:
    """Two private chats, a group, one with two topics, and a channel, all of which are reached by a press."""
    async with shown(chromium, size=PHONE) as (scene, window):
        names = window.page.locator("#chat-list .chat-name")
        await expect(names).to_have_text(["Anna", "Ben", "Weltlage", "Redaktion", "Weltnachrichten"])
        for name in ("Weltnachrichten", "Ben"):
            await window.open(name)
            await expect(window.page.locator("#chat-list [aria-current] .chat-name")).to_have_text(name)
        assert person(scene, "Anna").id in scene.server.world.chats
        assert await overflow(window) <= 0
