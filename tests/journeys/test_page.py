"""
The page as a newcomer uses it, with the real bot behind it.

STICHWORT_PICTURE=docs/demo.png makes the last test write the picture of the README.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.demo import stage
from bot.demo.stage import Stage
from bot.demo.telegram_server import people
from tests.demo import browser
from tests.demo.browser import Window, chromium

__all__ = ["chromium"]

pytestmark = [browser.needed, pytest.mark.asyncio(loop_scope="module")]
MEETING = "Treffen von Putin und Kim in Wladiwostok"
SATELLITE = "Nordkorea kündigt Start eines weiteren Satelliten an"
HOSTILE = 'Nordkoreas Zinsen < 1 % & "Null" > Inflation? <script>alert(1)</script> <b>Nein</b>'
PICTURE = os.environ.get("STICHWORT_PICTURE")


@asynccontextmanager
async def visited(chromium: Browser, *, sharpness: float = 1) -> AsyncIterator[tuple[Stage, Window]]:
    """Set the stage as `stichwort demo` does, and open the page."""
    async with stage.set_up(0) as scene:
        people.enter(scene.server.world)
        await scene.bot.start()
        async with browser.opened(chromium, scene.server.url, sharpness=sharpness) as window:
            await expect(window.page.locator("#bot-words")).to_have_text("Bot is running")
            await expect(window.page.locator("#reading")).to_contain_text("feeds every second")
            yield scene, window
        assert scene.server.violations == []


async def test_a_newcomer_subscribes_reads_takes_back_and_loses_nothing(chromium: Browser) -> None:
    """By button and by typing, with the bot killed in between: every alert comes, in time and once."""
    async with visited(chromium) as (scene, window):
        await window.button("/start").click()
        await window.button("Nordkorea").click()
        await expect(window.message("Abonniert")).to_be_visible()
        suggestion = window.page.locator("#next-list").get_by_role("button", name="/list", exact=True)
        await suggestion.click()
        await expect(window.message("Nr. 1")).to_be_visible()
        await expect(suggestion).to_have_count(0)

        await window.publish(MEETING)
        alert = window.message(MEETING)
        await expect(alert).to_have_count(1)
        await expect(alert).to_contain_text("• Kim Jong Un und Wladimir Putin treffen sich heute.")
        await expect(alert.locator("strong", has_text="Nordkoreas")).to_have_text("Nordkoreas")
        await expect(alert.locator(".delay")).to_contain_text("s after publication")
        await expect(window.page.locator("#timing")).to_contain_text("from publication to alert")
        assert await alert.get_by_role("link", name=MEETING).get_attribute("href") == scene.newsroom.entries[-1].link

        await window.button("Rückgängig").click()
        await expect(window.message("Rückgängig gemacht")).to_contain_text("edited")
        await window.write("/sub Nordkorea")
        await expect(window.button("Rückgängig")).to_be_visible()

        await window.button("Kill").click()
        await expect(window.page.locator("#bot-words")).to_have_text("Bot was killed")
        await window.publish(SATELLITE)
        await window.button("Start the bot").click()
        await expect(window.message(SATELLITE)).to_have_count(1)
        await expect(window.page.locator("#bot-words")).to_have_text("Bot is running")

        await window.page.get_by_role("button", name="Ask the bot from this chat").click()
        await window.page.keyboard.type("Wladiwostok")
        await window.page.get_by_role("option", name=re.compile(MEETING)).click()
        await expect(window.message("via @")).to_contain_text(MEETING)
        await expect(window.page.locator("#field")).to_have_value("")
        assert scene.server.doubles == ()


async def test_five_papers_are_one_message_that_grows_and_an_own_article_stays_text(chromium: Browser) -> None:
    """
    The reader sees a single alert, marked as edited, in whose last line four papers are links.

    What looks like a program is read, not run, in the chat and in the newsroom.
    """
    title = "<img src=x onerror=\"document.title='broken'\"> Nordkorea <script>document.title='broken'</script> & «Co»"
    async with visited(chromium) as (scene, window):
        await window.button("/sub Nordkorea").click()
        await expect(window.button("Rückgängig")).to_be_visible()
        await window.publish("Nordkorea öffnet Grenze für Touristen aus Europa")
        grown = window.message("auch bei")
        await expect(grown).to_have_count(1)
        names = grown.locator("em a, i a")
        await expect(names).to_have_count(4)
        await expect(grown).to_contain_text("edited")
        links = [await names.nth(at).get_attribute("href") for at in range(4)]
        assert len({link for link in links if link}) == 4
        if PICTURE:
            await window.page.screenshot(path=Path(PICTURE).with_name("five.png"))
        assert len([message for message in scene.server.received if "auch bei" in message.text]) == 1

        await window.page.get_by_text("Write your own").click()
        await window.page.get_by_label("Title").fill(title)
        await window.page.get_by_label("Text", exact=True).fill("<b>Kein Fettdruck</b> & kein Skript über Nordkorea.")
        await window.button("Publish").click()
        # A feed's title may be markup to the bot; what arrives in the chat is text in any case.
        await expect(window.page.locator(".wire .headline").first).to_have_text(title)
        await expect(window.page.locator(".message .delay")).to_have_count(2)
        await window.page.get_by_role("button", name=re.compile(r"Show \d+ more")).click()
        await window.publish(HOSTILE)
        await expect(window.page.locator(".message .delay")).to_have_count(3)
        await expect(window.messages.last).to_contain_text("Nordkoreas Zinsen < 1 %")
        assert "broken" not in await window.page.title()
        assert await window.page.locator("main img, main script").count() == 0


async def test_a_group_and_an_english_reader_are_served_too_and_the_picture_can_be_taken(chromium: Browser) -> None:
    """
    The group's administrator subscribes it; the reader in English gets English words and adds a paper.

    A reader with two alerts, and a group with two unread ones: that is what the README shows.
    """
    async with visited(chromium, sharpness=2) as (_, window):
        await window.open("Ben")
        await window.button("/sub North Korea").click()
        await expect(window.message("Subscribed")).to_be_visible()
        await window.button("Send /addfeed").click()
        await expect(window.message("Added: Säntis-Bote (German)")).to_be_visible()
        await window.open("Weltlage")
        await window.button("/sub Nordkorea").click()
        await expect(window.button("Rückgängig")).to_be_visible()
        await window.open("Anna")
        await window.button("/sub Nordkorea").click()
        await expect(window.button("Rückgängig")).to_be_visible()
        await window.publish(MEETING)
        await expect(window.message(MEETING)).to_be_visible()
        await window.publish(SATELLITE)
        await expect(window.message(SATELLITE)).to_be_visible()
        await expect(window.page.locator(".wire .arrived", has_text="Weltlage")).to_have_count(2)
        await expect(window.page.locator(".chat", has_text="Weltlage").locator(".badge")).to_have_text("2 new")
        await window.page.mouse.move(0, 0)
        picture = await window.page.screenshot()
    assert picture.startswith(b"\x89PNG")
    if PICTURE:
        await asyncio.to_thread(Path(PICTURE).write_bytes, picture)
