"""Sending, editing and deleting through python-telegram-bot's client."""

import io
import struct

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.error import BadRequest, Forbidden

from bot.demo.telegram_server.chats import SimulatedChatType
from bot.demo.telegram_server.server import Server
from tests.demo.telegram_server.test_api import call

PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000020000000100806000000")


def keyboard(*texts: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=f"d:{text}") for text in texts]])


async def test_a_message_arrives_with_all_its_fields(server: Server, bot: Bot) -> None:
    """Text, formatting, buttons, preview, silence and reply are stored and given back."""
    anna = server.person()
    question = anna.say("/start")
    sent = await bot.send_message(
        anna.id,
        '<b><a href="https://nau.ch/1">Ein Titel</a></b>\n<i>Quelle</i>',
        parse_mode="HTML",
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        disable_notification=True,
        reply_parameters=ReplyParameters(question.message_id),
        reply_markup=keyboard("Mehr", "Stumm"),
    )
    (message,) = anna.chat.received
    assert message.text == "Ein Titel\nQuelle"
    assert message.marked == "**Ein Titel**\n_Quelle_"
    assert message.links == ("https://nau.ch/1",)
    assert message.pieces("bold") == ("Ein Titel",)
    assert message.buttons == (("Mehr", "Stumm"),)
    assert message.silent
    assert message.preview == {"is_disabled": True}
    assert message.reply_to == question.message_id
    assert sent.message_id == message.message_id
    assert sent.text_html == '<a href="https://nau.ch/1"><b>Ein Titel</b></a>\n<i>Quelle</i>'
    assert sent.reply_to_message is not None
    assert sent.reply_markup == keyboard("Mehr", "Stumm")
    assert server.violations == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "message text is empty"),
        (" \n ", "text must be non-empty"),
        ("<b> </b>", "text must be non-empty"),
        ("x" * 4097, "message is too long"),
        ("<p>x</p>", 'can\'t parse entities: unsupported start tag "p" at byte offset 0'),
    ],
)
async def test_a_text_that_shows_nothing_or_too_much_is_refused(
    server: Server, bot: Bot, text: str, reason: str
) -> None:
    """Each bad text gets Telegram's reason and counts as the bot's mistake."""
    anna = server.person()
    anna.say("/start")
    with pytest.raises(BadRequest) as caught:
        await bot.send_message(anna.id, text, parse_mode="HTML")
    assert caught.value.message.lower() == reason.lower()
    assert [one.kind for one in server.violations] == ["refused"]
    assert anna.chat.received == ()


async def test_the_limit_counts_characters_after_parsing(server: Server, bot: Bot) -> None:
    """4096 visible characters pass however long their markup is."""
    anna = server.person()
    anna.say("/start")
    await bot.send_message(anna.id, "<b>" + "&amp;" * 4096 + "</b>", parse_mode="HTML")
    assert len(anna.chat.received[0].text) == 4096


async def test_an_emoji_counts_as_two(server: Server, bot: Bot) -> None:
    """UTF-16 units are what the apps and the entities count; a bot that keeps to them is safe everywhere."""
    anna = server.person()
    anna.say("/start")
    await bot.send_message(anna.id, "😀" * 2048)
    with pytest.raises(BadRequest, match="too long"):
        await bot.send_message(anna.id, "😀" * 2049)


@pytest.mark.parametrize(("data", "accepted"), [("x" * 64, True), ("x" * 65, False), ("ü" * 33, False)])
async def test_button_data_has_at_most_64_bytes(server: Server, bot: Bot, data: str, accepted: bool) -> None:
    """Callback data is counted in bytes."""
    anna = server.person()
    anna.say("/start")
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data=data)]])
    if accepted:
        await bot.send_message(anna.id, "x", reply_markup=markup)
    else:
        with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
            await bot.send_message(anna.id, "x", reply_markup=markup)


