"""
Pictures of the conversation for the documentation, taken from the demo page in Chromium.

    .venv/bin/python tools/screenshots.py [--status | --app] [FOLDER]

Anna writes German, Ben English; each subscribes, gets an alert with its menus opened, a digest, and the settings, asks
the bot inline, shares a list that is then opened, and manages a channel; Olga, who operates the bot, looks at its
figures, at the status page, and asks there why an article did not reach everybody (`--status`: these two alone). Ben
opens his settings as a page (`--app`: this alone). The pictures go to `docs/screenshots`; the bot, Telegram and the
papers are those of `make demo`.
"""

from __future__ import annotations

import asyncio
import sys
import tomllib
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize, expect

from bot.demo import stage
from bot.demo.stage import Stage
from bot.demo.telegram_server import people
from bot.demo.telegram_server.chats import SimulatedChat, SimulatedChatType
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from tests.demo import browser

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
_SIZE = (1180, 900)
_TALL: ViewportSize = {"width": 1180, "height": 1320}
"""Has room for a picture with its figures below it."""
_LOW: ViewportSize = {"width": 1180, "height": 420}
_PHONE = (390, 780)
_SEEN = "A volcano wakes below the glacier"
_READERS = {"de": ("Anna", "Nordkorea"), "en": ("Ben", "volcano")}
_OPERATOR = 9_000_000_001
_CHANNELS = {"de": ("Weltnachrichten", "weltnachrichten"), "en": ("World News", "world_news")}
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
_IN_CHANNEL = {
    "de": (
        "Nordkorea testet eine Rakete über dem Gelben Meer",
        (
            "Die Rakete flog nach Angaben aus Seoul 700 Kilometer weit. Es ist der vierte Test Nordkoreas in diesem "
            "Jahr; Japan hat dagegen protestiert."
        ),
    ),
    "en": (
        "Lava reaches the harbour of Grindavik",
        (
            "The volcano under the Reykjanes peninsula has opened a third vent. Nobody is hurt, and the last boats "
            "left the harbour before noon."
        ),
    ),
}
"""For each language what comes in the channel."""
_ALERTS_A_DAY = (2, 3, 1, 4, 3, 2, 4, 1, 3)
_NEWS = (
    "Ash from Fuego closes two roads",
    "Merapi evacuates nine villages",
    "Piton throws lava into the sea",
    "Stromboli is shut to climbers",
    "Windows break near Sakurajima",
    "Kilauea wakes after a year",
    "Gas warning on Semeru",
    "A crater lake drains at Villarrica",
    "Popocatepetl delays flights",
)
"""What happened on each of the days."""


async def main(folder: Path, *, alone: str = "") -> None:
    """Take all pictures, or those of the status pages ("status") or of the Mini App ("app") alone."""
    async with stage.set_up(0) as scene, browser.launched() as chromium:
        people.enter(scene.server.world)
        english = people.found(
            scene.server.world,
            _CHANNELS["en"][0],
            _find_person(scene, "Ben"),
            kind=SimulatedChatType.CHANNEL,
            username=_CHANNELS["en"][1],
        )
        english.invite_bot(admin=True)
        olga = people.join(scene.server.world, "Olga", language="en", user_id=_OPERATOR)
        _add_operator(scene)
        await scene.bot.start()
        await scene.server.ready()
        await scene.newsroom.read_by_all()
        if not alone:
            async with browser.opened(chromium, scene.server.url, size=_SIZE, sharpness=2) as window:
                for language in _READERS:
                    await _take(scene, window, folder, language)
                await _take_statistics(scene, window, olga, folder)
        if alone != "app":
            await _take_status(scene, chromium, folder)
        if alone != "status":
            await _take_mini_app(scene, chromium, folder)


async def _take(scene: Stage, window: browser.Window, folder: Path, language: str) -> None:
    """Take the pictures of one reader."""
    (name, keyword), (paper, alerted, digested) = _READERS[language], _ARTICLES[language]
    person = _find_person(scene, name)
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
    await _take_channel(scene, window, person, folder, language)


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


async def _take_channel(
    scene: Stage, window: browser.Window, person: SimulatedPerson, folder: Path, language: str
) -> None:
    """Take the picture of a channel that is managed from the private chat."""
    title, username = _CHANNELS[language]
    keyword, paper, (headline, text) = _READERS[language][1], _ARTICLES[language][0], _IN_CHANNEL[language]
    await person.ask(f"/sub @{username} {keyword}")
    scene.newsroom.publish(paper, headline, f"<p>{text}</p>")
    channel = scene.server.world.find_chat(f"@{username}")
    assert channel is not None
    await channel.wait_for(lambda message: headline in message.text)
    await window.open(title)
    await _picture(window.page, folder / f"channel.{language}.png")


