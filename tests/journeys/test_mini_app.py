"""A reader opens the settings as a page, with the real bot, its Telegram, and a real browser."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import aiohttp
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from bot.demo import stage
from bot.demo.stage import Stage
from bot.demo.telegram_server import mini_app, people
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.demo import browser
from tests.demo.browser import chromium
from tests.journeys.process import free_port, make_bot, write_config

__all__ = ["chromium"]

pytestmark = pytest.mark.asyncio(loop_scope="module")
PHONE = (360, 740)
OPEN = {"de": "Als Seite öffnen", "en": "Open as a page", "fr": "Ouvrir comme page", "it": "Apri come pagina"}
HEADINGS = {
    "de": ["Stichwörter", "Ruhezeit", "Sammelmeldung", "Quellen"],
    "en": ["Keywords", "Quiet hours", "Digest", "Sources"],
    "fr": ["Mots-clés", "Heures calmes", "Récapitulatif", "Sources"],
    "it": ["Parole chiave", "Ore di silenzio", "Riepilogo", "Fonti"],
}


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    """Set the stage as `stichwort demo` does; what the bot does wrong, or a log that tells of a reader, fails."""
    async with stage.set_up(0) as scene:
        people.enter(scene.server.world)
        await scene.bot.start()
        await scene.server.ready()
        yield scene
        assert scene.server.violations == []
        log = scene.bot.log.read_text("utf-8")
        assert "hash=" not in log
        assert "query_id" not in log
        assert "ERROR" not in log


async def ask(person: SimulatedPerson, text: str, language: str) -> tuple[Message, str]:
    """Ask for something that has the button; gives the answer and the address that it opens."""
    answer = await person.ask(text)
    return answer, person.open_app(OPEN[language], answer)


async def violations(page: Page) -> list[str]:
    """List what axe finds."""
    results = await Axe().run(page)
    return [f"{found['id']}: {[node['html'] for node in found['nodes']]}" for found in results.response["violations"]]


@browser.needed
async def test_a_reader_presses_the_button_in_the_chat_and_changes_settings_there(chromium: Browser) -> None:
    """By the demo's page in a tab of its own; what is changed is in /list, /quiet and /feeds at once."""
    async with staged() as scene, browser.opened(chromium, scene.server.url) as window:
        await window.write("/sub Nordkorea")
        await expect(window.button("Rückgängig")).to_be_visible()
        await window.write("/list")
        async with window.page.context.expect_page() as opening:
            await window.button(OPEN["de"]).click()
        page = await opening.value
        keyword = page.get_by_role("switch", name="Nordkorea")
        await expect(keyword).to_be_checked()
        await expect(page.get_by_role("img", name="Artikel an jedem der letzten 14 Tage")).to_be_visible()

        await keyword.uncheck()
        await expect(page.get_by_role("status")).to_contain_text("Ausgeschaltet")
        quiet = page.get_by_role("switch", name="Ruhezeit")
        await quiet.check()
        await page.get_by_label("Ende").fill("06:30")
        await page.get_by_role("switch", name="08:00").check()
        await expect(page.get_by_role("status")).to_contain_text("Ab jetzt in der Sammelmeldung")
        source = page.locator("#sources").get_by_role("switch").first
        await source.uncheck()
        await expect(source).not_to_be_checked()

        anna = find_person(scene, "Anna")
        listed = await anna.ask("/list")
        assert "ausgeschaltet" in listed.text
        shown = await anna.ask("/settings")
        assert "Ruhezeit: 22:00–06:30" in shown.text
        assert "täglich um 08:00" in shown.text
        await anna.press("1", listed).answered()
        await anna.press("Einschalten", listed).answered()
        await page.reload()
        await expect(keyword).to_be_checked()


@browser.needed
async def test_the_page_is_used_with_the_keyboard_on_a_phone_in_light_and_dark(chromium: Browser) -> None:
    """Nothing is wider than the screen, axe finds nothing, the focus stays, and nothing is asked elsewhere."""
    async with staged() as scene:
        anna = find_person(scene, "Anna")
        await anna.ask("/sub Nordkorea, Donaudampfschifffahrtselektrizitätenhauptbetriebswerk")
        await anna.ask("/quiet 23:00-06:00")
        _, address = await ask(anna, "/settings", "de")
        for dark in (False, True):
            async with browser.opened(chromium, address, size=PHONE, dark=dark) as window:
                page, asked = window.page, list[str]()
                page.on("request", lambda request, asked=asked: asked.append(request.url))
                await page.reload()
                switch = page.get_by_role("switch", name="Nordkorea")
                await expect(switch).to_be_checked(checked=not dark)
                width = await page.evaluate("document.documentElement.scrollWidth")
                assert width <= PHONE[0]
                assert await violations(page) == []
                await page.keyboard.press("Tab")
                await expect(switch).to_be_focused()
                await page.keyboard.press("Space")
                await expect(switch).to_be_checked(checked=dark)
                await expect(switch).to_be_focused()
                assert await violations(page) == []
                assert {url.split("/app")[0] for url in asked} == {address.split("/app")[0]}


