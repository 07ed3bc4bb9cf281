"""The page in a browser, with a stand-in for the bot or none at all."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect
from telegram import (
    Bot,
    BotCommand,
    CallbackQuery,
    CopyTextButton,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
)

from bot.demo import stage
from bot.demo.stage import Stage
from bot.demo.telegram_server import people as telegram_server_people
from bot.demo.telegram_server.entities import Entity
from bot.demo.telegram_server.people import SimulatedPerson
from tests.demo import browser
from tests.demo.browser import NARROW, Window, chromium
from tests.demo.conftest import client

__all__ = ["chromium"]

pytestmark = [browser.needed, pytest.mark.asyncio(loop_scope="module")]
TINY = (sys.executable, str(Path(__file__).with_name("tiny_bot.py")))
MEETING = "Treffen von Putin und Kim in Wladiwostok"


@asynccontextmanager
async def shown(
    chromium: Browser, *, size: tuple[int, int] = browser.WIDE, dark: bool = False
) -> AsyncIterator[tuple[Stage, Window]]:
    """Set the stage with everybody on it, the bot not yet started, and open the page."""
    async with stage.set_up(0, command=TINY) as scene:
        telegram_server_people.enter(scene.server.world)
        async with browser.opened(chromium, scene.server.url, size=size, dark=dark) as window:
            await expect(window.page.locator("#talk-title")).to_have_text("Anna")
            yield scene, window


@asynccontextmanager
async def spoken(chromium: Browser, **look: object) -> AsyncIterator[tuple[Stage, Window, Bot, SimulatedPerson]]:
    """Set the stage with the test itself as the bot, and Anna having said hello."""
    async with shown(chromium, **look) as (scene, window), client(scene.server) as bot:  # type: ignore[arg-type] # sizes and colours
        anna = person(scene, "Anna")
        anna.say("/start")
        yield scene, window, bot, anna


def person(scene: Stage, name: str) -> SimulatedPerson:
    """Find somebody."""
    world = scene.server.world
    return next(SimulatedPerson(world, one) for one in world.profiles.values() if one.name == name)


async def pressed(bot: Bot) -> CallbackQuery:
    """Wait for a press of a button, past whatever else happens before it."""
    offset = 0
    while True:
        for update in await bot.get_updates(offset=offset, timeout=5):
            offset = update.update_id + 1
            if update.callback_query:
                return update.callback_query


async def test_it_opens_subscribed_to_nothing_with_the_first_words_offered(chromium: Browser) -> None:
    """Until the feeds were read once, the page says so and nothing can be published; then the first click answers."""
    async with shown(chromium) as (scene, window):
        await expect(window.page.locator("#reading")).to_contain_text("being read for the first time")
        await expect(window.button(f"Publish: {MEETING}")).to_be_disabled()
        await expect(window.page.locator("#guide [aria-current]")).to_have_text("Send /sub Nordkorea")
        await scene.bot.start()
        await expect(window.page.locator("#bot-words")).to_have_text("Bot is running")
        await expect(window.button(f"Publish: {MEETING}")).to_be_enabled()
        await window.button("/sub Nordkorea").click()
        await expect(window.message("Gut: /sub Nordkorea").locator("strong")).to_have_text("Gut")
        await expect(window.button("/start")).to_be_hidden()
        await window.publish(MEETING)
        await expect(window.page.locator("#timing")).to_contain_text("from publication to alert")
        await expect(window.page.locator(".wire .arrived")).to_contain_text("Anna after")
        await expect(window.page.locator("#guide .done")).to_have_count(3)


async def test_only_alerts_are_measured_and_a_second_one_is_explained(chromium: Browser) -> None:
    """A reply or digest that links what was published is told apart from an alert, which begins with its headline."""
    async with spoken(chromium) as (scene, window, bot, anna):
        timing, wire = window.page.locator("#timing"), window.page.locator(".wire li")
        (entry,) = scene.newsroom.publish_ready("kim-putin")
        told = f'<b>Sammelmeldung</b>\n• <a href="{entry.link}">{MEETING}</a>'
        await bot.send_message(anna.id, told, parse_mode="HTML")
        await expect(wire).to_contain_text("Anna in a list")
        await expect(timing).to_have_text("How long an alert takes will be shown here.")
        await expect(window.page.locator(".message .delay")).to_have_count(0)
        await bot.send_message(anna.id, f'<b><a href="{entry.link}">{MEETING}</a></b>', parse_mode="HTML")
        await expect(timing).to_contain_text("from publication to alert")
        await expect(wire).to_contain_text("Anna after")
        await expect(window.page.locator(".message .delay")).to_have_count(1)
        await expect(window.page.locator("#ready .told")).to_contain_text(
            "Again brings no second alert: same story as "
        )

        scene.clock.move(120)
        scene.newsroom.publish_ready("kim-putin")
        await expect(wire).to_have_count(2)
        await expect(wire.first).to_contain_text("same story as ")
        await expect(wire.last).to_contain_text("Anna after")


async def test_formatted_text_is_shown_as_telegram_shows_it(chromium: Browser) -> None:
    """Links, bold, italic, code and quotes come through, nested ones too, beside emoji."""
    text = (
        '🙂 <b><a href="https://example.org/a?b=1&amp;c">fett <i>schräg</i></a></b> <code>x &lt; y</code>\n'
        "<blockquote>Zitat</blockquote>\n"
        "<blockquote expandable>" + "Zeile\n" * 6 + "Schluss</blockquote>"
    )
    async with spoken(chromium) as (_, window, bot, anna):
        await bot.send_message(anna.id, text, parse_mode="HTML")
        message = window.messages.last
        link = message.get_by_role("link", name="fett schräg")
        assert await link.get_attribute("href") == "https://example.org/a?b=1&c"
        await expect(link.locator("strong em")).to_have_text("schräg")
        await expect(message.locator("code")).to_have_text("x < y")
        await expect(message.locator("blockquote").first).to_have_text("Zitat")
        long = message.locator("blockquote").last
        folded = await long.bounding_box()
        await window.button("Show all").click()
        unfolded = await long.bounding_box()
        assert folded
        assert unfolded
        assert unfolded["height"] > folded["height"] + 40
        await expect(window.button("Show less")).to_have_attribute("aria-expanded", "true")


async def test_a_link_to_the_bot_is_opened_by_whoever_is_chosen(chromium: Browser) -> None:
    """In that person's private chat, with its payload; a button copies the link, and other links stay links."""
    async with spoken(chromium) as (scene, window, bot, anna):
        link = f"https://t.me/{scene.server.world.bot.username}?start=pack_abc"
        keys = InlineKeyboardMarkup([[InlineKeyboardButton("Copy link", copy_text=CopyTextButton(link))]])
        await bot.send_message(anna.id, f"{link}\nhttps://t.me/other?start=pack_abc", reply_markup=keys)
        message = window.messages.last
        await message.get_by_role("button", name="Copy link").click()
        await expect(window.page.locator("#toasts")).to_contain_text("opied")

        await message.get_by_role("link").first.click()
        await message.get_by_role("button", name="Open as Ben").click()

        await expect(window.page.locator("#talk-title")).to_have_text("Ben")
        await expect(window.messages.last).to_contain_text("/start pack_abc")
        ben = person(scene, "Ben")
        assert ben.chat.messages[-1].text == "/start pack_abc"
        assert not any("/start pack" in one.text for one in anna.chat.messages)