async def _take_statistics(scene: Stage, window: browser.Window, olga: SimulatedPerson, folder: Path) -> None:
    """Take the picture of the figures, after some days with a few alerts each."""
    channel = scene.server.world.find_chat(f"@{_CHANNELS['en'][1]}")
    assert channel is not None
    await _let_days_pass(scene, channel)
    await window.page.set_viewport_size(_TALL)
    await window.open("Olga")
    await olga.ask("/start")
    await olga.ask("/timezone Zürich")
    await olga.ask("/stats")
    await expect(window.page.locator(".message img")).to_be_visible()
    await _picture(window.page, folder / "stats.en.png")


async def _let_days_pass(scene: Stage, chat: SimulatedChat) -> None:
    """Publish a few articles on each of some days, and wait until a chat has their alerts."""
    for day, number in enumerate(_ALERTS_A_DAY):
        scene.clock.move(timedelta(days=1).total_seconds())
        # The bot reads its clock once a second: what is under way then would seem to take a day.
        await scene.newsroom.visited("harbour", times=_count_visits(scene, "harbour") + 4)
        for place in range(number):
            headline = f"{_NEWS[(day + 4 * place) % len(_NEWS)]}, day {day + 1}"
            scene.newsroom.publish("harbour", headline, f"<p>{headline}, as the volcano is watched by satellite.</p>")
            await chat.wait_for(lambda message, headline=headline: headline in message.text)


async def _take_mini_app(scene: Stage, chromium: Browser, folder: Path) -> None:
    """Take the picture of a reader's settings as a page on a phone, in light and in dark."""
    ben = _find_person(scene, "Ben")
    for keyword in ("volcano", "lava", '"Mount Etna"'):
        await ben.ask(f"/sub {keyword}")
    if not any("day 9" in message.text for message in ben.chat.received):
        await _let_days_pass(scene, ben.chat)
    await ben.ask("/timezone Zürich")
    await ben.ask("/quiet 22:00-07:00")
    address = ben.open_app("Open as a page", await ben.ask("/list"))
    for look in ("light", "dark"):
        async with browser.opened(chromium, address, size=_PHONE, dark=look == "dark", sharpness=2) as window:
            await expect(window.page.get_by_role("switch", name="volcano")).to_be_checked()
            await window.page.screenshot(path=folder / f"mini-app.{look}.en.png")


async def _take_status(scene: Stage, chromium: Browser, folder: Path) -> None:
    """Take the pictures of the status page, and of why an article did not reach everybody at once."""
    awake, asleep = (people.join(scene.server.world, name, language="en") for name in ("Carla", "Dora"))
    for reader in (awake, asleep):
        await reader.ask("/start")
        await reader.ask("/sub volcano")
    await asleep.ask("/quiet 00:00-23:59")
    scene.newsroom.publish("harbour", _SEEN, f"<p>{_SEEN}, where nobody lives.</p>")
    await awake.chat.wait_for(lambda message: _SEEN in message.text)
    config = tomllib.loads(scene.clock.file.with_name("config.toml").read_text("utf-8"))
    async with browser.opened(chromium, f"http://{config['web']['listen']}", size=_SIZE, sharpness=2) as window:
        await window.page.screenshot(path=folder / "status.en.png")
        await window.page.get_by_role("link", name="Why was an article not alerted?").click()
        await window.page.set_viewport_size(_LOW)
        await window.page.get_by_label("Why was an article not alerted?").fill(_SEEN)
        await window.page.keyboard.press("Enter")
        await expect(window.page.get_by_text("quiet hours")).to_be_visible()
        await window.page.screenshot(path=folder / "status-article.en.png")


def _add_operator(scene: Stage) -> None:
    """Make somebody operator of the bot that is about to start."""
    config = scene.clock.file.with_name("config.toml")
    told = config.read_text("utf-8")
    config.write_text(told.replace("[telegram]", f"[telegram]\noperators = [{_OPERATOR}]", 1), "utf-8")


def _find_person(scene: Stage, name: str) -> SimulatedPerson:
    world = scene.server.world
    return next(SimulatedPerson(world, one) for one in world.profiles.values() if one.name == name)


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
    named = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    chosen = Path(named[0]) if named else FOLDER
    chosen.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(chosen, alone=next((name for name in ("status", "app") if f"--{name}" in sys.argv), "")))