COPIED = {"text": "Kopieren", "copy_text": {"text": "Nordkorea"}}


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        (COPIED, ""),
        (COPIED | {"style": "danger"}, ""),
        (COPIED | {"style": "success"}, ""),
        (COPIED | {"style": "primary"}, ""),
        (COPIED | {"style": "red"}, "BUTTON_STYLE_INVALID"),
        (COPIED | {"style": ""}, "BUTTON_STYLE_INVALID"),
        (COPIED | {"callback_data": "x"}, "text buttons are unallowed"),
        ({"text": "Nichts"}, "text buttons are unallowed"),
        ({"text": "Zu viel", "copy_text": {"text": "x" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "Zu wenig", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
    ],
)
async def test_a_button_does_one_thing_in_a_style_that_exists(
    server: Server, button: dict[str, object], reason: str
) -> None:
    """A text of at most 256 characters is copied; red, green and blue are the only colours."""
    anna = server.person()
    anna.say("/start")
    markup = {"inline_keyboard": [[button]]}
    _, body = await call(server, "sendMessage", chat_id=anna.id, text="x", reply_markup=markup)
    assert reason in str(body.get("description", ""))
    assert [message.rows for message in anna.chat.received] == [((button,),)] * (not reason)
    assert len(server.violations) == bool(reason)


@pytest.mark.parametrize(
    ("options", "remark"),
    [
        ({"url": "https://a.b/c", "prefer_small_media": True, "show_above_text": True}, ""),
        ({"url": "https://a.b/c", "prefer_large_media": True}, ""),
        ({"url": "https://a.b/c", "prefer_large_media": True, "prefer_small_media": True}, "contradict"),
        ({"prefer_large_media": True}, "ignored without a url"),
        ({"is_disabled": True, "url": "https://a.b/c"}, "beside is_disabled"),
        ({"url": "nowhere"}, "the url is none"),
    ],
)
async def test_a_preview_that_contradicts_itself_is_noted(
    server: Server, options: dict[str, object], remark: str
) -> None:
    """Telegram documents no refusal for it; it is a mistake of the bot all the same."""
    anna = server.person()
    anna.say("/start")
    await call(server, "sendMessage", chat_id=anna.id, text="x", link_preview_options=options)
    assert anna.chat.received[0].preview == options
    assert [remark in one.detail for one in server.violations] == [True] * bool(remark)


async def test_a_preview_of_another_type_is_refused(server: Server) -> None:
    """A switch is true or false, an address a text."""
    anna = server.person()
    anna.say("/start")
    for options in ({"is_disabled": "yes"}, {"url": 7}):
        _, body = await call(server, "sendMessage", chat_id=anna.id, text="x", link_preview_options=options)
        assert "must be of type" in str(body["description"])


async def test_an_edit_replaces_text_and_buttons_and_keeps_the_past(server: Server, bot: Bot) -> None:
    """An edit without buttons takes them away; what stood there is in the history."""
    anna = server.person()
    anna.say("/start")
    sent = await bot.send_message(anna.id, "eins", reply_markup=keyboard("Mehr"))
    await bot.edit_message_text("zwei", anna.id, sent.message_id)
    (message,) = anna.chat.received
    assert (message.text, message.buttons) == ("zwei", ())
    assert [one.text for one in message.edits] == ["eins"]
    assert message.edited_at is not None
    await bot.edit_message_reply_markup(anna.id, sent.message_id, reply_markup=keyboard("Neu"))
    assert message.buttons == (("Neu",),)


async def test_an_edit_that_changes_nothing_is_refused(server: Server, bot: Bot) -> None:
    """The same text and buttons again are "not modified", and a mistake of the bot."""
    anna = server.person()
    anna.say("/start")
    sent = await bot.send_message(anna.id, "<b>eins</b>", parse_mode="HTML", reply_markup=keyboard("Mehr"))
    with pytest.raises(BadRequest, match="essage is not modified: specified new message content"):
        await bot.edit_message_text(
            "<b>eins</b>", anna.id, sent.message_id, parse_mode="HTML", reply_markup=keyboard("Mehr")
        )
    with pytest.raises(BadRequest, match="essage is not modified"):
        await bot.edit_message_reply_markup(anna.id, sent.message_id, reply_markup=keyboard("Mehr"))
    assert len(server.violations) == 2


async def test_what_is_not_the_bots_or_gone_cannot_be_edited(server: Server, bot: Bot) -> None:
    """A person's message, a deleted one and one that never was each have their own refusal."""
    anna = server.person()
    said = anna.say("/start")
    with pytest.raises(BadRequest, match="essage can't be edited"):
        await bot.edit_message_text("x", anna.id, said.message_id)
    with pytest.raises(BadRequest, match="essage to edit not found"):
        await bot.edit_message_text("x", anna.id, 99)
    sent = await bot.send_message(anna.id, "x")
    assert await bot.delete_message(anna.id, sent.message_id)
    with pytest.raises(BadRequest, match="essage to delete not found"):
        await bot.delete_message(anna.id, sent.message_id)
    assert anna.chat.received == ()
    assert len(anna.chat.transcript) == 2


async def test_files_come_and_go(server: Server, bot: Bot) -> None:
    """A document sent by the bot is kept, and one sent by a person can be fetched."""
    anna = server.person()
    anna.say("/start")
    await bot.send_document(
        anna.id, io.BytesIO(b'{"a": 1}'), filename="export.json", caption="<b>Da</b>", parse_mode="HTML"
    )
    document = anna.chat.received[0].document
    assert document is not None
    assert (document.name, document.content) == ("export.json", b'{"a": 1}')
    assert anna.chat.received[0].pieces("bold") == ("Da",)
    anna.send_file("subs.opml", b"<opml/>")
    updates = await bot.get_updates()
    assert updates[-1].message is not None
    received = updates[-1].message.document
    assert received is not None
    stored = await received.get_file()
    assert bytes(await stored.download_as_bytearray()) == b"<opml/>"
    assert server.violations == []


async def test_a_file_beyond_twenty_megabytes_cannot_be_fetched(server: Server, bot: Bot) -> None:
    """It is announced with its size, and that is all a bot gets of it."""
    anna = server.person()
    anna.say("/start")
    anna.send_file("all.json", bytes(20 * 1024**2 + 1), caption="/import")
    (*_, update) = await bot.get_updates()
    assert update.message is not None
    assert update.message.document is not None
    assert update.message.caption == "/import"
    assert update.message.document.file_size == 20 * 1024**2 + 1
    with pytest.raises(BadRequest, match=r"(?i)file is too big"):
        await update.message.document.get_file()


async def test_a_picture_must_be_one(server: Server, bot: Bot) -> None:
    """PNG is taken with its size; other bytes are refused; a caption has 1024 characters at most."""
    anna = server.person()
    anna.say("/start")
    sent = await bot.send_photo(anna.id, PIXEL, caption="Zahlen")
    assert (sent.photo[0].width, sent.photo[0].height) == (32, 16)
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(anna.id, b"text")
    with pytest.raises(BadRequest, match="essage caption is too long"):
        await bot.send_photo(anna.id, PIXEL, caption="x" * 1025)


@pytest.mark.parametrize(("width", "height"), [(9_990, 11), (21, 1), (1, 21), (0, 5), (5_001, 5_000)])
async def test_a_picture_of_absurd_size_is_refused(server: Server, bot: Bot, width: int, height: int) -> None:
    """Sides of 10,000 pixels together, and a ratio of 20, are the most; 10 MB too."""
    anna = server.person()
    anna.say("/start")
    with pytest.raises(BadRequest, match=r"(?i)photo_invalid_dimensions"):
        await bot.send_photo(anna.id, PIXEL[:16] + struct.pack(">II", width, height) + PIXEL[24:])
    sent = await bot.send_photo(anna.id, PIXEL[:16] + struct.pack(">II", 5_000, 5_000) + PIXEL[24:])
    assert sent.photo[0].width == 5_000
    with pytest.raises(BadRequest, match=r"(?i)file is too big"):
        await bot.send_photo(anna.id, PIXEL + bytes(10 * 1024**2))


async def test_a_press_waits_for_its_one_answer(server: Server, bot: Bot) -> None:
    """A press reaches the bot; its answer reaches the person; a second answer is refused."""
    anna = server.person()
    anna.say("/start")
    await bot.send_message(anna.id, "x", reply_markup=keyboard("Mehr"))
    press = anna.press("Mehr")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert query.data == "d:Mehr"
    assert await bot.answer_callback_query(query.id, "gut", show_alert=True)
    answer = await press.answered()
    assert (answer.text, answer.alert) == ("gut", True)
    with pytest.raises(BadRequest, match="too old"):
        await bot.answer_callback_query(query.id)
    with pytest.raises(LookupError, match="no button"):
        anna.press("Weniger")


async def test_strangers_blocks_and_removals_are_told_apart(server: Server, bot: Bot) -> None:
    """Who never wrote, blocked, left, or does not exist: each has Telegram's own words."""
    anna, bert, carl = server.person("Anna"), server.person("Bert"), server.person("Carl")
    anna.say("/start")
    anna.block()
    carl.say("/start")
    carl.deactivate()
    basic = server.group("Familie", anna, kind=SimulatedChatType.GROUP)
    basic.kick_bot()
    team = server.group("Team", anna)
    await bot.leave_chat(team.chat.id)
    gone = server.group("Weg", anna)
    gone.delete()
    expected = {
        anna.id: "bot was blocked by the user",
        bert.id: "bot can't initiate conversation with a user",
        carl.id: "user is deactivated",
        basic.chat.id: "bot was kicked from the group chat",
        team.chat.id: "bot is not a member of the supergroup chat",
        gone.chat.id: "the group chat was deleted",
    }
    for chat_id, reason in expected.items():
        with pytest.raises(Forbidden, match=reason):
            await bot.send_message(chat_id, "x")
    with pytest.raises(BadRequest, match="hat not found"):
        await bot.send_message(12345, "x")
    assert server.violations == []
    anna.say("/start")
    assert await bot.send_message(anna.id, "wieder da")