@browser.needed
async def test_the_page_speaks_the_language_of_the_chat(chromium: Browser) -> None:
    """Whatever the browser speaks."""
    async with staged() as scene:
        for language, headings in HEADINGS.items():
            reader = people.join(scene.server.world, f"Rita {language}", language=language)
            await reader.ask("/start")
            _, address = await ask(reader, "/settings", language)
            async with browser.opened(chromium, address, size=PHONE) as window:
                await expect(window.page.locator("h2")).to_have_text(headings)
                await expect(window.page.locator("html")).to_have_attribute("lang", language)
                await expect(window.page.locator("#no-keywords")).to_be_visible()


@browser.needed
async def test_the_page_follows_the_darkness_of_telegram_and_complains_in_one_sentence(chromium: Browser) -> None:
    """Its colours are its own; a page that was opened by nobody, or too long ago, says what to do."""
    async with staged() as scene:
        anna = find_person(scene, "Anna")
        await anna.ask("/sub Nordkorea")
        _, address = await ask(anna, "/list", "de")
        theme = quote(json.dumps({"bg_color": "#17212b", "text_color": "#17212b"}))
        async with browser.opened(chromium, f"{address}&tgWebAppThemeParams={theme}", size=PHONE) as window:
            await expect(window.page.locator("html")).to_have_attribute("data-theme", "dark")
            assert await violations(window.page) == []
        await complains_without_proof(chromium, address.partition("#")[0])

        async with browser.opened(chromium, address, size=PHONE) as window:
            page, switch = window.page, window.page.get_by_role("switch", name="Nordkorea")
            await expect(switch).to_be_checked()
            scene.clock.move(timedelta(hours=1, minutes=1).total_seconds())
            await scene.newsroom.visited("limmat", times=visits(scene, "limmat") + 3)
            await switch.click()
            await expect(page.get_by_role("alert")).to_have_text(
                "Diese Seite ist zu alt. Öffne sie noch einmal aus dem Chat."
            )
            await expect(switch).to_be_checked()
            await scene.bot.kill()
            await switch.click()
            await expect(page.get_by_role("alert")).to_have_text("Keine Verbindung. Bitte noch einmal versuchen.")
            window.complaints.clear()  # the browser's own lines about 401 and the lost connection


async def complains_without_proof(chromium: Browser, address: str) -> None:
    """Open the page as somebody who found its address."""
    async with browser.opened(chromium, address, size=PHONE) as window:
        said = "Open this page with the button in the chat with the bot."
        await expect(window.page.get_by_role("alert")).to_have_text(said)
        await expect(window.page.locator("#settings")).to_be_hidden()
        assert await violations(window.page) == []
        window.complaints.clear()  # the browser's own line about 401


def find_person(scene: Stage, name: str) -> SimulatedPerson:
    """Find somebody of the demo."""
    world = scene.server.world
    return next(SimulatedPerson(world, profile) for profile in world.profiles.values() if profile.name == name)


def visits(scene: Stage, paper: str) -> int:
    """Count how often the bot read a paper."""
    return sum(visit.paper == paper for visit in scene.newsroom.visits)


async def test_whom_the_bot_does_not_answer_sees_no_page_either(tmp_path: Path) -> None:
    """A private bot: a stranger, somebody approved, somebody banned; the token of the web server is not needed."""
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    async with Server() as server, aiohttp.ClientSession() as session:
        olga, anna = server.person("Olga", language="de"), server.person("Anna", language="de")
        web = f'listen = "127.0.0.1:{port}"\npublic_url = "{public}"\ntoken = "correct horse"'
        config = (
            write_config(server).replace('listen = ""', web).replace('"public"', f'"private"\noperators = [{olga.id}]')
        )
        bot = make_bot(tmp_path, config)

        async def ask_page() -> tuple[int, str]:
            address = mini_app.open_address(public, server.token, anna.profile, server.world.clock.wall())
            signed = parse_qs(urlsplit(address).fragment)["tgWebAppData"][0]
            async with session.post(f"{public}/app/state", json={"init_data": signed}) as answer:
                told = await answer.json()
                return answer.status, told.get("error", "")

        try:
            await bot.start()
            await server.ready()
            assert await ask_page() == (403, "Dieser Bot ist privat.")
            await olga.ask(f"/approve {anna.id}")
            assert await ask_page() == (403, "Schreib dem Bot zuerst /start.")
            await anna.ask("/start")
            assert await ask_page() == (200, "")
            await olga.ask(f"/ban {anna.id}")
            assert await ask_page() == (403, "Du kannst diesen Bot nicht benutzen.")
            codes = [(await ask_page())[0] for _ in range(30)]
            assert set(codes) == {403, 429}
            async with session.get(f"{public}/metrics") as answer:
                assert answer.status == 401
        finally:
            await bot.kill()