async def test_what_is_hostile_stays_text(chromium: Browser) -> None:
    """Names, titles, buttons and messages with markup in them make no element, and no address runs a program."""
    bad = "<img src=x onerror=alert(1)><b>x</b>"
    async with spoken(chromium) as (scene, window, bot, anna):
        keys = InlineKeyboardMarkup([[InlineKeyboardButton(bad, callback_data="x")]])
        await bot.send_message(anna.id, bad, reply_markup=keys)
        people = scene.server.world.add_profile(bad, language="en")
        said = await bot.send_message(anna.id, "Anschrift")
        message = anna.chat.find(said.message_id)
        assert message is not None
        message.entities = (Entity(kind="text_link", offset=0, length=9, url="javascript:alert(1)"),)
        scene.server.world.changed(message, "edit")
        scene.newsroom.publish("limmat", bad, lead=bad)
        await window.page.reload()
        await expect(window.message(bad).locator(".text")).to_have_text(bad)
        await expect(window.button(bad)).to_be_visible()
        await expect(window.page.locator(".wire .headline")).to_have_text(bad)
        await expect(window.page.locator(".chat-name").last).to_have_text(people.name)
        await expect(window.message("Anschrift")).to_be_visible()
        assert await window.message("Anschrift").locator("a").count() == 0
        assert await window.page.locator("main img, main b, main script").count() == 0


