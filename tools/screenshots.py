"""
Pictures of the conversation for the documentation, taken from the demo page in Chromium.

    .venv/bin/python tools/screenshots.py [FOLDER]

Anna writes German, Ben English; each subscribes, gets an alert with its menus opened, a digest, and the settings, asks
the bot inline, and shares a list that is then opened. The pictures go to `docs/screenshots`; the bot, Telegram and the
papers are those of `make demo`.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from playwright.async_api import Page, expect

from bot.demo import stage
from bot.demo.stage import Stage
from bot.demo.telegram_server import people
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from tests.demo import browser

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
_SIZE = (1180, 900)
_READERS = {"de": ("Anna", "Nordkorea"), "en": ("Ben", "volcano")}
_ARTICLES = {
    "de": (
        "limmat",
        (
            "Nordkorea öffnet seine Grenze für Touristen",
            (
                "Nach sechs Jahren lässt Nordkorea wieder Gruppen aus dem Westen ins Land. Die ersten reisen im Januar "
                "nach Samjiyon, wie ein Veranstalter mitteilt. Telefone müssen an der Grenze bleiben."
            ),
        ),
        ("Nordkoreas Frauen gewinnen die U20-WM", "Im Endspiel von Bogotá schlägt Nordkorea Spanien mit 2:1."),
    ),
    "en": (
        "harbour",
        (
            "Volcano closes the airport of Catania",
            (
                "After a night of ash the volcano Etna has closed the airport, and flights go to Palermo instead. The "
                "authorities expect it to stay closed until the evening, and ask people to keep their windows shut."
            ),
        ),
        ("Ash from the volcano reaches Malta", "The volcano has thrown ash as far as Valletta, say forecasters."),
    ),
}
"""For each language a paper, what is alerted, and what waits for the digest."""


async def main(folder: Path) -> None:
    """Take all pictures."""
    async with stage.set_up(0) as scene, browser.launched() as chromium:
        people.enter(scene.server.world)
        await scene.bot.start()
        await scene.server.ready()
        await scene.newsroom.read_by_all()
        async with browser.opened(chromium, scene.server.url, size=_SIZE, sharpness=2) as window:
            for language in _READERS:
                await _take(scene, window, folder, language)


async def _take(scene: Stage, window: browser.Window, folder: Path, language: str) -> None:
    """Take the pictures of one reader."""
    world, (name, keyword), (paper, alerted, digested) = scene.server.world, _READERS[language], _ARTICLES[language]
    person = next(SimulatedPerson(world, one) for one in world.profiles.values() if one.name == name)
    await window.open(name)
    await person.ask("/timezone Zürich")
    await person.ask(f"/sub {keyword}")
    await _picture(window.page, folder / f"subscribe.{language}.png")
    scene.newsroom.publish(paper, alerted[0], f"<p>{alerted[1]}</p>")
    alert = await person.chat.wait_for(_is_alert)
    await person.press("⋯", alert).answered()
    await _picture(window.page, folder / f"alert.{language}.png")
    await person.ask("/digest 08:00")
    scene.newsroom.publish(paper, digested[0], f"<p>{digested[1]}</p>")
    await scene.newsroom.visited(paper, times=_count_visits(scene, paper) + 3)  # then it waits for the digest
    await person.ask("/digest now")
    await person.chat.wait_for(lambda message: digested[0] in message.text)
    await _picture(window.page, folder / f"digest.{language}.png")
    await person.ask("/settings")
    await _picture(window.page, folder / f"settings.{language}.png")
    await _take_sharing(window, person, folder, language)


async def _take_sharing(window: browser.Window, person: SimulatedPerson, folder: Path, language: str) -> None:
    """Take the pictures of what reaches others: an inline answer, and a shared list as whoever gets it sees it."""
    keyword = _READERS[language][1]
    await window.page.get_by_role("button", name="Ask the bot from this chat").click()
    await window.page.keyboard.type(keyword)
    await expect(window.page.get_by_role("option").nth(1)).to_be_visible()
    await _picture(window.page, folder / f"inline.{language}.png")
    await window.page.keyboard.press("Escape")
    await window.page.locator("#field").fill("")
    listed = await person.ask("/list")
    await person.press(listed.buttons[-1][0], listed).answered()
    shared = await person.chat.wait_for(lambda message: "pack_" in message.text)
    await person.ask(f"/start {shared.text[shared.text.index('pack_') :].split()[0]}")
    await _picture(window.page, folder / f"shared-list.{language}.png")


def _count_visits(scene: Stage, paper: str) -> int:
    return sum(visit.paper == paper for visit in scene.newsroom.visits)


def _is_alert(message: Message) -> bool:
    return bool(message.links) and any("⋯" in row for row in message.buttons)


async def _picture(page: Page, file: Path) -> None:
    await expect(page.locator(".message").last).to_be_visible()
    await page.wait_for_timeout(400)  # the page follows the server by a stream
    await page.locator(".talk").screenshot(path=file)
    print(file)


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    chosen.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(chosen))
