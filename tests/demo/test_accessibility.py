"""Every page we serve, looked through by axe-core for what keeps people from using it: light, dark, on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from tests.demo import browser
from tests.demo.browser import NARROW, WIDE, chromium
from tests.demo.test_page import shown, spoken

__all__ = ["chromium"]

pytestmark = [browser.needed, pytest.mark.asyncio(loop_scope="module")]
ALERT = (
    '<b><a href="https://news.example/a">Treffen von Putin und Kim</a></b>\n• Es geht um <b>Nordkoreas</b> Waffen.\n'
    "<i>Nau.ch · 12:41</i>\n<code>/sub Nordkorea</code> <blockquote>Ein Zitat</blockquote>"
)
_LOOKS = pytest.mark.parametrize(
    ("size", "dark"),
    [(WIDE, False), (WIDE, True), (NARROW, False), (NARROW, True)],
    ids=["light", "dark", "phone light", "phone dark"],
)


async def list_violations(window: browser.Window) -> list[str]:
    """List what axe finds, each with its rule and the elements."""
    results = await Axe().run(window.page)
    return [
        f"{violation['id']}: {violation['help']}: {[node['html'] for node in violation['nodes']]}"
        for violation in results.response["violations"]
    ]


@_LOOKS
async def test_the_page_before_anything_was_said_keeps_nobody_out(
    chromium: Browser, size: tuple[int, int], *, dark: bool
) -> None:
    """With the guide, the list of chats and the articles that lie ready."""
    async with shown(chromium, size=size, dark=dark) as (_, window):
        assert await list_violations(window) == []


@_LOOKS
async def test_the_page_with_a_conversation_keeps_nobody_out(
    chromium: Browser, size: tuple[int, int], *, dark: bool
) -> None:
    """With formatted messages, links, buttons, a file, and every part unfolded."""
    async with spoken(chromium, size=size, dark=dark) as (_, window, bot, anna):
        rows = [[InlineKeyboardButton(text, callback_data=text) for text in ("Mehr", "Stumm", "⋯")]]
        await bot.send_message(anna.id, ALERT, parse_mode="HTML", reply_markup=InlineKeyboardMarkup(rows))
        await bot.send_document(anna.id, b"{}", filename="stichwort.json")
        if size == NARROW and not await window.messages.first.is_visible():
            await window.open("Anna")
        await expect(window.message("Treffen von Putin")).to_be_visible()
        await window.page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        assert await list_violations(window) == []
        if size == NARROW:
            await window.button("Newsroom").click()
            assert await list_violations(window) == []


async def test_what_keeps_people_out_is_found(chromium: Browser) -> None:
    """A picture without words; or nothing could ever fail here."""
    async with shown(chromium) as (_, window):
        await window.page.evaluate("document.querySelector('main').append(document.createElement('img'))")
        assert [violation.partition(":")[0] for violation in await list_violations(window)] == ["image-alt"]