async def test_a_press_is_answered_by_a_toast_and_an_edit_is_marked(chromium: Browser) -> None:
    """The tab that pressed shows the answer; what stood there before the edit can be read; the focus is not lost."""
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Mehr", callback_data="more")]])
    async with spoken(chromium) as (_, window, bot, anna):
        said = await bot.send_message(anna.id, "Vorher", reply_markup=keys)
        await window.button("Mehr").focus()
        await window.page.keyboard.press("Enter")
        press = await pressed(bot)
        assert press.data == "more"
        await expect(window.button("Mehr")).to_have_attribute("aria-busy", "true")
        await bot.answer_callback_query(press.id, "Kommt sofort")
        await bot.edit_message_text("Nachher", anna.id, said.message_id, reply_markup=keys)
        await expect(window.page.locator(".toast")).to_have_text("Kommt sofort")
        await expect(window.message("Nachher")).to_be_visible()
        await expect(window.button("Mehr")).to_be_focused()
        await window.button("edited").click()
        await expect(window.page.locator(".earlier")).to_contain_text("Vorher")
        await bot.delete_message(anna.id, said.message_id)
        await expect(window.message("Nachher")).to_have_count(0)


async def test_the_command_menu_speaks_the_readers_language(chromium: Browser) -> None:
    """A slash opens it, arrows and Enter choose, Enter sends; Shift and Enter begin a line."""
    async with shown(chromium) as (scene, window), client(scene.server) as bot:
        await bot.set_my_commands([BotCommand("sub", "Subscribe"), BotCommand("list", "List")])
        await bot.set_my_commands([BotCommand("sub", "Abonnieren"), BotCommand("list", "Liste")], language_code="de")
        options = window.page.locator("#menu").get_by_role("option")
        await window.button("Show the commands").click()
        await expect(options).to_have_text(["/subAbonnieren", "/listListe"])
        await window.page.keyboard.press("ArrowDown")
        await window.page.keyboard.press("ArrowDown")
        await expect(options.last).to_have_attribute("aria-selected", "true")
        await window.page.keyboard.press("Enter")
        await expect(window.field).to_have_value("/list ")
        await window.field.fill("/su")
        await expect(options).to_have_text(["/subAbonnieren"])
        await window.page.keyboard.press("Escape")
        await expect(options).to_have_count(0)
        await window.field.fill("/sub Nord")
        await window.page.keyboard.press("Shift+Enter")
        await window.page.keyboard.type("Süd")
        await window.page.keyboard.press("Enter")
        await expect(window.message("/sub Nord")).to_be_visible()
        assert person(scene, "Anna").chat.messages[-1].text == "/sub Nord\nSüd"
        await window.open("Ben")
        await window.field.fill("/")
        await expect(options).to_have_text(["/subSubscribe", "/listList"])


async def test_a_question_is_answered_by_a_reply(chromium: Browser) -> None:
    """When the bot asks, the field shows its hint and the next message replies to it."""
    async with spoken(chromium) as (_, window, bot, anna):
        asked = await bot.send_message(anna.id, "Wonach?", reply_markup=ForceReply(input_field_placeholder="Stichwort"))
        await expect(window.field).to_have_attribute("placeholder", "Stichwort")
        await window.write("Nordkorea")
        await expect(window.message("Nordkorea").locator(".answered")).to_have_text("Wonach?")
        assert anna.chat.messages[-1].reply_to == asked.message_id


async def test_files_can_be_saved(chromium: Browser) -> None:
    """A document is offered under its name and is never shown as a page."""
    async with spoken(chromium) as (_, window, bot, anna):
        await bot.send_document(anna.id, b'{"a": 1}', filename="stichwort.json")
        async with window.page.expect_download() as download:
            await window.page.get_by_role("link", name="stichwort.json").click()
        assert (await download.value).suggested_filename == "stichwort.json"


async def test_in_a_group_each_member_can_speak(chromium: Browser) -> None:
    """Who writes is chosen beside the field; names stand above the messages."""
    async with shown(chromium) as (_, window):
        await window.open("Weltlage")
        await window.write("Hallo")
        await window.page.get_by_label("as", exact=True).select_option("Ben")
        await window.write("Hello")
        await expect(window.message("Hello").locator(".name")).to_have_text("Ben")
        await expect(window.message("Hallo").locator(".name")).to_have_text("Anna")


async def test_the_hard_cases_do_what_they_say(chromium: Browser) -> None:
    """Block, slowness and flood reach the server and show how they stand."""
    async with spoken(chromium) as (scene, window, bot, anna):
        await window.switch("Anna blocks the bot").click()
        await expect(window.page.locator("#notice")).to_contain_text("Anna has blocked the bot")
        assert not anna.chat.bot.inside
        await window.button("Unblock").click()
        await expect(window.switch("Anna blocks the bot")).not_to_be_checked()
        assert anna.chat.bot.inside

        await window.switch("Slow Telegram").click()
        await expect(window.switch("Slow Telegram")).to_be_checked()
        assert [fault.seconds for fault in scene.server.faults] == [2]
        await window.switch("Slow Telegram").click()
        await expect(window.switch("Slow Telegram")).not_to_be_checked()
        assert list(scene.server.faults) == []

        await window.button("Cut").click()
        await expect(window.page.locator("#cases")).to_contain_text("Every connection is cut.")
        await expect(window.button("Cut")).to_be_disabled()
        scene.server.faults.clear()
        await expect(window.button("Cut")).to_be_enabled()

        await window.button("Refuse").click()
        await expect(window.page.locator("#cases")).to_contain_text("The next message will be refused")
        with pytest.raises(Exception, match="Flood control"):
            await bot.send_message(anna.id, "zu viel")
        await expect(window.page.locator("#cases")).to_contain_text("refused for another")


async def test_the_state_of_the_bot_is_shown(chromium: Browser) -> None:
    """Killed, started, ended by itself: the head says it, and what is written meanwhile waits."""
    async with shown(chromium) as (scene, window):
        words = window.page.locator("#bot-words")
        await expect(words).to_have_text("Bot is not running")
        await window.button("Start the bot").click()
        await expect(words).to_have_text("Bot is running")
        first = scene.bot.pid
        await window.button("Restart").click()
        await expect(words).to_have_text("Bot is running")
        await scene.server.wait_until(lambda: scene.bot.pid not in (None, first))
        await window.button("Kill").click()
        await expect(words).to_have_text("Bot was killed")
        await window.write("/sub Nordkorea")
        await window.button("Start").click()
        await expect(window.message("Gut: /sub Nordkorea")).to_be_visible()


async def test_a_reload_and_a_second_tab_show_the_same(chromium: Browser) -> None:
    """Both follow what happens; the open chat stays open over a reload; a toast belongs to one tab."""
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Mehr", callback_data="more")]])
    async with spoken(chromium) as (scene, window, bot, anna):
        await bot.send_message(anna.id, "eins", reply_markup=keys)
        second = await browser.open_in(window.page.context, scene.server.url)
        await window.open("Ben")
        await window.page.reload()
        await expect(window.page.locator("#talk-title")).to_have_text("Ben")
        await expect(second.message("eins")).to_be_visible()
        await bot.send_message(anna.id, "zwei")
        await expect(second.message("zwei")).to_be_visible()
        await expect(window.page.locator(".chat .badge")).to_have_text("1 new")
        await window.open("Anna")
        await expect(window.message("zwei")).to_be_visible()
        await expect(window.page.locator(".chat .badge")).to_have_count(0)
        await second.button("Mehr").click()
        press = await pressed(bot)
        await bot.answer_callback_query(press.id, "nur einmal")
        await expect(second.page.locator(".toast")).to_have_text("nur einmal")
        assert await window.page.locator(".toast").count() == 0
        assert second.complaints == []


async def test_the_page_outlives_the_demo(chromium: Browser) -> None:
    """When the server goes, the page says so; when another comes in its place, the page shows that one."""
    async with await browser.new_context(chromium) as context:
        async with stage.set_up(0, command=TINY) as scene:
            telegram_server_people.enter(scene.server.world)
            port = scene.server.port
            person(scene, "Anna").say("früher")
            window = await browser.open_in(context, scene.server.url)
            await expect(window.message("früher")).to_be_visible()
        words = window.page.locator("#bot-words")
        await expect(words).to_have_text("Connection lost, trying again")
        await window.write("geht nicht")
        await expect(window.page.locator(".toast")).to_contain_text("does not answer")
        await expect(window.field).to_have_value("geht nicht")
        async with stage.set_up(port, command=TINY) as scene:
            telegram_server_people.enter(scene.server.world)
            await expect(words).to_have_text("Bot is not running")
            await expect(window.message("früher")).to_have_count(0)
            await window.write("jetzt")
            await expect(window.message("jetzt")).to_be_visible()
    # A browser notes every refused connection; nothing else may be there.
    assert all("ERR_" in one for one in window.complaints)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_a_narrow_screen_needs_no_sideways_scrolling(chromium: Browser, dark: bool) -> None:
    """At 380 pixels everything can be reached, with long words in every place."""
    word = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente" * 3
    keys = InlineKeyboardMarkup([[InlineKeyboardButton(word[:60], callback_data="x")]])
    async with spoken(chromium, size=NARROW, dark=dark) as (scene, window, bot, anna):
        await bot.send_message(anna.id, f"<b>{word}</b>", parse_mode="HTML", reply_markup=keys)
        await bot.send_message(anna.id, word)
        scene.newsroom.publish("limmat", word)
        person(scene, "Ben").block()
        await expect(window.message(word)).to_have_count(2)
        await expect(window.field).to_be_in_viewport()
        assert await overflow(window) <= 0
        await window.open("Ben")
        await expect(window.page.locator("#notice")).to_be_visible()
        assert await overflow(window) <= 0
        await window.button("Newsroom").click()
        await expect(window.page.locator(".wire .headline")).to_be_visible()
        await bot.send_message(anna.id, "neu")
        await expect(window.page.locator("#unread-all")).to_have_text("1")
        await window.page.get_by_text("Write your own").click()
        assert await overflow(window) <= 0


async def overflow(window: Window) -> int:
    """Measure what sticks out at the side, of the page or of one of its parts."""
    measure = """[document.documentElement, ...document.querySelectorAll(".scroll, .newsroom, .talk, .composer")]
        .filter(one => one.clientWidth).map(one => one.scrollWidth - one.clientWidth)"""
    return max(await window.page.evaluate(measure))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_text_stands_out_from_what_is_behind_it(chromium: Browser, dark: bool) -> None:
    """Every visible text has a contrast of at least 4.5, as AA asks for small type."""
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Mehr", callback_data="more")]])
    script = Path(__file__).with_name("contrast.js").read_text("utf-8")
    async with spoken(chromium, dark=dark) as (scene, window, bot, anna):
        await bot.send_message(
            anna.id,
            '<b>a</b> <a href="https://example.org">b</a> <code>c</code> /sub',
            parse_mode="HTML",
            reply_markup=keys,
        )
        (entry,) = scene.newsroom.publish_ready("kim-putin")
        await bot.send_message(anna.id, f'<a href="{entry.link}">d</a>', parse_mode="HTML", reply_markup=keys)
        await bot.send_message(person(scene, "Anna").id, "e")
        await expect(window.page.locator(".arrived")).to_be_visible()
        await window.page.get_by_text("Write your own").click()
        found = await window.page.evaluate(script)
        assert len(found["texts"]) > 40
        assert found["weak"] == []
        assert (found["background"] < 60) is dark


async def test_every_control_has_a_name_and_the_keyboard_reaches_it(chromium: Browser) -> None:
    """Nothing is a riddle to a screen reader, and the first words can be sent without a mouse."""
    async with shown(chromium) as (_, window):
        await window.page.get_by_text("Write your own").click()
        controls = await window.page.evaluate(
            """[...document.querySelectorAll("button, input, select, textarea, a[href], [role=region], nav, section")]
                .filter(one => one.checkVisibility()).length"""
        )
        named = json.dumps(await window.page.locator("body").aria_snapshot())
        assert controls > 20
        for role in ("button", "textbox", "combobox", "switch", "region", "navigation"):
            assert f"- {role}\\n" not in named
        await window.page.locator("#scroll").focus()
        await window.page.keyboard.press("Tab")
        await expect(window.button("/sub Nordkorea")).to_be_focused()
        await window.page.keyboard.press("Enter")
        await expect(window.message("/sub Nordkorea")).to_be_visible()


async def test_the_fate_of_a_group_can_be_tried(chromium: Browser) -> None:
    """The bot is removed and comes back, loses its right to write; the group moves, and the page goes with it."""
    async with shown(chromium) as (scene, window):
        await window.open("Weltlage")
        about = window.page.locator("#talk-about")
        await window.switch("Weltlage removes the bot").click()
        await expect(about).to_contain_text("bot removed")
        await window.switch("Weltlage removes the bot").click()
        await window.switch("Only administrators may write").click()
        await expect(about).to_contain_text("bot may not write")
        await window.switch("Only administrators may write").click()
        await window.button("Upgrade").click()
        await expect(about).to_have_text("Supergroup of Anna and Ben, with the bot")
        await window.button("Delete the group").click()
        await expect(about).to_contain_text("deleted")
        assert len(scene.server.world.chats) == 6


async def test_topics_and_the_clock_can_be_tried(chromium: Browser) -> None:
    """What is written goes to the chosen topic, which can be closed; the bot's clock jumps to eight."""
    async with shown(chromium) as (scene, window):
        await window.switch("Anna deletes the account").click()
        await expect(window.page.locator("#talk-about")).to_contain_text("account deleted")
        await window.switch("Anna deletes the account").click()
        await expect(window.page.locator("#talk-about")).to_have_text("Private chat, German")
        await window.button("Jump to 08:00").click()
        await expect(window.page.locator("#cases")).to_contain_text("The bot's clock shows 08:00")
        assert float(scene.clock.file.read_text("ascii")) == pytest.approx(scene.clock.offset, abs=0.001)
        await window.open("Redaktion")
        await window.page.get_by_label("in", exact=True).select_option("Asien")
        await window.switch("The topic Asien is closed").click()
        await expect(window.page.locator("#topic")).to_contain_text("Asien (closed)")
        await window.switch("The topic Asien is closed").click()
        await window.write("/sub Nordkorea")
        await expect(window.message("/sub Nordkorea").locator(".name")).to_have_text("Anna in Asien")
